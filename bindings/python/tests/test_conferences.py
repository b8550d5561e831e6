"""Conferences over the simulator: end-to-end encrypted group calls, of several clients in one process."""

import asyncio
from contextlib import AsyncExitStack

from libtgcall import CallMigratedEvent, End, NotFoundError, Peer, StateError

from .support import ALICE, BOB, Simulator, Watched, first, side, talk
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

    def emoji(self, call):
        try:
            return call.emoji
        except StateError:
            return None

    async def agree(self, hers, his):
        """Both compare, once both are in."""
        while self.emoji(hers) is None or self.emoji(hers) != self.emoji(his) or hers.words != his.words:
            await asyncio.sleep(0.05)

    async def ended(self, call):
        async for _ in call:
            pass
        return call.ended

    async def test_a_private_call_becomes_a_conference(self):
        async with AsyncExitStack() as stack:
            alice, bob = await self.account(stack, ALICE), await self.account(stack, BOB)
            call, theirs = await talk(alice, bob)
            told = theirs.__aiter__()
            while not call.can_upgrade:
                await asyncio.sleep(0.05)
            hers = call.upgrade()
            migrated = await first(told, CallMigratedEvent)
            his = bob.client.group(migrated.new_call)
            await self.within(self.agree(hers, his))
            self.assertEqual((await self.within(self.ended(theirs))).end, End.MIGRATED)
            self.assertEqual((await self.within(self.ended(call))).end, End.MIGRATED)
            await self.within(hers.leave())
            with self.assertRaises(NotFoundError):
                alice.client.group(hers.id)

    async def test_two_compare_hear_each_other_and_one_is_removed(self):
        async with AsyncExitStack() as stack:
            alice, bob = await self.account(stack, ALICE), await self.account(stack, BOB)
            hers = await self.within(alice.client.create_conference())
            self.assertTrue(hers.roster.link)
            his = bob.client.open_link(hers.roster.link)
            await self.within(his.join())
            while len(hers.roster) < 2:
                await asyncio.sleep(0.05)
            await self.within(self.agree(hers, his))
            self.assertEqual(len(hers.words.split()), 24)
            playing = [asyncio.ensure_future(hers.play(endless(440), 16000)), asyncio.ensure_future(his.play(endless(1000), 16000))]
            heard = await self.within(asyncio.gather(hears(his, 440), hears(hers, 1000)))
            self.assertEqual(heard, [True, True])
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            await self.within(hers.remove_user(Peer.user(BOB)))
            self.assertEqual((await self.within(self.ended(his))).end, End.PRIVACY)
            await self.within(hers.leave())

    async def test_who_is_invited_declines_first_and_comes_then(self):
        async with AsyncExitStack() as stack:
            alice, bob = await self.account(stack, ALICE), await self.account(stack, BOB)
            hers = await self.within(alice.client.create_conference())
            user = Peer.user(BOB, alice.telegram.access_hashes[BOB])
            await self.within(hers.invite_user(user))
            while not bob.client.calls:  # what rings before anybody looks is not lost
                await asyncio.sleep(0.05)
            async with bob.client.invitations() as invitations:
                declined = await self.within(invitations.__anext__())
                declined.discard()
                await self.within(declined.wait_ended())
                await self.within(hers.invite_user(user))
                his = await self.within(invitations.__anext__())
            self.assertIsNot(his, declined)
            await self.within(his.join())
            await self.within(self.agree(hers, his))
            await self.within(hers.end())
