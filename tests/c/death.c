/* A defect of ours kills one client and nothing else. Here the host's random source fails, which the core does not
 * survive: the status is TGCALL_ERR_INTERNAL, one TGCALL_EVENT_CLIENT_DEAD tells why, and only free works. */
#include "looks.h"
#include "telegram.h"

#include <pthread.h>
#include <unistd.h>

static int broken; /* after how many calls the source fails; -1: never */
static int no_random(void *userdata, uint8_t *buffer, size_t size)
{
    (void)userdata;
    if (broken == 0) return -1;
    if (broken > 0) broken--;
    memset(buffer, 0x5a, size);
    return 0;
}

static tgcall_client *breakable(void)
{
    tgcall_config *config = host_config();
    CHECK_STATUS(tgcall_config_set_random(config, no_random, NULL), TGCALL_OK);
    return client_of(config);
}

/* A request that has to draw a secret: when the group is there. */
static tgcall_status dying_request(tgcall_client *client)
{
    uint8_t prime[256];
    const tgcall_event *event;
    uint64_t call = 0, request = 0;
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    while (tgcall_client_poll(client, &event) == TGCALL_OK)
        if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) request = tgcall_event_get_request(event);
    telegram_prime(prime);
    broken = 0;
    return tgcall_client_handle_dh_config(client, request, 3, prime, 256, 1, prime, 256);
}

static void everything_answers_internal(tgcall_client *client)
{
    const tgcall_event *event = NULL;
    struct counts counts = {0, {0}};
    int32_t timeout_ms;
    uint64_t call;
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_ERR_INTERNAL);
    CHECK(event == NULL && counts.all == 0);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_request(client, 1, 1, 0, NULL, &call), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_client_handle_update(client, NULL, 0), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_discard(client, 1, 0), TGCALL_ERR_INTERNAL);
    client_answers(client, TGCALL_ERR_INTERNAL);
    looks_answer(client, 1, TGCALL_ERR_INTERNAL);
    CHECK(strstr(tgcall_status_get_text().data, "random") != NULL);
}

static void dead_in_a_drain(void)
{
    tgcall_client *client = breakable(), *healthy = host_client();
    struct counts counts = {0, {0}};
    int32_t timeout_ms = -7;
    uint64_t call;

    CHECK_STATUS(dying_request(client), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_OK);
    CHECK_INT(timeout_ms, 0); /* the death waits to be told */
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_ERR_INTERNAL);
    CHECK_INT(counts.of[TGCALL_EVENT_CLIENT_DEAD], 1);
    CHECK_INT(counts.all, 1);
    everything_answers_internal(client);

    /* Other clients live on. */
    CHECK_STATUS(tgcall_request(healthy, 88, 99, 0, NULL, &call), TGCALL_OK);
    tgcall_client_free(healthy);
    tgcall_client_free(client);
}

static void dead_in_a_poll(void)
{
    tgcall_client *client = breakable();
    const tgcall_event *event = NULL;
    CHECK_STATUS(dying_request(client), TGCALL_ERR_INTERNAL);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_OK);
    CHECK_INT(tgcall_event_get_kind(event), TGCALL_EVENT_CLIENT_DEAD);
    CHECK(tgcall_event_get_call(event) == 0);
    CHECK(strstr(tgcall_event_get_text(event).data, "random") != NULL);
    everything_answers_internal(client);
    tgcall_client_free(client);
}

static void told(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int *kinds = userdata;
    uint8_t prime[256];
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) {
        telegram_prime(prime);
        broken = 0;
        CHECK_STATUS(tgcall_client_handle_dh_config(client, tgcall_event_get_request(event), 3, prime, 256, 1, prime, 256),
                     TGCALL_ERR_INTERNAL);
    }
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_CLIENT_DEAD) __atomic_store_n(kinds, 1, __ATOMIC_RELEASE);
}

static void dead_while_started(void)
{
    tgcall_client *client = breakable();
    uint64_t call;
    int dead = 0, waited;
    broken = -1;
    CHECK_STATUS(tgcall_client_start(client, told, &dead), TGCALL_OK);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    for (waited = 0; !__atomic_load_n(&dead, __ATOMIC_ACQUIRE); waited++) {
        CHECK(waited < 10000);
        usleep(1000);
    }
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_ERR_INTERNAL);
    tgcall_client_free(client);
}

static void dead_at_birth_or_not(void)
{
    tgcall_config *config = host_config();
    tgcall_client *client = (tgcall_client *)&broken;
    tgcall_status status;
    CHECK_STATUS(tgcall_config_set_random(config, no_random, NULL), TGCALL_OK);
    broken = 0;
    status = tgcall_client_new(config, &client);
    CHECK(status == TGCALL_OK || (status == TGCALL_ERR_INTERNAL && client == NULL));
    tgcall_client_free(client);
    tgcall_config_free(config);
}

int main(void)
{
    broken = -1;
    dead_in_a_drain();
    broken = -1;
    dead_in_a_poll();
    broken = -1;
    dead_while_started();
    dead_at_birth_or_not();
    return 0;
}
