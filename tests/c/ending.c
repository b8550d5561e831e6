/* A process and a thread may end in any way: none aborts, hangs, or is called afterwards. */
#include "scenario.h"

static tgcall_client *client;
static int freed;

static void ring_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    CHECK(!__atomic_load_n(&freed, __ATOMIC_ACQUIRE));
    ring();
}

static void free_it(void)
{
    tgcall_client_free(client);
    __atomic_store_n(&freed, 1, __ATOMIC_RELEASE);
}

/* ---- The process ends ---- */

static void without_a_free(void)
{
    client = busy_client(ring_event, NULL);
    wait_for_ring();
}

static void by_atexit(void)
{
    CHECK(atexit(free_it) == 0);
    without_a_free();
}

static void by_atexit_embedded(void)
{
    uint64_t call;
    CHECK(atexit(free_it) == 0);
    client = host_client();
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
}

static void exit_inside(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    exit(3);
}

static void from_inside_our_thread(void)
{
    client = busy_client(exit_inside, NULL);
    pause();
}

static void from_inside_our_thread_and_atexit(void)
{
    CHECK(atexit(free_it) == 0);
    from_inside_our_thread();
}

static void from_inside_a_drain(void)
{
    uint64_t call;
    CHECK(atexit(free_it) == 0);
    client = host_client();
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, exit_inside, NULL), TGCALL_OK);
}

/* ---- A thread of the host ends ---- */

static pthread_key_t key;

static void key_destructor(void *value)
{
    tgcall_client *mine = value;
    struct counts counts = {0, {0}};
    CHECK_STATUS(tgcall_discard(mine, 12345, 0), TGCALL_ERR_NOT_FOUND);
    CHECK(strstr(tgcall_status_get_text().data, "12345") != NULL);
    CHECK_STATUS(tgcall_client_drain(mine, count, &counts), TGCALL_OK);
    tgcall_client_free(mine);
    freed++;
}

static void *leave_to_the_key(void *started)
{
    struct counts counts = {0, {0}};
    tgcall_client *mine = host_client();
    uint64_t call;
    if (started) CHECK_STATUS(tgcall_client_drain(mine, count, &counts), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_request(mine, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK(pthread_setspecific(key, mine) == 0);
    return NULL;
}

static void by_a_keys_destructor(void)
{
    CHECK(pthread_key_create(&key, key_destructor) == 0);
    on_thread(leave_to_the_key, NULL);
    on_thread(leave_to_the_key, &key);
    CHECK_INT(freed, 2);
}

/* ---- The host ends a thread inside a callback ---- */

static void exit_thread(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    ring();
    pthread_exit(NULL);
}

static void *request(void *unused)
{
    uint64_t call;
    tgcall_request(client, 88, 99, 0, NULL, &call);
    return unused;
}

/* What stays says why, and can be freed. */
static void is_dead(const char *word)
{
    uint64_t call;
    while (tgcall_request(client, 88, 99, 0, NULL, &call) != TGCALL_ERR_INTERNAL) usleep(1000);
    CHECK(strstr(tgcall_status_get_text().data, word) != NULL);
    tgcall_client_free(client);
}

static void our_thread(void)
{
    client = client_of(tgcall_config_new());
    CHECK_STATUS(tgcall_client_start(client, exit_thread, NULL), TGCALL_OK);
    request(NULL);
    wait_for_ring();
    is_dead("callback");
}

static void *drain(void *unused)
{
    tgcall_client_drain(client, exit_thread, NULL);
    CHECK(!"reached");
    return unused;
}

/* The thread is the host's, and goes; the client is still good. */
static void a_draining_thread(void)
{
    struct counts counts = {0, {0}};
    uint64_t call;
    client = host_client();
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    on_thread(drain, NULL);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK(counts.all > 0);
    tgcall_client_free(client);
}

static void free_inside_and_exit_thread(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)event;
    tgcall_client_free(client);
    __atomic_store_n((int *)userdata, 1, __ATOMIC_RELEASE);
    pthread_exit(NULL);
}

static void *drain_and_free(void *marked)
{
    tgcall_client_drain(client, free_inside_and_exit_thread, marked);
    CHECK(!"reached");
    return NULL;
}

/* Freed inside and not returned: it is freed all the same, as who retains it can see. */
static void a_draining_thread_after_a_free(void)
{
    uint64_t call;
    client = host_client();
    tgcall_client_retain(client);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    on_thread(drain_and_free, &freed);
    CHECK(freed);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_ERR_STATE);
    CHECK(strstr(tgcall_status_get_text().data, "freed") != NULL);
    tgcall_client_release(client);
}

static void wake_and_exit(void *userdata)
{
    (void)userdata;
    pthread_exit(NULL);
}

static void a_waking_thread(void)
{
    struct counts counts = {0, {0}};
    tgcall_config *config = host_config();
    CHECK_STATUS(tgcall_config_set_wake(config, wake_and_exit, NULL), TGCALL_OK);
    client = client_of(config);
    on_thread(request, NULL);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK(counts.of[TGCALL_EVENT_INVOKE] > 0);
    tgcall_client_free(client);
}

