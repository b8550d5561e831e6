"""Group calls over the simulator: several clients in one process, which hear each other."""

import asyncio
import dataclasses
import json
from array import array
from contextlib import AsyncExitStack, asynccontextmanager

import libtgcall
from libtgcall import (
    CallState,
    EndedError,
    GroupLevelsEvent,
    GroupMessageEvent,
    GroupMode,
    GroupParticipantEvent,
    GroupSettings,
    Peer,
    PeerKind,
    VideoCodec,
    VideoEncodeEvent,
    VideoKeyFrameEvent,
    VideoQuality,
    VideoReadyEvent,
    VideoSource,
)

from .support import ALICE, BOB, FRAME, RATE_HZ, Simulator, Watched, first, share_of_tone, side, tone

DAVE = 1004
CAMERA = VideoSource.CAMERA
FRIENDS, FAMILY = 5001, 5002
PATIENCE_S = 30
FOREVER = 600


def endless(hz):
    """A tone until it is cancelled."""
    second = tone(1, hz=hz)
    return (second for _ in range(FOREVER))


async def hears(group, hz, frames=15):
    """Waits until so many frames of the tone were heard."""
    heard = 0
    async with group.listen(RATE_HZ) as sound:
        async for frame in sound:
            heard += share_of_tone(frame, hz=hz) > 0.8
            if heard == frames:
                return True
    return False


