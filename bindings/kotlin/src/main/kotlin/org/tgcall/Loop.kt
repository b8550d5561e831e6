package org.tgcall

import java.net.InetSocketAddress

/** What the host's loop does for a client made by [Client.embedded]; for another one it is [TgcallException.State]. */
public class Loop internal constructor(private val client: Client) {
    /** Of the drain that runs, on its thread alone. */
    private val draining = ThreadLocal<(Event) -> Unit>()

    /**
     * Runs the timers that are due and hands over what is to be done with sockets: [Event.SocketOpen], [Event.SocketClose],
     * [Event.Transmit]. All else comes by the client's flows. False if there was nothing.
     */
    public fun drain(onEvent: (Event) -> Unit): Boolean {
        var thrown: Throwable? = null
        draining.set { event ->
            if (thrown == null) {
                try {
                    onEvent(event)
                } catch (error: Throwable) {
                    thrown = error
                }
            }
        }
        val status = try {
            client.handle.use { check(Raw.clientDrain(it, true, client.userdata)) }
        } finally {
            draining.remove()
        }
        thrown?.let { throw it }
        return status == 0
    }

    internal fun take(event: Event): Boolean {
        if (event !is Event.SocketOpen && event !is Event.SocketClose && event !is Event.Transmit) return false
        draining.get()?.invoke(event)
        return true
    }

    /** How long the loop may sleep: 0 is drain now, -1 until something arrives. */
    public val timeoutMs: Int
        get() = client.handle.use { raw -> intOut { Raw.clientGetNextTimeout(raw, it) } }

    /** The socket is bound (UDP) or connected (TCP) at [local]. */
    public fun opened(socketId: Long, local: InetSocketAddress) {
        client.handle.use { check(Raw.clientHandleOpened(it, socketId, listOf(local).toRaw())) }
    }

    /** The socket could not be opened, or broke. */
    public fun closed(socketId: Long) {
        client.handle.use { check(Raw.clientHandleClosed(it, socketId)) }
    }

    /** One UDP datagram. Drain afterwards. */
    public fun datagram(socketId: Long, from: InetSocketAddress, bytes: ByteArray) {
        client.handle.use { raw ->
            lend(bytes) {
                check(Raw.clientHandleDatagram(raw, socketId, listOf(from).toRaw(), it, 0, bytes.size))
            }
        }
    }

    /** The next bytes of a TCP stream. Drain afterwards. */
    public fun stream(socketId: Long, bytes: ByteArray) {
        client.handle.use { raw -> lend(bytes) { check(Raw.clientHandleStream(raw, socketId, it, 0, bytes.size)) } }
    }
}
