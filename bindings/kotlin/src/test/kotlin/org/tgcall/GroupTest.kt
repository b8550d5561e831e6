package org.tgcall

import RATE_HZ
import Sim
import java.net.InetAddress
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.TimeUnit
import kotlin.math.PI
import kotlin.math.cos
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Group calls over tgcall-sim, which the property `tgcall.sim` names. */
@Timeout(60, unit = TimeUnit.SECONDS)
class GroupTest : SimTest() {
    companion object {
        private const val ALICE = 1001L
        private const val BOB = 1002L
        private const val FRIENDS = 5001L
    }

    /** An account that runs as long as the block does. */
    private suspend fun CoroutineScope.account(id: Long, block: suspend CoroutineScope.(Sim, Client) -> Unit) {
        val sim = Sim(port, id)
        val vp8 = listOf(VideoCodec.VP8)
        val config = Config {
            userId = id
            videoCodecs = Config.VideoCodecs(vp8, vp8)
        }
        val client = Client(config, telegram = sim)
        client.setInterfaces(listOf(InetAddress.getByName("127.0.0.1"))) // where tgcall-sim has its media server
        val updates = sim.feed(this, client)
        try {
            block(sim, client)
        } finally {
            client.close()
            sim.close()
            updates.join()
        }
    }

    private fun meeting(block: suspend CoroutineScope.(Sim, GroupCall, GroupCall) -> Unit) = runBlocking(Dispatchers.Default) {
        withTimeout(50_000) {
            account(ALICE) { sim, alice ->
                val hers = alice.createGroup(sim.chat(FRIENDS).peer, "Song")
                hers.join()
                account(BOB) { other, bob ->
                    val told = other.chat(FRIENDS)
                    val his = bob.openGroup(told.callId, told.accessHash)
                    his.join()
                    block(sim, hers, his)
                }
            }
        }
    }

    private suspend fun GroupCall.playTone(hz: Double): Unit = audio.play(tone(hz, 20), RATE_HZ, 1)

    private fun tone(hz: Double, seconds: Int): ByteBuffer {
        val samples = ByteBuffer.allocate(RATE_HZ * seconds * 2).order(ByteOrder.nativeOrder())
        for (at in 0 until RATE_HZ * seconds) samples.putShort((8000 * kotlin.math.sin(2 * PI * hz * at / RATE_HZ)).toInt().toShort())
        return samples.flip() as ByteBuffer
    }

    /** How much of a frame's power is the tone: 0 to 1 (Goertzel). */
    private fun share(frame: AudioFrame, hz: Double): Double {
        val samples = frame.samples.asShortBuffer()
        val turn = 2 * cos(2 * PI * hz / RATE_HZ)
        var one = 0.0
        var two = 0.0
        var total = 0.0
        for (at in 0 until samples.limit()) {
            val sample = samples.get(at).toDouble()
            val next = sample + turn * one - two
            two = one
            one = next
            total += sample * sample
        }
        return if (total == 0.0) 0.0 else 2 * (one * one + two * two - turn * one * two) / (samples.limit() * total)
    }

    @Test
    fun `two hear each other, and each by himself`() = meeting { _, hers, his ->
        hers.setLevels(true)
        val playing = listOf(launch { hers.playTone(440.0) }, launch { his.playTone(1000.0) })
        val heard = listOf(
            async { his.audio.listen(RATE_HZ).first { share(it, 440.0) > 0.8 } },
            async { hers.listenEach(RATE_HZ).first { share(it, 1000.0) > 0.8 } },
            async { hers.events.filterIsInstance<Event.GroupLevels>().first { it.levels.any { one -> one.level > 1000 } } },
        ).awaitAll()
        assertNull((heard[0] as AudioFrame).peer)
        assertEquals(Peer.user(BOB), (heard[1] as AudioFrame).peer)
        hers.setSeparate(true)
        val room = ByteBuffer.allocateDirect(640).order(ByteOrder.nativeOrder())
        while (true) {
            room.clear()
            if (hers.pull(Peer.user(BOB), room, RATE_HZ, 1)) break
            delay(20)
        }
        room.clear()
        assertFalse(hers.pull(Peer.user(999), room, RATE_HZ, 1))
        playing.forEach { it.cancel() }
        assertEquals(End.LOCAL_HANGUP, his.leave().end)
        assertThrows(CallEndedException::class.java) { runBlocking { his.setTitle("too late") } }
        hers.endForAll()
    }

    /** A key frame of VP8 as far as it is read: its head says 640 x 360. */
    private fun keyFrame(): ByteArray {
        val head = intArrayOf(0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01)
        return ByteArray(2000) { (head.getOrNull(it) ?: it).toByte() }
    }

