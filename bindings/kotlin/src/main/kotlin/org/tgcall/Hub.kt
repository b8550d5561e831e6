package org.tgcall

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** Hands each item to all who collect, in order, without waiting for anybody; who comes late gets the last [keep] first. */
internal class Hub<T>(private val keep: Int, private val isCurrent: (T) -> Boolean = { true }) {
    private val kept = ArrayDeque<T>()
    private val collectors = LinkedHashSet<Channel<T>>()
    private var isClosed = false

    val flow: Flow<T> = flow {
        val channel = join()
        try {
            for (item in channel) emit(item)
        } finally {
            leave(channel)
        }
    }

    fun offer(item: T): Unit = synchronized(kept) {
        if (isClosed) return
        kept.addLast(item)
        while (kept.size > keep) kept.removeFirst()
        collectors.forEach { it.trySend(item) }
    }

    /** Whoever collects is done after what there is. */
    fun close(): Unit = synchronized(kept) {
        isClosed = true
        collectors.forEach { it.close() }
    }

    private fun join(): Channel<T> = synchronized(kept) {
        val channel = Channel<T>(Channel.UNLIMITED)
        kept.filter(isCurrent).forEach { channel.trySend(it) }
        if (isClosed) channel.close() else collectors.add(channel)
        channel
    }

    private fun leave(channel: Channel<T>): Unit = synchronized(kept) {
        collectors.remove(channel)
        channel.cancel()
    }
}
