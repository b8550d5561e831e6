import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import org.tgcall.Client
import org.tgcall.Config
import org.tgcall.LogLevel
import org.tgcall.TgcallException

/* A machine that ends in the middle of things: ExitKt CASE. It prints "done" and ends with 0, or 1 for an exception. */
fun main(arguments: Array<String>) {
    val key = ByteArray(256) { it.toByte() }
    val client = Client(Config { logLevel = LogLevel.TRACE; logger = { _, _, _ -> } })
    val call = client.attach(true, key)
    call.addReflector(1, "127.0.0.1", null, 9, ByteArray(16) { 1 }, false)
    call.connect("9.0.0", true)
    val workers = List(2) { at ->
        thread(isDaemon = true) {
            val frame = ByteBuffer.allocateDirect(1920).order(ByteOrder.nativeOrder())
            try {
                while (true) {
                    frame.clear()
                    if (at == 0) call.audio.push(frame, 48000, 1) else call.audio.pull(frame, 48000, 1)
                }
            } catch (error: TgcallException.State) {
                // The hook closes the client under this thread, which then has to hear of it.
                if (!client.isClosed) throw error
            }
        }
    }
    // A second client that is busy being told.
    thread(isDaemon = true) {
        val busy = Client()
        while (true) busy.attach(true, key).close()
    }
    Thread.sleep(100)
    check(workers.all { it.isAlive })
    println("done")
    when (arguments[0]) {
        "returns" -> return
        "exits" -> exitProcess(0)
        "halts" -> Runtime.getRuntime().halt(0)
        "throws" -> throw IllegalStateException("as planned")
        "in a hook" -> {
            Runtime.getRuntime().addShutdownHook(thread(start = false) { client.close() })
            exitProcess(0)
        }
        else -> error("what is ${arguments[0]}?")
    }
}
