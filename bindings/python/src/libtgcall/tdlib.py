"""Calls for TDLib, over its JSON.

    async with libtgcall.tdlib.Calls(send) as calls:       # async def send(request: dict) -> dict
        on_update(calls.feed)                              # all of TDLib's updates, as dicts
        call = await calls.call(user_id)
        await call.play("hello.wav")
        await call.hangup()
        group = await calls.join_group(chat_id)
        await group.play("music.wav")
        await group.leave()

TDLib agrees on the key and tells Telegram how a call goes; the sound is this library's. `TdJson` is such a `send`, for
programs that have nothing but TDLib's shared library.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ctypes
import itertools
import json
import threading
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence, Tuple, Union

from ._call import Call as Media
from ._client import Client
from ._enums import Action, CallState, DiscardReason, End, EventKind, LogLevel, P2p, VideoCodec
from ._errors import EndedError, NotFoundError, RpcError, StateError, StatusError, UnsupportedError
from ._events import CallEndedEvent, Event, SignalingSendEvent
from ._play import Sound
from ._settings import Proxy
from ._stream import Queue, report
from ._tdgroup import GroupCall

__all__ = ["Call", "Calls", "GroupCall", "Object", "TdJson"]

Object = Dict[str, Any]
"""One of TDLib's, with its name under "@type"."""
Send = Callable[[Object], Awaitable[Object]]

_LAYERS = 65, 92
_MOST_EARLY = 64
_GOODBYE_S = 6.0

_BY_REASON = {
    "callDiscardReasonMissed": End.MISSED,
    "callDiscardReasonDisconnected": End.DISCONNECTED,
    "callDiscardReasonHungUp": End.REMOTE_HANGUP,
    "callDiscardReasonUpgradeToGroupCall": End.MIGRATED,
}
_BY_ERROR = {
    "USER_PRIVACY_RESTRICTED": End.PRIVACY,
    "USER_IS_BLOCKED": End.PRIVACY,
    "PARTICIPANT_VERSION_OUTDATED": End.OUTDATED,
    "INPUT_USER_DEACTIVATED": End.NO_USER,
    "USER_ID_INVALID": End.NO_USER,
    "PEER_ID_INVALID": End.NO_USER,
}
_OURS = (End.NO_PATH, End.DISCONNECTED, End.TIMEOUT, End.INSECURE, End.INCOMPATIBLE)
"""Ends of the sound that TDLib has to be told of as a lost connection."""


