import CTgcall

/// A group call: `Client.openGroup`, `createGroup` and `attachGroup` make them. Sound, events and the end are those of every call.
///
/// What asks something of Telegram returns when it is done; it throws `WishRefused` if Telegram refuses, and `CallEnded` if the call
/// ends first.
extension Call {
    /// Goes in, and returns when sound flows; of a call that is scheduled, when it has started. From here on staying in is the
    /// library's business. Throws `CallEnded` if the call ends instead.
    public func join(muted: Bool = false) async throws {
        try startJoin(muted: muted)
        try await connected()
    }

    /// Goes in, and does not wait. An attached call gets a new payload, to be joined anew.
    public func startJoin(muted: Bool = false) throws(TgcallError) {
        try use { tgcall_group_join($0, self.id, muted ? 1 : 0) }
    }

    /// Goes out, and returns when Telegram has been told. The call goes on without us.
    @discardableResult
    public func leave() async throws -> CallEndedEvent {
        try await hangUp()
        return try await ended()
    }

    /// Ends the call for all, if we may.
    @discardableResult
    public func endForAll() async throws -> CallEndedEvent {
        _ = try await wish { tgcall_group_end($0, self.id, $1) }
        return try await ended()
    }

    /// As whom to join, of those that `Client.joinAs` tells; before `join`.
    public func setJoinAs(_ peer: Peer) throws(TgcallError) {
        var raw = peer.raw
        try use { tgcall_group_set_join_as($0, self.id, &raw) }
    }

    /// The hash of the link by which we are invited; before `join`.
    public func setInviteHash(_ hash: String?) throws(TgcallError) {
        try use { tgcall_group_set_invite_hash($0, self.id, hash) }
    }

    // MARK: Who is there

    /// The call and who is in it, as of now: `Event.groupParticipant` and `.groupChanged` tell when it has changed.
    public var roster: Roster {
        get throws(TgcallError) {
            var roster: OpaquePointer?
            try use { tgcall_group_get_roster($0, self.id, &roster) }
            return Roster(roster!)
        }
    }

    /// How the sound of the call comes.
    public var mode: GroupMode {
        get throws(TgcallError) { .known(try number { tgcall_group_get_mode($0, self.id, $1) }) }
    }

    /// Whether `Event.groupLevels` tells who speaks, every 100 ms while somebody does.
    public func setLevels(_ on: Bool) throws(TgcallError) {
        try use { tgcall_group_set_levels($0, self.id, on ? 1 : 0) }
    }

    // MARK: Each by himself

    /// Whether each who is heard comes by himself: by the pulls with a peer, and by `listen`, whose frames then have their peer.
    public func setSeparate(_ separate: Bool) throws(TgcallError) {
        try use { tgcall_group_set_separate($0, self.id, separate ? 1 : 0) }
    }

    /// As `push(_:rateHz:channels:)`, of the sound that goes with our screen, beside what is said.
    @discardableResult
    public func push(screen samples: UnsafeBufferPointer<Int16>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        let count = wholeFrames(samples.count, channels)
        return core.handle.status { tgcall_audio_push_screen_s16($0, id, rateHz, channels, samples.baseAddress, count) }
    }

    /// The same with samples from -1 to 1.
    @discardableResult
    public func push(screen samples: UnsafeBufferPointer<Float>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        let count = wholeFrames(samples.count, channels)
        return core.handle.status { tgcall_audio_push_screen_f32($0, id, rateHz, channels, samples.baseAddress, count) }
    }

    /// As `pull(into:rateHz:channels:)`, of one participant.
    @discardableResult
    public func pull(
        _ peer: Peer, into samples: UnsafeMutableBufferPointer<Int16>, rateHz: UInt32, channels: UInt32 = 1
    ) -> Status {
        var raw = peer.raw
        let filled = wholeFrames(samples.count, channels)
        let status = core.handle.status {
            tgcall_group_pull_s16($0, id, &raw, rateHz, channels, samples.baseAddress, filled)
        }
        fillSilence(samples, from: status.rawValue < 0 ? 0 : filled * Int(channels))
        return status
    }

