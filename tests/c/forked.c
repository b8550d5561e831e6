/* What a forked child inherits is a copy: every function says so, and free gives back memory and touches nothing of the
 * parent's. A client that the child makes is its own. */
#include "looks.h"
#include "scenario.h"

static tgcall_client *client;
static tgcall_conference *conference;
static uint64_t call;
static int events;

static void note(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    __atomic_add_fetch(&events, 1, __ATOMIC_RELEASE);
    ring();
}

static void is_a_copy(tgcall_status status)
{
    CHECK_STATUS(status, TGCALL_ERR_STATE);
    CHECK(strstr(tgcall_status_get_text().data, "forked") != NULL);
}

static void own_client(void)
{
    tgcall_client *mine = busy_client(note, NULL);
    wait_for_ring();
    tgcall_client_free(mine);
}

static void the_child(void)
{
    struct counts counts = {0, {0}};
    const tgcall_event *event;
    tgcall_call_state state;
    int32_t timeout_ms;
    int16_t samples[160] = {0};
    uint8_t key[32];
    uint64_t other;
    rung = 0;
    is_a_copy(tgcall_request(client, 88, 99, 0, NULL, &other));
    is_a_copy(tgcall_call_get_state(client, call, &state));
    is_a_copy(tgcall_discard(client, call, 0));
    is_a_copy(tgcall_client_drain(client, count, &counts));
    is_a_copy(tgcall_client_poll(client, &event));
    is_a_copy(tgcall_client_start(client, note, NULL));
    is_a_copy(tgcall_client_get_next_timeout(client, &timeout_ms));
    client_answers(client, TGCALL_ERR_STATE);
    looks_answer(client, call, TGCALL_ERR_STATE);
    is_a_copy(tgcall_audio_push_s16(client, call, 16000, 1, samples, 160));
    is_a_copy(tgcall_audio_pull_s16(client, call, 16000, 1, samples, 160));
    is_a_copy(tgcall_conference_get_public_key(conference, key));
    tgcall_conference_free(conference);
    tgcall_client_free(client);
    own_client();
    _exit(7);
}

static void fork_now(void)
{
    int status;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(20);
        the_child();
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 7);
}

static void made(void)
{
    uint8_t key[256] = {7};
    CHECK_STATUS(tgcall_conference_new(NULL, 5, &conference), TGCALL_OK);
    client = client_of(tgcall_config_new());
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
}

/* The parent's is as good as before. */
static void goes_on(void)
{
    uint8_t key[32];
    CHECK_STATUS(tgcall_conference_get_public_key(conference, key), TGCALL_OK);
    tgcall_conference_free(conference);
    CHECK_STATUS(tgcall_discard(client, call, 0), TGCALL_OK);
}

static void embedded(void)
{
    struct counts counts = {0, {0}};
    made();
    fork_now();
    goes_on();
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK_INT(counts.of[TGCALL_EVENT_CALL_ENDED], 1);
    tgcall_client_free(client);
}

static void started(void)
{
    made();
    CHECK_STATUS(tgcall_client_start(client, note, NULL), TGCALL_OK);
    wait_for_ring();
    fork_now();
    rung = 0;
    goes_on();
    wait_for_ring();
    tgcall_client_free(client);
}

/* A callback forks, and both return from it. The child's copy of the thread does nothing more, and ends. */
static int parent, forks;
static void fork_inside(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int status;
    pid_t child;
    CHECK(getpid() == parent); /* no callback in the child */
    if (tgcall_event_get_kind(event) != TGCALL_EVENT_CALL_STATE || forks++) {
        note(userdata, client, event);
        return;
    }
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(20);
        leaks = 1;
        return;
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == (userdata ? 5 : 0));
    note(userdata, client, event);
}

static void inside_our_thread(void)
{
    parent = getpid();
    made();
    CHECK_STATUS(tgcall_client_start(client, fork_inside, NULL), TGCALL_OK);
    wait_for_ring();
    goes_on();
    while (__atomic_load_n(&events, __ATOMIC_ACQUIRE) < 2) usleep(1000);
    tgcall_client_free(client);
}

static void inside_a_drain(void)
{
    tgcall_status status;
    parent = getpid();
    made();
    status = tgcall_client_drain(client, fork_inside, &client);
    if (getpid() != parent) {
        is_a_copy(status);
        tgcall_client_free(client);
        tgcall_conference_free(conference);
        _exit(5);
    }
    CHECK_STATUS(status, TGCALL_OK);
    goes_on();
    tgcall_client_free(client);
}

int main(void)
{
    EXPECT_EXIT(embedded, 0);
    EXPECT_EXIT(started, 0);
    EXPECT_EXIT(inside_our_thread, 0);
    EXPECT_EXIT(inside_a_drain, 0);
    return 0;
}
