"""Wrong arguments, handles that are closed, and the library that cannot be found."""

import asyncio
import ctypes
import os
import subprocess
import sys
import threading
import unittest
from array import array
from pathlib import Path
from tempfile import TemporaryDirectory

import libtgcall
from libtgcall import Client, Conference, Status, raw
from libtgcall import _errors, _library, _rpc, _values

from .support import Watched

try:
    import numpy
except ImportError:
    numpy = None

STALE = 1 << 52


def address_of(argument):
    """What C sees of an argument."""
    argument = getattr(argument, "_as_parameter_", argument)
    if isinstance(argument, ctypes.Array):
        return ctypes.addressof(argument)
    return ctypes.cast(argument, ctypes.c_void_p).value


class Statuses(unittest.TestCase):
    def test_every_failure_has_a_class_and_a_text(self):
        failures = [status for status in Status if status < 0]
        self.assertEqual(len(failures), 8)
        classes = set()
        for status in failures:
            with self.assertRaises(libtgcall.StatusError) as caught:
                _errors.check(status)
            self.assertEqual(caught.exception.status, status)
            self.assertTrue(str(caught.exception))
            classes.add(type(caught.exception))
        self.assertEqual(len(classes), 8)
        self.assertNotIn(libtgcall.StatusError, classes)

    def test_a_status_of_a_newer_library_is_an_error_as_well(self):
        with self.assertRaises(libtgcall.StatusError) as caught:
            _errors.check(-99)
        self.assertEqual(caught.exception.status, -99)

    def test_the_text_is_that_of_the_library(self):
        with self.assertRaises(libtgcall.ArgumentError) as caught:
            Client(user_id=-1)
        self.assertIn("user", str(caught.exception))
        self.assertIsInstance(caught.exception, ValueError)

    def test_settings_are_checked_when_the_client_is_made(self):
        with self.assertRaises(libtgcall.UnsupportedError):
            Client(versions=["1.0.0"])
        with self.assertRaises(libtgcall.ArgumentError):
            Client(max_calls=0)
        with self.assertRaises(libtgcall.ArgumentError):
            Client(proxy=libtgcall.Proxy("a name", 1080))
        with self.assertRaises(ValueError):
            Client(proxy=libtgcall.Proxy("127.0.0.1\0", 1080))


class Closed(Watched):
    async def test_a_client_that_is_closed_says_so(self):
        client = Client()
        async with client:
            call = client.attach(bytes(range(256)), outgoing=True)
        for function in (
            client.stats,
            client.calls,
            client.incoming,
            call.stats,
            call.accept,
            call.report,
            lambda: client.versions,
            lambda: call.levels,
            lambda: call.duration_s,
            lambda: client.feed(b"\0\0\0\0"),
            lambda: client.attach(bytes(256), outgoing=True),
            lambda: client.request(1, 2),
            lambda: call.push(bytes(640), 16000),
            lambda: call.pull(bytearray(640), 16000),
            lambda: call.listen(16000),
            lambda: client.__aiter__(),
        ):
            with self.assertRaises(libtgcall.ClosedError):
                function()
        with self.assertRaises(libtgcall.ClosedError):
            client.start()
        await client.close()
        client.free()
        self.assertEqual([event.text async for event in call][-1:], [call.ended.text])

    async def test_who_waits_is_told_that_the_client_is_closed(self):
        client = Client()
        client.start()
        call = client.attach(bytes(range(256)), outgoing=True)
        waiting = asyncio.ensure_future(call.connected())
        listening = asyncio.ensure_future(self.count(call.listen(16000)))
        incoming = asyncio.ensure_future(self.count(client.incoming()))
        await asyncio.sleep(0)
        client.free()
        with self.assertRaises(libtgcall.StateError):
            await waiting
        self.assertEqual(await listening, 0)
        self.assertEqual(await incoming, 0)

    async def count(self, stream):
        return len([item async for item in stream])

    async def test_a_client_is_started_once(self):
        async with Client() as client:
            with self.assertRaises(libtgcall.StateError):
                client.start()

    async def test_a_client_that_is_not_started_has_no_calls(self):
        client = Client()
        for function in (client.calls, client.incoming, lambda: client.request(5, 6), client.__aiter__):
            with self.assertRaises(libtgcall.StateError):
                function()

    async def test_one_is_closed_while_others_are_inside(self):
        """Every call either works or says that the client is closed; the last one out frees it."""
        for _ in range(5):
            client = Client(max_calls=4)
            client.start()
            call = client.attach(bytes(range(256)), outgoing=True)
            ends = []

            def work():
                sound, room = bytes(640), bytearray(640)
                try:
                    while True:
                        call.push(sound, 16000)
                        call.pull(room, 16000)
                        call.stats()
                except libtgcall.StatusError as error:
                    ends.append(error)

            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads:
                thread.start()
            await asyncio.sleep(0.02)
            client.free()
            for thread in threads:
                thread.join(20)
            self.assertEqual(len(ends), 3)
            self.assertTrue(client._handle.is_freed)


