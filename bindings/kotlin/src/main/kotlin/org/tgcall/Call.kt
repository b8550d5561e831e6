package org.tgcall

import java.nio.ByteBuffer
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.first

/** A call, also for a while after its end. */
public open class Call internal constructor(internal val client: Client) : AutoCloseable {
    private val hub = Hub<Event.OfCall>(64)
    private val stateFlow = MutableStateFlow(CallState.NONE)
    private val over = CompletableDeferred<Event.CallEnded>()

    @Volatile
    private var isClosed = false

    /** Never given to another call. */
    @Volatile
    public var id: Long = 0
        internal set

    /** Its sound. */
    public val audio: Audio = Audio(this)

    /** Its pictures. */
    public val video: Video = Video(this)

    /** Where it is. */
    public val state: StateFlow<CallState> = stateFlow.asStateFlow()

    /** All that happens to it, from its beginning (the last 64 of what was before) to its end. */
    public val events: Flow<Event.OfCall> get() = hub.flow

    internal inline fun <R> use(block: (Long) -> R): R {
        if (isClosed) throw TgcallException.State("the call is closed")
        return client.handle.use(block)
    }

    /** Takes a call that rings here; goes on at once. See [answer]. */
    public fun accept() {
        use { check(Raw.accept(it, id)) }
    }

    /** Takes a call that rings here and suspends until they talk. Throws [CallEndedException]. */
    public suspend fun answer() {
        accept()
        awaitActive()
    }

    /** Sends our half of the key, where [Config.autoConfirm] is false. */
    public fun confirm() {
        use { check(Raw.confirm(it, id)) }
    }

    /** Cancels, declines or hangs up; goes on at once. See [hangUp]. */
    @JvmOverloads
    public fun discard(reason: DiscardReason = DiscardReason.AUTO) {
        use { check(Raw.discard(it, id, reason.number)) }
    }

    /** Cancels, declines or hangs up, and suspends until Telegram has been told, 5 s at most. */
    public suspend fun hangUp(): Event.CallEnded {
        try {
            discard()
        } catch (error: TgcallException.State) {
            // It is ending already; what is closed is not.
            if (isClosed || client.isClosed) throw error
        }
        return awaitEnd()
    }

    /** Suspends until they talk. Throws [CallEndedException]. */
    public suspend fun awaitActive() {
        val reached = state.first { it == CallState.ACTIVE || it == CallState.RECONNECTING || it.isEnd }
        if (reached.isEnd) throw CallEndedException(over.await())
    }

    /** Whether the end has been told. */
    internal val isOver: Boolean get() = over.isCompleted

    /** Suspends until it is over. */
    public suspend fun awaitEnd(): Event.CallEnded = over.await()

    /** Hangs up, if it is not over yet, and takes no more: but [awaitEnd] and the flows go on. */
    override fun close() {
        if (isClosed) return
        isClosed = true
        try {
            client.handle.use { Raw.discard(it, id, DiscardReason.AUTO.number) }
        } catch (_: TgcallException.State) {
            // The client is closed.
        }
    }

    internal fun take(event: Event.OfCall) {
        when (event) {
            is Event.CallIncoming -> stateFlow.value = CallState.RINGING
            is Event.CallStateChanged -> stateFlow.value = event.state
            is Event.CallEnded -> {
                over.complete(event)
                stateFlow.value = CallState.ENDED
            }
            else -> Unit
        }
        hub.offer(event)
        if (event is Event.CallEnded) end()
    }

    /** The client is closed. */
    internal fun drop() {
        over.completeExceptionally(TgcallException.State("the client was closed before the call ended"))
        stateFlow.value = CallState.ENDED
        end()
    }

    private fun end() {
        hub.close()
        audio.end()
    }

    /* ---- What it is ---- */

    /** Where the library has it now, which may be ahead of the events that were told. */
    public val currentState: CallState get() = callState(int { client, out -> Raw.callGetState(client, id, out) })

    public val kind: CallKind?
        get() = CallKind.of(int { client, out -> Raw.callGetKind(client, id, out) })

    /** The other side. */
    public val userId: Long get() = long { client, out -> Raw.callGetUser(client, id, out) }

    public val direction: Direction?
        get() = Direction.of(int { client, out -> Raw.callGetDirection(client, id, out) })

    /** What Telegram calls it by. */
    public val telegramId: TelegramId
        get() = use { client ->
            val number = LongArray(1)
            val accessHash = LongArray(1)
            check(Raw.callGetTelegramId(client, id, number, accessHash))
            TelegramId(number[0], accessHash[0])
        }

    public class TelegramId internal constructor(public val id: Long, public val accessHash: Long)

    /** How long the conversation has lasted. */
    public val durationS: Int get() = int { client, out -> Raw.callGetDuration(client, id, out) }

    /** What both sides have switched on or off: bits, as the numbers of [Switches]. */
    public val switches: BothSwitches
        get() = use { client ->
            val own = IntArray(1)
            val theirs = IntArray(1)
            check(Raw.callGetSwitches(client, id, own, theirs))
            BothSwitches(own[0], theirs[0])
        }

    /** Tells the other side whether the battery of this device is low, as official apps do. */
    public fun setLowBattery(low: Boolean) {
        use { check(Raw.callSetLowBattery(it, id, low)) }
    }

    public class BothSwitches internal constructor(public val own: Int, public val theirs: Int)

    /** Why it ended; null until it has. */
    public val end: End?
        get() = try {
            End.of(int { client, out -> Raw.callGetEnd(client, id, out) })
        } catch (error: TgcallException.State) {
            if (isClosed || client.isClosed) throw error
            null
        }

