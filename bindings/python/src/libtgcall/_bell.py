"""Calls that ring."""

from __future__ import annotations

import asyncio
from typing import Generic, List, Set, TypeVar

from ._base import AnyCall
from ._stream import Queue

_MOST = 64

C = TypeVar("C", bound=AnyCall)


class Bell(Generic[C]):
    """Hands each call to all who listen; what rings before anybody does, and rings still, to the first."""

    def __init__(self) -> None:
        self._listeners: Set[Queue[C]] = set()
        self._waiting: List[C] = []

    def listen(self, loop: asyncio.AbstractEventLoop) -> Queue[C]:
        queue: Queue[C] = Queue(loop, _MOST)
        queue._on_close = lambda: self._listeners.discard(queue)
        for call in self._waiting:
            if call.ended is None:
                queue.put(call)
        self._waiting.clear()
        self._listeners.add(queue)
        return queue

    def ring(self, call: C) -> None:
        if not self._listeners:
            self._waiting = [other for other in self._waiting if other.ended is None] + [call]
        for queue in list(self._listeners):
            queue.put(call)

    def end(self) -> None:
        for queue in list(self._listeners):
            queue.end()
