package org.tgcall

import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Job
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

@Timeout(60, unit = TimeUnit.SECONDS)
class ClosedTest {
    private val key = ByteArray(256) { it.toByte() }

    private fun sound() = ByteBuffer.allocateDirect(1920).order(ByteOrder.nativeOrder())

    @Test
    fun `every failure has its class and the library's text`() {
        Client().use { client ->
            val error = assertThrows(TgcallException.Argument::class.java) { client.request(-1, 0) }
            assertEquals(Status.ERR_ARGUMENT, error.status)
            assertTrue(error.message!!.isNotEmpty())
            assertThrows(TgcallException.Argument::class.java) { client.attach(true, ByteArray(3)) }
            assertThrows(TgcallException.NotFound::class.java) { client.answer(7, ByteArray(0)) }
            val call = client.attach(true, key)
            assertThrows(TgcallException.Limit::class.java) { client.attach(true, key) }
            assertThrows(TgcallException.State::class.java) { call.accept() }
            assertThrows(TgcallException.Unsupported::class.java) { call.connect("99.0.0", true) }
            assertThrows(TgcallException.State::class.java) { client.loop.drain { } }
            assertEquals(null, call.end)
        }
        assertThrows(TgcallException.Unsupported::class.java) { Client(Config { versions = listOf("0.0.1") }) }
        assertThrows(TgcallException.Argument::class.java) { Client(Config { maxCalls = 0 }) }
    }

    @Test
    fun `sound that is not as it must be is refused before it goes in`() = Client().use { client ->
        val audio = client.attach(true, key).audio
        assertThrows(IllegalArgumentException::class.java) { audio.push(ByteBuffer.allocate(1920), 48000, 1) }
        assertThrows(IllegalArgumentException::class.java) { audio.push(ByteBuffer.allocateDirect(1920), 48000, 1) }
        assertThrows(IllegalArgumentException::class.java) { audio.pull(sound().apply { limit(3) }, 48000, 1) }
        assertThrows(TgcallException.Argument::class.java) { audio.push(sound(), 7, 1) }
        assertThrows(TgcallException.Argument::class.java) { audio.push(sound(), 48000, 0) }
        val heard = sound().apply { putShort(7) }
        assertEquals(false, audio.pull(heard, 48000, 1))
        assertEquals(0, heard.remaining())
        assertEquals(7, heard.getShort(0))
        assertEquals(0, heard.getShort(2))
    }

    @Test
    fun `after close everything is an error`() {
        val client = Client()
        val call = client.attach(true, key)
        client.close()
        client.close()
        val uses = listOf<() -> Unit>(
            { client.feed(ByteArray(4)) }, { client.request(1, 1) }, { client.setP2p(P2p.NEVER) }, { client.versions },
            { call.accept() }, { call.emoji }, { call.stats(listOf(Stat.CONNECT_MS)) }, { call.report() }, { call.end },
            { call.audio.push(sound(), 48000, 1) }, { call.audio.pull(sound(), 48000, 1) }, { client.loop.timeoutMs },
            { call.video.pull(VideoSource.CAMERA) }, { call.video.stop(VideoSource.CAMERA) }, { call.setLowBattery(true) },
        )
        for (use in uses) assertThrows(TgcallException.State::class.java) { use() }
        call.close()
        val conference = Conference(1001)
        conference.close()
        conference.close()
        assertThrows(TgcallException.State::class.java) { conference.publicKey }
    }

    @Test
    fun `pictures that cannot be shown are refused`() {
        val vp8 = listOf(VideoCodec.VP8)
        Client(Config { videoCodecs = Config.VideoCodecs(vp8, vp8) }).use { client ->
            val video = client.attach(true, key).video
            video.start(VideoSource.CAMERA, 640, 360)
            video.setRotation(VideoSource.CAMERA, 90)
            video.setCodecs(vp8, emptyList())
            assertEquals(null, video.pull(VideoSource.CAMERA))
            assertThrows(TgcallException.Argument::class.java) { video.setRotation(VideoSource.CAMERA, 45) }
            assertThrows(TgcallException.Argument::class.java) { video.start(VideoSource.NONE, 640, 360) }
            assertThrows(TgcallException.Argument::class.java) { video.setCodecs(vp8 + vp8, vp8) }
            assertThrows(IllegalArgumentException::class.java) {
                video.push(VideoSource.CAMERA, VideoCodec.VP8, 0, true, ByteBuffer.allocate(16))
            }
            // Nothing is to be encoded yet.
            assertThrows(TgcallException.State::class.java) {
                video.push(VideoSource.CAMERA, VideoCodec.VP8, 0, true, ByteBuffer.allocateDirect(16))
            }
        }
        Client().use { client ->
            val call = client.attach(true, key)
            assertThrows(TgcallException.State::class.java) { call.video.start(VideoSource.SCREEN, 640, 360) }
        }
    }

    @Test
    fun `a call that is closed is over, and the client goes on`() = Client().use { client ->
        val call = client.attach(true, key)
        call.close()
        assertThrows(TgcallException.State::class.java) { call.audio.pull(sound(), 48000, 1) }
        runBlocking { assertEquals(End.LOCAL_HANGUP, withTimeout(10_000) { call.awaitEnd() }.end) }
        client.attach(true, key).close()
    }

