/* Every function with every pointer missing, with numbers that are none, and with calls, requests and sockets that are
 * not there: the status says so, outputs are empty, and nothing has changed. */
#include "check.h"

#include <limits.h>
#include <sys/socket.h>

static tgcall_client *client;
static uint8_t some[300];
/* Where getters write. */
static struct {
    tgcall_call_kind kind;
    tgcall_direction direction;
    tgcall_end end;
    int64_t id;
    uint32_t number;
} look;
/* Figures that are asked for, and where they go: nothing is written where anything is wrong. */
static const uint32_t STATS[] = {TGCALL_STAT_CALLS, TGCALL_STAT_JITTER_MS};
static int64_t values[2];
static uint64_t ids[2];
static const uint32_t WRONG[] = {99, 1000, 0x80000000u, UINT32_MAX};
enum { WRONGS = sizeof WRONG / sizeof *WRONG };

static void configuration(void)
{
    tgcall_config *config = tgcall_config_new();
    const char *versions[] = {"9.0.0", "8.0.0"}, *unspoken[] = {"9.0.0", "2.7.7"}, *invalid[] = {"\xff\xfe"},
               *missing[] = {NULL};
    size_t i;

    CHECK_STATUS(tgcall_config_set_user_id(NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_versions(NULL, versions, 2), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_max_calls(NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_auto_confirm(NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_auto_migrate(NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_timers(NULL, 1, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_socket(NULL, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_media(NULL, TGCALL_MEDIA_HOST), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_p2p(NULL, TGCALL_P2P_NEVER), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(NULL, "127.0.0.1", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_clock(NULL, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_random(NULL, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_logger(NULL, 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_wake(NULL, NULL, NULL), TGCALL_ERR_ARGUMENT);

    CHECK_STATUS(tgcall_config_set_user_id(config, -1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_versions(config, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_versions(config, versions, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_versions(config, versions, SIZE_MAX), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_versions(config, unspoken, 2), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_config_set_versions(config, invalid, 1), TGCALL_ERR_ARGUMENT);
    CHECK(tgcall_config_set_versions(config, missing, 1) < 0);
    CHECK_STATUS(tgcall_config_set_versions(config, versions, 2), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_max_calls(config, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_timers(config, 0, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "127.0.0.1", 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "0.0.0.0", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "proxy.example", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "127.0.0.1", 1080, NULL, "word"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "::1", 1080, NULL, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_proxy(config, "\xff", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_proxy(config, "127.0.0.1", 1080, "user", "word"), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_proxy(config, NULL, 0, NULL, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_media(config, TGCALL_MEDIA_NONE), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_p2p(config, TGCALL_P2P_NONE), TGCALL_ERR_ARGUMENT);
    for (i = 0; i < WRONGS; i++) {
        CHECK_STATUS(tgcall_config_set_media(config, WRONG[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_config_set_p2p(config, WRONG[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_config_set_logger(config, WRONG[i], NULL, NULL), TGCALL_ERR_ARGUMENT);
    }
    /* A yes or no takes any int. */
    CHECK_STATUS(tgcall_config_set_auto_confirm(config, INT_MIN), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_auto_migrate(config, INT_MIN), TGCALL_OK);
    tgcall_config_free(config);
    tgcall_config_free(NULL);
}

static void null_client(void)
{
    tgcall_client *none = NULL;
    const tgcall_event *event = (const tgcall_event *)some;
    tgcall_addr addr = {{0}, 0, 4, 0};
    tgcall_text text, emoji[4];
    tgcall_call_state state;
    uint64_t call = 1;
    int32_t timeout_ms;
    size_t size;

    CHECK_STATUS(tgcall_client_new(NULL, NULL), TGCALL_ERR_ARGUMENT);
    tgcall_client_free(NULL);
    CHECK_STATUS(tgcall_client_start(none, count, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_drain(none, count, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_poll(none, &event), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_next_timeout(none, &timeout_ms), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_update(none, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_answer(none, 1, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_error(none, 1, 400, "BAD"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_server_time(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_log_level(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_version(none, 0, &text), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_proxy(none, NULL, 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_p2p(none, TGCALL_P2P_NEVER), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_low_data(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_interfaces(none, &addr, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_opened(none, 1, &addr), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_closed(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_datagram(none, 1, &addr, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_stream(none, 1, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_request(none, 1, 1, 0, NULL, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_set_userdata(none, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_accept(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_confirm(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_discard(none, 1, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_rate(none, 1, 5, ""), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_send_report(none, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_state(none, 1, &state), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_emoji(none, 1, emoji), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_calls(none, &call, 1, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_kind(none, 1, &look.kind), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_user(none, 1, &look.id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_direction(none, 1, &look.direction), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_telegram_id(none, 1, &look.id, &look.id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_duration(none, 1, &look.number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_switches(none, 1, &look.number, &look.number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_end(none, 1, &look.end), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_attach(none, 1, some, 256, NULL, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_add_reflector(none, 1, 1, "", "", 1, some, 16, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_add_webrtc(none, 1, 1, "", "", 1, "", "", 0, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_connect(none, 1, "9.0.0", 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_signaling(none, 1, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_dh_config(none, 1, 3, some, 256, 1, some, 256), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_requested(none, 1, 1, 1, 1, 0, some, 32, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_waiting(none, 1, 1, 1, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_accepted(none, 1, some, 256), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_confirmed(none, 1, some, 256, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_discarded(none, 1, 0, 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_key(none, 1, NULL, 0, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_phone_call(none, 1, NULL, 0, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_send_signaling(none, 1, some, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_set_connected(none, 1, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(none, STATS, 2, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(none, 1, 0, STATS, 2, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_streams(none, 1, ids, 2, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_report(none, 1, TGCALL_REPORT_FORMAT_TEXT, 0, NULL, 0, &size), TGCALL_ERR_ARGUMENT);
    CHECK(strcmp(tgcall_status_get_text().data, "client is NULL") == 0);
}

/* Pointers that are missing on a client that is there. */
static void missing_pointers(void)
{
    tgcall_addr addr = {{0}, 0, 7, 0};
    uint64_t call;

    CHECK_STATUS(tgcall_client_start(client, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_drain(client, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_poll(client, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_update(client, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_update(client, some, SIZE_MAX), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_answer(client, 1, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_error(client, 1, 400, "\xff"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_version(client, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_interfaces(client, NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_interfaces(client, &addr, SIZE_MAX), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_interfaces(client, &addr, 1), TGCALL_ERR_ARGUMENT); /* family 7 */
    CHECK_STATUS(tgcall_client_handle_opened(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_opened(client, 1, &addr), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_datagram(client, 1, NULL, some, 4), TGCALL_ERR_ARGUMENT);
    addr.family = 4;
    CHECK_STATUS(tgcall_client_handle_datagram(client, 1, &addr, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_stream(client, 1, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_request(client, 1, 1, 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_rate(client, 1, 5, "\xff"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_state(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_emoji(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_calls(client, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_kind(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_user(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_direction(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_telegram_id(client, 1, NULL, &look.id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_telegram_id(client, 1, &look.id, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_duration(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_switches(client, 1, NULL, &look.number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_switches(client, 1, &look.number, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_end(client, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_attach(client, 1, some, 256, NULL, NULL), TGCALL_ERR_ARGUMENT);
    call = 7;
    CHECK_STATUS(tgcall_attach(client, 1, NULL, 256, NULL, &call), TGCALL_ERR_ARGUMENT);
    CHECK(call == 0);
    CHECK_STATUS(tgcall_call_add_reflector(client, 1, 1, "\xff", "", 1, some, 16, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_add_reflector(client, 1, 1, "", "", 1, NULL, 16, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_add_webrtc(client, 1, 1, "", "\xff", 1, "", "", 0, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_connect(client, 1, "\xff", 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_signaling(client, 1, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_dh_config(client, 1, 3, NULL, 256, 1, some, 256), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_dh_config(client, 1, 3, some, 256, 1, NULL, 256), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_requested(client, 1, 1, 1, 1, 0, some, 32, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_handle_requested(client, 1, 1, 1, 1, 0, NULL, 32, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_accepted(client, 1, NULL, 256), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_handle_confirmed(client, 1, NULL, 256, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_send_signaling(client, 1, NULL, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(client, STATS, 2, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(client, NULL, 2, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(client, STATS, SIZE_MAX, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(client, STATS, SIZE_MAX / 4, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_get_stats(client, NULL, 0, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_stats(client, 1, 0, STATS, 2, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(client, 1, 0, NULL, 2, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(client, 1, 0, STATS, SIZE_MAX, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_streams(client, 1, ids, 2, NULL), TGCALL_ERR_ARGUMENT);
    CHECK(values[0] == 0 && values[1] == 0);
    CHECK_STATUS(tgcall_call_get_report(client, 1, TGCALL_REPORT_FORMAT_TEXT, 0, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
}

/* Calls, requests and sockets that were never there. */
static void nobody(uint64_t id)
{
    tgcall_addr addr = {{127, 0, 0, 1}, 1, 4, 0};
    tgcall_call_state state;
    tgcall_text emoji[4];
    size_t size;

    CHECK_STATUS(tgcall_client_handle_answer(client, id, some, 4), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_answer(client, id, NULL, 0), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_error(client, id, 400, "BAD"), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_dh_config(client, id, 3, some, 256, 1, some, 256), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_opened(client, id, &addr), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_closed(client, id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_datagram(client, id, &addr, some, 4), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_handle_stream(client, id, some, 4), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_set_userdata(client, id, some), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_accept(client, id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_confirm(client, id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_discard(client, id, TGCALL_DISCARD_REASON_AUTO), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_rate(client, id, 5, NULL), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_send_report(client, id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_state(client, id, &state), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_emoji(client, id, emoji), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_kind(client, id, &look.kind), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_user(client, id, &look.id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_direction(client, id, &look.direction), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_telegram_id(client, id, &look.id, &look.id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_duration(client, id, &look.number), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_switches(client, id, &look.number, &look.number), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_end(client, id, &look.end), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_add_reflector(client, id, 1, "192.0.2.1", NULL, 1, some, 16, 0), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_add_webrtc(client, id, 1, "192.0.2.1", NULL, 1, "", "", 0, 1), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_connect(client, id, "9.0.0", 1, NULL), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_handle_signaling(client, id, some, 4), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_handle_waiting(client, id, 1, 1, 0), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_handle_accepted(client, id, some, 256), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_handle_confirmed(client, id, some, 256, 1), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_handle_discarded(client, id, TGCALL_DISCARD_REASON_AUTO, 0, 0), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_key(client, id, NULL, 0, &size), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_phone_call(client, id, NULL, 0, &size), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_send_signaling(client, id, some, 4), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_set_connected(client, id, 1), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_stats(client, id, 0, STATS, 2, values), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_stats(client, id, 0, NULL, 0, NULL), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_get_streams(client, id, ids, 2, &size), TGCALL_ERR_NOT_FOUND);
    CHECK(values[0] == 0 && values[1] == 0);
    CHECK_STATUS(tgcall_call_get_report(client, id, TGCALL_REPORT_FORMAT_JSON, 0, NULL, 0, &size),
                 TGCALL_ERR_NOT_FOUND);
}

/* Numbers that are no choice: refused whether or not the call is there. */
static void numbers(uint64_t call)
{
    uint32_t stats[] = {TGCALL_STAT_CALLS, TGCALL_STAT_NONE};
    uint64_t stream;
    size_t size, i;
    CHECK_STATUS(tgcall_client_get_stats(client, stats, 2, values), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_stats(client, call, 0, stats, 2, values), TGCALL_ERR_ARGUMENT);
    for (i = 0; i < WRONGS; i++) {
        stats[1] = WRONG[i];
        CHECK_STATUS(tgcall_client_get_stats(client, stats, 2, values), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_call_get_stats(client, call, 0, stats, 2, values), TGCALL_ERR_ARGUMENT);
        /* No stream of the call: neither the number of a choice nor an id that could be one. */
        CHECK_STATUS(tgcall_call_get_stats(client, call, WRONG[i], STATS, 2, values), TGCALL_ERR_NOT_FOUND);
        stream = (uint64_t)TGCALL_STREAM_KIND_AUDIO_SENT << 32 | WRONG[i];
        CHECK_STATUS(tgcall_call_get_stats(client, call, stream, STATS, 2, values), TGCALL_ERR_NOT_FOUND);
        CHECK_STATUS(tgcall_discard(client, call, WRONG[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_client_set_log_level(client, WRONG[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_call_handle_discarded(client, call, WRONG[i], 0, 0), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_client_set_p2p(client, WRONG[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_call_get_report(client, call, WRONG[i], 0, NULL, 0, &size), TGCALL_ERR_ARGUMENT);
    }
    CHECK(values[0] == 0 && values[1] == 0);
    CHECK_STATUS(tgcall_client_set_p2p(client, TGCALL_P2P_NONE), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_proxy(client, "proxy.example", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_proxy(client, "127.0.0.1", 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_proxy(client, "127.0.0.1", 1080, NULL, "word"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_client_set_proxy(client, "\xff", 1080, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_get_report(client, call, TGCALL_REPORT_FORMAT_NONE, 0, NULL, 0, &size),
                 TGCALL_ERR_ARGUMENT);
}

/* Getters never fail: of no event they tell nothing. */
static void no_event(void)
{
    CHECK(tgcall_event_get_kind(NULL) == TGCALL_EVENT_NONE);
    CHECK(tgcall_event_get_call(NULL) == 0 && tgcall_event_get_call_userdata(NULL) == NULL);
    CHECK(tgcall_event_get_text(NULL).size == 0 && tgcall_event_get_text(NULL).data[0] == 0);
    CHECK(tgcall_event_get_bytes(NULL).size == 0 && tgcall_event_get_request(NULL) == 0);
    CHECK(tgcall_event_get_method(NULL).size == 0 && tgcall_event_get_user(NULL) == 0);
    CHECK(!tgcall_event_is_video(NULL) && !tgcall_event_is_muted(NULL));
    CHECK(tgcall_event_get_state(NULL) == TGCALL_CALL_STATE_NONE);
    CHECK(tgcall_event_get_old_state(NULL) == TGCALL_CALL_STATE_NONE);
    CHECK(tgcall_event_get_end(NULL) == TGCALL_END_NONE && tgcall_event_get_action(NULL) == TGCALL_ACTION_NONE);
    CHECK(tgcall_event_get_retry_after_s(NULL) == 0 && tgcall_event_get_duration_s(NULL) == 0);
    CHECK(!tgcall_event_wants_rating(NULL) && !tgcall_event_wants_report(NULL));
    CHECK(tgcall_event_get_slug(NULL).size == 0 && tgcall_event_get_socket(NULL) == 0);
    CHECK(tgcall_event_get_protocol(NULL) == TGCALL_PROTOCOL_NONE);
    CHECK(tgcall_event_get_local(NULL).family == 0 && tgcall_event_get_remote(NULL).family == 0);
}

static void addresses(void)
{
    tgcall_addr addr = {{127, 0, 0, 1}, 80, 4, 0}, back;
    struct sockaddr_storage raw;
    size_t size;
    memset(&raw, 0xff, sizeof raw);
    CHECK_STATUS(tgcall_addr_from_sockaddr(NULL, 16, &back), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_addr_from_sockaddr(&raw, sizeof raw, &back), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_addr_from_sockaddr(&raw, sizeof raw, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_addr_to_sockaddr(NULL, &raw, sizeof raw, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_addr_to_sockaddr(&addr, &raw, sizeof raw, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_addr_to_sockaddr(&addr, NULL, 0, &size), TGCALL_OK);
    CHECK_STATUS(tgcall_addr_to_sockaddr(&addr, &raw, size - 1, &size), TGCALL_ERR_BUFFER);
    CHECK_STATUS(tgcall_addr_to_sockaddr(&addr, &raw, size, &size), TGCALL_OK);
    CHECK_STATUS(tgcall_addr_from_sockaddr(&raw, size, &back), TGCALL_OK);
    CHECK(memcmp(&addr, &back, sizeof addr) == 0);
    addr.family = 0;
    CHECK_STATUS(tgcall_addr_to_sockaddr(&addr, &raw, sizeof raw, &size), TGCALL_ERR_ARGUMENT);
}

int main(void)
{
    struct counts counts = {0, {0}};
    uint64_t call = 0;
    size_t streams = 7;

    configuration();
    null_client();
    no_event();
    addresses();
    client = host_client();
    CHECK_STATUS(tgcall_client_set_interfaces(client, NULL, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_server_time(client, 1700000000), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_log_level(client, TGCALL_LOG_LEVEL_TRACE), TGCALL_OK); /* into nothing */
    missing_pointers();
    nobody(0);
    nobody(1);
    nobody(UINT64_MAX);

    CHECK_STATUS(tgcall_request(client, 5, 6, 0, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    missing_pointers();
    numbers(call);
    /* The call is where it was. */
    CHECK_STATUS(tgcall_client_get_stats(client, STATS, 2, values), TGCALL_OK);
    CHECK(values[0] == 1 && values[1] == INT64_MIN);
    CHECK_STATUS(tgcall_call_get_stats(client, call, 0, STATS, 2, values), TGCALL_OK);
    CHECK(values[0] == INT64_MIN && values[1] == INT64_MIN); /* the sound is the host's */
    CHECK_STATUS(tgcall_call_get_streams(client, call, NULL, 0, &streams), TGCALL_OK);
    CHECK_INT(streams, 0);
    streams = 7;
    CHECK_STATUS(tgcall_call_get_streams(client, call, ids, 2, &streams), TGCALL_OK);
    CHECK(streams == 0 && ids[0] == 0);
    CHECK_STATUS(tgcall_call_get_streams(client, call, NULL, 1, &streams), TGCALL_ERR_ARGUMENT);
    counts.all = 0;
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_EMPTY);
    CHECK_INT(counts.all, 0);
    tgcall_client_free(client);
    return 0;
}
