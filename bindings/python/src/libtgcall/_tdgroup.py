"""A group call that TDLib joins, with this library's sound."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Dict, Optional

from ._enums import CallState, VideoSource
from ._errors import RpcError, StateError, StatusError
from ._events import CallEndedEvent, Event, GroupJoinEvent
from ._group import GroupCall as Media
from ._play import Sound
from ._stream import Queue
from ._values import Peer

if TYPE_CHECKING:
    from .tdlib import Calls, Object

_CHANNELS = 10**12
"""TDLib's ids of channels begin below minus this."""
_PAGE = 100


class GroupCall:
    """A group call, as TDLib sees it, and its sound: `media`, of which what cannot be asked here can be asked. Its roster has
    whom TDLib tells of; what is asked of Telegram in the call is asked of TDLib."""

    def __init__(self, calls: Calls, number: int, media: Media, muted: bool, invite_hash: str) -> None:
        self.id = number
        """TDLib's."""
        self.media = media
        self._calls = calls
        self._asked_with: Optional[int] = None
        self._muted = muted
        self._invite_hash = invite_hash

    def __repr__(self) -> str:
        return f"<GroupCall {self.id} of TDLib, {self.media!r}>"

    async def join(self) -> None:
        """By TDLib, with the payload that waits; returns when sound flows. Raises RpcError if Telegram refuses, and EndedError if
        the call ends instead."""
        await self._join_once()
        await self._calls._ask("loadGroupCallParticipants", group_call_id=self.id, limit=_PAGE)
        await self.media.connected()

    async def _join_once(self) -> None:
        try:
            payload = self.media.payload()
        except StateError:
            return  # an event tells of the first payload, too: it is answered by now
        if payload.source == self._asked_with:
            return
        self._asked_with = payload.source
        parameters = {
            "@type": "groupCallJoinParameters",
            "audio_source_id": payload.source,
            "payload": payload.params,
            "is_muted": self._muted,
            "is_my_video_enabled": False,
        }
        told = await self._calls._ask(
            "joinVideoChat", group_call_id=self.id, join_parameters=parameters, invite_hash=self._invite_hash
        )
        try:
            self.media.connect(payload.source, told["text"])
        except StateError:
            pass  # a newer payload is on its way

    async def _rejoin(self) -> None:
        try:
            await self._join_once()
        except (RpcError, StatusError):
            await self.leave()

    async def _share(self) -> None:
        """The screen that `media` shows."""
        try:
            payload = self.media.payload()
        except StateError:
            return  # it is shown no more
        try:
            told = await self._calls._ask(
                "startGroupCallScreenSharing",
                group_call_id=self.id,
                audio_source_id=payload.source,
                payload=payload.params,
            )
        except RpcError:
            if self.media.ended is None:
                self.media.stop_video(VideoSource.SCREEN)
            return
        try:
            self.media.connect(payload.source, told["text"])
        except StatusError:
            pass  # a newer payload is on its way, or it is shown no more

    async def leave(self) -> CallEndedEvent:
        """Goes out, here and at Telegram. The call goes on without us."""
        return await self._leave("leaveGroupCall")

    async def end(self) -> CallEndedEvent:
        """Ends the call for all, if we may."""
        return await self._leave("endGroupCall")

    async def _leave(self, how: str) -> CallEndedEvent:
        if self.media.ended is None:
            try:
                await self._calls._ask(how, group_call_id=self.id)
            except RpcError:
                if how == "endGroupCall":
                    raise
        return await self.media.hangup()

    def play(self, source: Sound, rate_hz: Optional[int] = None, channels: int = 1) -> asyncio.Task[None]:
        """As `libtgcall.Call.play`."""
        return self.media.play(source, rate_hz, channels)

    def listen(self, rate_hz: int, channels: int = 1, frame_ms: int = 20) -> Queue[memoryview]:
        """As `libtgcall.GroupCall.listen`."""
        return self.media.listen(rate_hz, channels, frame_ms)

    # What TDLib says, and what the sound does

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, GroupJoinEvent):
            return
        if event.source == VideoSource.SCREEN:
            self._calls._start(self._share())
        elif self.media.state not in (CallState.CONNECTING, CallState.ACTIVE):
            # Else it was answered before we came to this event, and what waits is a screen's.
            self._calls._start(self._rejoin())

    def _take_call(self, told: Object) -> None:
        if self.media.ended is not None:
            return
        if not told.get("is_active", True):
            self.media.discard()
        elif told.get("need_rejoin"):
            self.media.start_join(self._muted)

    def _take_participant(self, told: Object) -> None:
        peer = _peer(told["participant_id"])
        if self.media.ended is not None or told.get("is_current_user") or peer is None:
            return
        if not told.get("order"):
            self.media.remove_participant(peer)
            return
        volume = 0 if told.get("is_muted_for_current_user") else told.get("volume_level", 10000)
        self.media.handle_participant(peer, told["audio_source_id"], volume)
        self._take_video(peer, VideoSource.CAMERA, told.get("video_info"), 0)
        sound = told.get("screen_sharing_audio_source_id", 0)
        self._take_video(peer, VideoSource.SCREEN, told.get("screen_sharing_video_info"), sound)

    def _take_video(self, peer: Peer, source: VideoSource, told: Optional[Dict[str, Any]], sound: int) -> None:
        if told is None:
            self.media.handle_video(peer, source, None)
        else:
            groups = json.dumps(told["source_groups"])
            self.media.handle_video(peer, source, told["endpoint_id"], groups, sound, bool(told.get("is_paused")))


def _peer(told: Dict[str, Any]) -> Optional[Peer]:
    if told.get("@type") == "messageSenderUser":
        return Peer.user(told["user_id"])
    number = -int(told.get("chat_id", 0))
    return Peer.channel(number - _CHANNELS) if number > _CHANNELS else None
