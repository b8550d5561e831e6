"""Calls between two clients in one process, over tgcall-sim."""

import asyncio
import json
import subprocess
import sys
import tempfile
import unittest
import wave
from array import array
from pathlib import Path

import libtgcall
from libtgcall import CallEndedEvent, CallState, CallStateEvent, Client, End, Media, P2p, Stat
from libtgcall.simulator import Telegram

from .support import ALICE, BOB, CAROL, RATE_HZ, ROOT, Simulator, Watched, both_connected, share_of_tone, side, talk, tone


class OverTheSimulator(Watched):
    """Each test has its own clients; the simulator is that of the class."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.port = cls.simulator.__enter__().port

    @classmethod
    def tearDownClass(cls):
        cls.simulator.__exit__()

    def alice(self, **options):
        return side(self.port, ALICE, **options)

    def bob(self, **options):
        return side(self.port, BOB, **options)


class Calls(OverTheSimulator):
    async def test_a_call_from_the_request_to_the_end(self):
        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            self.assertEqual(call.emoji, theirs.emoji)
            self.assertEqual(call.user_id, BOB)
            self.assertEqual(theirs.user_id, ALICE)
            self.assertEqual(call.telegram_id[0], theirs.telegram_id[0])
            self.assertEqual(call.direction, libtgcall.Direction.OUTGOING)
            self.assertEqual(call.kind, libtgcall.CallKind.PRIVATE)
            self.assertEqual(call.state_now, CallState.ACTIVE)
            self.assertEqual(alice.client.calls(), [call])
            self.assertEqual(len(call.streams()), 2)
            self.assertEqual(alice.client.stats()[Stat.CALLS], 1)
            self.assertIsNone(alice.client.stats()[Stat.ROUND_TRIP_MS])
            ended = await call.hangup()
            self.assertEqual(ended.end, End.LOCAL_HANGUP)
            self.assertEqual((await theirs.wait_ended()).end, End.REMOTE_HANGUP)
            self.assertEqual(theirs.end, End.REMOTE_HANGUP)
            self.assertEqual(await call.hangup(), ended, "again changes nothing")
            self.assertEqual(call.stats()[Stat.RELAYED], 0)
            states = [event.state async for event in call if isinstance(event, CallStateEvent)]
            self.assertEqual(states[0], CallState.REQUESTING)
            self.assertEqual(states[-2:], [CallState.ACTIVE, CallState.ENDING])
            again = [event async for event in call]
            self.assertIs(again[-1], ended, "who comes late gets them as well")

    async def test_a_call_that_is_declined(self):
        async with self.alice() as alice, self.bob() as bob:
            incoming = bob.client.incoming()
            call = await alice.call(BOB)
            theirs = await incoming.__anext__()
            self.assertEqual((await theirs.decline()).end, End.DECLINED)
            with self.assertRaises(libtgcall.EndedError) as caught:
                await call.connected()
            self.assertEqual(caught.exception.event.end, End.BUSY)

    async def test_a_user_who_takes_no_calls(self):
        async with self.alice() as alice:
            with self.assertRaises(libtgcall.EndedError) as caught:
                await alice.call(CAROL)
            self.assertEqual(caught.exception.event.end, End.PRIVACY)

    async def test_a_second_call_is_over_the_limit(self):
        async with self.alice() as alice:
            call = await alice.call(BOB)
            with self.assertRaises(libtgcall.LimitError):
                await alice.call(BOB)
            await call.hangup()

    async def test_who_stops_waiting_for_a_call_hangs_up(self):
        async with self.alice() as alice:
            calling = asyncio.ensure_future(alice.call(BOB))
            await asyncio.sleep(0)
            calling.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await calling
            events = alice.client.__aiter__()
            while not isinstance(await asyncio.wait_for(events.__anext__(), 10), CallEndedEvent):
                pass
            self.assertEqual(alice.client.calls(), [])

    async def test_a_client_that_is_left_hangs_up(self):
        async with self.bob() as bob:
            async with self.alice() as alice:
                call, theirs = await talk(alice, bob)
            self.assertEqual(call.ended.end, End.LOCAL_HANGUP)
            self.assertEqual((await asyncio.wait_for(theirs.wait_ended(), 10)).end, End.REMOTE_HANGUP)

    async def test_who_confirms_himself(self):
        async with self.alice(auto_confirm=False) as alice, self.bob() as bob:
            incoming = bob.client.incoming()
            call = await alice.call(BOB)
            (await incoming.__anext__()).accept()
            async for event in call:
                if isinstance(event, CallStateEvent) and event.state == CallState.ACCEPTED:
                    call.confirm()
                    break
            await asyncio.wait_for(call.agreed(), 20)
            await asyncio.wait_for(call.connected(), 20)

    async def test_mute_is_told(self):
        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            events = theirs.__aiter__()
            call.mute()
            while True:
                event = await asyncio.wait_for(events.__anext__(), 10)
                if isinstance(event, libtgcall.CallMediaEvent) and event.is_muted:
                    break
            self.assertIn(libtgcall.Switches.MUTED, call.switches[0])
            # It is told on two ways, and an older word on the slower one may come between.
            for _ in range(100):
                if libtgcall.Switches.MUTED in theirs.switches[1]:
                    break
                await asyncio.sleep(0.05)
            self.assertIn(libtgcall.Switches.MUTED, theirs.switches[1])
            call.unmute()

    async def test_settings_while_a_call_is_up(self):
        async with self.alice() as alice, self.bob() as bob:
            call, _ = await talk(alice, bob)
            alice.client.set_low_data(True)
            alice.client.set_p2p(P2p.NEVER)
            alice.client.set_log_level(libtgcall.LogLevel.ERROR)
            alice.client.set_interfaces(["127.0.0.1", libtgcall.Address("::1", 0)])
            alice.client.set_proxy(None)
            call.set_encoding(bits_per_s=24000, packet_ms=60)
            with self.assertRaises(libtgcall.ArgumentError):
                call.set_encoding(packet_ms=25)
            self.assertIn("9.0.0", alice.client.versions)

    async def test_rating_and_report_after_the_end(self):
        with Simulator("--knob", "need-rating=on", "--knob", "need-debug=on") as simulator:
            async with side(simulator.port, ALICE) as alice, side(simulator.port, BOB) as bob:
                methods = []
                alice.client.on_event(lambda event: methods.append(getattr(event, "method", "")))
                call, _ = await talk(alice, bob)
                ended = await call.hangup()
                self.assertTrue(ended.wants_rating and ended.wants_report)
                call.rate(5, "clear as a bell")
                call.send_report()
                while not {"phone.setCallRating", "phone.saveCallDebug"} <= set(methods):
                    await asyncio.sleep(0.01)

    async def test_the_sound_is_carried_by_the_host(self):
        async with self.alice(media=Media.HOST) as alice, self.bob(media=Media.HOST) as bob:
            incoming = bob.client.incoming()
            call = await alice.call(BOB)
            theirs = await incoming.__anext__()
            theirs.accept()
            await asyncio.wait_for(asyncio.gather(call.agreed(), theirs.agreed()), 20)
            self.assertEqual(call.key, theirs.key)
            self.assertEqual(len(call.key), 256)
            self.assertTrue(call.phone_call)
            call.send_signaling(b"hello")
            async for event in theirs:
                if isinstance(event, libtgcall.SignalingReceivedEvent):
                    break
            self.assertEqual(event.data, b"hello")
            call.set_connected(True)
            await call.connected()

    async def test_without_send_requests_are_events(self):
        async with await Telegram.connect(self.port, ALICE) as telegram, self.bob() as bob:
            async with Client(user_id=ALICE) as client:
                telegram.on_update = client.feed

                async def invoke(event):
                    if isinstance(event, libtgcall.InvokeEvent):
                        client.answer(event.request, await telegram.send(event.data))

                client.on_event(invoke)
                call, _ = await talk(Side(telegram, client), bob)
                await call.hangup()


class Side:
    def __init__(self, telegram, client):
        self.telegram, self.client = telegram, client

    def call(self, user):
        return self.client.call((user, self.telegram.access_hashes[user]))


class Faults(OverTheSimulator):
    async def test_handlers_that_raise_reach_the_loop_and_harm_nothing(self):
        async with self.alice() as alice, self.bob() as bob:
            told = []

            def at_once(event):
                if isinstance(event, CallEndedEvent):
                    raise KeyError("at once")

            async def later(event):
                if isinstance(event, CallEndedEvent):
                    raise IndexError("later")

            call, _ = await talk(alice, bob)
            call.on_event(at_once)
            stop = call.on_event(lambda event: told.append("never"))
            alice.client.on_event(later)
            call.on_event(lambda event: told.append(type(event)))
            stop()
            await call.hangup()
            await asyncio.sleep(0.05)
            self.expect(KeyError)
            self.expect(IndexError)
            self.assertIn(CallEndedEvent, told)
            self.assertNotIn("never", told)

    async def test_a_send_that_raises_ends_the_call_and_is_reported(self):
        async def send(_):
            raise ZeroDivisionError("a fault of the host's")

        async with Client(send, user_id=ALICE) as client:
            with self.assertRaises(libtgcall.EndedError):
                await asyncio.wait_for(client.call(BOB, 5), 30)
            while not self.reported:
                await asyncio.sleep(0.01)
            kinds = {type(context["exception"]) for context in self.reported}
            self.assertEqual(kinds, {ZeroDivisionError})
            self.reported.clear()

    async def test_a_connection_that_is_lost_is_no_fault(self):
        async def send(_):
            raise ConnectionResetError

        async with Client(send, user_id=ALICE) as client:
            with self.assertRaises(libtgcall.EndedError):
                await asyncio.wait_for(client.call(BOB, 5), 30)

    async def test_an_answer_that_is_no_bytes_is_reported(self):
        async def send(_):
            return "text"

        async with Client(send, user_id=ALICE) as client:
            with self.assertRaises(libtgcall.EndedError):
                await asyncio.wait_for(client.call(BOB, 5), 30)
            self.assertEqual({type(context["exception"]) for context in self.reported}, {TypeError})
            self.reported.clear()

    async def test_a_refusal_by_an_exception_of_another_library(self):
        class UserIsBlocked(Exception):
            CODE, ID = 403, "USER_IS_BLOCKED"

        async with await Telegram.connect(self.port, ALICE) as telegram:

            async def send(method):
                try:
                    return await telegram.send(method)
                except libtgcall.RpcError as error:
                    raise UserIsBlocked from error

            async with Client(send, user_id=ALICE) as client:
                with self.assertRaises(libtgcall.EndedError) as caught:
                    await client.call(CAROL, telegram.access_hashes[CAROL])
                self.assertEqual(caught.exception.event.end, End.PRIVACY)

    async def test_a_user_without_a_hash_is_refused(self):
        async with Client() as client:
            for user in (BOB, "bob", object(), None):
                with self.assertRaises(TypeError):
                    await client.call(user)

    async def test_a_hook_for_sockets_that_raises_refuses_them(self):
        asked = []

        def hook(fd, protocol):
            asked.append((fd, protocol))
            raise PermissionError("not on this network")

        async with self.alice(socket=hook) as alice, self.bob() as bob:
            incoming = bob.client.incoming()
            call = await alice.call(BOB)
            (await incoming.__anext__()).accept()
            await asyncio.wait_for(call.agreed(), 20)
            while not self.reported:
                await asyncio.sleep(0.01)
            await call.hangup()
            await asyncio.sleep(0.05)
            self.assertTrue(asked)
            self.assertEqual({type(context["exception"]) for context in self.reported}, {PermissionError})
            self.reported.clear()


class Sound(OverTheSimulator):
    async def test_a_file_is_played_to_its_end_and_heard(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tone.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes(tone(1.2))
            async with self.alice() as alice, self.bob() as bob:
                call, theirs = await talk(alice, bob)
                playing = call.play(path)
                heard = 0
                async for frame in theirs.listen(RATE_HZ):
                    self.assertEqual((frame.format, len(frame)), ("h", 320))
                    heard += share_of_tone(frame) > 0.9
                    if heard == 10:
                        break
                await asyncio.wait_for(playing, 20)
                self.assertEqual(call.queued_ms, 0)

    async def test_what_a_generator_makes_is_heard_and_several_follow_each_other(self):
        async def pieces():
            for _ in range(10):
                yield tone(0.1, form="f")
                await asyncio.sleep(0)

        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            first, second = call.play(pieces(), RATE_HZ), call.play([tone(0.3, hz=1000)], RATE_HZ)
            order = []
            async for frame in theirs.listen(RATE_HZ):
                for hz in (440, 1000):
                    if share_of_tone(frame, hz=hz) > 0.9 and order[-1:] != [hz]:
                        order.append(hz)
                if 1000 in order:
                    break
            self.assertEqual(order, [440, 1000])
            await asyncio.wait_for(asyncio.gather(first, second), 20)

    async def test_one_listener_at_a_time_and_the_next_after_it(self):
        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            frames = theirs.listen(8000, 2, 10)
            frame = await asyncio.wait_for(frames.__anext__(), 10)
            self.assertEqual(len(frame), 160)
            with self.assertRaises(libtgcall.StateError):
                theirs.listen(16000)
            with self.assertRaises(libtgcall.StateError):
                theirs.pull(bytearray(640), 16000)
            frames.close()
            while True:
                try:
                    theirs.pull(bytearray(640), 16000)
                    break
                except libtgcall.StateError:  # the library's thread is just taking the last frame
                    await asyncio.sleep(0.01)
            async with theirs.listen(16000) as frames:
                self.assertEqual(len(await asyncio.wait_for(frames.__anext__(), 10)), 320)
            frames = theirs.listen(48000)
            await call.hangup()
            await asyncio.wait_for(theirs.wait_ended(), 10)
            self.assertLess(len([frame async for frame in frames]), 500, "it ends with the call")

    async def test_a_play_that_is_cancelled_is_silent_at_once(self):
        async with self.alice() as alice, self.bob() as bob:
            call, _ = await talk(alice, bob)
            playing = call.play(tone(10), RATE_HZ)
            while call.queued_ms < 500:
                await asyncio.sleep(0.01)
            playing.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await playing
            self.assertEqual(call.queued_ms, 0)

    async def test_a_play_is_over_when_the_call_is(self):
        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            playing = call.play(tone(10), RATE_HZ)
            await asyncio.sleep(0.1)
            await theirs.hangup()
            with self.assertRaises(libtgcall.EndedError):
                await asyncio.wait_for(playing, 10)

    async def test_files_that_cannot_be_played(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "eight.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(1)
                file.setframerate(8000)
                file.writeframes(bytes(800))
            async with Client() as client:
                call = client.attach(bytes(range(256)), outgoing=True)
                with self.assertRaises(ValueError):
                    await call.play(str(path))
                with self.assertRaises(FileNotFoundError):
                    await call.play("/nowhere.wav")
                with self.assertRaises(TypeError):
                    await call.play(bytes(640))
                self.assertEqual(call._queue_ms, 0)

    async def test_opus_goes_through_untouched(self):
        opus = libtgcall.AudioCoding.OPUS
        async with self.alice() as alice, self.bob() as bob:
            call, theirs = await talk(alice, bob)
            call.set_coding(opus, opus)
            theirs.set_coding(opus, opus)
            packet = bytes([0x78, 1, 2, 3])
            got = None
            for number in range(500):
                call.push_opus(packet, number * 960)
                got = theirs.pull_opus()
                # What was encoded before may still be on its way.
                if got is not None and got[0] == packet:
                    break
                await asyncio.sleep(0.02)
            self.assertEqual(got[0], packet)
            with self.assertRaises(libtgcall.ArgumentError):
                call.push_opus(b"", 0)

    async def test_levels_are_those_of_what_is_pushed(self):
        async with self.alice() as alice, self.bob() as bob:
            call, _ = await talk(alice, bob)
            loud = tone(0.02)
            for _ in range(300):
                call.push(loud, RATE_HZ)
                if call.levels[0] > 4000:
                    break
                await asyncio.sleep(0.02)
            self.assertGreater(call.levels[0], 4000)
            call.clear()


class Attached(Watched):
    async def test_a_call_whose_key_the_host_made(self):
        """As a host on TDLib has it; what would go through Telegram goes from one client to the other."""
        key = bytes(range(256))
        async with Client() as alice, Client() as bob:
            call, theirs = alice.attach(key, outgoing=True), bob.attach(bytearray(key), outgoing=False)
            self.assertEqual(call.state, CallState.ATTACHED)
            for one, other in ((call, theirs), (theirs, call)):
                one.client.set_interfaces(["127.0.0.1"])

                def forward(event, other=other):
                    if isinstance(event, libtgcall.SignalingSendEvent):
                        other.handle_signaling(event.data)

                one.on_event(forward)
                one.add_reflector(1, "127.0.0.1", "", 9, bytes(16))
                one.add_webrtc(2, "127.0.0.1", "", 9, "user", "secret", turn=True)
                one.connect("9.0.0", True, "{}")
            await both_connected(call, theirs)
            with self.assertRaises(libtgcall.StateError):
                call.user_id
            theirs.discard()
            await call.hangup()

    async def test_news_that_come_decoded(self):
        async with Client(user_id=BOB, media=Media.HOST) as client:
            call = client.handle_requested(77, 78, ALICE, 0, bytes(range(32)))
            self.assertEqual((call.user_id, call.telegram_id), (ALICE, (77, 78)))
            self.assertIsNone(client.handle_requested(77, 78, ALICE, 0, bytes(range(32))))
            self.assertFalse(call.handle_waiting(1, 2))
            call.handle_discarded(libtgcall.DiscardReason.HANGUP)
            self.assertEqual((await call.wait_ended()).end, End.REMOTE_HANGUP)
            with self.assertRaises(libtgcall.NotFoundError):
                client.handle_dh_config(5, 3, bytes(256), 1, bytes(256))
            unknown = libtgcall.Call(client, 1 << 52)
            for function in (lambda: unknown.handle_accepted(b"x"), lambda: unknown.handle_confirmed(b"x", 1)):
                with self.assertRaises(libtgcall.NotFoundError):
                    function()


class TheExample(unittest.TestCase):
    def test_a_second_of_the_tone_is_heard_and_the_report_is_shown(self):
        with Simulator() as simulator, tempfile.TemporaryDirectory() as folder:
            report, page = Path(folder) / "report.json", Path(folder) / "page.html"
            program = [sys.executable, str(ROOT / "examples/two_in_one.py"), str(simulator.port), str(report)]
            result = subprocess.run(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90)
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertIn("heard 1000 ms of the tone", result.stdout)
            self.assertTrue(json.loads(report.read_text())["samples"])
            shown = subprocess.run([sys.executable, "-m", "libtgcall", str(report), "-o", str(page)])
            self.assertEqual(shown.returncode, 0)
            self.assertIn("Round trip", page.read_text(encoding="utf-8"))
