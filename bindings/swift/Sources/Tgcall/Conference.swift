import CTgcall

/// One device's part in one end-to-end encrypted conference, for a host that talks to Telegram itself: keys, blocks, broadcasts and
/// packets. From any thread, task or actor.
///
/// What comes from Telegram and is wrong is dropped and counted (`.empty`, or nil); see `reject`.
public final class Conference: Sendable {
    private let handle: Handle
    /// Held while what is lent until the same is asked for again is copied.
    private let lent = Locked(false)

    /// One participant of the newest block.
    public struct Participant: Hashable, Sendable {
        public let user: Int64
        public let key: [UInt8]
        /// 1 add, 2 remove.
        public let permissions: UInt32
    }

    /// Begins a device's part, with a new key pair: every join wants its own.
    public init(user: Int64, _ configuration: Configuration = Configuration()) throws(TgcallError) {
        let (config, hooks) = try configuration.make()
        defer { tgcall_config_free(config) }
        var conference: OpaquePointer?
        try Status.of(tgcall_conference_new(config, user, &conference))
        handle = Handle(conference!) { tgcall_conference_free($0) }
        handle.keep(hooks)
    }

    deinit {
        handle.close()
    }

    /// Ends the part and wipes its keys; what is called afterwards throws.
    public func close() async {
        handle.close()
        await handle.freed()
    }

    // MARK: The chain

    /// The public key that Telegram is told at the join.
    public var publicKey: [UInt8] {
        get throws(TgcallError) {
            var key = [UInt8](repeating: 0, count: 32)
            try handle.use { tgcall_conference_get_public_key($0, &key) }
            return key
        }
    }

    /// The block with which this device joins, built on the newest block of sub-chain 0; on none, the first block of a conference.
    /// Nil: the newest block breaks the rules, or lets nobody in.
    public func join(newest: [UInt8] = []) throws(TgcallError) -> [UInt8]? {
        try copied { tgcall_conference_join($0, newest, newest.count, $1) }
    }

    /// A block of sub-chain 0, each once and in order. `.empty`: it removed this device or broke the rules, and the conference has
    /// failed.
    @discardableResult
    public func apply(block: [UInt8]) throws(TgcallError) -> Status {
        try handle.use { tgcall_conference_apply_block($0, block, block.count) }
    }

    /// The next message for `phone.sendConferenceCallBroadcast`, until nil; ask after each block and each broadcast.
    public func nextBroadcast() throws(TgcallError) -> [UInt8]? {
        try copied { tgcall_conference_poll_broadcast($0, $1) }
    }

    /// An element of sub-chain 1. `.empty`: it was refused.
    @discardableResult
    public func feed(broadcast: [UInt8]) throws(TgcallError) -> Status {
        try handle.use { tgcall_conference_handle_broadcast($0, broadcast, broadcast.count) }
    }

    /// The block that removes users. Nil: none of them takes part.
    public func remove(users: [Int64]) throws(TgcallError) -> [UInt8]? {
        try copied { tgcall_conference_remove($0, users, users.count, $1) }
    }

    public var state: ConferenceState {
        get throws(TgcallError) {
            var state: UInt32 = 0
            try handle.use { tgcall_conference_get_state($0, &state) }
            return .known(state)
        }
    }

    /// The newest block.
    public var block: (height: Int32, hash: [UInt8]) {
        get throws(TgcallError) {
            var (height, hash): (Int32, [UInt8]) = (0, [UInt8](repeating: 0, count: 32))
            try handle.use { tgcall_conference_get_block($0, &height, &hash) }
            return (height, hash)
        }
    }

    public var participantCount: Int {
        get throws(TgcallError) {
            var count = 0
            try handle.use { tgcall_conference_get_participant_count($0, &count) }
            return count
        }
    }

    /// Who takes part, in the order of the block.
    public var participants: [Participant] {
        get throws(TgcallError) {
            var participants: [Participant] = []
            for index in 0..<(try participantCount) {
                var (user, key, permissions): (Int64, [UInt8], UInt32) = (0, [UInt8](repeating: 0, count: 32), 0)
                do {
                    try handle.use { tgcall_conference_get_participant($0, index, &user, &key, &permissions) }
                } catch {
                    // A block that came in between has fewer.
                    if error.status == .errNotFound { break }
                    throw error
                }
                participants.append(Participant(user: user, key: key, permissions: permissions))
            }
            return participants
        }
    }

    // MARK: Verification

    public var verification: Verification {
        get throws(TgcallError) {
            var verification: UInt32 = 0
            try handle.use { tgcall_conference_get_verification($0, &verification) }
            return .known(verification)
        }
    }

    /// The four emoji that all participants compare; nil before `.done`.
    public var emoji: [String]? {
        get throws(TgcallError) { try texts(4) { tgcall_conference_get_emoji($0, $1) } }
    }

