package org.tgcall

import java.nio.ByteOrder

/** How loud somebody was in the last 100 ms. */
public class Level internal constructor(
    public val peer: Peer,
    /** The loudest: 0 to 32767. */
    public val level: Int,
    /** Whether it is a voice. */
    public val speaks: Boolean,
)

/** A peer of an answer. */
public class AnsweredPeer internal constructor(
    /** Who gave stars without his name is null. */
    public val peer: Peer?,
    /** What he gave; 0 where it is not about stars. */
    public val stars: Long,
)

/** Telegram refuses what was asked of it in a group call. */
public class WishException internal constructor(public val answer: Event.Answer) :
    RuntimeException("${answer.code} ${answer.error}")

internal fun readGroupEvent(kind: EventKind?, event: Long, call: Call, text: String): Event.OfCall? = when (kind) {
    EventKind.GROUP_CHANGED -> Event.GroupChanged(call, text)
    EventKind.GROUP_PARTICIPANT -> Event.GroupParticipantChanged(
        call, text, peerOf(Raw.eventGetPeer(event)), Change.of(Raw.eventGetChange(event)),
    )
    EventKind.GROUP_LEVELS -> Event.GroupLevels(call, text, levels(event))
    EventKind.GROUP_MESSAGE -> Event.GroupMessage(
        call, text, peerOf(Raw.eventGetPeer(event)), Raw.eventGetMessageId(event), Raw.eventGetDateUnixS(event),
        Raw.eventGetMessage(event), Raw.eventGetStars(event),
    )
    EventKind.GROUP_MESSAGES_DELETED -> Event.GroupMessagesDeleted(call, text, ids(event))
    EventKind.GROUP_INVITED -> Event.GroupInvited(
        call as GroupCall, text, Raw.eventGetUser(event), Raw.eventGetMessageId(event), Raw.eventIsVideo(event),
    )
    EventKind.GROUP_VERIFIED -> Event.GroupVerified(call, text, Raw.eventIsVerified(event))
    EventKind.GROUP_JOIN -> Event.GroupJoin(call, text, VideoSource.of(Raw.eventGetSource(event)))
    EventKind.STREAM_PART -> Event.StreamPart(
        call, text, Raw.eventGetRequest(event), Raw.eventGetTimeMs(event), Raw.eventGetScale(event),
        Raw.eventGetChannel(event), Raw.eventGetQuality(event),
    )
    else -> null
}

internal fun readAnswer(event: Long, call: Call?, text: String) = Event.Answer(
    text, call, Raw.eventGetRequest(event), Raw.eventGetCode(event), Raw.eventGetError(event),
    Action.of(Raw.eventGetAction(event)) ?: Action.NONE, Raw.eventGetRetryAfterS(event), Raw.eventGetLink(event),
    Raw.eventGetKey(event), Raw.eventGetStars(event), peers(event),
)

private fun levels(event: Long): List<Level> {
    val peer = ByteArray(PEER_SIZE)
    val level = IntArray(1)
    val speaks = IntArray(1)
    return (0 until Raw.eventGetLevelCount(event)).mapNotNull { at ->
        if (!done(Raw.eventGetLevel(event, at, peer, level, speaks))) return@mapNotNull null
        peerOf(peer)?.let { Level(it, level[0], speaks[0] != 0) }
    }
}

private fun peers(event: Long): List<AnsweredPeer> {
    val peer = ByteArray(PEER_SIZE)
    val stars = LongArray(1)
    return (0 until Raw.eventGetPeerCount(event)).mapNotNull { at ->
        if (done(Raw.eventGetPeerAt(event, at, peer, stars))) AnsweredPeer(peerOf(peer), stars[0]) else null
    }
}

private fun ids(event: Long): List<Int> {
    val numbers = Raw.eventGetBytes(event)?.order(ByteOrder.nativeOrder())?.asIntBuffer() ?: return emptyList()
    return List(numbers.remaining()) { numbers.get(it) }
}
