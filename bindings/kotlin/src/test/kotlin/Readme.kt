import java.nio.ByteBuffer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.tgcall.Client
import org.tgcall.Config

/** A host's own parts, as far as the README speaks of them. */
interface Mtproto {
    suspend fun send(request: ByteArray): ByteArray

    fun onUpdate(take: (ByteArray) -> Unit)
}

interface Speaker {
    fun write(samples: ByteBuffer)
}

/** What the README shows is Kotlin that compiles: tests/kotlin.rs compares the lines. */
@Suppress("unused")
suspend fun CoroutineScope.readme(
    mtproto: Mtproto, speaker: Speaker, greeting: ByteBuffer, myUserId: Long, friendId: Long, accessHash: Long,
) {
    val client = Client(Config { userId = myUserId }) { request -> mtproto.send(request) }
    mtproto.onUpdate { update -> client.feed(update) }

    val call = client.call(friendId, accessHash)
    println(call.emoji.joinToString(" "))
    launch { call.audio.listen(48_000).collect { frame -> speaker.write(frame.samples) } }
    call.audio.play(greeting, 48_000, 1)
    val ended = call.hangUp()
    println("${ended.end} after ${ended.durationS} s")
    client.close()
}
