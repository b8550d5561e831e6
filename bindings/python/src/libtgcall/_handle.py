"""Handles of the library that may be closed while other threads use them, collected late, or outlived by callbacks."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections import deque
from typing import Any, Callable, Deque, Optional

from ._errors import ClosedError

Free = Callable[[int], None]


class Handle:
    """A handle of C with those who are inside a function of it. Whoever leaves last frees it, once it is closed.

    `inside` is the count of those who are inside: appending to a deque and taking from it are atomic, which is all
    that is needed, as everybody is counted before he looks whether it is closed.
    """

    __slots__ = ("_address", "_free", "_lock", "inside", "is_closed", "what")

    def __init__(self, address: int, free: Free, what: str) -> None:
        self._address: Optional[int] = address
        self._free = free
        self._lock = threading.Lock()
        self.inside: Deque[None] = deque()
        self.is_closed = False
        self.what = what

    def __enter__(self) -> int:
        self.inside.append(None)
        address = self._address
        if self.is_closed or address is None:
            self.__exit__()
            raise ClosedError(self.what)
        return address

    def __exit__(self, *_: Any) -> None:
        self.inside.pop()
        if self.is_closed:
            self._free_if_left()

    def close(self) -> None:
        self.is_closed = True
        self._free_if_left()

    def _free_if_left(self) -> None:
        if self.inside:
            return
        with self._lock:
            address, self._address = self._address, None
        if address is not None:
            self._free(address)


def close_with(owner: object, handle: Handle, forget: Callable[[], object]) -> Callable[[], Any]:
    """Closes the handle when its owner is collected or the interpreter ends, or when the result is called."""
    return weakref.finalize(owner, _close, handle, forget)


def _close(handle: Handle, forget: Callable[[], object]) -> None:
    handle.close()
    forget()


numbers = itertools.count(1)
"""What callbacks get as userdata."""
