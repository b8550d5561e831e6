"""Pictures, which the library carries encoded: the host has cameras, encoders and decoders."""

from __future__ import annotations

import ctypes
from typing import Any, Callable, Sequence, Tuple

from . import _raw as raw
from ._enums import VideoCodec
from ._values import text_of


class VideoFrame:
    """An encoded picture that was received, whole; also after its call."""

    __slots__ = ("_address",)

    def __init__(self, address: int) -> None:
        self._address = address

    def __del__(self, _free: Callable[[int], None] = raw.tgcall_video_frame_free) -> None:
        _free(self._address)

    def __repr__(self) -> str:
        return f"<VideoFrame {self.codec.name} of {len(self.data)} bytes{' key' if self.is_key else ''}>"

    @property
    def data(self) -> memoryview:
        """What the decoder takes: the library's own memory, which stays as long as this view does."""
        lent = raw.tgcall_video_frame_get_bytes(self._address)
        memory: Any = (ctypes.c_ubyte * lent.size).from_address(lent.data or 0) if lent.size else bytearray()
        if lent.size:
            memory.frame = self
        return memoryview(memory).cast("B").toreadonly()

    @property
    def codec(self) -> VideoCodec:
        return VideoCodec(raw.tgcall_video_frame_get_codec(self._address))

    @property
    def timestamp(self) -> int:
        """Counts 90000 a second, and wraps around at 2 ** 32."""
        return int(raw.tgcall_video_frame_get_timestamp(self._address))

    @property
    def rotation(self) -> int:
        """By how many degrees to turn it clockwise before it is shown."""
        return int(raw.tgcall_video_frame_get_rotation(self._address))

    @property
    def is_key(self) -> bool:
        """Whether nothing before it is needed to decode it."""
        return bool(raw.tgcall_video_frame_is_key(self._address))

    @property
    def size(self) -> Tuple[int, int]:
        """Width and height in pixels, before it is turned; (0, 0) where the frame does not say."""
        return raw.tgcall_video_frame_get_width(self._address), raw.tgcall_video_frame_get_height(self._address)

    @property
    def delay_ms(self) -> int:
        """How far it is behind the sound that was pulled last, at this moment: to be shown when no longer negative."""
        return int(raw.tgcall_video_frame_get_delay_ms(self._address))

    @property
    def endpoint(self) -> str:
        """Which picture of a live stream it is, as Telegram names it; empty in all other calls."""
        return text_of(raw.tgcall_video_frame_get_endpoint(self._address))


def codecs(chosen: Sequence[VideoCodec]) -> Tuple[Any, int]:
    """A list for C, and its length."""
    return (ctypes.c_uint32 * len(chosen))(*chosen), len(chosen)
