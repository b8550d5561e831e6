"""A group call and who is in it, at one moment."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Iterator, List, Optional, Sequence, Union, overload

from . import _raw as raw
from ._enums import GroupSettings, Switches
from ._handle import Handle, close_with
from ._errors import check
from ._values import Peer, peer_of, text_of


@dataclass(frozen=True)
class GroupParticipant:
    """Somebody in a group call."""

    peer: Peer
    date_unix_s: int
    """When he joined."""
    active_date_unix_s: int
    """When he spoke last; 0: he has not."""
    volume: int
    """How loud he is played: 1 to 20000, where 10000 is 100 %."""
    raise_hand_rating: int
    """0: his hand is down. The larger, the earlier he is shown to those who may call him up."""
    stars: int
    """What he gave in a live story."""
    switches: Switches
    is_muted_by_admin: bool
    """Whether he cannot speak before an admin allows it."""
    can_self_unmute: bool
    is_muted_for_me: bool
    """Whether this account alone does not hear him."""
    is_self: bool
    """Whether it is this account, by whatever it has joined as."""
    about: str
    """What he says about himself."""

    @property
    def is_muted(self) -> bool:
        """Whether his microphone is off."""
        return bool(self.switches & Switches.MUTED)


class Roster(Sequence[GroupParticipant]):
    """Never changes; a new one is taken when an event tells that the call has. In the order in which apps show people: who
    shows pictures, then who spoke last. People are read when they are looked at, so one of thousands costs little."""

    def __init__(self, address: int) -> None:
        self._handle = Handle(address, raw.tgcall_roster_free, "roster")
        self._close = close_with(self, self._handle, lambda: None)
        self.title = text_of(raw.tgcall_roster_get_title(address))
        """Empty: that of the chat."""
        self.link = text_of(raw.tgcall_roster_get_link(address))
        """Of a conference; empty: there is none, or it was not told."""
        self.settings = GroupSettings(raw.tgcall_roster_get_settings(address))
        self.total: int = raw.tgcall_roster_get_total(address)
        """How many people are in the call, by Telegram's count; len() tells how many are known here."""
        self.schedule_unix_s: int = raw.tgcall_roster_get_schedule_unix_s(address)
        """When a call that is scheduled is to start; 0: it has, or it is not known."""
        self.record_start_unix_s: int = raw.tgcall_roster_get_record_start_unix_s(address)
        """Since when Telegram records the call; 0: it does not."""
        self.message_stars: int = raw.tgcall_roster_get_message_stars(address)
        """What a message in a live story costs at least."""
        self._count: int = raw.tgcall_roster_get_count(address)

    def __repr__(self) -> str:
        return f"<Roster of {self._count} out of {self.total}>"

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> GroupParticipant: ...

    @overload
    def __getitem__(self, index: slice) -> List[GroupParticipant]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[GroupParticipant, List[GroupParticipant]]:
        if isinstance(index, slice):
            return [self._at(at) for at in range(*index.indices(self._count))]
        at = index + self._count if index < 0 else index
        if not 0 <= at < self._count:
            raise IndexError(f"there is nobody with the number {index} in {self!r}")
        return self._at(at)

    def __iter__(self) -> Iterator[GroupParticipant]:
        return map(self._at, range(self._count))

    def find(self, peer: Peer) -> Optional[GroupParticipant]:
        """Somebody, by who he is. None: he is not there."""
        wanted = c_peer(peer)
        with self._handle as roster:
            found = raw.tgcall_roster_find(roster, ctypes.byref(wanted))
            return None if found is None else _read(found)

    @property
    def me(self) -> Optional[GroupParticipant]:
        """This account, by whatever it has joined as."""
        return self.find(Peer.me())

    def _at(self, at: int) -> GroupParticipant:
        with self._handle as roster:
            found = raw.tgcall_roster_get(roster, at)
            assert found is not None, "a roster does not change"
            return _read(found)


def _read(participant: int) -> GroupParticipant:
    peer = peer_of(raw.tgcall_participant_get_peer(participant))
    assert peer is not None, "somebody in a roster is somebody"
    return GroupParticipant(
        peer,
        raw.tgcall_participant_get_date_unix_s(participant),
        raw.tgcall_participant_get_active_date_unix_s(participant),
        raw.tgcall_participant_get_volume(participant),
        raw.tgcall_participant_get_raise_hand_rating(participant),
        raw.tgcall_participant_get_stars(participant),
        Switches(raw.tgcall_participant_get_switches(participant)),
        raw.tgcall_participant_is_muted_by_admin(participant),
        raw.tgcall_participant_can_self_unmute(participant),
        raw.tgcall_participant_is_muted_for_me(participant),
        raw.tgcall_participant_is_self(participant),
        _about(participant),
    )


def _about(participant: int) -> str:
    size = ctypes.c_size_t()
    check(raw.tgcall_participant_get_about(participant, None, 0, ctypes.byref(size)))
    if not size.value:
        return ""
    buffer = ctypes.create_string_buffer(size.value)
    check(raw.tgcall_participant_get_about(participant, buffer, len(buffer), ctypes.byref(size)))
    return buffer.raw[: size.value].decode("utf-8", "replace")


def c_peer(peer: Peer) -> raw.tgcall_peer:
    """A peer as C has it."""
    return raw.tgcall_peer(peer.kind, peer.id, peer.access_hash)


__all__ = ["GroupParticipant", "Roster"]
