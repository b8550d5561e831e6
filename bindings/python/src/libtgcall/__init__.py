"""Telegram calls: a client, its calls and their sound on asyncio, over the library libtgcall.

`Client` is where it begins, or, for a program on Telethon, Pyrogram or TDLib, `Calls` of `libtgcall.telethon`,
`libtgcall.pyrogram` and `libtgcall.tdlib`; those libraries are not imported before they are used. `libtgcall.raw` has every
function of the C API under its own name.
"""

from . import _raw as raw
from . import pyrogram as pyrogram
from . import tdlib as tdlib
from . import telethon as telethon
from ._base import AnyCall
from ._call import Call
from ._client import Client, User
from ._conference import Conference, Participant, Reject, to_server_form
from ._enums import *
from ._enums import __all__ as _enums
from ._errors import (
    ArgumentError,
    ClosedError,
    EndedError,
    InternalError,
    LimitError,
    NotFoundError,
    RoomError,
    RpcError,
    StateError,
    StatusError,
    SystemRefusedError,
    TgcallError,
    UnsupportedError,
)
from ._events import *
from ._events import __all__ as _events
from ._figures import Stats, Stream
from ._group import GroupCall, GroupPayload, Stars
from ._roster import GroupParticipant, Roster
from ._rpc import Send
from ._settings import Proxy, Timers
from ._stream import Queue
from ._values import Address, Buffer, Giver, Level, Peer, text_of as _text_of
from ._video import VideoFrame

__version__ = raw.VERSION


def library_version() -> str:
    """The version of the library that is loaded."""
    return _text_of(raw.tgcall_version())


def has(feature: Feature) -> bool:
    """Whether the library that is loaded has a feature. What it has not is UnsupportedError."""
    return raw.tgcall_version_has(feature)


__all__ = [
    "Address",
    "AnyCall",
    "ArgumentError",
    "Buffer",
    "Call",
    "Client",
    "ClosedError",
    "Conference",
    "EndedError",
    "Giver",
    "GroupCall",
    "GroupParticipant",
    "GroupPayload",
    "InternalError",
    "Level",
    "LimitError",
    "NotFoundError",
    "Participant",
    "Peer",
    "Proxy",
    "Queue",
    "Reject",
    "RoomError",
    "Roster",
    "RpcError",
    "Send",
    "Stars",
    "StateError",
    "Stats",
    "StatusError",
    "Stream",
    "SystemRefusedError",
    "TgcallError",
    "Timers",
    "UnsupportedError",
    "User",
    "VideoFrame",
    "has",
    "library_version",
    "raw",
    "to_server_form",
]
__all__ += _enums
__all__ += _events
