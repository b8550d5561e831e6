"""Sessions of Pyrogram's kin that have no lock of their own, as far as their restarts go."""

import asyncio
import unittest

from libtgcall import pyrogram


class Session:
    """Starts and stops in as many turns of the loop as it takes to meet others who do."""

    def __init__(self, losses=0):
        self.client = self
        self.session = self
        self.losses = losses
        """How many connections are lost just before their session counts as started."""
        self.begun = self.readers = 0
        self.most_readers = 0
        self.recv_task = None
        self.over = None

    async def handle_packet(self, packet):
        raise AssertionError("no packet comes")

    async def read(self):
        self.readers += 1
        self.most_readers = max(self.most_readers, self.readers)
        await self.over.wait()
        self.readers -= 1

    async def start(self):
        self.over = asyncio.Event()
        self.recv_task = asyncio.ensure_future(self.read())
        self.begun += 1
        await asyncio.sleep(0.01)
        if self.begun <= self.losses:
            self.over.set()
            await self.recv_task

    async def stop(self):
        await asyncio.sleep(0.01)
        self.over.set()
        await self.recv_task

    async def restart(self):
        await self.stop()
        await self.start()


class Restarts(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.before = dict(vars(Session))

    def hook(self, session):
        pyrogram._hooks.add(Session, session, None)
        self.addCleanup(self.unhook, session)

    def unhook(self, session):
        pyrogram._hooks.remove(Session, session)
        self.assertEqual({name: vars(Session)[name] for name in self.before}, self.before, "as they were")

    async def test_those_that_come_at_once_are_one(self):
        session = Session()
        self.hook(session)
        await session.start()
        await asyncio.gather(*(session.restart() for _ in range(3)))
        self.assertEqual((session.begun, session.readers, session.most_readers), (2, 1, 1))
        await session.restart()
        self.assertEqual((session.begun, session.readers), (3, 1), "one that comes later is another one")
        await session.stop()

    async def test_one_whose_connection_is_lost_meanwhile_begins_again(self):
        session = Session(losses=2)
        self.hook(session)
        await session.start()
        self.assertEqual((session.begun, session.readers), (3, 1))
        await session.stop()

    async def test_one_with_a_lock_is_left_alone(self):
        session = Session()
        session.restart_lock = asyncio.Lock()
        self.hook(session)
        self.assertIs(Session.restart, self.before["restart"])
        self.assertIs(Session.start, self.before["start"])
