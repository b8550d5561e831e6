package org.tgcall

import RATE_HZ
import Sim
import hears
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import tone

/** Calls over TDLib's JSON, with a stand-in for TDLib over tgcall-sim, which the property `tgcall.sim` names. */
@Timeout(60, unit = TimeUnit.SECONDS)
class TdCallsTest {
    private class World(val td: TdJson, val calls: TdCalls, val bob: Client, val sim: Sim, val reported: Channel<Throwable>) {
        /** Bob takes the next call. */
        suspend fun talk(scope: CoroutineScope): kotlin.Pair<TdCall, Call> {
            val ringing = scope.async { bob.incoming.first().apply { answer() } }
            val call = calls.call(BOB)
            call.awaitActive()
            return call to ringing.await()
        }
    }

    /** Alice on TDLib, Bob on a client of ours. */
    private fun world(vararg arguments: String, block: suspend CoroutineScope.(World) -> Unit) {
        val program = System.getProperty("tgcall.sim").orEmpty()
        assumeTrue(program.isNotEmpty(), "the property tgcall.sim names no tgcall-sim")
        val process = ProcessBuilder(program, *arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start()
        val port = process.inputStream.bufferedReader().readLine().toInt()
        val reported = Channel<Throwable>(Channel.UNLIMITED)
        try {
            runBlocking(Dispatchers.Default) {
                val td = TdJson(port, ALICE)
                val calls = TdCalls(context = CoroutineExceptionHandler { _, error -> reported.trySend(error) }) { td.send(it) }
                val sim = Sim(port, BOB)
                val bob = Client(Config { userId = BOB }, telegram = sim)
                sim.feed(this, bob)
                td.run(this) { calls.receive(it) }
                try {
                    withTimeout(40_000) { block(World(td, calls, bob, sim, reported)) }
                } finally {
                    calls.close()
                    bob.close()
                    sim.close()
                    td.close()
                    coroutineContext.cancelChildren()
                }
            }
            assertEquals(null, reported.tryReceive().getOrNull())
        } finally {
            process.destroyForcibly().waitFor()
        }
    }

    @Test
    fun `a call from the request to the end, with sound`() = world { world ->
        val (call, theirs) = world.talk(this)
        assertEquals(theirs.emoji, call.emoji)
        assertTrue(call.isOutgoing)
        assertEquals(BOB, call.userId)
        val media = call.agreed()
        val voices = listOf(media, theirs).map { launch { runCatching { it.audio.play(tone(8), RATE_HZ, 1) } } }
        assertTrue(async { hears(theirs) }.let { hears(media) && it.await() })
        val ended = call.hangUp()
        assertEquals(End.LOCAL_HANGUP, ended.end)
        assertEquals(End.REMOTE_HANGUP, theirs.awaitEnd().end)
        assertEquals(ended, call.hangUp(), "again changes nothing")
        voices.forEach { it.join() }
        assertEquals(listOf<Any?>(false), world.td.seen("discardCall", "is_disconnected"))
        assertTrue(world.calls.client.calls.isEmpty())
    }

    @Test
    fun `who declines is busy, and who takes no calls says so`() = world { world ->
        val declining = async { world.bob.incoming.first().discard() }
        val call = world.calls.call(BOB)
        declining.await()
        assertEquals(End.BUSY, (runCatching { call.awaitActive() }.exceptionOrNull() as TdCallEndedException).ended.end)
        val refused = world.calls.call(CAROL).awaitEnd()
        assertEquals(End.PRIVACY to Action.TELL_USER, refused.end to refused.action)
        world.td.answers["createCall"] = mapOf("@type" to "error", "code" to 400, "message" to "User not found")
        val error = runCatching { world.calls.call(BOB) }.exceptionOrNull() as RpcException
        assertEquals(400 to "User not found", error.code to error.text)
    }

    @Test
    fun `calls are taken, declined and missed`() = world { world ->
        val hash = world.sim.accessHash(ALICE)
        var theirs = world.bob.request(ALICE, hash)
        var call = world.calls.incoming.first()
        assertEquals(BOB to false, call.userId to call.isOutgoing)
        call.answer()
        theirs.hangUp()
        assertEquals(End.REMOTE_HANGUP, call.awaitEnd().end)

        theirs = world.bob.request(ALICE, hash)
        call = world.calls.incoming.first()
        assertEquals(End.DECLINED, call.hangUp().end)
        assertEquals(End.BUSY, theirs.awaitEnd().end)

        theirs = world.bob.request(ALICE, hash)
        call = world.calls.incoming.first()
        theirs.hangUp()
        assertEquals(End.MISSED, call.awaitEnd().end)
    }

    @Test
    fun `a flood has its seconds`() = world("--rule", "account 1001 request phone.requestCall flood-wait 7") { world ->
        val ended = world.calls.call(BOB).awaitEnd()
        assertEquals(Triple(End.FLOOD, Action.RETRY_AFTER, 7), Triple(ended.end, ended.action, ended.retryAfterS))
    }

    @Test
    fun `who closes hangs up`() = world { world ->
        val (call, theirs) = world.talk(this)
        val waiting = async { runCatching { call.awaitEnd() } }
        world.calls.close()
        assertEquals(End.REMOTE_HANGUP, theirs.awaitEnd().end)
        assertTrue(waiting.await().exceptionOrNull() is TgcallException.State)
        assertTrue(runCatching { world.calls.call(BOB) }.exceptionOrNull() is TgcallException.State)
        assertFalse(world.calls.receive("""{"@type":"updateCall"}"""))
    }

    @Test
    fun `what cannot be carried, or read, ends that call`() = world { world ->
        val spoilt = mapOf(
            "protocol" to mapOf("library_versions" to listOf("1.0.0")),
            "encryption_key" to "no base64",
            "servers" to listOf(mapOf("id" to "1")),
        )
        for ((name, value) in spoilt) {
            world.td.spoil = mapOf(name to value)
            val theirs = async { world.bob.incoming.first().apply { accept() } }
            val ended = world.calls.call(BOB).awaitEnd()
            assertEquals(if (name == "protocol") End.INCOMPATIBLE else End.SERVER, ended.end, name)
            theirs.await().awaitEnd()
            if (name != "protocol") assertTrue(world.reported.receive() is IllegalArgumentException)
        }
        assertEquals(listOf<Any?>(true, true, true), world.td.seen("discardCall", "is_disconnected"))
        world.td.spoil = emptyMap()
        world.talk(this).first.hangUp()
    }

    @Test
    fun `what is about something else is nothing`() = world { world ->
        assertFalse(world.calls.receive("""{"@type":"updateOption","name":"version"}"""))
        assertFalse(world.calls.receive("""{"@type":"ok","@extra":"the host's"}"""))
        assertTrue(world.calls.receive("""{"@type":"updateNewCallSignalingData","call_id":5,"data":"AAAA"}"""))
        val over = """{"@type":"callStateDiscarded","reason":{"@type":"callDiscardReasonMissed"}}"""
        assertTrue(world.calls.receive("""{"@type":"updateCall","call":{"id":5,"user_id":9,"state":$over}}"""))
        for (garbage in listOf("", "{", "[]", "7", "\"")) {
            assertFalse(world.calls.receive(garbage))
            assertTrue(world.reported.receive() is IllegalArgumentException)
        }
        assertTrue(world.calls.receive("""{"@type":"updateCall","call":[]}"""))
        assertTrue(world.reported.receive() is IllegalArgumentException)
    }

    private fun TdJson.seen(name: String, field: String) = seen.filter { it["@type"] == name }.map { it[field] }

    private companion object {
        const val ALICE = 1001L
        const val BOB = 1002L
        const val CAROL = 1003L
    }
}

class JsonTest {
    @Test
    fun `what is written is read`() {
        val value = mapOf(
            "text" to "a\"b\\c/d\n\u0001ü😀", "numbers" to listOf(0L, -7L, Long.MAX_VALUE, 0.5), "none" to null,
            "yes" to true, "empty" to listOf(emptyMap<String, Any?>(), emptyList<Any?>(), ""),
        )
        assertEquals(value, Json.read(Json.write(value)))
        assertEquals(mapOf("a" to "/\u00fc\t😀"), Json.read(" { \"a\" : \"\\/\\u00fc\\t\\ud83d\\ude00\" } "))
    }

    @Test
    fun `what is cut off or garbage is refused`() {
        val whole = """{"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{}}"""
        Json.read(whole)
        for (size in whole.indices) {
            assertThrows(IllegalArgumentException::class.java, { Json.read(whole.take(size)) }, whole.take(size))
        }
        val garbage = listOf(
            "$whole}", "[1,]", "{\"a\"}", "{1:2}", "tru", "--1", "1e", "\"\\x\"", "\"\\u12g4\"", "[".repeat(100_000),
        )
        for (text in garbage) assertThrows(IllegalArgumentException::class.java, { Json.read(text) }, text.take(20))
    }
}