    /// The same with samples from -1 to 1.
    @discardableResult
    public func pull(
        _ peer: Peer, into samples: UnsafeMutableBufferPointer<Float>, rateHz: UInt32, channels: UInt32 = 1
    ) -> Status {
        var raw = peer.raw
        let filled = wholeFrames(samples.count, channels)
        let status = core.handle.status {
            tgcall_group_pull_f32($0, id, &raw, rateHz, channels, samples.baseAddress, filled)
        }
        fillSilence(samples, from: status.rawValue < 0 ? 0 : filled * Int(channels))
        return status
    }

    /// As `pull(opusInto:)`, of one participant: untouched.
    public func pull(
        _ peer: Peer, opusInto buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> (status: Status, size: Int, timestamp: UInt32) {
        var (raw, size, timestamp): (tgcall_peer, Int, UInt32) = (peer.raw, 0, 0)
        let status = core.handle.status {
            tgcall_group_pull_opus($0, id, &raw, buffer.baseAddress, buffer.count, &size, &timestamp)
        }
        return (status, size, timestamp)
    }

    // MARK: The pictures of others; ours, and that of a program, are those of every call

    /// The camera or the screen of somebody is wanted from now on, while he shows it: nothing comes that was not asked for. With
    /// `.none` no more of it comes.
    public func want(_ peer: Peer, _ source: VideoSource, quality: VideoQuality) throws(TgcallError) {
        var raw = peer.raw
        try use { tgcall_group_want_video($0, self.id, &raw, source.rawValue, quality.rawValue) }
    }

    /// As `pull(_:)`, of one participant.
    public func pull(_ peer: Peer, _ source: VideoSource) throws(TgcallError) -> VideoFrame? {
        var (raw, frame): (tgcall_peer, OpaquePointer?) = (peer.raw, nil)
        try core.handle.use { tgcall_group_pull_video($0, self.id, &raw, source.rawValue, &frame) }
        return frame.map { VideoFrame($0) }
    }

    /// As `wantKeyFrame(_:)`, of one participant.
    public func wantKeyFrame(_ peer: Peer, _ source: VideoSource) throws(TgcallError) {
        var raw = peer.raw
        try core.handle.use { tgcall_group_want_key_frame($0, self.id, &raw, source.rawValue) }
    }

    // MARK: What is asked of Telegram

    func wish(_ ask: (OpaquePointer, UnsafeMutablePointer<UInt64>) -> Int32) async throws -> AnswerEvent {
        let answer = try await core.wishes.ask { request in try self.use { ask($0, request) } }
        guard let answer else { throw CallEnded(event: try await ended()) }
        return answer
    }

    /// Mutes somebody: for all, if we may; else only for this account. Our own microphone is `setMuted(_:)`.
    public func setMuted(_ peer: Peer, _ muted: Bool) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: peer.raw) { tgcall_group_set_muted(client, self.id, $0, muted ? 1 : 0, request) }
        }
    }

    /// How loud somebody is, 1 to 20000, where 10000 is 100 %: for all, if we may; else only for this account.
    public func setVolume(_ peer: Peer, _ volume: UInt32) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: peer.raw) { tgcall_group_set_volume(client, self.id, $0, volume, request) }
        }
    }

    /// Raises our hand or takes it down, or as an admin takes down that of somebody else.
    public func setHand(raised: Bool, of peer: Peer = .me) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: peer.raw) { tgcall_group_set_hand(client, self.id, $0, raised ? 1 : 0, request) }
        }
    }

    /// Renames the call.
    public func setTitle(_ title: String) async throws {
        _ = try await wish { tgcall_group_set_title($0, self.id, title, $1) }
    }

    /// Starts a call that is scheduled, also before its time.
    public func startScheduled() async throws {
        _ = try await wish { tgcall_group_start_scheduled($0, self.id, $1) }
    }

    /// Whether Telegram sends this account a message when a scheduled call starts.
    public func subscribeStart(_ subscribed: Bool) async throws {
        _ = try await wish { tgcall_group_subscribe_start($0, self.id, subscribed ? 1 : 0, $1) }
    }

    /// Whether newcomers are muted.
    public func setJoinMuted(_ joinMuted: Bool) async throws {
        _ = try await wish { tgcall_group_set_join_muted($0, self.id, joinMuted ? 1 : 0, $1) }
    }

    /// Whether messages may be sent in the call.
    public func setMessagesEnabled(_ enabled: Bool) async throws {
        _ = try await wish { tgcall_group_set_messages_enabled($0, self.id, enabled ? 1 : 0, $1) }
    }

    /// How many stars a message in a live story costs at least.
    public func setMessageStars(_ stars: Int64) async throws {
        _ = try await wish { tgcall_group_set_message_stars($0, self.id, stars, $1) }
    }

    /// Makes the links that were given out invalid.
    public func resetLink() async throws {
        _ = try await wish { tgcall_group_reset_link($0, self.id, $1) }
    }

    /// Has Telegram record the call, or stop: the file goes to the Saved Messages of this account.
    public func setRecording(_ on: Bool, title: String? = nil, video: RecordedVideo = .none) async throws {
        _ = try await wish { tgcall_group_set_recording($0, self.id, on ? 1 : 0, video.rawValue, title, $1) }
    }

    /// Sends an invitation into the chat.
    public func invite(_ users: [Peer]) async throws {
        let raw = users.map(\.raw)
        _ = try await wish { tgcall_group_invite($0, self.id, raw, raw.count, $1) }
    }

    /// A link to the call; by one with `canSelfUnmute` who joins may speak, if we may grant that.
    public func exportLink(canSelfUnmute: Bool = false) async throws -> String {
        try await wish { tgcall_group_export_link($0, self.id, canSelfUnmute ? 1 : 0, $1) }.link
    }

    /// Sends a message to those in the call; one emoji alone is a reaction.
    public func sendMessage(_ text: String, paidStars: Int64 = 0) async throws {
        _ = try await wish { tgcall_group_send_message($0, self.id, text, paidStars, $1) }
    }

    /// Deletes messages, by the ids of `GroupMessageEvent`: our own, or any as an admin.
    public func deleteMessages(_ ids: [Int32], reportSpam: Bool = false) async throws {
        _ = try await wish { tgcall_group_delete_messages($0, self.id, ids, ids.count, reportSpam ? 1 : 0, $1) }
    }

    /// Deletes all messages of somebody.
    public func deleteMessages(of peer: Peer, reportSpam: Bool = false) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: peer.raw) { tgcall_group_delete_messages_of(client, self.id, $0, reportSpam ? 1 : 0, request) }
        }
    }

    /// The stars that were given in a live story, and by whom: `stars` and `peers` of the answer.
    public func stars() async throws -> AnswerEvent {
        try await wish { tgcall_group_get_stars($0, self.id, $1) }
    }

    /// As whom messages in a live story are sent from now on.
    public func saveSendAs(_ peer: Peer) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: peer.raw) { tgcall_group_save_send_as(client, self.id, $0, request) }
        }
    }

    // MARK: A call that the host's library joins

    /// What to join an attached call with, at once and at each `Event.groupJoin`: JSON, which holds a password, and the source that goes
    /// with it (TDLib: payload, audio_source_id).
    public func payload() throws(TgcallError) -> (params: String, source: Int32) {
        var source: Int32 = 0
        let bytes = try sized { buffer, capacity, size throws(TgcallError) in
            let text = UnsafeMutableRawPointer(buffer)?.assumingMemoryBound(to: CChar.self)
            try self.use { tgcall_group_get_payload($0, self.id, text, capacity, size, &source) }
        }
        return (String(decoding: bytes, as: UTF8.self), source)
    }

    /// What the host's library was answered when it joined with the payload of this source.
    public func connect(source: Int32, params: String) throws(TgcallError) {
        try use { tgcall_group_connect($0, self.id, source, params) }
    }

    /// What became of the part that a `streamPart` wanted, by its request; it is here, or `part` is empty.
    public func feed(part: [UInt8], outcome: Part = .here, request: UInt64) throws(TgcallError) {
        try use { tgcall_group_handle_part($0, self.id, request, outcome.rawValue, part, part.count) }
    }

    /// Where the live stream is, which a `streamPart` of the time 0 wants to know; 0: nobody streams.
    public func feed(lastTimeMs: Int64, request: UInt64) throws(TgcallError) {
        try use { tgcall_group_handle_channels($0, self.id, request, lastTimeMs) }
    }

    /// Somebody is in an attached call, or has changed. A source of 0: he sends nothing; a volume of 0: he is not to be heard here.
    public func feed(participant peer: Peer, source: Int32, volume: UInt32 = 10000) throws(TgcallError) {
        var raw = peer.raw
        try use { tgcall_group_handle_participant($0, self.id, &raw, source, volume) }
    }

    /// He has left the attached call.
    public func remove(participant peer: Peer) throws(TgcallError) {
        var raw = peer.raw
        try use { tgcall_group_remove_participant($0, self.id, &raw) }
    }

    /// What somebody in an attached call shows; no endpoint: nothing any more. `sourceGroups` is JSON.
    public func feed(
        video source: VideoSource, of peer: Peer, endpoint: String?, sourceGroups: String? = nil, audioSource: Int32 = 0,
        paused: Bool = false
    ) throws(TgcallError) {
        var raw = peer.raw
        try use {
            tgcall_group_handle_video(
                $0, self.id, &raw, source.rawValue, endpoint, sourceGroups, audioSource, paused ? 1 : 0)
        }
    }
}

