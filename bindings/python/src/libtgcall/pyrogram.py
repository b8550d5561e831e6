"""Calls for Pyrogram 2 and its kin: kurigram, Pyrofork, Hydrogram.

    async with libtgcall.pyrogram.Calls(app) as calls:
        call = await calls.call("somebody")
        await call.play("hello.wav")
        await call.hangup()

        group = await calls.join_group("chat")
        await group.play("music.wav")
        await group.leave()

Requests go out on the client's own session, as bytes, in its own layer, and not by `app.invoke`, which repeats them as it
sees fit. What the session receives is decrypted here as well, and read from its bytes: a constructor that Pyrogram does not
know makes it begin a new connection, so a message with one never reaches it.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from hashlib import sha256
from hmac import compare_digest
from io import BytesIO
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, Optional, Tuple, Type
from weakref import WeakKeyDictionary

from . import _mtproto as mtproto
from ._adapter import PATIENCE_S, Adapter, Flight
from ._enums import PeerKind
from ._errors import StateError
from ._values import Peer

if TYPE_CHECKING:
    from pyrogram import Client

__all__ = ["Calls"]

_log = logging.getLogger("libtgcall")
_PAUSE_S = 0.2
_DEAF_S = 8.0
"""So long a session that reads nothing may take to see to that itself; Hydrogram waits 5 s."""


class _Request(Flight):
    """One that knows the message it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Any = None
        self.message: Any = None
        self.connection: Any = None
        self.is_refused = False
        """The server did not take the message, which needs another id."""


