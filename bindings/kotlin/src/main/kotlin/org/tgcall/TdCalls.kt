package org.tgcall

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.io.encoding.Base64
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.completeWith
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch

/**
 * The calls of the account that a client of TDLib is logged in with, over TDLib's JSON: TDLib agrees on the key and tells
 * Telegram how a call goes, the sound is this library's.
 *
 *     val calls = TdCalls { request -> tdSend(clientId, request) }
 *     while (true) tdReceive(1.0)?.let { calls.receive(it) || mine(it) }      // all that there is, in order
 *
 * [send] takes one of TDLib's functions to TDLib, as td_send does: at once, and on any thread. Any function may be called
 * on any thread. [config] and [context] are those of the [client] inside.
 */
public class TdCalls @JvmOverloads constructor(
    config: Config = Config(),
    context: CoroutineContext = EmptyCoroutineContext,
    private val send: (String) -> Unit,
) : AutoCloseable {
    /** With the sound of the calls. */
    public val client: Client = Client(config, context)
    private val scope = CoroutineScope(context + SupervisorJob(context[Job]))
    private val hub = Hub<TdCall>(16) { it.ended == null }

    private val lock = Any()
    private val calls = HashMap<Int, TdCall>()

    /** Outgoing ones that ended before the answer to createCall was there. */
    private val gone = ArrayDeque<TdCall>()

    /** Who waits for which answer: null if there will be none. */
    private val waiting = HashMap<String, (Map<String, Any?>?) -> Unit>()
    private var last = 0L
    private var isClosed = false

    /** Who calls; those first that ring since before. */
    public val incoming: Flow<TdCall> get() = hub.flow

    /** Calls a user. Goes on as soon as TDLib has taken it on; how Telegram takes it, [TdCall.awaitActive] tells. Throws
     * [RpcException] with TDLib's error. */
    public suspend fun call(userId: Long, video: Boolean = false): TdCall {
        val call = CompletableDeferred<TdCall>()
        post("createCall", "user_id" to userId, "protocol" to protocol(), "is_video" to video) { told ->
            call.completeWith(runCatching { created(answer(told).int("id"), userId, video) })
        }
        return call.await()
    }

    private fun created(id: Int, userId: Long, video: Boolean): TdCall {
        val ended = gone.find { it.id == id }
        if (ended != null) return ended.also { gone.remove(it) }
        return calls.getOrPut(id) { TdCall(this, id, userId, true, video) }
    }

    /**
     * What td_receive gave; let it see everything. True: it was an answer to these calls, or an update about calls. What
     * cannot be read is reported to the exception handler of the context.
     */
    public fun receive(text: String): Boolean {
        val told = try {
            (Json.read(text) as? Map<*, *>).asObject("what TDLib tells")
        } catch (error: IllegalArgumentException) {
            client.report(error)
            return false
        }
        return try {
            locked { !isClosed && take(told) }
        } catch (error: RuntimeException) {
            client.report(error)
            true
        }
    }

    /** Hangs up and closes the client. Who waits for a call gets [TgcallException.State]; closing twice does nothing. */
    override fun close() {
        val up = locked {
            if (isClosed) return
            calls.values.toList()
        }
        up.forEach { it.end(End.LOCAL_HANGUP, false) }
        val unanswered = locked {
            isClosed = true
            calls.clear()
            waiting.values.toList().also { waiting.clear() }
        }
        unanswered.forEach { it(null) }
        up.forEach { it.drop() }
        hub.close()
        client.close()
        scope.coroutineContext[Job]?.cancel()
    }

    /* ---- To TDLib ---- */

    internal fun protocol(): Map<String, Any?> = mapOf(
        "@type" to "callProtocol", "udp_p2p" to true, "udp_reflector" to true, "min_layer" to 65, "max_layer" to 92,
        "library_versions" to client.versions,
    )

    internal suspend fun ask(name: String, vararg fields: Pair<String, Any?>) {
        val answer = CompletableDeferred<Unit>()
        post(name, *fields) { told -> answer.completeWith(runCatching { answer(told) }.map { }) }
        answer.await()
    }

    /** Sends a function. Its answer is taken under the lock. */
    internal fun post(name: String, vararg fields: Pair<String, Any?>, then: (Map<String, Any?>?) -> Unit = {}) {
        val extra = locked {
            if (isClosed) throw closed()
            "libtgcall ${++last}".also { waiting[it] = then }
        }
        send(Json.write(mapOf("@type" to name, *fields, "@extra" to extra)))
    }

    /** For what must not run under the lock, as it calls the host. */
    internal fun later(block: () -> Unit) {
        scope.launch { block() }
    }

    private fun answer(told: Map<String, Any?>?): Map<String, Any?> {
        if (told == null) throw closed()
        if (told["@type"] != "error") return told
        throw RpcException((told["code"] as? Number)?.toInt() ?: 0, told["message"] as? String ?: "")
    }

    private fun closed() = TgcallException.State("the calls are closed")

    internal inline fun <R> locked(block: () -> R): R = synchronized(lock) { block() }

    /* ---- From TDLib ---- */

    private fun take(told: Map<String, Any?>): Boolean {
        val extra = told["@extra"]
        if (extra is String) {
            val then = waiting.remove(extra)
            if (then != null) then(told)
            return then != null
        }
        when (told["@type"]) {
            "updateCall" -> takeCall(told.objectAt("call"))
            "updateNewCallSignalingData" -> calls[told.int("call_id")]?.hear(bytes(told.text("data")))
            else -> return false
        }
        return true
    }

    private fun takeCall(told: Map<String, Any?>) {
        val id = told.int("id")
        val state = told.objectAt("state")
        val isOver = state["@type"] == "callStateDiscarded" || state["@type"] == "callStateError"
        var call = calls[id]
        if (call == null) {
            if (isOver) return // its end was told before
            val user = (told["user_id"] as? Number)?.toLong() ?: 0
            call = TdCall(this, id, user, told["is_outgoing"] == true, told["is_video"] == true)
            calls[id] = call
            if (!call.isOutgoing) hub.offer(call)
        }
        call.take(state)
    }

    internal fun forget(call: TdCall) {
        calls.remove(call.id)
        if (!call.isOutgoing) return
        gone.addLast(call)
        if (gone.size > MOST_GONE) gone.removeFirst()
    }

    /* ---- Between TDLib and the sound ---- */

    /** A call of ours over the key of TDLib's. */
    internal fun attached(call: TdCall, ready: Map<String, Any?>): Call {
        val key = bytes(ready.text("encryption_key"))
        val media = try {
            client.attach(call.isOutgoing, key)
        } finally {
            key.fill(0)
        }
        try {
            ready.objects("servers").forEach { media.add(it) }
            val versions = ready.objectAt("protocol")["library_versions"] as? List<*>
            val version = versions?.firstOrNull() as? String ?: throw IllegalArgumentException("no version")
            val parameters = (ready["custom_parameters"] as? String)?.takeIf { it.isNotEmpty() }
            media.connect(version, ready["allow_p2p"] == true, parameters)
        } catch (error: RuntimeException) {
            media.close()
            throw error
        }
        scope.launch { media.events.collect { heed(call, it) } }
        return media
    }

    private fun heed(call: TdCall, event: Event.OfCall) {
        try {
            if (event is Event.SignalingSend) {
                post("sendCallSignalingData", "call_id" to call.id, "data" to Base64.encode(event.packet))
            } else if (event is Event.CallEnded) {
                call.end(event.end, event.end in OURS)
            }
        } catch (_: TgcallException.State) {
            // The calls are closed.
        }
    }

    private fun Call.add(server: Map<String, Any?>) {
        val kind = server.objectAt("type")
        val id = server.text("id").toLong()
        val ip = server["ip_address"] as? String ?: ""
        val ipv6 = server["ipv6_address"] as? String ?: ""
        when (kind["@type"]) {
            "callServerTypeTelegramReflector" -> addReflector(
                id, ip, ipv6, server.int("port"), bytes(kind.text("peer_tag")), kind["is_tcp"] == true,
            )
            "callServerTypeWebrtc" -> addWebrtc(
                id, ip, ipv6, server.int("port"), kind["username"] as? String ?: "", kind["password"] as? String ?: "",
                kind["supports_turn"] == true, kind["supports_stun"] == true,
            )
        }
    }

    private companion object {
        const val MOST_GONE = 16

        /** Ends of the sound that TDLib has to be told of as a lost connection. */
        val OURS = setOf(End.NO_PATH, End.DISCONNECTED, End.TIMEOUT, End.INSECURE, End.INCOMPATIBLE)
    }
}

private fun bytes(text: String): ByteArray = Base64.decode(text)

private fun Map<*, *>?.asObject(name: String): Map<String, Any?> {
    @Suppress("UNCHECKED_CAST") // all names of JSON's are strings
    return this as Map<String, Any?>? ?: throw IllegalArgumentException("$name is no object")
}

internal fun Map<String, Any?>.objectOrNull(name: String): Map<String, Any?>? =
    (this[name] as? Map<*, *>)?.asObject(name)

private fun Map<String, Any?>.objectAt(name: String): Map<String, Any?> = (this[name] as? Map<*, *>).asObject(name)

private fun Map<String, Any?>.objects(name: String): List<Map<String, Any?>> =
    (this[name] as? List<*>).orEmpty().map { (it as? Map<*, *>).asObject(name) }

private fun Map<String, Any?>.text(name: String): String =
    this[name] as? String ?: throw IllegalArgumentException("no text $name")

private fun Map<String, Any?>.int(name: String): Int =
    (this[name] as? Number)?.toInt() ?: throw IllegalArgumentException("no number $name")
