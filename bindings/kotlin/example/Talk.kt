import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.sin
import kotlin.system.exitProcess
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.firstOrNull
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.tgcall.AudioFrame
import org.tgcall.Call
import org.tgcall.CallEndedException
import org.tgcall.Client
import org.tgcall.Config

/*
 * A call in which both sides play a tone of 440 Hz and listen for the other's.
 *
 *   TalkKt PORT ACCOUNT         waits for a call and takes it
 *   TalkKt PORT ACCOUNT USER    calls USER, talks for three seconds, hangs up
 *
 * PORT is that of `tgcall-sim`. Status 0: the tone was heard.
 */
fun main(arguments: Array<String>) {
    val heard = runBlocking {
        withTimeout(60_000) { talk(arguments[0].toInt(), arguments[1].toLong(), arguments.getOrNull(2)?.toLong()) }
    }
    println(if (heard) "the tone was heard" else "no tone was heard")
    exitProcess(if (heard) 0 else 2)
}

const val RATE_HZ = 48000
const val TONE_HZ = 440
const val SECONDS = 3

suspend fun talk(port: Int, account: Long, user: Long?): Boolean = coroutineScope {
    val sim = Sim(port, account)
    val client = Client(Config { userId = account }, telegram = sim)
    val updates = sim.feed(this, client)
    println("$account is there")
    try {
        val call = if (user != null) client.call(user, sim.accessHash(user)) else client.incoming.first().apply { answer() }
        println("$account talks to ${call.userId}: ${call.emoji.joinToString(" ")}")
        val heard = async { hears(call) }
        val voice = launch {
            try {
                call.audio.play(tone(SECONDS), RATE_HZ, 1)
            } catch (_: CallEndedException) {
                // The other side has hung up.
            }
        }
        val result = heard.await()
        if (user != null) {
            voice.join()
            call.hangUp()
        } else {
            call.awaitEnd()
        }
        println("$account: ${call.end} after ${call.durationS} s")
        result
    } finally {
        client.close()
        sim.close()
        updates.join()
    }
}

fun tone(seconds: Int): ByteBuffer {
    val samples = ByteBuffer.allocate(seconds * RATE_HZ * 2).order(ByteOrder.nativeOrder())
    for (at in 0 until seconds * RATE_HZ) samples.putShort((8000 * sin(2 * PI * TONE_HZ * at / RATE_HZ)).toInt().toShort())
    samples.flip()
    return samples
}

/** Whether half a second of the tone comes before the call is over. */
suspend fun hears(call: Call): Boolean {
    var frames = 0
    val enough = call.audio.listen(RATE_HZ, 1, 20).firstOrNull { frame ->
        if (shareOfTone(frame) > 0.8) frames++
        frames == 25
    }
    return enough != null
}

/** Of all that is in a frame, how much is the tone: 0 to 1 (Goertzel). */
fun shareOfTone(frame: AudioFrame): Double {
    val samples = frame.samples.asShortBuffer()
    val twice = 2 * cos(2 * PI * TONE_HZ / frame.rateHz)
    var one = 0.0
    var two = 0.0
    var total = 0.0
    while (samples.hasRemaining()) {
        val sample = samples.get().toDouble()
        val next = sample + twice * one - two
        two = one
        one = next
        total += sample * sample
    }
    val count = samples.limit()
    return if (total < count * 10_000.0) 0.0 else 2 * (one * one + two * two - twice * one * two) / (total * count)
}
