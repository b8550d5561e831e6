import CTgcall

/// A call whose key the host's Telegram library made, and one whose news come field by field.
extension Call {
    /// A relay of Telegram's, field by field as Telegram named it. Add all of one call, before `connect`.
    public func addReflector(
        id relay: Int64, ip: String, ipv6: String = "", port: UInt16, peerTag: [UInt8], tcp: Bool
    ) throws(TgcallError) {
        try use {
            tgcall_call_add_reflector($0, self.id, relay, ip, ipv6, port, peerTag, peerTag.count, tcp ? 1 : 0)
        }
    }

    /// A STUN or TURN server, likewise.
    public func addWebrtc(
        id server: Int64, ip: String, ipv6: String = "", port: UInt16, username: String, password: String, turn: Bool,
        stun: Bool
    ) throws(TgcallError) {
        try use {
            tgcall_call_add_webrtc(
                $0, self.id, server, ip, ipv6, port, username, password, turn ? 1 : 0, stun ? 1 : 0)
        }
    }

    /// Starts the media, with the first of the agreed `library_versions`.
    public func connect(version: String, p2pAllowed: Bool, customParameters: String? = nil) throws(TgcallError) {
        try use { tgcall_connect($0, self.id, version, p2pAllowed ? 1 : 0, customParameters) }
    }

    /// A signaling packet from the other side. `.empty`: it was dropped.
    @discardableResult
    public func feed(_ packet: some Collection<UInt8>) throws(TgcallError) -> Status {
        try core.handle.use { client in
            withBytes(packet) { tgcall_call_handle_signaling(client, self.id, $0.baseAddress, $0.count) }
        }
    }

    // MARK: News field by field

    /// `phoneCallWaiting`. `.empty`: that of another call.
    @discardableResult
    public func waiting(telegramID: Int64, accessHash: Int64, receiveDateS: Int32 = 0) throws(TgcallError) -> Status {
        try core.handle.use { tgcall_call_handle_waiting($0, self.id, telegramID, accessHash, receiveDateS) }
    }

    /// `phoneCallAccepted`.
    public func accepted(gB: [UInt8]) throws(TgcallError) {
        try use { tgcall_call_handle_accepted($0, self.id, gB, gB.count) }
    }

    /// `phoneCall`, the final one; its servers follow, then `connect`.
    public func confirmed(gAOrB: [UInt8], keyFingerprint: Int64) throws(TgcallError) {
        try use { tgcall_call_handle_confirmed($0, self.id, gAOrB, gAOrB.count, keyFingerprint) }
    }

    /// `phoneCallDiscarded`.
    public func discarded(
        reason: DiscardReason = .auto, needRating: Bool = false, needDebug: Bool = false
    ) throws(TgcallError) {
        try use {
            tgcall_call_handle_discarded($0, self.id, reason.rawValue, needRating ? 1 : 0, needDebug ? 1 : 0)
        }
    }
}

/// `Media.host`: the host's own engine carries the sound.
extension Call {
    /// The 256-byte key, from `.connecting` on; wipe it after use.
    public var key: [UInt8] {
        get throws(TgcallError) {
            try sized { buffer, capacity, size throws(TgcallError) in
                try self.use { tgcall_call_get_key($0, self.id, buffer, capacity, size) }
            }
        }
    }

    /// The final `phoneCall` with its servers, in TL.
    public var phoneCall: [UInt8] {
        get throws(TgcallError) {
            try sized { buffer, capacity, size throws(TgcallError) in
                try self.use { tgcall_call_get_phone_call($0, self.id, buffer, capacity, size) }
            }
        }
    }

    /// Takes a packet of the engine's to the other side; what comes from there is a `SignalingReceivedEvent`.
    public func send(signaling packet: [UInt8]) throws(TgcallError) {
        try use { tgcall_call_send_signaling($0, self.id, packet, packet.count) }
    }

    /// Tells whether the engine is connected.
    public func setConnected(_ connected: Bool) throws(TgcallError) {
        try use { tgcall_call_set_connected($0, self.id, connected ? 1 : 0) }
    }
}
