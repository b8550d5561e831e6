package org.tgcall

import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch

/** The host's connection to Telegram. */
public fun interface Telegram {
    /**
     * Sends a request, boxed TL, and gives the answer. It is asked in the order in which requests are to go out; the next
     * one is asked when this suspends. It throws [RpcException] for an rpc_error; whatever else it throws counts as no
     * answer, and goes on to the client's exception handler.
     */
    public suspend fun send(request: ByteArray): ByteArray
}

/**
 * One Telegram account and all its calls. Any function may be called on any thread. It lives, and so do its calls, until
 * it is closed: the garbage collector does not end it.
 *
 * In [context] events are told, lines logged, requests sent; its exception handler gets what they throw. If it has a job,
 * its end closes the client.
 */
public class Client private constructor(
    config: Config,
    context: CoroutineContext,
    private val telegram: Telegram?,
    private val wake: (() -> Unit)?,
) : AutoCloseable {
    internal val userdata: Long
    private val job = SupervisorJob(context[Job])
    private val scope = CoroutineScope(context + job)
    private val inbox = Channel<() -> Unit>(Channel.UNLIMITED)
    private val hub = Hub<Event>(0)
    private val incomingHub = Hub<Call>(16) { it.state.value == CallState.RINGING }
    private val requests = ConcurrentHashMap<Long, Request>()

    /** By the userdata that the library keeps for each. */
    private val known = ConcurrentHashMap<Long, Call>()

    /** Who waits for what Telegram answers, by the numbers of the requests. */
    private val wishes = HashMap<Long, CompletableDeferred<Event.Answer?>>()

    private val host = object : Host(config) {
        override fun event(event: Long) = take(event)

        override fun log(level: Int, callId: Long, line: String) {
            val logger = this.config.logger ?: return
            inbox.trySend { logger(LogLevel.of(level), callId, line) }
        }

        override fun wake() {
            this@Client.wake?.invoke()
        }

        override fun failed(error: Throwable) = report(error)
    }

    internal val handle: Handle

    /** A client with a thread of the library's, which holds sockets and timers. */
    public constructor(
        config: Config = Config(),
        context: CoroutineContext = EmptyCoroutineContext,
        telegram: Telegram? = null,
    ) : this(config, context, telegram, null) {
        try {
            handle.use { check(Raw.clientStart(it, true, userdata)) }
        } catch (error: TgcallException) {
            close()
            throw error
        }
    }

    init {
        Natives.load()
        userdata = Callbacks.number()
        Callbacks.add(userdata, host)
        try {
            handle = config.lend(userdata, wake != null) { raw ->
                Handle(longOut { Raw.clientNew(raw, it) }, "client", Raw::clientFree)
            }
        } catch (error: TgcallException) {
            Callbacks.remove(userdata)
            job.cancel()
            throw error
        }
        scope.launch { pump() }
        job.invokeOnCompletion { close() }
    }

    public companion object {
        /** A client without a thread, driven by the host's loop, of which [wake] is to make it turn; see [loop]. */
        @JvmStatic
        @JvmOverloads
        public fun embedded(
            config: Config = Config(),
            context: CoroutineContext = EmptyCoroutineContext,
            telegram: Telegram? = null,
            wake: () -> Unit = {},
        ): Client = Client(config, context, telegram, wake)
    }

    /** All that happens from now on, but sound: see [Audio.listen]. Ends when the client is closed. */
    public val events: Flow<Event> get() = hub.flow

    /** Who calls; those first that ring since before. */
    public val incoming: Flow<Call> get() = incomingHub.flow

    /** The calls that are up, oldest first. */
    public val calls: List<Call>
        get() {
            val ids = handle.use { client -> listed { ids, count -> Raw.clientGetCalls(client, ids, count) } }
            return ids.toList().mapNotNull { id -> known.values.find { it.id == id } }
        }

    /** The loop's side of an embedded client. */
    public val loop: Loop = Loop(this)

    public val isClosed: Boolean get() = handle.isClosed

    /** Calls a user, whose access hash is the host's; goes on at once. See [call]. */
    @JvmOverloads
    public fun request(userId: Long, accessHash: Long, video: Boolean = false): Call = begin { client, userdata, id ->
        Raw.request(client, userId, accessHash, video, userdata, id)
    }

    /** Calls a user and suspends until they talk. Throws [CallEndedException] if it does not come to that; cancelled, it
     * discards the call. */
    public suspend fun call(userId: Long, accessHash: Long, video: Boolean = false): Call {
        val call = request(userId, accessHash, video)
        try {
            call.awaitActive()
        } catch (error: CancellationException) {
            call.close()
            throw error
        }
        return call
    }

    /** Takes over a call whose key of 256 bytes the host's Telegram library agreed on: add the servers, then
     * [Call.connect]. Signaling leaves by [Event.SignalingSend] and arrives by [Call.feedSignaling]. */
    public fun attach(outgoing: Boolean, key: ByteArray): Call = begin { client, userdata, id ->
        lend(key) { Raw.attach(client, outgoing, it, 0, key.size, userdata, id) }
    }

    /** Names the group call of a chat, by what the full chat, an update or a message has of it; nothing is sent. Set what is to be
     * set, then [GroupCall.join]. Up to 16 may be up. */
    public fun openGroup(id: Long, accessHash: Long): GroupCall = begin(GroupCall(this)) { client, userdata, out ->
        Raw.groupOpen(client, id, accessHash, userdata, out)
    }

    /** Has Telegram make a group call in a chat, and suspends until it has. Throws [CallEndedException] if it does not. A chat has
     * one at most: a new one ends the old one. [scheduleUnixS] is when it is announced to start; 0: now. */
    @JvmOverloads
    public suspend fun createGroup(
        chat: Peer, title: String? = null, scheduleUnixS: Long = 0, rtmp: Boolean = false,
    ): GroupCall {
        val group = begin(GroupCall(this)) { client, userdata, out ->
            Raw.groupCreate(client, chat.toRaw(), title, scheduleUnixS, rtmp, userdata, out)
        }
        group.awaitOpen()
        return group
    }

    /** Has Telegram make a conference: a group call of no chat, end-to-end encrypted, whose link is in its roster. Suspends until we
     * are in, or without [join] until it is made. Throws [CallEndedException] if it is not. */
    @JvmOverloads
    public suspend fun createConference(join: Boolean = true, muted: Boolean = false): GroupCall {
        val group = begin(GroupCall(this)) { client, userdata, out ->
            Raw.groupCreateConference(client, join, muted, userdata, out)
        }
        if (join) group.awaitActive() else group.awaitOpen()
        return group
    }

    /** A conference by its link; then [GroupCall.join]. */
    public fun openLink(link: String): GroupCall = begin(GroupCall(this)) { client, userdata, out ->
        Raw.groupOpenLink(client, link, userdata, out)
    }

    /** A conference by the message in which somebody invited us; then [GroupCall.join]. */
    public fun openInvitation(messageId: Int): GroupCall = begin(GroupCall(this)) { client, userdata, out ->
        Raw.groupOpenInvitation(client, messageId, userdata, out)
    }

    /** The group call that an event names, as [Event.CallMigrated.newCall]; null once it is over. */
    public fun group(id: Long): GroupCall? = known.values.firstOrNull { it.id == id } as? GroupCall

    internal fun upgrade(call: Call, users: List<Peer>): GroupCall {
        val group = GroupCall(this)
        handle.use { client -> group.id = longOut { Raw.callUpgrade(client, call.id, users.toRawPeers(), it) } }
        known[Callbacks.number()] = group
        return group
    }

    /** Begins a group call that the host's Telegram library joins (TDLib): with [GroupCall.payload], whose answer goes to
     * [GroupCall.connect]. */
    @JvmOverloads
    public fun attachGroup(muted: Boolean = false): GroupCall = begin(GroupCall(this)) { client, userdata, out ->
        Raw.groupAttach(client, muted, userdata, out)
    }

    /** As whom one may join the calls of a chat, for [GroupCall.setJoinAs]. Throws [WishException]. */
    public suspend fun joinAs(chat: Peer): List<Peer> =
        wished { client, out -> Raw.groupGetJoinAs(client, chat.toRaw(), out) }.peers.mapNotNull { it.peer }

    /** As whom this account joins the calls of a chat by default. */
    public suspend fun saveJoinAs(chat: Peer, peer: Peer) {
        wished { client, out -> Raw.groupSaveJoinAs(client, chat.toRaw(), peer.toRaw(), out) }
    }

    /** Where the program of an RTMP stream goes, [Event.Answer.link], and its secret [Event.Answer.key]. */
    @JvmOverloads
    public suspend fun rtmp(peer: Peer, story: Boolean = false, revoke: Boolean = false): Event.Answer =
        wished { client, out -> Raw.groupGetRtmp(client, peer.toRaw(), story, revoke, out) }

    private suspend fun wished(ask: (Long, LongArray) -> Int): Event.Answer =
        wish { out -> handle.use { ask(it, out) } } ?: throw TgcallException.State("the client is closed")

    /** What Telegram answers; null: there will be no answer. Throws [WishException] if it refuses. */
    internal suspend fun wish(ask: (LongArray) -> Int): Event.Answer? {
        val answer = CompletableDeferred<Event.Answer?>()
        // Under the lock, so that no answer is told before its number is known here.
        val number = synchronized(wishes) { longOut(ask).also { wishes[it] = answer } }
        try {
            val told = answer.await()
            if (told != null && told.code != 0) throw WishException(told)
            return told
        } finally {
            synchronized(wishes) { wishes.remove(number) }
        }
    }

    private fun settleWish(number: Long, answer: Event.Answer?) {
        synchronized(wishes) { wishes[number] }?.complete(answer)
    }

    private inline fun begin(make: (Long, Long, LongArray) -> Int): Call = begin(Call(this), make)

    private inline fun <C : Call> begin(call: C, make: (Long, Long, LongArray) -> Int): C {
        val number = Callbacks.number()
        known[number] = call
        try {
            val id = LongArray(1)
            handle.use { check(make(it, number, id)) }
            call.id = id[0]
        } catch (error: TgcallException) {
            known.remove(number)
            throw error
        }
        return call
    }

    /** Telegram's update, in whatever shape it came. Feed them all; false is one that is not about calls. */
    public fun feed(update: ByteArray): Boolean =
        handle.use { client -> lend(update) { done(Raw.clientHandleUpdate(client, it, 0, update.size)) } }

    /** The answer to an [Event.Invoke], for a client without [Telegram]. False if it is not readable. */
    public fun answer(requestId: Long, answer: ByteArray): Boolean =
        handle.use { client -> lend(answer) { done(Raw.clientHandleAnswer(client, requestId, it, 0, answer.size)) } }

    /** The rpc_error that answers an [Event.Invoke]; code 0 is no answer at all. */
    public fun fail(requestId: Long, code: Int, text: String) {
        handle.use { check(Raw.clientHandleError(it, requestId, code, text)) }
    }

    /** Telegram's clock, in seconds since 1970. */
    public fun setServerTime(unixS: Long) {
        handle.use { check(Raw.clientSetServerTime(it, unixS)) }
    }

    public fun setLogLevel(level: LogLevel) {
        handle.use { check(Raw.clientSetLogLevel(it, level.number)) }
    }

    /** From now on, also for calls that are up. */
    public fun setProxy(proxy: Config.Proxy?) {
        handle.use { client ->
            check(Raw.clientSetProxy(client, proxy?.host, proxy?.port ?: 0, proxy?.username, proxy?.password))
        }
    }

    /** From now on, also for calls that are up. */
    public fun setP2p(p2p: P2p) {
        handle.use { check(Raw.clientSetP2p(it, p2p.number)) }
    }

    /** As little as makes sense, also in calls that are up. */
    public fun setLowData(lowData: Boolean) {
        handle.use { check(Raw.clientSetLowData(it, lowData)) }
    }

    /** The addresses of this machine that calls may use, what matters most first. */
    public fun setInterfaces(interfaces: List<InetAddress>) {
        handle.use { check(Raw.clientSetInterfaces(it, interfaces.map { host -> InetSocketAddress(host, 0) }.toRaw())) }
    }

    /** The library_versions for a phoneCallProtocol that the host writes. */
    public val versions: List<String>
        get() = handle.use { client ->
            val version = arrayOfNulls<String>(1)
            generateSequence(0) { it + 1 }.takeWhile { done(Raw.clientGetVersion(client, it, version)) }
                .map { version[0].orEmpty() }.toList()
        }

    /** Figures of the client; without those that are not known. */
    public fun stats(vararg stats: Stat): Map<Stat, Long> =
        handle.use { client -> figures(stats) { numbers, values -> Raw.clientGetStats(client, numbers, values) } }

    /**
     * Ends the client. Calls still up are dropped without a word to Telegram: [Call.hangUp] first. Who waits for a call gets
     * [TgcallException.State]. What comes after is [TgcallException.State]; closing twice does nothing.
     */
    override fun close() {
        if (!handle.close()) return
        Callbacks.remove(userdata)
        requests.values.forEach { it.cancel() }
        inbox.close()
    }

    /** Runs on the library's thread, or on that of a drain. */
    private fun take(event: Long) {
        var call = find(Raw.eventGetCallUserdata(event), Raw.eventGetCall(event))
        val kind = Raw.eventGetKind(event)
        if (call != null && call.id == 0L) call.id = Raw.eventGetCall(event)
        if (kind == EventKind.AUDIO_FRAME.number) {
            call?.audio?.take(event)
            return
        }
        if (kind == EventKind.CALL_INCOMING.number) call = ring(Call(this), Raw.eventGetCall(event))
        if (kind == EventKind.GROUP_INVITED.number) call = ring(GroupCall(this), Raw.eventGetCall(event))
        if (kind == EventKind.CALL_MIGRATED.number) follow(Raw.eventGetNewCall(event))
        if (kind == EventKind.CALL_ENDED.number) known.values.removeIf { it === call }
        val read = readEvent(event, call)
        if (!loop.take(read)) inbox.trySend { deliver(read) }
    }

    /** Whose event it is. A call that goes on as another gives that one its number. */
    private fun find(number: Long, id: Long): Call? {
        val call = known[number]
        val isOther = call == null || call.id != 0L && call.id != id
        return if (isOther && id != 0L) known.values.firstOrNull { it.id == id } else call
    }

    /** A private call goes on as this one, which the other side has made. */
    private fun follow(id: Long) {
        if (group(id) == null) known[Callbacks.number()] = GroupCall(this).also { it.id = id }
    }

    private fun ring(call: Call, id: Long): Call {
        val number = Callbacks.number()
        call.id = id
        known[number] = call
        handle.use { check(Raw.callSetUserdata(it, id, number)) }
        return call
    }

    /** What is left when the client is closed is told all the same. */
    private suspend fun pump() {
        try {
            for (item in inbox) {
                try {
                    item()
                } catch (error: Throwable) {
                    report(error)
                }
            }
        } finally {
            synchronized(wishes) { wishes.values.toList() }.forEach { it.complete(null) }
            known.values.forEach { it.drop() }
            known.clear()
            incomingHub.close()
            hub.close()
            job.complete()
        }
    }

    private fun deliver(event: Event) {
        when (event) {
            is Event.Invoke -> if (telegram != null) send(telegram, event)
            is Event.Cancel -> {
                requests[event.requestId]?.cancel()
                settleWish(event.requestId, null)
            }
            is Event.Answer -> settleWish(event.requestId, event)
            is Event.OfCall -> event.call.take(event)
            else -> Unit
        }
        hub.offer(event)
        if (event is Event.CallIncoming) incomingHub.offer(event.call)
    }

    private class Request(val isDiscard: Boolean, val job: Job) {
        /** A discard that is not sent yet must not be held back, or the other side goes on ringing. */
        fun cancel() {
            if (!isDiscard) job.cancel()
        }
    }

    /** Undispatched, so that requests are sent in order. */
    private fun send(telegram: Telegram, event: Event.Invoke) {
        val job = scope.launch(start = CoroutineStart.UNDISPATCHED) {
            val answer = try {
                telegram.send(event.request)
            } catch (error: RpcException) {
                return@launch settle { fail(event.requestId, error.code, error.text) }
            } catch (error: Throwable) {
                settle { fail(event.requestId, 0, error.toString()) }
                throw error
            }
            settle { answer(event.requestId, answer) }
        }
        requests[event.requestId] = Request(event.method == "phone.discardCall", job)
        job.invokeOnCompletion { requests.remove(event.requestId) }
    }

    /** Nobody may wait for it any more, or the client is closed. */
    private inline fun settle(block: () -> Unit) {
        try {
            block()
        } catch (_: TgcallException.NotFound) {
        } catch (_: TgcallException.State) {
        }
    }

    /** To the host's exception handler, off this thread. */
    internal fun report(error: Throwable) {
        CoroutineScope(scope.coroutineContext + SupervisorJob()).launch { throw error }
    }
}
