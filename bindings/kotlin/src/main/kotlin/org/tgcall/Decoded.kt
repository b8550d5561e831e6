package org.tgcall

/*
 * For hosts that have no TL bytes at hand: the same news field by field, under Telegram's own names. Beside Client.feed and
 * Client.answer, in any mixture.
 */

/** messages.dhConfig, with the request it answers; an empty p is messages.dhConfigNotModified. */
public fun Client.feedDhConfig(requestId: Long, g: Int, p: ByteArray, version: Int, random: ByteArray) {
    handle.use { client ->
        lend(p) { pRaw ->
            lend(random) {
                check(Raw.clientHandleDhConfig(client, requestId, g, pRaw, 0, p.size, version, it, 0, random.size))
            }
        }
    }
}

/** phoneCallRequested; the call comes by [Client.incoming]. False for one that is known, too old, not for us, or answered
 * busy. */
public fun Client.feedRequested(
    telegramId: Long, accessHash: Long, adminId: Long, dateS: Int, video: Boolean, gAHash: ByteArray,
): Boolean = handle.use { client ->
    lend(gAHash) {
        done(
            Raw.clientHandleRequested(
                client, telegramId, accessHash, adminId, dateS, video, it, 0, gAHash.size, LongArray(1),
            ),
        )
    }
}

/** phoneCallWaiting. False for that of another call. */
public fun Call.feedWaiting(telegramId: Long, accessHash: Long, receiveDateS: Int): Boolean =
    use { done(Raw.callHandleWaiting(it, id, telegramId, accessHash, receiveDateS)) }

/** phoneCallAccepted. */
public fun Call.feedAccepted(gB: ByteArray) {
    use { client -> lend(gB) { check(Raw.callHandleAccepted(client, id, it, 0, gB.size)) } }
}

/** phoneCall: the final one. Its servers follow, then [Call.connect]. */
public fun Call.feedConfirmed(gAOrB: ByteArray, keyFingerprint: Long) {
    use { client -> lend(gAOrB) { check(Raw.callHandleConfirmed(client, id, it, 0, gAOrB.size, keyFingerprint)) } }
}

/** phoneCallDiscarded; [DiscardReason.AUTO] if it has no reason. */
public fun Call.feedDiscarded(reason: DiscardReason, needRating: Boolean, needDebug: Boolean) {
    use { check(Raw.callHandleDiscarded(it, id, reason.number, needRating, needDebug)) }
}
