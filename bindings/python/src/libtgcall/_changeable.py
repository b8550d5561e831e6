"""What of a client's settings may change at any time."""

from __future__ import annotations

from typing import Optional, Sequence, Union

from . import _raw as raw
from ._enums import LogLevel, P2p
from ._errors import check
from ._handle import Handle
from ._settings import Proxy, proxy_arguments
from ._values import Address, fill_address


class Changeable:
    """A part of a client."""

    _handle: Handle

    def set_server_time(self, unix_s: int) -> None:
        """Telegram's clock: it tells an old incoming call from a new one."""
        with self._handle as client:
            check(raw.tgcall_client_set_server_time(client, unix_s))

    def set_log_level(self, level: LogLevel) -> None:
        """How much is logged. A client that was made with LogLevel.OFF stays silent."""
        with self._handle as client:
            check(raw.tgcall_client_set_log_level(client, level))

    def set_proxy(self, proxy: Optional[Proxy]) -> None:
        with self._handle as client:
            check(raw.tgcall_client_set_proxy(client, *proxy_arguments(proxy)))

    def set_p2p(self, p2p: P2p) -> None:
        with self._handle as client:
            check(raw.tgcall_client_set_p2p(client, p2p))

    def set_low_data(self, low_data: bool) -> None:
        with self._handle as client:
            check(raw.tgcall_client_set_low_data(client, low_data))

    def set_interfaces(self, interfaces: Sequence[Union[Address, str]]) -> None:
        """The addresses of this machine that calls may use; without it the library looks itself."""
        count = len(interfaces)
        addresses = (raw.tgcall_addr * max(count, 1))()
        for out, address in zip(addresses, interfaces):
            fill_address(out, address)
        with self._handle as client:
            check(raw.tgcall_client_set_interfaces(client, addresses, count))
