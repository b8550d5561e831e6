"""What goes wrong, as exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Type

from . import _raw as raw
from ._enums import Action, Status
from ._values import text_of

if TYPE_CHECKING:
    from ._events import CallEndedEvent


class TgcallError(Exception):
    """What all errors of this package are."""


class StatusError(TgcallError):
    """A function of the library failed; nothing has changed."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text or text_of(raw.tgcall_status_get_name(status)) or f"status {status}")
        self.status = Status(status)


class ArgumentError(StatusError, ValueError):
    """An argument is missing, out of range, or none of its choice."""


class NotFoundError(StatusError, LookupError):
    """The call, stream, request or socket is gone; forget it."""


class StateError(StatusError):
    """Not now."""


class ClosedError(StateError):
    """The client or the conference has been closed."""

    def __init__(self, what: str) -> None:
        super().__init__(Status.ERR_STATE, f"the {what} is closed")


class LimitError(StatusError):
    """Too many, or too much."""


class UnsupportedError(StatusError):
    """Not in this build of the library, or not with this configuration."""


class SystemRefusedError(StatusError):
    """The operating system refused."""


class InternalError(StatusError):
    """A defect of the library. The client is dead: close it, and report the text."""


class RoomError(StatusError):
    """The buffer is too small. Nothing was used up."""


class RpcError(TgcallError):
    """Telegram's answer to a request is an error: for `send` to raise, and raised by what is asked in a group call."""

    def __init__(self, code: int, name: str, action: Action = Action.NONE, retry_after_s: int = 0) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        """-1: there was no answer that could be read."""
        self.name = name
        self.action = action
        """What is left to do, of what was asked in a group call."""
        self.retry_after_s = retry_after_s


class EndedError(TgcallError):
    """The call has ended, and what was awaited will not happen."""

    def __init__(self, event: CallEndedEvent) -> None:
        super().__init__(event.text)
        self.event = event


_CLASSES: Dict[int, Type[StatusError]] = {
    Status.ERR_ARGUMENT: ArgumentError,
    Status.ERR_NOT_FOUND: NotFoundError,
    Status.ERR_STATE: StateError,
    Status.ERR_LIMIT: LimitError,
    Status.ERR_UNSUPPORTED: UnsupportedError,
    Status.ERR_IO: SystemRefusedError,
    Status.ERR_INTERNAL: InternalError,
    Status.ERR_BUFFER: RoomError,
}


def check(status: int) -> bool:
    """Raises what failed. True: done; False: all well, but there was nothing, or no room."""
    if status >= 0:
        return status == 0
    # On this thread, and before anything else calls the library.
    text = text_of(raw.tgcall_status_get_text())
    raise _CLASSES.get(status, StatusError)(status, text)
