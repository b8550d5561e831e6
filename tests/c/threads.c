/* Any function, on any thread, at any time: several threads call, a loop drains, `wake` turns it. Error texts are each
 * thread's own. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 300 };

static tgcall_client *client;
static int turns, wakes, rings, stop, draining;
static pthread_t loop_thread;
static pthread_mutex_t bell_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;

static void wake(void *userdata)
{
    CHECK(userdata == &bell);
    CHECK(!__atomic_load_n(&draining, __ATOMIC_ACQUIRE) || !pthread_equal(pthread_self(), loop_thread)); /* a drain hands over what it causes */
    CHECK(client_stat(client, TGCALL_STAT_CALLS) >= 0); /* our lock is free */
    pthread_mutex_lock(&bell_lock);
    rings++;
    wakes++;
    pthread_cond_signal(&bell);
    pthread_mutex_unlock(&bell_lock);
}

static void *work(void *userdata)
{
    unsigned seed = (unsigned)(size_t)userdata;
    uint8_t noise[64];
    int round;
    for (round = 0; round < ROUNDS; round++) {
        uint64_t call = 0;
        tgcall_call_state state;
        char wanted[64];
        size_t i;
        for (i = 0; i < sizeof noise; i++) noise[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
        CHECK(tgcall_client_handle_update(client, noise, sizeof noise) >= 0);
        if (tgcall_request(client, 88, 99, 0, NULL, &call) == TGCALL_OK) {
            CHECK_STATUS(tgcall_call_get_state(client, call, &state), TGCALL_OK);
            CHECK_STATUS(tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
        }
        /* The text is of this thread's last failure, whatever the others do. */
        CHECK_STATUS(tgcall_discard(client, 0, 1000 + (uint32_t)(size_t)userdata), TGCALL_ERR_ARGUMENT);
        snprintf(wanted, sizeof wanted, "%d is no", 1000 + (int)(size_t)userdata);
        CHECK(strncmp(tgcall_status_get_text().data, wanted, strlen(wanted)) == 0);
    }
    return NULL;
}

static void loop(struct counts *counts)
{
    for (;;) {
        tgcall_status status;
        __atomic_store_n(&draining, 1, __ATOMIC_RELEASE);
        status = tgcall_client_drain(client, count, counts);
        __atomic_store_n(&draining, 0, __ATOMIC_RELEASE);
        CHECK(status >= 0);
        turns++;
        pthread_mutex_lock(&bell_lock);
        while (!rings && !stop) pthread_cond_wait(&bell, &bell_lock);
        if (!rings && stop) {
            pthread_mutex_unlock(&bell_lock);
            return;
        }
        rings = 0;
        pthread_mutex_unlock(&bell_lock);
    }
}

static void *join_and_stop(void *userdata)
{
    pthread_t *threads = userdata;
    int i;
    for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    pthread_mutex_lock(&bell_lock);
    stop = 1;
    pthread_cond_signal(&bell);
    pthread_mutex_unlock(&bell_lock);
    return NULL;
}

int main(void)
{
    tgcall_config *config = host_config();
    struct counts counts = {0, {0}};
    pthread_t threads[THREADS], joiner;
    uint64_t call;
    size_t i;

    loop_thread = pthread_self();
    CHECK_STATUS(tgcall_config_set_max_calls(config, 1000), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_wake(config, wake, &bell), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_INT(wakes, 1);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);

    for (i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    CHECK(pthread_create(&joiner, NULL, join_and_stop, threads) == 0);
    loop(&counts);
    pthread_join(joiner, NULL);
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);

    CHECK(wakes > 0);
    CHECK(wakes <= turns + 1); /* one for each drain, at most */
    CHECK(counts.of[TGCALL_EVENT_INVOKE] > 0);
    CHECK(client_stat(client, TGCALL_STAT_UPDATES_DROPPED) >= 0);
    tgcall_client_free(client);
    return 0;
}
