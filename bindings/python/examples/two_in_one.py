"""Two clients in one process call each other through tgcall-sim: one plays a tone, the other listens to it.

    python two_in_one.py PORT [REPORT]

PORT is that of `tgcall-sim`. Where REPORT names a file, the report of the call goes there, for `python -m libtgcall`.
Status 0: a second of the tone was heard.
"""

import asyncio
import math
import sys
from array import array
from pathlib import Path

from libtgcall import Call, CallEndedEvent, CallStateEvent, Client
from libtgcall.simulator import Telegram

ALICE, BOB = 1001, 1002
RATE_HZ, TONE_HZ = 16000, 440


def tone(seconds: float) -> "array[int]":
    step = 2 * math.pi * TONE_HZ / RATE_HZ
    return array("h", (int(8000 * math.sin(at * step)) for at in range(int(seconds * RATE_HZ))))


def power_of_tone(frame: memoryview) -> float:
    """Of all that is in a frame, how much is the tone: 0 to 1 (Goertzel)."""
    step = 2 * math.pi * TONE_HZ / RATE_HZ
    one = two = total = 0.0
    for sample in frame:
        one, two = sample + 2 * math.cos(step) * one - two, one
        total += sample * sample
    found = one * one + two * two - 2 * math.cos(step) * one * two
    return 2 * found / (len(frame) * total) if total > 0 else 0.0


async def answer(client: Client) -> bool:
    """Bob takes the first call and listens until he has heard a second of the tone."""
    heard = 0
    async for call in client.incoming():
        call.accept()
        async for frame in call.listen(RATE_HZ):
            heard += power_of_tone(frame) > 0.9
            if heard == 50:
                break
        await call.hangup()
        break
    print(f"bob    heard {heard * 20} ms of the tone")
    return heard == 50


async def show(name: str, call: Call) -> None:
    async for event in call:
        if isinstance(event, (CallStateEvent, CallEndedEvent)):
            print(f"{name}  {event.text}")


async def main(port: int, report: "str | None") -> int:
    async with await Telegram.connect(port, ALICE) as telegram, await Telegram.connect(port, BOB) as other:
        async with Client(telegram.send, user_id=ALICE) as alice, Client(other.send, user_id=BOB) as bob:
            telegram.on_update, other.on_update = alice.feed, bob.feed
            listening = asyncio.ensure_future(answer(bob))

            call = await alice.call(BOB, telegram.access_hashes[BOB])
            showing = asyncio.ensure_future(show("alice", call))
            call.play(tone(20), RATE_HZ)
            await call.connected()
            print("alice ", *call.emoji)

            heard = await asyncio.wait_for(listening, 30)
            await call.wait_ended()
            await showing
            if report:
                Path(report).write_text(call.report(), encoding="utf-8")
    return 0 if heard else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)))
