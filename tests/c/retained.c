/* A client that is retained: every function answers while it is freed and after, and its wake is over when the free is. */
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { THREADS = 3, ROUNDS = 40, REQUESTS = 20 };

static const uint8_t some[4] = {1, 2, 3, 4};

static void after_its_end(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    const tgcall_event *event;
    tgcall_call_state state;
    int16_t samples[480];
    int32_t timeout_ms;
    uint64_t call, another;

    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    tgcall_client_retain(client);
    tgcall_client_retain(client);
    tgcall_client_free(client);
    tgcall_client_release(client);
    memset(samples, 1, sizeof samples);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 480), TGCALL_ERR_STATE);
    CHECK(strstr(tgcall_status_get_text().data, "freed") != NULL);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, samples, 480), TGCALL_ERR_STATE);
    CHECK(samples[0] == 0 && samples[479] == 0);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_start(client, count, NULL), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_get_next_timeout(client, &timeout_ms), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_handle_update(client, some, sizeof some), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_state(client, call, &state), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &another), TGCALL_ERR_STATE);
    tgcall_client_release(client);
    tgcall_client_retain(NULL);
    tgcall_client_release(NULL);
}

/* Several threads call and wake the host's loop, until the client is freed under them. */
static int is_freed, wakes;

static void wake(void *userdata)
{
    CHECK(!__atomic_load_n((int *)userdata, __ATOMIC_SEQ_CST));
    __atomic_add_fetch(&wakes, 1, __ATOMIC_SEQ_CST);
    usleep(20);
    CHECK(!__atomic_load_n((int *)userdata, __ATOMIC_SEQ_CST));
}

static void *work(void *userdata)
{
    tgcall_client *client = userdata;
    const int16_t samples[480] = {0};
    uint64_t call = 0;
    tgcall_status status = TGCALL_OK;
    int left;
    for (left = REQUESTS; left > 0 && status != TGCALL_ERR_STATE; left--) {
        status = tgcall_request(client, 88, 99, 0, NULL, &call);
        CHECK(status == TGCALL_OK || status == TGCALL_ERR_LIMIT || status == TGCALL_ERR_STATE);
        CHECK(tgcall_audio_push_s16(client, call, 48000, 1, samples, 480) != TGCALL_ERR_INTERNAL);
        tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO);
    }
    while (tgcall_audio_push_s16(client, call, 48000, 1, samples, 480) != TGCALL_ERR_STATE) sched_yield();
    tgcall_client_release(client);
    return NULL;
}

static void under_others(void)
{
    tgcall_config *config = tgcall_config_new();
    pthread_t threads[THREADS];
    struct counts counts = {0, {0}};
    tgcall_client *client;
    const int before = wakes;
    int i, turn;

    is_freed = 0;
    CHECK_STATUS(tgcall_config_set_wake(config, wake, &is_freed), TGCALL_OK);
    client = client_of(config);
    for (i = 0; i < THREADS; i++) {
        tgcall_client_retain(client);
        CHECK(pthread_create(&threads[i], NULL, work, client) == 0);
    }
    while (__atomic_load_n(&wakes, __ATOMIC_SEQ_CST) == before) sched_yield();
    for (turn = 0; turn < 3; turn++) CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    tgcall_client_free(client);
    __atomic_store_n(&is_freed, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
}

/* Freed from inside its own wake: that takes effect when the function that called it returns. */
static void *gone;
static void free_it(void *userdata)
{
    tgcall_client *client = *(tgcall_client **)userdata;
    gone = client;
    tgcall_client_free(client);
    CHECK_STATUS(tgcall_client_handle_update(client, some, sizeof some), TGCALL_EMPTY);
}

static void from_its_own_wake(void)
{
    static tgcall_client *client;
    tgcall_config *config = host_config();
    struct counts counts = {0, {0}};
    uint64_t call;
    CHECK_STATUS(tgcall_config_set_wake(config, free_it, &client), TGCALL_OK);
    client = client_of(config);
    tgcall_client_retain(client);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK(gone == client);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_ERR_STATE);
    tgcall_client_release(client);
}

int main(void)
{
    int round;
    after_its_end();
    for (round = 0; round < ROUNDS; round++) under_others();
    from_its_own_wake();
    return 0;
}
