package org.tgcall

import RATE_HZ
import Sim
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import talk
import tone

/** Calls over tgcall-sim, which the property `tgcall.sim` names. */
@Timeout(60, unit = TimeUnit.SECONDS)
class CallTest {
    companion object {
        private var sim: Process? = null
        private var port = 0

        @BeforeAll
        @JvmStatic
        fun start() {
            val program = System.getProperty("tgcall.sim").orEmpty()
            assumeTrue(program.isNotEmpty(), "the property tgcall.sim names no tgcall-sim")
            val process = ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.DISCARD).start()
            sim = process
            port = process.inputStream.bufferedReader().readLine().toInt()
        }

        @AfterAll
        @JvmStatic
        fun stop() {
            sim?.destroyForcibly()?.waitFor()
        }
    }

    private class Pair(val alice: Client, val call: Call, val theirs: Call)

    private fun talking(block: suspend CoroutineScope.(Pair) -> Unit) = runBlocking(Dispatchers.Default) {
        val sims = listOf(Sim(port, 1001), Sim(port, 1002))
        val (alice, bob) = sims.mapIndexed { at, sim -> Client(Config { userId = 1001L + at }, telegram = sim) }
        val updates = listOf(sims[0].feed(this, alice), sims[1].feed(this, bob))
        try {
            withTimeout(40_000) {
                val ringing = async { bob.incoming.first().apply { answer() } }
                val call = alice.call(1002, sims[0].accessHash(1002))
                block(Pair(alice, call, ringing.await()))
                if (!alice.isClosed && call.state.value.number < CallState.ENDING.number) call.hangUp()
            }
        } finally {
            listOf(alice, bob).forEach { it.close() }
            sims.forEach { it.close() }
            updates.forEach { it.join() }
        }
    }

    @Test
    fun `the example hears the other's tone`() = runBlocking {
        val heard = listOf(async { talk(port, 1002, null) }, async { talk(port, 1001, 1002) }).awaitAll()
        assertEquals(listOf(true, true), heard)
    }

    @Test
    fun `a call is told from its beginning to its end`() = talking { pair ->
        assertEquals(pair.call.emoji, pair.theirs.emoji)
        assertEquals(1001, pair.theirs.userId)
        assertEquals(Direction.INCOMING, pair.theirs.direction)
        assertEquals(listOf(pair.call), pair.alice.calls)
        assertEquals(1L, pair.alice.stats(Stat.CALLS)[Stat.CALLS])
        val ended = pair.call.hangUp()
        assertEquals(End.LOCAL_HANGUP, ended.end)
        assertEquals(End.REMOTE_HANGUP, pair.theirs.awaitEnd().end)
        val events = pair.call.events.toList()
        val states = events.filterIsInstance<Event.CallStateChanged>().map { it.state }
        assertTrue(states.containsAll(listOf(CallState.RINGING, CallState.CONNECTING, CallState.ACTIVE)), "$states")
        assertEquals(ended, events.last())
        assertTrue(pair.alice.calls.isEmpty())
        assertEquals(End.LOCAL_HANGUP, pair.call.end)
        assertTrue("9.0.0" in pair.call.report(), pair.call.report())
        assertThrows(TgcallException.State::class.java) { pair.call.discard() }
    }

    @Test
    fun `a frame of sound allocates nothing`() = talking { pair ->
        val threads = java.lang.management.ManagementFactory.getThreadMXBean() as com.sun.management.ThreadMXBean
        val frame = ByteBuffer.allocateDirect(RATE_HZ / 50 * 2).order(ByteOrder.nativeOrder())
        fun turn(times: Int) = repeat(times) {
            frame.clear()
            pair.call.audio.push(frame, RATE_HZ, 1)
            frame.clear()
            pair.call.audio.pull(frame, RATE_HZ, 1)
        }
        turn(100)
        val before = threads.currentThreadAllocatedBytes
        turn(1000)
        val after = threads.currentThreadAllocatedBytes
        // The measure itself is not free.
        assertTrue(after - before < 1000, "${after - before} bytes in 1000 frames")
    }

    @Test
    fun `a client closed in the middle of a call ends all that waits`() = talking { pair ->
        val waiting = async { runCatching { pair.call.awaitEnd() } }
        val frames = async { runCatching { pair.call.audio.listen().toList() } }
        val events = async { pair.alice.events.toList() }
        val voice = async { runCatching { pair.call.audio.play(tone(30), RATE_HZ, 1) } }
        pair.call.audio.run { while (queuedMs == 0) kotlinx.coroutines.yield() }
        pair.alice.close()
        assertTrue(waiting.await().exceptionOrNull() is TgcallException.State)
        assertTrue(voice.await().exceptionOrNull() is TgcallException.State)
        frames.await()
        events.await()
        assertThrows(TgcallException.State::class.java) { pair.call.emoji }
        // Telegram was told nothing; the other side hears of it all the same, by its own hang-up.
        pair.theirs.hangUp()
    }

    @Test
    fun `an account that takes no calls ends the wait for it`() = runBlocking(Dispatchers.Default) {
        Sim(port, 1001).use { sim ->
            Client(Config { userId = 1001 }, telegram = sim).use { client ->
                val updates = sim.feed(this, client)
                val error = runCatching { client.call(1003, sim.accessHash(1003)) }.exceptionOrNull()
                assertEquals(End.PRIVACY, (error as CallEndedException).ended.end)
                assertEquals(Action.TELL_USER, error.ended.action)
                sim.close()
                updates.join()
            }
        }
    }

    @Test
    fun `what a sender throws goes to the exception handler, and the call ends`() = runBlocking {
        val thrown = CompletableDeferred<Throwable>()
        val handler = CoroutineExceptionHandler { _, error -> thrown.complete(error) }
        val client = Client(Config { userId = 1001 }, handler) { throw IllegalArgumentException("no such thing") }
        client.use {
            val call = it.request(1002, 1)
            assertEquals("no such thing", withTimeout(10_000) { thrown.await() }.message)
            withTimeout(40_000) { call.close() }
        }
    }
}
