"""Values of the C API as those of Python, and buffers of Python as those of C."""

from __future__ import annotations

import ctypes
import ipaddress
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Tuple, Union

from . import _raw as raw
from ._enums import PeerKind

if TYPE_CHECKING:
    from ._raw import tgcall_addr, tgcall_bytes, tgcall_peer, tgcall_text

Buffer = Union[bytes, bytearray, memoryview, "array[Any]", Any]
"""Whatever lends its memory in one piece: bytes, bytearray, array, memoryview, an array of numpy."""


@dataclass(frozen=True)
class Address:
    """An IP address and a port."""

    ip: str
    port: int
    scope: int = 0
    """The number of the interface of a link-local IPv6 address; else 0."""


@dataclass(frozen=True)
class Peer:
    """Who somebody in a group call is, or which chat."""

    kind: PeerKind
    id: int = 0
    access_hash: int = field(default=0, compare=False)
    """Known only where Telegram has just told it; else 0, and of no account where peers are compared."""

    @classmethod
    def me(cls) -> Peer:
        """This account, by whatever it has joined as."""
        return cls(PeerKind.SELF)

    @classmethod
    def user(cls, number: int, access_hash: int = 0) -> Peer:
        return cls(PeerKind.USER, number, access_hash)

    @classmethod
    def chat(cls, number: int) -> Peer:
        """A basic group."""
        return cls(PeerKind.CHAT, number)

    @classmethod
    def channel(cls, number: int, access_hash: int = 0) -> Peer:
        """A channel or a supergroup."""
        return cls(PeerKind.CHANNEL, number, access_hash)


@dataclass(frozen=True)
class Level:
    """How loud somebody was in the last 100 ms."""

    peer: Peer
    level: int
    """The loudest: 0 to 32767."""
    speaks: bool
    """Whether it is a voice."""


@dataclass(frozen=True)
class Giver:
    """A peer of an answer."""

    peer: Optional[Peer]
    """Who gave stars without his name is None."""
    stars: int
    """What he gave; 0 where it is not about stars."""


def text_of(text: tgcall_text) -> str:
    return ctypes.string_at(text.data, text.size).decode("utf-8", "replace") if text.data else ""


def data_of(data: tgcall_bytes) -> bytes:
    return ctypes.string_at(data.data, data.size) if data.data and data.size else b""


def address_of(address: tgcall_addr) -> Optional[Address]:
    if address.family == 0:
        return None
    ip = bytes(address.ip)[: 4 if address.family == 4 else 16]
    return Address(str(ipaddress.ip_address(ip)), address.port, address.scope)


def peer_of(peer: tgcall_peer) -> Optional[Peer]:
    return Peer(PeerKind(peer.kind), peer.id, peer.access_hash) if peer.kind else None


def levels_of(event: int) -> Tuple[Level, ...]:
    """Who spoke, of a lent event."""
    peer, level, speaks = raw.tgcall_peer(), ctypes.c_uint32(), ctypes.c_bool()
    out = ctypes.byref(peer), ctypes.byref(level), ctypes.byref(speaks)
    levels = []
    for at in range(raw.tgcall_event_get_level_count(event)):
        if raw.tgcall_event_get_level(event, at, *out) == 0:
            levels.append(Level(Peer(PeerKind(peer.kind), peer.id), level.value, speaks.value))
    return tuple(levels)


def givers_of(event: int) -> Tuple[Giver, ...]:
    """The peers of an answer that is lent."""
    peer, stars = raw.tgcall_peer(), ctypes.c_int64()
    out = ctypes.byref(peer), ctypes.byref(stars)
    givers = []
    for at in range(raw.tgcall_event_get_peer_count(event)):
        if raw.tgcall_event_get_peer_at(event, at, *out) == 0:
            givers.append(Giver(peer_of(peer), stars.value))
    return tuple(givers)


def fill_address(out: tgcall_addr, address: Union[Address, str]) -> None:
    """An address as C has it. A text is an IP address without a port."""
    if isinstance(address, str):
        address = Address(address, 0)
    ip = ipaddress.ip_address(address.ip)
    out.family = ip.version
    out.ip[: len(ip.packed)] = list(ip.packed)
    out.port, out.scope = address.port, address.scope


def encoded(text: str) -> bytes:
    """Text for C, where a NUL would end it."""
    if "\0" in text:
        raise ValueError("text with a NUL in it")
    return text.encode("utf-8")


def optional(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else encoded(text)


class _PyBuffer(ctypes.Structure):
    """Py_buffer, whose layout is part of Python's stable ABI."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = [ctypes.py_object, ctypes.POINTER(_PyBuffer), ctypes.c_int]
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = [ctypes.POINTER(_PyBuffer)]
_release_buffer.restype = None

_EMPTY = b""
# Memory that can be written, as an argument: an array of ctypes stands for its address.
_written = (ctypes.c_char * 1).from_buffer


class _Lent:
    """The address of memory that cannot be written, lent as long as this lives."""

    __slots__ = ("_as_parameter_", "_buffer")

    def __init__(self, data: Any) -> None:
        self._buffer = _PyBuffer()
        _get_buffer(data, self._buffer, 0)
        self._as_parameter_ = ctypes.c_void_p(self._buffer.buf)

    def __del__(self) -> None:
        _release_buffer(self._buffer)


def readable(data: Buffer) -> Tuple[Any, int]:
    """What C takes for the address of these bytes, and their number. Nothing is copied."""
    if isinstance(data, bytes):
        return data, len(data)
    view = memoryview(data)
    size = view.nbytes
    return _address(view, size), size


def _address(view: memoryview, size: int) -> Any:
    if not view.c_contiguous:
        raise ValueError("memory that is not in one piece: make a copy first")
    if size == 0:
        return _EMPTY
    return _Lent(view) if view.readonly else _written(view)


# By their format in the manner of struct: whether they are floats, and how long one is.
_SAMPLES = {
    order + kind: (kind == "f", 4 if kind == "f" else 2) for kind in ("h", "f", "B", "b", "c") for order in ("", "@", "=", "<")
}


def samples(data: Buffer, channels: int) -> Tuple[bool, Any, int]:
    """Whether these are floats and not 16-bit samples, their address, and the number of frames."""
    if isinstance(data, bytes):
        return False, data, _frames(len(data), 2 * channels)
    return _described(memoryview(data), channels)


def room(data: Buffer, channels: int) -> Tuple[bool, Any, int]:
    """The same of memory to write to."""
    view = memoryview(data)
    if view.readonly:
        raise TypeError("memory that cannot be written")
    return _described(view, channels)


def _described(view: memoryview, channels: int) -> Tuple[bool, Any, int]:
    try:
        is_float, length = _SAMPLES[view.format]
    except KeyError:
        raise TypeError(
            f"sound is int16 or float32, or bytes of int16, not of the format {view.format!r}"
        ) from None
    size = view.nbytes
    return is_float, _address(view, size), _frames(size, length * channels)


def _frames(size: int, frame: int) -> int:
    if frame <= 0 or size % frame:
        raise ValueError(f"{size} bytes are no whole number of frames of {frame} bytes")
    return size // frame
