package org.tgcall

import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Something that happened, or is to be done. A newer library may tell [Unknown] ones. */
public sealed class Event {
    /** One line for a log; the wording may change. */
    public abstract val text: String

    /** What happened to a call. */
    public sealed class OfCall : Event() {
        public abstract val call: Call
    }

    /** Somebody calls; [Call.answer] or [Call.discard]. */
    public class CallIncoming internal constructor(
        override val call: Call,
        override val text: String,
        public val userId: Long,
        public val isVideo: Boolean,
    ) : OfCall()

    /** A call moved on. */
    public class CallStateChanged internal constructor(
        override val call: Call,
        override val text: String,
        public val state: CallState,
        public val oldState: CallState,
    ) : OfCall()

    /** It is over: the last event of its call. */
    public class CallEnded internal constructor(
        override val call: Call,
        override val text: String,
        public val oldState: CallState,
        /** Why; [End.NONE] for a reason that only a newer library knows. */
        public val end: End,
        /** What is left for the host to do. */
        public val action: Action,
        public val retryAfterS: Int,
        public val durationS: Int,
        /** Whether Telegram would like a [Call.rate]. */
        public val wantsRating: Boolean,
        /** Whether Telegram would like a [Call.sendReport]. */
        public val wantsReport: Boolean,
        /** The conference that a migrated call goes on in. */
        public val slug: String,
    ) : OfCall()

    /** The other side's switches; [Call.switches] has all of them. */
    public class CallMedia internal constructor(
        override val call: Call,
        override val text: String,
        public val isMuted: Boolean,
        public val isVideo: Boolean,
        /** What the other side has switched on or off: bits, as the numbers of [Switches]. */
        public val switches: Int,
        /** By how many degrees its device is turned; each frame has its own rotation, which is the one to show it by. */
        public val rotation: Int,
    ) : OfCall()

    /** The sound takes another way; nothing is to be done. */
    public class CallRoute internal constructor(override val call: Call, override val text: String) : OfCall()

    /** Attached call: take this to the other side. */
    public class SignalingSend internal constructor(
        override val call: Call,
        override val text: String,
        public val packet: ByteArray,
    ) : OfCall()

    /** [Media.HOST]: for the host's engine. */
    public class SignalingReceived internal constructor(
        override val call: Call,
        override val text: String,
        public val packet: ByteArray,
    ) : OfCall()

    /** Opus waits; told once until a pull finds none. */
    public class AudioReady internal constructor(override val call: Call, override val text: String) : OfCall()

    /** The queue of sound has run out. */
    public class AudioPlayed internal constructor(override val call: Call, override val text: String) : OfCall()

    /** Encode [source] like this from now on, the first time and after 0 bits beginning with a key frame; with 0 bits no more. */
    public class VideoEncode internal constructor(
        override val call: Call,
        override val text: String,
        public val source: VideoSource?,
        /** 0 in a private call. */
        public val layer: Int,
        public val codec: VideoCodec?,
        public val width: Int,
        public val height: Int,
        public val framesPerS: Int,
        public val bitsPerS: Int,
    ) : OfCall()

    /** The next frame of [source] must be a key frame. */
    public class VideoKeyFrame internal constructor(
        override val call: Call,
        override val text: String,
        public val source: VideoSource?,
        public val layer: Int,
    ) : OfCall()

    /** A frame waits; told once until a pull finds none. In a group call of this [peer]: [GroupCall.pullVideo]. */
    public class VideoReady internal constructor(
        override val call: Call,
        override val text: String,
        public val source: VideoSource?,
        public val peer: Peer?,
    ) : OfCall()

    /** A screen that was shown in a group call is shown no more, as Telegram does not take it: [Video.start] tries again. */
    public class VideoStopped internal constructor(
        override val call: Call,
        override val text: String,
        public val source: VideoSource?,
        /** Why; [End.NONE] for a reason that only a newer library knows. */
        public val end: End,
        /** What is left for the host to do. */
        public val action: Action,
        public val retryAfterS: Int,
    ) : OfCall()

    /** The title, the settings, the number of people or the recording of a group call has changed: [GroupCall.roster]. */
    public class GroupChanged internal constructor(override val call: Call, override val text: String) : OfCall()

    /** Somebody came into a group call, changed or left. */
    public class GroupParticipantChanged internal constructor(
        override val call: Call,
        override val text: String,
        public val peer: Peer?,
        public val change: Change?,
    ) : OfCall()

    /** Who spoke in the last 100 ms, while somebody does; nobody: silence has begun. */
    public class GroupLevels internal constructor(
        override val call: Call,
        override val text: String,
        public val levels: List<Level>,
    ) : OfCall()

    /** A message in a group call. */
    public class GroupMessage internal constructor(
        override val call: Call,
        override val text: String,
        public val peer: Peer?,
        public val messageId: Int,
        public val dateUnixS: Long,
        public val message: String,
        /** What it has cost. */
        public val stars: Long,
    ) : OfCall()

