package org.tgcall

import kotlinx.coroutines.CompletableDeferred

/** A call, as TDLib sees it, and its sound: [media], once the key is there. */
public class TdCall internal constructor(
    private val calls: TdCalls,
    /** TDLib's. */
    public val id: Int,
    public val userId: Long,
    public val isOutgoing: Boolean,
    public val isVideo: Boolean,
) {
    private val key = CompletableDeferred<Call>()
    private val over = CompletableDeferred<TdEnd>()

    /** Signaling that has overtaken the key. */
    private val early = ArrayDeque<ByteArray>()
    private var wanted: End? = null

    /** The sound: what cannot be asked here can be asked of it. Null before [agreed]. */
    @Volatile
    public var media: Call? = null
        private set

    /** What both users compare; see [agreed]. */
    @Volatile
    public var emoji: List<String> = emptyList()
        private set

    /** How it ended; null until it has. */
    @Volatile
    public var ended: TdEnd? = null
        private set

    /** Takes a call that comes in; goes on when TDLib knows. See [answer]. */
    public suspend fun accept() {
        calls.ask("acceptCall", "call_id" to id, "protocol" to calls.protocol())
    }

    /** Takes a call that comes in and suspends until they talk. Throws [TdCallEndedException]. */
    public suspend fun answer() {
        accept()
        awaitActive()
    }

    /** Cancels, declines or hangs up, and suspends until TDLib says that it is over. */
    public suspend fun hangUp(): TdEnd {
        val isDeclined = !isOutgoing && media == null
        end(if (isDeclined) End.DECLINED else End.LOCAL_HANGUP, false)
        return awaitEnd()
    }

    /** Suspends until the key is there, and with it the emoji and the sound. Throws [TdCallEndedException]. */
    public suspend fun agreed(): Call = key.await()

    /** Suspends until sound flows. Throws [TdCallEndedException]. */
    public suspend fun awaitActive() {
        try {
            agreed().awaitActive()
        } catch (_: CallEndedException) {
            throw TdCallEndedException(awaitEnd())
        }
    }

    /** Suspends until it is over. */
    public suspend fun awaitEnd(): TdEnd = over.await()

    override fun toString(): String = "TdCall($id, ${ended ?: media ?: "without a key"})"

    /** Asks TDLib to end it, which it may be doing already. */
    internal fun end(end: End, isDisconnected: Boolean) {
        calls.locked {
            if (ended != null) return
            wanted = wanted ?: end
        }
        calls.post(
            "discardCall", "call_id" to id, "is_disconnected" to isDisconnected, "duration" to durationS(),
            "is_video" to isVideo, "connection_id" to "0", "invite_link" to "",
        )
    }

    private fun durationS(): Int = try {
        media?.durationS ?: 0
    } catch (_: TgcallException) {
        0 // it is forgotten, or the client is closed
    }

    /* ---- What TDLib says, under the lock of its calls ---- */

    internal fun take(state: Map<String, Any?>) {
        if (ended != null) return
        when (state["@type"]) {
            "callStateReady" -> if (media == null) ready(state)
            "callStateDiscarded" -> {
                val reason = state.objectOrNull("reason").orEmpty()
                val kind = reason["@type"]
                finish(
                    TdEnd(
                        wanted ?: endOf(kind), "TDLib: $kind", durationS = durationS(),
                        wantsRating = state["need_rating"] == true,
                        wantsReport = state["need_debug_information"] == true,
                        slug = reason["invite_link"] as? String ?: "",
                    ),
                )
            }
            "callStateError" -> fail(state.objectOrNull("error").orEmpty())
        }
    }

    private fun ready(state: Map<String, Any?>) {
        val call = try {
            calls.attached(this, state)
        } catch (_: TgcallException.Unsupported) {
            return calls.later { end(End.INCOMPATIBLE, true) }
        } catch (error: RuntimeException) {
            calls.later { end(End.SERVER, true) }
            throw error
        }
        media = call
        emoji = (state["emojis"] as? List<*>).orEmpty().map { it.toString() }
        key.complete(call)
        early.forEach { hear(it) }
        early.clear()
    }

    internal fun hear(packet: ByteArray) {
        val call = media
        if (call == null) {
            early.addLast(packet)
            if (early.size > MOST_EARLY) early.removeFirst()
            return
        }
        try {
            call.feedSignaling(packet)
        } catch (_: TgcallException) {
            // It has just ended.
        }
    }

    private fun endOf(reason: Any?): End = when (reason) {
        "callDiscardReasonMissed" -> End.MISSED
        "callDiscardReasonDisconnected" -> End.DISCONNECTED
        "callDiscardReasonDeclined" -> if (isOutgoing) End.BUSY else End.ELSEWHERE
        "callDiscardReasonUpgradeToGroupCall" -> End.MIGRATED
        else -> End.REMOTE_HANGUP
    }

    private fun fail(error: Map<String, Any?>) {
        val code = (error["code"] as? Number)?.toInt() ?: 0
        val name = error["message"] as? String ?: ""
        val seconds = if (code == FLOOD) name.filter { it in '0'..'9' }.toIntOrNull() ?: 0 else 0
        val end = when {
            code == FLOOD -> End.FLOOD
            name == "USER_PRIVACY_RESTRICTED" || name == "USER_IS_BLOCKED" -> End.PRIVACY
            name == "PARTICIPANT_VERSION_OUTDATED" -> End.OUTDATED
            name in NO_USER -> End.NO_USER
            else -> End.SERVER
        }
        val action = when {
            seconds > 0 -> Action.RETRY_AFTER
            end == End.SERVER -> Action.RETRY
            else -> Action.TELL_USER
        }
        finish(TdEnd(end, "TDLib: $code $name", action, seconds))
    }

    private fun finish(end: TdEnd) {
        try {
            media?.discard()
        } catch (_: TgcallException) {
            // It has ended first.
        }
        ended = end
        calls.forget(this)
        key.completeExceptionally(TdCallEndedException(end))
        over.complete(end)
    }

    /** The calls are closed. */
    internal fun drop() {
        val closed = TgcallException.State("the calls were closed before this one ended")
        key.completeExceptionally(closed)
        over.completeExceptionally(closed)
    }

    private companion object {
        const val MOST_EARLY = 64
        const val FLOOD = 429
        val NO_USER = setOf("INPUT_USER_DEACTIVATED", "USER_ID_INVALID", "PEER_ID_INVALID")
    }
}

/** How a [TdCall] ended; as [Event.CallEnded]. */
public class TdEnd internal constructor(
    public val end: End,
    /** One line for a log. */
    public val text: String,
    /** What is left for the host to do. */
    public val action: Action = Action.NONE,
    public val retryAfterS: Int = 0,
    public val durationS: Int = 0,
    /** Whether TDLib would like a rating (`sendCallRating`). */
    public val wantsRating: Boolean = false,
    /** Whether TDLib would like a report (`sendCallDebugInformation`). */
    public val wantsReport: Boolean = false,
    /** The invite link of the conference that a migrated call goes on in. */
    public val slug: String = "",
) {
    override fun toString(): String = text
}

/** The call ended where it was to go on. */
public class TdCallEndedException internal constructor(public val ended: TdEnd) : RuntimeException(ended.text)
