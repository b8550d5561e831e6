"""Calls over TDLib's JSON, with a stand-in for TDLib over the simulator."""

import asyncio
from contextlib import asynccontextmanager

import libtgcall
import libtgcall.tdlib
from libtgcall import (
    Action,
    End,
    EndedError,
    GroupJoinEvent,
    GroupParticipantEvent,
    VideoCodec,
    VideoEncodeEvent,
    VideoQuality,
    VideoReadyEvent,
    VideoSource,
)
from libtgcall.tdlib import Calls, TdJson

from . import tdjson
from .adapted import hears
from .support import ALICE, BOB, CAROL, FRAME, RATE_HZ, Simulator, Watched, first, side, tone
from .test_video import CODECS, show

SCREEN = VideoSource.SCREEN

PATIENCE_S = 30


class OverTheSimulator(Watched):
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator(*cls.arguments)
        cls.simulator.__enter__()
        cls.addClassCleanup(cls.simulator.__exit__)

    @asynccontextmanager
    async def alice(self, **options):
        """Her calls, and the TDLib that she has."""
        async with tdjson.TdJson(self.simulator.port, ALICE) as library, TdJson(library) as td:
            async with Calls(td.send, **options) as calls:
                td.on_update = calls.feed
                yield calls, library

    def bob(self, **options):
        return side(self.simulator.port, BOB, **options)

    async def within(self, awaitable):
        return await asyncio.wait_for(awaitable, PATIENCE_S)

    async def talk(self, calls, bob):
        incoming = bob.client.incoming()
        call = await self.within(calls.call(BOB))
        theirs = await self.within(incoming.__anext__())
        incoming.close()
        theirs.accept()
        await self.within(asyncio.gather(call.connected(), theirs.connected()))
        return call, theirs


class Outgoing(OverTheSimulator):
    async def test_a_call_from_the_request_to_the_end_with_sound(self):
        async with self.alice() as (calls, library), self.bob() as bob:
            call, theirs = await self.talk(calls, bob)
            self.assertEqual(call.emoji, theirs.emoji)
            self.assertEqual((call.user_id, call.is_outgoing), (BOB, True))
            playing = call.play(tone(8), RATE_HZ), theirs.play(tone(8, hz=1000), RATE_HZ)
            self.assertTrue(all(await self.within(asyncio.gather(hears(theirs, 440), hears(call, 1000)))))
            ended = await self.within(call.hangup())
            self.assertEqual(ended.end, End.LOCAL_HANGUP)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.REMOTE_HANGUP)
            self.assertIs(await call.hangup(), ended, "again changes nothing")
            await asyncio.gather(*playing, return_exceptions=True)
            discard = [request for request in library.seen if request["@type"] == "discardCall"]
            self.assertEqual([request["is_disconnected"] for request in discard], [False])
            self.assertEqual(calls.client.calls(), [])

    async def test_a_picture_goes_to_the_other_side(self):
        async with self.alice(**CODECS) as (calls, _), self.bob(**CODECS) as bob:
            call, theirs = await self.talk(calls, bob)
            await show(self, call.media, theirs)
            await self.within(call.hangup())

    async def test_what_is_played_at_once_waits_for_the_key(self):
        async with self.alice() as (calls, _), self.bob() as bob:
            incoming = bob.client.incoming()
            call = await self.within(calls.call(BOB))
            playing = call.play(tone(0.5), RATE_HZ)
            with self.assertRaises(libtgcall.StateError):
                call.listen(RATE_HZ)
            theirs = await self.within(incoming.__anext__())
            theirs.accept()
            self.assertTrue(await self.within(hears(theirs, 440)))
            await self.within(playing)
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_one_who_declines_is_busy(self):
        async with self.alice() as (calls, _), self.bob() as bob:
            incoming = bob.client.incoming()
            call = await self.within(calls.call(BOB))
            await (await self.within(incoming.__anext__())).decline()
            with self.assertRaises(EndedError) as caught:
                await self.within(call.connected())
            self.assertEqual(caught.exception.event.end, End.BUSY)

    async def test_refusals_reach_the_user_as_what_they_are(self):
        async with self.alice() as (calls, library):
            call = await self.within(calls.call(CAROL))
            with self.assertRaises(EndedError) as caught:
                await self.within(call.connected())
            self.assertEqual(caught.exception.event.end, End.PRIVACY)
            library.users_answer["createCall"] = {"@type": "error", "code": 400, "message": "User not found"}
            with self.assertRaises(libtgcall.RpcError) as refused:
                await calls.call(BOB)
            self.assertEqual((refused.exception.code, refused.exception.name), (400, "User not found"))

    async def test_who_leaves_hangs_up(self):
        async with self.bob() as bob:
            async with self.alice() as (calls, _):
                _, theirs = await self.talk(calls, bob)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.REMOTE_HANGUP)

    async def test_what_cannot_be_carried_is_told_as_disconnected(self):
        async with self.alice() as (calls, library), self.bob() as bob:
            original = library.ready
            library.ready = lambda call: {**original(call), "protocol": {"library_versions": ["1.0.0"]}}
            incoming = bob.client.incoming()
            call = await self.within(calls.call(BOB))
            (await self.within(incoming.__anext__())).accept()
            with self.assertRaises(EndedError) as caught:
                await self.within(call.connected())
            self.assertEqual(caught.exception.event.end, End.INCOMPATIBLE)
            discard = [request for request in library.seen if request["@type"] == "discardCall"]
            self.assertEqual([request["is_disconnected"] for request in discard], [True])

    async def test_half_an_object_ends_that_call_and_is_reported(self):
        async with self.alice() as (calls, library), self.bob() as bob:
            original = library.ready
            for spoil in ({"encryption_key": "no base64"}, {"encryption_key": "AAAA"}, {"servers": [{"id": "1"}]}):
                library.ready = lambda call, spoil=spoil: {**original(call), **spoil}
                incoming = bob.client.incoming()
                call = await self.within(calls.call(BOB))
                theirs = await self.within(incoming.__anext__())
                incoming.close()
                theirs.accept()
                self.assertEqual((await self.within(call.wait_ended())).end, End.SERVER)
                await self.within(theirs.wait_ended())
                self.expect((KeyError, ValueError, libtgcall.StatusError))
            library.ready = original
            call, theirs = await self.talk(calls, bob)
            await call.hangup()