class Call:
    """A call, as TDLib sees it, and its sound: `media`, once the key is there."""

    def __init__(self, calls: Calls, told: Object) -> None:
        self.id: int = told["id"]
        """TDLib's."""
        self.user_id: int = told.get("user_id", 0)
        self.is_outgoing: bool = told.get("is_outgoing", False)
        self.is_video: bool = told.get("is_video", False)
        self.emoji: Tuple[str, ...] = ()
        """What both users compare; see `agreed`."""
        self.media: Optional[Media] = None
        """The sound: what cannot be asked here can be asked of it."""
        self.ended: Optional[CallEndedEvent] = None
        self._calls = calls
        self._news = asyncio.Event()
        self._early: List[bytes] = []
        self._wants_end = End.NONE

    def __repr__(self) -> str:
        return f"<Call {self.id} of TDLib, {'ended' if self.ended else self.media or 'without a key'}>"

    # What is done to it

    async def accept(self) -> None:
        """Answers an incoming call."""
        await self._calls._ask("acceptCall", call_id=self.id, protocol=self._calls._protocol())

    async def decline(self) -> CallEndedEvent:
        """Turns an incoming call down."""
        return await self._hangup(End.DECLINED, False)

    async def hangup(self) -> CallEndedEvent:
        """Ends the call and waits for its end."""
        is_declined = not self.is_outgoing and self.media is None
        return await self._hangup(End.DECLINED if is_declined else End.LOCAL_HANGUP, False)

    async def _hangup(self, end: End, is_disconnected: bool) -> CallEndedEvent:
        if self.ended is None:
            self._wants_end = self._wants_end or end
            duration_s = self.media.duration_s if self.media is not None else 0
            details = dict(duration=duration_s, is_video=self.is_video, connection_id="0", invite_link="")
            try:
                await self._calls._ask("discardCall", call_id=self.id, is_disconnected=is_disconnected, **details)
            except RpcError:
                pass  # it is ending already
        return await self.wait_ended()

    # What is waited for

    async def agreed(self) -> Media:
        """Waits until the key is there, and with it the emoji and the sound. Raises EndedError if the call ends."""
        await self._until(lambda: self.media is not None)
        assert self.media is not None
        return self.media

    async def connected(self) -> None:
        """Waits until sound flows. Raises EndedError if the call ends instead."""
        media = await self.agreed()
        try:
            await media.connected()
        except EndedError:
            raise EndedError(await self.wait_ended()) from None

    async def wait_ended(self) -> CallEndedEvent:
        """Waits for the end, and says how it ended."""
        while self.ended is None:
            await self._news.wait()
        return self.ended

    async def _until(self, is_true: Callable[[], bool]) -> None:
        while not is_true():
            if self.ended is not None:
                raise EndedError(self.ended)
            await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        if self.ended is None:
            self._news = asyncio.Event()

    # Sound

    def play(self, source: Sound, rate_hz: Optional[int] = None, channels: int = 1) -> asyncio.Task[None]:
        """As `libtgcall.Call.play`; what is played before the call is active waits for it."""

        async def play() -> None:
            await (await self.agreed()).play(source, rate_hz, channels)

        return asyncio.get_running_loop().create_task(play())

    def listen(self, rate_hz: int, channels: int = 1, frame_ms: int = 20) -> Queue[memoryview]:
        """As `libtgcall.Call.listen`, from `agreed` on."""
        if self.media is None:
            raise StateError(-3, "there is no sound before the key is agreed on: await call.agreed() first")
        return self.media.listen(rate_hz, channels, frame_ms)

    # What TDLib says

    def _take(self, state: Object) -> None:
        kind = state.get("@type")
        if self.ended is not None:
            return
        if kind == "callStateReady" and self.media is None:
            self._ready(state)
        elif kind == "callStateDiscarded":
            reason = (state.get("reason") or {}).get("@type", "")
            end = self._wants_end or self._end_of(reason)
            self._end(end, f"TDLib: {reason}", slug=(state.get("reason") or {}).get("invite_link", ""), state=state)
        elif kind == "callStateError":
            self._fail(state.get("error") or {})

    def _ready(self, ready: Object) -> None:
        try:
            self.media = self._calls._attached(self, ready)
        except (KeyError, TypeError, ValueError, StatusError) as error:
            end = End.INCOMPATIBLE if isinstance(error, UnsupportedError) else End.SERVER
            self._calls._start(self._hangup(end, True))
            if not isinstance(error, UnsupportedError):
                report(asyncio.get_running_loop(), "callStateReady could not be read", error)
            return
        self.emoji = tuple(ready.get("emojis") or ())
        early, self._early = self._early, []
        for packet in early:
            self._hear(packet)
        self._tell()

    def _hear(self, packet: bytes) -> None:
        """Signaling, which may overtake the key."""
        if self.media is None:
            self._early = (self._early + [packet])[-_MOST_EARLY:]
            return
        try:
            self.media.handle_signaling(packet)
        except StatusError:
            pass  # it has just ended

    def _end_of(self, reason: str) -> End:
        if reason == "callDiscardReasonDeclined":
            return End.BUSY if self.is_outgoing else End.ELSEWHERE
        return _BY_REASON.get(reason, End.REMOTE_HANGUP)

    def _fail(self, error: Object) -> None:
        code, name = error.get("code", 0), str(error.get("message", ""))
        action, seconds = Action.TELL_USER, "".join(filter(str.isdigit, name)) if code == 429 else ""
        end = End.FLOOD if code == 429 else _BY_ERROR.get(name, End.SERVER)
        if seconds:
            action = Action.RETRY_AFTER
        elif end == End.SERVER:
            action = Action.RETRY
        self._end(end, f"{code} {name}", action=action, retry_after_s=int(seconds or 0))

    def _end(
        self,
        end: End,
        text: str,
        *,
        action: Action = Action.NONE,
        retry_after_s: int = 0,
        slug: str = "",
        state: Optional[Object] = None,
    ) -> None:
        told, duration_s, old = state or {}, 0, CallState.NONE
        if self.media is not None:
            duration_s, old = self.media.duration_s, self.media.state
            try:
                self.media.discard(DiscardReason.AUTO)
            except StatusError:
                pass  # it has ended first
        self.ended = CallEndedEvent(
            EventKind.CALL_ENDED,
            self.media.id if self.media is not None else 0,
            text,
            CallState.ENDED,
            old,
            end,
            action,
            retry_after_s,
            duration_s,
            bool(told.get("need_rating")),
            bool(told.get("need_debug_information")),
            slug,
        )
        self._calls._forget(self)
        self._tell()


