import CTgcall

/// What a client and its calls share. It lives until the library has let go of it, whoever drops the client.
final class Core: Sendable {
    let handle: Handle
    let events: AsyncStream<Event>.Continuation
    let incoming: AsyncStream<Call>.Continuation
    let wishes = Wishes()
    private let requests: Requests?
    private let calls = Locked(Calls())

    private struct Calls {
        var up: [UInt64: Call] = [:]
        /// The last that ended: the library remembers ten, and one may have ended before the request for it returned.
        var ended: [Call] = []
        var isClosed = false
    }

    init(
        _ configuration: Configuration, _ requests: Requests?, _ events: AsyncStream<Event>.Continuation,
        _ incoming: AsyncStream<Call>.Continuation
    ) throws(TgcallError) {
        let (config, hooks) = try configuration.make()
        defer { tgcall_config_free(config) }
        var client: OpaquePointer?
        try Status.of(tgcall_client_new(config, &client))
        handle = Handle(client!) { tgcall_client_free($0) }
        self.requests = requests
        self.events = events
        self.incoming = incoming
        handle.keep(hooks)
        handle.keep(self)
    }

    private var userdata: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    func start() throws(TgcallError) {
        try handle.use {
            tgcall_client_start(
                $0, { userdata, _, event in Unmanaged<Core>.fromOpaque(userdata!).takeUnretainedValue().take(event!) },
                userdata)
        }
    }

    func drain(_ handler: @escaping (Event) -> Void) throws(TgcallError) -> Status {
        let drain = Drain(core: self, handler: handler)
        defer { withExtendedLifetime(drain) {} }
        let userdata = Unmanaged.passUnretained(drain).toOpaque()
        return try handle.use {
            tgcall_client_drain(
                $0,
                { userdata, _, event in
                    let drain = Unmanaged<Drain>.fromOpaque(userdata!).takeUnretainedValue()
                    if let event = drain.core.take(event!) { drain.handler(event) }
                }, userdata)
        }
    }

    private final class Drain {
        let core: Core
        let handler: (Event) -> Void

        init(core: Core, handler: @escaping (Event) -> Void) {
            self.core = core
            self.handler = handler
        }
    }

    /// An event of the library's: to whom it goes, on whatever thread. Nil: it has been dealt with.
    @discardableResult
    private func take(_ pointer: OpaquePointer) -> Event? {
        let kind = EventKind(rawValue: tgcall_event_get_kind(pointer))
        if kind == .audioFrame, self.call(tgcall_event_get_call(pointer))?.takeSound(pointer) == true { return nil }
        let event = Event(pointer)
        if case .answer(let answer) = event { wishes.settle(answer.request, answer) }
        if case .cancel(let cancel) = event { wishes.settle(cancel.request, nil) }
        if let requests {
            if case .invoke(let request) = event {
                requests.begin(request, handle)
                return nil
            }
            if case .cancel(let cancel) = event {
                requests.cancel(cancel.request)
                return nil
            }
        }
        if let call = self.call(event.call) {
            if case .callIncoming = event { incoming.yield(call) }
            if case .callEnded = event { forget(call) }
            call.take(event)
        }
        events.yield(event)
        if case .clientDead = event { finish() }
        return event
    }

    /// The call of that id; nil for 0, and once all is over.
    func call(_ id: UInt64) -> Call? {
        calls.with { calls in
            if id == 0 || calls.isClosed { return nil }
            if let call = calls.up[id] ?? calls.ended.last(where: { $0.id == id }) { return call }
            let call = Call(id, self)
            calls.up[id] = call
            return call
        }
    }

    /// The call of that id if it is up or one of the last.
    func known(_ id: UInt64) -> Call? {
        calls.with { calls in calls.up[id] ?? calls.ended.last { $0.id == id } }
    }

    private func forget(_ call: Call) {
        calls.with { calls in
            guard calls.up.removeValue(forKey: call.id) != nil else { return }
            calls.ended.append(call)
            if calls.ended.count > 10 { calls.ended.removeFirst() }
        }
    }

    /// Ends it for all; the library is freed behind our back.
    func close() {
        handle.close()
        finish()
    }

    /// Nothing comes any more.
    private func finish() {
        let up = calls.with { calls in
            defer { (calls.up, calls.ended, calls.isClosed) = ([:], [], true) }
            return Array(calls.up.values)
        }
        for call in up { call.finish() }
        events.finish()
        incoming.finish()
        requests?.cancelAll()
        wishes.close()
    }
}
