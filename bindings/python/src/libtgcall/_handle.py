"""Handles of the library that may be closed while other threads use them, collected late, or outlived by callbacks."""

from __future__ import annotations

import atexit
import itertools
import os
import time
import weakref
from collections import deque
from typing import Any, Callable, Deque, Set

from ._errors import ClosedError

Free = Callable[[int], None]

_PATIENCE_S = 10.0
"""For functions of C that others are inside of when the interpreter ends."""


class Handle:
    """A handle of C with those who are inside a function of it. Whoever leaves last frees it, once it is closed.

    `inside` is the count of those who are inside: appending to a deque and taking from it are atomic, which is all
    that is needed, as everybody is counted before he looks whether it is closed. There is no lock, which a forked child
    might find taken for ever.
    """

    __slots__ = ("_address", "_free", "_process", "_to_free", "inside", "is_closed", "is_freed", "what")

    def __init__(self, address: int, free: Free, what: str) -> None:
        self._address = address
        self._to_free = deque([address])
        self._free = free
        self._process = os.getpid()
        self.inside: Deque[None] = deque()
        self.is_closed = False
        self.is_freed = False
        self.what = what
        _living.add(self)
        if _is_over:
            self.close()

    def __enter__(self) -> int:
        self.inside.append(None)
        if self.is_closed:
            self.__exit__()
            raise ClosedError(self.what)
        return self._address

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
        try:
            address = self._to_free.pop()
        except IndexError:
            return  # somebody else does it
        self._free(address)
        self.is_freed = True
        _living.discard(self)

    def close_for_good(self) -> None:
        """And waits until it is freed, unless this is a forked child, where those inside never leave."""
        self.close()
        give_up_at = time.monotonic() + _PATIENCE_S
        while not self.is_freed and self._process == os.getpid() and time.monotonic() < give_up_at:
            time.sleep(0.001)


_living: Set[Handle] = set()
_is_over = False


def _end() -> None:
    """The library's threads must be gone before the interpreter is: from the first moment of its end on, threads that come
    back out of C hang, and can free nothing; and in the last one its lock is given to whoever asks, who then runs in what
    is half taken down (3.14)."""
    global _is_over
    _is_over = True
    for handle in list(_living):
        handle.close_for_good()


atexit.register(_end)


def close_with(owner: object, handle: Handle, forget: Callable[[], object]) -> Callable[[], Any]:
    """Closes the handle when its owner is collected or the interpreter ends, or when the result is called."""
    return weakref.finalize(owner, _close, handle, forget)


def _close(handle: Handle, forget: Callable[[], object]) -> None:
    handle.close()
    forget()


numbers = itertools.count(1)
"""What callbacks get as userdata."""