static int leaves;

static void wake_and_exit_later(void *userdata)
{
    if (leaves) wake_and_exit(userdata);
}

static void *clear_sound(void *call)
{
    tgcall_audio_clear(client, *(uint64_t *)call);
    CHECK(!"reached");
    return NULL;
}

/* Sound goes past the client's lock, and wakes all the same. Nothing of the call is left in use. */
static void a_waking_thread_with_sound(void)
{
    struct counts counts = {0, {0}};
    const uint8_t key[256] = {7};
    const int16_t silence[960] = {0};
    tgcall_config *config = tgcall_config_new();
    uint64_t call;
    int round;
    CHECK_STATUS(tgcall_config_set_wake(config, wake_and_exit_later, NULL), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    for (round = 0; round < 3; round++) {
        leaves = 0;
        CHECK(tgcall_client_drain(client, count, &counts) >= 0);
        leaves = 1;
        on_thread(clear_sound, &call);
        CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, silence, 960), TGCALL_OK);
    }
    tgcall_client_free(client);
}

static void log_and_exit(void *userdata, tgcall_log_level level, uint64_t call_id, tgcall_text line)
{
    (void)userdata, (void)level, (void)call_id, (void)line;
    if (!leaves) return;
    ring();
    pthread_exit(NULL);
}

static tgcall_config *leaving_logger(tgcall_config *config)
{
    CHECK_STATUS(tgcall_config_set_logger(config, TGCALL_LOG_LEVEL_TRACE, log_and_exit, NULL), TGCALL_OK);
    return config;
}

/* It held the lock, which is gone with it. */
static void a_thread_under_the_lock(void)
{
    pthread_t thread;
    client = client_of(leaving_logger(host_config()));
    leaves = 1;
    CHECK(pthread_create(&thread, NULL, request, NULL) == 0);
    wait_for_ring();
    is_dead("logger");
}

static void discard_and_log(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata;
    leaves = 1;
    CHECK_STATUS(tgcall_discard(client, tgcall_event_get_call(event), 0), TGCALL_OK);
    CHECK(!"reached");
}

static void our_thread_under_the_lock(void)
{
    client = client_of(leaving_logger(host_config()));
    CHECK_STATUS(tgcall_client_start(client, discard_and_log, NULL), TGCALL_OK);
    request(NULL);
    wait_for_ring();
    is_dead("logger");
}

/* Freed inside and not returned: it is freed all the same. */
static void free_and_exit_thread(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)event, (void)userdata;
    tgcall_client_free(client);
    ring();
    pthread_exit(NULL);
}

static void our_thread_after_a_free(void)
{
    client = client_of(tgcall_config_new());
    CHECK_STATUS(tgcall_client_start(client, free_and_exit_thread, NULL), TGCALL_OK);
    request(NULL);
    wait_for_ring();
    usleep(50000);
}

/* While another waits for the callback. */
static void *free_meanwhile(void *unused)
{
    free_it();
    return unused;
}

static pthread_t freer;
static void wait_and_exit_thread(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    CHECK(pthread_create(&freer, NULL, free_meanwhile, NULL) == 0);
    ring();
    usleep(100000); /* time to wait for us */
    pthread_exit(NULL);
}

static void our_thread_while_it_is_freed(void)
{
    tgcall_client *mine = busy_client(ring_event, NULL);
    wait_for_ring();
    tgcall_client_free(mine);
    rung = 0; /* it may have told more than one event */
    client = client_of(tgcall_config_new());
    CHECK_STATUS(tgcall_client_start(client, wait_and_exit_thread, NULL), TGCALL_OK);
    request(NULL);
    wait_for_ring();
    CHECK(pthread_join(freer, NULL) == 0);
    CHECK(freed);
}

int main(void)
{
    EXPECT_EXIT(without_a_free, 0);
    EXPECT_EXIT(by_atexit, 0);
    EXPECT_EXIT(by_atexit_embedded, 0);
    EXPECT_EXIT(from_inside_our_thread, 3);
    EXPECT_EXIT(from_inside_our_thread_and_atexit, 3);
    EXPECT_EXIT(from_inside_a_drain, 3);
    EXPECT_EXIT(by_a_keys_destructor, 0);
    EXPECT_EXIT(our_thread, 0);
    EXPECT_EXIT(a_draining_thread, 0);
    EXPECT_EXIT(a_draining_thread_after_a_free, 0);
    EXPECT_EXIT(a_waking_thread, 0);
    EXPECT_EXIT(a_waking_thread_with_sound, 0);
    EXPECT_EXIT(a_thread_under_the_lock, 0);
    EXPECT_EXIT(our_thread_under_the_lock, 0);
    EXPECT_EXIT(our_thread_after_a_free, 0);
    EXPECT_EXIT(our_thread_while_it_is_freed, 0);
    return 0;
}