    /** Messages in a group call are gone. */
    public class GroupMessagesDeleted internal constructor(
        override val call: Call,
        override val text: String,
        public val ids: List<Int>,
    ) : OfCall()

    /** A private call goes on as a conference, which is the call [newCall]. Both are heard for a while, then [call] ends. */
    public class CallMigrated internal constructor(
        override val call: Call,
        override val text: String,
        public val newCall: Long,
        public val slug: String,
    ) : OfCall()

    /** Somebody invites us to a conference, which rings until it is joined ([GroupCall.join]), discarded or ends. */
    public class GroupInvited internal constructor(
        override val call: GroupCall,
        override val text: String,
        public val userId: Long,
        public val messageId: Int,
        public val isVideo: Boolean,
    ) : OfCall()

    /** The emoji of a conference are there, for all who are in it to compare; or gone, as there are new keys, and they come again. */
    public class GroupVerified internal constructor(
        override val call: Call,
        override val text: String,
        public val isVerified: Boolean,
    ) : OfCall()

    /**
     * An attached group call is to be joined by the host's library, for the first time or anew, or with the [source]
     * [VideoSource.SCREEN] a screen is to be shared in it: [GroupCall.payload].
     */
    public class GroupJoin internal constructor(
        override val call: Call,
        override val text: String,
        public val source: VideoSource?,
    ) : OfCall()

    /**
     * An attached group call is a live stream, and wants a part of it, of 1000 >> [scale] ms: [GroupCall.feedPart]. Of the time 0:
     * where it is, [GroupCall.feedChannels]. A [channel] of 0 is its sound.
     */
    public class StreamPart internal constructor(
        override val call: Call,
        override val text: String,
        public val requestId: Long,
        public val timeMs: Long,
        public val scale: Int,
        public val channel: Int,
        public val quality: Int,
    ) : OfCall()

    /** What became of what was asked in a group call; the function that asked tells it, too. */
    public class Answer internal constructor(
        override val text: String,
        /** Null: it is about no call. */
        public val call: Call?,
        public val requestId: Long,
        /** 0: it is done, or was so already. Else Telegram's error code, or -1 if there was no answer that could be read. */
        public val code: Int,
        /** Telegram's name of the error, such as "CHAT_ADMIN_REQUIRED". */
        public val error: String,
        /** What is left for the host to do. */
        public val action: Action,
        public val retryAfterS: Int,
        /** The link that was asked for, or where the program of an RTMP stream goes. */
        public val link: String,
        /** The secret key of an RTMP stream. */
        public val key: String,
        /** The stars that were given in all. */
        public val stars: Long,
        /** As whom one may join, or who gave stars. */
        public val peers: List<AnsweredPeer>,
    ) : Event()

    /** To be sent to Telegram. The client's [Telegram] does it; without one, [Client.answer] or [Client.fail]. */
    public class Invoke internal constructor(
        override val text: String,
        public val requestId: Long,
        public val method: String,
        /** The number of the data centre; 0: the account's. */
        public val dc: Int,
        public val request: ByteArray,
    ) : Event()

    /** Nobody waits for the answer any more. A phone.discardCall must be sent all the same. */
    public class Cancel internal constructor(override val text: String, public val requestId: Long) : Event()

    /** A defect of the library, and the last event; close the client. */
    public class ClientDead internal constructor(override val text: String) : Event()

    /** Embedded: open one, then [Loop.opened]. */
    public class SocketOpen internal constructor(
        override val text: String,
        public val socketId: Long,
        public val protocol: Protocol?,
        public val local: InetSocketAddress?,
        public val remote: InetSocketAddress?,
    ) : Event()

    /** Embedded: close it; do not answer. */
    public class SocketClose internal constructor(override val text: String, public val socketId: Long) : Event()

    /** Embedded: send one datagram to [remote] or, if that is null, bytes of the stream: a whole frame or none of it. */
    public class Transmit internal constructor(
        public val socketId: Long,
        public val remote: InetSocketAddress?,
        public val bytes: ByteArray,
    ) : Event() {
        override val text: String get() = "transmit ${bytes.size} bytes"
    }

    /** Of a kind that only a newer library knows. */
    public class Unknown internal constructor(override val text: String, public val kind: Int) : Event()

    final override fun toString(): String = "${javaClass.simpleName}($text)"
}

/** Sound of a moment: interleaved samples of 16 bits in native order. */
public class AudioFrame internal constructor(
    public val samples: ByteBuffer,
    public val rateHz: Int,
    public val channels: Int,
    /** Whose, in a group call where each is heard by himself; else null. */
    public val peer: Peer? = null,
)

/** The numbers of states tell nothing of their order: those of group calls came later. */
internal val CallState.isEnd: Boolean get() = this == CallState.ENDING || this == CallState.ENDED

internal fun callState(number: Int): CallState = CallState.of(number) ?: CallState.NONE

