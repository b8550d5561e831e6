"""Accounts that are logged in by client libraries, each with its calls: one shape for all of them.

Telethon and Pyrogram's kin run in this process, with their adapters. The others are processes, which take requests and give
answers and updates as lines; their recipe is in docs/clients.md, and in the programs beside this one.
"""

import asyncio
import importlib
import importlib.metadata
import os
import struct
from contextlib import suppress
from pathlib import Path

import libtgcall

HERE = Path(__file__).resolve().parent
RATE_HZ = 16000
LOGIN_S = 60
ANSWER_S = 30
GET_CONFIG = struct.pack("<I", 0xC4F9186B)
INVOKE_WITH_LAYER = 0xDA9B0D0D


class NotHere(Exception):
    """A library that is not installed."""


def names():
    """All that can be asked for; which of them are here shows when they are made."""
    return list(_KINDS)


def make(name, gateway, account, device=1):
    return _KINDS[name](name, gateway, account, device)


def why_not(name):
    """Why there is no such library here, or None."""
    try:
        _KINDS[name].check(name)
    except NotHere as error:
        return str(error)
    return None


class End:
    """`client` is the `libtgcall.Client` of the account."""

    def __init__(self, name, gateway, account, device):
        self.name, self.gateway, self.account, self.device = name, gateway, account, device

    @classmethod
    def check(cls, name):
        """Raises NotHere."""

    async def __aenter__(self):
        try:
            await asyncio.wait_for(self.start(), LOGIN_S)
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_):
        await self.stop()

    async def start(self):
        raise NotImplementedError

    async def stop(self):
        raise NotImplementedError

    async def call(self, username):
        """Places a call."""
        raise NotImplementedError

    async def ask(self, method):
        """Sends any method, and gives the answer."""
        raise NotImplementedError

    async def change_layer(self, layer):
        """As a client library does that was updated while a call is up: from now on everything comes in this layer."""
        await asyncio.wait_for(self.ask(struct.pack("<II", INVOKE_WITH_LAYER, layer) + GET_CONFIG), ANSWER_S)

    def feed_halves(self):
        """Hands over halves of every update from now on, before the whole one."""
        whole = self.client.feed

        def feed(update):
            data = bytes(update)
            for size in {4, len(data) // 2, max(4, len(data) - 4)}:
                whole(data[:size])
            whole(data + bytes(16))  # padding, as some readers leave it
            return whole(data)

        self.client.feed = feed


class Adapted(End):
    """One of the libraries that the Python package has an adapter for."""

    calls = None

    async def call(self, username):
        return await self.calls.call(username)

    async def ask(self, method):
        return await self.calls._ask(method)

    @property
    def client(self):
        return self.calls.client


class Telethon(Adapted):
    telegram = None

    @classmethod
    def check(cls, name):
        _import("telethon")

    async def start(self):
        telethon = _import("telethon")
        from libtgcall.telethon import Calls
        from telethon.crypto import rsa
        from telethon.sessions import MemorySession

        self.version = importlib.metadata.version("telethon")
        rsa.add_key(self.gateway.pem, old=False)
        session = MemorySession()
        session.set_dc(self.gateway.dc, "127.0.0.1", self.gateway.port)
        self.telegram = telethon.TelegramClient(session, 1, "x" * 32, retry_delay=0.2)
        await self.telegram.start(bot_token=f"{self.account}:{self.device}")
        self.calls = Calls(self.telegram)
        await self.calls.start()

    async def stop(self):
        if self.calls is not None:
            await self.calls.close()
        if self.telegram is not None:
            await self.telegram.disconnect()


class Pyrogram(Adapted):
    """kurigram, Pyrogram, Pyrofork: they have one name to import, so one of them is here. Hydrogram has its own."""

    telegram = None

    @classmethod
    def module(cls, name):
        return "hydrogram" if name == "hydrogram" else "pyrogram"

    @classmethod
    def check(cls, name):
        _import(cls.module(name))
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError as error:
            raise NotHere(f"{name} is not installed") from error

    async def start(self):
        from libtgcall.pyrogram import Calls

        module = self.module(self.name)
        connection = _import(f"{module}.connection.connection")
        rsa = _import(f"{module}.crypto.rsa")
        gateway = self.gateway
        self.version = importlib.metadata.version(self.name)
        rsa.server_public_keys[gateway.fingerprint] = rsa.PublicKey(gateway.n, gateway.e)
        options = {"in_memory": True, "bot_token": f"{self.account}:{self.device}"}
        if hasattr(connection, "DataCenter"):  # all but kurigram have their servers' addresses in a table
            connection.DataCenter = lambda *_: ("127.0.0.1", gateway.port)
        else:

            def to_gateway(**given):
                given["server_address"], given["port"] = "127.0.0.1", gateway.port
                return connection.Connection(**given)

            options["connection_factory"] = to_gateway
        app = _import(module).Client(f"user{self.account}", api_id=1, api_hash="x" * 32, **options)
        await app.start()
        self.telegram = app
        self.calls = Calls(app)
        await self.calls.start()

    async def stop(self):
        if self.calls is not None:
            await self.calls.close()
        if self.telegram is not None:
            await self.telegram.stop()


class Bridged(End):
    """A library in a process of its own, which takes lines

        R id hex            a request
        N id username       who is that?

    and gives

        L version           logged in
        A id hex            an answer
        E id code text      an rpc_error, or code 0 and why there is no answer
        P id user hash
        U hex               an update
    """

    process = reading = client = None

    @classmethod
    def command(cls, name):
        """What starts it; without its arguments."""
        raise NotImplementedError

    @classmethod
    def check(cls, name):
        cls.command(name)

    async def start(self):
        gateway = self.gateway
        arguments = [gateway.port, gateway.fingerprint, f"{gateway.n:x}", gateway.e, self.account, self.device]
        self.process = await asyncio.create_subprocess_exec(
            *self.command(self.name),
            *map(str, arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if "TGCALL_CLIENTS_LOG" in os.environ else asyncio.subprocess.DEVNULL,
            limit=1 << 24,
        )
        self.numbers = iter(range(1, 1 << 62))
        self.waiting = {}
        self.logged_in = asyncio.get_running_loop().create_future()
        self.reading = asyncio.ensure_future(self._read())
        self.version = await self.logged_in
        self.client = libtgcall.Client(self.ask, user_id=self.account)
        self.client.start()
        state = await self.ask(struct.pack("<I", 0xEDD4882A))  # updates.getState
        self.client.set_server_time(struct.unpack_from("<i", state, 12)[0])

    async def stop(self):
        if self.client is not None:
            await self.client.close()
        if self.process is not None:
            self.process.stdin.close()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.process.wait(), 5)
            if self.process.returncode is None:
                self.process.kill()
                await self.process.wait()
        if self.reading is not None:
            await self.reading

    async def call(self, username):
        who = await self._ask("N", username)
        return await self.client.call(who)

    async def ask(self, method):
        return await self._ask("R", method.hex())

    async def _ask(self, what, about):
        number = str(next(self.numbers))
        self.waiting[number] = answer = asyncio.get_running_loop().create_future()
        try:
            self.process.stdin.write(f"{what} {number} {about}\n".encode())
            return await asyncio.wait_for(answer, ANSWER_S)
        finally:
            del self.waiting[number]

    async def _read(self):
        while True:
            line = (await self.process.stdout.readline()).decode().split()
            if not line:
                break
            self._take(*line)
        for answer in [self.logged_in, *self.waiting.values()]:
            if not answer.done():
                answer.set_exception(ConnectionError(f"{self.name} has ended"))
                answer.exception()

    def _take(self, what, *rest):
        if what == "U":
            if self.client is not None:
                self.client.feed(bytes.fromhex(rest[0]))
        elif what == "L":
            self.logged_in.set_result(rest[0])
        else:
            self._answer(self.waiting.get(rest[0]), what, *rest[1:])

    def _answer(self, answer, what, *rest):
        if answer is None or answer.done():
            return
        if what == "A":
            answer.set_result(bytes.fromhex(rest[0]) if rest else b"")
        elif what == "P":
            answer.set_result((int(rest[0]), int(rest[1])))
        elif int(rest[0]):
            answer.set_exception(libtgcall.RpcError(int(rest[0]), " ".join(rest[1:])))
        else:
            answer.set_exception(ConnectionError(" ".join(rest[1:])))


class Gotd(Bridged):
    @classmethod
    def command(cls, name):
        return [_built("TGCALL_GOTD", "tests/clients/gotd")]


class Node(Bridged):
    @classmethod
    def command(cls, name):
        packages = _built("TGCALL_NODE_MODULES", "npm")
        program = Path(packages).parent / f"{name}.mjs"
        if not program.exists():
            raise NotHere(f"{program} is not there")
        return ["node", str(program)]


def _built(variable, what):
    path = os.environ.get(variable)
    if not path or not Path(path).exists():
        raise NotHere(f"{variable} does not name what scripts/clients.sh makes of {what}")
    return path


def _import(module):
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NotHere(f"{module} is not installed") from error


_KINDS = {
    "telethon": Telethon,
    "kurigram": Pyrogram,
    "gotd": Gotd,
    "mtcute": Node,
    "gramjs": Node,
    "pyrogram": Pyrogram,
    "pyrofork": Pyrogram,
    "hydrogram": Pyrogram,
}