/// Group calls of an account.
extension Client {
    /// Names the group call of a chat, by what the full chat, an update or a message has of it; nothing is sent. Set what is to be
    /// set, then `Call.join`. Up to 16 may be up.
    public func openGroup(id group: Int64, accessHash: Int64) throws(TgcallError) -> Call {
        try begin { tgcall_group_open($0, group, accessHash, nil, $1) }
    }

    /// Has Telegram make a group call in a chat, and returns when it has; throws `CallEnded` if it does not. A chat has one at most: a
    /// new one ends the old one. `scheduleUnixS` is when it is announced to start; 0: now.
    public func createGroup(
        in chat: Peer, title: String? = nil, scheduleUnixS: Int64 = 0, rtmp: Bool = false
    ) async throws -> Call {
        var raw = chat.raw
        let call = try begin { tgcall_group_create($0, &raw, title, scheduleUnixS, rtmp ? 1 : 0, nil, $1) }
        try await call.opened()
        return call
    }

    /// Begins a group call that the host's Telegram library joins (TDLib): with `Call.payload`, whose answer goes to `Call.connect`.
    public func attachGroup(muted: Bool = false) throws(TgcallError) -> Call {
        try begin { tgcall_group_attach($0, muted ? 1 : 0, nil, $1) }
    }

