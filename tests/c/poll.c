/* Drain and poll see the same events in the same order; a polled event stays until the next poll, drain or free. Getters
 * tell what the header says, and nothing for other kinds. Time comes from the host's clock, and timers go by it. */
#include "check.h"

static uint64_t now_ns = 5;
static uint64_t read_clock(void *userdata)
{
    CHECK(userdata == &now_ns);
    return now_ns;
}

int main(void)
{
    tgcall_config *config = host_config();
    const tgcall_event *event = NULL, *none;
    struct counts counts = {0, {0}};
    tgcall_client *client;
    uint64_t call = 0, request;
    int32_t timeout_ms = 0;
    int tag, turns = 0;

    CHECK_STATUS(tgcall_config_set_clock(config, read_clock, &now_ns), TGCALL_OK);
    client = client_of(config);

    none = (const tgcall_event *)&tag;
    CHECK_STATUS(tgcall_client_poll(client, &none), TGCALL_EMPTY);
    CHECK(none == NULL);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_EMPTY);
    CHECK_INT(timeout_ms, -1);

    CHECK_STATUS(tgcall_request(client, 88, 99, 1, &tag, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_OK);
    CHECK_INT(timeout_ms, 0); /* events wait */

    /* The request for the group comes with the state that says so. */
    for (request = 0; tgcall_client_poll(client, &event) == TGCALL_OK;) {
        CHECK(tgcall_event_get_call(event) == call);
        CHECK(tgcall_event_get_call_userdata(event) == &tag);
        CHECK(tgcall_event_get_text(event).data[tgcall_event_get_text(event).size] == 0);
        CHECK(tgcall_event_get_socket(event) == 0 && tgcall_event_get_local(event).family == 0);
        CHECK(tgcall_event_get_remote(event).family == 0 && tgcall_event_get_protocol(event) == TGCALL_PROTOCOL_NONE);
        CHECK(!tgcall_event_is_muted(event) && !tgcall_event_wants_report(event));
        if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) {
            CHECK(strcmp(tgcall_event_get_method(event).data, "messages.getDhConfig") == 0);
            CHECK(tgcall_event_get_bytes(event).size > 4);
            CHECK(tgcall_event_get_state(event) == TGCALL_CALL_STATE_NONE);
            request = tgcall_event_get_request(event);
        } else {
            CHECK_INT(tgcall_event_get_kind(event), TGCALL_EVENT_CALL_STATE);
            CHECK_INT(tgcall_event_get_old_state(event), TGCALL_CALL_STATE_NONE);
            CHECK_INT(tgcall_event_get_state(event), TGCALL_CALL_STATE_REQUESTING);
            CHECK(tgcall_event_get_request(event) == 0 && tgcall_event_get_method(event).size == 0);
            CHECK(tgcall_event_get_bytes(event).data == NULL);
        }
    }
    CHECK(request != 0);
    CHECK(event == NULL);

    /* A new userdata shows in the events that come. */
    CHECK_STATUS(tgcall_call_set_userdata(client, call, client), TGCALL_OK);
    CHECK_STATUS(tgcall_client_handle_error(client, request, 420, "FLOOD_WAIT_17"), TGCALL_OK);
    CHECK_STATUS(tgcall_client_handle_error(client, request, 420, "FLOOD_WAIT_17"), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_OK);
    CHECK_INT(tgcall_event_get_kind(event), TGCALL_EVENT_CALL_ENDED);
    CHECK(tgcall_event_get_call_userdata(event) == client);
    CHECK_INT(tgcall_event_get_old_state(event), TGCALL_CALL_STATE_REQUESTING);
    CHECK_INT(tgcall_event_get_state(event), TGCALL_CALL_STATE_ENDED);
    CHECK_INT(tgcall_event_get_end(event), TGCALL_END_FLOOD);
    CHECK_INT(tgcall_event_get_action(event), TGCALL_ACTION_RETRY_AFTER);
    CHECK_INT(tgcall_event_get_retry_after_s(event), 17);
    CHECK_INT(tgcall_event_get_duration_s(event), 0);
    CHECK(!tgcall_event_wants_rating(event) && tgcall_event_get_slug(event).size == 0);
    CHECK(strstr(tgcall_event_get_text(event).data, "FLOOD_WAIT_17") != NULL);
    /* Delivered when the next is asked for; from then on it has none, and takes none. */
    CHECK_STATUS(tgcall_call_set_userdata(client, call, &tag), TGCALL_OK);
    CHECK(tgcall_event_get_call_userdata(event) == &tag);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_call_set_userdata(client, call, &tag), TGCALL_ERR_STATE);

    /* Nobody answers: the call ends by the host's clock, no sooner and no later than the library said. */
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    memset(&counts, 0, sizeof counts);
    while (counts.of[TGCALL_EVENT_CALL_ENDED] == 0) {
        CHECK(tgcall_client_drain(client, count, &counts) >= 0);
        if (tgcall_client_get_next_timeout(client, &timeout_ms) != TGCALL_OK) break;
        CHECK(timeout_ms >= 0 && ++turns < 1000);
        if (timeout_ms > 1) {
            struct counts early = {0, {0}};
            now_ns += (uint64_t)(timeout_ms - 1) * 1000000;
            CHECK_STATUS(tgcall_client_drain(client, count, &early), TGCALL_EMPTY);
            now_ns += 1000000;
        }
    }
    CHECK_INT(counts.of[TGCALL_EVENT_CALL_ENDED], 1);

    /* A clock that runs backwards, or to its end, breaks nothing. */
    now_ns = 0;
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    now_ns = UINT64_MAX;
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    tgcall_client_free(client);
    return 0;
}
