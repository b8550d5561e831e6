package org.tgcall

import java.nio.ByteBuffer
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow

/**
 * A group call, also for a while after its end: [Client.openGroup], [Client.createGroup] and [Client.attachGroup] make them. Sound
 * is that of a [Call]. What suspends and asks something of Telegram goes on when it is done; it throws [WishException] if Telegram
 * refuses, and [CallEndedException] if the call ends first.
 */
public class GroupCall internal constructor(client: Client) : Call(client) {
    /** Goes in, and suspends until sound flows; of a call that is scheduled, until it has started. From here on staying in is the
     * library's business. Throws [CallEndedException] if the call ends instead. */
    @JvmOverloads
    public suspend fun join(muted: Boolean = false) {
        awaitOpen()
        startJoin(muted)
        awaitActive()
    }

    /** Goes in; goes on at once. An attached call gets a new payload, to be joined anew. */
    @JvmOverloads
    public fun startJoin(muted: Boolean = false) {
        use { check(Raw.groupJoin(it, id, muted)) }
    }

    /** Goes out, and suspends until Telegram has been told. The call goes on without us. */
    public suspend fun leave(): Event.CallEnded = hangUp()

    /** Ends the call for all, if we may. */
    public suspend fun endForAll(): Event.CallEnded {
        wish { client, out -> Raw.groupEnd(client, id, out) }
        return awaitEnd()
    }

    /** As whom to join, of those that [Client.joinAs] tells; before [join]. */
    public fun setJoinAs(peer: Peer) {
        use { check(Raw.groupSetJoinAs(it, id, peer.toRaw())) }
    }

    /** The hash of the link by which we are invited; before [join]. */
    public fun setInviteHash(hash: String?) {
        use { check(Raw.groupSetInviteHash(it, id, hash)) }
    }

    internal suspend fun awaitOpen() {
        val isThere = { at: CallState -> at != CallState.NONE && at != CallState.REQUESTING }
        state.first { isThere(it) || isThere(currentState) }
        if (state.value.isEnd) throw CallEndedException(awaitEnd())
    }

    /* ---- Who is there ---- */

    /** The call and who is in it, as of now: [Event.GroupParticipantChanged] and [Event.GroupChanged] tell when it has changed. */
    public val roster: Roster
        get() = use { client -> Roster(longOut { Raw.groupGetRoster(client, id, it) }) }

    /** How the sound of the call comes. */
    public val mode: GroupMode?
        get() = use { client -> GroupMode.of(intOut { Raw.groupGetMode(client, id, it) }) }

    /** Whether [Event.GroupLevels] tells who speaks, every 100 ms while somebody does. */
    public fun setLevels(on: Boolean) {
        use { check(Raw.groupSetLevels(it, id, on)) }
    }

    /* ---- Each by himself ---- */

    /** As [Audio.listen], but everybody who is heard by himself, up to 24 at a time: a frame has its [AudioFrame.peer]. */
    @JvmOverloads
    public fun listenEach(rateHz: Int = 48000, channels: Int = 1, frameMs: Int = 20): Flow<AudioFrame> = flow {
        setSeparate(true)
        try {
            audio.listen(rateHz, channels, frameMs, LOUDEST).collect { if (it.peer != null) emit(it) }
        } finally {
            try {
                setSeparate(false)
            } catch (_: TgcallException.State) {
                // It is over, or closed.
            } catch (_: TgcallException.NotFound) {
            }
        }
    }

    /** Whether each who is heard comes by himself, for the pulls with a peer. */
    public fun setSeparate(separate: Boolean) {
        use { check(Raw.groupSetSeparate(it, id, separate)) }
    }

