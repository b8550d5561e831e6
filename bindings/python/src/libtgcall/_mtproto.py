"""Decrypted messages of MTProto, cut into the bytes that calls need.

Client libraries parse what they receive, and hand out objects: one unknown constructor loses them a whole container, a gap
in seq loses updates, padding and neighbours come with an answer. The bytes themselves lose nothing. Whatever the network
sent, nothing here raises: what is not whole is left out.
"""

from __future__ import annotations

import struct
import zlib
from collections import deque
from typing import Deque, Iterator, NamedTuple, Optional, Set, Tuple

from ._rpc import RPC_ERROR

_HEAD = struct.Struct("<8x8sqii")
"""The salt, the session, the id of the message, its number in the sequence, its length; then the body, then padding."""
_INNER = struct.Struct("<qii")
_BAD_MESSAGE = struct.Struct("<Iqii")

_CONTAINER = 0x73F1F8DC
_GZIP = 0x3072CFA1
_RPC_RESULT = 0xF35C6D01
_BAD_MSG_NOTIFICATION = 0xA7EFF811
_BAD_SERVER_SALT = 0xEDAB447B
_UPDATES_STATE = 0xA56C2A3E

_UPDATES = {
    0xE317AF7E,  # updatesTooLong
    0x313BC7F8,  # updateShortMessage
    0x4D6DEEA5,  # updateShortChatMessage
    0x78D4DEC1,  # updateShort
    0x725B04C3,  # updatesCombined
    0x74AE4240,  # updates
    0x9015E101,  # updateShortSentMessage
}

GET_STATE = struct.pack("<I", 0xEDD4882A)
"""updates.getState, whose answer has Telegram's clock."""

_MOST_INFLATED = 16 << 20
"""Of one packet, however many gzip_packed are in it."""
_DEEPEST = 4
_MOST_REMEMBERED = 2000


class Message(NamedTuple):
    id: int
    sequence: int
    kind: int
    """The constructor."""
    body: bytes

    @property
    def wants_acknowledgement(self) -> bool:
        return self.sequence % 2 == 1

    @property
    def is_update(self) -> bool:
        return self.kind in _UPDATES


class BadMessage(NamedTuple):
    """The server did not take a message."""

    request: int
    code: int
    salt: Optional[int]
    """The right one, if a wrong one is all that was bad."""


def messages(plain: bytes, session: bytes) -> Iterator[Message]:
    """What a decrypted packet of this session holds, without containers and gzip."""
    if len(plain) < _HEAD.size:
        return
    theirs, number, sequence, size = _HEAD.unpack_from(plain)
    if theirs != session or not 4 <= size <= len(plain) - _HEAD.size:
        return
    yield from _opened(number, sequence, plain[_HEAD.size : _HEAD.size + size], _Room(), _DEEPEST)


class _Room:
    """How much may still be inflated."""

    def __init__(self) -> None:
        self.left = _MOST_INFLATED


def _opened(number: int, sequence: int, body: bytes, room: _Room, depth: int) -> Iterator[Message]:
    kind = _constructor(body)
    if kind is None or depth == 0:
        return
    if kind == _CONTAINER:
        for inner in _contained(body):
            yield from _opened(*inner, room, depth - 1)
    elif kind == _GZIP:
        inflated = _inflated(body, room)
        if inflated is not None:
            yield from _opened(number, sequence, inflated, room, depth - 1)
    else:
        yield Message(number, sequence, kind, body)


def _contained(body: bytes) -> Iterator[Tuple[int, int, bytes]]:
    if len(body) < 8:
        return
    count, at = struct.unpack_from("<i", body, 4)[0], 8
    while count > 0 and at + _INNER.size <= len(body):
        number, sequence, size = _INNER.unpack_from(body, at)
        at += _INNER.size
        if not 0 <= size <= len(body) - at:
            return
        yield number, sequence, body[at : at + size]
        at, count = at + size, count - 1


def _constructor(data: bytes) -> Optional[int]:
    return int.from_bytes(data[:4], "little") if len(data) >= 4 else None


def _inflated(data: bytes, room: _Room) -> Optional[bytes]:
    """What a gzip_packed holds, if it is whole."""
    packed = _string(data, 4)
    if packed is None:
        return None
    inflater = zlib.decompressobj(wbits=31)
    try:
        inflated = inflater.decompress(packed, room.left + 1)
    except zlib.error:
        return None
    if not inflater.eof or len(inflated) > room.left:
        return None
    room.left -= len(inflated)
    return inflated


def _string(data: bytes, at: int) -> Optional[bytes]:
    size, start = data[at : at + 1], at + 1
    if size == b"\xfe":
        size, start = data[at + 1 : at + 4], at + 4
        if len(size) < 3:
            return None
    elif not size or size == b"\xff":
        return None
    end = start + int.from_bytes(size, "little")
    return data[start:end] if end <= len(data) else None


def answered(message: Message) -> Optional[int]:
    """The id of the message that an rpc_result answers."""
    if message.kind != _RPC_RESULT or len(message.body) < 16:
        return None
    request: int = struct.unpack_from("<q", message.body, 4)[0]
    return request


def result(message: Message) -> Optional[bytes]:
    """What an rpc_result holds, an rpc_error too, with whatever stands behind it."""
    data = message.body[12:]
    return _inflated(data, _Room()) if _constructor(data) == _GZIP else data


def refused(answer: bytes) -> Optional[Tuple[int, str]]:
    """The code and the name of an rpc_error."""
    if _constructor(answer) != RPC_ERROR or len(answer) < 9:
        return None
    name = _string(answer, 8)
    return struct.unpack_from("<i", answer, 4)[0], (name or b"").decode("utf-8", "replace")


def bad_message(message: Message) -> Optional[BadMessage]:
    if message.kind not in (_BAD_MSG_NOTIFICATION, _BAD_SERVER_SALT) or len(message.body) < _BAD_MESSAGE.size:
        return None
    _, request, _, code = _BAD_MESSAGE.unpack_from(message.body)
    salt: Optional[int] = None
    if message.kind == _BAD_SERVER_SALT:
        if len(message.body) < _BAD_MESSAGE.size + 8:
            return None
        salt = struct.unpack_from("<q", message.body, _BAD_MESSAGE.size)[0]
    return BadMessage(request, code, salt)


def date_of_state(answer: bytes) -> Optional[int]:
    """Telegram's clock, as an updates.state has it."""
    if _constructor(answer) != _UPDATES_STATE or len(answer) < 16:
        return None
    date: int = struct.unpack_from("<i", answer, 12)[0]
    return date


class Seen:
    """Which messages were taken. A packet that somebody on the way repeats, or that the server sends again as it was not
    acknowledged, counts once."""

    def __init__(self) -> None:
        self._ids: Set[int] = set()
        self._order: Deque[int] = deque()
        self._forgotten = 0
        """The newest of those that are not remembered any more: what is older may have been taken."""

    def is_new(self, message: Message) -> bool:
        number = message.id
        if number % 2 == 0 or number <= self._forgotten or number in self._ids:
            return False
        self._ids.add(number)
        self._order.append(number)
        if len(self._order) > _MOST_REMEMBERED:
            oldest = self._order.popleft()
            self._ids.discard(oldest)
            self._forgotten = max(self._forgotten, oldest)
        return True