class Calls:
    """The calls of the account that a TDLib client is logged in with. `async for call in calls` gives those that come in.

    `send` takes one of TDLib's functions, as a dict, to TDLib, and returns its answer; one of type "error" is RpcError.
    TDLib's updates go to `feed`.
    """

    def __init__(
        self,
        send: Send,
        *,
        versions: Optional[Sequence[str]] = None,
        max_calls: int = 1,
        p2p: P2p = P2p.FOLLOW,
        proxy: Optional[Proxy] = None,
        log_level: LogLevel = LogLevel.WARNING,
        video_encoders: Sequence[VideoCodec] = (),
        video_decoders: Sequence[VideoCodec] = (),
    ) -> None:
        self.client = Client(
            versions=versions,
            max_calls=max_calls,
            p2p=p2p,
            proxy=proxy,
            log_level=log_level,
            video_encoders=video_encoders,
            video_decoders=video_decoders,
        )
        """The client of this package inside, with the sound of the calls."""
        self._send = send
        self._calls: Dict[int, Call] = {}
        self._by_media: Dict[int, Call] = {}
        self._groups: Dict[int, GroupCall] = {}
        self._tasks: "set[asyncio.Future[Any]]" = set()
        self._is_closed = False

    async def __aenter__(self) -> Calls:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def start(self) -> None:
        self.client.start()
        self.client.on_event(self._on_event)
        self._incoming: Queue[Call] = Queue(asyncio.get_running_loop(), 64)

    async def close(self) -> None:
        """Hangs up, waits until TDLib knows, and frees the client."""
        if self._is_closed:
            return
        ends = [asyncio.ensure_future(call.hangup()) for call in list(self._calls.values())]
        ends += [asyncio.ensure_future(group.leave()) for group in list(self._groups.values())]
        if ends:
            await asyncio.wait(ends, timeout=_GOODBYE_S)
        for task in [*ends, *self._tasks]:
            task.cancel()
        await asyncio.gather(*ends, *self._tasks, return_exceptions=True)
        self._is_closed = True
        self._incoming.end()
        await self.client.close()

    async def call(self, user_id: int, *, video: bool = False) -> Call:
        """Calls a user. Returns as soon as TDLib has taken it on; how Telegram takes it, `connected` tells."""
        told = await self._ask("createCall", user_id=user_id, protocol=self._protocol(), is_video=video)
        number = told["id"]
        known = dict(id=number, user_id=user_id, is_outgoing=True, is_video=video)
        return self._calls.get(number) or self._calls.setdefault(number, Call(self, known))

    async def join_group(self, chat_id: int, *, muted: bool = False, invite_hash: str = "") -> GroupCall:
        """Joins the video chat of a chat, by TDLib's id of that. Returns when sound flows; NotFoundError if none is up there,
        RpcError if Telegram refuses."""
        chat = await self._ask("getChat", chat_id=chat_id)
        number = (chat.get("video_chat") or {}).get("group_call_id", 0)
        if not number:
            raise NotFoundError(-2, f"there is no video chat in {chat_id}")
        if number in self._groups:
            raise StateError(-3, "this video chat has been joined already")
        group = GroupCall(self, number, self.client.attach_group(muted=muted), muted, invite_hash)
        self._groups[number] = group
        try:
            await group.join()
        except BaseException:
            if group.media.ended is None:
                group.media.discard()
            raise
        return group

    def __aiter__(self) -> Calls:
        return self

    async def __anext__(self) -> Call:
        """The next call that comes in and still rings: accept or decline it."""
        while True:
            call = await self._incoming.__anext__()
            if call.ended is None:
                return call

    def feed(self, update: Object) -> bool:
        """An update of TDLib's; feed them all. False: it is not about calls."""
        if self._is_closed:
            return False
        try:
            return self._feed(update)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            report(asyncio.get_running_loop(), "half an object of TDLib's", error)
            return True

    def _feed(self, update: Object) -> bool:
        kind = update.get("@type")
        if kind == "updateCall":
            told = update["call"]
            call = self._calls.get(told["id"])
            if call is None:
                if told["state"].get("@type") in ("callStateDiscarded", "callStateError"):
                    return True  # its end was told before
                call = self._calls[told["id"]] = Call(self, told)
                if not call.is_outgoing:
                    self._incoming.put(call)
            call._take(told["state"])
            return True
        if kind in ("updateGroupCall", "updateGroupCallParticipant"):
            told = update["group_call"] if kind == "updateGroupCall" else update["participant"]
            group = self._groups.get(told["id"] if kind == "updateGroupCall" else update["group_call_id"])
            if group is not None:
                (group._take_call if kind == "updateGroupCall" else group._take_participant)(told)
            return True
        if kind == "updateNewCallSignalingData":
            known = self._calls.get(update["call_id"])
            if known is not None:
                known._hear(_bytes(update["data"]))
            return True
        return False

    # Between TDLib and the sound

    def _protocol(self) -> Object:
        lowest, highest = _LAYERS
        return {
            "@type": "callProtocol",
            "udp_p2p": True,
            "udp_reflector": True,
            "min_layer": lowest,
            "max_layer": highest,
            "library_versions": self.client.versions,
        }

    async def _ask(self, name: str, **fields: Any) -> Object:
        answer = await self._send({"@type": name, **fields})
        if answer.get("@type") == "error":
            raise RpcError(answer.get("code", 0), str(answer.get("message", "")))
        return answer

    def _attached(self, call: Call, ready: Object) -> Media:
        """A call of ours over the key of TDLib's."""
        media = self.client.attach(_bytes(ready["encryption_key"]), outgoing=call.is_outgoing)
        try:
            for server in ready["servers"]:
                _add(media, server)
            version = ready["protocol"]["library_versions"][0]
            media.connect(version, bool(ready.get("allow_p2p")), ready.get("custom_parameters") or None)
        except BaseException:
            media.discard()
            raise
        self._by_media[media.id] = call
        return media

    def _on_event(self, event: Event) -> None:
        for group in list(self._groups.values()):
            if group.media.id == event.call_id:
                group._on_event(event)
                if isinstance(event, CallEndedEvent):
                    del self._groups[group.id]
        call = self._by_media.get(event.call_id)
        if call is None:
            return
        if isinstance(event, SignalingSendEvent):
            self._start(self._signal(call, event.data))
        elif isinstance(event, CallEndedEvent):
            del self._by_media[event.call_id]
            if call.ended is None:
                self._start(call._hangup(event.end, event.end in _OURS))

    async def _signal(self, call: Call, packet: bytes) -> None:
        try:
            await self._ask("sendCallSignalingData", call_id=call.id, data=base64.b64encode(packet).decode())
        except RpcError:
            pass  # the call is over, or the packet is sent again by what is in it

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Future[Any]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            report(asyncio.get_running_loop(), "TDLib could not be told", error)

    def _forget(self, call: Call) -> None:
        self._calls.pop(call.id, None)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"no base64: {error}") from None


