"""Calls for Telethon 1.

    async with libtgcall.telethon.Calls(client) as calls:
        call = await calls.call("@somebody")
        await call.play("hello.wav")
        await call.hangup()

        group = await calls.join_group("@chat")
        await group.play("music.wav")
        await group.leave()

Requests go out by the client's own sender, as bytes, in its own layer. What it receives is read from the decrypted messages
and not from Telethon's objects: its reader runs on into padding, a constructor that it does not know loses it a whole
container, and what does not fit its count of updates waits for a difference that has no calls in it.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from ._adapter import PATIENCE_S, Adapter, Flight
from ._enums import PeerKind
from ._errors import StateError
from ._values import Peer

if TYPE_CHECKING:
    from telethon import TelegramClient

__all__ = ["Calls"]

_PAUSE_S = 0.2


class Calls(Adapter["TelegramClient"]):
    __doc__ = Adapter.__doc__

    _flights: Dict[Any, Flight]

    async def _who_am_i(self) -> int:
        if not self.telegram.is_connected():
            raise StateError(-3, "the Telethon client is not connected: await client.start() first")
        me = await self.telegram.get_me(input_peer=True)
        if me is None:
            raise StateError(-3, "the Telethon client is not logged in")
        number: int = me.user_id
        return number

    async def _find(self, user: Any) -> Tuple[int, int]:
        if isinstance(user, tuple):
            return user
        peer = await self.telegram.get_input_entity(user)
        if not hasattr(peer, "access_hash") and hasattr(peer, "user_id"):
            peer = await self.telegram.get_entity(peer)  # known from a message only
        number, access_hash = getattr(peer, "user_id", getattr(peer, "id", None)), getattr(peer, "access_hash", None)
        if type(peer).__name__ not in ("InputPeerUser", "User") or number is None or access_hash is None:
            raise TypeError(f"{user!r} is no user who can be called")
        return number, access_hash

    async def _input_peer(self, who: Any) -> Any:
        return await self.telegram.get_input_entity(who)

    async def _full_chat(self, chat: Peer) -> Any:
        from telethon.tl.functions import channels, messages
        from telethon.tl.types import InputChannel

        if chat.kind == PeerKind.CHANNEL:
            asked: Any = channels.GetFullChannelRequest(InputChannel(chat.id, chat.access_hash))
        else:
            asked = messages.GetFullChatRequest(chat.id)
        return (await self.telegram(asked)).full_chat

    # Requests

    async def _ask(self, method: bytes) -> bytes:
        await self._connected()
        sender, flight = self.telegram._sender, Flight()
        state = _types().Sent(_types().Raw(method), flight)
        state.future.add_done_callback(lambda future: flight.lose(_loss(future)))
        self._flights[state] = flight
        try:
            sender._send_queue.append(state)
            return await flight.wait()
        finally:
            del self._flights[state]

    async def _connected(self) -> None:
        """While Telethon reconnects by itself it is connected: what is sent then waits, and goes out again."""
        for _ in range(int(PATIENCE_S / _PAUSE_S)):
            if self.telegram.is_connected():
                return
            await asyncio.sleep(_PAUSE_S)
        raise ConnectionError("the Telethon client is not connected")

    def _flight(self, request: int) -> Optional[Flight]:
        return next((flight for state, flight in self._flights.items() if state.msg_id == request), None)

    # What comes in

    def _hook(self) -> None:
        self._flights = {}
        state = self.telegram._sender._state
        if "decrypt_message_data" in vars(state):
            raise StateError(-3, "this Telethon client has its calls already")
        _readers.acquire()
        state.decrypt_message_data = self._decrypting(state, state.decrypt_message_data)
        self._state = state

    def _unhook(self) -> None:
        del self._state.decrypt_message_data
        _readers.release()
        for flight in list(self._flights.values()):
            flight.lose("the calls are closed")

    def _decrypting(self, state: Any, inner: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        from telethon.errors import SecurityError, TypeNotFoundError

        def decrypt(body: bytes) -> Any:
            _last.plain = b""
            try:
                message = inner(body)
            except SecurityError:
                raise
            except Exception as error:
                if not _last.plain:
                    raise
                # It is authentic, and Telethon cannot read it. What is ours is acknowledged here, as nobody else will;
                # and Telethon leaves it out, where it would begin a new session for some of these errors.
                self.telegram._sender._pending_ack.update(self._take_plain(state))
                if isinstance(error, TypeNotFoundError):
                    raise
                raise TypeNotFoundError(0, b"") from error
            if message is not None:  # None: it was there before, or is from another time
                self._take_plain(state)
            return message

        return decrypt

    def _take_plain(self, state: Any) -> List[int]:
        return self._take(_last.plain, struct.pack("<q", state.id))


def _loss(future: "asyncio.Future[Any]") -> str:
    """Why a request has no answer; where it has one, that came first, from the bytes."""
    if future.cancelled():
        return "the Telethon client was disconnected"
    return repr(future.exception())


class _Types:
    """What is made of Telethon's own classes, once they are there."""

    def __init__(self) -> None:
        from telethon.network.requeststate import RequestState
        from telethon.tl.tlobject import TLRequest

        def init(self: Any, method: bytes) -> None:
            self.method = method
            self.CONSTRUCTOR_ID = int.from_bytes(method[:4], "little")

        raw = {
            "SUBCLASS_OF_ID": 0,
            "__init__": init,
            "_bytes": lambda self: self.method,
            "to_dict": lambda self: {"_": "libtgcall"},
            # Of no use to us: it is not cut off where it ends.
            "read_result": staticmethod(lambda reader: None),
        }
        self.Raw: Any = type("Raw", (TLRequest,), raw)

        def sent_as(self: Any, number: Optional[int]) -> None:
            self.number = number
            if number is not None:
                self.flight.times += 1

        def init_sent(self: Any, request: Any, flight: Flight) -> None:
            self.flight = flight
            RequestState.__init__(self, request)

        # Telethon gives it an id each time that it sends it, after a reconnect too.
        sent = {"__init__": init_sent, "msg_id": property(lambda self: self.number, sent_as)}
        self.Sent: Any = type("Sent", (RequestState,), sent)


_made: Optional[_Types] = None


def _types() -> _Types:
    global _made
    if _made is None:
        _made = _Types()
    return _made


class _Last(threading.local):
    """The last message that was decrypted on this thread."""

    plain = b""


_last = _Last()


class _Readers:
    """While there are calls, the reader that Telethon makes for each decrypted message remembers its bytes: decrypting a
    second time would cost more than all the rest."""

    def __init__(self) -> None:
        self._users = 0
        self._lock = threading.Lock()

    def acquire(self) -> None:
        from telethon.network import mtprotostate

        with self._lock:
            self._users += 1
            if self._users == 1:
                self._original = original = mtprotostate.BinaryReader

                def init(self: Any, data: bytes) -> None:
                    _last.plain = data
                    original.__init__(self, data)

                mtprotostate.BinaryReader = type("BinaryReader", (original,), {"__init__": init})

    def release(self) -> None:
        from telethon.network import mtprotostate

        with self._lock:
            self._users -= 1
            if self._users == 0:
                mtprotostate.BinaryReader = self._original


_readers = _Readers()
