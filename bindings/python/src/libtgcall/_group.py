"""A group call."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Tuple

from . import _raw as raw
from ._base import LARGEST_OPUS, AnyCall
from ._enums import CallState, GroupMode, Part, RecordedVideo, VideoQuality, VideoSource
from ._errors import StatusError, check
from ._events import AnswerEvent, AudioFrameEvent, CallEndedEvent
from ._roster import Roster, c_peer
from ._stream import Queue
from ._values import Buffer, Giver, Peer, encoded, optional, readable, room, samples
from ._video import VideoFrame


@dataclass(frozen=True)
class GroupPayload:
    """What a host's library is to join an attached group call with. It holds a password: hand it on, and forget it."""

    params: str
    """JSON (TDLib: payload)."""
    source: int
    """TDLib: audio_source_id."""

    def __repr__(self) -> str:
        return f"GroupPayload(source={self.source})"


@dataclass(frozen=True)
class Stars:
    """What was given in a live story."""

    total: int
    givers: Tuple[Giver, ...]


class GroupCall(AnyCall):
    """A group call of a client: made by `open_group`, `create_group` and `attach_group`.

    `async for event in group` gives its events, from the first of the last 256 on, until it has ended. What is awaited
    and asks something of Telegram returns when it is done, and raises RpcError if Telegram refuses, with what is left to
    do, or EndedError if the call ends first.
    """

    # In and out

    async def join(self, muted: bool = False) -> None:
        """Goes in, and waits until sound flows; of a call that is scheduled, until it has started. From here on staying in
        is the library's business. Raises EndedError if the call ends instead."""
        await self._until(lambda: self.state not in (CallState.NONE, CallState.REQUESTING))
        self.start_join(muted)
        await self.connected()

    def start_join(self, muted: bool = False) -> None:
        """Goes in, and does not wait. An attached call gets a new payload, to be joined anew."""
        with self._handle as client:
            check(raw.tgcall_group_join(client, self.id, muted))

    async def leave(self) -> CallEndedEvent:
        """Goes out, and waits until Telegram has been told. The call goes on without us."""
        return await self.hangup()

    async def end(self) -> CallEndedEvent:
        """Ends the call for all, if we may."""
        await self._ask(raw.tgcall_group_end)
        return await self.wait_ended()

    def set_join_as(self, peer: Peer) -> None:
        """As whom to join, of those that `Client.join_as` tells; before `join`."""
        with self._handle as client:
            check(raw.tgcall_group_set_join_as(client, self.id, ctypes.byref(c_peer(peer))))

    def set_invite_hash(self, invite_hash: Optional[str]) -> None:
        """The hash of the link by which we are invited; before `join`."""
        with self._handle as client:
            check(raw.tgcall_group_set_invite_hash(client, self.id, optional(invite_hash)))

    # Who is there

    @property
    def roster(self) -> Roster:
        """The call and who is in it, as of now. GroupParticipantEvent and GroupChangedEvent tell when it has changed."""
        roster = ctypes.c_void_p()
        with self._handle as client:
            check(raw.tgcall_group_get_roster(client, self.id, ctypes.byref(roster)))
        assert roster.value is not None
        return Roster(roster.value)

    @property
    def mode(self) -> GroupMode:
        """How the sound of the call comes."""
        return GroupMode(self._number(raw.tgcall_group_get_mode, ctypes.c_uint32()))

    def set_levels(self, on: bool = True) -> None:
        """Whether GroupLevelsEvent tells who speaks, every 100 ms while somebody does."""
        with self._handle as client:
            check(raw.tgcall_group_set_levels(client, self.id, on))

    # Each by himself

    _hears_each = False

    def listen(self, rate_hz: int, channels: int = 1, frame_ms: int = 20) -> Queue[memoryview]:
        """`async for frame in group.listen(16000)`: all others as one, with their volumes, as `Call.listen`."""
        return self._listen_as(False, rate_hz, channels, frame_ms)

    def listen_each(self, rate_hz: int, channels: int = 1, frame_ms: int = 20) -> Queue[Tuple[Peer, memoryview]]:
        """`async for peer, frame in group.listen_each(16000)`: everybody who is heard by himself, up to 24 at a time. As
        `listen`, of which there is none meanwhile."""
        return self._listen_as(True, rate_hz, channels, frame_ms)

    def _listen_as(self, each: bool, rate_hz: int, channels: int, frame_ms: int) -> Queue[Any]:
        self._check_unheard()
        self.set_separate(each)
        try:
            queue = self._listen(rate_hz, channels, frame_ms)
        except BaseException:
            if each:
                self.set_separate(False)
            raise
        self._hears_each = each
        return queue

    def _put_frame(self, listener: Queue[Any], event: AudioFrameEvent) -> None:
        # What was on its way when the manner changed is of no use any more.
        if self._hears_each and event.peer is not None:
            listener.put((event.peer, memoryview(event.data).cast("h")))
        elif not self._hears_each and event.peer is None:
            super()._put_frame(listener, event)

    def _deafen(self) -> None:
        super()._deafen()
        if self._hears_each:
            self._hears_each = False
            try:
                self.set_separate(False)
            except StatusError:
                pass  # the call, or the client, is gone

    def set_separate(self, separate: bool = True) -> None:
        """Whether each who is heard comes by himself, for `pull` and `pull_opus` with a peer."""
        with self._handle as client:
            check(raw.tgcall_group_set_separate(client, self.id, separate))

    def pull(self, into: Buffer, rate_hz: int, channels: int = 1, peer: Optional[Peer] = None) -> bool:
        """Fills memory, of int16 or float32, with what was received: of all as one, or after `set_separate` of this peer.
        False: all of it is silence, as there was nothing."""
        if peer is None:
            return super().pull(into, rate_hz, channels)
        is_float, address, count = room(into, channels)
        function = raw.tgcall_group_pull_f32 if is_float else raw.tgcall_group_pull_s16
        with self._handle as client:
            return check(function(client, self.id, ctypes.byref(c_peer(peer)), rate_hz, channels, address, count))

    def pull_opus(self, peer: Optional[Peer] = None) -> Optional[Tuple[bytes, int]]:
        """Takes one Opus packet of this peer, untouched, with its timestamp at 48 kHz. None if there is none."""
        if peer is None:
            return super().pull_opus()
        buffer = ctypes.create_string_buffer(LARGEST_OPUS)
        size, at, whose = ctypes.c_size_t(), ctypes.c_uint32(), c_peer(peer)
        with self._handle as client:
            arguments = ctypes.byref(whose), buffer, len(buffer), ctypes.byref(size), ctypes.byref(at)
            if not check(raw.tgcall_group_pull_opus(client, self.id, *arguments)):
                return None
        return buffer.raw[: size.value], at.value

    def push_screen(self, sound: Buffer, rate_hz: int, channels: int = 1) -> bool:
        """Gives the sound that goes with our screen, beside what is said, as `push` does. False: it did not fit, and nothing
        was taken."""
        is_float, address, count = samples(sound, channels)
        function = raw.tgcall_audio_push_screen_f32 if is_float else raw.tgcall_audio_push_screen_s16
        with self._handle as client:
            return check(function(client, self.id, rate_hz, channels, address, count))

    # Who is in a conference

    @property
    def words(self) -> str:
        """The 24 words of a conference's newest block, which people may read to each other. StateError unless we are in."""
        buffer, size = ctypes.create_string_buffer(256), ctypes.c_size_t()
        with self._handle as client:
            check(raw.tgcall_group_get_words(client, self.id, buffer, len(buffer), ctypes.byref(size)))
        return buffer.raw[: size.value].decode()

    async def invite_user(self, user: Peer, *, video: bool = False) -> None:
        """Rings a user: he is invited to a conference."""
        await self._ask(raw.tgcall_group_invite_user, ctypes.byref(c_peer(user)), video)

    async def cancel_invite(self, user: Peer) -> None:
        """Takes an invitation back: it rings no more. NotFoundError if he has answered."""
        await self._ask(raw.tgcall_group_cancel_invite, ctypes.byref(c_peer(user)))

    async def remove_user(self, user: Peer) -> None:
        """Removes somebody from a conference and bans him: from the next block on he has no key."""
        await self._ask(raw.tgcall_group_remove_user, ctypes.byref(c_peer(user)))

    # The pictures of others

    def want_video(self, peer: Peer, source: VideoSource, quality: VideoQuality) -> None:
        """Wants the camera or the screen of somebody from now on: nothing comes that was not asked for."""
        with self._handle as client:
            check(raw.tgcall_group_want_video(client, self.id, ctypes.byref(c_peer(peer)), source, quality))

    def pull_video(self, source: VideoSource, peer: Optional[Peer] = None) -> Optional[VideoFrame]:
        """Takes the oldest frame of somebody that was received, or without a peer of the program that somebody broadcasts.
        None: none waits; VideoReadyEvent tells of the next."""
        if peer is None:
            return super().pull_video(source)
        frame = ctypes.c_void_p()
        with self._handle as client:
            whose = ctypes.byref(c_peer(peer))
            check(raw.tgcall_group_pull_video(client, self.id, whose, source, ctypes.byref(frame)))
        return None if frame.value is None else VideoFrame(frame.value)

    def want_key_frame(self, source: VideoSource, peer: Optional[Peer] = None) -> None:
        """The decoder has lost it; without a peer, that of the program."""
        if peer is None:
            return super().want_key_frame(source)
        with self._handle as client:
            check(raw.tgcall_group_want_key_frame(client, self.id, ctypes.byref(c_peer(peer)), source))

    # What is asked of Telegram

    async def _ask(self, function: Callable[..., int], *arguments: Any) -> AnswerEvent:
        def ask(request: Any) -> int:
            with self._handle as client:
                return function(client, self.id, *arguments, request)

        self._check_up()
        answer = await self.client._wishes.ask(ask)
        if answer is None:  # the end follows, or the client is closed
            await self._until(lambda: False)
            raise AssertionError("unreachable")
        return answer

    async def set_muted(self, peer: Peer, muted: bool = True) -> None:
        """Mutes somebody: for all, if we may; else only for this account. Our own microphone is `mute`."""
        await self._ask(raw.tgcall_group_set_muted, ctypes.byref(c_peer(peer)), muted)

    async def set_volume(self, peer: Peer, volume: int) -> None:
        """How loud somebody is, 1 to 20000, where 10000 is 100 %: for all, if we may; else only for this account."""
        await self._ask(raw.tgcall_group_set_volume, ctypes.byref(c_peer(peer)), volume)

    async def set_hand(self, raised: bool = True, peer: Optional[Peer] = None) -> None:
        """Raises our hand or takes it down, or as an admin takes down that of somebody else."""
        await self._ask(raw.tgcall_group_set_hand, ctypes.byref(c_peer(peer or Peer.me())), raised)

    async def set_title(self, title: str) -> None:
        """Renames the call."""
        await self._ask(raw.tgcall_group_set_title, encoded(title))

    async def start_scheduled(self) -> None:
        """Starts a call that is scheduled, also before its time."""
        await self._ask(raw.tgcall_group_start_scheduled)

    async def subscribe_start(self, subscribed: bool = True) -> None:
        """Whether Telegram sends this account a message when a scheduled call starts."""
        await self._ask(raw.tgcall_group_subscribe_start, subscribed)

    async def set_join_muted(self, join_muted: bool = True) -> None:
        """Whether newcomers are muted."""
        await self._ask(raw.tgcall_group_set_join_muted, join_muted)

    async def set_messages_enabled(self, enabled: bool = True) -> None:
        """Whether messages may be sent in the call."""
        await self._ask(raw.tgcall_group_set_messages_enabled, enabled)

    async def set_message_stars(self, stars: int) -> None:
        """How many stars a message in a live story costs at least."""
        await self._ask(raw.tgcall_group_set_message_stars, stars)

    async def reset_link(self) -> None:
        """Makes the links that were given out invalid."""
        await self._ask(raw.tgcall_group_reset_link)

    async def set_recording(
        self, on: bool = True, title: Optional[str] = None, video: RecordedVideo = RecordedVideo.NONE
    ) -> None:
        """Has Telegram record the call, or stop: the file goes to the Saved Messages of this account."""
        await self._ask(raw.tgcall_group_set_recording, on, video, optional(title))

    async def invite(self, *users: Peer) -> None:
        """Sends an invitation into the chat."""
        await self._ask(raw.tgcall_group_invite, (raw.tgcall_peer * len(users))(*map(c_peer, users)), len(users))

    async def export_link(self, can_self_unmute: bool = False) -> str:
        """A link to the call; by one with can_self_unmute who joins may speak, if we may grant that."""
        return (await self._ask(raw.tgcall_group_export_link, can_self_unmute)).link

    async def send_message(self, text: str, paid_stars: int = 0) -> None:
        """Sends a message to those in the call; one emoji alone is a reaction."""
        await self._ask(raw.tgcall_group_send_message, encoded(text), paid_stars)

    async def delete_messages(self, ids: Sequence[int], report_spam: bool = False) -> None:
        """Deletes messages, by the ids of GroupMessageEvent: our own, or any as an admin."""
        await self._ask(raw.tgcall_group_delete_messages, (ctypes.c_int32 * len(ids))(*ids), len(ids), report_spam)

    async def delete_messages_of(self, peer: Peer, report_spam: bool = False) -> None:
        """Deletes all messages of somebody."""
        await self._ask(raw.tgcall_group_delete_messages_of, ctypes.byref(c_peer(peer)), report_spam)

    async def stars(self) -> Stars:
        """The stars that were given in a live story, and by whom."""
        answer = await self._ask(raw.tgcall_group_get_stars)
        return Stars(answer.stars, answer.peers)

    async def save_send_as(self, peer: Peer) -> None:
        """As whom messages in a live story are sent from now on."""
        await self._ask(raw.tgcall_group_save_send_as, ctypes.byref(c_peer(peer)))

    # A call that the host's library joins

    def payload(self) -> GroupPayload:
        """What an attached call is to be joined with: at once, and at each GroupJoinEvent. StateError if none waits."""
        size, source = ctypes.c_size_t(), ctypes.c_int32()
        with self._handle as client:
            out = ctypes.byref(size), ctypes.byref(source)
            check(raw.tgcall_group_get_payload(client, self.id, None, 0, *out))
            buffer = ctypes.create_string_buffer(size.value)
            check(raw.tgcall_group_get_payload(client, self.id, buffer, len(buffer), *out))
        params = buffer.raw[: size.value].decode()
        ctypes.memset(buffer, 0, len(buffer))
        return GroupPayload(params, source.value)

    def connect(self, source: int, params: str) -> None:
        """What the host's library was answered when it joined with the payload of this source. StateError for an older
        one, which is to be forgotten."""
        with self._handle as client:
            check(raw.tgcall_group_connect(client, self.id, source, encoded(params)))

    def handle_part(self, request: int, data: Optional[Buffer], not_yet: bool = False) -> None:
        """A part of a live stream that an attached call wanted by a StreamPartEvent; empty: a second of nothing. None: it
        cannot be had, or is not there yet."""
        outcome = Part.HERE if data is not None else Part.NOT_YET if not_yet else Part.FAILED
        address, size = readable(data or b"")
        with self._handle as client:
            check(raw.tgcall_group_handle_part(client, self.id, request, outcome, address, size))

    def handle_channels(self, request: int, last_time_ms: int) -> None:
        """Where the live stream of an attached call is, which a StreamPartEvent of the time 0 wants to know; 0: nobody streams."""
        with self._handle as client:
            check(raw.tgcall_group_handle_channels(client, self.id, request, last_time_ms))

    def handle_participant(self, peer: Peer, source: int, volume: int = 10000) -> None:
        """Somebody is in an attached call, or has changed. A source of 0: he sends nothing; a volume of 0: he is not to be
        heard here."""
        with self._handle as client:
            check(raw.tgcall_group_handle_participant(client, self.id, ctypes.byref(c_peer(peer)), source, volume))

    def remove_participant(self, peer: Peer) -> None:
        """He has left the attached call."""
        with self._handle as client:
            check(raw.tgcall_group_remove_participant(client, self.id, ctypes.byref(c_peer(peer))))

    def handle_video(
        self,
        peer: Peer,
        source: VideoSource,
        endpoint: Optional[str],
        source_groups: Optional[str] = None,
        audio_source: int = 0,
        paused: bool = False,
    ) -> None:
        """What somebody in an attached call shows; no endpoint: nothing any more. source_groups is JSON."""
        with self._handle as client:
            texts = optional(endpoint), optional(source_groups), audio_source, paused
            check(raw.tgcall_group_handle_video(client, self.id, ctypes.byref(c_peer(peer)), source, *texts))


__all__ = ["GroupCall", "GroupPayload", "Stars"]
