/* Whole calls between two clients of one process, fed with decoded objects: key, emoji, signaling, hang-up, rating; then
 * a tampered key, a refusal, a call confirmed by hand. Sizes and statuses on the way. */
#include "telegram.h"

static tgcall_status report_of(const struct side *side, uint32_t format, char *buffer, size_t capacity, size_t *size)
{
    return tgcall_call_get_report(side->client, side->call, format, 0, buffer, capacity, size);
}

/* What a screen that is built anew is told of a call that is up. */
static void looked_at(const struct side *side, int is_caller)
{
    uint64_t ids[2] = {0, 7};
    tgcall_call_kind kind;
    tgcall_direction direction;
    tgcall_end end;
    int64_t user, id, access_hash;
    uint32_t duration_s = 9, own = 9, theirs = 9;
    size_t count = 9;

    CHECK_STATUS(tgcall_client_get_calls(side->client, NULL, 0, &count), TGCALL_OK);
    CHECK_INT(count, 1);
    CHECK_STATUS(tgcall_client_get_calls(side->client, NULL, 1, &count), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_calls(side->client, ids, 0, &count), TGCALL_ERR_BUFFER);
    CHECK(ids[0] == 0);
    CHECK_STATUS(tgcall_client_get_calls(side->client, ids, 2, &count), TGCALL_OK);
    CHECK(count == 1 && ids[0] == side->call && ids[1] == 7);
    CHECK(side->call > UINT32_MAX && side->call < (uint64_t)1 << 53);
    CHECK_STATUS(tgcall_call_get_kind(side->client, side->call, &kind), TGCALL_OK);
    CHECK_INT(kind, TGCALL_CALL_KIND_PRIVATE);
    CHECK_STATUS(tgcall_call_get_user(side->client, side->call, &user), TGCALL_OK);
    CHECK_INT(user, is_caller ? 88 : 77);
    CHECK_STATUS(tgcall_call_get_direction(side->client, side->call, &direction), TGCALL_OK);
    CHECK_INT(direction, is_caller ? TGCALL_DIRECTION_OUTGOING : TGCALL_DIRECTION_INCOMING);
    CHECK_STATUS(tgcall_call_get_telegram_id(side->client, side->call, &id, &access_hash), TGCALL_OK);
    CHECK(id == 1000 && access_hash == (is_caller ? 2000 : 3000));
    CHECK_STATUS(tgcall_call_get_duration(side->client, side->call, &duration_s), TGCALL_OK);
    CHECK_INT(duration_s, 0);
    CHECK_STATUS(tgcall_call_get_switches(side->client, side->call, &own, &theirs), TGCALL_OK);
    CHECK(own == TGCALL_SWITCHES_NONE && theirs == TGCALL_SWITCHES_NONE);
    CHECK_STATUS(tgcall_call_get_end(side->client, side->call, &end), TGCALL_ERR_STATE);
}

