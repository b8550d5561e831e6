"""What tests share: a tgcall-sim, two accounts with their clients, a tone."""

import asyncio
import math
import os
import subprocess
import sys
import unittest
from array import array
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALICE, BOB, CAROL = 1001, 1002, 1003
RATE_HZ = 16000
# A key frame of VP8 as far as it is read: its head says 640 x 360.
FRAME = bytes([0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]) + bytes(range(256)) * 8


class Simulator:
    """A tgcall-sim of this test's own: the program that TGCALL_SIM names."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        program = os.environ.get("TGCALL_SIM")
        if not program:
            raise unittest.SkipTest("TGCALL_SIM names no tgcall-sim")
        self.process = subprocess.Popen([program, "--port", "0", *self.arguments], stdout=subprocess.PIPE, text=True)
        self.port = int("".join(filter(str.isdigit, self.process.stdout.readline())))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Side:
    """An account: its connection and its client."""

    def __init__(self, telegram, client):
        self.telegram, self.client = telegram, client

    def call(self, user, **options):
        return self.client.call(user, self.telegram.access_hashes[user], **options)


@asynccontextmanager
async def side(port, account, **options):
    import libtgcall
    from libtgcall.simulator import Telegram

    async with await Telegram.connect(port, account) as telegram:
        async with libtgcall.Client(telegram.send, user_id=account, **options) as client:
            telegram.on_update = client.feed
            client.set_server_time(telegram.server_time)
            yield Side(telegram, client)


async def first(events, kind, is_it=lambda event: True):
    """The next event of this kind, if it comes within a minute."""

    async def look():
        async for event in events:
            if isinstance(event, kind) and is_it(event):
                return event
        raise AssertionError(f"no {kind.__name__} until the end")

    return await asyncio.wait_for(look(), 60)


async def talk(alice, bob):
    """A call that is up, as both have it."""
    incoming = bob.client.incoming()
    call = await alice.call(BOB)
    theirs = await asyncio.wait_for(incoming.__anext__(), 20)
    incoming.close()
    theirs.accept()
    await both_connected(call, theirs)
    return call, theirs


async def both_connected(call, theirs):
    try:
        await asyncio.wait_for(asyncio.gather(call.connected(), theirs.connected()), 60)
    except Exception as error:
        raise AssertionError(f"{error!r}\n{call.report_text(True)}\n{theirs.report_text(True)}") from error


class Watched(unittest.IsolatedAsyncioTestCase):
    """Fails if anything reaches the loop's exception handler that the test did not ask for with `expect`."""

    async def asyncSetUp(self):
        self.reported = []
        loop = asyncio.get_running_loop()
        loop.slow_callback_duration = 60  # what is slow is the machine
        loop.set_exception_handler(lambda _, context: self.reported.append(context))

    async def asyncTearDown(self):
        self.assertEqual([str(context) for context in self.reported], [])

    def expect(self, kind):
        """One that was reported, which is taken off the list."""
        found = [context for context in self.reported if isinstance(context.get("exception"), kind)]
        self.assertEqual(len(found), 1, self.reported)
        self.reported.remove(found[0])
        return found[0]


def tone(seconds, rate_hz=RATE_HZ, hz=440, form="h"):
    step, loud = 2 * math.pi * hz / rate_hz, 8000 if form == "h" else 0.25
    number = int if form == "h" else float
    return array(form, (number(loud * math.sin(at * step)) for at in range(int(seconds * rate_hz))))


def share_of_tone(frame, rate_hz=RATE_HZ, hz=440):
    """How much of a frame's power is the tone: 0 to 1 (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hz / rate_hz)
    one = two = total = 0.0
    for sample in frame:
        one, two = sample + turn * one - two, one
        total += sample * sample
    return 2 * (one * one + two * two - turn * one * two) / (len(frame) * total) if total else 0.0


def run_program(code, *arguments, timeout=60):
    """A program of its own, in this Python and with this package."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        env=environment,
    )
