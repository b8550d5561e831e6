package org.tgcall

import java.nio.ByteBuffer

/**
 * The pictures of a call, encoded: the host has cameras, encoders and decoders, and says in [Config.videoCodecs] or
 * [setCodecs] which. [Event.VideoEncode] and [Event.VideoKeyFrame] say what to encode. One thread pushes a source, one pulls it;
 * they wait for no lock.
 */
public class Video internal constructor(private val call: Call) {
    /** What this host encodes and decodes in this call, preferred first; until it connects. */
    public fun setCodecs(encoded: List<VideoCodec>, decoded: List<VideoCodec>) {
        call.use { check(Raw.videoSetCodecs(it, call.id, encoded.numbers(), decoded.numbers())) }
    }

    /** Shows the camera or the screen, of which this is captured. */
    @JvmOverloads
    public fun start(source: VideoSource, width: Int, height: Int, framesPerS: Int = 30) {
        call.use { check(Raw.videoStart(it, call.id, source.number, width, height, framesPerS)) }
    }

    public fun stop(source: VideoSource) {
        call.use { check(Raw.videoStop(it, call.id, source.number)) }
    }

    /** Pauses what is shown, or goes on with it; the other side is told. */
    public fun setPaused(source: VideoSource, paused: Boolean) {
        call.use { check(Raw.videoSetPaused(it, call.id, source.number, paused)) }
    }

    /** How the other side is to turn the picture, clockwise: 0, 90, 180 or 270 degrees. */
    public fun setRotation(source: VideoSource, degrees: Int) {
        call.use { check(Raw.videoSetRotation(it, call.id, source.number, degrees)) }
    }

    /**
     * Gives one encoded frame, in a direct buffer from position to limit; its timestamp counts 90000 a second and wraps around.
     * False, and nothing taken, if the link is behind.
     */
    @JvmOverloads
    public fun push(
        source: VideoSource,
        codec: VideoCodec,
        timestamp: Int,
        isKey: Boolean,
        frame: ByteBuffer,
        layer: Int = 0,
    ): Boolean {
        require(frame.isDirect) { "pictures go in by direct buffers: ByteBuffer.allocateDirect" }
        val at = frame.position()
        val size = frame.remaining()
        val taken = call.use {
            done(Raw.videoPush(it, call.id, source.number, layer, codec.number, timestamp, isKey, frame, at, size))
        }
        if (taken) frame.position(frame.limit())
        return taken
    }

    /** Takes the oldest frame that was received; close it. Null: none waits, and [Event.VideoReady] tells of the next. */
    public fun pull(source: VideoSource): VideoFrame? {
        val frame = LongArray(1)
        call.use { check(Raw.videoPull(it, call.id, source.number, frame)) }
        return if (frame[0] == 0L) null else VideoFrame(frame[0])
    }

    /** The decoder has lost it. */
    public fun wantKeyFrame(source: VideoSource) {
        call.use { check(Raw.videoWantKeyFrame(it, call.id, source.number)) }
    }
}

/** An encoded picture that was received, whole; also after its call. What is dropped instead of closed is freed late. */
public class VideoFrame internal constructor(address: Long) : AutoCloseable {
    private val handle = Handle(address, "frame", Raw::videoFrameFree)

    init {
        Dropped.watch(this, handle)
    }

    /** A copy of what the decoder takes. */
    public fun toBytes(): ByteArray = handle.use { Raw.videoFrameGetBytes(it).toBytes() }

    /** Puts it into a buffer, and answers how many bytes it has. Where there is no room for all of it nothing is put. */
    public fun get(into: ByteBuffer): Int = handle.use { frame ->
        val lent = Raw.videoFrameGetBytes(frame)
        val size = lent?.remaining() ?: 0
        if (lent != null && into.remaining() >= size) into.put(lent)
        size
    }

    /** How it is encoded; null for a codec that only a newer library knows. */
    public val codec: VideoCodec? get() = handle.use { VideoCodec.of(Raw.videoFrameGetCodec(it)) }

    /** Counts 90000 a second, and wraps around. */
    public val timestamp: Int get() = handle.use { Raw.videoFrameGetTimestamp(it) }

    /** By how many degrees to turn it clockwise before it is shown. */
    public val rotation: Int get() = handle.use { Raw.videoFrameGetRotation(it) }

    /** Whether nothing before it is needed to decode it. */
    public val isKey: Boolean get() = handle.use { Raw.videoFrameIsKey(it) }

    /** In pixels, before it is turned; 0 where the frame does not say. */
    public val width: Int get() = handle.use { Raw.videoFrameGetWidth(it) }

    /** As [width]. */
    public val height: Int get() = handle.use { Raw.videoFrameGetHeight(it) }

    /** How far it is behind the sound that was pulled last, at this moment: to be shown when no longer negative. */
    public val delayMs: Int get() = handle.use { Raw.videoFrameGetDelayMs(it) }

    /** Which picture of a live stream it is, as Telegram names it; empty in all other calls. */
    public val endpoint: String get() = handle.use { Raw.videoFrameGetEndpoint(it) }

    override fun close() {
        handle.close()
    }
}

internal fun List<VideoCodec>.numbers(): IntArray = IntArray(size) { this[it].number }
