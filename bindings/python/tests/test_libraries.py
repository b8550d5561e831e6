"""Two client libraries in one group call, by their adapters, through the gateway."""

import asyncio

from . import adapted
from .support import Watched
from .test_pyrogram import OnPyrogram
from .test_telethon import OnTelethon


class InOneGroupCall(adapted.Adapted, Watched):
    async def test_telethon_and_pyrogram_hear_each_other(self):
        one, other = _On(OnTelethon, self), _On(OnPyrogram, self)
        async with await one.logged_in(1001) as telethon, await other.logged_in(1002) as pyrogram:
            async with one.calls_of(telethon) as calls, other.calls_of(pyrogram) as theirs:
                for each in (calls, theirs):
                    each.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
                made = await self.within(calls.create_group("friends_5001"))
                _, joined = await self.within(asyncio.gather(made.join(), theirs.join_group("friends_5001")))
                await self.sound_both_ways(made, joined)
                await self.within(joined.leave())
                await self.within(made.end())


def _On(library, test):
    """One library's way to log in, with the gateway of the test."""
    made = library()
    made.gateway, made.sessions = test.gateway, {}
    return made