class Stale(Watched):
    async def test_a_call_that_is_over_is_not_found(self):
        async with Client() as client:
            call = client.attach(bytes(range(256)), outgoing=True)
            await call.hangup()
            self.assertEqual(call.state, libtgcall.CallState.ENDED)
            for function in (call.accept, call.confirm, call.discard):
                with self.assertRaises((libtgcall.StateError, libtgcall.NotFoundError)):
                    function()
            self.assertIn('"state": "ended"', call.report())
            with self.assertRaises(libtgcall.EndedError):
                await call.connected()
            with self.assertRaises(libtgcall.EndedError):
                await call.play(bytes(640), 16000)
            unknown = libtgcall.Call(client, STALE)
            with self.assertRaises(libtgcall.NotFoundError) as caught:
                unknown.accept()
            self.assertIsInstance(caught.exception, LookupError)

    async def test_answers_that_nobody_waits_for_are_not_found(self):
        async with Client() as client:
            with self.assertRaises(libtgcall.NotFoundError):
                client.answer(77, b"")
            with self.assertRaises(libtgcall.NotFoundError):
                client.fail(77, 400, "NO\0NAME")
            self.assertFalse(client.feed(b"\1\2\3\4"))


class Buffers(Watched):
    async def test_what_is_no_sound_is_refused_and_not_read(self):
        async with Client() as client:
            call = client.attach(bytes(range(256)), outgoing=True)
            for wrong, kind in (
                ("text", TypeError),
                (array("d", [0.0] * 320), TypeError),
                (array("i", [0] * 320), TypeError),
                (bytes(641), ValueError),
                (memoryview(bytes(1280))[::2], ValueError),
                (None, TypeError),
            ):
                with self.assertRaises(kind, msg=repr(wrong)):
                    call.push(wrong, 16000)
            with self.assertRaises(TypeError):
                call.pull(bytes(640), 16000)
            with self.assertRaises(ValueError):
                call.push(bytes(640), 16000, 0)
            with self.assertRaises(libtgcall.ArgumentError):
                call.push(bytes(640), 0)
            with self.assertRaises(libtgcall.ArgumentError):
                call.push(bytes(64000), 16000)

    async def test_all_that_lends_its_memory_is_taken(self):
        async with Client() as client:
            call = client.attach(bytes(range(256)), outgoing=True)
            call.set_queue(1000)
            ints, floats = array("h", [1] * 320), array("f", [0.5] * 320)
            frozen = memoryview(bytes(640))
            for sound in (bytes(640), bytearray(640), ints, floats, frozen, frozen.cast("h"), memoryview(ints)[:160]):
                before = call.queued_ms
                self.assertTrue(call.push(sound, 16000))
                self.assertGreater(call.queued_ms, before)
            for room in (bytearray(640), array("h", [1] * 320), array("f", [1] * 320), memoryview(bytearray(640))):
                self.assertFalse(call.pull(room, 16000), "there is nothing but silence")
                self.assertFalse(any(room))

    def test_nothing_is_copied(self):
        """What C gets is the address of the memory itself."""
        ints, floats, data, writable = array("h", [1] * 320), array("f", [1] * 320), bytes(640), bytearray(640)
        for lent, place in (
            (ints, ints.buffer_info()[0]),
            (memoryview(ints)[100:], ints.buffer_info()[0] + 200),
            (memoryview(ints).toreadonly(), ints.buffer_info()[0]),
            (floats, floats.buffer_info()[0]),
            (data, address_of(data)),
            (memoryview(data), address_of(data)),
            (writable, ctypes.addressof(ctypes.c_char.from_buffer(writable))),
        ):
            self.assertEqual(address_of(_values.samples(lent, 1)[1]), place, lent)
            self.assertEqual(address_of(_values.readable(lent)[0]), place, lent)
        self.assertEqual(address_of(_values.room(ints, 1)[1]), ints.buffer_info()[0])
        ints.append(1)  # nobody holds it any more
        writable.append(1)

    @unittest.skipIf(numpy is None, "no numpy")
    async def test_arrays_of_numpy_are_taken_as_they_are(self):
        async with Client() as client:
            call = client.attach(bytes(range(256)), outgoing=True)
            call.set_queue(1000)
            frozen = numpy.zeros(320, numpy.int16)
            frozen.setflags(write=False)
            stereo = numpy.zeros((160, 2), numpy.float32)
            for sound, channels in (
                (numpy.ones(320, numpy.int16), 1),
                (frozen, 1),
                (stereo, 2),
                (numpy.ones((3, 320), numpy.float32)[1], 1),
            ):
                self.assertEqual(address_of(_values.samples(sound, channels)[1]), sound.ctypes.data)
                self.assertTrue(call.push(sound, 16000, channels))
            room = numpy.ones((200, 2), numpy.int16)
            self.assertEqual(address_of(_values.room(room[20:180], 2)[1]), room[20:].ctypes.data)
            self.assertFalse(call.pull(room[20:180], 16000, 2))
            self.assertFalse(room[20:180].any())
            self.assertTrue(room[:20].all() and room[180:].all(), "and nothing beside it")
            with self.assertRaises(TypeError):
                call.push(numpy.zeros(320), 16000)
            with self.assertRaises(TypeError):
                call.push(numpy.zeros(320, ">i2"), 16000)
            for in_pieces in (numpy.zeros((320, 2), numpy.int16)[:, 0], numpy.zeros((2, 320), numpy.int16).T):
                with self.assertRaises(ValueError):
                    call.push(in_pieces, 16000)
            with self.assertRaises(TypeError):
                call.pull(frozen, 16000)

    async def test_an_empty_buffer_is_empty(self):
        async with Client() as client:
            for nothing in (b"", bytearray(), array("h"), memoryview(b"")):
                self.assertFalse(client.feed(nothing))


