"""Conferences over the simulator: end-to-end encrypted group calls, of several clients in one process."""

import asyncio
from contextlib import AsyncExitStack

from libtgcall import End, GroupVerifiedEvent, Peer, StateError

from .support import ALICE, BOB, Simulator, Watched, first, side
from .test_groups import endless, hears


class Conferences(Watched):
    def setUp(self):
        self.simulator = Simulator()
        self.simulator.__enter__()
        self.addCleanup(self.simulator.__exit__)

    async def within(self, awaitable):
        return await asyncio.wait_for(awaitable, 30)

    async def account(self, stack, user):
        one = await stack.enter_async_context(side(self.simulator.port, user))
        one.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
        return one

    async def verified(self, call):
        """The emoji, once they are there."""
        told = call.__aiter__()
        while True:
            try:
                return call.emoji
            except StateError:
                await first(told, GroupVerifiedEvent, lambda event: event.is_verified)

    async def ended(self, call):
        async for _ in call:
            pass
        return call.ended

    async def test_two_compare_hear_each_other_and_one_is_removed(self):
        async with AsyncExitStack() as stack:
            alice, bob = await self.account(stack, ALICE), await self.account(stack, BOB)
            hers = await self.within(alice.client.create_conference())
            self.assertTrue(hers.roster.link)
            his = bob.client.open_link(hers.roster.link)
            await self.within(his.join())
            while len(hers.roster) < 2 or len(hers.words.split()) < 24 or hers.words != his.words:
                await asyncio.sleep(0.05)
            self.assertEqual(await self.within(self.verified(hers)), await self.within(self.verified(his)))
            playing = [asyncio.ensure_future(hers.play(endless(440), 16000)), asyncio.ensure_future(his.play(endless(1000), 16000))]
            heard = await self.within(asyncio.gather(hears(his, 440), hears(hers, 1000)))
            self.assertEqual(heard, [True, True])
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            await self.within(hers.remove_user(Peer.user(BOB)))
            self.assertEqual((await self.within(self.ended(his))).end, End.PRIVACY)
            await self.within(hers.leave())
