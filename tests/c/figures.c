/* Many figures at once: of a client, of a call, of each of its streams; before there are any, with sound, after the end,
 * and of a call that is forgotten. */
#include "looks.h"
#include "pair.h"

enum { FIRST = TGCALL_STAT_ROUND_TRIP_MS, LAST = TGCALL_STAT_STREAM_DELAY_MS, ALL = LAST - FIRST + 1 };

static uint32_t stats[ALL];
static int64_t values[ALL];

static int64_t of(uint32_t stat) { return values[stat - FIRST]; }

/* Which ones of the figures just asked for are known, as bits. */
static uint32_t known(void)
{
    uint32_t bits = 0, stat;
    for (stat = FIRST; stat <= LAST; stat++)
        if (of(stat) != INT64_MIN) bits |= 1u << stat;
    return bits;
}

static tgcall_status ask(int side, uint64_t stream)
{
    size_t i;
    for (i = 0; i < ALL; i++) values[i] = 7;
    return tgcall_call_get_stats(clients[side], calls[side], stream, stats, ALL, values);
}

#define BIT(name) (1u << TGCALL_STAT_##name)
#define BOTH_WAYS (BIT(JITTER_MS) | BIT(LOSS_PERMILLE) | BIT(PACKETS_LOST))
#define SENT (BOTH_WAYS | BIT(ROUND_TRIP_MS) | BIT(PACKETS_SENT) | BIT(BYTES_SENT))
#define RECEIVED (BOTH_WAYS | BIT(DELAY_MS) | BIT(PACKETS_RECEIVED) | BIT(BYTES_RECEIVED))
#define OF_CLIENT (BIT(UPDATES_DROPPED) | BIT(CALLS))
#define OF_PICTURES (BIT(FRAMES) | BIT(FRAMES_DROPPED) | BIT(KEY_FRAMES_ASKED))
#define OF_STREAM BIT(STREAM_DELAY_MS)
#define OF_CALL (((1u << (LAST + 1)) - (1u << FIRST)) & ~(OF_CLIENT | OF_PICTURES | OF_STREAM))

static void streams(int side, uint64_t ids[2])
{
    size_t count = 0;
    ids[0] = ids[1] = 7;
    CHECK_STATUS(tgcall_call_get_streams(clients[side], calls[side], NULL, 0, &count), TGCALL_OK);
    CHECK_INT(count, 2);
    count = 0;
    CHECK_STATUS(tgcall_call_get_streams(clients[side], calls[side], ids, 1, &count), TGCALL_ERR_BUFFER);
    CHECK(count == 2 && ids[0] == 7);
    CHECK_STATUS(tgcall_call_get_streams(clients[side], calls[side], ids, 2, &count), TGCALL_OK);
    CHECK_INT(count, 2);
    CHECK_INT(ids[0] >> 32, TGCALL_STREAM_KIND_AUDIO_SENT);
    CHECK_INT(ids[1] >> 32, TGCALL_STREAM_KIND_AUDIO_RECEIVED);
}

static void with_sound(uint64_t ids[2][2])
{
    int16_t samples[480];
    int i, side;
    int64_t sent, received;
    for (i = 0; i < 480; i++) samples[i] = (int16_t)(i % 100 * 80 - 4000);
    for (i = 0; i < 400; i++) { /* four seconds, in which both report */
        for (side = 0; side < 2; side++)
            CHECK(tgcall_audio_push_s16(clients[side], calls[side], 48000, 1, samples, 480) >= 0);
        turn();
    }
    for (side = 0; side < 2; side++) streams(side, ids[side]);
    for (side = 0; side < 2; side++) {
        CHECK_INT((uint32_t)ids[side][0], (uint32_t)ids[!side][1]); /* one SSRC on both sides */
        CHECK_STATUS(ask(side, 0), TGCALL_OK);
        CHECK_INT(known(), OF_CALL);
        CHECK(of(TGCALL_STAT_RELAYED) == 0 && of(TGCALL_STAT_SIGNAL_BARS) == 4 && of(TGCALL_STAT_PACKETS_LOST) == 0);
        sent = of(TGCALL_STAT_PACKETS_SENT), received = of(TGCALL_STAT_PACKETS_RECEIVED);
        CHECK_STATUS(ask(side, ids[side][0]), TGCALL_OK);
        CHECK_INT(known(), SENT);
        CHECK(sent > 100 && of(TGCALL_STAT_PACKETS_SENT) == sent && of(TGCALL_STAT_PACKETS_LOST) == 0);
        CHECK_STATUS(ask(side, ids[side][1]), TGCALL_OK);
        CHECK_INT(known(), RECEIVED);
        CHECK(received > 100 && of(TGCALL_STAT_PACKETS_RECEIVED) == received);
    }
}

