package org.tgcall

import Sim
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.io.encoding.Base64
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch

internal typealias Told = Map<String, Any?>

/**
 * A stand-in for tdjson, over tgcall-sim: TDLib itself has its servers compiled in, and reaches no other. It speaks TDLib's
 * JSON as far as calls go. What TDLib does of a call, up to the key, a client with [Media.HOST] does here.
 */
internal class TdJson(port: Int, account: Long) : AutoCloseable {
    /** Every request, for tests to look at. */
    val seen = CopyOnWriteArrayList<Told>()

    /** What to answer instead of doing it, by the name of the function. */
    val answers = HashMap<String, Told>()

    /** What to put into callStateReady. */
    var spoil: Told = emptyMap()

    private val sim = Sim(port, account)
    private val client = Client(Config { userId = account; media = Media.HOST }, telegram = sim)
    private val requests = Channel<Told>(Channel.UNLIMITED)
    private val out = Channel<Told>(Channel.UNLIMITED)
    private val calls = LinkedHashMap<Int, Call>()
    private val ready = HashSet<Int>()

    /** td_send. */
    fun send(text: String) {
        @Suppress("UNCHECKED_CAST")
        requests.trySend(Json.read(text) as Told)
    }

    /** Works until it is closed; what td_receive gives goes to [receive], one at a time. */
    fun run(scope: CoroutineScope, receive: (String) -> Unit) {
        sim.feed(scope, client)
        scope.launch { for (told in out) receive(Json.write(told)) }
        scope.launch { for (request in requests) take(request) }
        scope.launch {
            try {
                client.events.collect { if (it is Event.OfCall) take(it) }
            } catch (error: TgcallException.State) {
                if (!client.isClosed) throw error
            }
        }
    }

    override fun close() {
        client.close()
        sim.close()
        requests.close()
        out.close()
    }

    private fun take(request: Told) {
        seen += request
        val answer = answers[request["@type"]] ?: try {
            answer(request)
        } catch (_: TgcallException) {
            mapOf("@type" to "error", "code" to 400, "message" to "Call not found")
        }
        out.trySend(answer + ("@extra" to request["@extra"]))
    }

    private fun answer(request: Told): Told {
        when (request["@type"]) {
            "createCall" -> {
                check((request["protocol"] as Map<*, *>)["@type"] == "callProtocol")
                val user = request["user_id"] as Long
                return mapOf("@type" to "callId", "id" to number(client.request(user, sim.accessHash(user)), user, true))
            }
            "acceptCall" -> call(request).accept()
            "discardCall" -> {
                check(request["duration"] is Long)
                val isDisconnected = request["is_disconnected"] as Boolean
                call(request).discard(if (isDisconnected) DiscardReason.DISCONNECT else DiscardReason.AUTO)
            }
            "sendCallSignalingData" -> call(request).sendSignaling(Base64.decode(request["data"] as String))
            else -> throw AssertionError(request)
        }
        return mapOf("@type" to "ok")
    }

    private fun call(request: Told): Call = synchronized(calls) {
        val call = calls[(request["call_id"] as Long).toInt()]
        if (call == null || call.isOver) throw TgcallException.NotFound("Call not found")
        call
    }

    private fun number(call: Call, user: Long, isOutgoing: Boolean): Int = synchronized(calls) {
        calls.entries.find { it.value === call }?.let { return it.key }
        val number = calls.size + 1
        calls[number] = call
        update(number, user, isOutgoing, mapOf("@type" to "callStatePending", "is_created" to true))
        number
    }

    private fun update(number: Int, user: Long, isOutgoing: Boolean, state: Told) {
        val call = mapOf(
            "@type" to "call", "id" to number, "unique_id" to "0", "user_id" to user, "is_outgoing" to isOutgoing,
            "is_video" to false, "state" to state,
        )
        out.trySend(mapOf("@type" to "updateCall", "call" to call))
    }