    @Test
    fun `a camera is seen by who wants it`() = meeting { _, hers, his ->
        val alice = Peer.user(ALICE)
        val bytes = keyFrame()
        val frame = ByteBuffer.allocateDirect(bytes.size).put(bytes)
        val shooting = launch {
            hers.events.filterIsInstance<Event.VideoEncode>().first { encode ->
                if (encode.bitsPerS > 0) {
                    frame.flip()
                    assertTrue(hers.video.push(VideoSource.CAMERA, VideoCodec.VP8, 7, true, frame, encode.layer))
                }
                encode.bitsPerS == 0
            }
        }
        while (his.roster.find(alice) == null) delay(20)
        his.wantVideo(alice, VideoSource.CAMERA, VideoQuality.FULL)
        hers.video.start(VideoSource.CAMERA, 640, 360)
        val ready = his.events.filterIsInstance<Event.VideoReady>().first()
        assertEquals(alice, ready.peer)
        his.pullVideo(alice, VideoSource.CAMERA)!!.use {
            assertTrue(it.isKey)
            assertEquals(640 to 360, it.width to it.height)
            assertTrue(bytes.contentEquals(it.toBytes()))
        }
        assertNull(his.video.pull(VideoSource.CAMERA))
        his.wantKeyFrame(alice, VideoSource.CAMERA)
        hers.events.filterIsInstance<Event.VideoKeyFrame>().first()
        his.wantVideo(alice, VideoSource.CAMERA, VideoQuality.NONE)
        shooting.join()
        hers.endForAll()
        his.awaitEnd()
    }

    @Test
    fun `two compare in a conference, and one is removed`() = runBlocking(Dispatchers.Default) {
        withTimeout(50_000) {
            account(ALICE) { _, alice ->
                val hers = alice.createConference()
                account(BOB) { _, bob ->
                    val his = bob.openLink(hers.roster.link)
                    his.join()
                    while (hers.roster.size < 2 || hers.words != his.words) delay(20)
                    assertEquals(24, his.words.split(" ").size)
                    assertEquals(verified(hers), verified(his))
                    val playing = launch { hers.playTone(440.0) }
                    his.audio.listen(RATE_HZ).first { share(it, 440.0) > 0.8 }
                    playing.cancel()
                    hers.removeUser(Peer.user(BOB))
                    assertEquals(End.PRIVACY, his.awaitEnd().end)
                }
                hers.leave()
            }
        }
    }

    /** The emoji, once they are there. */
    private suspend fun verified(call: GroupCall): List<String> {
        while (true) {
            try {
                return call.emoji
            } catch (_: TgcallException.State) {
                delay(20)
            }
        }
    }

    @Test
    fun `who is there, and what is asked of Telegram`() = meeting { sim, hers, his ->
        assertEquals(GroupMode.CONNECTED, hers.mode)
        assertEquals(CallKind.GROUP, hers.kind)
        while (hers.roster.size < 2) delay(20)
        val roster = hers.roster
        assertEquals(setOf(ALICE, BOB), roster.map { it.peer.id }.toSet())
        assertEquals("Song", roster.title)
        assertTrue(roster.settings and GroupSettings.CREATOR != 0)
        assertTrue(roster.me!!.isSelf)
        assertEquals(10000, roster.find(Peer.user(BOB))!!.volume)
        assertNull(roster.find(Peer.user(999)))
        assertThrows(IndexOutOfBoundsException::class.java) { roster[2] }
        hers.setTitle("Dance")
        assertEquals("Dance", hers.roster.title)
        val refused = assertThrows(WishException::class.java) { runBlocking { his.setTitle("Mine") } }
        assertEquals("GROUPCALL_FORBIDDEN", refused.answer.error)
        hers.setMuted(Peer.user(BOB, sim.accessHash(BOB)), true)
        assertTrue(hers.roster.find(Peer.user(BOB))!!.isMutedByAdmin)
        assertTrue("t.me" in hers.exportLink())
        hers.sendMessage("hello")
        assertEquals("hello", his.events.filterIsInstance<Event.GroupMessage>().first().message)
        assertTrue(Peer.me() in hers.client.joinAs(sim.chat(FRIENDS).peer))
        hers.endForAll()
        his.awaitEnd()
    }

    @Test
    fun `a call that somebody else joins`() = runBlocking(Dispatchers.Default) {
        account(ALICE) { _, alice ->
            val group = alice.attachGroup(muted = true)
            val payload = group.payload()
            assertTrue("fingerprints" in payload.params)
            assertThrows(TgcallException.Argument::class.java) { group.connect(payload.source, "no answer") }
            group.feedParticipant(Peer.user(BOB), 77, 5000)
            group.feedVideo(Peer.user(BOB), VideoSource.CAMERA, "end", """[{"semantics":"SIM","sources":[1]}]""")
            assertEquals(Switches.CAMERA, group.roster.single().switches and Switches.CAMERA)
            group.removeParticipant(Peer.user(BOB))
            assertTrue(group.roster.isEmpty())
            group.startJoin()
            assertTrue(group.payload().source != payload.source)
            assertEquals(End.LOCAL_HANGUP, group.leave().end)
        }
    }
}
