"""A private call."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Callable, Optional

from . import _raw as raw
from ._base import AnyCall
from ._enums import CallState, Direction, DiscardReason, End
from ._errors import check
from ._events import CallEndedEvent
from ._roster import c_peer
from ._values import Buffer, Peer, encoded, optional, readable

if TYPE_CHECKING:
    from ._group import GroupCall

_UP = range(CallState.CONNECTING, CallState.ENDING)


class Call(AnyCall):
    """A private call of a client. Clients make them; an ended one is still good for its report and its rating.

    `async for event in call` gives its events, from the first of the last 256 on, until it has ended. Everything that
    has to do with asyncio belongs on the loop's thread; push, pull and the rest may be called on any.
    """

    async def agreed(self) -> None:
        """Waits until the key is agreed on, so that the emoji can be shown. Raises EndedError if the call ends."""
        await self._until(lambda: self.state in _UP)

    # What is done to it

    def accept(self) -> None:
        """Answers an incoming call."""
        with self._handle as client:
            check(raw.tgcall_accept(client, self.id))

    def confirm(self) -> None:
        """Sends our half of the key, where the client does not do so by itself (auto_confirm)."""
        with self._handle as client:
            check(raw.tgcall_confirm(client, self.id))

    async def decline(self) -> CallEndedEvent:
        """Turns an incoming call down, as busy."""
        return await self.hangup(DiscardReason.BUSY)

    def rate(self, stars: int, comment: str = "") -> None:
        """Rates an ended call."""
        with self._handle as client:
            check(raw.tgcall_rate(client, self.id, stars, encoded(comment)))

    def send_report(self) -> None:
        """Gives Telegram the report of an ended call, without addresses."""
        with self._handle as client:
            check(raw.tgcall_call_send_report(client, self.id))

    # It becomes a conference

    @property
    def can_upgrade(self) -> bool:
        """Whether `upgrade` is possible now: somebody talks, and the other side's app knows conferences."""
        can = ctypes.c_bool()
        with self._handle as client:
            check(raw.tgcall_call_can_upgrade(client, self.id, ctypes.byref(can)))
        return can.value

    def upgrade(self, *users: Peer) -> GroupCall:
        """Makes a conference of this call and invites others to it: another call, which goes in at once. CallMigratedEvent tells
        that this call goes on there, on both sides; if the conference does not come about it ends, and this call is as it was.
        StateError where `can_upgrade` says no."""
        new_call = ctypes.c_uint64()
        with self._handle as client:
            peers = (raw.tgcall_peer * len(users))(*map(c_peer, users))
            check(raw.tgcall_call_upgrade(client, self.id, peers, len(users), ctypes.byref(new_call)))
        return self.client._group(new_call.value)

    # What is known of it

    @property
    def user_id(self) -> int:
        """The other side. StateError for an attached call."""
        return self._number(raw.tgcall_call_get_user, ctypes.c_int64())

    @property
    def direction(self) -> Direction:
        return Direction(self._number(raw.tgcall_call_get_direction, ctypes.c_uint32()))

    @property
    def end(self) -> End:
        """Why it ended. StateError until it has."""
        return End(self._number(raw.tgcall_call_get_end, ctypes.c_uint32()))

    def set_low_battery(self, low: bool = True) -> None:
        """Tells the other side, as official apps do."""
        with self._handle as client:
            check(raw.tgcall_call_set_low_battery(client, self.id, low))

    # A call whose key the host made

    def add_reflector(self, number: int, ip: str, ipv6: str, port: int, peer_tag: Buffer, tcp: bool = False) -> None:
        """A relay of Telegram's, field by field as Telegram named it; before `connect`."""
        tag, size = readable(peer_tag)
        with self._handle as client:
            ips = encoded(ip), encoded(ipv6)
            check(raw.tgcall_call_add_reflector(client, self.id, number, *ips, port, tag, size, tcp))

    def add_webrtc(
        self,
        number: int,
        ip: str,
        ipv6: str,
        port: int,
        username: str = "",
        password: str = "",
        turn: bool = False,
        stun: bool = False,
    ) -> None:
        """A STUN or TURN server; before `connect`."""
        with self._handle as client:
            texts = encoded(ip), encoded(ipv6), port, encoded(username), encoded(password)
            check(raw.tgcall_call_add_webrtc(client, self.id, number, *texts, turn, stun))

    def connect(self, version: str, p2p_allowed: bool, custom_parameters: Optional[str] = None) -> None:
        """Starts the media of an attached call."""
        with self._handle as client:
            texts = encoded(version), p2p_allowed, optional(custom_parameters)
            check(raw.tgcall_connect(client, self.id, *texts))

    def handle_signaling(self, packet: Buffer) -> bool:
        """A signaling packet from the other side. False: dropped."""
        address, size = readable(packet)
        with self._handle as client:
            return check(raw.tgcall_call_handle_signaling(client, self.id, address, size))

    # News that come decoded

    def handle_waiting(self, telegram_id: int, access_hash: int, receive_date_s: int = 0) -> bool:
        """phoneCallWaiting."""
        with self._handle as client:
            numbers = telegram_id, access_hash, receive_date_s
            return check(raw.tgcall_call_handle_waiting(client, self.id, *numbers))

    def handle_accepted(self, g_b: Buffer) -> bool:
        """phoneCallAccepted."""
        address, size = readable(g_b)
        with self._handle as client:
            return check(raw.tgcall_call_handle_accepted(client, self.id, address, size))

    def handle_confirmed(self, g_a_or_b: Buffer, key_fingerprint: int) -> bool:
        """phoneCall, the final one; then add its servers, and `connect`."""
        address, size = readable(g_a_or_b)
        with self._handle as client:
            return check(raw.tgcall_call_handle_confirmed(client, self.id, address, size, key_fingerprint))

    def handle_discarded(
        self, reason: DiscardReason = DiscardReason.AUTO, need_rating: bool = False, need_debug: bool = False
    ) -> bool:
        """phoneCallDiscarded."""
        with self._handle as client:
            return check(raw.tgcall_call_handle_discarded(client, self.id, reason, need_rating, need_debug))

    # Media.HOST: the host's engine carries the sound

    @property
    def key(self) -> bytes:
        """The 256-byte key."""
        return self._copied(raw.tgcall_call_get_key)

    @property
    def phone_call(self) -> bytes:
        """The final phoneCall with its servers, in TL."""
        return self._copied(raw.tgcall_call_get_phone_call)

    def _copied(self, get: Callable[[Optional[int], int, object, int, object], int]) -> bytes:
        size = ctypes.c_size_t()
        with self._handle as client:
            check(get(client, self.id, None, 0, ctypes.byref(size)))
            buffer = ctypes.create_string_buffer(size.value)
            check(get(client, self.id, buffer, len(buffer), ctypes.byref(size)))
        data = buffer.raw[: size.value]
        ctypes.memset(buffer, 0, len(buffer))
        return data

    def send_signaling(self, packet: Buffer) -> None:
        """Takes a packet of the engine's to the other side."""
        address, size = readable(packet)
        with self._handle as client:
            check(raw.tgcall_call_send_signaling(client, self.id, address, size))

    def set_connected(self, connected: bool) -> None:
        """Tells whether the engine is connected."""
        with self._handle as client:
            check(raw.tgcall_call_set_connected(client, self.id, connected))