    private fun take(event: Event.OfCall) {
        val call = event.call
        if (event is Event.CallIncoming) {
            number(call, event.userId, false)
            return
        }
        val number = synchronized(calls) { calls.entries.find { it.value === call }?.key } ?: return
        val isOutgoing = call.direction == Direction.OUTGOING
        when {
            event is Event.SignalingReceived -> out.trySend(
                mapOf(
                    "@type" to "updateNewCallSignalingData", "call_id" to number,
                    "data" to Base64.encode(event.packet),
                ),
            )
            event is Event.CallStateChanged && event.state in UP && ready.add(number) -> {
                call.setConnected(true)
                update(number, call.userId, isOutgoing, ready(call))
            }
            event is Event.CallEnded -> update(number, call.userId, isOutgoing, over(event))
        }
    }

    private fun ready(call: Call): Told {
        val reader = Reader(call.phoneCall())
        val (versions, servers) = reader.phoneCall()
        return mapOf(
            "@type" to "callStateReady",
            "protocol" to mapOf("@type" to "callProtocol", "library_versions" to versions),
            "servers" to servers, "config" to "{}", "encryption_key" to Base64.encode(call.key()),
            "emojis" to call.emoji, "allow_p2p" to true, "custom_parameters" to "",
        ) + spoil
    }

    private fun over(event: Event.CallEnded): Told {
        if (event.end in REFUSED) {
            val (code, name) = event.text.substringAfterLast(": ").split(" ")
            // TDLib has a wording of its own for floods.
            val error = if (event.end == End.FLOOD) 429 to "Too Many Requests: retry after ${event.retryAfterS}" else code.toInt() to name
            return mapOf(
                "@type" to "callStateError",
                "error" to mapOf("@type" to "error", "code" to error.first, "message" to error.second),
            )
        }
        return mapOf(
            "@type" to "callStateDiscarded",
            "reason" to mapOf("@type" to (REASONS[event.end] ?: "callDiscardReasonHungUp")),
            "need_rating" to event.wantsRating, "need_debug_information" to event.wantsReport, "need_log" to false,
        )
    }

    /** The versions and the servers of a phoneCall in TL, as TDLib has them. */
    private class Reader(data: ByteArray) {
        private val data = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)

        fun phoneCall(): Pair<List<String>, List<Told>> {
            check(data.getInt() == 0x30535af5)
            skip(4 + 8 + 8 + 4 + 8 + 8)
            bytes() // g_a_or_b
            skip(8 + 4 + 4 + 4 + 4) // its fingerprint; protocol: flags, layers
            return vector { String(bytes()) } to vector { server() }
        }

        private fun skip(size: Int) {
            data.position(data.position() + size)
        }

        private fun <T> vector(read: () -> T): List<T> {
            check(data.getInt() == 0x1cb5c415)
            return List(data.getInt()) { read() }
        }

        private fun bytes(): ByteArray {
            var size = data.get().toInt() and 0xff
            var head = 1
            if (size == 254) {
                size = (data.getInt(data.position() - 1) ushr 8)
                skip(3)
                head = 4
            }
            val found = ByteArray(size).also { data.get(it) }
            skip(-(head + size) and 3)
            return found
        }

        private fun server(): Told {
            val kind = data.getInt()
            val flags = data.getInt()
            val head = mapOf(
                "@type" to "callServer", "id" to data.getLong().toString(), "ip_address" to String(bytes()),
                "ipv6_address" to String(bytes()), "port" to data.getInt(),
            )
            val type = if (kind == 0x9cc123c7.toInt()) {
                mapOf(
                    "@type" to "callServerTypeTelegramReflector", "peer_tag" to Base64.encode(bytes()),
                    "is_tcp" to (flags and 1 != 0),
                )
            } else {
                mapOf(
                    "@type" to "callServerTypeWebrtc", "username" to String(bytes()), "password" to String(bytes()),
                    "supports_turn" to (flags and 1 != 0), "supports_stun" to (flags and 2 != 0),
                )
            }
            return head + ("type" to type)
        }
    }

    private companion object {
        val UP = setOf(CallState.CONNECTING, CallState.ACTIVE)
        val REFUSED = setOf(End.PRIVACY, End.FLOOD, End.SERVER, End.NO_USER, End.OUTDATED)
        val REASONS = mapOf(
            End.MISSED to "callDiscardReasonMissed", End.BUSY to "callDiscardReasonDeclined",
            End.DECLINED to "callDiscardReasonDeclined", End.ELSEWHERE to "callDiscardReasonDeclined",
            End.DISCONNECTED to "callDiscardReasonDisconnected", End.NO_PATH to "callDiscardReasonDisconnected",
        )
    }
}
