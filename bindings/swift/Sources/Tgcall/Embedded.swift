import CTgcall

/// A client in the host's own loop.
extension Client {
    /// Runs the timers that are due and hands over all events. `.empty`: there were none.
    @discardableResult
    public func drain(_ handler: @escaping (Event) -> Void = { _ in }) throws(TgcallError) -> Status {
        try core.drain(handler)
    }

    /// How long the loop may sleep; nil: until something arrives.
    public var nextTimeoutMs: Int32? {
        get throws(TgcallError) {
            var timeout: Int32 = -1
            try core.handle.use { tgcall_client_get_next_timeout($0, &timeout) }
            return timeout < 0 ? nil : timeout
        }
    }

    /// The answer to an `InvokeEvent`.
    @discardableResult
    public func answer(request: UInt64, with answer: some Collection<UInt8>) throws(TgcallError) -> Status {
        try core.handle.use { client in
            withBytes(answer) { tgcall_client_handle_answer(client, request, $0.baseAddress, $0.count) }
        }
    }

    /// The error that answers an `InvokeEvent`.
    public func answer(request: UInt64, with error: RpcError) throws(TgcallError) {
        try core.handle.use { tgcall_client_handle_error($0, request, error.code, error.text) }
    }

    /// The socket of a `SocketOpenEvent` is bound or connected at `local`.
    public func opened(socket: UInt64, local: Address) throws(TgcallError) {
        var local = local.raw
        try core.handle.use { tgcall_client_handle_opened($0, socket, &local) }
    }

    /// A socket could not be opened, or broke.
    public func closed(socket: UInt64) throws(TgcallError) {
        try core.handle.use { tgcall_client_handle_closed($0, socket) }
    }

    /// One datagram. Drain afterwards.
    @discardableResult
    public func received(
        socket: UInt64, from: Address, datagram: some Collection<UInt8>
    ) throws(TgcallError) -> Status {
        var from = from.raw
        return try core.handle.use { client in
            withBytes(datagram) { tgcall_client_handle_datagram(client, socket, &from, $0.baseAddress, $0.count) }
        }
    }

    /// The next bytes of a TCP stream. Drain afterwards.
    @discardableResult
    public func received(socket: UInt64, stream: some Collection<UInt8>) throws(TgcallError) -> Status {
        try core.handle.use { client in
            withBytes(stream) { tgcall_client_handle_stream(client, socket, $0.baseAddress, $0.count) }
        }
    }
}

/// News field by field, under Telegram's own names, for a host that has no TL at hand.
extension Client {
    /// `messages.dhConfig`, with the request it answers; an empty `p` is `messages.dhConfigNotModified`.
    public func dhConfig(
        request: UInt64, g: Int32, p: [UInt8], version: Int32, random: [UInt8]
    ) throws(TgcallError) {
        try core.handle.use {
            tgcall_client_handle_dh_config($0, request, g, p, p.count, version, random, random.count)
        }
    }

    /// `phoneCallRequested`. Nil: it is known, too old, not for us, or answered busy.
    public func requested(
        telegramID: Int64, accessHash: Int64, adminID: Int64, dateS: Int32, video: Bool, gAHash: [UInt8]
    ) throws(TgcallError) -> Call? {
        var id: UInt64 = 0
        try core.handle.use {
            tgcall_client_handle_requested(
                $0, telegramID, accessHash, adminID, dateS, video ? 1 : 0, gAHash, gAHash.count, &id)
        }
        return core.call(id)
    }
}
