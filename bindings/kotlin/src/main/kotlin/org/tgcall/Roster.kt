package org.tgcall

import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Who somebody in a group call is, or which chat. Peers are the same whatever their access hashes. */
public class Peer @JvmOverloads constructor(
    public val kind: PeerKind,
    public val id: Long = 0,
    /** Known only where Telegram has just told it; else 0. */
    public val accessHash: Long = 0,
) {
    override fun equals(other: Any?): Boolean = other is Peer && other.kind == kind && other.id == id

    override fun hashCode(): Int = 31 * kind.hashCode() + id.hashCode()

    override fun toString(): String = "Peer($kind, $id)"

    internal fun toRaw(): ByteArray = listOf(this).toRawPeers()

    public companion object {
        /** This account, by whatever it has joined as. */
        @JvmStatic
        public fun me(): Peer = Peer(PeerKind.SELF)

        @JvmStatic
        @JvmOverloads
        public fun user(id: Long, accessHash: Long = 0): Peer = Peer(PeerKind.USER, id, accessHash)

        /** A basic group. */
        @JvmStatic
        public fun chat(id: Long): Peer = Peer(PeerKind.CHAT, id)

        /** A channel or a supergroup. */
        @JvmStatic
        @JvmOverloads
        public fun channel(id: Long, accessHash: Long = 0): Peer = Peer(PeerKind.CHANNEL, id, accessHash)
    }
}

/** `sizeof(tgcall_peer)`. */
internal const val PEER_SIZE = 24

internal fun List<Peer>.toRawPeers(): ByteArray {
    val raw = ByteBuffer.allocate(size * PEER_SIZE).order(ByteOrder.nativeOrder())
    forEach { raw.putInt(it.kind.number).putInt(0).putLong(it.id).putLong(it.accessHash) }
    return raw.array()
}

/** Null for nobody. */
internal fun peerOf(raw: ByteArray): Peer? {
    val fields = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder())
    val kind = PeerKind.of(fields.getInt(0))
    return if (kind == null || kind == PeerKind.NONE) null else Peer(kind, fields.getLong(8), fields.getLong(16))
}

/** Somebody in a group call. */
public class GroupParticipant internal constructor(
    public val peer: Peer,
    /** When he joined, in seconds since 1970. */
    public val dateUnixS: Long,
    /** When he spoke last; 0: he has not. */
    public val activeDateUnixS: Long,
    /** How loud he is played: 1 to 20000, where 10000 is 100 %. */
    public val volume: Int,
    /** 0: his hand is down. The larger, the earlier he is shown to those who may call him up. */
    public val raiseHandRating: Long,
    /** What he gave in a live story. */
    public val stars: Long,
    /** Bits, as the numbers of [Switches]. */
    public val switches: Int,
    /** Whether he cannot speak before an admin allows it. */
    public val isMutedByAdmin: Boolean,
    public val canSelfUnmute: Boolean,
    /** Whether this account alone does not hear him. */
    public val isMutedForMe: Boolean,
    /** Whether it is this account, by whatever it has joined as. */
    public val isSelf: Boolean,
    /** What he says about himself. */
    public val about: String,
) {
    override fun toString(): String = "GroupParticipant($peer)"
}

/**
 * A group call and who is in it, at one moment, in the order in which apps show people: who shows pictures, then who spoke last.
 * It never changes, and is good also after the client. People are read when they are looked at. What is dropped instead of closed
 * is freed late.
 */
public class Roster internal constructor(address: Long) : AbstractList<GroupParticipant>(), AutoCloseable {
    private val handle = Handle(address, "roster", Raw::rosterFree)

    /** Empty: that of the chat. */
    public val title: String = Raw.rosterGetTitle(address)

    /** The link of a conference; empty: there is none, or it was not told. */
    public val link: String = Raw.rosterGetLink(address)

    /** Bits, as the numbers of [GroupSettings]. */
    public val settings: Int = Raw.rosterGetSettings(address)

    /** How many people are in the call, by Telegram's count; [size] of them are known here. */
    public val total: Int = Raw.rosterGetTotal(address)

    /** When a call that is scheduled is to start; 0: it has started, or it is not known. */
    public val scheduleUnixS: Long = Raw.rosterGetScheduleUnixS(address)

    /** Since when Telegram records the call; 0: it does not. */
    public val recordStartUnixS: Long = Raw.rosterGetRecordStartUnixS(address)

    /** What a message in a live story costs at least. */
    public val messageStars: Long = Raw.rosterGetMessageStars(address)

    override val size: Int = Raw.rosterGetCount(address)

    init {
        Dropped.watch(this, handle)
    }

    override fun get(index: Int): GroupParticipant = handle.use { roster ->
        val found = Raw.rosterGet(roster, index)
        if (index !in 0 until size || found == 0L) throw IndexOutOfBoundsException("$index of $size")
        read(found)
    }

    /** Somebody, by who he is; null: he is not there. */
    public fun find(peer: Peer): GroupParticipant? = handle.use { roster ->
        val found = Raw.rosterFind(roster, peer.toRaw())
        if (found == 0L) null else read(found)
    }

    /** This account, by whatever it has joined as. */
    public val me: GroupParticipant? get() = find(Peer.me())

    override fun close() {
        handle.close()
    }

    override fun toString(): String = "Roster($size of $total)"

    private fun read(participant: Long) = GroupParticipant(
        checkNotNull(peerOf(Raw.participantGetPeer(participant))),
        Raw.participantGetDateUnixS(participant),
        Raw.participantGetActiveDateUnixS(participant),
        Raw.participantGetVolume(participant),
        Raw.participantGetRaiseHandRating(participant),
        Raw.participantGetStars(participant),
        Raw.participantGetSwitches(participant),
        Raw.participantIsMutedByAdmin(participant),
        Raw.participantCanSelfUnmute(participant),
        Raw.participantIsMutedForMe(participant),
        Raw.participantIsSelf(participant),
        text(copied { buffer, capacity, size -> Raw.participantGetAbout(participant, buffer, 0, capacity, size) }),
    )
}

internal fun text(bytes: ByteArray?): String = String(bytes ?: ByteArray(0), Charsets.UTF_8)
