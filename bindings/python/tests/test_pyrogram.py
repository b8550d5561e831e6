"""Calls by Pyrogram, or whichever of its kin TGCALL_PYROGRAM names, through the gateway."""

import asyncio
import importlib
import os
import unittest
import unittest.mock

NAME = os.environ.get("TGCALL_PYROGRAM", "pyrogram")
try:
    pyrogram = importlib.import_module(NAME)
except ImportError as error:
    raise unittest.SkipTest(f"there is no {NAME}: kurigram, or another of its kin") from error

import libtgcall.pyrogram

from . import adapted
from .support import Watched

connection = importlib.import_module(f"{NAME}.connection.connection")
rsa = importlib.import_module(f"{NAME}.crypto.rsa")
Session = importlib.import_module(f"{NAME}.session").Session


class OnPyrogram:
    calls_of = libtgcall.pyrogram.Calls
    errors = (importlib.import_module(f"{NAME}.errors").PeerIdInvalid,)

    async def logged_in(self, account=1001):
        gateway = self.gateway
        rsa.server_public_keys[gateway.fingerprint] = rsa.PublicKey(gateway.n, gateway.e)

        def to_gateway(**options):
            options["server_address"], options["port"] = "127.0.0.1", gateway.port
            return connection.Connection(**options)

        known = self.sessions.get(account)
        options = {"session_string": known} if known else {"in_memory": True, "bot_token": f"{account}:1"}
        if hasattr(connection, "DataCenter"):  # all but kurigram have their servers' addresses in a table
            connection.DataCenter = lambda *_: ("127.0.0.1", gateway.port)
        else:
            options["connection_factory"] = to_gateway
        app = pyrogram.Client(f"user{account}", api_id=1, api_hash="x" * 32, **options)
        await app.start()
        self.sessions[account] = await app.export_session_string()
        return _Stopping(app)

    async def names_of_bob(self, client):
        peer = await client.resolve_peer("bob_1002")
        return ["bob_1002", "@bob_1002", 1002, peer, await client.get_users(1002)]

    async def hash_of_bob(self, client):
        return (await client.resolve_peer("bob_1002")).access_hash

    def wrapped(self, client):
        return Session.handle_packet


class _Stopping:
    """`async with app` would start it a second time."""

    def __init__(self, app):
        self.app = app

    async def __aenter__(self):
        return self.app

    async def __aexit__(self, *_):
        await self.app.stop()


class Calls(OnPyrogram, adapted.Calls, Watched):
    async def test_a_client_that_is_stopped_and_started_has_its_calls_again(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            await client.stop()
            await client.start()
            call, theirs = await self.talk(calls, bob)
            await theirs.hangup()
            self.assertEqual((await self.within(call.wait_ended())).end, libtgcall.End.REMOTE_HANGUP)

    async def test_a_session_that_reads_nothing_any_more_is_started_anew(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            call, theirs = await self.talk(calls, bob)
            session = client.session
            # The connection is lost after the last answer to a session that starts, and before it counts as started.
            session.is_started.clear()
            self.gateway.cut()
            await self.within(asyncio.wait({session.recv_task}))
            session.is_started.set()
            with unittest.mock.patch("libtgcall.pyrogram._DEAF_S", 1.0):
                self.assertEqual((await self.within(call.hangup())).end, libtgcall.End.LOCAL_HANGUP)
                self.assertEqual((await self.within(theirs.wait_ended())).end, libtgcall.End.REMOTE_HANGUP)

    async def test_a_client_that_is_not_started_is_refused(self):
        client = pyrogram.Client("nobody", api_id=1, api_hash="x" * 32, in_memory=True)
        with self.assertRaises(libtgcall.StateError):
            await self.calls_of(client).start()


class Groups(OnPyrogram, adapted.Groups, Watched):
    async def family(self):
        return -5002


class UnknownConstructors(OnPyrogram, adapted.UnknownConstructors, Watched):
    async def test_the_session_stays(self):
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            connection = client.session.connection
            call, theirs = await self.talk(calls, bob, (1002, await self.hash_of_bob(client)))
            await self.within(theirs.hangup())
            await self.within(call.wait_ended())
            self.assertIs(client.session.connection, connection)


class Gaps(OnPyrogram, adapted.Gaps, Watched):
    pass


class Floods(OnPyrogram, adapted.Floods, Watched):
    pass


class Cut(OnPyrogram, adapted.Cut, Watched):
    pass
