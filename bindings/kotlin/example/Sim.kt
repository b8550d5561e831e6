import java.io.DataInputStream
import java.io.EOFException
import java.io.IOException
import java.net.Socket
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.tgcall.Client
import org.tgcall.Peer
import org.tgcall.RpcException
import org.tgcall.Telegram
import org.tgcall.TgcallException

/** A connection to `tgcall-sim`, as docs/tgcall-sim.md has it; a real host has an MTProto library in its place. */
class Sim(port: Int, account: Long) : Telegram, AutoCloseable {
    private val socket = Socket("127.0.0.1", port).apply { tcpNoDelay = true }
    private val input = DataInputStream(socket.getInputStream().buffered())
    private val waiting = ConcurrentHashMap<Long, CompletableDeferred<ByteArray>>()
    private val last = AtomicLong()
    private val hello: ByteBuffer

    init {
        write(HELLO, 1, buffer(12).putLong(account).putInt(1).array())
        hello = readFrame().body
    }

    /** Telegram's clock, in seconds since 1970. */
    val time: Long get() = hello.getLong(0)

    /** The one by which the account knows a user; 0 for a stranger. */
    fun accessHash(user: Long): Long {
        var at = 12
        repeat(hello.getInt(8)) {
            if (hello.getLong(at) == user) return hello.getLong(at + 8)
            at += 20 + hello.getInt(at + 16)
        }
        return 0
    }

    /** A chat of ours, as it was when we connected; callId is of the group call that was up, 0: none. */
    class Chat(val peer: Peer, val callId: Long, val accessHash: Long)

    fun chat(id: Long): Chat {
        var at = 12
        repeat(hello.getInt(8)) { at += 20 + hello.getInt(at + 16) }
        repeat(hello.getInt(8)) { at += 4 + hello.getInt(at) } // their second names
        at += 4
        while (hello.getLong(at + 1) != id) at += 37 + hello.getInt(at + 33)
        val peer = if (hello.get(at) != 0.toByte()) Peer.channel(id, hello.getLong(at + 9)) else Peer.chat(id)
        return Chat(peer, hello.getLong(at + 17), hello.getLong(at + 25))
    }

    /** Written before it suspends, so in order. */
    override suspend fun send(request: ByteArray): ByteArray {
        val id = last.incrementAndGet()
        val answer = CompletableDeferred<ByteArray>()
        waiting[id] = answer
        try {
            write(REQUEST, id, request)
            return answer.await()
        } finally {
            waiting.remove(id)
        }
    }

    /** Feeds updates and answers until it or the client is closed. */
    fun feed(scope: CoroutineScope, client: Client): Job {
        client.setServerTime(time)
        return scope.launch(Dispatchers.IO) {
            try {
                while (true) take(readFrame(), client)
            } catch (_: EOFException) {
            } catch (error: IOException) {
                if (!socket.isClosed) throw error
            } catch (error: TgcallException.State) {
                if (!client.isClosed) throw error
            }
        }
    }

    private fun take(frame: Frame, client: Client) {
        if (frame.kind == UPDATE) client.feed(frame.body.array())
        if (frame.kind != ANSWER) return
        val answer = waiting[frame.id] ?: return
        val body = frame.body
        if (body.remaining() < 12 || body.getInt(0) != RPC_ERROR) {
            answer.complete(body.array())
        } else {
            val size = minOf(body.get(8).toInt() and 0xff, body.remaining() - 9)
            answer.completeExceptionally(RpcException(body.getInt(4), String(body.array(), 9, size)))
        }
    }

    private class Frame(val kind: Int, val id: Long, val body: ByteBuffer)

    private fun readFrame(): Frame {
        val head = ByteArray(13).also { input.readFully(it) }.let { ByteBuffer.wrap(it).order(ByteOrder.LITTLE_ENDIAN) }
        val body = ByteArray(head.getInt(0) - 9).also { input.readFully(it) }
        return Frame(head.get(4).toInt(), head.getLong(5), ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN))
    }

    private fun write(kind: Byte, id: Long, body: ByteArray): Unit = synchronized(socket) {
        socket.getOutputStream().write(
            buffer(13 + body.size).putInt(9 + body.size).put(kind).putLong(id).put(body).array(),
        )
    }

    private fun buffer(size: Int) = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN)

    override fun close() {
        socket.close()
    }

    private companion object {
        const val REQUEST: Byte = 0
        const val ANSWER = 1
        const val UPDATE = 2
        const val HELLO: Byte = 3
        const val RPC_ERROR = 0x2144ca19
    }
}
