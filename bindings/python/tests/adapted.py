"""What every adapter for a library with its own MTProto has to do: the same tests for each."""

import asyncio

import libtgcall
from libtgcall import Action, CallState, End, EndedError

from .clients import Gateway
from .support import BOB, RATE_HZ, Watched, share_of_tone, side, tone
from .test_video import CODECS, show

PATIENCE_S = 30


async def hears(call, hz, frames=15):
    """Waits until so many frames of the tone were heard."""
    heard = 0
    async for frame in call.listen(RATE_HZ):
        heard += share_of_tone(frame, hz=hz) > 0.8
        if heard == frames:
            return True
    return False


class Adapted:
    """To be mixed with `Watched`. Alice has a client of the library, Bob is on the simulator's own framing."""

    calls_of = None
    """The adapter's class."""
    errors = ()
    """What the library itself raises for a user whom it cannot find."""
    gateway_arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(*cls.gateway_arguments)
        cls.gateway.__enter__()
        cls.addClassCleanup(cls.gateway.__exit__)
        cls.sessions = {}

    async def logged_in(self, account=1001):
        """A client of the library."""
        raise NotImplementedError

    def bob(self, **options):
        return side(self.gateway.simulator.port, BOB, **options)

    async def within(self, awaitable):
        return await asyncio.wait_for(awaitable, PATIENCE_S)

    async def talk(self, calls, bob, name="@bob_1002"):
        """Alice calls Bob, who answers."""
        incoming = bob.client.incoming()
        call = await self.within(calls.call(name))
        theirs = await self.within(incoming.__anext__())
        incoming.close()
        theirs.accept()
        await self.within(asyncio.gather(call.connected(), theirs.connected()))
        return call, theirs

    async def sound_both_ways(self, call, theirs):
        playing = call.play(tone(8, hz=440), RATE_HZ), theirs.play(tone(8, hz=1000), RATE_HZ)
        self.assertEqual(await self.within(asyncio.gather(hears(theirs, 440), hears(call, 1000))), [True, True])
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)


