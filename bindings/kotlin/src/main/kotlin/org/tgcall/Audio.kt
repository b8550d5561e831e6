package org.tgcall

import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * The sound of a call. Samples are interleaved and of native order, in direct buffers from position to limit; 8000 to 48000
 * Hz, 1 or 2 channels, 60 ms at a time. One thread pushes, one pulls; they wait for no lock, and allocate nothing.
 */
public class Audio internal constructor(private val call: Call) {
    /** Of the one who listens. */
    private var frames: Channel<AudioFrame>? = null
    private var isOver = false

    /** Gives sound to send, samples of 16 bits. False, and nothing taken, if the queue is full. */
    public fun push(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 2, channels)
        val at = samples.position()
        val taken = call.use { done(Raw.audioPushS16(it, call.id, rateHz, channels, samples, at, count)) }
        if (taken) samples.position(samples.limit())
        return taken
    }

    /** The same with floats from -1 to 1. */
    public fun pushFloats(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 4, channels)
        val at = samples.position()
        val taken = call.use { done(Raw.audioPushF32(it, call.id, rateHz, channels, samples, at, count)) }
        if (taken) samples.position(samples.limit())
        return taken
    }

    /** Fills the buffer with sound that was received, samples of 16 bits; with silence where there is none. False if all of
     * it is. */
    public fun pull(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 2, channels)
        val at = samples.position()
        val heard = call.use { done(Raw.audioPullS16(it, call.id, rateHz, channels, samples, at, count)) }
        samples.position(samples.limit())
        return heard
    }

    /** The same with floats from -1 to 1. */
    public fun pullFloats(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 4, channels)
        val at = samples.position()
        val heard = call.use { done(Raw.audioPullF32(it, call.id, rateHz, channels, samples, at, count)) }
        samples.position(samples.limit())
        return heard
    }

    /** Gives samples of 16 bits to send, in native order and of any length, and suspends until all have sounded. For files
     * and voices: the library keeps the pace, from the moment the call is active. Throws [CallEndedException]. */
    public suspend fun play(samples: ByteBuffer, rateHz: Int, channels: Int) {
        try {
            setQueue(PLAY_MS)
            val chunk = ByteBuffer.allocateDirect(maxOf(rateHz / 50 * channels * 2, 2)).order(ByteOrder.nativeOrder())
            while (samples.hasRemaining()) {
                chunk.clear()
                while (chunk.hasRemaining() && samples.hasRemaining()) chunk.put(samples.get())
                chunk.flip()
                while (!push(chunk, rateHz, channels)) pause()
            }
            while (queuedMs > 0) pause()
        } catch (error: TgcallException) {
            // The library may know of the end before it is told; and cannot be asked when the client was closed after it.
            val isOver = call.isOver || runCatching { call.currentState.isEnd }.getOrDefault(false)
            throw if (isOver) CallEndedException(call.awaitEnd()) else error
        }
    }

    private suspend fun pause() {
        if (call.state.value == CallState.ENDED) throw CallEndedException(call.awaitEnd())
        delay(20)
    }

    /** What is received, at Telegram's pace and with its silence, until the call is over. One at a time listens, and nobody
     * pulls; who is more than a second behind loses the oldest. */
    @JvmOverloads
    public fun listen(rateHz: Int = 48000, channels: Int = 1, frameMs: Int = 20): Flow<AudioFrame> =
        listen(rateHz, channels, frameMs, 1)

    /** Of so many voices by themselves. */
    internal fun listen(rateHz: Int, channels: Int, frameMs: Int, voices: Int): Flow<AudioFrame> = flow {
        val channel = Channel<AudioFrame>(maxOf(1000 / maxOf(frameMs, 1), 1) * voices, BufferOverflow.DROP_OLDEST)
        synchronized(this@Audio) {
            if (frames != null) throw TgcallException.State("somebody listens to this call already")
            if (isOver) return@flow
            frames = channel
        }
        try {
            call.use { check(Raw.audioSetDelivery(it, call.id, frameMs, rateHz, channels)) }
            for (frame in channel) emit(frame)
        } finally {
            synchronized(this@Audio) { frames = null }
            try {
                call.use { Raw.audioSetDelivery(it, call.id, 0, 0, 0) }
            } catch (_: TgcallException.State) {
                // Closed meanwhile.
            }
        }
    }

    internal fun take(event: Long) {
        val channel = synchronized(this) { frames } ?: return
        channel.trySend(readFrame(event))
    }

    internal fun end(): Unit = synchronized(this) {
        isOver = true
        frames?.close()
    }

    /** PCM or Opus, for what is pushed and for what is pulled. */
    public fun setCoding(sent: AudioCoding, received: AudioCoding) {
        call.use { check(Raw.audioSetCoding(it, call.id, sent.number, received.number)) }
    }

    /** How sound that is pushed as PCM is encoded from the next packet on; 0 keeps what it is. */
    public fun setEncoding(bitsPerS: Int = 0, packetMs: Int = 0, channels: Int = 0) {
        call.use { check(Raw.audioSetEncoding(it, call.id, bitsPerS, packetMs, channels)) }
    }

    /** Gives one Opus packet to send, untouched, from position to limit. False if the queue is full. */
    public fun pushOpus(packet: ByteBuffer, timestamp: Int): Boolean {
        require(packet.isDirect) { "packets go in and out by direct buffers: ByteBuffer.allocateDirect" }
        val at = packet.position()
        val size = packet.remaining()
        val taken = call.use { done(Raw.audioPushOpus(it, call.id, timestamp, packet, at, size)) }
        if (taken) packet.position(packet.limit())
        return taken
    }

    /** Takes one Opus packet that was received: where 1275 bytes are free, every one fits. Its timestamp, at 48 kHz from 0
     * to 2^32 - 1; -1 if there is none. */
    public fun pullOpus(packet: ByteBuffer): Long {
        require(packet.isDirect) { "packets go in and out by direct buffers: ByteBuffer.allocateDirect" }
        val size = IntArray(1)
        val timestamp = IntArray(1)
        val at = packet.position()
        val room = packet.remaining()
        if (!call.use { done(Raw.audioPullOpus(it, call.id, packet, at, room, size, timestamp)) }) return -1
        packet.position(at + size[0])
        return timestamp[0].toLong() and 0xffffffff
    }

    /** How much unsent sound the call holds: 0 is live, up to 60000 a playlist. */
    public fun setQueue(queueMs: Int) {
        call.use { check(Raw.audioSetQueue(it, call.id, queueMs)) }
    }

    /** Sound that was pushed and is not yet sent. */
    public val queuedMs: Int
        get() {
            val queued = IntArray(1)
            call.use { check(Raw.audioGetQueued(it, call.id, queued)) }
            return queued[0]
        }

    /** Throws away what is queued. */
    public fun clear() {
        call.use { check(Raw.audioClear(it, call.id)) }
    }

    /** Mutes what we send; the other side is told. */
    public fun setMuted(muted: Boolean) {
        call.use { check(Raw.audioSetMuted(it, call.id, muted)) }
    }

    /** Loudness of the last 100 ms. */
    public val level: Level
        get() {
            val sent = IntArray(1)
            val received = IntArray(1)
            call.use { check(Raw.audioGetLevel(it, call.id, sent, received)) }
            return Level(sent[0], received[0])
        }

    /** RMS, 0 to 32767. */
    public class Level internal constructor(public val sent: Int, public val received: Int)

    private companion object {
        const val PLAY_MS = 1000
    }
}
