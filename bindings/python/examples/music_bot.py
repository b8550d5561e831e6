"""A music bot on Telethon: it joins the voice chat of a group, plays a file there, and leaves.

    TG_API_ID=… TG_API_HASH=… python music_bot.py @chat MUSIC.wav

The account is that of a user, as Telegram lets no bots call. The file is WAV with 16 bits, mono or stereo.
"""

import asyncio
import os
import sys

from telethon import TelegramClient

from libtgcall import EndedError
from libtgcall.telethon import Calls


async def perform(calls: Calls, chat: object, music: str) -> None:
    group = await calls.join_group(chat)
    try:
        group.set_encoding(bits_per_s=128000, channels=2)
        await group.play(music)
        await group.leave()
    except EndedError as error:  # the call is over, or somebody has removed us
        print(error, flush=True)


async def main(chat: str, music: str) -> None:
    client = TelegramClient("music_bot", int(os.environ["TG_API_ID"]), os.environ["TG_API_HASH"])
    async with client, Calls(client) as calls:
        await perform(calls, chat, music)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