class Calls(Adapted):
    async def test_a_call_from_the_name_to_the_end_with_sound(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            call, theirs = await self.talk(calls, bob)
            self.assertEqual(call.emoji, theirs.emoji)
            self.assertEqual(theirs.user_id, 1001)
            await self.sound_both_ways(call, theirs)
            self.assertEqual((await self.within(call.hangup())).end, End.LOCAL_HANGUP)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_a_picture_goes_to_the_other_side(self):
        async with await self.logged_in() as client, self.calls_of(client, **CODECS) as calls, self.bob(**CODECS) as bob:
            call, theirs = await self.talk(calls, bob)
            await show(self, call, theirs)
            await self.within(call.hangup())

    async def test_calls_that_come_in_are_iterated_over_again_and_again(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            for _ in range(3):
                theirs = await self.within(bob.call(1001))
                async for call in calls:
                    call.accept()
                    break
                await self.within(asyncio.gather(call.connected(), theirs.connected()))
                self.assertEqual(call.user_id, BOB)
                await theirs.hangup()
                self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_users_are_named_as_the_library_does(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            for user in await self.names_of_bob(client):
                incoming = bob.client.incoming()
                call = await self.within(calls.call(user))
                theirs = await self.within(incoming.__anext__())
                incoming.close()
                await theirs.decline()
                self.assertEqual((await self.within(call.wait_ended())).end, End.BUSY, user)
            for nobody in ("me", object()):
                with self.assertRaises((TypeError, ValueError, *self.errors)):
                    await calls.call(nobody)

    async def test_privacy_reaches_the_user_as_what_it_is(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls:
            with self.assertRaises(EndedError) as caught:
                await self.within(calls.call("carol_1003"))
            self.assertEqual(caught.exception.event.end, End.PRIVACY)
            self.assertIn("USER_PRIVACY_RESTRICTED", str(caught.exception))
            # The library reads the name, which Telethon does not hand out.
            with self.assertRaises(EndedError) as caught:
                await self.within(calls.call("heidi_1008"))
            self.assertEqual(caught.exception.event.end, End.OUTDATED)

    async def test_a_call_survives_that_all_connections_are_cut(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            call, theirs = await self.talk(calls, bob)
            for _ in range(2):
                self.gateway.cut()
                await self.sound_both_ways(call, theirs)
            await asyncio.sleep(3)
            self.assertEqual((call.state, theirs.state), (CallState.ACTIVE, CallState.ACTIVE))
            self.assertEqual((await self.within(call.hangup())).end, End.LOCAL_HANGUP)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.REMOTE_HANGUP)
            # And the connection is as good as it was.
            call, theirs = await self.talk(calls, bob)
            await self.within(theirs.hangup())
            self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_what_was_wrapped_is_given_back(self):
        async with await self.logged_in() as client:
            before = self.wrapped(client)
            async with self.calls_of(client) as calls:
                self.assertNotEqual(self.wrapped(client), before)
                with self.assertRaises(libtgcall.StateError):
                    async with self.calls_of(client):
                        pass
                with self.assertRaises(libtgcall.StateError):
                    await calls.start()
            self.assertEqual(self.wrapped(client), before)
            with self.assertRaises(libtgcall.ClosedError):
                await calls.call("bob_1002")
            async with self.calls_of(client), self.bob():
                pass
            self.assertEqual(self.wrapped(client), before)

    async def test_who_leaves_hangs_up(self):
        async with await self.logged_in() as client, self.bob() as bob:
            async with self.calls_of(client) as calls:
                _, theirs = await self.talk(calls, bob)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_what_is_not_started_says_so(self):
        calls = self.calls_of(object())
        with self.assertRaises(libtgcall.StateError):
            calls.client
        with self.assertRaises(libtgcall.StateError):
            await calls.call("bob_1002")
        with self.assertRaises(libtgcall.StateError):
            async for _ in calls:
                pass
        await calls.close()


class Groups(Adapted):
    """Alice is in the library, Bob in the simulator's own framing."""

    async def test_a_group_call_from_the_chat_s_name_to_the_end_with_sound(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls:
            calls.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
            for chat, is_public in (("friends_5001", True), (await self.family(), False)):
                with self.assertRaises(libtgcall.NotFoundError):
                    await self.within(calls.join_group(chat))
                first = await self.within(calls.create_group(chat, "Song"))
                await self.within(first.join())
                self.assertEqual(first.roster.title, "Song")
                async with self.bob() as bob:
                    bob.client.set_interfaces(["127.0.0.1"])
                    told = bob.telegram.chats[5001 if is_public else 5002]
                    theirs = bob.client.open_group(told.call_id, told.access_hash)
                    await self.within(theirs.join())
                    await self.sound_both_ways(first, theirs)
                    # And in again, by what the library has to say of the chat.
                    await self.within(first.leave())
                    again = await self.within(calls.join_group(chat, muted=True))
                    self.assertTrue(again.roster.me.is_muted)
                    await self.within(again.set_title("Dance"))
                    self.assertEqual((await self.peers(calls, again)), {1001, BOB})
                    await self.within(again.end())
                    await self.within(theirs.wait_ended())
            with self.assertRaises(TypeError):
                await calls.join_group("bob_1002")

    async def peers(self, calls, group):
        self.assertIsNotNone(group.roster.find(await calls.peer("bob_1002")))
        return {person.peer.id for person in group.roster}


class UnknownConstructors(Adapted):
    """Beside each call object stands a user whom no library of today can read."""

    gateway_arguments = ("--knob", "users=unknown-id")

    async def test_calls_go_on_both_ways(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            call, theirs = await self.talk(calls, bob, (BOB, await self.hash_of_bob(client)))
            await self.sound_both_ways(call, theirs)
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)
            theirs = await self.within(bob.call(1001))
            call = await self.within(calls.__anext__())
            call.accept()
            await self.within(asyncio.gather(call.connected(), theirs.connected()))
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)


class Gaps(Adapted):
    """Messages that never come leave gaps in seq, behind which libraries wait for a difference."""

    gateway_arguments = ("--rule", "account 1001 update updateNewMessage nth every drop")

    async def test_calls_go_on_behind_them(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            for _ in range(3):
                call, theirs = await self.talk(calls, bob)
                await theirs.hangup()
                self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)


class Floods(Adapted):
    gateway_arguments = (
        "--rule", "account 1001 request phone.requestCall nth 1 flood-wait 7",
        "--rule", "account 1001 request phone.requestCall nth 2 timeout",
    )  # fmt: skip

    async def test_the_seconds_reach_the_user_and_nobody_sleeps_for_them(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            with self.assertRaises(EndedError) as caught:
                await self.within(calls.call("bob_1002"))
            ended = caught.exception.event
            self.assertEqual((ended.end, ended.action, ended.retry_after_s), (End.FLOOD, Action.RETRY_AFTER, 7))
            # -503 Timeout: the library asks once more.
            call, theirs = await self.talk(calls, bob)
            await call.hangup()


class Cut(Adapted):
    """Connections that go while requests are on their way."""

    gateway_arguments = (
        "--rule", "account 1001 answer phone.acceptCall nth 1 delay 1500",
        "--rule", "account 1001 update phoneCall nth 1 delay 4000",
    )  # fmt: skip

    async def test_an_answer_that_is_lost_with_the_connection_ends_no_call(self):
        """acceptCall goes out a second time, and is told that the call has been accepted: by us."""
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            theirs = await self.within(bob.call(1001))
            call = await self.within(calls.__anext__())
            call.accept()
            await asyncio.sleep(0.7)
            self.assertEqual(call.state, CallState.CONFIRMING)
            self.gateway.cut()
            await self.within(asyncio.gather(call.connected(), theirs.connected()))
            await self.within(call.hangup())