class Groups(Watched):
    def setUp(self):
        self.simulator = Simulator()
        self.simulator.__enter__()
        self.addCleanup(self.simulator.__exit__)

    async def within(self, awaitable):
        return await asyncio.wait_for(awaitable, PATIENCE_S)

    @asynccontextmanager
    async def sides(self, *accounts, **options):
        async with AsyncExitStack() as stack:
            sides = [await stack.enter_async_context(side(self.simulator.port, account, **options)) for account in accounts]
            for one in sides:
                one.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
            yield sides

    async def made(self, alice, **options):
        """A call of Alice's, which she is in, and how others get to it."""
        group = await self.within(alice.client.create_group(alice.telegram.chats[FRIENDS].peer, **options))
        self.assertEqual(group.state, CallState.OPEN)
        await self.within(group.join())
        return group

    async def joined(self, other, **options):
        """By what he was told of the chat when he connected."""
        chat = other.telegram.chats[FRIENDS]
        group = other.client.open_group(chat.call_id, chat.access_hash)
        await self.within(group.join(**options))
        return group

    async def test_a_camera_is_seen_by_who_wants_it(self):
        codecs = {"video_encoders": [VideoCodec.VP8], "video_decoders": [VideoCodec.VP8]}
        async with self.sides(ALICE, **codecs) as (alice,), AsyncExitStack() as stack:
            hers = await self.made(alice)
            (bob,) = await stack.enter_async_context(self.sides(BOB, **codecs))
            his = await self.joined(bob)
            told, ready, whose = hers.__aiter__(), his.__aiter__(), Peer.user(ALICE)
            while his.roster.find(whose) is None:
                await first(ready, GroupParticipantEvent)
            his.want_video(whose, CAMERA, VideoQuality.FULL)
            hers.start_video(CAMERA, 640, 360)

            async def shoot():
                async for event in hers:
                    if isinstance(event, VideoEncodeEvent) and event.bits_per_s > 0:
                        self.assertTrue(hers.push_video(CAMERA, VideoCodec.VP8, 3000, FRAME, True, event.layer))

            shooting = asyncio.ensure_future(shoot())
            self.assertEqual((await first(ready, VideoReadyEvent)).peer.id, ALICE)
            frame = his.pull_video(CAMERA, whose)
            self.assertEqual((bytes(frame.data), frame.size, frame.is_key), (FRAME, (640, 360), True))
            self.assertIsNone(his.pull_video(CAMERA))
            his.want_key_frame(CAMERA, whose)
            await first(told, VideoKeyFrameEvent)
            his.want_video(whose, CAMERA, VideoQuality.NONE)
            await first(told, VideoEncodeEvent, lambda event: event.bits_per_s == 0)
            await self.within(hers.leave())
            await shooting

    async def test_two_hear_each_other_and_leave(self):
        async with self.sides(ALICE) as (alice,):
            one = await self.made(alice)
            async with self.sides(BOB) as (bob,):
                self.assertEqual((one.mode, one.kind), (GroupMode.CONNECTED, libtgcall.CallKind.GROUP))
                two = await self.joined(bob)
                playing = one.play(endless(440), RATE_HZ), two.play(endless(1000), RATE_HZ)
                self.assertTrue(all(await self.within(asyncio.gather(hears(two, 440), hears(one, 1000)))))
                room = array("h", bytes(2 * 160))
                one.pull(room, RATE_HZ)  # nobody listens any more
                self.assertEqual(alice.client.calls(), [one])
                self.assertIn("group", one.report())
                for task in playing:
                    task.cancel()
                await asyncio.gather(*playing, return_exceptions=True)
                ended = await self.within(two.leave())
                self.assertEqual(ended.end, libtgcall.End.LOCAL_HANGUP)
                with self.assertRaises(EndedError):
                    await two.set_title("too late")
                self.assertEqual(one.state, CallState.ACTIVE)
                await self.within(one.end())
                self.assertEqual(alice.client.calls(), [])

    async def test_each_is_heard_by_himself(self):
        async with self.sides(ALICE) as (alice,):
            one = await self.made(alice)
            async with self.sides(BOB, DAVE) as (bob, dave):
                two, three = await self.joined(bob), await self.joined(dave)
                playing = two.play(endless(440), RATE_HZ), three.play(endless(1000), RATE_HZ)
                heard = {Peer.user(BOB): 0, Peer.user(DAVE): 0}
                tones = {Peer.user(BOB): 440, Peer.user(DAVE): 1000}

                async def hear():
                    async with one.listen_each(RATE_HZ) as sound:
                        with self.assertRaises(libtgcall.StateError):
                            one.listen(RATE_HZ)
                        async for peer, frame in sound:
                            heard[peer] += share_of_tone(frame, hz=tones[peer]) > 0.8
                            if min(heard.values()) >= 15:
                                return

                await self.within(hear())
                # And as one again.
                frames, mixed = 0, 0
                async with one.listen(RATE_HZ) as sound:
                    async for frame in sound:
                        frames += 1
                        mixed += share_of_tone(frame, hz=440) > 0.2 and share_of_tone(frame, hz=1000) > 0.2
                        if mixed == 10 or frames == 500:
                            break
                self.assertEqual(mixed, 10)
                one.set_separate()
                room = array("h", bytes(2 * 320))
                with self.assertRaises(libtgcall.StateError):
                    one.pull(room, RATE_HZ)

                async def pull():
                    while True:
                        got = one.pull(room, RATE_HZ, peer=Peer.user(BOB))
                        if got and share_of_tone(room, hz=440) > 0.8:
                            return
                        await asyncio.sleep(0.02)

                await self.within(pull())
                self.assertFalse(one.pull(room, RATE_HZ, peer=Peer.user(999)))
                one.set_coding(libtgcall.AudioCoding.PCM, libtgcall.AudioCoding.OPUS)

                async def pull_opus():
                    while True:
                        packet = one.pull_opus(Peer.user(DAVE))
                        if packet is not None:
                            return packet
                        await asyncio.sleep(0.02)

                self.assertGreater(len((await self.within(pull_opus()))[0]), 10)
                for task in playing:
                    task.cancel()
                await asyncio.gather(*playing, return_exceptions=True)

    async def test_who_is_there_and_who_speaks(self):
        async with self.sides(ALICE) as (alice,):
            one = await self.made(alice)
            async with self.sides(BOB) as (bob,):
                one.set_levels()
                events = one.__aiter__()
                two = await self.joined(bob)
                playing = two.play(endless(440), RATE_HZ)

                async def speaks():
                    came = False
                    async for event in events:
                        if isinstance(event, GroupParticipantEvent) and event.peer == Peer.user(BOB):
                            came = True
                        if isinstance(event, GroupLevelsEvent):
                            for level in event.levels:
                                if level.peer == Peer.user(BOB) and level.level > 1000:
                                    return came

                self.assertTrue(await self.within(speaks()))
                roster = one.roster
                self.assertEqual({person.peer.id for person in roster}, {ALICE, BOB})
                self.assertEqual((len(roster), roster.total), (2, 2))
                self.assertTrue(roster.settings & GroupSettings.CREATOR)
                self.assertEqual(roster.me.peer.id, ALICE)
                self.assertTrue(roster.me.is_self)
                his = roster.find(Peer.user(BOB))
                self.assertEqual((his.peer.kind, his.is_self, his.is_muted, his.volume), (PeerKind.USER, False, False, 10000))
                self.assertIsNone(roster.find(Peer.user(999)))
                self.assertEqual(roster[0], roster[-2])
                self.assertEqual(roster[:], list(roster))
                with self.assertRaises(IndexError):
                    roster[2]
                with self.assertRaises(dataclasses.FrozenInstanceError):
                    his.volume = 1
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
                await self.within(two.leave())
                self.assertEqual(len(roster), 2, "it is of its moment")
                await self.within(self.alone(one))
        self.assertEqual(roster.find(Peer.user(BOB)), his, "also after the client")

    async def alone(self, group):
        while len(group.roster) > 1:
            await asyncio.sleep(0.05)

    async def test_wishes_are_done_or_refused_by_name(self):
        async with self.sides(ALICE) as (alice,):
            one = await self.made(alice, title="Song")
            async with self.sides(BOB) as (bob,):
                two = await self.joined(bob)
                his = two.__aiter__()
                self.assertEqual(one.roster.title, "Song")
                await self.within(one.set_title("Dance"))
                self.assertEqual(one.roster.title, "Dance")
                with self.assertRaises(libtgcall.RpcError) as refused:
                    await self.within(two.set_title("Mine"))
                    self.assertEqual((refused.exception.code, refused.exception.name), (403, "GROUPCALL_FORBIDDEN"))
                self.assertNotEqual(refused.exception.action, libtgcall.Action.NONE)
                await self.within(one.set_muted(Peer.user(BOB, alice.telegram.access_hashes[BOB])))
                self.assertTrue(one.roster.find(Peer.user(BOB)).is_muted_by_admin)
                await self.within(two.set_hand())
                await self.within(one.set_volume(Peer.user(BOB, alice.telegram.access_hashes[BOB]), 5000))
                self.assertEqual(one.roster.find(Peer.user(BOB)).volume, 5000)
                self.assertIn("t.me", await self.within(one.export_link()))
                await self.within(one.set_join_muted())
                await self.within(one.set_messages_enabled())
                await self.within(one.send_message("hello"))

                async def message():
                    async for event in his:
                        if isinstance(event, GroupMessageEvent):
                            return event

                said = await self.within(message())
                self.assertEqual((said.message, said.peer), ("hello", Peer.user(ALICE)))
                peers = await self.within(alice.client.join_as(alice.telegram.chats[FRIENDS].peer))
                self.assertIn(Peer.me(), peers)
                with self.assertRaises(libtgcall.ArgumentError):
                    await one.set_muted(Peer.me())
                with self.assertRaises(libtgcall.ArgumentError):
                    await alice.client.join_as(Peer.user(BOB))

    async def test_what_cannot_be_made_says_so(self):
        async with self.sides(BOB) as (bob,):
            with self.assertRaises(EndedError) as refused:
                await self.within(bob.client.create_group(bob.telegram.chats[FRIENDS].peer))
            self.assertIn("ADMIN", str(refused.exception))
            with self.assertRaises(libtgcall.ArgumentError):
                await bob.client.create_group(Peer.user(ALICE))
            group = bob.client.open_group(7, 7)
            with self.assertRaises(libtgcall.StateError):
                bob.client.open_group(7, 7)
            with self.assertRaises(EndedError):
                await self.within(group.join())

    async def test_a_wish_whose_call_ends_first_ends_with_it(self):
        async with self.sides(ALICE) as (alice,):
            one = await self.made(alice)
            wish = asyncio.ensure_future(one.set_title("x"))
            await asyncio.sleep(0)
            alice.client.free()
            with self.assertRaises((libtgcall.StateError, EndedError)):
                await self.within(wish)
            with self.assertRaises(libtgcall.ClosedError):
                one.roster

    async def test_a_call_that_somebody_else_joins_takes_what_he_was_answered(self):
        async with self.sides(ALICE) as (alice,):
            group = alice.client.attach_group(muted=True)
            self.assertEqual(group.state, CallState.JOINING)
            payload = group.payload()
            self.assertIn("fingerprints", json.loads(payload.params))
            self.assertNotIn("pwd", repr(payload))
            with self.assertRaises(libtgcall.ArgumentError):
                group.connect(payload.source, "no answer")
            with self.assertRaises(libtgcall.StateError):
                group.connect(payload.source + 1, "{}")
            group.handle_participant(Peer.user(BOB), 77, 5000)
            group.handle_video(Peer.user(BOB), libtgcall.VideoSource.CAMERA, "end", '[{"semantics":"SIM","sources":[1]}]')
            self.assertEqual([person.peer for person in group.roster], [Peer.user(BOB)])
            self.assertTrue(group.roster[0].switches & libtgcall.Switches.CAMERA)
            group.remove_participant(Peer.user(BOB))
            self.assertEqual(len(group.roster), 0)
            group.start_join()
            self.assertNotEqual(group.payload().source, payload.source)
            with self.assertRaises(libtgcall.StateError):
                await group.set_title("it is TDLib's")
            self.assertEqual((await self.within(group.leave())).end, libtgcall.End.LOCAL_HANGUP)
