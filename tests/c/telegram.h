/* A Telegram of a page, in the same process: it takes the requests of two clients apart by hand and hands on decoded
 * objects. Enough for one call; `tgcall-sim` is the real one. */
#ifndef TELEGRAM_H
#define TELEGRAM_H

#include "check.h"

enum { CALLER = 0, CALLEE = 1 };

struct side {
    tgcall_client *client;
    uint64_t call;
    tgcall_call_state state;
    tgcall_end end;
    uint32_t duration_s;
    int incoming, ended, wants_rating, rated, received;
    uint8_t packet[64];
    size_t packet_size;
};

struct telegram {
    struct side sides[2];
    int which; /* of the drain that is going on */
    int tamper; /* with g_a on its way to the callee */
    int privacy; /* the callee takes no calls */
    int silent; /* nothing is answered */
    uint8_t prime[256], g_b[256];
    size_t g_b_size;
};

/* The prime Telegram gives. */
static const char PRIME[] =
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db"
    "fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64"
    "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41"
    "0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4"
    "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf"
    "6f4fadf034b10403119cd8e3b92fcc5b";

static inline void telegram_prime(uint8_t prime[256])
{
    size_t i;
    for (i = 0; i < 256; i++) {
        unsigned byte = 0;
        CHECK(sscanf(PRIME + 2 * i, "%2x", &byte) == 1);
        prime[i] = (uint8_t)byte;
    }
}

static inline uint32_t le32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline int64_t le64(const uint8_t *at) { return (int64_t)((uint64_t)le32(at + 4) << 32 | le32(at)); }

/* TL `bytes` at `at`; sets what follows it. */
static inline tgcall_bytes tl_bytes(const uint8_t *at, const uint8_t **behind)
{
    size_t head = at[0] < 254 ? 1 : 4;
    tgcall_bytes bytes = {at + head, head == 1 ? at[0] : le32(at) >> 8};
    *behind = at + (head + bytes.size + 3) / 4 * 4;
    return bytes;
}

static inline void telegram_invoke(struct telegram *t, const tgcall_event *event)
{
    struct side *caller = &t->sides[CALLER], *callee = &t->sides[CALLEE], *me = &t->sides[t->which],
                *other = &t->sides[!t->which];
    tgcall_bytes bytes = tgcall_event_get_bytes(event), inner;
    const char *method = tgcall_event_get_method(event).data;
    uint64_t request = tgcall_event_get_request(event);
    const uint8_t *behind;
    tgcall_status status;

    CHECK(request != 0 && bytes.size >= 4);
    if (t->silent) return;
    if (strcmp(method, "messages.getDhConfig") == 0) {
        CHECK_STATUS(tgcall_client_handle_dh_config(me->client, request, 3, t->prime, 256, 1, t->prime, 256),
                     TGCALL_OK);
        return;
    }
    if (t->privacy && strcmp(method, "phone.requestCall") == 0) {
        CHECK_STATUS(tgcall_client_handle_error(me->client, request, 403, "USER_PRIVACY_RESTRICTED"), TGCALL_OK);
        return;
    }
    if (strcmp(method, "phone.requestCall") == 0) {
        inner = tl_bytes(bytes.data + 32, &behind);
        CHECK(inner.size == 32);
        CHECK_STATUS(tgcall_call_handle_waiting(me->client, me->call, 1000, 2000, 0), TGCALL_OK);
        CHECK_STATUS(tgcall_client_handle_requested(other->client, 1000, 3000, 77, 1700000000, 0, inner.data, inner.size,
                                                    &other->call),
                     TGCALL_OK);
    } else if (strcmp(method, "phone.receivedCall") == 0) {
        CHECK_STATUS(tgcall_call_handle_waiting(other->client, other->call, 1000, 2000, 1700000001), TGCALL_OK);
    } else if (strcmp(method, "phone.acceptCall") == 0) {
        inner = tl_bytes(bytes.data + 24, &behind);
        CHECK(inner.size > 240 && inner.size <= 256); /* of one number in 256 the first byte is 0, and is not sent */
        memcpy(t->g_b, inner.data, t->g_b_size = inner.size);
        CHECK_STATUS(tgcall_call_handle_accepted(caller->client, caller->call, inner.data, inner.size), TGCALL_OK);
    } else if (strcmp(method, "phone.confirmCall") == 0) {
        uint8_t g_a[256];
        int64_t fingerprint;
        inner = tl_bytes(bytes.data + 24, &behind);
        CHECK(inner.size > 240 && inner.size <= sizeof g_a);
        memcpy(g_a, inner.data, inner.size);
        if (t->tamper) g_a[100] ^= 1;
        fingerprint = le64(behind);
        CHECK_STATUS(tgcall_call_handle_confirmed(caller->client, caller->call, t->g_b, t->g_b_size, fingerprint),
                     TGCALL_OK);
        CHECK_STATUS(tgcall_call_handle_confirmed(callee->client, callee->call, g_a, inner.size, fingerprint),
                     TGCALL_OK);
    } else if (strcmp(method, "phone.sendSignalingData") == 0) {
        inner = tl_bytes(bytes.data + 24, &behind);
        CHECK_STATUS(tgcall_call_handle_signaling(other->client, other->call, inner.data, inner.size), TGCALL_OK);
    } else if (strcmp(method, "phone.discardCall") == 0) {
        int i;
        for (i = 0; i < 2; i++) {
            struct side *side = &t->sides[i];
            if (!side->call) continue;
            CHECK(tgcall_call_handle_discarded(side->client, side->call, TGCALL_DISCARD_REASON_HANGUP, 1, 0) >= 0);
        }
    } else if (strcmp(method, "phone.setCallRating") == 0) {
        me->rated++;
    } else {
        fprintf(stderr, "unexpected method %s\n", method);
        exit(1);
    }
    /* What the answer says has come decoded. That may have ended the request already. */
    status = tgcall_client_handle_answer(me->client, request, NULL, 0);
    CHECK(status == TGCALL_OK || status == TGCALL_ERR_NOT_FOUND);
}

