"""A voice bot on Telethon: it answers, greets, hears the caller out, answers with another file, and hangs up.

    TG_API_ID=… TG_API_HASH=… python voice_bot.py GREETING.wav ANSWER.wav

The account is that of a user, as Telegram lets no bots call. Files are WAV with 16 bits. docs/voice-bot.md says more.
"""

import asyncio
import os
import sys
from math import sqrt
from typing import Set

from telethon import TelegramClient

from libtgcall import Call, EndedError, LogLevel
from libtgcall.telethon import Calls

RATE_HZ, FRAME_MS = 16000, 20
LOUD = 500
"""The level from which on a frame is speech: RMS of 16 bits. A quiet room is below 100, a telephone voice above 1000."""
AT_LEAST_MS, PAUSE_MS = 200, 800
"""So much is speech and not a cough; after so long a pause the caller has finished."""
PATIENCE_S = 30


def level(frame: memoryview) -> float:
    return sqrt(sum(sample * sample for sample in frame) / len(frame))


async def hear_out(call: Call) -> int:
    """Listens until the caller has spoken and paused. How many milliseconds he spoke; what there was until he hung up."""
    spoken, quiet = 0, 0
    # A frame each 20 ms, at the pace at which Telegram delivers: there is no clock to keep here.
    async with call.listen(RATE_HZ, frame_ms=FRAME_MS) as frames:
        async for frame in frames:
            if level(frame) >= LOUD:
                spoken, quiet = spoken + FRAME_MS, 0
            else:
                quiet += FRAME_MS
            if quiet >= PAUSE_MS:
                if spoken >= AT_LEAST_MS:
                    break
                spoken = 0
    return spoken


async def talk(call: Call, greeting: str, answer: str) -> None:
    try:
        call.accept()
        await call.connected()
        print(f"{call.user_id} calls", *call.emoji, flush=True)
        await call.play(greeting)
        try:
            spoken = await asyncio.wait_for(hear_out(call), PATIENCE_S)
        except asyncio.TimeoutError:
            spoken = 0
        print(f"{call.user_id} spoke for {spoken} ms", flush=True)
        if spoken:
            await call.play(answer)
        await call.hangup()
    except EndedError as error:  # the caller hung up, or there is no way to him
        print(f"{call.user_id}: {error}", flush=True)


async def serve(client: TelegramClient, greeting: str, answer: str) -> None:
    """Takes calls, several at a time, until it is cancelled."""
    talks: Set["asyncio.Task[None]"] = set()
    async with Calls(client, max_calls=4, log_level=LogLevel.INFO) as calls:
        async for call in calls:
            task = asyncio.create_task(talk(call, greeting, answer))
            talks.add(task)
            task.add_done_callback(talks.discard)


async def main(greeting: str, answer: str) -> None:
    client = TelegramClient("voice_bot", int(os.environ["TG_API_ID"]), os.environ["TG_API_HASH"])
    async with client:
        print("waits for calls", flush=True)
        await serve(client, greeting, answer)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