def _add(media: Media, server: Object) -> None:
    number, kind = int(server["id"]), server["type"]
    where = server.get("ip_address", ""), server.get("ipv6_address", ""), server["port"]
    if kind["@type"] == "callServerTypeTelegramReflector":
        media.add_reflector(number, *where, _bytes(kind["peer_tag"]), bool(kind.get("is_tcp")))
    elif kind["@type"] == "callServerTypeWebrtc":
        account = kind.get("username", ""), kind.get("password", "")
        media.add_webrtc(number, *where, *account, bool(kind.get("supports_turn")), bool(kind.get("supports_stun")))


class TdJson:
    """A client of TDLib, over tdjson: its shared library, by name, or whatever has its three functions with bytes in
    and out (`td_create_client_id`, `td_send`, `td_receive`), such as the module `tdjson` of PyPI.

    `send` is what `Calls` wants; updates go to `on_update`. TDLib hands out the updates of all its clients in one place,
    so there is one object of this class in a process.
    """

    def __init__(self, library: Union[str, Any] = "libtdjson.so") -> None:
        self.on_update: Optional[Callable[[Object], object]] = None
        self._library = _Loaded(library) if isinstance(library, str) else library
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._waiting: Dict[str, asyncio.Future[Object]] = {}
        self._is_open = True
        self._id = self._library.td_create_client_id()
        self._thread = threading.Thread(target=self._receive, name="tdjson", daemon=True)
        self._thread.start()

    async def send(self, request: Object) -> Object:
        number = f"libtgcall {next(self._numbers)}"
        answer: asyncio.Future[Object] = self._loop.create_future()
        self._waiting[number] = answer
        try:
            self._library.td_send(self._id, json.dumps({**request, "@extra": number}).encode())
            return await answer
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        """Ends the thread. TDLib's client itself is closed by its function `close`."""
        self._is_open = False
        await self._loop.run_in_executor(None, self._thread.join)
        for answer in list(self._waiting.values()):
            answer.cancel()

    async def __aenter__(self) -> TdJson:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _receive(self) -> None:
        while self._is_open:
            text = self._library.td_receive(0.5)
            if text:
                try:
                    self._loop.call_soon_threadsafe(self._take, json.loads(text))
                except RuntimeError:
                    return  # the loop is closed

    def _take(self, told: Object) -> None:
        answer = self._waiting.get(str(told.pop("@extra", "")))
        if answer is not None:
            if not answer.done():
                answer.set_result(told)
        elif self.on_update is not None:
            self.on_update(told)


class _Loaded:
    """The functions of a tdjson that is a shared library."""

    def __init__(self, name: str) -> None:
        library = ctypes.CDLL(name)
        self.td_create_client_id = library.td_create_client_id
        self._send, self._receive = library.td_send, library.td_receive
        self._send.argtypes, self._send.restype = [ctypes.c_int, ctypes.c_char_p], None
        self._receive.argtypes, self._receive.restype = [ctypes.c_double], ctypes.c_char_p

    def td_send(self, client: int, request: bytes) -> None:
        self._send(client, request)

    def td_receive(self, timeout_s: float) -> Optional[bytes]:
        told: Optional[bytes] = self._receive(timeout_s)
        return told
