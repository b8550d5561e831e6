import CTgcall

/// One Telegram account and all its calls. From any thread, task or actor.
///
/// A client that is dropped ends as one that is closed: its calls are dropped without a word to Telegram.
public final class Client: Sendable {
    let core: Core
    private let isEmbedded: Bool
    /// What happens, the calls' events included and all requests left out; one task may read it. The oldest of more than a
    /// thousand that nobody reads are gone.
    public let events: AsyncStream<Event>
    /// The calls that come in; one task may read it.
    public let incoming: AsyncStream<Call>

    /// A client that a thread of the library's runs.
    ///
    /// `invoke` sends a request to Telegram and returns what it answers, in TL; it throws `RpcError` for an `rpc_error`. Its
    /// task is cancelled when nobody waits for the answer any more. Hand every update of Telegram's to `feed`.
    public convenience init(
        _ configuration: Configuration = Configuration(), invoke: @escaping @Sendable (Request) async throws -> [UInt8]
    ) throws(TgcallError) {
        try self.init(configuration, Requests(invoke), isEmbedded: false)
        try core.start()
    }

    /// A client for calls whose keys are ready, as TDLib makes them: see `attach`.
    public convenience init(attachedOnly configuration: Configuration) throws(TgcallError) {
        try self.init(
            configuration, Requests { _ in throw RpcError(code: 0, text: "this client has no Telegram") },
            isEmbedded: false)
        try core.start()
    }

    /// A client in the host's own loop: `drain`, sleep for `nextTimeoutMs`, hand in what arrived, again. Without `invoke` the
    /// requests are events.
    public convenience init(
        embedded configuration: Configuration, invoke: (@Sendable (Request) async throws -> [UInt8])? = nil
    ) throws(TgcallError) {
        try self.init(configuration, invoke.map { Requests($0) }, isEmbedded: true)
    }

    private init(
        _ configuration: Configuration, _ requests: Requests?, isEmbedded: Bool
    ) throws(TgcallError) {
        self.isEmbedded = isEmbedded
        let (events, eventsIn) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(1024))
        let (incoming, incomingIn) = AsyncStream.makeStream(of: Call.self, bufferingPolicy: .bufferingNewest(64))
        core = try Core(configuration, requests, eventsIn, incomingIn)
        self.events = events
        self.incoming = incoming
    }

    deinit {
        core.close()
    }

    /// Hangs up all calls (embedded: do that first, as only the host's loop can tell Telegram) and ends the client; returns when
    /// the library has let go of everything. What is called afterwards throws.
    public func close() async {
        let up = isEmbedded ? [] : (try? calls) ?? []
        for call in up { _ = try? await call.hangUp() }
        for call in up { _ = try? await call.ended() }
        core.close()
        await core.handle.freed()
    }

    /// The library's own client, for what C has beyond this; not to be freed, and not to be kept.
    public func withUnsafeHandle<Result>(_ body: (OpaquePointer) -> Result) throws(TgcallError) -> Result {
        var result: Result?
        try core.handle.use {
            result = body($0)
            return 0
        }
        return result!
    }

    // MARK: Telegram

    /// An update of Telegram's, in whatever shape it came, as boxed TL: all of them. `.empty`: it is not about calls, or not
    /// readable.
    @discardableResult
    public func feed(_ update: some Collection<UInt8>) throws(TgcallError) -> Status {
        try core.handle.use { client in
            withBytes(update) { tgcall_client_handle_update(client, $0.baseAddress, $0.count) }
        }
    }

    /// Telegram's clock in seconds since 1970, which tells an old incoming call from a new one.
    public func setServerTime(_ unixS: Int64) throws(TgcallError) {
        try core.handle.use { tgcall_client_set_server_time($0, unixS) }
    }

    // MARK: Calls

    /// Calls a user, by the access hash that this account has for that user.
    public func call(user: Int64, accessHash: Int64, video: Bool = false) async throws(TgcallError) -> Call {
        var id: UInt64 = 0
        try core.handle.use { tgcall_request($0, user, accessHash, video ? 1 : 0, nil, &id) }
        guard let call = core.call(id) else { throw TgcallError.closed }
        return call
    }

    /// The call of an event's `call`; nil if it is none, or no longer remembered.
    public func call(id: UInt64) -> Call? {
        core.known(id)
    }

    /// The calls that are up, oldest first.
    public var calls: [Call] {
        get throws(TgcallError) {
            let ids = try list { ids, capacity, count throws(TgcallError) in
                try self.core.handle.use { tgcall_client_get_calls($0, ids, capacity, count) }
            }
            return ids.compactMap { core.call($0) }
        }
    }

    /// Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect.
    ///
    /// `key` has 256 bytes. `signaling` takes packets to the other side, in order; its packets go to `Call.feed`.
    public func attach(
        key: [UInt8], outgoing: Bool, signaling: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(TgcallError) -> Call {
        var id: UInt64 = 0
        try core.handle.use { tgcall_attach($0, outgoing ? 1 : 0, key, key.count, nil, &id) }
        guard let call = core.call(id) else { throw TgcallError.closed }
        call.carry(signaling)
        return call
    }

    // MARK: Settings

    /// The own addresses that calls may use, ports 0, what matters most first.
    public func setInterfaces(_ interfaces: [Address]) throws(TgcallError) {
        let raw = interfaces.map(\.raw)
        try core.handle.use { tgcall_client_set_interfaces($0, raw, raw.count) }
    }

    /// Sends media through another proxy from now on, or through none.
    public func setProxy(_ proxy: Configuration.Proxy?) throws(TgcallError) {
        try core.handle.use {
            tgcall_client_set_proxy($0, proxy?.host, proxy?.port ?? 0, proxy?.username, proxy?.password)
        }
    }

    /// Whether direct paths are used from now on.
    public func setP2p(_ p2p: P2p) throws(TgcallError) {
        try core.handle.use { tgcall_client_set_p2p($0, p2p.rawValue) }
    }

    /// Sends as little as makes sense from now on.
    public func setLowData(_ lowData: Bool) throws(TgcallError) {
        try core.handle.use { tgcall_client_set_low_data($0, lowData ? 1 : 0) }
    }

    /// How much is logged from now on.
    public func setLogLevel(_ level: LogLevel) throws(TgcallError) {
        try core.handle.use { tgcall_client_set_log_level($0, level.rawValue) }
    }

    /// The `library_versions` for a `phoneCallProtocol` that the host writes.
    public var versions: [String] {
        get throws(TgcallError) {
            var versions: [String] = []
            var text = tgcall_text()
            while try core.handle.use({ tgcall_client_get_version($0, versions.count, &text) }) == .ok {
                versions.append(String(lent: text))
            }
            return versions
        }
    }

    /// Figures of the client itself; those that are not known yet are left out.
    public func stats(_ stats: [Stat]) throws(TgcallError) -> [Stat: Int64] {
        try figures(stats) { numbers, values throws(TgcallError) in
            try self.core.handle.use { tgcall_client_get_stats($0, numbers, stats.count, &values) }
        }
    }
}
