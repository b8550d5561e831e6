/* A call whose key the host made: its order of functions, and what they refuse. A host that carries the sound itself has
 * nothing to attach. */
#include "check.h"

int main(void)
{
    struct counts counts = {0, {0}};
    tgcall_client *client = client_of(tgcall_config_new()), *host = host_client();
    uint8_t key[256], tag[16] = {1};
    uint64_t call = 0;
    size_t i, size;
    tgcall_text emoji[4];
    tgcall_call_state state;

    for (i = 0; i < sizeof key; i++) key[i] = (uint8_t)(3 * i + 1);
    CHECK_STATUS(tgcall_attach(host, 1, key, sizeof key, NULL, &call), TGCALL_ERR_UNSUPPORTED);
    CHECK(call == 0);
    tgcall_client_free(host);
    CHECK_STATUS(tgcall_attach(client, 1, key, 255, client, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_attach(client, 1, key, 257, client, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, client, &call), TGCALL_OK);
    {
        int64_t id;
        tgcall_direction direction;
        /* The host knows whom it is with, and what Telegram calls it. */
        CHECK_STATUS(tgcall_call_get_user(client, call, &id), TGCALL_ERR_STATE);
        CHECK_STATUS(tgcall_call_get_telegram_id(client, call, &id, &id), TGCALL_ERR_STATE);
        CHECK_STATUS(tgcall_call_get_direction(client, call, &direction), TGCALL_OK);
        CHECK_INT(direction, TGCALL_DIRECTION_OUTGOING);
    }
    CHECK_STATUS(tgcall_call_get_state(client, call, &state), TGCALL_OK);
    CHECK_INT(state, TGCALL_CALL_STATE_ATTACHED);
    CHECK_STATUS(tgcall_call_add_reflector(client, call, 1, "192.0.2.1", NULL, 599, tag, 16, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_call_add_reflector(client, call, 2, "192.0.2.1", "2001:db8::1", 599, tag, 16, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_call_add_webrtc(client, call, 3, "192.0.2.2", NULL, 1400, "user", "word", 1, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "1.2.3", 1, NULL), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, "{}"), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, "{}"), TGCALL_ERR_STATE);
    {
        /* Ours carries the sound, and nobody has agreed to any yet. */
        const uint32_t stats[] = {TGCALL_STAT_SIGNAL_BARS, TGCALL_STAT_RELAYED, TGCALL_STAT_JITTER_MS, TGCALL_STAT_BYTES_SENT};
        int64_t values[4] = {7, 7, 7, 7};
        CHECK_STATUS(tgcall_call_get_streams(client, call, NULL, 0, &size), TGCALL_OK);
        CHECK_INT(size, 0);
        CHECK_STATUS(tgcall_call_get_stats(client, call, 0, stats, 4, values), TGCALL_OK);
        CHECK(values[0] == 0 && values[1] == INT64_MIN && values[2] == INT64_MIN && values[3] == 0);
    }
    CHECK_STATUS(tgcall_call_add_reflector(client, call, 4, "192.0.2.1", NULL, 599, tag, 16, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_emoji(client, call, emoji), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_phone_call(client, call, NULL, 0, &size), TGCALL_ERR_STATE);
    /* The engine is ours, and Telegram has no news of it for us. */
    CHECK_STATUS(tgcall_call_send_signaling(client, call, key, 4), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_call_set_connected(client, call, 1), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_call_handle_waiting(client, call, 1, 2, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_handle_accepted(client, call, key, 256), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_handle_confirmed(client, call, key, 256, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_handle_discarded(client, call, TGCALL_DISCARD_REASON_BUSY, 0, 0), TGCALL_ERR_STATE);
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    CHECK_INT(counts.of[TGCALL_EVENT_INVOKE], 0);

    CHECK_STATUS(tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK_INT(counts.of[TGCALL_EVENT_CALL_ENDED], 1);
    CHECK_INT(counts.of[TGCALL_EVENT_INVOKE], 0);
    {
        /* It has ended, and is remembered. */
        const uint32_t stat = TGCALL_STAT_BYTES_SENT;
        int64_t value = 7;
        CHECK_STATUS(tgcall_call_get_stats(client, call, 0, &stat, 1, &value), TGCALL_OK);
        CHECK_INT(value, 0);
        CHECK_STATUS(tgcall_call_get_streams(client, call, NULL, 0, &size), TGCALL_OK);
    }
    CHECK_STATUS(tgcall_rate(client, call, 5, ""), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_send_report(client, call), TGCALL_ERR_STATE);
    tgcall_client_free(client);
    return 0;
}
