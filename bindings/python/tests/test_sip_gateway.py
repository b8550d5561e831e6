"""examples/sip_gateway.py, between telephones that speak SIP and users of tgcall-sim."""

import asyncio
import sys
import unittest
from contextlib import asynccontextmanager

try:
    import pjsua2  # noqa: F401
except ImportError as error:
    raise unittest.SkipTest("there is no PJSUA2") from error

from libtgcall import DiscardReason, End

from .sip import HOST, Sipp, Telephone, cancelled, needed, refused, refusing, ringing
from .support import ALICE, BOB, ROOT, Simulator, Watched, share_of_tone, side, tone

CAROL, DAVE, ERIN, GRACE, HEIDI = 1003, 1004, 1005, 1007, 1008
SIP_HZ, HIGH_HZ, TELEGRAM_HZ = 700, 9000, 440
ENOUGH = 50
"""Frames of the tone: a second of it."""
PATIENCE_S = 40


def setUpModule():
    needed()
    sys.path.insert(0, str(ROOT / "examples"))


class SipGateway(Watched):
    @asynccontextmanager
    async def gateway(self, to, *arguments, lines=4):
        """The gateway, which has Alice's account, and Bob."""
        import sip_gateway

        sip_gateway.LINES = lines
        with Simulator(*arguments) as simulator:
            async with side(simulator.port, ALICE, max_calls=4) as alice, side(simulator.port, BOB) as bob:

                async def place(user):
                    if user not in alice.telegram.access_hashes:
                        raise ValueError("there is no such user")
                    return await alice.call(user)

                gateway = sip_gateway.Gateway(place, to)
                running = asyncio.ensure_future(gateway.run(alice.client.incoming()))
                try:
                    yield gateway, bob
                finally:
                    running.cancel()
                    await asyncio.gather(running, return_exceptions=True)

    def within(self, work, seconds=60):
        return asyncio.wait_for(work, seconds)

    async def incoming(self, bob):
        calls = bob.client.incoming()
        try:
            return await self.within(calls.__anext__())
        finally:
            calls.close()

    async def talk(self, call, phone):
        """Both play a tone until each has heard enough of the other's, however slow the machine is."""
        await self.within(call.connected())
        playing = call.play(PATIENCE_S * tone(1, 48000, TELEGRAM_HZ), 48000)
        heard = 0
        async for frame in call.listen(48000):
            heard += share_of_tone(frame, 48000, phone.hz) > 0.8
            if heard == ENOUGH:
                break
        self.assertEqual(heard, ENOUGH, phone.log()[-2000:])
        while phone.frames_of(TELEGRAM_HZ) < ENOUGH:
            self.assertIsNone(call.ended, phone.log()[-2000:])
            await asyncio.sleep(0.2)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)

    async def from_sip(self, codec, rate_hz, hz):
        """The telephone calls, and hangs up."""
        async with Telephone(codec, rate_hz, hz, PATIENCE_S) as phone:
            async with self.gateway("sip:nobody@127.0.0.1") as (gateway, bob):
                ringing = asyncio.ensure_future(self.incoming(bob))
                await phone.dial(f"sip:{BOB}@{HOST}:{gateway.port}")
                call = await ringing
                call.accept()
                await self.within(self.talk(call, phone))
                phone.process.terminate()
                self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)

    async def from_telegram(self, codec, rate_hz, hz):
        """Bob calls the telephone, and hangs up."""
        async with Telephone(codec, rate_hz, hz, PATIENCE_S) as phone:
            await phone.wait()
            async with self.gateway(phone.uri) as (_, bob):
                call = await self.within(bob.call(ALICE))
                await self.within(self.talk(call, phone))
                await call.hangup()
                await self.within(phone.hung_up())

    async def test_a_telephone_of_8_khz_calls_telegram(self):
        await self.from_sip("PCMU/8000/1", 8000, SIP_HZ)

    async def test_telegram_calls_a_telephone_of_8_khz(self):
        await self.from_telegram("PCMU/8000/1", 8000, SIP_HZ)

    async def test_a_telephone_of_44_khz_calls_telegram(self):
        await self.from_sip("L16/44100/1", 44100, HIGH_HZ)

    async def test_a_telephone_of_48_khz_calls_telegram(self):
        await self.from_sip("L16/48000/1", 48000, HIGH_HZ)

    async def test_telegram_calls_a_telephone_of_48_khz(self):
        await self.from_telegram("L16/48000/1", 48000, HIGH_HZ)

    async def test_who_calls_from_sip_learns_why_it_is_refused(self):
        refusals = {CAROL: 403, ERIN: 404, GRACE: 403, HEIDI: 488, 77: 404, "no.such_user": 404, "a%20b": 404}
        async with self.gateway("sip:nobody@127.0.0.1") as (gateway, bob):
            for user, status in refusals.items():
                with self.subTest(user=user):
                    async with Sipp(refused(status), gateway.port, str(user)) as sipp:
                        await sipp.done()
            for reason, status in {DiscardReason.BUSY: 486, DiscardReason.HANGUP: 603}.items():
                async with Sipp(refused(status), gateway.port, str(BOB)) as sipp:
                    (await self.incoming(bob)).discard(reason)
                    await sipp.done()
            async with Sipp(cancelled(), gateway.port, str(BOB)) as sipp:
                call = await self.incoming(bob)
                await sipp.done()
                self.assertEqual((await self.within(call.wait_ended())).end, End.MISSED)

    async def test_who_is_not_at_home_is_480_and_a_flood_says_when_to_come_back(self):
        rules = "--rule", "account 1001 request phone.requestCall nth 2 flood-wait 33", "--rule", "knob ring-ms 1500"
        async with self.gateway("sip:nobody@127.0.0.1", *rules, lines=1) as (gateway, bob):
            async with Sipp(refused(480), gateway.port, str(BOB)) as sipp:
                await self.incoming(bob)
                async with Sipp(refused(486), gateway.port, str(CAROL)) as too_many:
                    await too_many.done()
                await sipp.done()
            async with Sipp(refused(503, "Retry-After: 33"), gateway.port, str(BOB)) as sipp:
                await sipp.done()

    async def test_who_calls_from_telegram_learns_why_it_is_refused(self):
        ends = {486: End.BUSY, 603: End.BUSY, 480: End.MISSED, 408: End.MISSED, 404: End.DISCONNECTED}
        async with self.gateway("no URI") as (gateway, bob):
            call = await self.within(bob.call(ALICE))
            self.assertEqual((await self.within(call.wait_ended())).end, End.DISCONNECTED)
            for status, end in ends.items():
                with self.subTest(status=status):
                    async with Sipp(refusing(status)) as sipp:
                        gateway.to = sipp.uri
                        call = await self.within(bob.call(ALICE))
                        self.assertEqual((await self.within(call.wait_ended())).end, end)
                        await sipp.done()
            async with Sipp(ringing()) as sipp:
                gateway.to = sipp.uri
                call = await self.within(bob.call(ALICE))
                await asyncio.sleep(0.5)
                await call.hangup()
                await sipp.done()