    /// As whom one may join the calls of a chat, for `Call.setJoinAs`. Throws `WishRefused`.
    public func joinAs(in chat: Peer) async throws -> [Peer] {
        let answer = try await wish { client, request in
            withUnsafePointer(to: chat.raw) { tgcall_group_get_join_as(client, $0, request) }
        }
        return answer.peers.map(\.peer)
    }

    /// As whom this account joins the calls of a chat by default.
    public func saveJoinAs(_ peer: Peer, in chat: Peer) async throws {
        _ = try await wish { client, request in
            withUnsafePointer(to: chat.raw) { chat in
                withUnsafePointer(to: peer.raw) { tgcall_group_save_join_as(client, chat, $0, request) }
            }
        }
    }

    /// Where the program of an RTMP stream goes, and its secret key.
    public func rtmp(of peer: Peer, story: Bool = false, revoke: Bool = false) async throws -> (link: String, key: String) {
        let answer = try await wish { client, request in
            withUnsafePointer(to: peer.raw) {
                tgcall_group_get_rtmp(client, $0, story ? 1 : 0, revoke ? 1 : 0, request)
            }
        }
        return (answer.link, answer.key)
    }

    private func wish(_ ask: (OpaquePointer, UnsafeMutablePointer<UInt64>) -> Int32) async throws -> AnswerEvent {
        let answer = try await core.wishes.ask { request in try self.core.handle.use { ask($0, request) } }
        guard let answer else { throw TgcallError.closed }
        return answer
    }

    func begin(_ make: (OpaquePointer, UnsafeMutablePointer<UInt64>) -> Int32) throws(TgcallError) -> Call {
        var id: UInt64 = 0
        try core.handle.use { make($0, &id) }
        guard let call = core.call(id) else { throw TgcallError.closed }
        return call
    }
}
