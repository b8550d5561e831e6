"""Streams of events: whoever listens gets all of them."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from typing import AsyncIterator, Awaitable, Callable, Deque, Dict, Generic, Optional, TypeVar, Union

from ._events import Event

Handler = Callable[[Event], Union[None, Awaitable[None]]]
T = TypeVar("T")

_KEPT = 256
"""How many events are kept for those who listen late, or do not keep up."""


class Queue(AsyncIterator[T], Generic[T]):
    """One listener's queue. What does not fit pushes out the oldest."""

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int, on_close: Optional[Callable[[], None]] = None) -> None:
        self._loop = loop
        self._items: Deque[T] = deque(maxlen=most)
        self._waiter: Optional[asyncio.Future[None]] = None
        self._is_over = False
        self._on_close = on_close

    def put(self, item: T) -> None:
        if not self._is_over:
            self._items.append(item)
            self._wake()

    def end(self) -> None:
        """What is in it is still handed out."""
        self._is_over = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> Queue[T]:
        return self

    async def __anext__(self) -> T:
        while not self._items:
            if self._is_over:
                raise StopAsyncIteration
            if self._waiter is None or self._waiter.done():
                self._waiter = self._loop.create_future()
            await self._waiter
        return self._items.popleft()

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        self.end()
        self._items.clear()
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()

    async def __aenter__(self) -> Queue[T]:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class Events:
    """The events of a client or a call: for handlers, for those who iterate, and for those who wait for one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._kept: Deque[Event] = deque(maxlen=_KEPT)
        # Who stops to iterate drops his queue.
        self._queues: weakref.WeakSet[Queue[Event]] = weakref.WeakSet()
        self._handlers: Dict[int, Handler] = {}
        self._next = 0
        self._is_over = False

    def tell(self, event: Event) -> None:
        self._kept.append(event)
        for queue in list(self._queues):
            queue.put(event)
        for handler in list(self._handlers.values()):
            self._run(handler, event)

    def _run(self, handler: Handler, event: Event) -> None:
        try:
            result = handler(event)
        except Exception as error:
            report(self._loop, "a handler of events failed", error)
            return
        if result is not None:
            task = asyncio.ensure_future(result, loop=self._loop)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[None]) -> None:
        if not task.cancelled():
            error = task.exception()
            if error is not None:
                report(self._loop, "a handler of events failed", error)

    def end(self) -> None:
        self._is_over = True
        for queue in list(self._queues):
            queue.end()

    def listen(self) -> Queue[Event]:
        """From the first of those that are kept on."""
        queue: Queue[Event] = Queue(self._loop, 4 * _KEPT)
        for event in self._kept:
            queue.put(event)
        if self._is_over:
            queue.end()
            return queue
        self._queues.add(queue)
        return queue

    def handle(self, handler: Handler) -> Callable[[], None]:
        """Has every event from now on handed to it, until the result is called."""
        number, self._next = self._next, self._next + 1
        self._handlers[number] = handler

        def stop() -> None:
            self._handlers.pop(number, None)

        return stop


def report(loop: asyncio.AbstractEventLoop, message: str, error: BaseException) -> None:
    """To the host's own hook for errors."""
    loop.call_exception_handler({"message": f"libtgcall: {message}", "exception": error})
