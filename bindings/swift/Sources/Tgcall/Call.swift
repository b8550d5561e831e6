import CTgcall

/// A call: a private one, or that of a group. From any thread, task or actor; the client has to be kept as long.
public final class Call: Sendable, Identifiable {
    /// Never used again, also not by another client of this process.
    public let id: UInt64
    /// What happens to this call, from its first event to the last; one task may read it. It ends with the call.
    public let events: AsyncStream<Event>
    let core: Core
    let delivery = Locked(Delivery())
    private let eventsIn: AsyncStream<Event>.Continuation
    private let progress = Locked(Progress())
    private let signaling = Locked<AsyncStream<[UInt8]>.Continuation?>(nil)

    init(_ id: UInt64, _ core: Core) {
        self.id = id
        self.core = core
        let (events, eventsIn) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(256))
        self.events = events
        self.eventsIn = eventsIn
    }

    // MARK: Verbs

    /// Answers a call that rings here.
    public func accept() async throws(TgcallError) {
        try use { tgcall_accept($0, self.id) }
    }

    /// Sends our half of the key; only without `Configuration.autoConfirm`.
    public func confirm() async throws(TgcallError) {
        try use { tgcall_confirm($0, self.id) }
    }

    /// Cancels, declines or hangs up. `ended` returns when Telegram has been told.
    public func hangUp(_ reason: DiscardReason = .auto) async throws(TgcallError) {
        try use { tgcall_discard($0, self.id, reason.rawValue) }
    }

    /// Returns when sound flows both ways. Throws `CallEnded` if it comes to its end instead, `CancellationError` in a task that
    /// is cancelled, and `TgcallError` when the client is closed.
    public func connected() async throws {
        _ = try await until { (progress: Progress) throws -> Bool? in
            if let ended = progress.ended { throw CallEnded(event: ended) }
            return progress.state == .active ? true : nil
        }
    }

    /// Returns when Telegram has made a group call.
    func opened() async throws {
        _ = try await until { (progress: Progress) throws -> Bool? in
            if let ended = progress.ended { throw CallEnded(event: ended) }
            return progress.state == .none || progress.state == .requesting ? nil : true
        }
    }

    /// Returns when the call is over, with how it ended.
    @discardableResult
    public func ended() async throws -> CallEndedEvent {
        try await until { (progress: Progress) -> CallEndedEvent? in progress.ended }
    }

    /// Rates an ended call with 1 to 5 stars.
    public func rate(stars: UInt32, comment: String = "") async throws(TgcallError) {
        try use { tgcall_rate($0, self.id, stars, comment) }
    }

    /// Gives Telegram the report of an ended call, without addresses.
    public func sendReport() async throws(TgcallError) {
        try use { tgcall_call_send_report($0, self.id) }
    }

    // MARK: What it is

    /// Where the call is.
    public var state: CallState {
        get throws(TgcallError) { .known(try number { tgcall_call_get_state($0, self.id, $1) }) }
    }

    public var kind: CallKind {
        get throws(TgcallError) { .known(try number { tgcall_call_get_kind($0, self.id, $1) }) }
    }

    /// Who called.
    public var direction: Direction {
        get throws(TgcallError) { .known(try number { tgcall_call_get_direction($0, self.id, $1) }) }
    }

    /// Why it ended.
    public var end: End {
        get throws(TgcallError) { .known(try number { tgcall_call_get_end($0, self.id, $1) }) }
    }

    /// How long the conversation has lasted.
    public var durationS: UInt32 {
        get throws(TgcallError) { try number { tgcall_call_get_duration($0, self.id, $1) } }
    }

    /// The other side; not of an attached call.
    public var user: Int64 {
        get throws(TgcallError) {
            var user: Int64 = 0
            try use { tgcall_call_get_user($0, self.id, &user) }
            return user
        }
    }

    /// What Telegram calls it by.
    public var telegramID: (id: Int64, accessHash: Int64) {
        get throws(TgcallError) {
            var (telegram, hash): (Int64, Int64) = (0, 0)
            try use { tgcall_call_get_telegram_id($0, self.id, &telegram, &hash) }
            return (telegram, hash)
        }
    }

    /// What each side has switched on or off.
    public var switches: (own: Switches, theirs: Switches) {
        get throws(TgcallError) {
            var (own, theirs): (UInt32, UInt32) = (0, 0)
            try use { tgcall_call_get_switches($0, self.id, &own, &theirs) }
            return (Switches(rawValue: own), Switches(rawValue: theirs))
        }
    }

    /// The four emoji that both users compare, from `.connecting` on.
    public var emoji: [String] {
        get throws(TgcallError) {
            var texts = [tgcall_text](repeating: tgcall_text(), count: 4)
            try use { tgcall_call_get_emoji($0, self.id, &texts) }
            return texts.map { String(lent: $0) }
        }
    }

    // MARK: Inside

    func use(_ body: (OpaquePointer) -> Int32) throws(TgcallError) {
        try core.handle.use(body)
    }

    func number(_ body: (OpaquePointer, UnsafeMutablePointer<UInt32>) -> Int32) throws(TgcallError) -> UInt32 {
        var number: UInt32 = 0
        try core.handle.use { body($0, &number) }
        return number
    }

    /// Where a call has come to, for those who wait.
    private struct Progress {
        var state = CallState.none
        var ended: CallEndedEvent?
        var isOver = false
        var watchers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var count: UInt64 = 0
    }

    private func until<Result>(_ look: (Progress) throws -> Result?) async throws -> Result {
        // A change that comes between a look and the wait for it is in the stream.
        let (stream, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watcher = progress.with { progress in
            progress.count += 1
            progress.watchers[progress.count] = changed
            return progress.count
        }
        defer { _ = progress.with { $0.watchers.removeValue(forKey: watcher) } }
        changed.yield()
        for await _ in stream {
            let now = progress.with { $0 }
            if let result = try look(now) { return result }
            if now.isOver { throw TgcallError.closed }
        }
        throw CancellationError()
    }

    private func change(_ change: (inout Progress) -> Void) {
        let watchers = progress.with { progress in
            change(&progress)
            return Array(progress.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// Packets of an attached call go to the other side this way, one after another.
    func carry(_ carrier: @escaping @Sendable ([UInt8]) async -> Void) {
        let (packets, packetsIn) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingNewest(1024))
        signaling.with { $0 = packetsIn }
        Task {
            for await packet in packets { await carrier(packet) }
        }
    }

    func take(_ event: Event) {
        switch event {
        case .callState(let moved):
            change { $0.state = moved.state }
        case .callEnded(let ended):
            change { ($0.state, $0.ended) = (ended.state, ended) }
        case .signalingSend(let packet):
            signaling.with { $0 }?.yield(packet.bytes)
        default:
            break
        }
        eventsIn.yield(event)
        if case .callEnded = event { silence() }
    }

    /// Nothing comes any more: the client is closed.
    func finish() {
        change { $0.isOver = true }
        silence()
    }

    private func silence() {
        eventsIn.finish()
        signaling.with { $0 }?.finish()
        endDelivery()
    }
}

/// A call came to its end where something else was awaited.
public struct CallEnded: Error, Hashable, Sendable, CustomStringConvertible {
    public let event: CallEndedEvent

    public var description: String { event.text }
}
