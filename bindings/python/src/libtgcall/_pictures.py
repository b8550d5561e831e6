"""What a call shows and what it sees: pictures, encoded."""

from __future__ import annotations

import ctypes
from typing import Optional, Sequence

from . import _raw as raw
from ._enums import VideoCodec, VideoSource
from ._errors import check
from ._handle import Handle
from ._values import Buffer, readable
from ._video import VideoFrame, codecs


class Pictures:
    """Of private calls and of group calls."""

    id: int
    _handle: Handle

    def set_video_codecs(self, encoded: Sequence[VideoCodec], decoded: Sequence[VideoCodec]) -> None:
        """What this host encodes and decodes in this call, preferred first; until it connects."""
        with self._handle as client:
            check(raw.tgcall_video_set_codecs(client, self.id, *codecs(encoded), *codecs(decoded)))

    def start_video(self, source: VideoSource, width: int, height: int, frames_per_s: int = 30) -> None:
        """Shows the camera or the screen, of which this is captured. VideoEncodeEvent says what to encode."""
        with self._handle as client:
            check(raw.tgcall_video_start(client, self.id, source, width, height, frames_per_s))

    def stop_video(self, source: VideoSource) -> None:
        with self._handle as client:
            check(raw.tgcall_video_stop(client, self.id, source))

    def pause_video(self, source: VideoSource, paused: bool = True) -> None:
        """Pauses what is shown, or goes on with it; the other side is told."""
        with self._handle as client:
            check(raw.tgcall_video_set_paused(client, self.id, source, paused))

    def rotate_video(self, source: VideoSource, degrees: int) -> None:
        """How the other side is to turn the picture, clockwise: 0, 90, 180 or 270."""
        with self._handle as client:
            check(raw.tgcall_video_set_rotation(client, self.id, source, degrees))

    def push_video(
        self, source: VideoSource, codec: VideoCodec, timestamp: int, frame: Buffer, key: bool, layer: int = 0
    ) -> bool:
        """Gives one encoded frame; its timestamp counts 90000 a second. False: the link is behind, and nothing was
        taken."""
        address, size = readable(frame)
        with self._handle as client:
            what = source, layer, codec, timestamp & 0xFFFFFFFF, key
            return check(raw.tgcall_video_push(client, self.id, *what, address, size))

    def pull_video(self, source: VideoSource) -> Optional[VideoFrame]:
        """Takes the oldest frame that was received. None: none waits; VideoReadyEvent tells of the next."""
        frame = ctypes.c_void_p()
        with self._handle as client:
            check(raw.tgcall_video_pull(client, self.id, source, ctypes.byref(frame)))
        return None if frame.value is None else VideoFrame(frame.value)

    def want_key_frame(self, source: VideoSource) -> None:
        """The decoder has lost it."""
        with self._handle as client:
            check(raw.tgcall_video_want_key_frame(client, self.id, source))