/** Reads a sound event, which is lent. */
internal fun readFrame(event: Long): AudioFrame {
    val lent = Raw.eventGetBytes(event)
    val samples = ByteBuffer.allocate(lent?.remaining() ?: 0).order(ByteOrder.nativeOrder())
    if (lent != null) samples.put(lent)
    samples.position(0)
    return AudioFrame(samples, Raw.eventGetRateHz(event), Raw.eventGetChannels(event), peerOf(Raw.eventGetPeer(event)))
}

/** Reads an event, which is lent, with all that its kind has. */
internal fun readEvent(event: Long, call: Call?): Event {
    val number = Raw.eventGetKind(event)
    val kind = EventKind.of(number)
    if (kind == EventKind.TRANSMIT) return readTransmit(event)
    val text = Raw.eventGetText(event)
    return when (kind) {
        EventKind.INVOKE -> Event.Invoke(
            text, Raw.eventGetRequest(event), Raw.eventGetMethod(event), Raw.eventGetDc(event),
            Raw.eventGetBytes(event).toBytes(),
        )
        EventKind.ANSWER -> readAnswer(event, call, text)
        EventKind.CANCEL -> Event.Cancel(text, Raw.eventGetRequest(event))
        EventKind.CLIENT_DEAD -> Event.ClientDead(text)
        EventKind.SOCKET_OPEN -> Event.SocketOpen(
            text, Raw.eventGetSocket(event), Protocol.of(Raw.eventGetProtocol(event)),
            addressOf(Raw.eventGetLocal(event)), addressOf(Raw.eventGetRemote(event)),
        )
        EventKind.SOCKET_CLOSE -> Event.SocketClose(text, Raw.eventGetSocket(event))
        else -> call?.let { readCallEvent(kind, event, it, text) } ?: Event.Unknown(text, number)
    }
}

private fun readTransmit(event: Long) = Event.Transmit(
    Raw.eventGetSocket(event), addressOf(Raw.eventGetRemote(event)), Raw.eventGetBytes(event).toBytes(),
)

private fun readCallEvent(kind: EventKind?, event: Long, call: Call, text: String): Event.OfCall? = when (kind) {
    EventKind.CALL_INCOMING -> Event.CallIncoming(call, text, Raw.eventGetUser(event), Raw.eventIsVideo(event))
    EventKind.CALL_STATE -> Event.CallStateChanged(
        call, text, callState(Raw.eventGetState(event)), callState(Raw.eventGetOldState(event)),
    )
    EventKind.CALL_ENDED -> readEnd(event, call, text)
    EventKind.CALL_MIGRATED ->
        Event.CallMigrated(call, text, Raw.eventGetNewCall(event), Raw.eventGetSlug(event))
    EventKind.CALL_MEDIA -> Event.CallMedia(
        call, text, Raw.eventIsMuted(event), Raw.eventIsVideo(event), Raw.eventGetSwitches(event), Raw.eventGetRotation(event),
    )
    EventKind.CALL_ROUTE -> Event.CallRoute(call, text)
    EventKind.SIGNALING_SEND -> Event.SignalingSend(call, text, Raw.eventGetBytes(event).toBytes())
    EventKind.SIGNALING_RECEIVED -> Event.SignalingReceived(call, text, Raw.eventGetBytes(event).toBytes())
    EventKind.AUDIO_READY -> Event.AudioReady(call, text)
    EventKind.AUDIO_PLAYED -> Event.AudioPlayed(call, text)
    else -> readVideoEvent(kind, event, call, text)
}

private fun readVideoEvent(kind: EventKind?, event: Long, call: Call, text: String): Event.OfCall? {
    val source = VideoSource.of(Raw.eventGetSource(event))
    return when (kind) {
        EventKind.VIDEO_ENCODE -> Event.VideoEncode(
            call, text, source, Raw.eventGetLayer(event), VideoCodec.of(Raw.eventGetCodec(event)),
            Raw.eventGetWidth(event), Raw.eventGetHeight(event), Raw.eventGetFramesPerS(event), Raw.eventGetBitsPerS(event),
        )
        EventKind.VIDEO_KEY_FRAME -> Event.VideoKeyFrame(call, text, source, Raw.eventGetLayer(event))
        EventKind.VIDEO_READY -> Event.VideoReady(call, text, source, peerOf(Raw.eventGetPeer(event)))
        EventKind.VIDEO_STOPPED -> Event.VideoStopped(
            call, text, source, End.of(Raw.eventGetEnd(event)) ?: End.NONE,
            Action.of(Raw.eventGetAction(event)) ?: Action.NONE, Raw.eventGetRetryAfterS(event),
        )
        else -> readGroupEvent(kind, event, call, text)
    }
}

private fun readEnd(event: Long, call: Call, text: String) = Event.CallEnded(
    call, text, callState(Raw.eventGetOldState(event)),
    End.of(Raw.eventGetEnd(event)) ?: End.NONE, Action.of(Raw.eventGetAction(event)) ?: Action.NONE,
    Raw.eventGetRetryAfterS(event), Raw.eventGetDurationS(event),
    Raw.eventWantsRating(event), Raw.eventWantsReport(event), Raw.eventGetSlug(event),
)