static void good_call(void)
{
    struct telegram t;
    uint8_t keys[2][256], small[255];
    tgcall_text emoji[2][4];
    size_t size = 0, i;
    char report[4096];
    struct side *caller = &t.sides[CALLER], *callee = &t.sides[CALLEE];

    telegram_new(&t, host_client(), host_client());
    CHECK_STATUS(tgcall_request(caller->client, 88, 99, 0, &t, &caller->call), TGCALL_OK);
    CHECK(caller->call != 0);
    CHECK_STATUS(tgcall_call_get_emoji(caller->client, caller->call, emoji[0]), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_key(caller->client, caller->call, keys[0], 256, &size), TGCALL_ERR_STATE);
    {
        int64_t id;
        CHECK_STATUS(tgcall_call_get_telegram_id(caller->client, caller->call, &id, &id), TGCALL_ERR_STATE);
    }
    CHECK_STATUS(tgcall_accept(caller->client, caller->call), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_confirm(caller->client, caller->call), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_rate(caller->client, caller->call, 5, "early"), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_send_signaling(caller->client, caller->call, keys[0], 1), TGCALL_ERR_STATE);
    telegram_run(&t);
    CHECK_INT(caller->state, TGCALL_CALL_STATE_RINGING);
    CHECK_STATUS(tgcall_accept(callee->client, callee->call), TGCALL_OK);
    CHECK_STATUS(tgcall_accept(callee->client, callee->call), TGCALL_ERR_STATE);
    telegram_run(&t);
    CHECK_INT(caller->state, TGCALL_CALL_STATE_CONNECTING);
    CHECK_INT(callee->state, TGCALL_CALL_STATE_CONNECTING);

    for (i = 0; i < 2; i++) {
        struct side *side = &t.sides[i];
        CHECK_STATUS(tgcall_call_get_emoji(side->client, side->call, emoji[i]), TGCALL_OK);
        size = 0;
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, NULL, 0, &size), TGCALL_OK);
        CHECK_INT(size, 256);
        memset(small, 7, sizeof small);
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, small, sizeof small, &size), TGCALL_ERR_BUFFER);
        CHECK_INT(size, 256);
        CHECK(small[0] == 7 && small[254] == 7);
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, NULL, 256, &size), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, keys[i], 256, NULL), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, keys[i], 256, &size), TGCALL_OK);
    }
    CHECK(memcmp(keys[0], keys[1], 256) == 0);
    for (i = 0; i < 4; i++) {
        CHECK(emoji[0][i].size > 0 && strcmp(emoji[0][i].data, emoji[1][i].data) == 0);
        CHECK(emoji[0][i].data == emoji[1][i].data); /* they live for ever */
    }

    CHECK(caller->call != callee->call);
    looked_at(caller, 1);
    looked_at(callee, 0);
    CHECK_STATUS(tgcall_call_send_signaling(caller->client, caller->call, (const uint8_t *)"hello", 5), TGCALL_OK);
    telegram_run(&t);
    CHECK_INT(callee->received, 1);
    CHECK(callee->packet_size == 5 && memcmp(callee->packet, "hello", 5) == 0);

    for (i = 0; i < 2; i++) {
        CHECK_STATUS(tgcall_call_set_connected(t.sides[i].client, t.sides[i].call, 1), TGCALL_OK);
        CHECK_INT(client_stat(t.sides[i].client, TGCALL_STAT_CALLS), 1);
    }
    telegram_run(&t);
    CHECK_INT(caller->state, TGCALL_CALL_STATE_ACTIVE);
    CHECK_STATUS(tgcall_call_set_connected(caller->client, caller->call, 0), TGCALL_OK);
    telegram_run(&t);
    CHECK_INT(caller->state, TGCALL_CALL_STATE_RECONNECTING);
    CHECK_STATUS(tgcall_call_set_connected(caller->client, caller->call, -1), TGCALL_OK);
    telegram_run(&t);

    CHECK_STATUS(report_of(caller, TGCALL_REPORT_FORMAT_TEXT, NULL, 0, &size), TGCALL_OK);
    CHECK(size > 0 && size < sizeof report);
    memset(report, 'x', sizeof report);
    CHECK_STATUS(report_of(caller, TGCALL_REPORT_FORMAT_TEXT, report, size - 1, &size), TGCALL_ERR_BUFFER);
    CHECK(report[0] == 'x');
    CHECK_STATUS(report_of(caller, TGCALL_REPORT_FORMAT_TEXT, report, size, &size), TGCALL_OK);
    CHECK(report[size] == 'x');
    CHECK_STATUS(report_of(caller, TGCALL_REPORT_FORMAT_JSON, report, sizeof report, &size), TGCALL_OK);
    CHECK(strlen(report) == size && report[0] == '{');

    CHECK_STATUS(tgcall_discard(callee->client, callee->call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    CHECK_STATUS(tgcall_discard(callee->client, callee->call, TGCALL_DISCARD_REASON_AUTO), TGCALL_ERR_STATE);
    telegram_run(&t);
    CHECK_INT(callee->end, TGCALL_END_LOCAL_HANGUP);
    CHECK_INT(caller->end, TGCALL_END_REMOTE_HANGUP);
    for (i = 0; i < 2; i++) {
        struct side *side = &t.sides[i];
        tgcall_call_state state;
        tgcall_end end;
        uint32_t duration_s;
        CHECK_INT(side->ended, 1);
        CHECK(side->wants_rating);
        CHECK_STATUS(tgcall_call_get_end(side->client, side->call, &end), TGCALL_OK);
        CHECK_INT(end, side->end);
        CHECK_STATUS(tgcall_call_get_duration(side->client, side->call, &duration_s), TGCALL_OK);
        CHECK_INT(duration_s, side->duration_s);
        CHECK_STATUS(tgcall_client_get_calls(side->client, NULL, 0, &size), TGCALL_OK);
        CHECK_INT(size, 0);
        CHECK_STATUS(tgcall_call_get_state(side->client, side->call, &state), TGCALL_OK);
        CHECK_INT(state, TGCALL_CALL_STATE_ENDED);
        CHECK_STATUS(tgcall_call_get_key(side->client, side->call, keys[i], 256, &size), TGCALL_ERR_STATE);
        /* News that is stale by now, and that of another call. */
        CHECK_STATUS(tgcall_call_handle_accepted(side->client, side->call, keys[i], 256), TGCALL_OK);
        CHECK_STATUS(tgcall_call_handle_confirmed(side->client, side->call, keys[i], 256, 1), TGCALL_OK);
        CHECK_STATUS(tgcall_call_handle_discarded(side->client, side->call, TGCALL_DISCARD_REASON_BUSY, 1, 1), TGCALL_OK);
        CHECK_STATUS(tgcall_call_handle_waiting(side->client, side->call, 5, 6, 0), TGCALL_EMPTY);
        telegram_run(&t);
        CHECK_INT(side->ended, 1);
        CHECK_STATUS(tgcall_rate(side->client, side->call, 0, ""), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_rate(side->client, side->call, 6, ""), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_rate(side->client, side->call, 5, "fine"), TGCALL_OK);
        telegram_run(&t);
        CHECK_INT(side->rated, 1);
    }
    telegram_free(&t);
}

static void tampered_call(void)
{
    struct telegram t;
    telegram_new(&t, host_client(), host_client());
    t.tamper = 1;
    CHECK_STATUS(tgcall_request(t.sides[CALLER].client, 88, 99, 0, &t, &t.sides[CALLER].call), TGCALL_OK);
    telegram_run(&t);
    CHECK_STATUS(tgcall_accept(t.sides[CALLEE].client, t.sides[CALLEE].call), TGCALL_OK);
    telegram_run(&t);
    CHECK_INT(t.sides[CALLEE].end, TGCALL_END_INSECURE);
    CHECK_INT(t.sides[CALLEE].ended, 1);
    CHECK_INT(t.sides[CALLER].ended, 1);
    telegram_free(&t);
}

static void refused_call(void)
{
    struct telegram t;
    telegram_new(&t, host_client(), host_client());
    t.privacy = 1;
    CHECK_STATUS(tgcall_request(t.sides[CALLER].client, 88, 99, 0, &t, &t.sides[CALLER].call), TGCALL_OK);
    telegram_run(&t);
    CHECK_INT(t.sides[CALLER].end, TGCALL_END_PRIVACY);
    CHECK_INT(t.sides[CALLEE].incoming, 0);
    telegram_free(&t);
}

static void confirmed_by_hand(void)
{
    struct telegram t;
    tgcall_config *config = host_config();
    CHECK_STATUS(tgcall_config_set_auto_confirm(config, 0), TGCALL_OK);
    telegram_new(&t, client_of(config), host_client());
    CHECK_STATUS(tgcall_request(t.sides[CALLER].client, 88, 99, 0, &t, &t.sides[CALLER].call), TGCALL_OK);
    telegram_run(&t);
    CHECK_STATUS(tgcall_accept(t.sides[CALLEE].client, t.sides[CALLEE].call), TGCALL_OK);
    telegram_run(&t);
    CHECK_INT(t.sides[CALLER].state, TGCALL_CALL_STATE_ACCEPTED);
    CHECK_STATUS(tgcall_confirm(t.sides[CALLER].client, t.sides[CALLER].call), TGCALL_OK);
    CHECK_STATUS(tgcall_confirm(t.sides[CALLER].client, t.sides[CALLER].call), TGCALL_ERR_STATE);
    telegram_run(&t);
    CHECK_INT(t.sides[CALLER].state, TGCALL_CALL_STATE_CONNECTING);
    telegram_free(&t);
}

static void one_too_many(void)
{
    tgcall_client *client = host_client();
    uint64_t first = 0, second = 7;
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &first), TGCALL_OK);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &second), TGCALL_ERR_LIMIT);
    CHECK(second == 0);
    tgcall_client_free(client); /* with a call up, and events that nobody took */
}

static void versions(void)
{
    tgcall_client *client = host_client();
    tgcall_text version;
    const char *expected[] = {"9.0.0", "8.0.0", "13.0.0"};
    size_t i;
    for (i = 0; i < 3; i++) {
        CHECK_STATUS(tgcall_client_get_version(client, i, &version), TGCALL_OK);
        CHECK(strcmp(version.data, expected[i]) == 0);
    }
    CHECK_STATUS(tgcall_client_get_version(client, 3, &version), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_client_get_version(client, SIZE_MAX, &version), TGCALL_EMPTY);
    CHECK(version.size == 0 && version.data[0] == 0);
    tgcall_client_free(client);
}

int main(void)
{
    good_call();
    tampered_call();
    refused_call();
    confirmed_by_hand();
    one_too_many();
    versions();
    return 0;
}
