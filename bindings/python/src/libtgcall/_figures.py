"""Figures and reports of a call."""

from __future__ import annotations

import ctypes
import json
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from . import _raw as raw
from ._enums import ReportFormat, Stat, StreamKind
from ._errors import check

Stats = Dict[Stat, Optional[int]]
"""None: not known yet, or not a figure of whom was asked."""

_ALL = [stat for stat in Stat if stat != Stat.NONE]
_NUMBERS = (ctypes.c_uint32 * len(_ALL))(*_ALL)
_UNKNOWN = -(2**63)
_MOST_SAMPLES = 1800


@dataclass(frozen=True)
class Stream:
    """One stream of a call."""

    id: int

    @property
    def kind(self) -> StreamKind:
        return StreamKind(self.id >> 32)

    @property
    def ssrc(self) -> int:
        return self.id & 0xFFFFFFFF


def stats(get: Callable[[Any, int, Any], int]) -> Stats:
    """All figures at once, of whom `get` asks for."""
    values = (ctypes.c_int64 * len(_ALL))()
    check(get(_NUMBERS, len(_ALL), values))
    return {stat: None if value == _UNKNOWN else value for stat, value in zip(_ALL, values)}


def report(client: int, call_id: int, form: ReportFormat, addresses: bool) -> str:
    size = ctypes.c_size_t()
    arguments = client, call_id, form, addresses
    check(raw.tgcall_call_get_report(*arguments, None, 0, ctypes.byref(size)))
    while True:
        # With room to grow: the call goes on between the two questions.
        buffer = ctypes.create_string_buffer(size.value + 1024)
        status = raw.tgcall_call_get_report(*arguments, buffer, len(buffer), ctypes.byref(size))
        if status != -8 and check(status):
            return buffer.raw[: size.value].decode("utf-8", "replace")


class Samples:
    """How the figures of a call went, for the timeline. What gets long is thinned out."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._list: List[Dict[str, Optional[int]]] = []
        self._every = 1
        self._turn = 0

    def take(self, figures: Stats, sent: int, received: int) -> None:
        self._turn += 1
        if self._turn % self._every:
            return
        sample = {stat.name.lower(): figures[stat] for stat in _SAMPLED}
        sample.update(ms=int((time.monotonic() - self._started) * 1000), level_sent=sent, level_received=received)
        self._list.append(sample)
        if len(self._list) > _MOST_SAMPLES:
            self._list = self._list[1::2]
            self._every *= 2

    def added_to(self, text: str) -> str:
        """A report in JSON, with these under "samples"."""
        told = json.loads(text)
        told["samples"] = self._list
        return json.dumps(told, indent=1)


_SAMPLED = [
    Stat.ROUND_TRIP_MS,
    Stat.LOSS_PERMILLE,
    Stat.JITTER_MS,
    Stat.DELAY_MS,
    Stat.BYTES_SENT,
    Stat.BYTES_RECEIVED,
    Stat.RELAYED,
]