class Calls(Adapter["Client"]):
    __doc__ = Adapter.__doc__

    _requests: Dict[int, _Request]
    _deaf_since: Optional[float] = None
    _waking: Optional[asyncio.Task[None]] = None

    async def _who_am_i(self) -> int:
        session: Any = getattr(self.telegram, "session", None)
        if session is None:
            raise StateError(-3, "the Pyrogram client is not started: await app.start() first")
        self._library = _Library(session)
        me = self.telegram.me or await self.telegram.get_me()
        number: int = me.id
        return number

    async def _find(self, user: Any) -> Tuple[int, int]:
        if isinstance(user, tuple):
            return user
        peer = user if hasattr(user, "access_hash") else await self.telegram.resolve_peer(getattr(user, "id", user))
        number, access_hash = getattr(peer, "user_id", getattr(peer, "id", None)), getattr(peer, "access_hash", None)
        is_user = type(peer).__name__ in ("InputPeerUser", "InputUser", "User")
        if not is_user or number is None or access_hash is None:
            raise TypeError(f"{user!r} is no user who can be called")
        return number, access_hash

    async def _input_peer(self, who: Any) -> Any:
        is_peer = type(who).__name__.startswith("InputPeer")
        return who if is_peer else await self.telegram.resolve_peer(getattr(who, "id", who))

    async def _full_chat(self, chat: Peer) -> Any:
        client: Any = self.telegram
        raw = self._library.raw
        if chat.kind == PeerKind.CHANNEL:
            channel = raw.types.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
            asked = raw.functions.channels.GetFullChannel(channel=channel)
        else:
            asked = raw.functions.messages.GetFullChat(chat_id=chat.id)
        return (await client.invoke(asked)).full_chat

    # Requests

    async def _ask(self, method: bytes) -> bytes:
        """A session that reconnects stays the same for the server, so the message goes out again as it was: if it was
        taken already, the answer comes once more, and nothing is done twice."""
        request = _Request()
        give_up_at = asyncio.get_running_loop().time() + PATIENCE_S
        try:
            while not request.came.done() and asyncio.get_running_loop().time() < give_up_at:
                self._wake_the_deaf()
                if self._has_to_go_out(request):
                    await self._send(method, request)
                await asyncio.wait({request.came}, timeout=_PAUSE_S)
            request.lose("no answer")
            return await request.wait()
        finally:
            self._forget(request)

    def _has_to_go_out(self, request: _Request) -> bool:
        session: Any = self.telegram.session
        is_up = session is not None and session.is_started.is_set()
        return is_up and (request.is_refused or request.connection is not session.connection)

    def _wake_the_deaf(self) -> None:
        """Compat: a connection that is lost just while a session starts leaves Pyrogram, Pyrofork and Hydrogram with one that
        counts as started and reads nothing, for good."""
        session: Any = self.telegram.session
        reader = getattr(session, "recv_task", None)
        loop = asyncio.get_running_loop()
        is_waking = self._waking is not None and not self._waking.done()
        if reader is None or not reader.done() or not session.is_started.is_set() or is_waking:
            self._deaf_since = None
        elif self._deaf_since is None:
            self._deaf_since = loop.time()
        elif loop.time() - self._deaf_since > _DEAF_S:
            self._deaf_since = None
            _log.warning("the session reads nothing any more, and is started anew")
            self._waking = loop.create_task(session.restart())

    async def _send(self, method: bytes, request: _Request) -> None:
        session: Any = self.telegram.session
        async with self._turn:  # they leave in the order in which they are asked for
            if request.message is None or request.session is not session or request.is_refused:
                self._forget(request)
                request.message = await self._library.message(session, method)
                request.session, request.is_refused = session, False
                self._requests[request.message.msg_id] = request
            request.connection = connection = session.connection
            request.times += 1
            packet = self._library.packed(session, request.message)
            try:
                await connection.send(packet)
            except OSError:
                pass  # its session comes back with another connection

    def _forget(self, request: _Request) -> None:
        if request.message is not None:
            self._requests.pop(request.message.msg_id, None)

    def _flight(self, request: int) -> Optional[Flight]:
        return self._requests.get(request)

    def _take_bad(self, message: mtproto.Message) -> bool:
        bad = mtproto.bad_message(message)
        request = None if bad is None else self._requests.get(bad.request)
        if bad is None or request is None:
            return False
        if bad.salt is not None:
            request.session.salt = bad.salt
            request.times -= 1
            request.is_refused = True
        else:
            request.lose(f"bad_msg_notification {bad.code}")
        return True

    # What comes in

    def _hook(self) -> None:
        self._requests = {}
        self._turn = asyncio.Lock()
        _hooks.add(self._library.session, self.telegram, self._handle_packet)

    def _unhook(self) -> None:
        _hooks.remove(self._library.session, self.telegram)
        for request in list(self._requests.values()):
            request.lose("the calls are closed")

    async def _handle_packet(self, session: Any, packet: bytes, original: Callable[..., Awaitable[None]]) -> None:
        current: Any = self.telegram.session
        if session is not current:  # one for files
            return await original(session, packet)
        plain, is_readable = await self._library.opened(session, packet)
        if plain is None:
            return await original(session, packet)  # which has rules of its own for what is not authentic
        taken = self._take(plain, plain[8:16])
        if is_readable:
            await original(session, packet)
        else:
            session.pending_acks.update(taken)


