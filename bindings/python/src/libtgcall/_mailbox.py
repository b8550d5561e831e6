"""From the library's thread to the loop's.

The functions that the library calls are a few for the whole process, told apart by a number, and live for ever: what is
collected late, or an interpreter that ends, never takes one away while the library is inside.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections import deque
from typing import Any, Callable, Deque, Dict, Optional, Tuple, Union

from . import _raw as raw
from ._enums import LogLevel, Protocol
from ._events import AudioFrameEvent, Event, read
from ._values import text_of

Line = Tuple[LogLevel, int, str]
Item = Union[Event, Line, BaseException]
SocketHook = Callable[[int, Protocol], bool]

_MOST_AT_ONCE = 500
"""So many are handed out before the loop may do something else."""
_MOST_WAITING = 20_000
"""Of a loop that stands still. What is more is left out, if it is sound or a line for the log."""


class Mailbox:
    """What the library said and the loop has not yet been told."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: Optional[SocketHook]) -> None:
        self.loop = loop
        self.socket = socket
        self.deliver: Optional[Callable[[Item], None]] = None
        self.left_out = 0
        self._items: Deque[Item] = deque()
        self._is_due = False

    def put(self, item: Item) -> None:
        """On any thread."""
        if len(self._items) > _MOST_WAITING and isinstance(item, (AudioFrameEvent, tuple)):
            self.left_out += 1
            return
        self._items.append(item)
        if not self._is_due:
            self._is_due = True
            self._call(self._empty)

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self.loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop is closed, and nobody listens any more
            self._items.clear()

    def _empty(self) -> None:
        self._is_due = False  # first, so that what comes from now on calls again
        for _ in range(_MOST_AT_ONCE):
            if not self._items:
                return
            item, deliver = self._items.popleft(), self.deliver
            if deliver is not None:
                deliver(item)
        self._is_due = True
        self.loop.call_soon(self._empty)


mailboxes: Dict[int, Mailbox] = {}
"""By the number that the library gives back as userdata."""


def _on_event(number: Optional[int], _client: Optional[int], event: int) -> None:
    mailbox = mailboxes.get(number or 0)
    if mailbox is None:
        return
    try:
        mailbox.put(read(event))
    except BaseException as error:
        mailbox.put(error)


def _on_line(number: Optional[int], level: int, call_id: int, line: Any) -> None:
    mailbox = mailboxes.get(number or 0)
    if mailbox is not None:
        mailbox.put((LogLevel(level), call_id, text_of(line)))


def _on_socket(number: Optional[int], fd: int, protocol: int) -> int:
    """0 is yes."""
    mailbox = mailboxes.get(number or 0)
    if mailbox is None or mailbox.socket is None:
        return 0
    try:
        return 0 if mailbox.socket(fd, Protocol(protocol)) else 1
    except BaseException as error:
        mailbox.put(error)
        return 1


def _for_ever(function: Any) -> Any:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(function))
    return function


on_event = _for_ever(raw.tgcall_event_fn(_on_event))
on_line = _for_ever(raw.tgcall_log_fn(_on_line))
on_socket = _for_ever(raw.tgcall_socket_fn(_on_socket))
