"""Calls by Telethon, through the gateway."""

import struct
import unittest

try:
    import telethon
except ImportError as error:
    raise unittest.SkipTest("there is no Telethon") from error

from telethon.crypto import rsa
from telethon.network import mtprotostate
from telethon.sessions import MemorySession

import libtgcall.telethon

from . import adapted
from .support import Watched


class OnTelethon:
    calls_of = libtgcall.telethon.Calls

    async def logged_in(self, account=1001):
        session = self.sessions.get(account)
        if session is None:
            rsa.add_key(self.gateway.pem, old=False)
            session = self.sessions[account] = MemorySession()
            session.set_dc(self.gateway.dc, "127.0.0.1", self.gateway.port)
        client = telethon.TelegramClient(session, 1, "x" * 32, retry_delay=0.2)
        await client.start(bot_token=f"{account}:1")
        return client

    async def names_of_bob(self, client):
        peer = await client.get_input_entity("bob_1002")
        return ["bob_1002", "@bob_1002", "https://t.me/bob_1002", 1002, peer, await client.get_entity(peer)]

    async def hash_of_bob(self, client):
        return (await client.get_input_entity("bob_1002")).access_hash

    def wrapped(self, client):
        return client._sender._state.decrypt_message_data, mtprotostate.BinaryReader


class Calls(OnTelethon, adapted.Calls, Watched):
    async def test_what_telethon_cannot_read_does_not_make_it_reconnect(self):
        """A reader that fails in whatever way: the call does not notice, and Telethon's session stays."""
        async with await self.logged_in() as client, self.calls_of(client) as calls, self.bob() as bob:
            session = client._sender._state.id
            original = mtprotostate.BinaryReader.tgread_object
            failures = iter([struct.error("too short"), BufferError("no more data"), IndexError(), KeyError(7)] * 3)

            def fail(reader):
                found = original(reader)
                if type(found).__name__.startswith("Update"):
                    error = next(failures, None)
                    if error is not None:
                        raise error
                return found

            mtprotostate.BinaryReader.tgread_object = fail
            try:
                call, theirs = await self.talk(calls, bob)
                await theirs.hangup()
                self.assertEqual((await self.within(call.wait_ended())).end, libtgcall.End.REMOTE_HANGUP)
            finally:
                del mtprotostate.BinaryReader.tgread_object
            self.assertEqual(client._sender._state.id, session)

    async def test_a_client_that_is_not_connected_is_refused(self):
        client = telethon.TelegramClient(MemorySession(), 1, "x" * 32)
        with self.assertRaises(libtgcall.StateError):
            await self.calls_of(client).start()


class Groups(OnTelethon, adapted.Groups, Watched):
    async def family(self):
        return telethon.tl.types.PeerChat(5002)


class UnknownConstructors(OnTelethon, adapted.UnknownConstructors, Watched):
    pass


class Gaps(OnTelethon, adapted.Gaps, Watched):
    pass


class Floods(OnTelethon, adapted.Floods, Watched):
    pass


class Cut(OnTelethon, adapted.Cut, Watched):
    pass
