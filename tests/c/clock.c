/* A clock that is set back: time goes on from where it was, timers go by it, and no loop spins. */
#include "check.h"

static const uint64_t SECOND = 1000000000;
static uint64_t now_ns, set_back_ns;

static uint64_t read_clock(void *userdata)
{
    (void)userdata;
    return now_ns - set_back_ns;
}

static void note_end(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)client;
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_CALL_ENDED) *(uint64_t *)userdata = now_ns;
}

/* When a call ends that Telegram never answers, on a clock that is set back so far after two seconds. */
static uint64_t end_of_a_call(uint64_t back_ns)
{
    tgcall_config *config = host_config();
    tgcall_client *client;
    uint64_t call, end = 0, start = 5000 * SECOND;
    int turns = 0;
    now_ns = start;
    set_back_ns = 0;
    CHECK_STATUS(tgcall_config_set_clock(config, read_clock, NULL), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    while (!end) {
        int32_t timeout_ms = -1;
        CHECK(tgcall_client_drain(client, note_end, &end) >= 0);
        CHECK(tgcall_client_get_next_timeout(client, &timeout_ms) >= 0);
        if (end) break;
        CHECK(timeout_ms != 0);
        CHECK(++turns < 1000);
        now_ns += timeout_ms > 500 || timeout_ms < 0 ? SECOND / 2 : (uint64_t)timeout_ms * 1000000;
        if (now_ns - start >= 2 * SECOND) set_back_ns = back_ns;
    }
    tgcall_client_free(client);
    return end - start;
}

int main(void)
{
    uint64_t steady = end_of_a_call(0), back = end_of_a_call(3600 * SECOND);
    CHECK(steady > 2 * SECOND);
    CHECK(back >= steady);
    CHECK(back <= steady + SECOND); /* what went by between two looks is lost, and nothing else */
    return 0;
}
