import CTgcall
@preconcurrency import Dispatch

/// How a client is to be; what is nil is as the library has it by default.
public struct Configuration: Sendable {
    /// A SOCKS5 proxy, by address; the library resolves no names.
    public struct Proxy: Hashable, Sendable {
        public var host: String
        public var port: UInt16
        public var username: String?
        public var password: String?

        public init(host: String, port: UInt16, username: String? = nil, password: String? = nil) {
            self.host = host
            self.port = port
            self.username = username
            self.password = password
        }
    }

    /// The own user; calls meant for another account are ignored. Nil: learnt from the first call.
    public var userID: Int64?
    /// Library versions to offer, preferred first.
    public var versions: [String]?
    /// How many calls may be up at once; 1 by default.
    public var maxCalls: UInt32?
    /// Whether an outgoing call is confirmed as soon as it is accepted; yes by default.
    public var autoConfirm: Bool?
    /// Whether a private call that the other side makes a conference of is followed there; yes by default.
    public var autoMigrate: Bool?
    /// `call_receive_timeout_ms` and `call_ring_timeout_ms` of Telegram's `help.getConfig`.
    public var timers: (receiveMs: UInt32, ringMs: UInt32)?
    /// Who carries the sound.
    public var media: Media?
    /// What this host encodes and decodes pictures with; none by default.
    public var videoCodecs: VideoCodecs?
    /// Whether direct paths are used.
    public var p2p: P2p?
    /// Through which media go, and nothing past it.
    public var proxy: Proxy?
    /// How much goes to `log`.
    public var logLevel: LogLevel = .warning
    /// Takes one line, and the call it is about, or 0. It runs on a queue of its own, one line after another.
    public var log: (@Sendable (LogLevel, UInt64, String) -> Void)?
    /// Nanoseconds since any moment. Runs under the library's lock: calling a client from it is an error.
    public var clock: (@Sendable () -> UInt64)?
    /// Fills the buffer; false kills the client. Runs under the library's lock: calling a client from it is an error.
    public var random: (@Sendable (UnsafeMutableRawBufferPointer) -> Bool)?
    /// Embedded: makes the loop turn. Runs on the thread that called.
    public var wake: (@Sendable () -> Void)?
    /// Looks at a socket before it is used; false refuses it. Runs on the library's thread.
    public var socket: (@Sendable (Int, SocketProtocol) -> Bool)?

    public init(userID: Int64? = nil) {
        self.userID = userID
    }

    /// The library's own, with the hooks its callbacks run, which have to outlive what is made of it. The host's to free.
    func make() throws(TgcallError) -> (OpaquePointer, Hooks) {
        guard let config = tgcall_config_new() else { throw TgcallError(Status.errInternal.rawValue) }
        let hooks = Hooks(self)
        do {
            try set(config, hooks)
        } catch {
            tgcall_config_free(config)
            throw error
        }
        return (config, hooks)
    }

    private func set(_ config: OpaquePointer, _ hooks: Hooks) throws(TgcallError) {
        if let userID { try Status.of(tgcall_config_set_user_id(config, userID)) }
        if let versions { try Status.of(withTexts(versions) { tgcall_config_set_versions(config, $0, versions.count) }) }
        if let maxCalls { try Status.of(tgcall_config_set_max_calls(config, maxCalls)) }
        if let autoMigrate { try Status.of(tgcall_config_set_auto_migrate(config, autoMigrate ? 1 : 0)) }
        if let autoConfirm { try Status.of(tgcall_config_set_auto_confirm(config, autoConfirm ? 1 : 0)) }
        if let timers { try Status.of(tgcall_config_set_timers(config, timers.receiveMs, timers.ringMs)) }
        if let media { try Status.of(tgcall_config_set_media(config, media.rawValue)) }
        if let videoCodecs {
            let (encoded, decoded) = (videoCodecs.encoded.map(\.rawValue), videoCodecs.decoded.map(\.rawValue))
            try Status.of(
                tgcall_config_set_video_codecs(config, encoded, encoded.count, decoded, decoded.count))
        }
        if let p2p { try Status.of(tgcall_config_set_p2p(config, p2p.rawValue)) }
        if let proxy {
            try Status.of(tgcall_config_set_proxy(config, proxy.host, proxy.port, proxy.username, proxy.password))
        }
        let userdata = Unmanaged.passUnretained(hooks).toOpaque()
        if hooks.log != nil {
            try Status.of(
                tgcall_config_set_logger(
                    config, logLevel.rawValue, { Hooks.of($0).line($1, $2, String(lent: $3)) }, userdata))
        }
        if hooks.clock != nil {
            try Status.of(tgcall_config_set_clock(config, { Hooks.of($0).clock!() }, userdata))
        }
        if hooks.random != nil {
            try Status.of(
                tgcall_config_set_random(
                    config, { Hooks.of($0).random!(UnsafeMutableRawBufferPointer(start: $1, count: $2)) ? 0 : -1 },
                    userdata))
        }
        if hooks.wake != nil {
            try Status.of(tgcall_config_set_wake(config, { Hooks.of($0).wake!() }, userdata))
        }
        if hooks.socket != nil {
            try Status.of(
                tgcall_config_set_socket(config, { Hooks.of($0).socket!(Int($1), .known($2)) ? 0 : -1 }, userdata))
        }
    }
}

/// What the callbacks of a configuration run, kept as long as they may come.
final class Hooks: Sendable {
    let log: (@Sendable (LogLevel, UInt64, String) -> Void)?
    let clock: (@Sendable () -> UInt64)?
    let random: (@Sendable (UnsafeMutableRawBufferPointer) -> Bool)?
    let wake: (@Sendable () -> Void)?
    let socket: (@Sendable (Int, SocketProtocol) -> Bool)?
    private let lines = DispatchQueue(label: "tgcall.log")

    init(_ configuration: Configuration) {
        log = configuration.log
        clock = configuration.clock
        random = configuration.random
        wake = configuration.wake
        socket = configuration.socket
    }

    static func of(_ userdata: UnsafeMutableRawPointer?) -> Hooks {
        Unmanaged<Hooks>.fromOpaque(userdata!).takeUnretainedValue()
    }

    /// A logger of the host's may call back and be slow, so it does not run under the library's lock.
    func line(_ level: UInt32, _ call: UInt64, _ text: String) {
        guard let log else { return }
        lines.async { log(LogLevel(rawValue: level) ?? .trace, call, text) }
    }
}

/// Strings as C has a list of them.
private func withTexts<Result>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
    let copies = texts.map { text in
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}
