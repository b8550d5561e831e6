package org.tgcall

import java.nio.ByteBuffer
import java.util.logging.Level
import java.util.logging.Logger

/**
 * One device's part in one end-to-end encrypted conference, from a new key pair to its end; it needs no client. A function
 * that answers null or false refused what came, which harms nothing and is counted: see [reject].
 */
public class Conference @JvmOverloads constructor(userId: Long, config: Config = Config()) : AutoCloseable {
    private val userdata: Long
    private val handle: Handle

    init {
        Natives.load()
        val number = Callbacks.number()
        userdata = number
        Callbacks.add(number, ConferenceHost(config))
        try {
            handle = config.lend(number, false) { raw ->
                Handle(longOut { Raw.conferenceNew(raw, userId, it) }, "conference") {
                    Raw.conferenceFree(it)
                    Callbacks.remove(number)
                }
            }
        } catch (error: TgcallException) {
            Callbacks.remove(number)
            throw error
        }
        Dropped.watch(this, handle)
    }

    /** It has no context of the host's: what clock and random source throw goes where an uncaught exception goes. */
    private class ConferenceHost(config: Config) : Host(config) {
        override fun event(event: Long) = Unit
        override fun log(level: Int, callId: Long, line: String) = Unit
        override fun wake() = Unit
        override fun failed(error: Throwable) {
            val thread = Thread.currentThread()
            val handler = Thread.getDefaultUncaughtExceptionHandler()
            if (handler != null) handler.uncaughtException(thread, error)
            else Logger.getLogger("org.tgcall").log(Level.SEVERE, "in a callback of a conference", error)
        }
    }

    public companion object {
        /** The form in which Telegram delivers a block or broadcast: for tests and for servers. */
        @JvmStatic
        public fun toServerForm(bytes: ByteArray): ByteArray {
            Natives.load()
            return lend(bytes) { data ->
                copied { buffer, capacity, size ->
                    Raw.conferenceToServerForm(data, 0, bytes.size, buffer, 0, capacity, size)
                }
            } ?: ByteArray(0)
        }
    }

    /** The key that Telegram is told at the join. */
    public val publicKey: ByteArray
        get() = handle.use { raw -> ByteArray(32).also { check(Raw.conferenceGetPublicKey(raw, it)) } }

    /** The block with which this device joins, built on the newest one; on none, the first of a conference. */
    public fun join(newest: ByteArray): ByteArray? = handle.use { raw ->
        lend(newest) { data -> lentOut { Raw.conferenceJoin(raw, data, 0, newest.size, it) } }
    }

    /** Takes a block of sub-chain 0, each once and in order. False if it removed this device or broke the rules: the
     * conference has failed. */
    public fun applyBlock(block: ByteArray): Boolean =
        handle.use { raw -> lend(block) { done(Raw.conferenceApplyBlock(raw, it, 0, block.size)) } }

    /** The next message for phone.sendConferenceCallBroadcast; null if there is none. */
    public fun pollBroadcast(): ByteArray? = handle.use { raw -> lentOut { Raw.conferencePollBroadcast(raw, it) } }

    /** Takes an element of sub-chain 1. */
    public fun handleBroadcast(broadcast: ByteArray): Boolean =
        handle.use { raw -> lend(broadcast) { done(Raw.conferenceHandleBroadcast(raw, it, 0, broadcast.size)) } }

    /** The block that removes users; null if none of them takes part. */
    public fun remove(vararg userIds: Long): ByteArray? =
        handle.use { raw -> lentOut { Raw.conferenceRemove(raw, userIds, it) } }

    public val state: ConferenceState
        get() = handle.use { raw -> ConferenceState.of(intOut { Raw.conferenceGetState(raw, it) }) ?: ConferenceState.NONE }

    /** The newest block. */
    public val block: Block
        get() = handle.use { raw ->
            val hash = ByteArray(32)
            Block(intOut { Raw.conferenceGetBlock(raw, it, hash) }, hash)
        }

    public class Block internal constructor(public val height: Int, public val hash: ByteArray)

    /** In the order of the block. */
    public val participants: List<Participant>
        get() = handle.use { raw ->
            List(intOut { Raw.conferenceGetParticipantCount(raw, it) }) { index ->
                val key = ByteArray(32)
                val permissions = IntArray(1)
                val user = longOut { Raw.conferenceGetParticipant(raw, index, it, key, permissions) }
                Participant(user, key, permissions[0])
            }
        }

