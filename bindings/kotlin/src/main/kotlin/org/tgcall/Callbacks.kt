package org.tgcall

import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/** What the library calls back, of one client or conference. Nothing is thrown into the library: it goes to [failed]. */
internal abstract class Host(val config: Config) {
    abstract fun event(event: Long)
    abstract fun log(level: Int, callId: Long, line: String)
    abstract fun wake()
    abstract fun failed(error: Throwable)
}

/** Who is called back, by the userdata that the library was given. */
internal object Callbacks : RawCallbacks {
    private val hosts = ConcurrentHashMap<Long, Host>()
    private val last = AtomicLong()

    /** A number that is never used again; 0 is none. */
    fun number(): Long = last.incrementAndGet()

    fun add(userdata: Long, host: Host) {
        hosts[userdata] = host
    }

    fun remove(userdata: Long) {
        hosts.remove(userdata)
    }

    /** How many are not closed. */
    fun count(): Int = hosts.size

    private inline fun <R> guarded(userdata: Long, otherwise: R, block: (Host) -> R): R {
        val host = hosts[userdata] ?: return otherwise
        return try {
            block(host)
        } catch (error: Throwable) {
            host.failed(error)
            otherwise
        }
    }

    override fun log(userdata: Long, level: Int, callId: Long, line: String): Unit =
        guarded(userdata, Unit) { it.log(level, callId, line) }

    override fun clock(userdata: Long): Long = guarded(userdata, 0) { it.config.clock?.invoke() ?: 0 }

    override fun random(userdata: Long, buffer: ByteBuffer): Int =
        guarded(userdata, 1) { host -> host.config.random?.let { it(buffer); 0 } ?: 1 }

    override fun wake(userdata: Long): Unit = guarded(userdata, Unit) { it.wake() }

    override fun socket(userdata: Long, fd: Long, protocol: Int): Int =
        guarded(userdata, 1) { if (it.config.socket?.invoke(fd, Protocol.of(protocol)) == true) 0 else 1 }

    override fun event(userdata: Long, client: Long, event: Long): Unit = guarded(userdata, Unit) { it.event(event) }
}
