"""One Telegram account and its calls."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import weakref
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import _figures as figures
from . import _raw as raw
from ._base import AnyCall
from ._bell import Bell
from ._call import Call
from ._changeable import Changeable
from ._enums import CallState, LogLevel, Media, P2p, VideoCodec
from ._errors import ClosedError, NotFoundError, StateError, StatusError, check
from ._events import (
    AnswerEvent,
    AudioFrameEvent,
    CallEndedEvent,
    CallIncomingEvent,
    CallMigratedEvent,
    CancelEvent,
    ClientDeadEvent,
    Event,
    GroupInvitedEvent,
    InvokeEvent,
)
from ._figures import Stats
from ._group import GroupCall
from ._handle import Handle, close_with, numbers
from ._mailbox import Item, Mailbox, SocketHook, mailboxes, on_event
from ._roster import c_peer
from ._rpc import Send, is_lost, refusal
from ._settings import Proxy, Settings, Timers
from ._stream import Events, Handler, Queue, report
from ._values import Buffer, Peer, encoded, optional, readable, text_of
from ._wishes import Wishes

_log = logging.getLogger("libtgcall")
_LOG_LEVELS = {
    LogLevel.ERROR: logging.ERROR,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.INFO: logging.INFO,
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.TRACE: logging.DEBUG - 5,
}
_GOODBYE_S = 6.0
"""A call that is discarded has ended after 5 s at the latest."""
_SAMPLE_S = 1.0

User = Union[int, Tuple[int, int], Any]
"""An id with its access hash beside it, both as a pair, or an object that has them: user_id or id, and access_hash."""


class Client(Changeable):
    """One Telegram account and all its calls, on the host's own connection to Telegram.

    `send` takes each request of the library to Telegram and returns the answer, both as bytes of TL; an rpc_error it
    raises as RpcError (errors of Telethon and Pyrogram are understood as well). What Telegram says of its own accord
    goes to `feed`. Without `send`, requests are events: see `answer` and `fail`. `video_encoders` and `video_decoders`
    are what the host encodes and decodes pictures with, preferred first; without them there are none.

    `async with Client(...)` starts it, and in the end hangs up what is up and closes it. What it logs goes to the
    logger "libtgcall", up to `log_level`.
    """

    def __init__(
        self,
        send: Optional[Send] = None,
        *,
        user_id: int = 0,
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
        self.send = send
        self.is_dead = False
        """Whether the library found a defect of its own. Only closing is left."""
        self._settings = Settings(
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
        number = next(numbers)
        self._number = number
        self._handle = Handle(self._settings.make_client(number), raw.tgcall_client_free, "client")
        self._close = close_with(self, self._handle, lambda: mailboxes.pop(number, None))
        self._calls: Dict[int, AnyCall] = {}
        self._tasks: Dict[int, Tuple[str, asyncio.Task[None]]] = {}
        self._incoming: Bell[Call] = Bell()
        self._invited: Bell[GroupCall] = Bell()
        self._is_started = False

    # From the start to the end

    async def __aenter__(self) -> Client:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def start(self) -> None:
        """Begins; on the thread of the loop that will run it."""
        loop = asyncio.get_running_loop()
        if self._is_started and not self._handle.is_closed:
            raise StateError(-3, "the client has been started already")
        with self._handle as client:
            self._mailbox = Mailbox(loop, self._settings.socket)
            self._events = Events(loop)
            self._wishes = Wishes(loop)
            self._mailbox.deliver = _deliver_to(weakref.WeakMethod(self._take))
            mailboxes[self._number] = self._mailbox
            check(raw.tgcall_client_start(client, on_event, self._number))
        self._is_started = True
        loop.call_later(_SAMPLE_S, _sample, loop, weakref.ref(self))

    async def close(self) -> None:
        """Hangs up, waits until Telegram has been told, and frees the client. A client that is closed stays so."""
        if self._handle.is_closed:
            return
        try:
            if self._is_started and not self.is_dead:
                await self._say_goodbye()
        finally:
            self.free()

    async def _say_goodbye(self) -> None:
        for call in self._up():
            try:
                call.discard()
            except StatusError:
                pass  # it is ending
        ends = [asyncio.ensure_future(call.wait_ended()) for call in self._up()]
        if ends:
            await asyncio.wait(ends, timeout=_GOODBYE_S)
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        tasks = [task for _, task in self._tasks.values() if not task.done()]
        if tasks:
            await asyncio.wait(tasks, timeout=1.0)  # the last word may be on its way

    def _up(self) -> List[AnyCall]:
        return [call for call in self._calls.values() if call.ended is None]

    def free(self) -> None:
        """Closes at once: calls that are up are dropped without a word to Telegram."""
        self._close()
        if not self._is_started:
            return
        for _, task in list(self._tasks.values()):
            task.cancel()
        self._end("the client is closed")

    def _end(self, text: str) -> None:
        for call in list(self._calls.values()):
            call._die(text)
        self._wishes.end()
        self._events.end()
        self._incoming.end()
        self._invited.end()

    def __repr__(self) -> str:
        return f"<Client {self._settings.user_id or ''} with {len(self._calls)} calls>"

    # Events

    def __aiter__(self) -> Queue[Event]:
        return self._started().listen()

    def on_event(self, handler: Handler) -> Callable[[], None]:
        """Has every event but frames of sound handed to a function, or an async function, on the loop, until the
        result is called. What it raises goes to the loop's exception handler."""
        return self._started().handle(handler)

    def incoming(self) -> Queue[Call]:
        """`async for call in client.incoming()`: calls that come in; accept or decline them."""
        return self._incoming.listen(self._started()._loop)

    def invitations(self) -> Queue[GroupCall]:
        """`async for group in client.invitations()`: conferences that somebody invites us to; `join` or `discard` them. Who it
        is tells the GroupInvitedEvent."""
        return self._invited.listen(self._started()._loop)

    def _started(self) -> Events:
        if self._handle.is_closed:
            raise ClosedError("client")
        if not self._is_started:
            raise StateError(-3, "the client has not been started: async with Client(...)")
        return self._events

    def _take(self, item: Item) -> None:
        """One thing from the library's thread, on the loop's."""
        if isinstance(item, tuple):
            level, call_id, line = item
            about = f"call {call_id}: " if call_id else ""
            _log.log(_LOG_LEVELS.get(level, logging.INFO), "%s%s", about, line)
            return
        if isinstance(item, BaseException):
            report(self._mailbox.loop, "a callback failed", item)
            return
        if self._handle.is_closed:
            return
        try:
            self._tell(item)
        except Exception as error:
            report(self._mailbox.loop, f"{item.kind.name} could not be delivered", error)

    def _tell(self, event: Event) -> None:
        call = self._calls.get(event.call_id)
        if isinstance(event, AudioFrameEvent):
            if call is not None:
                call._tell(event)
            return
        if isinstance(event, InvokeEvent):
            self._invoke(event)
        elif isinstance(event, CancelEvent):
            self._cancel(event)
        elif isinstance(event, CallIncomingEvent):
            call = caller = self._call(event.call_id)
            caller.state = CallState.RINGING
            self._incoming.ring(caller)
        elif isinstance(event, ClientDeadEvent):
            self.is_dead = True
        elif isinstance(event, GroupInvitedEvent) and call is None:
            call = conference = self._group(event.call_id)
            self._invited.ring(conference)
        elif isinstance(event, CallMigratedEvent) and event.new_call not in self._calls:
            self._group(event.new_call)
        self._events.tell(event)
        if call is not None:
            call._tell(event)
        if isinstance(event, AnswerEvent):
            self._wishes.answer(event)
        if isinstance(event, CallEndedEvent):
            self._calls.pop(event.call_id, None)
        if self.is_dead:
            self._end(event.text)

    def _call(self, call_id: int) -> Call:
        call = self._calls.get(call_id)
        if not isinstance(call, Call):
            call = self._calls[call_id] = Call(self, call_id)
        return call

    def _group(self, call_id: int) -> GroupCall:
        group = self._calls[call_id] = GroupCall(self, call_id)
        group.state = group.state_now
        return group

    # Requests to Telegram

    def _invoke(self, event: InvokeEvent) -> None:
        if self.send is None:
            return
        loop = self._mailbox.loop
        task = loop.create_task(self._exchange(self.send, event))
        self._tasks[event.request] = event.method, task
        task.add_done_callback(lambda _: self._tasks.pop(event.request, None))

    async def _exchange(self, send: Send, event: InvokeEvent) -> None:
        try:
            try:
                answer = await send(event.data)
                address, size = readable(answer)
            except BaseException as error:
                self._fail(event, error)
                if isinstance(error, asyncio.CancelledError):
                    raise
                return
            with self._handle as client:
                check(raw.tgcall_client_handle_answer(client, event.request, address, size))
        except (NotFoundError, ClosedError):
            pass  # nobody waits for it any more

    def _fail(self, event: InvokeEvent, error: BaseException) -> None:
        told = refusal(error)
        if told is None and not is_lost(error):
            report(self._mailbox.loop, f"send failed for {event.method}", error)
        code, name = told or (0, type(error).__name__)
        try:
            self.fail(event.request, code, name)
        except (NotFoundError, ClosedError):
            pass

    def _cancel(self, event: CancelEvent) -> None:
        self._wishes.cancel(event.request)
        method, task = self._tasks.get(event.request, ("", None))
        # Without its phone.discardCall the other side goes on ringing, so that one is sent in any case.
        if task is not None and method != "phone.discardCall":
            task.cancel()

    def answer(self, request: int, answer: Buffer) -> bool:
        """Without `send`: the answer to an InvokeEvent."""
        address, size = readable(answer)
        with self._handle as client:
            return check(raw.tgcall_client_handle_answer(client, request, address, size))

    def fail(self, request: int, code: int, name: str) -> None:
        """Without `send`: the rpc_error that answers an InvokeEvent. Code 0: there was no answer."""
        text = name.replace("\0", "").encode("utf-8", "replace")
        with self._handle as client:
            check(raw.tgcall_client_handle_error(client, request, code, text))

    def feed(self, update: Buffer) -> bool:
        """Telegram's update, in whatever shape it came, as boxed TL; feed them all. False: it is not about calls."""
        address, size = readable(update)
        with self._handle as client:
            return check(raw.tgcall_client_handle_update(client, address, size))

    # Calls

    async def call(self, user: User, access_hash: Optional[int] = None, *, video: bool = False) -> Call:
        """Calls a user. Returns as soon as Telegram has placed the call; EndedError if it does not."""
        call = self.request(user, access_hash, video=video)
        try:
            await call._until(lambda: call.state not in (CallState.NONE, CallState.REQUESTING))
        except asyncio.CancelledError:
            try:
                call.discard()
            except StatusError:
                pass
            raise
        call._check_up()
        return call

    def request(self, user: User, access_hash: Optional[int] = None, *, video: bool = False) -> Call:
        """Calls a user, and does not wait for Telegram."""
        user_id, access_hash = _user(user, access_hash)
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_request(client, user_id, access_hash, video, None, ctypes.byref(call_id)))
        call = self._call(call_id.value)
        if call.state == CallState.NONE:
            call.state = CallState.REQUESTING
        return call

    def attach(self, key: Buffer, *, outgoing: bool) -> Call:
        """Takes over a call whose key the host's Telegram library has agreed on (TDLib): then add each server, and
        `connect`. Signaling leaves as SignalingSendEvent and arrives by `handle_signaling`."""
        self._started()
        address, size = readable(key)
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_attach(client, outgoing, address, size, None, ctypes.byref(call_id)))
        call = self._call(call_id.value)
        if call.state == CallState.NONE:
            call.state = CallState.ATTACHED
        return call

    def calls(self) -> List[AnyCall]:
        """The calls that are up, private ones and those of groups, oldest first."""
        self._started()
        count = ctypes.c_size_t()
        with self._handle as client:
            check(raw.tgcall_client_get_calls(client, None, 0, ctypes.byref(count)))
            ids = (ctypes.c_uint64 * (count.value + 16))()
            check(raw.tgcall_client_get_calls(client, ids, len(ids), ctypes.byref(count)))
        # A group call is known from the start, as this client has made it.
        return [self._calls.get(number) or self._call(number) for number in ids[: count.value]]

    def handle_requested(
        self,
        telegram_id: int,
        access_hash: int,
        admin_id: int,
        date_s: int,
        g_a_hash: Buffer,
        video: bool = False,
    ) -> Optional[Call]:
        """phoneCallRequested, decoded. None for one that is known, too old, not for us, or answered busy."""
        self._started()
        address, size = readable(g_a_hash)
        call_id = ctypes.c_uint64()
        with self._handle as client:
            news = telegram_id, access_hash, admin_id, date_s, video, address, size
            if not check(raw.tgcall_client_handle_requested(client, *news, ctypes.byref(call_id))):
                return None
        return self._call(call_id.value)

    def handle_dh_config(self, request: int, g: int, p: Buffer, version: int, random: Buffer) -> bool:
        """messages.dhConfig, decoded, with the request that it answers."""
        (prime, prime_size), (noise, noise_size) = readable(p), readable(random)
        with self._handle as client:
            news = request, g, prime, prime_size, version, noise, noise_size
            return check(raw.tgcall_client_handle_dh_config(client, *news))

    # Group calls

    def open_group(self, number: int, access_hash: int) -> GroupCall:
        """Names the group call of a chat, by what the full chat, an update or a message has of it; nothing is sent. Set what
        is to be set, then `await group.join()`. Up to 16 may be up."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_group_open(client, number, access_hash, None, ctypes.byref(call_id)))
        return self._group(call_id.value)

    async def create_group(
        self, chat: Peer, title: Optional[str] = None, *, schedule_unix_s: int = 0, rtmp: bool = False
    ) -> GroupCall:
        """Has Telegram make a group call in a chat. Returns when it has; EndedError if it does not. A chat has one at most: a
        new one ends the old one. schedule_unix_s is when it is announced to start; 0: now."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            what = ctypes.byref(c_peer(chat)), optional(title), schedule_unix_s, rtmp
            check(raw.tgcall_group_create(client, *what, None, ctypes.byref(call_id)))
        group = self._group(call_id.value)
        await group._until(lambda: group.state not in (CallState.NONE, CallState.REQUESTING))
        group._check_up()
        return group

    async def create_conference(self, *, join: bool = True, muted: bool = False) -> GroupCall:
        """Has Telegram make a conference: a group call of no chat, end-to-end encrypted, whose link is `group.roster.link`.
        Returns when we are in, or without `join` when it is made; EndedError if it is not."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_group_create_conference(client, join, muted, None, ctypes.byref(call_id)))
        group = self._group(call_id.value)
        if join:
            await group.connected()
        else:
            await group._until(lambda: group.state not in (CallState.NONE, CallState.REQUESTING))
            group._check_up()
        return group

    def open_link(self, link: str) -> GroupCall:
        """A conference by its link; then `join`."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_group_open_link(client, encoded(link), None, ctypes.byref(call_id)))
        return self._group(call_id.value)

    def open_invitation(self, message_id: int) -> GroupCall:
        """A conference by the message in which somebody invited us, of a GroupInvitedEvent or from elsewhere; then `join`, or
        `discard` to decline."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_group_open_invitation(client, message_id, None, ctypes.byref(call_id)))
        return self._group(call_id.value)

    def group(self, call_id: int) -> GroupCall:
        """The group call that an event names: GroupInvitedEvent.call_id, CallMigratedEvent.new_call. NotFoundError once it is
        over."""
        group = self._calls.get(call_id)
        if not isinstance(group, GroupCall):
            raise NotFoundError(-2, f"no group call {call_id}")
        return group

    def attach_group(self, *, muted: bool = False) -> GroupCall:
        """Begins a group call that the host's Telegram library joins (TDLib): with `payload`, whose answer goes to `connect`."""
        self._started()
        call_id = ctypes.c_uint64()
        with self._handle as client:
            check(raw.tgcall_group_attach(client, muted, None, ctypes.byref(call_id)))
        return self._group(call_id.value)

    async def join_as(self, chat: Peer) -> List[Peer]:
        """As whom one may join the calls of a chat, for `GroupCall.set_join_as`. RpcError if Telegram refuses."""
        answer = await self._ask(raw.tgcall_group_get_join_as, ctypes.byref(c_peer(chat)))
        return [one.peer for one in answer.peers if one.peer is not None]

    async def save_join_as(self, chat: Peer, peer: Peer) -> None:
        """As whom this account joins the calls of a chat by default."""
        peers = ctypes.byref(c_peer(chat)), ctypes.byref(c_peer(peer))
        await self._ask(raw.tgcall_group_save_join_as, *peers)

    async def rtmp(self, peer: Peer, *, story: bool = False, revoke: bool = False) -> Tuple[str, str]:
        """Where the program of an RTMP stream goes, and its secret key."""
        answer = await self._ask(raw.tgcall_group_get_rtmp, ctypes.byref(c_peer(peer)), story, revoke)
        return answer.link, answer.key

    async def _ask(self, function: Callable[..., int], *arguments: Any) -> AnswerEvent:
        self._started()

        def ask(request: Any) -> int:
            with self._handle as client:
                return function(client, *arguments, request)

        answer = await self._wishes.ask(ask)
        if answer is None:
            raise ClosedError("client")
        return answer

    # What is known

    @property
    def versions(self) -> List[str]:
        """The library_versions for a phoneCallProtocol that the host writes."""
        versions: List[str] = []
        text = raw.tgcall_text()
        with self._handle as client:
            while check(raw.tgcall_client_get_version(client, len(versions), ctypes.byref(text))):
                versions.append(text_of(text))
        return versions

    def stats(self) -> Stats:
        """Figures of the client itself."""
        with self._handle as client:
            return figures.stats(lambda stats, count, out: raw.tgcall_client_get_stats(client, stats, count, out))


def _user(user: User, access_hash: Optional[int]) -> Tuple[int, int]:
    if isinstance(user, tuple):
        return user
    if isinstance(user, int):
        if access_hash is None:
            raise TypeError("a user's id needs the access hash that this account has for him")
        return user, access_hash
    number = getattr(user, "user_id", None)
    number = getattr(user, "id", None) if number is None else number
    found = getattr(user, "access_hash", None) if access_hash is None else access_hash
    if not isinstance(number, int) or not isinstance(found, int):
        raise TypeError(f"{user!r} is no user: it has no user_id or id, or no access_hash")
    return number, found


def _deliver_to(take: "weakref.WeakMethod[Callable[[Item], None]]") -> Callable[[Item], None]:
    """Holds no client: one that nobody uses any more is collected."""

    def deliver(item: Item) -> None:
        method = take()
        if method is not None:
            method(item)

    return deliver


def _sample(loop: asyncio.AbstractEventLoop, to: "weakref.ref[Client]") -> None:
    client = to()
    if client is None or client._handle.is_closed:
        return
    for call in client._up():
        call._sample()
    loop.call_later(_SAMPLE_S, _sample, loop, to)
