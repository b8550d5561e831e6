"""A client's configuration."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Optional, Sequence

from . import _raw as raw
from ._enums import LogLevel, Media, P2p, VideoCodec
from ._errors import check
from ._mailbox import SocketHook, on_line, on_socket
from ._values import encoded, optional
from ._video import codecs


@dataclass(frozen=True)
class Proxy:
    """A SOCKS5 proxy, by its IP address."""

    host: str
    port: int
    username: Optional[str] = None
    password: Optional[str] = None


@dataclass(frozen=True)
class Timers:
    """Two timers of Telegram's help.getConfig."""

    receive_ms: int = 20000
    """call_receive_timeout_ms: until a device of theirs shows up."""
    ring_ms: int = 90000
    """call_ring_timeout_ms: until somebody answers."""


@dataclass(frozen=True)
class Settings:
    """What a client is made with. See tgcall_config_* in tgcall.h; None is the library's default."""

    user_id: int = 0
    versions: Optional[Sequence[str]] = None
    max_calls: int = 1
    auto_confirm: bool = True
    auto_migrate: bool = True
    timers: Optional[Timers] = None
    media: Optional[Media] = None
    p2p: P2p = P2p.FOLLOW
    proxy: Optional[Proxy] = None
    log_level: LogLevel = LogLevel.WARNING
    socket: Optional[SocketHook] = None
    video_encoders: Sequence[VideoCodec] = ()
    video_decoders: Sequence[VideoCodec] = ()

    def make_client(self, number: int) -> int:
        """The handle of a client whose callbacks get this number."""
        config = raw.tgcall_config_new()
        try:
            self._fill(config, number)
            client = ctypes.c_void_p()
            check(raw.tgcall_client_new(config, ctypes.byref(client)))
            assert client.value is not None
            return client.value
        finally:
            raw.tgcall_config_free(config)

    def _fill(self, config: Optional[int], number: int) -> None:
        check(raw.tgcall_config_set_user_id(config, self.user_id))
        if self.versions is not None:
            names = [encoded(version) for version in self.versions]
            check(raw.tgcall_config_set_versions(config, (ctypes.c_char_p * len(names))(*names), len(names)))
        check(raw.tgcall_config_set_max_calls(config, self.max_calls))
        check(raw.tgcall_config_set_auto_confirm(config, self.auto_confirm))
        check(raw.tgcall_config_set_auto_migrate(config, self.auto_migrate))
        if self.timers is not None:
            check(raw.tgcall_config_set_timers(config, self.timers.receive_ms, self.timers.ring_ms))
        if self.media is not None:
            check(raw.tgcall_config_set_media(config, self.media))
        check(raw.tgcall_config_set_p2p(config, self.p2p))
        if self.proxy is not None:
            check(raw.tgcall_config_set_proxy(config, *proxy_arguments(self.proxy)))
        if self.log_level != LogLevel.OFF:
            check(raw.tgcall_config_set_logger(config, self.log_level, on_line, number))
        if self.socket is not None:
            check(raw.tgcall_config_set_socket(config, on_socket, number))
        if self.video_encoders or self.video_decoders:
            lists = *codecs(self.video_encoders), *codecs(self.video_decoders)
            check(raw.tgcall_config_set_video_codecs(config, *lists))


def proxy_arguments(proxy: Optional[Proxy]) -> "tuple[Optional[bytes], int, Optional[bytes], Optional[bytes]]":
    if proxy is None:
        return None, 0, None, None
    return encoded(proxy.host), proxy.port, optional(proxy.username), optional(proxy.password)