static inline void telegram_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct telegram *t = userdata;
    struct side *me = &t->sides[t->which];
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    CHECK(client == me->client);
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_CALL_INCOMING)
        CHECK_STATUS(tgcall_call_set_userdata(client, tgcall_event_get_call(event), t), TGCALL_OK);
    /* The host's until the end has been told: what follows, as the request of a rating, has none. */
    CHECK(tgcall_event_get_call_userdata(event) == (me->ended ? NULL : userdata));
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        telegram_invoke(t, event);
        break;
    case TGCALL_EVENT_CALL_INCOMING:
        me->incoming++;
        CHECK(tgcall_event_get_user(event) == 77);
        break;
    case TGCALL_EVENT_CALL_STATE:
        CHECK(tgcall_event_get_old_state(event) == me->state);
        me->state = tgcall_event_get_state(event);
        break;
    case TGCALL_EVENT_CALL_ENDED:
        me->end = tgcall_event_get_end(event);
        me->duration_s = tgcall_event_get_duration_s(event);
        me->wants_rating = tgcall_event_wants_rating(event);
        me->ended++;
        break;
    case TGCALL_EVENT_SIGNALING_RECEIVED:
        me->received++;
        CHECK(bytes.size <= sizeof me->packet);
        memcpy(me->packet, bytes.data, bytes.size);
        me->packet_size = bytes.size;
        break;
    case TGCALL_EVENT_CANCEL:
        /* This Telegram answers at once or never. */
        CHECK(tgcall_event_get_request(event) != 0);
        CHECK_STATUS(tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, NULL), TGCALL_ERR_NOT_FOUND);
        break;
    default:
        CHECK(!"an event that nobody asked for");
    }
}

/* Until neither side has anything left to do. */
static inline void telegram_run(struct telegram *t)
{
    int idle = 0;
    while (idle < 2) {
        t->which = !t->which;
        idle = tgcall_client_drain(t->sides[t->which].client, telegram_event, t) == TGCALL_EMPTY ? idle + 1 : 0;
    }
}

static inline void telegram_new(struct telegram *t, tgcall_client *caller, tgcall_client *callee)
{
    memset(t, 0, sizeof *t);
    t->sides[CALLER].client = caller;
    t->sides[CALLEE].client = callee;
    telegram_prime(t->prime);
}

static inline void telegram_free(struct telegram *t)
{
    tgcall_client_free(t->sides[CALLER].client);
    tgcall_client_free(t->sides[CALLEE].client);
}

/* Both sides in TGCALL_CALL_STATE_CONNECTING. */
static inline void telegram_connect(struct telegram *t)
{
    CHECK_STATUS(tgcall_request(t->sides[CALLER].client, 88, 99, 0, t, &t->sides[CALLER].call), TGCALL_OK);
    telegram_run(t);
    CHECK_INT(t->sides[CALLEE].incoming, 1);
    CHECK_STATUS(tgcall_accept(t->sides[CALLEE].client, t->sides[CALLEE].call), TGCALL_OK);
    telegram_run(t);
    CHECK_INT(t->sides[CALLER].state, TGCALL_CALL_STATE_CONNECTING);
    CHECK_INT(t->sides[CALLEE].state, TGCALL_CALL_STATE_CONNECTING);
}

#endif
