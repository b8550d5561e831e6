package org.tgcall

import java.nio.ByteBuffer
import java.nio.ByteOrder

/** One buffer for each thread; most of what is handed in fits, so nothing is allocated outside the heap. */
private val spare = ThreadLocal<ByteBuffer>()

private const val SPARE_SIZE = 16 * 1024

/** Takes the thread's buffer: what the library calls back meanwhile takes another one. */
@PublishedApi
internal fun take(size: Int): ByteBuffer {
    val kept = spare.get()
    if (kept == null || size > kept.capacity()) return ByteBuffer.allocateDirect(maxOf(size, SPARE_SIZE))
    spare.remove()
    return kept
}

/** Wipes it, for it may have been a key, and keeps it. */
internal fun give(buffer: ByteBuffer, used: Int) {
    buffer.clear()
    for (at in 0 until used / 8) buffer.putLong(at * 8, 0)
    for (at in used / 8 * 8 until used) buffer.put(at, 0)
    if (buffer.capacity() == SPARE_SIZE) spare.set(buffer)
}

/** Lends the library a copy of bytes; it reads them during the call. */
internal inline fun <R> lend(bytes: ByteArray, block: (ByteBuffer) -> R): R {
    val buffer = take(bytes.size)
    try {
        buffer.clear()
        buffer.put(bytes)
        return block(buffer)
    } finally {
        give(buffer, bytes.size)
    }
}

/** Room for what the library copies out, of a size that it is asked for first. Null if it had nothing. */
internal inline fun copied(ask: (ByteBuffer?, Int, IntArray) -> Int): ByteArray? {
    val size = IntArray(1)
    if (!done(ask(null, 0, size))) return null
    while (true) {
        val room = size[0]
        val buffer = take(room)
        try {
            val status = ask(buffer, room, size)
            // It may have grown since it was asked.
            if (status == Status.ERR_BUFFER.number) continue
            if (!done(status)) return null
            return ByteArray(size[0]).also { bytes ->
                buffer.clear()
                buffer.get(bytes)
            }
        } finally {
            give(buffer, room)
        }
    }
    @Suppress("UNREACHABLE_CODE")
    return null
}

/** A copy of what the library lends. */
internal fun ByteBuffer?.toBytes(): ByteArray = if (this == null) ByteArray(0) else ByteArray(remaining()).also { get(it) }

/** Numbers of a list whose length the library is asked for first. */
internal inline fun listed(ask: (LongArray?, IntArray) -> Int): LongArray {
    val count = IntArray(1)
    check(ask(null, count))
    while (true) {
        val ids = LongArray(count[0])
        val status = ask(ids, count)
        if (status == Status.ERR_BUFFER.number) continue
        check(status)
        return if (count[0] == ids.size) ids else ids.copyOf(count[0])
    }
    @Suppress("UNREACHABLE_CODE")
    return LongArray(0)
}

internal fun intOut(ask: (IntArray) -> Int): Int = IntArray(1).also { check(ask(it)) }[0]

internal fun longOut(ask: (LongArray) -> Int): Long = LongArray(1).also { check(ask(it)) }[0]

/** What is in a direct buffer from its position to its limit, in whole frames. */
internal fun frames(samples: ByteBuffer, sampleSize: Int, channels: Int): Int {
    require(samples.isDirect) { "sound goes in and out by direct buffers: ByteBuffer.allocateDirect" }
    require(samples.order() == ByteOrder.nativeOrder()) { "samples are of native order: order(ByteOrder.nativeOrder())" }
    val frame = sampleSize * maxOf(channels, 1)
    require(samples.remaining() % frame == 0) { "${samples.remaining()} bytes are no whole frames of $frame" }
    return samples.remaining() / frame
}
