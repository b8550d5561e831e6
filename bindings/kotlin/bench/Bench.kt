package org.tgcall

import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.locks.LockSupport
import kotlin.system.exitProcess
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/*
 * What a frame of sound costs in Kotlin: 20 ms pushed and 20 ms pulled, of a call that is up, by turns through this binding, through its JNI
 * functions alone, through JNA's direct mapping of the same functions, which is its fastest, and in C. In a loop, and then one every 20 ms.
 * It prints the medians; scripts/bench-bindings.sh runs it.
 *
 *   BenchKt LIBRARY LIBBENCH [ROUNDS]      the libtgcall.so that the JNI functions are linked with, and bindings/bench.c, which has the C
 */
fun main(arguments: Array<String>) {
    Jna.load(arguments[0])
    InC.load(arguments[1])
    val rounds = arguments.getOrNull(2)?.toInt() ?: 20_000
    runBlocking {
        Line().use { line ->
            line.connect()
            Bench(line, "in a loop", rounds).apply {
                // The first half is for the compiler.
                repeat(2 * rounds) { round ->
                    for (turn in WAYS.indices) one(round % rounds, (round + turn) % WAYS.size)
                    if (round % 50 == 0) line.turn()
                }
                print()
            }
            Bench(line, "at its pace", PACED).apply {
                var next = System.nanoTime()
                // As in a program that has one way: for half a second the same.
                for (block in 0 until WAYS.size * PACED / BLOCK) repeat(BLOCK) { turn ->
                    next += 20_000_000
                    LockSupport.parkNanos(next - System.nanoTime())
                    one(block / WAYS.size * BLOCK + turn, block % WAYS.size)
                    line.turn()
                }
                print()
            }
        }
    }
    exitProcess(0)
}

private const val PACED = 300
private const val BLOCK = 25
private val WAYS = listOf("Kotlin", "Kotlin, JNI alone", "Kotlin, JNA alone", "C")
private const val RATE_HZ = 48_000
private const val FRAMES = RATE_HZ / 50

private object Jna {
    fun load(library: String) = Native.register(Jna::class.java, NativeLibrary.getInstance(library))

    @JvmStatic
    @Suppress("FunctionName")
    external fun tgcall_audio_push_s16(client: Long, call: Long, rate: Int, channels: Int, samples: ByteBuffer, count: Long): Int

    @JvmStatic
    @Suppress("FunctionName")
    external fun tgcall_audio_pull_s16(client: Long, call: Long, rate: Int, channels: Int, samples: ByteBuffer, count: Long): Int
}

private object InC {
    fun load(library: String) = Native.register(InC::class.java, NativeLibrary.getInstance(library))

    @JvmStatic
    @Suppress("FunctionName")
    external fun bench_push_ns(client: Long, call: Long, rate: Int, samples: ByteBuffer, count: Long): Long

    @JvmStatic
    @Suppress("FunctionName")
    external fun bench_pull_ns(client: Long, call: Long, rate: Int, samples: ByteBuffer, count: Long): Long
}

private class Bench(line: Line, private val how: String, rounds: Int) {
    private val call = line.sides[0].call
    private val audio = call.audio
    private val id = call.id
    private val client = call.client.handle.enter()
    private val out = ByteBuffer.allocateDirect(2 * FRAMES).order(ByteOrder.nativeOrder())
    private val room = ByteBuffer.allocateDirect(2 * FRAMES).order(ByteOrder.nativeOrder())
    private val pushed = Array(WAYS.size) { LongArray(rounds) }
    private val pulled = Array(WAYS.size) { LongArray(rounds) }

    /** The queue is emptied before, as a full one costs less. */
    fun one(round: Int, way: Int) {
        audio.clear()
        out.clear()
        room.clear()
        if (way == WAYS.size - 1) {
            pushed[way][round] = InC.bench_push_ns(client, id, RATE_HZ, out, FRAMES.toLong())
            pulled[way][round] = InC.bench_pull_ns(client, id, RATE_HZ, room, FRAMES.toLong())
            return check(pushed[way][round] >= 0 && pulled[way][round] >= 0) { "a frame was refused" }
        }
        val start = System.nanoTime()
        val isTaken = when (way) {
            0 -> audio.push(out, RATE_HZ, 1)
            1 -> Raw.audioPushS16(client, id, RATE_HZ, 1, out, 0, FRAMES) == 0
            else -> Jna.tgcall_audio_push_s16(client, id, RATE_HZ, 1, out, FRAMES.toLong()) == 0
        }
        val middle = System.nanoTime()
        val status = when (way) {
            0 -> if (audio.pull(room, RATE_HZ, 1)) 0 else 1
            1 -> Raw.audioPullS16(client, id, RATE_HZ, 1, room, 0, FRAMES)
            else -> Jna.tgcall_audio_pull_s16(client, id, RATE_HZ, 1, room, FRAMES.toLong())
        }
        val end = System.nanoTime()
        check(isTaken && status >= 0) { "a frame was refused: $isTaken $status" }
        pushed[way][round] = middle - start
        pulled[way][round] = end - middle
    }

    fun print() {
        for ((what, times) in listOf("push" to pushed, "pull" to pulled)) {
            val medians = times.map { it.sorted()[it.size / 2] }
            for (way in 0 until WAYS.size - 1)
                println("${WAYS[way]}\t$what of 20 ms, $how\t${medians[way]}\t${medians.last()}\tns")
        }
        call.client.handle.leave()
    }
}

/** Two clients whose sockets are each other. */
private class Line : AutoCloseable {
    class Side(val number: Int) {
        val client = Client.embedded()
        val sockets = HashMap<Long, InetSocketAddress>()
        val call: Call

        init {
            client.setInterfaces(listOf(InetAddress.getByAddress(byteArrayOf(10, 0, 0, number.toByte()))))
            call = client.attach(number == 1, ByteArray(256) { it.toByte() })
        }
    }

    val sides = listOf(Side(1), Side(2))

    suspend fun connect() = coroutineScope {
        val forwarding = sides.map { side ->
            val other = sides[2 - side.number].call
            launch(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                side.call.events.collect { if (it is Event.SignalingSend) other.feedSignaling(it.packet) }
            }
        }
        for (side in sides) side.call.connect("9.0.0", true)
        while (sides.any { it.call.state.value != CallState.ACTIVE }) {
            turn()
            yield()
        }
        forwarding.forEach { it.cancel() }
    }

    fun turn() {
        for (side in sides) side.client.loop.drain { take(side, sides[2 - side.number], it) }
    }

    private fun take(side: Side, other: Side, event: Event) {
        when (event) {
            is Event.SocketOpen -> {
                if (event.protocol != Protocol.UDP) return side.client.loop.closed(event.socketId)
                val local = InetSocketAddress(event.local!!.address, 4000 + side.sockets.size)
                side.sockets[event.socketId] = local
                side.client.loop.opened(event.socketId, local)
            }
            is Event.Transmit -> for ((socket, local) in other.sockets)
                if (local == event.remote) other.client.loop.datagram(socket, side.sockets.getValue(event.socketId), event.bytes)
            else -> Unit
        }
    }

    override fun close(): Unit = sides.forEach { it.client.close() }
}