class Refusals(unittest.TestCase):
    def test_errors_of_other_libraries_are_understood(self):
        class UserPrivacyRestrictedError(Exception):  # as Telethon has them
            code, message = 403, "FORBIDDEN"

        class FloodWaitError(Exception):
            code, message, seconds = 420, "FLOOD", 17

        class RPCError(Exception):
            code, message = 400, "TEST_OF_AN_UNKNOWN_NAME"

        class FloodWait(Exception):  # as Pyrogram has them
            CODE, ID, value = 420, "FLOOD_WAIT_X", 17

        class UserIsBlocked(Exception):
            CODE, ID = 400, "USER_IS_BLOCKED"

        for error, told in (
            (libtgcall.RpcError(400, "CALL_PEER_INVALID"), (400, "CALL_PEER_INVALID")),
            (UserPrivacyRestrictedError(), (403, "USER_PRIVACY_RESTRICTED")),
            (FloodWaitError(), (420, "FLOOD_WAIT_17")),
            (RPCError(), (400, "TEST_OF_AN_UNKNOWN_NAME")),
            (FloodWait(), (420, "FLOOD_WAIT_17")),
            (UserIsBlocked(), (400, "USER_IS_BLOCKED")),
            (ConnectionResetError(104, "gone"), None),
            (KeyError("code"), None),
        ):
            self.assertEqual(_rpc.refusal(error), told)


