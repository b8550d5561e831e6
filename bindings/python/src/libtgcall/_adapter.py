"""What the adapters for client libraries share: calls over somebody else's connection to Telegram."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Any, Callable, Generic, List, Optional, Sequence, Tuple, TypeVar, Union

from . import _mtproto as mtproto
from ._call import Call
from ._client import Client
from ._enums import LogLevel, Media, P2p, PeerKind, VideoCodec
from ._errors import NotFoundError, RpcError, StateError, StatusError
from ._group import GroupCall
from ._mailbox import SocketHook
from ._settings import Proxy, Timers
from ._stream import Handler, Queue, report
from ._values import Peer

_log = logging.getLogger("libtgcall")
PATIENCE_S = 30.0
"""For one answer, or for a connection. The library has timers of its own, which end a call."""

L = TypeVar("L")
A = TypeVar("A", bound="Adapter[Any]")


class Flight:
    """A request on its way, which may have been sent more than once."""

    def __init__(self) -> None:
        self.times = 0
        # An error is kept as a value: who is cancelled while it arrives leaves no exception that nobody looks at.
        self.came: asyncio.Future[Union[bytes, Exception]] = asyncio.get_running_loop().create_future()

    def land(self, data: bytes) -> None:
        told = mtproto.refused(data)
        if told is None:
            self._end(data)
        elif self.times > 1:
            # CALL_ALREADY_ACCEPTED may be the word on our own first copy. The library knows what to make of a request
            # without an answer: it asks once more, and reads what comes then in that light.
            self.lose(f"{told[1]}, to a request that was sent twice")
        else:
            self._end(RpcError(*told))

    def lose(self, why: str) -> None:
        self._end(ConnectionError(why))

    def _end(self, with_what: Union[bytes, Exception]) -> None:
        if not self.came.done():
            self.came.set_result(with_what)

    async def wait(self) -> bytes:
        """The answer. RpcError, or an OSError where there is none."""
        await asyncio.wait({self.came}, timeout=PATIENCE_S)
        self.lose("no answer")
        came = await self.came
        if isinstance(came, Exception):
            raise came
        return came


class Adapter(ABC, Generic[L]):
    """The calls of the account that a client of another library is logged in with.

    `async for call in calls` gives those that come in. `async with` starts it and in the end hangs up, closes it, and
    leaves the other library's client as it was. What goes on there, reconnecting too, ends no call.
    """

    def __init__(
        self,
        client: L,
        *,
        versions: Optional[Sequence[str]] = None,
        max_calls: int = 1,
        auto_confirm: bool = True,
        auto_migrate: bool = True,
        timers: Optional[Timers] = None,
        media: Optional[Media] = None,
        p2p: P2p = P2p.FOLLOW,
        proxy: Optional[Proxy] = None,
        log_level: LogLevel = LogLevel.WARNING,
        socket: Optional[SocketHook] = None,
        video_encoders: Sequence[VideoCodec] = (),
        video_decoders: Sequence[VideoCodec] = (),
    ) -> None:
        self.telegram = client
        """The other library's client."""
        self._make: Callable[[int], Client] = lambda user_id: Client(
            self._ask,
            user_id=user_id,
            versions=versions,
            max_calls=max_calls,
            auto_confirm=auto_confirm,
            auto_migrate=auto_migrate,
            timers=timers,
            media=media,
            p2p=p2p,
            proxy=proxy,
            log_level=log_level,
            socket=socket,
            video_encoders=video_encoders,
            video_decoders=video_decoders,
        )
        self._client: Optional[Client] = None
        self._incoming: Optional[Queue[Call]] = None
        self._seen = mtproto.Seen()
        self._is_hooked = False

    # From the start to the end

    async def __aenter__(self: A) -> A:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Begins, over a client that is logged in."""
        if self._client is not None:
            raise StateError(-3, "the calls have been started already")
        self._client = client = self._make(await self._who_am_i())
        try:
            client.start()
            self._incoming = client.incoming()
            self._hook()
            self._is_hooked = True
            date = mtproto.date_of_state(await self._ask(mtproto.GET_STATE))
            if date is not None:
                client.set_server_time(date)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Hangs up, waits until Telegram has been told, and takes its hands off the other library's client."""
        try:
            if self._client is not None:
                await self._client.close()
        finally:
            if self._is_hooked:
                self._is_hooked = False
                self._unhook()

    # What users ask for

    @property
    def client(self) -> Client:
        """The client of this package inside: its events, settings and figures."""
        if self._client is None:
            raise StateError(-3, "the calls have not been started: async with Calls(client)")
        return self._client

    async def call(self, user: Any, *, video: bool = False) -> Call:
        """Calls a user, in whatever way the other library lets one name him. Returns as soon as Telegram has placed the
        call; EndedError if it does not."""
        return await self.client.call(await self._find(user), video=video)

    async def peer(self, who: Any) -> Peer:
        """Somebody, or a chat, in whatever way the other library lets one name him, for group calls."""
        if isinstance(who, Peer):
            return who
        return _peer_of(await self._input_peer(who))

    async def join_group(
        self,
        chat: Any,
        *,
        muted: bool = False,
        join_as: Any = None,
        invite_hash: Optional[str] = None,
    ) -> GroupCall:
        """Joins the group call of a chat. Returns when sound flows; NotFoundError if none is up there, EndedError if we are
        not let in. `leave` and `end` of the result are the ways out."""
        call = getattr(await self._full_chat(_chat(await self.peer(chat))), "call", None)
        number, access_hash = getattr(call, "id", None), getattr(call, "access_hash", None)
        if number is None or access_hash is None:
            raise NotFoundError(-2, f"there is no group call in {chat!r}")
        as_whom = None if join_as is None else await self.peer(join_as)
        group = self.client.open_group(number, access_hash)
        try:
            if as_whom is not None:
                group.set_join_as(as_whom)
            group.set_invite_hash(invite_hash)
            await group.join(muted)
        except BaseException:
            _drop(group)
            raise
        return group

    async def create_group(
        self, chat: Any, title: Optional[str] = None, *, schedule_unix_s: int = 0, rtmp: bool = False
    ) -> GroupCall:
        """Has Telegram make a group call in a chat, as `Client.create_group`; `join` it then."""
        peer = _chat(await self.peer(chat))
        return await self.client.create_group(peer, title, schedule_unix_s=schedule_unix_s, rtmp=rtmp)

    async def create_conference(self, *, muted: bool = False) -> GroupCall:
        """Makes an end-to-end encrypted conference and goes in: its link is `roster.link`, and `invite_user(await calls.peer(user))`
        rings somebody. A private call becomes one by `call.upgrade(await calls.peer(user), ...)`."""
        return await self.client.create_conference(muted=muted)

    async def join_conference(self, link: str, *, muted: bool = False) -> GroupCall:
        """Joins a conference by its link. Returns when sound flows; EndedError if we are not let in."""
        group = self.client.open_link(link)
        try:
            await group.join(muted)
        except BaseException:
            _drop(group)
            raise
        return group

    def invitations(self) -> Queue[GroupCall]:
        """`async for group in calls.invitations()`: conferences that somebody invites us to; `join` or `discard` them."""
        return self.client.invitations()

    def __aiter__(self: A) -> A:
        return self

    async def __anext__(self) -> Call:
        """The next call that comes in and still rings: accept or decline it."""
        self.client  # noqa: B018 - says so if it is not started
        assert self._incoming is not None
        while True:
            call = await self._incoming.__anext__()
            if call.ended is None:
                return call

    def on_event(self, handler: Handler) -> Callable[[], None]:
        """Has every event handed to a function, or an async function, on the loop, until the result is called."""
        return self.client.on_event(handler)

    # For each library

    @abstractmethod
    async def _who_am_i(self) -> int:
        """The account's user id."""

    @abstractmethod
    async def _find(self, user: Any) -> Tuple[int, int]:
        """A user's id and the access hash that this account has for him."""

    @abstractmethod
    async def _input_peer(self, who: Any) -> Any:
        """The library's InputPeer of somebody."""

    @abstractmethod
    async def _full_chat(self, chat: Peer) -> Any:
        """The library's ChatFull or ChannelFull."""

    @abstractmethod
    async def _ask(self, method: bytes) -> bytes:
        """Sends a method and gives the answer, both as they are on the wire. RpcError, or an OSError without one."""

    @abstractmethod
    def _hook(self) -> None:
        """Has what the library receives shown to `_take`."""

    @abstractmethod
    def _unhook(self) -> None:
        """Undoes that."""

    @abstractmethod
    def _flight(self, request: int) -> Optional[Flight]:
        """Whoever waits for the answer to this message."""

    # What comes in

    def _take(self, plain: bytes, session: bytes) -> List[int]:
        """Takes what is about calls out of a decrypted packet; the ids of what the server wants to have acknowledged.
        Raises nothing, as it runs inside the other library."""
        taken: List[int] = []
        try:
            for message in mtproto.messages(plain, session):
                if self._take_one(message) and message.wants_acknowledgement:
                    taken.append(message.id)
        except Exception as error:
            report(asyncio.get_running_loop(), "what the client library received could not be taken", error)
        return taken

    def _take_one(self, message: mtproto.Message) -> bool:
        if message.is_update:
            if self._seen.is_new(message):
                self._feed(message.body)
            return True
        request = mtproto.answered(message)
        flight = None if request is None else self._flight(request)
        if flight is None:
            return self._take_bad(message)
        data = mtproto.result(message)
        if data is None:
            flight.lose("an answer that cannot be unpacked")
        else:
            flight.land(data)
        return True

    def _take_bad(self, message: mtproto.Message) -> bool:
        """A message that says the server did not take one of ours; most libraries see to that themselves."""
        return False

    def _feed(self, update: bytes) -> None:
        if self._client is None:
            return
        try:
            self._client.feed(update)
        except StatusError as error:  # closed, or dead, of which the user is told otherwise
            _log.debug("an update was not taken: %s", error)


def _peer_of(peer: Any) -> Peer:
    """An InputPeer of Telethon's or Pyrogram's: both have them under their names in TL."""
    kind, access_hash = type(peer).__name__, getattr(peer, "access_hash", 0)
    if kind == "InputPeerSelf":
        return Peer.me()
    if kind == "InputPeerUser":
        return Peer.user(peer.user_id, access_hash)
    if kind == "InputPeerChat":
        return Peer.chat(peer.chat_id)
    if kind == "InputPeerChannel":
        return Peer.channel(peer.channel_id, access_hash)
    raise TypeError(f"{peer!r} is nobody who can be in a group call")


def _chat(peer: Peer) -> Peer:
    if peer.kind not in (PeerKind.CHAT, PeerKind.CHANNEL):
        raise TypeError(f"{peer!r} is no chat")
    return peer


def _drop(group: GroupCall) -> None:
    try:
        group.discard()
    except StatusError:
        pass  # it has ended
