"""What is asked of Telegram by a function that returns at once: whoever wishes for something waits for its answer."""

from __future__ import annotations

import asyncio
import ctypes
from typing import Any, Callable, Dict, Optional

from ._errors import RpcError, check
from ._events import AnswerEvent


class Wishes:
    """By the numbers of their requests. All of it is on the loop's thread, so an answer never comes before its number is
    known here."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: Dict[int, asyncio.Future[Optional[AnswerEvent]]] = {}

    async def ask(self, function: Callable[[Any], int]) -> Optional[AnswerEvent]:
        """What Telegram answers; RpcError if it refuses. None: there will be no answer. function is given where to put
        the request's number."""
        request = ctypes.c_uint64()
        check(function(ctypes.byref(request)))
        answer: asyncio.Future[Optional[AnswerEvent]] = self._loop.create_future()
        self._waiting[request.value] = answer
        try:
            event = await answer
        finally:
            del self._waiting[request.value]
        if event is not None and event.code != 0:
            raise RpcError(event.code, event.error, event.action, event.retry_after_s)
        return event

    def answer(self, event: AnswerEvent) -> None:
        self._end(event.request, event)

    def cancel(self, request: int) -> None:
        self._end(request, None)

    def end(self) -> None:
        """Nobody will answer any more."""
        for request in list(self._waiting):
            self._end(request, None)

    def _end(self, request: int, event: Optional[AnswerEvent]) -> None:
        answer = self._waiting.get(request)
        if answer is not None and not answer.done():
            answer.set_result(event)