class Conferences(unittest.TestCase):
    def test_one_that_is_closed_says_so(self):
        with Conference(5) as conference:
            self.assertEqual(len(conference.public_key), 32)
            self.assertEqual(conference.state, libtgcall.ConferenceState.JOINING)
            with self.assertRaises(libtgcall.StateError):
                conference.encrypt(0, b"frame")
        with self.assertRaises(libtgcall.ClosedError):
            conference.state
        conference.close()

    def test_a_conference_from_its_first_block_to_a_frame(self):
        with Conference(5) as alice, Conference(6) as bob:
            first = alice.join()
            self.assertTrue(alice.apply_block(libtgcall.to_server_form(first)))
            second = bob.join(libtgcall.to_server_form(first))
            for conference in (alice, bob):
                self.assertTrue(conference.apply_block(libtgcall.to_server_form(second)))
            self.assertEqual(alice.block, bob.block)
            self.assertEqual([participant.user_id for participant in alice.participants], [5, 6])
            both = (alice, bob)
            for _ in range(3):
                for broadcast in [one for conference in both for one in conference.broadcasts()]:
                    for conference in both:
                        self.assertTrue(conference.handle_broadcast(libtgcall.to_server_form(broadcast)))
            self.assertEqual(alice.verification, libtgcall.Verification.DONE)
            self.assertEqual(alice.emoji, bob.emoji)
            self.assertEqual(len(alice.emoji), 4)
            self.assertEqual(len(alice.words), 24)
            packet = alice.encrypt(0, b"a frame", 0)
            self.assertEqual(bob.decrypt(5, packet), b"a frame")
            self.assertIsNone(bob.decrypt(5, packet), "it comes twice")
            self.assertEqual(bob.reject.count, 1)
            packet = alice.encrypt_frame(0, libtgcall.FrameCodec.OPUS, b"\x78opus", speech=True, level_dbov=30)
            self.assertEqual(bob.decrypt_frame(5, libtgcall.FrameCodec.OPUS, packet), (b"\x78opus", 30))
            self.assertIsNotNone(alice.remove([6]))
            self.assertIsNone(alice.remove([7]))
            alice.handle_timeout()


class Loading(unittest.TestCase):
    def load(self, library, code="import libtgcall"):
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
        environment.pop("LIBTGCALL_LIBRARY", None)
        if library:
            environment["LIBTGCALL_LIBRARY"] = library
        return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    def test_a_file_that_is_not_there_is_named(self):
        result = self.load("/nowhere/libtgcall.so")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("ImportError: libtgcall cannot be loaded from /nowhere/libtgcall.so", result.stderr)

    def test_another_library_is_named(self):
        import _ctypes

        result = self.load(_ctypes.__file__)
        self.assertIn("is no libtgcall", result.stderr)

    @unittest.skipIf((Path(libtgcall.__file__).parent / "libtgcall.so").exists(), "the package has one inside")
    def test_without_any_it_says_what_to_do(self):
        code = "import ctypes.util; ctypes.util.find_library = lambda name: None; import libtgcall"
        self.assertIn("LIBTGCALL_LIBRARY", self.load(None, code).stderr)

    def test_a_library_of_another_version_is_refused(self):
        for has, wants, fits in (
            ((0, 1, 0), (0, 1, 0), True),
            ((0, 1, 3), (0, 1, 2), True),
            ((0, 1, 1), (0, 1, 2), False),
            ((0, 2, 0), (0, 1, 0), False),
            ((1, 4, 0), (1, 2, 9), True),
            ((1, 1, 0), (1, 2, 0), False),
            ((2, 0, 0), (1, 2, 0), False),
        ):
            if fits:
                _library._check("file", has, wants)
            else:
                with self.assertRaises(ImportError, msg=f"{has} {wants}") as caught:
                    _library._check("file", has, wants)
                self.assertIn(".".join(map(str, has)), str(caught.exception))