class _Library:
    """Pyrogram, or whichever of its kin the session is from, by the parts that are needed of it."""

    def __init__(self, session: Any) -> None:
        self.session: Type[Any] = type(session)
        name = self.session.__module__.partition(".")[0]
        self._root: Any = importlib.import_module(name)
        self.raw: Any = importlib.import_module(f"{name}.raw")
        core = importlib.import_module(f"{name}.raw.core")
        self._mtproto: Any = importlib.import_module(f"{name}.crypto.mtproto")
        self._aes: Any = importlib.import_module(f"{name}.crypto.aes")
        self._message: Any = core.Message

        def init(self: Any, method: bytes) -> None:
            self.method = method

        opaque = {
            "__slots__": ("method",),
            "QUALNAME": "functions.libtgcall.Request",
            "__init__": init,
            "write": lambda self, *_: self.method,
        }
        self._opaque: Any = type("Request", (core.TLObject,), opaque)

    async def message(self, session: Any, method: bytes) -> Any:
        """A message with its id and its number in the sequence."""
        factory = session.msg_factory
        made = getattr(factory, "create", factory)(self._opaque(method))
        return await made if inspect.isawaitable(made) else made

    def packed(self, session: Any, message: Any) -> bytes:
        packet: bytes = self._mtproto.pack(
            message, session.salt, session.session_id, session.auth_key, session.auth_key_id
        )
        return packet

    async def opened(self, session: Any, packet: bytes) -> Tuple[Optional[bytes], bool]:
        """What is in a packet, if it is authentic, and whether Pyrogram can read it. Done where Pyrogram itself does it,
        so that packets keep their order."""
        protocol = getattr(session.connection, "protocol", None)
        executor = getattr(protocol, "crypto_executor", None) or getattr(self._root, "crypto_executor", None)
        if executor is None:
            return self._open(session, packet)
        return await asyncio.get_running_loop().run_in_executor(executor, self._open, session, packet)

    def _open(self, session: Any, packet: bytes) -> Tuple[Optional[bytes], bool]:
        if len(packet) < 24 + 32 or (len(packet) - 24) % 16 or packet[:8] != session.auth_key_id:
            return None, True
        key, iv = self._mtproto.kdf(session.auth_key, packet[8:24], False)
        plain: bytes = self._aes.ige256_decrypt(packet[24:], key, iv)
        message_key = sha256(session.auth_key[96:128] + plain).digest()[8:24]
        if not compare_digest(message_key, packet[8:24]) or plain[8:16] != session.session_id:
            return None, True
        try:
            self._message.read(BytesIO(plain[16:]))
        except Exception:  # whatever it stumbles over
            return plain, False
        return plain, True


def _steady(session: Type[Any]) -> Dict[str, Callable[[Any], Awaitable[None]]]:
    """Compat: Pyrogram, Pyrofork and Hydrogram do not lock their restarts, of which two at once leave two readers on one
    connection; and nobody hears of a connection that is lost just before its session counts as started. Neither mends itself.
    kurigram has a lock."""
    begin, again = session.start, session.restart
    locks: "WeakKeyDictionary[Any, asyncio.Lock]" = WeakKeyDictionary()

    async def start(self: Any) -> None:
        await begin(self)
        while self.recv_task.done():
            await self.stop()
            await begin(self)

    async def restart(self: Any) -> None:
        lock = locks.setdefault(self, asyncio.Lock())
        is_going = lock.locked()
        async with lock:
            if not is_going:  # else the one that has just ended will do
                await again(self)

    return {"start": start, "restart": restart}


class _Hooks:
    """Session's methods that are replaced as long as there are calls. The class's and not the session's, as a client that is
    stopped and started has another one."""

    def __init__(self) -> None:
        self._originals: Dict[Type[Any], Dict[str, Any]] = {}
        self._takers: Dict[Type[Any], Dict[int, Any]] = {}

    def add(self, session: Type[Any], client: Any, take: Callable[..., Awaitable[None]]) -> None:
        takers = self._takers.setdefault(session, {})
        if id(client) in takers:
            raise StateError(-3, "this Pyrogram client has its calls already")
        takers[id(client)] = take
        if len(takers) > 1:
            return
        original = session.handle_packet

        async def handle_packet(self: Any, packet: bytes) -> None:
            taker = takers.get(id(self.client))
            await (original(self, packet) if taker is None else taker(self, packet, original))

        replaced: Dict[str, Any] = {"handle_packet": handle_packet}
        if not hasattr(client.session, "restart_lock"):
            replaced.update(_steady(session))
        self._originals[session] = {name: getattr(session, name) for name in replaced}
        for name, method in replaced.items():
            setattr(session, name, method)

    def remove(self, session: Type[Any], client: Any) -> None:
        takers = self._takers[session]
        del takers[id(client)]
        if not takers:
            for name, method in self._originals.pop(session).items():
                setattr(session, name, method)


_hooks = _Hooks()