class Incoming(OverTheSimulator):
    async def test_calls_are_taken_declined_and_missed(self):
        async with self.alice() as (calls, _), self.bob() as bob:
            theirs = await self.within(bob.call(ALICE))
            call = await self.within(calls.__anext__())
            self.assertEqual((call.user_id, call.is_outgoing), (BOB, False))
            await call.accept()
            await self.within(asyncio.gather(call.connected(), theirs.connected()))
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, End.REMOTE_HANGUP)

            theirs = await self.within(bob.call(ALICE))
            call = await self.within(calls.__anext__())
            self.assertEqual((await self.within(call.decline())).end, End.DECLINED)
            self.assertEqual((await self.within(theirs.wait_ended())).end, End.BUSY)

            theirs = await self.within(bob.call(ALICE))
            call = await self.within(calls.__anext__())
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, End.MISSED)


class Groups(OverTheSimulator):
    async def test_tdlib_joins_and_the_sound_is_ours(self):
        async with self.bob_in_friends() as (bob, his), self.alice() as (calls, library):
            calls.client.set_interfaces(["127.0.0.1"])
            group = await self.within(calls.join_group(-(10**12) - 5001))
            playing = group.play(tone(8), RATE_HZ), his.play(tone(8, hz=1000), RATE_HZ)
            self.assertTrue(all(await self.within(asyncio.gather(hears(his, 440), hears(group, 1000)))))
            self.assertEqual([person.peer for person in group.media.roster], [libtgcall.Peer.user(BOB)])
            with self.assertRaises(libtgcall.StateError):
                await calls.join_group(-(10**12) - 5001)
            self.assertEqual((await self.within(group.leave())).end, End.LOCAL_HANGUP)
            self.assertEqual(library.seen[-1], {"@type": "leaveGroupCall", "group_call_id": 1})
            await asyncio.gather(*playing, return_exceptions=True)

    async def test_tdlib_shares_the_screen_that_is_shown(self):
        async with self.bob_in_friends(**CODECS) as (_, his), self.alice(**CODECS) as (calls, library):
            calls.client.set_interfaces(["127.0.0.1"])
            there, seen, alice = his.__aiter__(), his.__aiter__(), libtgcall.Peer.user(ALICE)
            group = await self.within(calls.join_group(-(10**12) - 5001))
            await first(there, GroupParticipantEvent, lambda event: event.peer == alice)
            his.want_video(alice, SCREEN, VideoQuality.FULL)
            told = group.media.__aiter__()
            group.media.start_video(SCREEN, 640, 360)
            encode = await first(told, VideoEncodeEvent, lambda event: event.source == SCREEN and event.bits_per_s > 0)
            ready = asyncio.ensure_future(first(seen, VideoReadyEvent))
            for number in range(100):
                group.media.push_video(SCREEN, VideoCodec.VP8, 9000 * number, FRAME, True, encode.layer)
                if (await asyncio.wait([ready], timeout=0.1))[0]:
                    break
            self.assertEqual(((await ready).source, (await ready).peer), (SCREEN, alice))
            self.assertEqual(bytes(his.pull_video(SCREEN, alice).data), FRAME)
            asked = [request for request in library.seen if request["@type"] == "startGroupCallScreenSharing"]
            self.assertEqual([request["group_call_id"] for request in asked], [1])
            await self.within(group.leave())

    async def test_a_screen_that_telegram_refuses_is_shown_no_more(self):
        async with self.bob_in_friends(), self.alice(**CODECS) as (calls, library):
            calls.client.set_interfaces(["127.0.0.1"])
            library.users_answer["startGroupCallScreenSharing"] = {"@type": "error", "code": 400, "message": "No"}
            group = await self.within(calls.join_group(-(10**12) - 5001))
            media = group.media.__aiter__()
            group.media.start_video(SCREEN, 640, 360)
            await first(media, GroupJoinEvent, lambda event: event.source == SCREEN)
            with self.assertRaises(libtgcall.StateError):
                while True:
                    group.media.payload()
                    await asyncio.sleep(0)
            await self.within(group.leave())

    @asynccontextmanager
    async def bob_in_friends(self, **options):
        async with side(self.simulator.port, ALICE) as alice:  # only she may make it
            alice.client.set_interfaces(["127.0.0.1"])
            await self.within(alice.client.create_group(alice.telegram.chats[5001].peer))
        async with self.bob(**options) as bob:
            bob.client.set_interfaces(["127.0.0.1"])
            told = bob.telegram.chats[5001]
            his = bob.client.open_group(told.call_id, told.access_hash)
            await self.within(his.join())
            yield bob, his


