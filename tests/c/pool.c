/* A loop that runs on a pool of threads: whichever thread drained last, a call from outside a drain wakes the loop; one from
 * inside does not, for that drain hands over what it causes. */
#include "check.h"

static int wakes;
static void wake(void *userdata)
{
    (void)userdata;
    wakes++;
}

static void request_inside(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int *events = userdata;
    uint64_t call;
    (void)event;
    if (++*events == 1) CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
}

int main(void)
{
    tgcall_config *config = host_config();
    struct counts counts = {0, {0}};
    const tgcall_event *event;
    tgcall_client *client;
    int32_t timeout_ms;
    uint64_t call;
    int events = 0;
    CHECK_STATUS(tgcall_config_set_max_calls(config, 100), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_wake(config, wake, NULL), TGCALL_OK);
    client = client_of(config);

    /* The worker drains, is told to sleep for ever, parks the loop, and then runs another task on the same thread. */
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_INT(wakes, 1);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_INT(wakes, 1); /* not again before the next drain */
    CHECK_STATUS(tgcall_client_drain(client, request_inside, &events), TGCALL_OK);
    CHECK_INT(wakes, 1);
    CHECK(events >= 6); /* a state and a request of each of the three */

    /* The same by poll. */
    while (tgcall_client_poll(client, &event) == TGCALL_OK) {}
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_INT(wakes, 2);
    tgcall_client_free(client);
    return 0;
}
