"""Playing a file, a buffer, or what a generator makes."""

from __future__ import annotations

import asyncio
import os
import wave
from typing import TYPE_CHECKING, Any, AsyncIterable, AsyncIterator, Iterable, Iterator, Optional, Union, cast

from ._errors import StatusError
from ._values import Buffer, samples

if TYPE_CHECKING:
    from ._base import AnyCall

Sound = Union[str, "os.PathLike[str]", Buffer, Iterable[Buffer], AsyncIterable[Buffer]]

_QUEUE_MS = 2000
_PIECE_MS = 20
_PAUSE_S = 0.2
"""Until the queue is looked at again; it holds enough for ten of these."""
_PIECES_AT_ONCE = 25
_PATIENCE_S = 1.0


async def play(call: AnyCall, source: Sound, rate_hz: Optional[int], channels: int) -> None:
    async with call._playing():
        before = call._queue_ms
        call._check_up()
        call.set_queue(_QUEUE_MS)
        try:
            await _push(call, source, rate_hz, channels)
        except asyncio.CancelledError:
            _try(call.clear)
            raise
        except StatusError:
            await _learn_of_the_end(call)  # which says more
            raise
        finally:
            _try(lambda: call.set_queue(before))


async def _learn_of_the_end(call: AnyCall) -> None:
    """The library knows it before the loop is told."""
    try:
        await asyncio.wait_for(call.wait_ended(), _PATIENCE_S)
    except asyncio.TimeoutError:
        return
    call._check_up()


def _try(function: Any) -> None:
    try:
        function()
    except StatusError:
        pass


async def _push(call: AnyCall, source: Sound, rate_hz: Optional[int], channels: int) -> None:
    if isinstance(source, (str, os.PathLike)):
        with wave.open(os.fspath(source), "rb") as file:
            if file.getsampwidth() != 2:
                raise ValueError(f"{source}: {8 * file.getsampwidth()} bits a sample, where 16 can be played")
            rate_hz, channels = file.getframerate(), file.getnchannels()
            await _push_all(call, _read(file, rate_hz), rate_hz, channels)
        return
    if rate_hz is None:
        raise TypeError("what is no file needs its rate_hz")
    if hasattr(source, "__aiter__"):
        await _push_all(call, cast(AsyncIterable[Buffer], source), rate_hz, channels)
    else:
        await _push_all(call, _each(source), rate_hz, channels)


async def _read(file: wave.Wave_read, rate_hz: int) -> AsyncIterator[Buffer]:
    while True:
        piece = file.readframes(rate_hz // 2)
        if not piece:
            return
        yield piece


async def _each(source: Any) -> AsyncIterator[Buffer]:
    try:
        memoryview(source)
    except TypeError:
        for piece in source:
            yield piece
    else:
        yield source


async def _push_all(call: AnyCall, pieces: AsyncIterable[Buffer], rate_hz: int, channels: int) -> None:
    has_any, turn = False, 0
    async for sound in pieces:
        for piece in _cut(sound, rate_hz, channels):
            call._played.clear()
            while not call.push(piece, rate_hz, channels):
                await asyncio.sleep(_PAUSE_S)
                call._check_up()
            has_any, turn = True, turn + 1
            if turn % _PIECES_AT_ONCE == 0:
                await asyncio.sleep(0)
    while has_any:
        await call._played.wait()
        call._check_up()
        if call.queued_ms == 0:
            return
        call._played.clear()  # that was of a pause in between


def _cut(sound: Buffer, rate_hz: int, channels: int) -> Iterator[Buffer]:
    is_float = samples(sound, channels)[0]
    flat = memoryview(sound).cast("B")
    size = (4 if is_float else 2) * channels * max(1, rate_hz * _PIECE_MS // 1000)
    for at in range(0, len(flat), size):
        piece = flat[at : at + size]
        yield piece.cast("f") if is_float else piece