    /** [permissions] are bits: 1 add, 2 remove. */
    public class Participant internal constructor(
        public val userId: Long,
        public val key: ByteArray,
        public val permissions: Int,
    )

    public val verification: Verification
        get() = handle.use { raw ->
            Verification.of(intOut { Raw.conferenceGetVerification(raw, it) }) ?: Verification.NONE
        }

    /** The four that all participants compare; null before [Verification.DONE]. */
    public val emoji: List<String>?
        get() = handle.use { raw ->
            val emoji = arrayOfNulls<String>(4)
            if (done(Raw.conferenceGetEmoji(raw, emoji))) emoji.map { it.orEmpty() } else null
        }

    /** The 24 of the newest block. */
    public val words: List<String>
        get() = handle.use { raw ->
            val words = arrayOfNulls<String>(24)
            check(Raw.conferenceGetWords(raw, words))
            words.map { it.orEmpty() }
        }

    /** Encrypts bytes for everybody; the first [prefixSize] stay readable for the server. */
    @JvmOverloads
    public fun encrypt(channel: Int, data: ByteArray, prefixSize: Int = 0): ByteArray = handle.use { raw ->
        lend(data) { input ->
            copied { buffer, capacity, size ->
                Raw.conferenceEncrypt(raw, channel, input, 0, data.size, prefixSize, buffer, 0, capacity, size)
            }
        }
    } ?: ByteArray(0)

    /** Decrypts a packet of a user's. */
    public fun decrypt(userId: Long, packet: ByteArray): ByteArray? = handle.use { raw ->
        lend(packet) { input ->
            copied { buffer, capacity, size ->
                Raw.conferenceDecrypt(raw, userId, input, 0, packet.size, buffer, 0, capacity, size)
            }
        }
    }

    /** As [encrypt], for an encoded frame; null for the rare H.264 frame that no encryption leaves whole: drop it. */
    @JvmOverloads
    public fun encryptFrame(
        channel: Int, codec: FrameCodec, frame: ByteArray, speech: Boolean = false, levelDbov: Int = 127,
    ): ByteArray? = handle.use { raw ->
        lend(frame) { input ->
            copied { buffer, capacity, size ->
                Raw.conferenceEncryptFrame(
                    raw, channel, codec.number, speech, levelDbov, input, 0, frame.size, buffer, 0, capacity, size,
                )
            }
        }
    }

    /** As [decrypt], for what comes from the depacketizer. */
    public fun decryptFrame(userId: Long, codec: FrameCodec, packet: ByteArray): Frame? = handle.use { raw ->
        val level = IntArray(1)
        lend(packet) { input ->
            copied { buffer, capacity, size ->
                Raw.conferenceDecryptFrame(
                    raw, userId, codec.number, input, 0, packet.size, level, buffer, 0, capacity, size,
                )
            }
        }?.let { Frame(it, level[0]) }
    }

    /** For sound, [levelDbov] is 0 loud to 127 silent, and -1 if the sender gave none. */
    public class Frame internal constructor(public val bytes: ByteArray, public val levelDbov: Int)

    /** How long until [handleTimeout] has a key to wipe; -1: there is none. */
    public val timeoutMs: Int get() = handle.use { raw -> intOut { Raw.conferenceGetNextTimeout(raw, it) } }

    /** Wipes the keys whose time has come. */
    public fun handleTimeout() {
        handle.use { check(Raw.conferenceHandleTimeout(it)) }
    }

    /** Why the last input was refused, as the official library's number, and how many were. */
    public val reject: Reject
        get() = handle.use { raw ->
            val count = LongArray(1)
            Reject(intOut { Raw.conferenceGetReject(raw, it, count) }, count[0])
        }

    public class Reject internal constructor(public val code: Int, public val count: Long)

    /** Wipes the keys. One that is dropped without it is closed when another one is made, after it was collected. */
    override fun close() {
        handle.close()
    }

    private inline fun lentOut(ask: (Array<ByteBuffer?>) -> Int): ByteArray? {
        val lent = arrayOfNulls<ByteBuffer>(1)
        return if (done(ask(lent))) lent[0].toBytes() else null
    }
}
