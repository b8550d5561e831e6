"""A member of a group call with the whole library, as a program in Python has it, for a call with other engines:

    our_member.py ADDRESS PORT ACCOUNT CHAT FOLDER [LAYER.ivf...]

Joins the call of the chat, shows the files of VP8, the smallest layer first, and writes the camera and the screen of each of the others to files in
FOLDER until a line comes. A line of JSON when it is in, and one at the end.
"""

import asyncio
import json
import math
import struct
import sys
from array import array
from pathlib import Path

import libtgcall
from libtgcall import Peer, VideoCodec, VideoSource, VideoQuality
from libtgcall.simulator import Telegram

CAMERA, SCREEN, RATE = VideoSource.CAMERA, VideoSource.SCREEN, 15
SIZE = 640, 360
TONE_HZ, PIECE = 900, 480


def frames_of(path):
    """The frames of a file, and whether each is a key frame."""
    data, at, frames = Path(path).read_bytes(), 32, []
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        frame = data[at + 12 : at + 12 + size]
        frames.append((frame, not frame[0] & 1))
        at += 12 + size
    return frames


class Camera:
    """What is asked for is sent, from a key frame on."""

    def __init__(self, group, layers):
        self.group, self.layers = group, layers
        self.asked, self.needs_key, self.at, self.sent = set(), set(), [0] * len(layers), [0] * len(layers)

    def handle(self, event):
        if isinstance(event, libtgcall.VideoEncodeEvent):
            if event.bits_per_s and event.layer not in self.asked:
                self.needs_key.add(event.layer)
            (self.asked.add if event.bits_per_s else self.asked.discard)(event.layer)
        elif isinstance(event, libtgcall.VideoKeyFrameEvent):
            self.needs_key.add(event.layer)

    def shoot(self, timestamp):
        for layer in self.asked:
            frames = self.layers[layer]
            while layer in self.needs_key and not frames[self.at[layer] % len(frames)][1]:
                self.at[layer] += 1
            frame, is_key = frames[self.at[layer] % len(frames)]
            if self.group.push_video(CAMERA, VideoCodec.VP8, timestamp, frame, is_key, layer):
                self.needs_key.discard(layer)
                self.sent[layer] += 1
            else:
                self.needs_key.add(layer)
            self.at[layer] += 1


class Film:
    """What came of one."""

    def __init__(self):
        self.frames, self.keys, self.sizes, self.codec = [], 0, set(), VideoCodec.NONE

    def take(self, frame):
        self.frames.append(bytes(frame.data))
        self.keys += frame.is_key
        self.sizes.add(frame.size)
        self.codec = frame.codec

    def save(self, stem):
        """As a file that ffmpeg reads, and what it is called."""
        if self.codec == VideoCodec.H264:
            path, content = f"{stem}.h264", b"".join(self.frames)
        else:
            four = b"VP80" if self.codec == VideoCodec.VP8 else b"VP90"
            head = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, four, *SIZE, RATE, 1, len(self.frames), 0)
            each = (struct.pack("<IQ", len(frame), at) + frame for at, frame in enumerate(self.frames))
            path, content = f"{stem}.ivf", head + b"".join(each)
        Path(path).write_bytes(content)
        return path


async def look(group, films):
    """Everybody's camera and screen."""
    for person in group.roster:
        for source in (CAMERA, SCREEN):
            if not person.is_self and (person.peer.id, source) not in films:
                group.want_video(person.peer, source, VideoQuality.FULL)
                films[person.peer.id, source] = Film()


async def follow(group, camera, films):
    async for event in group:
        camera.handle(event)
        if isinstance(event, libtgcall.GroupParticipantEvent):
            await look(group, films)
        elif isinstance(event, libtgcall.VideoReadyEvent) and event.peer.id:
            while frame := group.pull_video(event.source, event.peer):
                films[event.peer.id, event.source].take(frame)


async def run_on(group, camera):
    """Pictures by the clock, and a tone with them."""
    loop = asyncio.get_running_loop()
    start, shot, said = loop.time(), 0, 0
    while True:
        elapsed = loop.time() - start
        while said * PIECE < elapsed * 48_000:
            tone = (3000 * math.sin(2 * math.pi * TONE_HZ * at / 48_000) for at in range(said * PIECE, (said + 1) * PIECE))
            group.push(array("h", map(int, tone)), 48_000)
            said += 1
        while shot < elapsed * RATE:
            camera.shoot(shot * 90_000 // RATE)
            shot += 1
        await asyncio.sleep(0.005)


async def main(address, port, account, chat, folder, *layers):
    async with await Telegram.connect(int(port), int(account), host=address) as telegram:
        codecs = {"video_encoders": [VideoCodec.VP8], "video_decoders": [VideoCodec.VP8, VideoCodec.VP9, VideoCodec.H264]}
        async with libtgcall.Client(telegram.send, user_id=int(account), **codecs) as client:
            telegram.on_update = client.feed
            client.set_server_time(telegram.server_time)
            client.set_interfaces([address])
            chat = next(one for one in telegram.chats.values() if one.title == chat)
            group, films = client.open_group(chat.call_id, chat.access_hash), {}
            camera = Camera(group, [frames_of(layer) for layer in layers])
            await group.join()
            group.start_video(CAMERA, *SIZE, RATE)
            await look(group, films)
            tasks = [asyncio.ensure_future(task) for task in (follow(group, camera, films), run_on(group, camera))]
            print(json.dumps({"ev": "in"}), flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
            failed = [task.exception() for task in tasks if task.done()]
            for task in tasks:
                task.cancel()
            seen = {
                f"{whose} {source.name}": {
                    "frames": len(film.frames),
                    "keys": film.keys,
                    "sizes": sorted(film.sizes),
                    "file": film.save(f"{folder}/{whose}-{source.name}"),
                }
                for (whose, source), film in films.items()
            }
            print(json.dumps({"ev": "out", "sent": camera.sent, "seen": seen, "failed": [repr(one) for one in failed]}), flush=True)
            await group.leave()


asyncio.run(main(*sys.argv[1:]))
