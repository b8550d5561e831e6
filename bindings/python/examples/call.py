"""A call in which both sides play a tone of 440 Hz and listen for the other's.

    python call.py PORT ACCOUNT          waits for a call and takes it
    python call.py PORT ACCOUNT USER     calls USER, talks for three seconds, hangs up

PORT is that of `tgcall-sim`. Status 0: there was a conversation.
"""

import asyncio
import math
import sys
from array import array
from typing import Iterator

from libtgcall import Call, Client, Direction
from libtgcall.simulator import Telegram

RATE_HZ, TONE_HZ = 48000, 440


def tone() -> Iterator["array[int]"]:
    step, at = 2 * math.pi * TONE_HZ / RATE_HZ, 0
    while True:
        yield array("h", (int(8000 * math.sin((at + i) * step)) for i in range(960)))
        at += 960


def is_tone(frame: memoryview) -> bool:
    """More than half of the frame is the tone (Goertzel)."""
    step = 2 * math.pi * TONE_HZ / RATE_HZ
    one = two = total = 0.0
    for sample in frame:
        one, two = sample + 2 * math.cos(step) * one - two, one
        total += sample * sample
    found = one * one + two * two - 2 * math.cos(step) * one * two
    return total > len(frame) * 2000**2 and 2 * found > 0.5 * len(frame) * total


async def listen(call: Call) -> int:
    """Until the call is over; how many milliseconds of it were the tone."""
    heard = 0
    async for frame in call.listen(RATE_HZ):
        heard += 20 * is_tone(frame)
    return heard


async def talk(call: Call) -> None:
    listening = asyncio.ensure_future(listen(call))
    playing = call.play(tone(), RATE_HZ)
    await call.connected()
    print("emoji", *call.emoji, flush=True)
    if call.direction == Direction.OUTGOING:
        await asyncio.sleep(3)
        await call.hangup()
    end = await call.wait_ended()
    playing.cancel()
    print("ended", end.text)
    print("heard", await listening, "ms of the tone")


async def main(port: int, account: int, user: "int | None") -> int:
    async with await Telegram.connect(port, account) as telegram:
        async with Client(telegram.send, user_id=account) as client:
            telegram.on_update = client.feed
            if user:
                await talk(await client.call(user, telegram.access_hashes[user]))
                return 0
            print("waits for a call", flush=True)
            async for call in client.incoming():
                call.accept()
                await talk(call)
                return 0
    return 2


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(asyncio.run(asyncio.wait_for(main(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None), 60)))
