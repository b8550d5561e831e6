package org.tgcall

import java.nio.ByteBuffer

/** Settings; a client copies them. What is null is as the library has it. */
public class Config(block: Config.() -> Unit = {}) {
    /** Our own user id; 0: learnt from the first call. */
    public var userId: Long = 0

    /** Library versions to offer, preferred first. */
    public var versions: List<String>? = null

    /** How many private calls may be up at once; one more is answered busy. 1 if null. */
    public var maxCalls: Int? = null

    /** Whether an outgoing call is confirmed as soon as it is accepted; else [Call.confirm] does it. Yes if null. */
    public var autoConfirm: Boolean? = null

    /** Whether a private call that the other side makes a conference of is followed there; else it ends, with its slug. */
    public var autoMigrate: Boolean? = null

    /** `call_receive_timeout_ms` and `call_ring_timeout_ms` of Telegram's help.getConfig. */
    public var timers: Timers? = null

    /** Who carries the sound. The library if null. */
    public var media: Media? = null

    /** What this host encodes and decodes pictures with, preferred first. None if null. */
    public var videoCodecs: VideoCodecs? = null

    /** Whether direct paths are used. As Telegram decides if null. */
    public var p2p: P2p? = null

    /** A SOCKS5 proxy, past which nothing goes. */
    public var proxy: Proxy? = null

    /** This much is logged, and what is graver. */
    public var logLevel: LogLevel = LogLevel.INFO

    /** Takes lines in the client's context, with the id of the call that each is about, or 0. It may do anything. */
    public var logger: ((level: LogLevel?, callId: Long, line: String) -> Unit)? = null

    /**
     * Looks at a socket before it is used, as `VpnService.protect` and `Network.bindSocket` do: its file descriptor. False
     * refuses it. It runs on the library's thread.
     */
    public var socket: ((fd: Long, protocol: Protocol?) -> Boolean)? = null

    /** Nanoseconds since any moment, for tests. It runs under the library's lock and must not call it. */
    public var clock: (() -> Long)? = null

    /** Fills a buffer. It runs under the library's lock and must not call it. What it throws kills the client. */
    public var random: ((ByteBuffer) -> Unit)? = null

    init {
        block()
    }

    public class VideoCodecs(public val encoded: List<VideoCodec>, public val decoded: List<VideoCodec>)

    public class Timers(public val receiveMs: Int, public val ringMs: Int)

    /** [host] is an address, not a name. */
    public class Proxy(
        public val host: String,
        public val port: Int,
        public val username: String? = null,
        public val password: String? = null,
    )

    /** A copy of the library's, good during [block]. */
    internal inline fun <R> lend(userdata: Long, hasWake: Boolean, block: (Long) -> R): R {
        val raw = Raw.configNew()
        try {
            apply(raw, userdata, hasWake)
            return block(raw)
        } finally {
            Raw.configFree(raw)
        }
    }

    internal fun apply(raw: Long, userdata: Long, hasWake: Boolean) {
        check(Raw.configSetUserId(raw, userId))
        versions?.let { check(Raw.configSetVersions(raw, it.toTypedArray())) }
        maxCalls?.let { check(Raw.configSetMaxCalls(raw, it)) }
        autoConfirm?.let { check(Raw.configSetAutoConfirm(raw, it)) }
        autoMigrate?.let { check(Raw.configSetAutoMigrate(raw, it)) }
        timers?.let { check(Raw.configSetTimers(raw, it.receiveMs, it.ringMs)) }
        media?.let { check(Raw.configSetMedia(raw, it.number)) }
        videoCodecs?.let { check(Raw.configSetVideoCodecs(raw, it.encoded.numbers(), it.decoded.numbers())) }
        p2p?.let { check(Raw.configSetP2p(raw, it.number)) }
        proxy?.let { check(Raw.configSetProxy(raw, it.host, it.port, it.username, it.password)) }
        if (logger != null) check(Raw.configSetLogger(raw, logLevel.number, true, userdata))
        if (socket != null) check(Raw.configSetSocket(raw, true, userdata))
        if (clock != null) check(Raw.configSetClock(raw, true, userdata))
        if (random != null) check(Raw.configSetRandom(raw, true, userdata))
        if (hasWake) check(Raw.configSetWake(raw, true, userdata))
    }
}
