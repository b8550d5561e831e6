"""What a private call and a group call have in common: events, the end, sound, figures."""

from __future__ import annotations

import asyncio
import ctypes
import weakref
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple, Union

from . import _figures as figures
from . import _raw as raw
from ._enums import AudioCoding, CallKind, CallState, DiscardReason, EventKind, ReportFormat, Switches
from ._errors import EndedError, InternalError, StateError, StatusError, check
from ._events import AudioFrameEvent, CallEndedEvent, CallStateEvent, Event
from ._figures import Stats, Stream
from ._pictures import Pictures
from ._play import Sound, play
from ._stream import Events, Handler, Queue
from ._values import Buffer, readable, room, samples, text_of

if TYPE_CHECKING:
    from ._client import Client

_MOST_FRAMES = 500
LARGEST_OPUS = 1275


class AnyCall(Pictures):
    """What a private call and a group call have in common.

    `async for event in call` gives its events, from the first of the last 256 on, until it has ended. Everything that
    has to do with asyncio belongs on the loop's thread; push, pull and the rest may be called on any.
    """

    def __init__(self, client: Client, call_id: int) -> None:
        self.client = client
        self.id = call_id
        self.state = CallState.NONE
        """Where it is, as of the last event."""
        self.ended: Optional[CallEndedEvent] = None
        """How it ended."""
        self._handle = client._handle
        self._loop = client._mailbox.loop
        self._events = Events(self._loop)
        self._waiters: List[asyncio.Future[None]] = []
        self._death: Optional[str] = None
        self._listener: Optional[weakref.ref[Queue[Any]]] = None
        self._wanted = 0, 0, 0
        self._samples = figures.Samples()
        self._queue_ms = 0
        self._play_lock: Optional[asyncio.Lock] = None
        self._played = asyncio.Event()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.state.name}>"

    # Its events

    def __aiter__(self) -> Queue[Event]:
        return self._events.listen()

    def on_event(self, handler: Handler) -> Callable[[], None]:
        """Has every event from now on handed to a function, or an async function, on the loop, until the result is
        called. What it raises goes to the loop's exception handler."""
        return self._events.handle(handler)

    def _tell(self, event: Event) -> None:
        if isinstance(event, AudioFrameEvent):
            self._hear(event)
            return
        if isinstance(event, CallStateEvent):
            self.state = event.state
            self._sample()
        elif isinstance(event, CallEndedEvent):
            self.state, self.ended = event.state, event
        elif event.kind == EventKind.AUDIO_PLAYED:
            self._played.set()
        self._events.tell(event)
        if self.ended is not None:
            self._stop()
        self._wake()

    def _die(self, text: str) -> None:
        """The client is dead or closed; there will be no more events."""
        if self.ended is None:
            self._death = text
            self._stop()
            self._wake()

    def _stop(self) -> None:
        self._events.end()
        self._played.set()
        listener = self._heard_by()
        if listener is not None:
            listener.end()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def _until(self, is_true: Callable[[], bool]) -> None:
        while not is_true():
            self._check_up()
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter

    def _check_up(self) -> None:
        if self.ended is not None:
            raise EndedError(self.ended)
        if self._death is not None:
            raise InternalError(-7, self._death) if self.client.is_dead else StateError(-3, self._death)

    async def connected(self) -> None:
        """Waits until sound flows. Raises EndedError if the call ends instead."""
        await self._until(lambda: self.state == CallState.ACTIVE)

    async def wait_ended(self) -> CallEndedEvent:
        """Waits for the end, and says how it ended."""
        await self._until(lambda: self.ended is not None)
        assert self.ended is not None
        return self.ended

    # What is done to it

    def discard(self, reason: DiscardReason = DiscardReason.AUTO) -> None:
        """Cancels, declines or hangs up; the end follows. StateError if it is ending already."""
        with self._handle as client:
            check(raw.tgcall_discard(client, self.id, reason))

    async def hangup(self, reason: DiscardReason = DiscardReason.AUTO) -> CallEndedEvent:
        """Ends the call and waits for its end. Of one that is ending or has ended it is only waited for."""
        if self.ended is None and self.state != CallState.ENDING:
            try:
                self.discard(reason)
            except StateError:
                if self._handle.is_closed:
                    raise
        return await self.wait_ended()

    # What is known of it

    @property
    def kind(self) -> CallKind:
        return CallKind(self._number(raw.tgcall_call_get_kind, ctypes.c_uint32()))

    @property
    def duration_s(self) -> int:
        """How long the conversation has lasted."""
        return self._number(raw.tgcall_call_get_duration, ctypes.c_uint32())

    @property
    def state_now(self) -> CallState:
        """Where it is at this moment, which may be ahead of the events."""
        return CallState(self._number(raw.tgcall_call_get_state, ctypes.c_uint32()))

    def _number(
        self,
        get: Callable[[Optional[int], int, object], int],
        out: Union[ctypes.c_uint32, ctypes.c_int64],
    ) -> int:
        with self._handle as client:
            check(get(client, self.id, ctypes.byref(out)))
        return out.value

    @property
    def telegram_id(self) -> Tuple[int, int]:
        """The id by which Telegram knows it, and this account's access hash for it."""
        number, access_hash = ctypes.c_int64(), ctypes.c_int64()
        with self._handle as client:
            check(raw.tgcall_call_get_telegram_id(client, self.id, ctypes.byref(number), ctypes.byref(access_hash)))
        return number.value, access_hash.value

    @property
    def switches(self) -> Tuple[Switches, Switches]:
        """What this side has switched on or off, and what the other side told of itself."""
        own, theirs = ctypes.c_uint32(), ctypes.c_uint32()
        with self._handle as client:
            check(raw.tgcall_call_get_switches(client, self.id, ctypes.byref(own), ctypes.byref(theirs)))
        return Switches(own.value), Switches(theirs.value)

    # Figures and reports

    def stats(self, stream: Union[Stream, int] = 0) -> Stats:
        """The figures of the call, or of one of its streams, all of one moment."""
        number = stream.id if isinstance(stream, Stream) else stream
        with self._handle as client:
            return figures.stats(
                lambda stats, count, out: raw.tgcall_call_get_stats(client, self.id, number, stats, count, out)
            )

    def streams(self) -> List[Stream]:
        """What is sent, then what is received."""
        count = ctypes.c_size_t()
        ids = (ctypes.c_uint64 * 64)()
        with self._handle as client:
            check(raw.tgcall_call_get_streams(client, self.id, ids, len(ids), ctypes.byref(count)))
        return [Stream(number) for number in ids[: count.value]]

    def report(self, addresses: bool = False) -> str:
        """What is known about the call, as JSON; never a key. With it, under "samples", goes how the figures went
        while the call was up. `python -m libtgcall` shows it."""
        with self._handle as client:
            text = figures.report(client, self.id, ReportFormat.JSON, addresses)
        return self._samples.added_to(text)

    def report_text(self, addresses: bool = False) -> str:
        """The same for a person, without the samples."""
        with self._handle as client:
            return figures.report(client, self.id, ReportFormat.TEXT, addresses)

    def _sample(self) -> None:
        if self.state in (CallState.ACTIVE, CallState.RECONNECTING):
            try:
                self._samples.take(self.stats(), *self.levels)
            except StatusError:
                pass  # it has just ended, or there are no levels where the host carries the sound

    # Sound

    def play(self, source: Sound, rate_hz: Optional[int] = None, channels: int = 1) -> asyncio.Task[None]:
        """Plays to the other side, or to the group; await the result to wait until all has sounded, cancel it to be silent at once.

        source is the name of a WAV file of 16 bits, a buffer of int16 or float32, or an iterable of buffers, async or
        not. What is not a file needs its rate. Several play one after the other; what is played before the call is
        active waits for it."""
        return self._loop.create_task(play(self, source, rate_hz, channels))

    def _playing(self) -> asyncio.Lock:
        if self._play_lock is None:
            self._play_lock = asyncio.Lock()
        return self._play_lock

    def listen(self, rate_hz: int, channels: int = 1, frame_ms: int = 20) -> Queue[memoryview]:
        """`async for frame in call.listen(16000)`: what is to be heard from ACTIVE on to the end, silence included, as
        memoryviews of int16, interleaved. Of a loop that does not keep up the oldest frames go. There is one listener
        at a time, and pull is StateError meanwhile; `close` of the result, or dropping it, ends it."""
        return self._listen(rate_hz, channels, frame_ms)

    def _listen(self, rate_hz: int, channels: int, frame_ms: int) -> Queue[Any]:
        self._check_unheard()
        with self._handle as client:
            check(raw.tgcall_audio_set_delivery(client, self.id, frame_ms, rate_hz, channels))
        self._wanted = rate_hz, channels, rate_hz * frame_ms // 1000 * channels * 2
        queue: Queue[Any] = Queue(self._loop, _MOST_FRAMES, self._deafen)
        if self.ended is not None:
            queue.end()
        self._listener = weakref.ref(queue)
        return queue

    def _check_unheard(self) -> None:
        if self._heard_by() is not None:
            raise StateError(-3, "somebody listens already")

    def _heard_by(self) -> Optional[Queue[Any]]:
        return None if self._listener is None else self._listener()

    def _hear(self, event: AudioFrameEvent) -> None:
        listener = self._heard_by()
        if (event.rate_hz, event.channels, len(event.data)) != self._wanted:
            return  # it was on its way when somebody else listened
        if listener is not None:
            self._put_frame(listener, event)
        elif self._listener is not None:
            self._deafen()

    def _put_frame(self, listener: Queue[Any], event: AudioFrameEvent) -> None:
        listener.put(memoryview(event.data).cast("h"))

    def _deafen(self) -> None:
        self._listener = None
        try:
            with self._handle as client:
                check(raw.tgcall_audio_set_delivery(client, self.id, 0, 0, 0))
        except StatusError:
            pass  # the call, or the client, is gone

    @property
    def emoji(self) -> Tuple[str, str, str, str]:
        """The four emoji that users compare: of a private call from CONNECTING on (`Call.agreed`), of a conference while
        GroupVerifiedEvent says that they are there. StateError when they are not."""
        texts = (raw.tgcall_text * 4)()
        with self._handle as client:
            check(raw.tgcall_call_get_emoji(client, self.id, texts))
            one, two, three, four = map(text_of, texts)
        return one, two, three, four

    def push(self, sound: Buffer, rate_hz: int, channels: int = 1) -> bool:
        """Gives up to 60 ms of int16 or float32 to send, and bytes are int16. False: the queue is full, and nothing
        was taken."""
        is_float, address, count = samples(sound, channels)
        function = raw.tgcall_audio_push_f32 if is_float else raw.tgcall_audio_push_s16
        with self._handle as client:
            return check(function(client, self.id, rate_hz, channels, address, count))

    def pull(self, into: Buffer, rate_hz: int, channels: int = 1) -> bool:
        """Fills memory, of int16 or float32, with what was received. False: all of it is silence, as there was
        nothing."""
        is_float, address, count = room(into, channels)
        function = raw.tgcall_audio_pull_f32 if is_float else raw.tgcall_audio_pull_s16
        with self._handle as client:
            return check(function(client, self.id, rate_hz, channels, address, count))

    def push_opus(self, packet: Buffer, timestamp: int) -> bool:
        """Gives one Opus packet to send. False: the queue is full."""
        address, size = readable(packet)
        with self._handle as client:
            return check(raw.tgcall_audio_push_opus(client, self.id, timestamp & 0xFFFFFFFF, address, size))

    def pull_opus(self) -> Optional[Tuple[bytes, int]]:
        """Takes one Opus packet that was received, with its timestamp at 48 kHz. None if there is none."""
        buffer = ctypes.create_string_buffer(LARGEST_OPUS)
        size, at = ctypes.c_size_t(), ctypes.c_uint32()
        with self._handle as client:
            arguments = buffer, len(buffer), ctypes.byref(size), ctypes.byref(at)
            if not check(raw.tgcall_audio_pull_opus(client, self.id, *arguments)):
                return None
        return buffer.raw[: size.value], at.value

    def set_coding(self, sent: AudioCoding, received: AudioCoding) -> None:
        """Chooses PCM or Opus for what is pushed and for what is pulled."""
        with self._handle as client:
            check(raw.tgcall_audio_set_coding(client, self.id, sent, received))

    def set_encoding(self, bits_per_s: int = 0, packet_ms: int = 0, channels: int = 0) -> None:
        """How pushed PCM is encoded; 0 keeps what it is."""
        with self._handle as client:
            check(raw.tgcall_audio_set_encoding(client, self.id, bits_per_s, packet_ms, channels))

    def set_queue(self, queue_ms: int) -> None:
        """How much unsent sound the call holds; 0, the default, is live."""
        with self._handle as client:
            check(raw.tgcall_audio_set_queue(client, self.id, queue_ms))
        self._queue_ms = queue_ms

    @property
    def queued_ms(self) -> int:
        """Sound that was pushed and is not yet sent."""
        return self._number(raw.tgcall_audio_get_queued, ctypes.c_uint32())

    def clear(self) -> None:
        """Throws away what is queued."""
        with self._handle as client:
            check(raw.tgcall_audio_clear(client, self.id))

    def mute(self, muted: bool = True) -> None:
        """Mutes what we send; the other side is told, or in a group call Telegram."""
        with self._handle as client:
            check(raw.tgcall_audio_set_muted(client, self.id, muted))

    def unmute(self) -> None:
        self.mute(False)

    @property
    def levels(self) -> Tuple[int, int]:
        """Loudness of the last 100 ms, sent and received: RMS, 0 to 32767."""
        sent, received = ctypes.c_uint32(), ctypes.c_uint32()
        with self._handle as client:
            check(raw.tgcall_audio_get_level(client, self.id, ctypes.byref(sent), ctypes.byref(received)))
        return sent.value, received.value