    /** Whether [upgrade] is possible now: somebody talks, and the other side's app knows conferences. */
    public val canUpgrade: Boolean
        get() = use { client -> intOut { Raw.callCanUpgrade(client, id, it) } != 0 }

    /** Makes a conference of this private call and invites others to it: another call, which goes in at once. [Event.CallMigrated]
     * tells that this call goes on there, on both sides; if the conference does not come about it ends, and this call is as it was. */
    public fun upgrade(users: List<Peer> = emptyList()): GroupCall = client.upgrade(this, users)

    /** The four emoji that users compare: of a private call from [CallState.CONNECTING] on, of a conference while
     * [Event.GroupVerified] says that they are there. */
    public val emoji: List<String>
        get() = use { client ->
            val emoji = arrayOfNulls<String>(4)
            check(Raw.callGetEmoji(client, id, emoji))
            emoji.map { it.orEmpty() }
        }

    private inline fun int(ask: (Long, IntArray) -> Int): Int {
        val out = IntArray(1)
        use { check(ask(it, out)) }
        return out[0]
    }

    private inline fun long(ask: (Long, LongArray) -> Int): Long {
        val out = LongArray(1)
        use { check(ask(it, out)) }
        return out[0]
    }

    /* ---- Figures, also of an ended call while it is remembered ---- */

    /** Figures of one moment, without those that are not known: of the call, or of one of its streams. */
    @JvmOverloads
    public fun stats(stats: List<Stat>, stream: Stream? = null): Map<Stat, Long> = use { client ->
        figures(stats.toTypedArray()) { numbers, values ->
            Raw.callGetStats(client, id, stream?.id ?: 0, numbers, values)
        }
    }

    /** One figure of the call; null if it is not known. */
    public fun stat(stat: Stat): Long? = stats(listOf(stat))[stat]

    /** Those that are sent, then those that are received. */
    public val streams: List<Stream>
        get() = use { client -> listed { ids, count -> Raw.callGetStreams(client, id, ids, count) } }.map { Stream(it) }

    public class Stream internal constructor(public val id: Long) {
        public val kind: StreamKind? get() = StreamKind.of((id shr 32).toInt())
        public val ssrc: Long get() = id and 0xffffffff
    }

    /** Why is it silent? Never a key. */
    @JvmOverloads
    public fun report(format: ReportFormat = ReportFormat.TEXT, addresses: Boolean = false): String = use { client ->
        String(
            copied { buffer, capacity, size ->
                Raw.callGetReport(client, id, format.number, addresses, buffer, 0, capacity, size)
            } ?: ByteArray(0),
            Charsets.UTF_8,
        )
    }

    /** Rates an ended call with 1 to 5 stars. */
    @JvmOverloads
    public fun rate(stars: Int, comment: String = "") {
        use { check(Raw.rate(it, id, stars, comment)) }
    }

    /** Gives Telegram the report of an ended call. */
    public fun sendReport() {
        use { check(Raw.callSendReport(it, id)) }
    }

    /* ---- A call whose key the host made ---- */

    /** A relay of Telegram's, as Telegram named it. Add all of one call. */
    public fun addReflector(id: Long, ip: String?, ipv6: String?, port: Int, peerTag: ByteArray, tcp: Boolean) {
        use { client ->
            lend(peerTag) {
                check(Raw.callAddReflector(client, this.id, id, ip, ipv6, port, it, 0, peerTag.size, tcp))
            }
        }
    }

    /** A STUN or TURN server, as Telegram named it. */
    public fun addWebrtc(
        id: Long, ip: String?, ipv6: String?, port: Int, username: String?, password: String?, turn: Boolean,
        stun: Boolean,
    ) {
        use { client ->
            check(Raw.callAddWebrtc(client, this.id, id, ip, ipv6, port, username, password, turn, stun))
        }
    }

    /** Starts the media, with the first of the agreed library_versions. */
    @JvmOverloads
    public fun connect(version: String, p2pAllowed: Boolean, customParameters: String? = null) {
        use { check(Raw.connect(it, id, version, p2pAllowed, customParameters)) }
    }

    /** A signaling packet from the other side. False for one that is dropped. */
    public fun feedSignaling(packet: ByteArray): Boolean =
        use { client -> lend(packet) { done(Raw.callHandleSignaling(client, id, it, 0, packet.size)) } }

    /* ---- Media.HOST: the host's engine carries the sound ---- */

    /** The 256 bytes; wipe them after use. */
    public fun key(): ByteArray = use { client ->
        copied { buffer, capacity, size -> Raw.callGetKey(client, id, buffer, 0, capacity, size) } ?: ByteArray(0)
    }

    /** The final phoneCall with its servers, as TL bytes. */
    public fun phoneCall(): ByteArray = use { client ->
        copied { buffer, capacity, size -> Raw.callGetPhoneCall(client, id, buffer, 0, capacity, size) } ?: ByteArray(0)
    }

    /** Takes a packet of the engine's to the other side. */
    public fun sendSignaling(packet: ByteArray) {
        use { client -> lend(packet) { check(Raw.callSendSignaling(client, id, it, 0, packet.size)) } }
    }

    /** Tells whether the engine is connected. */
    public fun setConnected(connected: Boolean) {
        use { check(Raw.callSetConnected(it, id, connected)) }
    }

    override fun toString(): String = "Call($id, ${state.value})"
}

/** Those of the figures that are known. */
internal inline fun figures(stats: Array<out Stat>, ask: (IntArray, LongArray) -> Int): Map<Stat, Long> {
    val values = LongArray(stats.size)
    check(ask(IntArray(stats.size) { stats[it].number }, values))
    return stats.indices.filter { values[it] != Long.MIN_VALUE }.associate { stats[it] to values[it] }
}
