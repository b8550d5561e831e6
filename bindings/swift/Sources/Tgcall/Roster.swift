import CTgcall

/// Who somebody in a group call is, or which chat. Peers are equal whatever their access hashes.
public struct Peer: Hashable, Sendable {
    /// `none`: nobody, or of a kind that only a newer library knows.
    public let kind: PeerKind
    public let id: Int64
    /// Known only where Telegram has just told it; else 0.
    public let accessHash: Int64

    public init(_ kind: PeerKind, id: Int64 = 0, accessHash: Int64 = 0) {
        self.kind = kind
        self.id = id
        self.accessHash = accessHash
    }

    /// This account, by whatever it has joined as.
    public static let me = Peer(.self)

    public static func user(_ id: Int64, accessHash: Int64 = 0) -> Peer {
        Peer(.user, id: id, accessHash: accessHash)
    }

    /// A basic group.
    public static func chat(_ id: Int64) -> Peer {
        Peer(.chat, id: id)
    }

    /// A channel or a supergroup.
    public static func channel(_ id: Int64, accessHash: Int64 = 0) -> Peer {
        Peer(.channel, id: id, accessHash: accessHash)
    }

    public static func == (one: Peer, other: Peer) -> Bool {
        one.kind == other.kind && one.id == other.id
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(id)
    }

    init(_ raw: tgcall_peer) {
        self.init(.known(raw.kind), id: raw.id, accessHash: raw.access_hash)
    }

    var raw: tgcall_peer {
        tgcall_peer(kind: kind.rawValue, id: id, access_hash: accessHash)
    }
}

/// How loud somebody was in the last 100 ms.
public struct Level: Hashable, Sendable {
    public let peer: Peer
    /// The loudest: 0 to 32767.
    public let level: UInt32
    /// Whether it is a voice.
    public let speaks: Bool
}

extension [Level] {
    init(_ event: OpaquePointer, _ count: UInt32) {
        self = (0..<Int(count)).compactMap { index in
            var (peer, level, speaks) = (tgcall_peer(), UInt32(0), false)
            guard tgcall_event_get_level(event, index, &peer, &level, &speaks) == 0 else { return nil }
            return Level(peer: Peer(peer), level: level, speaks: speaks)
        }
    }
}

/// A peer of an answer.
public struct AnsweredPeer: Hashable, Sendable {
    /// Who gave stars without his name has kind `none`.
    public let peer: Peer
    /// What he gave; 0 where it is not about stars.
    public let stars: Int64
}

extension [AnsweredPeer] {
    init(_ event: OpaquePointer, _ count: UInt32) {
        self = (0..<Int(count)).compactMap { index in
            var (peer, stars) = (tgcall_peer(), Int64(0))
            guard tgcall_event_get_peer_at(event, index, &peer, &stars) == 0 else { return nil }
            return AnsweredPeer(peer: Peer(peer), stars: stars)
        }
    }
}

/// Somebody in a group call.
public struct GroupParticipant: Hashable, Sendable {
    public let peer: Peer
    /// When he joined, in seconds since 1970.
    public let dateUnixS: Int64
    /// When he spoke last; 0: he has not.
    public let activeDateUnixS: Int64
    /// How loud he is played: 1 to 20000, where 10000 is 100 %.
    public let volume: UInt32
    /// 0: his hand is down. The larger, the earlier he is shown to those who may call him up.
    public let raiseHandRating: Int64
    /// What he gave in a live story.
    public let stars: Int64
    public let switches: Switches
    /// Whether he cannot speak before an admin allows it.
    public let isMutedByAdmin: Bool
    public let canSelfUnmute: Bool
    /// Whether this account alone does not hear him.
    public let isMutedForMe: Bool
    /// Whether it is this account, by whatever it has joined as.
    public let isSelf: Bool
    /// What he says about himself.
    public let about: String

    init(_ raw: OpaquePointer) {
        peer = Peer(tgcall_participant_get_peer(raw))
        dateUnixS = tgcall_participant_get_date_unix_s(raw)
        activeDateUnixS = tgcall_participant_get_active_date_unix_s(raw)
        volume = tgcall_participant_get_volume(raw)
        raiseHandRating = tgcall_participant_get_raise_hand_rating(raw)
        stars = tgcall_participant_get_stars(raw)
        switches = Switches(rawValue: tgcall_participant_get_switches(raw))
        isMutedByAdmin = tgcall_participant_is_muted_by_admin(raw)
        canSelfUnmute = tgcall_participant_can_self_unmute(raw)
        isMutedForMe = tgcall_participant_is_muted_for_me(raw)
        isSelf = tgcall_participant_is_self(raw)
        let bytes = try? sized { buffer, capacity, size throws(TgcallError) in
            try Status.of(
                tgcall_participant_get_about(
                    raw, UnsafeMutableRawPointer(buffer)?.assumingMemoryBound(to: CChar.self), capacity, size))
        }
        about = String(decoding: bytes ?? [], as: UTF8.self)
    }
}

/// A group call and who is in it, at one moment, in the order in which apps show people: who shows pictures, then who spoke last.
/// It never changes, and is good also after the client. People are read when they are looked at.
public final class Roster: RandomAccessCollection, @unchecked Sendable {
    private let roster: OpaquePointer

    init(_ roster: OpaquePointer) {
        self.roster = roster
    }

    deinit {
        tgcall_roster_free(roster)
    }

    /// Empty: that of the chat.
    public var title: String { String(lent: tgcall_roster_get_title(roster)) }
    /// The link of a conference; empty: there is none, or it was not told.
    public var link: String { String(lent: tgcall_roster_get_link(roster)) }
    public var settings: GroupSettings { GroupSettings(rawValue: tgcall_roster_get_settings(roster)) }
    /// How many people are in the call, by Telegram's count; `count` of them are known here.
    public var total: UInt32 { tgcall_roster_get_total(roster) }
    /// When a call that is scheduled is to start; 0: it has started, or it is not known.
    public var scheduleUnixS: Int64 { tgcall_roster_get_schedule_unix_s(roster) }
    /// Since when Telegram records the call; 0: it does not.
    public var recordStartUnixS: Int64 { tgcall_roster_get_record_start_unix_s(roster) }
    /// What a message in a live story costs at least.
    public var messageStars: Int64 { tgcall_roster_get_message_stars(roster) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { tgcall_roster_get_count(roster) }

    public subscript(index: Int) -> GroupParticipant {
        precondition(indices.contains(index), "there is nobody with this number")
        return GroupParticipant(tgcall_roster_get(roster, index))
    }

    /// Somebody, by who he is; nil: he is not there.
    public func find(_ peer: Peer) -> GroupParticipant? {
        var raw = peer.raw
        return tgcall_roster_find(roster, &raw).map { GroupParticipant($0) }
    }

    /// This account, by whatever it has joined as.
    public var me: GroupParticipant? { find(.me) }
}