    /** As [Audio.push], of the sound that goes with our screen, beside what is said. */
    public fun pushScreen(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 2, channels)
        val at = samples.position()
        val taken = use { done(Raw.audioPushScreenS16(it, id, rateHz, channels, samples, at, count)) }
        if (taken) samples.position(samples.limit())
        return taken
    }

    /** As [Audio.pushFloats], of the sound that goes with our screen. */
    public fun pushScreenFloats(samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 4, channels)
        val at = samples.position()
        val taken = use { done(Raw.audioPushScreenF32(it, id, rateHz, channels, samples, at, count)) }
        if (taken) samples.position(samples.limit())
        return taken
    }

    /** As [Audio.pull], of one participant. */
    public fun pull(peer: Peer, samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 2, channels)
        val at = samples.position()
        val heard = use { done(Raw.groupPullS16(it, id, peer.toRaw(), rateHz, channels, samples, at, count)) }
        samples.position(samples.limit())
        return heard
    }

    /** As [Audio.pullFloats], of one participant. */
    public fun pullFloats(peer: Peer, samples: ByteBuffer, rateHz: Int, channels: Int): Boolean {
        val count = frames(samples, 4, channels)
        val at = samples.position()
        val heard = use { done(Raw.groupPullF32(it, id, peer.toRaw(), rateHz, channels, samples, at, count)) }
        samples.position(samples.limit())
        return heard
    }

    /** As [Audio.pullOpus], of one participant: untouched. */
    public fun pullOpus(peer: Peer, packet: ByteBuffer): Long {
        require(packet.isDirect) { "packets go in and out by direct buffers: ByteBuffer.allocateDirect" }
        val size = IntArray(1)
        val timestamp = IntArray(1)
        val at = packet.position()
        val room = packet.remaining()
        val taken = use { done(Raw.groupPullOpus(it, id, peer.toRaw(), packet, at, room, size, timestamp)) }
        if (!taken) return -1
        packet.position(at + size[0])
        return timestamp[0].toLong() and 0xffffffff
    }

    /* ---- Who is in a conference: [emoji] is there while [Event.GroupVerified] says so ---- */

    /** The 24 words of a conference's newest block, which people may read to each other. [TgcallException.State] unless we are in. */
    public val words: String
        get() {
            val buffer = ByteBuffer.allocateDirect(WORDS)
            val size = IntArray(1)
            use { check(Raw.groupGetWords(it, id, buffer, 0, WORDS, size)) }
            return ByteArray(size[0]).also { buffer.get(it) }.toString(Charsets.US_ASCII)
        }

    /** Rings a user: he is invited to a conference. */
    @JvmOverloads
    public suspend fun inviteUser(user: Peer, video: Boolean = false) {
        wish { client, out -> Raw.groupInviteUser(client, id, user.toRaw(), video, out) }
    }

    /** Takes an invitation back: it rings no more. [TgcallException.NotFound] if he has answered. */
    public suspend fun cancelInvite(user: Peer) {
        wish { client, out -> Raw.groupCancelInvite(client, id, user.toRaw(), out) }
    }

    /** Removes somebody from a conference and bans him: from the next block on he has no key. */
    public suspend fun removeUser(user: Peer) {
        wish { client, out -> Raw.groupRemoveUser(client, id, user.toRaw(), out) }
    }

    /* ---- The pictures of others; ours, and that of a program, are those of every call: [video] ---- */

    /** The camera or the screen of somebody is wanted from now on, while he shows it: nothing comes that was not asked for. With
     * [VideoQuality.NONE] no more of it comes. */
    public fun wantVideo(peer: Peer, source: VideoSource, quality: VideoQuality) {
        use { check(Raw.groupWantVideo(it, id, peer.toRaw(), source.number, quality.number)) }
    }

    /** As [Video.pull], of one participant. */
    public fun pullVideo(peer: Peer, source: VideoSource): VideoFrame? {
        val frame = LongArray(1)
        use { check(Raw.groupPullVideo(it, id, peer.toRaw(), source.number, frame)) }
        return if (frame[0] == 0L) null else VideoFrame(frame[0])
    }

    /** As [Video.wantKeyFrame], of one participant. */
    public fun wantKeyFrame(peer: Peer, source: VideoSource) {
        use { check(Raw.groupWantKeyFrame(it, id, peer.toRaw(), source.number)) }
    }

    /* ---- What is asked of Telegram ---- */

    private suspend fun wish(ask: (Long, LongArray) -> Int): Event.Answer {
        if (isOver) throw CallEndedException(awaitEnd())
        return client.wish { out -> use { ask(it, out) } } ?: throw CallEndedException(awaitEnd())
    }

    /** Mutes somebody: for all, if we may; else only for this account. Our own microphone is [Audio.setMuted]. */
    public suspend fun setMuted(peer: Peer, muted: Boolean) {
        wish { client, out -> Raw.groupSetMuted(client, id, peer.toRaw(), muted, out) }
    }

    /** How loud somebody is, 1 to 20000, where 10000 is 100 %: for all, if we may; else only for this account. */
    public suspend fun setVolume(peer: Peer, volume: Int) {
        wish { client, out -> Raw.groupSetVolume(client, id, peer.toRaw(), volume, out) }
    }

    /** Raises our hand or takes it down, or as an admin takes down that of somebody else. */
    @JvmOverloads
    public suspend fun setHand(raised: Boolean, peer: Peer = Peer.me()) {
        wish { client, out -> Raw.groupSetHand(client, id, peer.toRaw(), raised, out) }
    }

    /** Renames the call. */
    public suspend fun setTitle(title: String) {
        wish { client, out -> Raw.groupSetTitle(client, id, title, out) }
    }

    /** Starts a call that is scheduled, also before its time. */
    public suspend fun startScheduled() {
        wish { client, out -> Raw.groupStartScheduled(client, id, out) }
    }

    /** Whether Telegram sends this account a message when a scheduled call starts. */
    public suspend fun subscribeStart(subscribed: Boolean) {
        wish { client, out -> Raw.groupSubscribeStart(client, id, subscribed, out) }
    }

    /** Whether newcomers are muted. */
    public suspend fun setJoinMuted(joinMuted: Boolean) {
        wish { client, out -> Raw.groupSetJoinMuted(client, id, joinMuted, out) }
    }

    /** Whether messages may be sent in the call. */
    public suspend fun setMessagesEnabled(enabled: Boolean) {
        wish { client, out -> Raw.groupSetMessagesEnabled(client, id, enabled, out) }
    }

    /** How many stars a message in a live story costs at least. */
    public suspend fun setMessageStars(stars: Long) {
        wish { client, out -> Raw.groupSetMessageStars(client, id, stars, out) }
    }

    /** Makes the links that were given out invalid. */
    public suspend fun resetLink() {
        wish { client, out -> Raw.groupResetLink(client, id, out) }
    }

    /** Has Telegram record the call, or stop: the file goes to the Saved Messages of this account. */
    @JvmOverloads
    public suspend fun setRecording(on: Boolean, title: String? = null, video: RecordedVideo = RecordedVideo.NONE) {
        wish { client, out -> Raw.groupSetRecording(client, id, on, video.number, title, out) }
    }

    /** Sends an invitation into the chat. */
    public suspend fun invite(users: List<Peer>) {
        wish { client, out -> Raw.groupInvite(client, id, users.toRawPeers(), out) }
    }

    /** A link to the call; by one with [canSelfUnmute] who joins may speak, if we may grant that. */
    @JvmOverloads
    public suspend fun exportLink(canSelfUnmute: Boolean = false): String =
        wish { client, out -> Raw.groupExportLink(client, id, canSelfUnmute, out) }.link

    /** Sends a message to those in the call; one emoji alone is a reaction. */
    @JvmOverloads
    public suspend fun sendMessage(text: String, paidStars: Long = 0) {
        wish { client, out -> Raw.groupSendMessage(client, id, text, paidStars, out) }
    }

    /** Deletes messages, by the ids of [Event.GroupMessage]: our own, or any as an admin. */
    @JvmOverloads
    public suspend fun deleteMessages(ids: IntArray, reportSpam: Boolean = false) {
        wish { client, out -> Raw.groupDeleteMessages(client, id, ids, reportSpam, out) }
    }

    /** Deletes all messages of somebody. */
    @JvmOverloads
    public suspend fun deleteMessagesOf(peer: Peer, reportSpam: Boolean = false) {
        wish { client, out -> Raw.groupDeleteMessagesOf(client, id, peer.toRaw(), reportSpam, out) }
    }

    /** The stars that were given in a live story, and by whom: [Event.Answer.stars] and [Event.Answer.peers]. */
    public suspend fun stars(): Event.Answer = wish { client, out -> Raw.groupGetStars(client, id, out) }

    /** As whom messages in a live story are sent from now on. */
    public suspend fun saveSendAs(peer: Peer) {
        wish { client, out -> Raw.groupSaveSendAs(client, id, peer.toRaw(), out) }
    }

    /* ---- A call that the host's library joins ---- */

    /** What to join an attached call with: at once, and at each [Event.GroupJoin]. */
    public fun payload(): Payload = use { client ->
        val source = IntArray(1)
        val params = copied { buffer, capacity, size ->
            Raw.groupGetPayload(client, id, buffer, 0, capacity, size, source)
        }
        Payload(text(params), source[0])
    }

    /** It holds a password: hand it on, and forget it. */
    public class Payload internal constructor(
        /** JSON (TDLib: payload). */
        public val params: String,
        /** TDLib: audio_source_id. */
        public val source: Int,
    )

    /** What the host's library was answered when it joined with the payload of this source. [TgcallException.State] for an older
     * one, which is to be forgotten. */
    public fun connect(source: Int, params: String) {
        use { check(Raw.groupConnect(it, id, source, params)) }
    }

    /** What became of the part that an [Event.StreamPart] wanted, by its request; [part] is here with [Part.HERE]. */
    @JvmOverloads
    public fun feedPart(requestId: Long, outcome: Part, part: ByteArray = ByteArray(0)) {
        use { client -> lend(part) { check(Raw.groupHandlePart(client, id, requestId, outcome.number, it, 0, part.size)) } }
    }

    /** Where the live stream is, which an [Event.StreamPart] of the time 0 wants to know; 0: nobody streams. */
    public fun feedChannels(requestId: Long, lastTimeMs: Long) {
        use { check(Raw.groupHandleChannels(it, id, requestId, lastTimeMs)) }
    }

    /** Somebody is in an attached call, or has changed. A source of 0: he sends nothing; a volume of 0: he is not to be heard. */
    @JvmOverloads
    public fun feedParticipant(peer: Peer, source: Int, volume: Int = 10000) {
        use { check(Raw.groupHandleParticipant(it, id, peer.toRaw(), source, volume)) }
    }

    /** He has left the attached call. */
    public fun removeParticipant(peer: Peer) {
        use { check(Raw.groupRemoveParticipant(it, id, peer.toRaw())) }
    }

    /** What somebody in an attached call shows; no endpoint: nothing any more. [sourceGroups] is JSON. */
    @JvmOverloads
    public fun feedVideo(
        peer: Peer, source: VideoSource, endpoint: String?, sourceGroups: String? = null, audioSource: Int = 0,
        paused: Boolean = false,
    ) {
        use { client ->
            val raw = peer.toRaw()
            check(Raw.groupHandleVideo(client, id, raw, source.number, endpoint, sourceGroups, audioSource, paused))
        }
    }

    override fun toString(): String = "GroupCall($id, ${state.value})"

    private companion object {
        /** So many are heard by themselves, each with frames of his own. */
        const val LOUDEST = 24

        /** Longer than any 24 words. */
        const val WORDS = 256
    }
}
