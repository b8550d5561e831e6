"""The core of an end-to-end encrypted conference: keys, blocks, broadcasts and packets, for hosts that talk to Telegram."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Sequence, Tuple

from . import _raw as raw
from ._enums import ConferenceState, FrameCodec, Verification
from ._errors import check
from ._handle import Handle, close_with
from ._values import Buffer, data_of, readable, text_of


@dataclass(frozen=True)
class Participant:
    user_id: int
    key: bytes
    may_add: bool
    may_remove: bool


@dataclass(frozen=True)
class Reject:
    """Why the last input was refused, and how many were in all."""

    code: int
    """As the official library numbers it; 0: none was."""
    count: int


class Conference:
    """One device's part in one conference. It has no thread and calls nobody. A `with` block ends it and wipes its keys.

    What comes from Telegram and is wrong is dropped and counted (False, None, `reject`). Only a block that breaks the
    rules ends the conference: then leave and join anew.
    """

    def __init__(self, user_id: int) -> None:
        conference = ctypes.c_void_p()
        check(raw.tgcall_conference_new(None, user_id, ctypes.byref(conference)))
        assert conference.value is not None
        self._handle = Handle(conference.value, raw.tgcall_conference_free, "conference")
        self._close = close_with(self, self._handle, lambda: None)

    def close(self) -> None:
        self._close()

    def __enter__(self) -> Conference:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def public_key(self) -> bytes:
        """What Telegram is told at the join."""
        key = (ctypes.c_uint8 * 32)()
        with self._handle as conference:
            check(raw.tgcall_conference_get_public_key(conference, key))
        return bytes(key)

    def join(self, newest: Buffer = b"") -> Optional[bytes]:
        """The block with which this device joins, built on the newest one, or the first block of a conference. None if
        the newest block breaks the rules or lets nobody in."""
        address, size = readable(newest)
        return self._lent(raw.tgcall_conference_join, address, size)

    def apply_block(self, block: Buffer) -> bool:
        """Takes a block of sub-chain 0 as Telegram delivers it, each once and in order. False: the conference has
        failed."""
        address, size = readable(block)
        with self._handle as conference:
            return check(raw.tgcall_conference_apply_block(conference, address, size))

    def broadcasts(self) -> List[bytes]:
        """What is now to be sent by phone.sendConferenceCallBroadcast; ask after each block and each broadcast."""
        found: List[bytes] = []
        while True:
            broadcast = self._lent(raw.tgcall_conference_poll_broadcast)
            if broadcast is None:
                return found
            found.append(broadcast)

    def handle_broadcast(self, broadcast: Buffer) -> bool:
        """Takes an element of sub-chain 1, the own ones too. False: it was refused, which harms nothing."""
        address, size = readable(broadcast)
        with self._handle as conference:
            return check(raw.tgcall_conference_handle_broadcast(conference, address, size))

    def remove(self, user_ids: Sequence[int]) -> Optional[bytes]:
        """The block that removes users. None if none of them takes part."""
        users = (ctypes.c_int64 * max(len(user_ids), 1))(*user_ids)
        return self._lent(raw.tgcall_conference_remove, users, len(user_ids))

    def _lent(self, function: Callable[..., int], *arguments: Any) -> Optional[bytes]:
        out = raw.tgcall_bytes()
        with self._handle as conference:
            return data_of(out) if check(function(conference, *arguments, ctypes.byref(out))) else None

    @property
    def state(self) -> ConferenceState:
        state = ctypes.c_uint32()
        with self._handle as conference:
            check(raw.tgcall_conference_get_state(conference, ctypes.byref(state)))
        return ConferenceState(state.value)

    @property
    def block(self) -> Tuple[int, bytes]:
        """The newest block: its height and its hash."""
        height, digest = ctypes.c_int32(), (ctypes.c_uint8 * 32)()
        with self._handle as conference:
            check(raw.tgcall_conference_get_block(conference, ctypes.byref(height), digest))
        return height.value, bytes(digest)

    @property
    def participants(self) -> List[Participant]:
        count = ctypes.c_size_t()
        with self._handle as conference:
            check(raw.tgcall_conference_get_participant_count(conference, ctypes.byref(count)))
            return [_participant(conference, index) for index in range(count.value)]

    @property
    def verification(self) -> Verification:
        """How far the verification of the newest block is."""
        verification = ctypes.c_uint32()
        with self._handle as conference:
            check(raw.tgcall_conference_get_verification(conference, ctypes.byref(verification)))
        return Verification(verification.value)

    @property
    def emoji(self) -> Optional[Tuple[str, ...]]:
        """The four emoji that all participants compare. None before Verification.DONE."""
        return self._texts(raw.tgcall_conference_get_emoji, 4)

    @property
    def words(self) -> Tuple[str, ...]:
        """The 24 words of the newest block, which participants may read to each other."""
        return self._texts(raw.tgcall_conference_get_words, 24) or ()

    def _texts(self, get: Callable[..., int], count: int) -> Optional[Tuple[str, ...]]:
        texts = (raw.tgcall_text * count)()
        with self._handle as conference:
            return tuple(text_of(text) for text in texts) if check(get(conference, texts)) else None

    def encrypt(self, channel: int, data: Buffer, prefix_size: int = 0) -> bytes:
        """Encrypts a frame or an in-call message for everybody; the first bytes stay readable for the server."""
        address, size = readable(data)
        encrypted = self._copied(raw.tgcall_conference_encrypt, channel, address, size, prefix_size)
        assert encrypted is not None
        return encrypted

    def decrypt(self, user_id: int, packet: Buffer) -> Optional[bytes]:
        """Decrypts a packet of a user. None: it was refused."""
        address, size = readable(packet)
        return self._copied(raw.tgcall_conference_decrypt, user_id, address, size, room=size)

    def encrypt_frame(
        self, channel: int, codec: FrameCodec, frame: Buffer, *, speech: bool = False, level_dbov: int = 127
    ) -> Optional[bytes]:
        """As `encrypt`, for an encoded frame. None for the rare H.264 frame that no encryption leaves whole."""
        address, size = readable(frame)
        arguments = channel, codec, speech, level_dbov, address, size
        return self._copied(raw.tgcall_conference_encrypt_frame, *arguments)

    def decrypt_frame(self, user_id: int, codec: FrameCodec, packet: Buffer) -> Optional[Tuple[bytes, Optional[int]]]:
        """As `decrypt`, with the level of sound in -dBov, if the sender gave one."""
        address, size = readable(packet)
        level = ctypes.c_int32(-1)
        arguments = user_id, codec, address, size, ctypes.byref(level)
        frame = self._copied(raw.tgcall_conference_decrypt_frame, *arguments, room=size)
        return None if frame is None else (frame, None if level.value < 0 else level.value)

    def _copied(self, function: Callable[..., int], *arguments: Any, room: Optional[int] = None) -> Optional[bytes]:
        """Asks for the size first, unless it is known how much is enough."""
        size = ctypes.c_size_t()
        with self._handle as conference:
            if room is None:
                if not check(function(conference, *arguments, None, 0, ctypes.byref(size))):
                    return None
                room = size.value
            buffer = ctypes.create_string_buffer(max(room, 1))
            if not check(function(conference, *arguments, buffer, max(room, 1), ctypes.byref(size))):
                return None
        return buffer.raw[: size.value]

    @property
    def timeout_s(self) -> Optional[float]:
        """How long until a key is due to be wiped by `handle_timeout`. None: none is."""
        timeout = ctypes.c_int32()
        with self._handle as conference:
            is_due = check(raw.tgcall_conference_get_next_timeout(conference, ctypes.byref(timeout)))
        return timeout.value / 1000 if is_due else None

    def handle_timeout(self) -> None:
        """Wipes the keys whose time has come. Encrypting and decrypting do so too."""
        with self._handle as conference:
            check(raw.tgcall_conference_handle_timeout(conference))

    @property
    def reject(self) -> Reject:
        code, count = ctypes.c_int32(), ctypes.c_uint64()
        with self._handle as conference:
            check(raw.tgcall_conference_get_reject(conference, ctypes.byref(code), ctypes.byref(count)))
        return Reject(code.value, count.value)


def to_server_form(data: Buffer) -> bytes:
    """The form in which Telegram delivers a block or broadcast that was sent to it: for tests and servers."""
    address, size = readable(data)
    buffer, written = ctypes.create_string_buffer(max(size, 1)), ctypes.c_size_t()
    check(raw.tgcall_conference_to_server_form(address, size, buffer, size, ctypes.byref(written)))
    return buffer.raw[: written.value]


def _participant(conference: int, index: int) -> Participant:
    user, key, permissions = ctypes.c_int64(), (ctypes.c_uint8 * 32)(), ctypes.c_uint32()
    out = ctypes.byref(user), key, ctypes.byref(permissions)
    check(raw.tgcall_conference_get_participant(conference, index, *out))
    return Participant(user.value, bytes(key), bool(permissions.value & 1), bool(permissions.value & 2))