    @Test
    fun `who still plays hears of the end, although the client was closed after it`() = runBlocking {
        val client = Client()
        val call = client.attach(true, key)
        call.close()
        withTimeout(10_000) { call.awaitEnd() }
        client.close()
        val thrown = runCatching { call.audio.play(sound(), 48000, 1) }.exceptionOrNull()
        assertEquals(End.LOCAL_HANGUP, (thrown as? CallEndedException)?.ended?.end, "$thrown")
    }

    @Test
    fun `closed while others are inside`() {
        repeat(20) {
            val client = Client()
            val call = client.attach(true, key)
            val threads = List(4) { at ->
                thread {
                    val frame = sound()
                    try {
                        while (true) {
                            frame.clear()
                            when (at) {
                                0 -> call.audio.push(frame, 48000, 1)
                                1 -> call.audio.pull(frame, 48000, 1)
                                2 -> client.feed(ByteArray(8))
                                else -> call.report()
                            }
                        }
                    } catch (_: TgcallException.State) {
                    }
                }
            }
            Thread.sleep(2)
            client.close()
            threads.forEach { it.join() }
        }
    }

    @Test
    fun `what callbacks throw goes to the exception handler`() = runBlocking {
        for (which in listOf("logger", "clock", "random")) {
            val thrown = CompletableDeferred<Throwable>()
            val config = Config {
                logLevel = LogLevel.TRACE
                when (which) {
                    "logger" -> logger = { _, _, _ -> error(which) }
                    "clock" -> clock = { error(which) }
                    else -> random = { error(which) }
                }
            }
            Client(config, CoroutineExceptionHandler { _, error -> thrown.complete(error) }).use { client ->
                // The engine that is made here is the first to ask for randomness, without which there is no client.
                val connected = runCatching { client.attach(true, key).connect("9.0.0", true) }
                assertEquals(which == "random", connected.exceptionOrNull() is TgcallException.Internal, "$which: $connected")
                assertEquals(which, withTimeoutOrNull(10_000) { thrown.await() }?.message)
            }
        }
    }

    @Test
    fun `the logger may call the client, and close it`() = runBlocking {
        val closed = CompletableDeferred<Unit>()
        lateinit var client: Client
        val ready = CompletableDeferred<Unit>()
        client = Client(
            Config {
                logLevel = LogLevel.TRACE
                logger = { _, _, _ ->
                    runBlocking { ready.await() }
                    client.close()
                    closed.complete(Unit)
                }
            },
        )
        ready.complete(Unit)
        runCatching { client.attach(true, key).close() }
        withTimeout(10_000) { closed.await() }
    }

    @Test
    fun `the end of the host's job is the client's`() = runBlocking {
        val job = Job()
        val client = Client(context = job)
        job.cancel()
        withTimeout(10_000) { job.join() }
        assertTrue(client.isClosed)
    }

    @Test
    fun `an embedded client tells its loop what to do with sockets`() {
        var woken = 0
        Client.embedded(wake = { woken++ }).use { client ->
            client.setInterfaces(listOf(java.net.InetAddress.getByName("127.0.0.1")))
            val call = client.attach(true, key)
            call.addReflector(1, "127.0.0.1", null, 9, ByteArray(16) { 1 }, false)
            call.connect("9.0.0", true)
            assertTrue(woken > 0)
            assertTrue(client.loop.timeoutMs >= 0)
            val opened = ArrayList<Event.SocketOpen>()
            client.loop.drain { if (it is Event.SocketOpen) opened.add(it) }
            assertTrue(opened.isNotEmpty())
            assertEquals("127.0.0.1", opened[0].local!!.address.hostAddress)
            assertThrows(IllegalStateException::class.java) {
                client.loop.closed(opened[0].socketId)
                call.discard()
                client.loop.drain { error("thrown by the host") }
                error("there was nothing to drain")
            }
        }
    }

    @Test
    fun `a conference of one has its key and its words`() {
        Conference(1001).use { conference ->
            val block = conference.join(ByteArray(0))!!
            assertTrue(conference.applyBlock(Conference.toServerForm(block)))
            assertEquals(ConferenceState.ACTIVE, conference.state)
            assertEquals(1001L, conference.participants.single().userId)
            assertArrayEquals(conference.publicKey, conference.participants.single().key)
            assertEquals(24, conference.words.size)
            val packet = conference.encrypt(0, "hello".toByteArray())
            assertEquals(null, conference.decrypt(1001, packet.copyOf().also { it[9] = (it[9] + 1).toByte() }))
            assertThrows(TgcallException.Argument::class.java) { conference.remove(1001) }
        }
    }

    @Test
    fun `what is dropped is freed when the next one is made`() {
        repeat(50) { Conference(1001 + it.toLong()) }
        val end = System.nanoTime() + 20_000_000_000
        do {
            System.gc()
            Conference(1001).close()
        } while (Dropped.count() >= 50 && System.nanoTime() < end)
        assertTrue(Dropped.count() < 50, "${Dropped.count()} are still there")
    }
}
