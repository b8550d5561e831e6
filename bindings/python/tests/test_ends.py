"""Interpreters that end, collect late, or fork, with calls that are up: each is a program of its own, which has to end as
it should and never by a signal."""

import os
import sys
import unittest

from .support import run_program

BEGIN = """
import asyncio, gc, logging, os, sys, threading
import libtgcall
logging.disable()
KEY = bytes(range(256))

async def up(count=1, **options):
    pairs = []
    for _ in range(count):
        clients = [libtgcall.Client(**options) for _ in range(2)]
        calls = []
        for client, outgoing in zip(clients, (True, False)):
            client.start()
            client.set_interfaces(["127.0.0.1"])
            calls.append(client.attach(KEY, outgoing=outgoing))
        for call, other in (calls, reversed(calls)):
            def forward(event, other=other):
                if isinstance(event, libtgcall.SignalingSendEvent):
                    try:
                        other.handle_signaling(event.data)
                    except libtgcall.StatusError:
                        pass
            call.client.on_event(forward)
            call.connect("9.0.0", True)
        await asyncio.gather(*(call.connected() for call in calls))
        calls[0].frames = calls[0].listen(16000)
        calls[1].play(bytes(32000 * 30), 16000)
        pairs.append(calls)
    return pairs
"""


class Ends(unittest.TestCase):
    def check(self, code, status=0, output="done\n", times=2):
        for _ in range(times):
            result = run_program(BEGIN + code)
            self.assertEqual(result.returncode, status, result.stdout)
            if output is not None:
                self.assertEqual(result.stdout, output)

    def test_the_loop_is_left_with_calls_that_are_up(self):
        self.check("pairs = asyncio.run(up())\nprint('done')")

    def test_the_process_exits_in_the_middle(self):
        self.check(
            """
async def main():
    await up()
    print("done")
    sys.exit(3)
asyncio.run(main())
""",
            status=3,
        )

    def test_the_program_ends_by_an_exception(self):
        self.check(
            """
async def main():
    pairs = await up()
    raise KeyError("the program's own")
asyncio.run(main())
""",
            status=1,
            output=None,
        )

    def test_every_line_is_logged_while_it_ends(self):
        self.check(
            """
pairs = asyncio.run(up(log_level=libtgcall.LogLevel.TRACE))
print("done")
"""
        )

    def test_a_client_that_is_dropped_is_collected_and_freed(self):
        self.check(
            """
import weakref
from libtgcall import _mailbox
async def main():
    client = libtgcall.Client()
    client.start()
    call = client.attach(KEY, outgoing=True)
    handle, gone = client._handle, weakref.ref(client)
    del client, call
    for _ in range(100):
        await asyncio.sleep(0.01)
        gc.collect()
        if gone() is None:
            break
    assert gone() is None and handle.is_closed and not _mailbox.mailboxes, (gone(), handle.is_closed)
asyncio.run(main())
print("done")
"""
        )

    def test_a_collector_that_is_late(self):
        """Calls and clients are in cycles with each other; those of a loop that is long closed go as well."""
        self.check(
            """
gc.disable()
for _ in range(3):
    asyncio.run(up())
gc.collect()
from libtgcall import _mailbox
assert not _mailbox.mailboxes, _mailbox.mailboxes
print("done")
""",
        )

    def test_modules_are_gone_before_the_client(self):
        self.check(
            """
pairs = asyncio.run(up())
sys.kept_to_the_very_end = pairs
for name in [name for name in sys.modules if name.startswith("libtgcall")]:
    del sys.modules[name]
del libtgcall
gc.collect()
print("done")
"""
        )

    def test_daemon_threads_push_while_it_ends(self):
        self.check(
            """
pairs = asyncio.run(up())
def work(call):
    sound, room = bytes(640), bytearray(640)
    while True:
        try:
            call.push(sound, 16000)
            call.stats()
        except libtgcall.StatusError:
            pass
for call in pairs[0]:
    threading.Thread(target=work, args=(call,), daemon=True).start()
print("done")
""",
            times=4,
        )

    def test_a_client_that_is_made_too_late_is_closed(self):
        code = """
import atexit
def at_the_end():
    client = libtgcall.Client()
    try:
        client.feed(b"")
    except libtgcall.ClosedError:
        print("done")
atexit.register(at_the_end)
"""
        result = run_program(code + "import libtgcall")
        self.assertEqual((result.returncode, result.stdout), (0, "done\n"))

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_a_forked_child_has_copies_that_it_may_close(self):
        self.check(
            """
import warnings
warnings.simplefilter("ignore")
async def main():
    pairs = await up()
    call = pairs[0][0]
    child = os.fork()
    if child == 0:
        try:
            call.stats()
        except libtgcall.StateError as error:
            call.client.free()
            try:
                call.stats()
            except libtgcall.ClosedError:
                os._exit(7)
        os._exit(8)
    assert os.waitpid(child, 0)[1] == 7 << 8
    call.stats()
    await call.client.close()
asyncio.run(main())
print("done")
"""
        )

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_a_forked_child_that_ends_as_programs_do(self):
        self.check(
            """
import warnings
warnings.simplefilter("ignore")
pairs = asyncio.run(up())
child = os.fork()
if child:
    assert os.waitpid(child, 0)[1] == 0
    print("done")
"""
        )

    def test_a_conference_that_is_never_closed(self):
        self.check("conference = libtgcall.Conference(5)\nconference.join()\nprint('done')", times=1)

    def test_a_thread_of_ours_outlives_the_loop(self):
        """The loop is closed while frames come; nobody is there to take them, and nothing is said about it."""
        self.check(
            """
loop = asyncio.new_event_loop()
pairs = loop.run_until_complete(up())
for task in asyncio.all_tasks(loop):
    task.cancel()
loop.run_until_complete(asyncio.sleep(0))
loop.close()
import time
time.sleep(0.3)
pairs[0][0].client.free()
print("done")
"""
        )
