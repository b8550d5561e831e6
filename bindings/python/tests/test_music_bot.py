"""examples/music_bot.py, heard by somebody who is in the call."""

import asyncio
import sys
import tempfile
import unittest
import wave
from pathlib import Path

try:
    import telethon  # noqa: F401
except ImportError as error:
    raise unittest.SkipTest("there is no Telethon") from error

from libtgcall import CallState, Change, GroupParticipantEvent, Peer

from . import adapted
from .adapted import hears
from .support import ALICE, RATE_HZ, ROOT, Watched, side, tone
from .test_telethon import OnTelethon

BOB = 1002


class MusicBot(OnTelethon, adapted.Adapted, Watched):
    async def test_it_joins_plays_and_leaves(self):
        sys.path.insert(0, str(ROOT / "examples"))
        self.addCleanup(sys.path.remove, str(ROOT / "examples"))
        import music_bot

        with tempfile.TemporaryDirectory() as folder:
            music = str(Path(folder) / "music.wav")
            with wave.open(music, "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes(tone(3, hz=700).tobytes())
            async with side(self.gateway.simulator.port, ALICE) as alice:
                alice.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
                group = await self.within(alice.client.create_group(alice.telegram.chats[5001].peer))
                await self.within(group.join())
                left = asyncio.ensure_future(self.left(group.__aiter__()))
                async with await self.logged_in(BOB) as client, self.calls_of(client) as calls:
                    calls.client.set_interfaces(["127.0.0.1"])
                    playing = asyncio.ensure_future(music_bot.perform(calls, "friends_5001", music))
                    self.assertTrue(await self.within(hears(group, 700, frames=50)))
                    await self.within(playing)
                await self.within(left)
                self.assertEqual(group.state, CallState.ACTIVE, "it goes on without the bot")

    async def left(self, events):
        async for event in events:
            if isinstance(event, GroupParticipantEvent) and event.change == Change.LEFT:
                self.assertEqual(event.peer, Peer.user(BOB))
                return
