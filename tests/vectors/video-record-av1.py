#!/usr/bin/env python3
"""Makes tests/vectors/video_av1.json: what str0m 0.25.0 makes of temporal units that ffmpeg encoded.

    python3 tests/vectors/video-record-av1.py PACKETIZER > tests/vectors/video_av1.json

PACKETIZER reads temporal units as lines of hex and writes for each a line of payloads of at most 308 bytes: the program of
ten lines at the end of this file, with a copy of the crate whose `unversioned` module also exports `Av1Packetizer`.
`frames` are the temporal units without their delimiters, which do not travel.
"""
import importlib.util, json, os, subprocess, sys, tempfile

spec = importlib.util.spec_from_file_location("record", os.path.join(os.path.dirname(__file__), "video-record.py"))
record = importlib.util.module_from_spec(spec)
spec.loader.exec_module(record)

CASES = {
    "av1": ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-lag-in-frames", "0", "-b:v", "60k", "-g", "6"],
    "av1-svt": ["-c:v", "libsvtav1", "-preset", "12", "-b:v", "60k", "-g", "6", "-svtav1-params", "lookahead=0:pred-struct=1"],
}


def without_delimiter(frame):
    return frame[4:] if frame.startswith("1200") else frame


cases = []
with tempfile.TemporaryDirectory() as folder:
    for name, encoder in CASES.items():
        path = os.path.join(folder, name + ".ivf")
        record.run(*record.SOURCE, "-frames:v", "8", *encoder, path)
        units = record.frames(path)
        lines = subprocess.run([sys.argv[1]], input="\n".join(units), check=True, capture_output=True, text=True).stdout
        packets = []
        for i, line in enumerate(lines.splitlines()):
            payloads = line.split()
            packets += [[6000 * i, int(n + 1 == len(payloads)), payload] for n, payload in enumerate(payloads)]
        cases.append({"codec": name, "encoder": " ".join(encoder), "frames": [without_delimiter(u) for u in units],
                      "packets": packets})
print(json.dumps({"producer": "str0m 0.25.0, " + record.version, "script": "video-record-av1.py", "cases": cases}, indent=0))

# use str0m::unversioned::{Av1Packetizer, Packetizer};
# fn main() {
#     let mut packetizer = Av1Packetizer::default();
#     for line in std::io::stdin().lines() {
#         let line = line.unwrap();
#         let byte = |at| u8::from_str_radix(&line[at..at + 2], 16).unwrap();
#         let unit: Vec<u8> = (0..line.len()).step_by(2).map(byte).collect();
#         let hex = |payload: &Vec<u8>| payload.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
#         let payloads = packetizer.packetize(308, &unit).unwrap();
#         println!("{}", payloads.iter().map(hex).collect::<Vec<_>>().join(" "));
#     }
# }
