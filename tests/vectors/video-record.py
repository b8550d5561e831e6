#!/usr/bin/env python3
"""Makes tests/vectors/video_rtp.json: what ffmpeg sends as RTP for a picture of its own, beside the stream it was made from.

    python3 tests/vectors/video-record.py > tests/vectors/video_rtp.json

ffmpeg encodes a test picture of 96x64 into a file, then sends that file as RTP to a port of this machine. `packets` is what
came there, in order: [timestamp, marker, payload]. `frames` are the packets of the file as ffmpeg's demuxer splits it,
in hex. AV1 is not among them, since ffmpeg 5 does not send it: see video-record-av1.py.
"""
import json, os, re, socket, struct, subprocess, tempfile

SOURCE = ["-f", "lavfi", "-i", "testsrc=size=96x64:rate=15"]
CASES = {
    "vp8": ["-c:v", "libvpx", "-b:v", "60k", "-g", "6", "-deadline", "realtime"],
    "vp9": ["-c:v", "libvpx-vp9", "-b:v", "60k", "-g", "6", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"],
    "h264": ["-c:v", "libx264", "-b:v", "60k", "-g", "6", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
             "-x264-params", "slices=2:aud=1"],
    "h265": ["-c:v", "libx265", "-b:v", "60k", "-g", "6", "-pix_fmt", "yuv420p", "-tune", "zerolatency",
             "-x265-params", "log-level=none:keyint=6:min-keyint=6:repeat-headers=1"],
}
CONTAINER = {"vp8": "ivf", "vp9": "ivf", "h264": "h264", "h265": "hevc"}
COPY = {"vp8": "vp8", "vp9": "vp9", "h264": "h264", "h265": "hevc"}


def run(*arguments):
    return subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True, capture_output=True)


def frames(path):
    """The packets of a file, as ffprobe dumps them."""
    out = subprocess.run(["ffprobe", "-v", "error", "-show_packets", "-show_data", "-select_streams", "v", path],
                         check=True, capture_output=True, text=True).stdout
    result = []
    for packet in out.split("[PACKET]")[1:]:
        lines = re.findall(r"^[0-9a-f]{8}: ((?:[0-9a-f]{2,4} ?)+)", packet, re.M)
        result.append("".join(line.replace(" ", "") for line in lines))
    return result


def record(name, folder):
    path = os.path.join(folder, name + "." + CONTAINER[name])
    run(*SOURCE, "-frames:v", "8", *CASES[name], "-bsf:v", "null", path)
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(1)
    port = receiver.getsockname()[1]
    run("-strict", "experimental", "-i", path, "-c", "copy", "-strict", "experimental", "-f", "rtp", "-packetsize", "320",
        f"rtp://127.0.0.1:{port}?pkt_size=320")
    packets = []
    try:
        while True:
            data = receiver.recv(4096)
            first, kind, number, timestamp = struct.unpack(">BBHI", data[:8])
            if 64 <= (kind & 0x7f) <= 95:
                continue
            assert first == 0x80
            packets.append([timestamp, kind >> 7, data[12:].hex()])
    except TimeoutError:
        pass
    return {"codec": name, "encoder": " ".join(CASES[name]), "frames": frames(path), "packets": packets}


version = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True).stdout.split(" Copyright")[0]

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        cases = [record(name, folder) for name in CASES]
    print(json.dumps({"producer": version, "script": "video-record.py", "cases": cases}, indent=0))
