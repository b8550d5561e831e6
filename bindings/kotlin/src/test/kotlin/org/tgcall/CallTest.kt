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
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import talk
import tone

/** Calls over tgcall-sim, which the property `tgcall.sim` names. */
@Timeout(60, unit = TimeUnit.SECONDS)
class CallTest : SimTest() {
    private class Pair(val alice: Client, val call: Call, val theirs: Call)

    private fun talking(
        codecs: Config.VideoCodecs? = null,
        block: suspend CoroutineScope.(Pair) -> Unit,
    ) = runBlocking(Dispatchers.Default) {
        val sims = listOf(Sim(port, 1001), Sim(port, 1002))
        val (alice, bob) = sims.mapIndexed { at, sim ->
            val config = Config {
                userId = 1001L + at
                videoCodecs = codecs
            }
            Client(config, telegram = sim)
        }
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

    /** A frame of VP8 as far as it is read: the head of a key frame says 640 x 360. */
    private fun vp8(isKey: Boolean): ByteBuffer {
        val head = listOf(if (isKey) 0x10 else 0x11, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01)
        val frame = ByteBuffer.allocateDirect(5000)
        for (at in 0 until frame.capacity()) frame.put(at, head.getOrElse(at) { 7 * at + 3 }.toByte())
        return frame
    }

    private suspend inline fun <reified E : Event> Call.first(crossinline look: (E) -> Boolean = { true }): E =
        events.filterIsInstance<E>().first { look(it) }

    @Test
    fun `a picture goes from one to the other`() {
        val codecs = Config.VideoCodecs(listOf(VideoCodec.VP8), listOf(VideoCodec.VP8, VideoCodec.H264))
        val source = VideoSource.CAMERA
        talking(codecs) { pair ->
            val (shows, sees) = pair.call.video to pair.theirs.video
            shows.start(source, 640, 360)
            val encode = pair.call.first<Event.VideoEncode> { it.bitsPerS > 0 }
            assertEquals(listOf(source, VideoCodec.VP8, 0), listOf(encode.source, encode.codec, encode.layer))
            assertTrue(encode.width in 1..640 && encode.height in 1..360 && encode.framesPerS > 0, "$encode")
            shows.setRotation(source, 90)
            assertEquals(null, sees.pull(source))
            val sent = listOf(vp8(true), vp8(false))
            sent.forEachIndexed { at, frame ->
                assertTrue(shows.push(source, VideoCodec.VP8, 7 + 3000 * at, at == 0, frame))
                assertEquals(0, frame.remaining(), "what was taken is behind the position")
                frame.clear()
            }
            // The first may wait alone, and a second one is told only when that has been pulled.
            val seen = mutableListOf<VideoFrame>()
            pair.theirs.events.filterIsInstance<Event.VideoReady>().first { ready ->
                assertEquals(source, ready.source)
                seen += generateSequence { sees.pull(source) }
                seen.size >= 2
            }
            val (key, next) = seen
            assertEquals(listOf(true, false), seen.map { it.isKey })
            assertEquals(listOf(VideoCodec.VP8, VideoCodec.VP8), seen.map { it.codec })
            assertEquals(listOf(640, 360, 90, 0), listOf(key.width, key.height, key.rotation, key.delayMs))
            assertEquals(3000, next.timestamp - key.timestamp)

            sees.wantKeyFrame(source)
            assertEquals(source, pair.call.first<Event.VideoKeyFrame>().source)
            shows.setPaused(source, true)
            pair.call.setLowBattery(true)
            val all = Switches.CAMERA or Switches.CAMERA_PAUSED or Switches.LOW_BATTERY
            pair.theirs.first<Event.CallMedia> { it.switches and all == all }
            shows.stop(source)
            pair.call.hangUp()
            pair.alice.close()
            pair.theirs.client.close()
            sent.zip(seen) { pushed, pulled ->
                assertEquals(pushed, ByteBuffer.wrap(pulled.toBytes()), "a frame outlives its client")
                pulled.close()
                assertThrows(TgcallException.State::class.java) { pulled.toBytes() }
            }
            assertThrows(TgcallException.State::class.java) { sees.pull(source) }
        }
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
