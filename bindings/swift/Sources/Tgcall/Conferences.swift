import CTgcall

/// A conference as a call: a group call of no chat, end-to-end encrypted, with a link (`roster.link`).
extension Client {
    /// Has Telegram make a conference, and returns when we are in, or without `join` when it is made; throws `CallEnded` if it is not.
    public func createConference(join: Bool = true, muted: Bool = false) async throws -> Call {
        let call = try begin { tgcall_group_create_conference($0, join ? 1 : 0, muted ? 1 : 0, nil, $1) }
        if join { try await call.connected() } else { try await call.opened() }
        return call
    }

    /// A conference by its link; then `join`.
    public func openLink(_ link: String) throws(TgcallError) -> Call {
        try begin { tgcall_group_open_link($0, link, nil, $1) }
    }

    /// A conference by the message in which somebody invited us, of `Event.groupInvited` or from elsewhere; then `join`, or `discard` to
    /// decline.
    public func openInvitation(messageId: Int32) throws(TgcallError) -> Call {
        try begin { tgcall_group_open_invitation($0, messageId, nil, $1) }
    }
}

extension Call {
    /// Whether `upgrade` is possible now: somebody talks, and the other side's app knows conferences.
    public var canUpgrade: Bool {
        get throws(TgcallError) {
            var can = false
            try use { tgcall_call_can_upgrade($0, self.id, &can) }
            return can
        }
    }

    /// Makes a conference of this private call and invites others to it: another call, which goes in at once. `Event.callMigrated` tells
    /// that this call goes on there, on both sides (`Client.call(id:)` has it); if the conference does not come about it ends, and this
    /// call is as it was.
    public func upgrade(inviting users: [Peer] = []) throws(TgcallError) -> Call {
        let raw = users.map(\.raw)
        var id: UInt64 = 0
        try use { tgcall_call_upgrade($0, self.id, raw, raw.count, &id) }
        guard let call = core.call(id) else { throw TgcallError.closed }
        return call
    }

    /// The 24 words of a conference's newest block, which people may read to each other instead of comparing `emoji`, which is there
    /// while `Event.groupVerified` says so.
    public var words: String {
        get throws(TgcallError) {
            let room = 256
            var (buffer, size) = ([CChar](repeating: 0, count: room), 0)
            try use { tgcall_group_get_words($0, self.id, &buffer, room, &size) }
            return String(decoding: buffer[..<size].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Rings a user: he is invited to a conference.
    public func invite(user: Peer, video: Bool = false) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: user.raw) { tgcall_group_invite_user(client, self.id, $0, video ? 1 : 0, request) }
        }
    }

    /// Takes an invitation back: it rings no more.
    public func cancelInvite(user: Peer) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: user.raw) { tgcall_group_cancel_invite(client, self.id, $0, request) }
        }
    }

    /// Removes somebody from a conference and bans him: from the next block on he has no key.
    public func remove(user: Peer) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: user.raw) { tgcall_group_remove_user(client, self.id, $0, request) }
        }
    }
}