    /// The 24 words of the newest block.
    public var words: [String] {
        get throws(TgcallError) { try texts(24) { tgcall_conference_get_words($0, $1) } ?? [] }
    }

    // MARK: Packets

    /// Encrypts bytes for everybody; the first `prefix` stay readable for the server.
    public func encrypt(_ data: [UInt8], channel: Int32 = 0, prefix: Int = 0) throws(TgcallError) -> [UInt8] {
        try sized { buffer, capacity, size throws(TgcallError) in
            try self.handle.use {
                tgcall_conference_encrypt($0, channel, data, data.count, max(prefix, 0), buffer, capacity, size)
            }
        }
    }

    /// Decrypts a packet of the user whose SSRC it came with. Nil: it was refused.
    public func decrypt(_ packet: [UInt8], of user: Int64) throws(TgcallError) -> [UInt8]? {
        try opened(packet.count) { tgcall_conference_decrypt($0, user, packet, packet.count, $1, packet.count, $2) }
    }

    /// The same for an encoded frame on its way to the packetizer. Nil: the rare frame that no encryption leaves whole; drop it.
    public func encrypt(
        frame: [UInt8], codec: FrameCodec, channel: Int32 = 0, speech: Bool = false, levelDbov: UInt32 = 0
    ) throws(TgcallError) -> [UInt8]? {
        var refused = false
        let bytes = try sized { buffer, capacity, size throws(TgcallError) in
            let status = try self.handle.use {
                tgcall_conference_encrypt_frame(
                    $0, channel, codec.rawValue, speech ? 1 : 0, levelDbov, frame, frame.count, buffer, capacity, size)
            }
            refused = status == .empty
            if refused { size.pointee = 0 }
        }
        return refused ? nil : bytes
    }

    /// The same for what comes from the depacketizer. Nil: it was refused. The level is -1 if the sender gave none.
    public func decrypt(
        frame packet: [UInt8], codec: FrameCodec, of user: Int64
    ) throws(TgcallError) -> (frame: [UInt8], levelDbov: Int32)? {
        var level: Int32 = -1
        let frame = try opened(packet.count) {
            tgcall_conference_decrypt_frame(
                $0, user, codec.rawValue, packet, packet.count, &level, $1, packet.count, $2)
        }
        return frame.map { ($0, level) }
    }

    /// How long until a key is due to be wiped by `wipe`; nil: none is.
    public var nextTimeoutMs: Int32? {
        get throws(TgcallError) {
            var timeout: Int32 = -1
            try handle.use { tgcall_conference_get_next_timeout($0, &timeout) }
            return timeout < 0 ? nil : timeout
        }
    }

    /// Wipes the keys whose time has come. Encrypting and decrypting do so too.
    public func wipe() throws(TgcallError) {
        try handle.use { tgcall_conference_handle_timeout($0) }
    }

    /// Why the last input was refused, as the official library numbers it, and how many were in all.
    public var reject: (code: Int32, count: UInt64) {
        get throws(TgcallError) {
            var (code, count): (Int32, UInt64) = (0, 0)
            try handle.use { tgcall_conference_get_reject($0, &code, &count) }
            return (code, count)
        }
    }

    /// The form in which Telegram delivers a block or broadcast that was sent to it: for tests and for servers.
    public static func serverForm(of data: [UInt8]) throws(TgcallError) -> [UInt8] {
        try sized { buffer, capacity, size throws(TgcallError) in
            try Status.of(tgcall_conference_to_server_form(data, data.count, buffer, capacity, size))
        }
    }

    // MARK: Inside

    /// What is lent, copied; nil for `.empty`.
    private func copied(
        _ body: (OpaquePointer, UnsafeMutablePointer<tgcall_bytes>) -> Int32
    ) throws(TgcallError) -> [UInt8]? {
        try lent.with { _ throws(TgcallError) in
            var bytes = tgcall_bytes()
            let status = try handle.use { body($0, &bytes) }
            return status == .ok ? [UInt8](lent: bytes) : nil
        }
    }

    /// What is decrypted into a buffer as large as the packet; nil for `.empty`.
    private func opened(
        _ capacity: Int, _ body: (OpaquePointer, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>) -> Int32
    ) throws(TgcallError) -> [UInt8]? {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(capacity, 1))
        defer { memory.deallocate() }
        var size = 0
        guard try handle.use({ body($0, memory, &size) }) == .ok else { return nil }
        return Array(UnsafeBufferPointer(start: memory, count: size))
    }

    private func texts(
        _ count: Int, _ body: (OpaquePointer, UnsafeMutablePointer<tgcall_text>) -> Int32
    ) throws(TgcallError) -> [String]? {
        try lent.with { _ throws(TgcallError) in
            var texts = [tgcall_text](repeating: tgcall_text(), count: count)
            let status = try handle.use { body($0, &texts) }
            return status == .ok ? texts.map { String(lent: $0) } : nil
        }
    }
}
