"""examples/voice_bot.py, called by somebody who speaks to it."""

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

from libtgcall import End

from . import adapted
from .support import RATE_HZ, ROOT, Watched, share_of_tone, tone
from .test_telethon import OnTelethon

GREETING_HZ, ANSWER_HZ = 600, 900


class VoiceBot(OnTelethon, adapted.Adapted, Watched):
    def file(self, folder, name, hz):
        path = str(Path(folder) / name)
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(tone(1, hz=hz).tobytes())
        return path

    async def test_it_greets_hears_out_answers_and_hangs_up(self):
        sys.path.insert(0, str(ROOT / "examples"))
        self.addCleanup(sys.path.remove, str(ROOT / "examples"))
        import voice_bot

        with tempfile.TemporaryDirectory() as folder:
            files = self.file(folder, "greeting.wav", GREETING_HZ), self.file(folder, "answer.wav", ANSWER_HZ)
            async with await self.logged_in() as client, self.bob() as bob:
                serving = asyncio.ensure_future(voice_bot.serve(client, *files))
                await asyncio.sleep(0.5)
                call = await self.within(bob.call(1001))
                self.assertEqual(await self.within(self.heard(call)), ["greeting", "answer"])
                self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)
                # One who hangs up in between is no harm to the next.
                call = await self.within(bob.call(1001))
                await self.within(call.connected())
                await call.hangup()
                call = await self.within(bob.call(1001))
                await self.within(call.connected())
                await call.hangup()
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)

    async def heard(self, call):
        """What the bot says, to somebody who speaks once it has greeted."""
        heard, quiet, has_spoken = [], 0, False
        async for frame in call.listen(RATE_HZ):
            for name, hz in (("greeting", GREETING_HZ), ("answer", ANSWER_HZ)):
                if share_of_tone(frame, hz=hz) > 0.8:
                    quiet = 0
                    if heard[-1:] != [name]:
                        heard.append(name)
            quiet += 1
            if heard and quiet > 25 and not has_spoken:
                has_spoken = True
                call.play(tone(1), RATE_HZ)
        return heard
