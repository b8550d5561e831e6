"""A member of a group call with the whole library, as a program in Python has it, for a call with other engines:

    our_member.py ADDRESS PORT ACCOUNT CHAT FOLDER TONE [LAYER.ivf...]

Joins the call of the chat, or the conference of which CHAT is the link, says a tone of so many Hz, shows the files of VP8, the smallest layer first,
and keeps the camera and the screen of each of the others. A line of JSON when it is in. Lines in, each answered by one of JSON:

    emoji       of a conference; "" while they are not there
    hear HZ     how loud a tone was in the last second, as a share of all
    remove ID   from a conference
    stop        the pictures go to files in FOLDER, and it leaves
"""

import asyncio
import json
import math
import struct
import sys
from array import array
from collections import deque
from pathlib import Path

import libtgcall
from libtgcall import Peer, VideoCodec, VideoSource, VideoQuality
from libtgcall.simulator import Telegram

CAMERA, SCREEN, RATE = VideoSource.CAMERA, VideoSource.SCREEN, 15
SIZE = 640, 360
PIECE = 480


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


def say(**what):
    print(json.dumps(what), flush=True)


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


def share(samples, hz):
    """How much of the power of some sound is a tone (Goertzel)."""
    turn, one, two, total = 2 * math.cos(2 * math.pi * hz / 48_000), 0.0, 0.0, 0.0
    for sample in samples:
        one, two = sample + turn * one - two, one
        total += sample * sample
    return 2 * (one * one + two * two - turn * one * two) / (len(samples) * total) if total else 0.0


async def run_on(group, camera, hz, heard):
    """Pictures by the clock, with a tone, and what is heard."""
    loop = asyncio.get_running_loop()
    start, shot, said, piece = loop.time(), 0, 0, array("h", bytes(2 * PIECE))
    while True:
        elapsed = loop.time() - start
        while said * PIECE < elapsed * 48_000:
            tone = (3000 * math.sin(2 * math.pi * hz * at / 48_000) for at in range(said * PIECE, (said + 1) * PIECE))
            group.push(array("h", map(int, tone)), 48_000)
            group.pull(piece, 48_000)
            heard.extend(piece)
            said += 1
        while shot < elapsed * RATE:
            camera.shoot(shot * 90_000 // RATE)
            shot += 1
        await asyncio.sleep(0.005)


def emoji(group):
    try:
        return "".join(group.emoji)
    except libtgcall.StateError:
        return ""


async def main(address, port, account, chat, folder, hz, *layers):
    async with await Telegram.connect(int(port), int(account), host=address) as telegram:
        codecs = {"video_encoders": [VideoCodec.VP8], "video_decoders": [VideoCodec.VP8, VideoCodec.VP9, VideoCodec.H264]}
        async with libtgcall.Client(telegram.send, user_id=int(account), **codecs) as client:
            telegram.on_update = client.feed
            client.set_server_time(telegram.server_time)
            client.set_interfaces([address])
            if "://" in chat:
                group = client.open_link(chat)
            else:
                named = next(one for one in telegram.chats.values() if one.title == chat)
                group = client.open_group(named.call_id, named.access_hash)
            films, heard = {}, deque(maxlen=48_000)
            camera = Camera(group, [frames_of(layer) for layer in layers])
            await group.join()
            if layers:
                group.start_video(CAMERA, *SIZE, RATE)
            await look(group, films)
            running = follow(group, camera, films), run_on(group, camera, float(hz), heard)
            tasks = [asyncio.ensure_future(task) for task in running]
            say(ev="in")
            while True:
                command, *what = (await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)).split()
                if command == "stop":
                    break
                if command == "emoji":
                    say(ev="emoji", emoji=emoji(group))
                elif command == "hear":
                    say(ev="heard", share=share(list(heard), float(what[0])))
                elif command == "remove":
                    await group.remove_user(Peer.user(int(what[0])))
                    say(ev="removed")
            failed = [repr(task.exception()) for task in tasks if task.done()]
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
            say(ev="out", sent=camera.sent, seen=seen, failed=failed)
            if group.ended is None:
                await group.leave()


asyncio.run(main(*sys.argv[1:]))