static void wrong(uint64_t ids[2][2])
{
    uint32_t one = TGCALL_STAT_JITTER_MS;
    int64_t value = 7;
    int i;
    /* The other side's, a kind, an SSRC, and what no call can have. */
    const uint64_t unknown[] = {ids[1][0], ids[0][0] >> 32, (uint32_t)ids[0][0], ids[0][0] + 1, UINT64_MAX};
    for (i = 0; i < 5; i++) {
        CHECK_STATUS(ask(0, unknown[i]), TGCALL_ERR_NOT_FOUND);
        CHECK(values[0] == 7 && values[ALL - 1] == 7);
    }
    stats[ALL - 1] = LAST + 1;
    CHECK_STATUS(ask(0, ids[0][0]), TGCALL_ERR_ARGUMENT);
    CHECK(values[0] == 7 && values[ALL - 1] == 7);
    stats[ALL - 1] = LAST;
    CHECK_STATUS(tgcall_call_get_stats(clients[0], calls[0], ids[0][0], &one, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(clients[0], calls[0], ids[0][0], NULL, 1, &value), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(clients[0], calls[0], ids[0][0], &one, 0, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_stats(clients[0], calls[1], ids[0][0], &one, 1, &value), TGCALL_ERR_NOT_FOUND);
    CHECK_INT(value, 7);
}

int main(void)
{
    uint64_t ids[2][2], again[2], call;
    const uint8_t key[256] = {1};
    size_t i, count = 7;

    for (i = 0; i < ALL; i++) stats[i] = FIRST + (uint32_t)i;
    make_calls();
    CHECK_STATUS(tgcall_client_get_stats(clients[0], stats, ALL, values), TGCALL_OK);
    CHECK_INT(known(), OF_CLIENT);
    CHECK_INT(of(TGCALL_STAT_CALLS), 1);
    CHECK_STATUS(ask(0, 0), TGCALL_OK);
    CHECK((known() & (BIT(ROUND_TRIP_MS) | BIT(JITTER_MS) | BIT(CONNECT_MS) | BIT(RELAYED) | OF_CLIENT)) == 0);
    CHECK_STATUS(tgcall_call_get_streams(clients[0], calls[0], NULL, 0, &count), TGCALL_OK);
    CHECK_INT(count, 0);

    until_active();
    with_sound(ids);
    wrong(ids);

    /* An ended call has them as long as it is remembered: the last ten are. */
    CHECK_STATUS(tgcall_discard(clients[0], calls[0], TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    turn();
    streams(0, again);
    CHECK(again[0] == ids[0][0] && again[1] == ids[0][1]);
    CHECK_STATUS(ask(0, again[1]), TGCALL_OK);
    CHECK_INT(known(), RECEIVED);
    CHECK(of(TGCALL_STAT_PACKETS_RECEIVED) > 100);
    for (i = 0; i < 10; i++) {
        CHECK_STATUS(tgcall_attach(clients[0], 1, key, sizeof key, NULL, &call), TGCALL_OK);
        CHECK_STATUS(tgcall_discard(clients[0], call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
        turn();
    }
    CHECK_STATUS(ask(0, again[1]), TGCALL_ERR_NOT_FOUND);
    CHECK_INT(values[0], 7);
    looks_answer(clients[0], calls[0], TGCALL_ERR_NOT_FOUND);
    tgcall_client_free(clients[0]);
    tgcall_client_free(clients[1]);
    return 0;
}
