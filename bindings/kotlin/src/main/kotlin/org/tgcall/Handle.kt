package org.tgcall

import java.lang.ref.PhantomReference
import java.lang.ref.ReferenceQueue
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger

/**
 * What the library must not get once it is freed. It is freed when it is closed and nobody is inside, by whoever leaves
 * last: to wait in [close] would hang where a callback closes what it was called by.
 */
internal class Handle(private val address: Long, private val what: String, private val free: (Long) -> Unit) {
    /** How many are inside, and two bits. */
    private val state = AtomicInteger()

    val isClosed: Boolean get() = state.get() and CLOSED != 0

    /** Inlined, so that a frame of sound costs two additions and no object. */
    inline fun <R> use(block: (Long) -> R): R {
        val address = enter()
        try {
            return block(address)
        } finally {
            leave()
        }
    }

    fun enter(): Long {
        if (state.incrementAndGet() and CLOSED != 0) {
            leave()
            throw TgcallException.State("the $what is closed")
        }
        return address
    }

    fun leave() {
        if (state.decrementAndGet() == CLOSED) freeOnce()
    }

    /** False if it was closed already. */
    fun close(): Boolean {
        while (true) {
            val now = state.get()
            if (now and CLOSED != 0) return false
            if (state.compareAndSet(now, now or CLOSED)) {
                if (now == 0) freeOnce()
                return true
            }
        }
    }

    private fun freeOnce() {
        if (state.compareAndSet(CLOSED, CLOSED or FREED)) free(address)
    }

    private companion object {
        const val CLOSED = 1 shl 30
        const val FREED = 1 shl 29
    }
}

/** Frees what was dropped without being closed, when the next one is made: no thread of ours, and no hurry. */
internal object Dropped {
    private val queue = ReferenceQueue<Any>()
    private val watched: MutableSet<Reference> = java.util.Collections.newSetFromMap(ConcurrentHashMap())

    private class Reference(owner: Any, val handle: Handle) : PhantomReference<Any>(owner, queue)

    fun watch(owner: Any, handle: Handle) {
        while (true) {
            val dropped = queue.poll() as Reference? ?: break
            watched.remove(dropped)
            dropped.handle.close()
        }
        watched.removeAll { it.handle.isClosed }
        watched.add(Reference(owner, handle))
    }

    /** How many are neither closed nor found to be dropped. */
    fun count(): Int = watched.count { !it.handle.isClosed }
}