class Floods(OverTheSimulator):
    arguments = ("--rule", "account 1001 request phone.requestCall flood-wait 7")

    async def test_the_seconds_reach_the_user(self):
        async with self.alice() as (calls, _):
            call = await self.within(calls.call(BOB))
            ended = await self.within(call.wait_ended())
            self.assertEqual((ended.end, ended.action, ended.retry_after_s), (End.FLOOD, Action.RETRY_AFTER, 7))


class Alone(Watched):
    async def test_updates_about_something_else_are_nothing(self):
        async def send(request):
            return {"@type": "ok"}

        async with Calls(send) as calls:
            self.assertFalse(calls.feed({"@type": "updateOption", "name": "version"}))
            self.assertFalse(calls.feed({}))
            self.assertTrue(calls.feed({"@type": "updateNewCallSignalingData", "call_id": 5, "data": "AAAA"}))
            over = {"@type": "callStateDiscarded", "reason": {"@type": "callDiscardReasonMissed"}}
            told = {"@type": "call", "id": 5, "user_id": 9, "is_outgoing": False, "state": over}
            self.assertTrue(calls.feed({"@type": "updateCall", "call": told}))
            self.assertEqual(calls._calls, {})
        self.assertFalse(calls.feed({"@type": "updateCall", "call": told}), "closed")
