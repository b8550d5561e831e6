/* What the host does to itself: a fault in its callback reaches its crash handler, and no other signal comes to our thread; a
 * host that closes every descriptor is told that its client is dead, and why. */
#include "scenario.h"

static void crashed(int signal)
{
    _exit(signal == SIGSEGV ? 42 : 1);
}

static void fault(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    static const int open[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
    static const int blocked[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD, SIGUSR1, SIGUSR2, SIGWINCH, SIGIO};
    sigset_t set;
    size_t i;
    (void)userdata, (void)client, (void)event;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &set) == 0);
    for (i = 0; i < sizeof open / sizeof *open; i++) CHECK_INT(sigismember(&set, open[i]), 0);
    for (i = 0; i < sizeof blocked / sizeof *blocked; i++) CHECK_INT(sigismember(&set, blocked[i]), 1);
    pthread_kill(pthread_self(), SIGSEGV);
}

static void a_fault_in_a_callback(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = crashed;
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    busy_client(fault, NULL);
    pause();
}

static int dead;
static void note(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)client;
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_CLIENT_DEAD) {
        CHECK(strstr(tgcall_event_get_text(event).data, "its thread cannot") != NULL);
        CHECK(strstr(tgcall_event_get_text(event).data, "os error") != NULL);
        CHECK(userdata != NULL);
        dead = 1;
        ring();
    }
}

static void close_all(void)
{
    int descriptor;
    leaks = 1; /* what had them is not closed, as their numbers may be another's by now */
    for (descriptor = 3; descriptor < 256; descriptor++) close(descriptor);
}

static void dies(tgcall_client *client)
{
    uint32_t stat = TGCALL_STAT_CALLS;
    int64_t value;
    CHECK_STATUS(tgcall_client_get_stats(client, &stat, 1, &value), TGCALL_ERR_INTERNAL);
    CHECK(strstr(tgcall_status_get_text().data, "its thread cannot") != NULL);
    tgcall_client_free(client);
}

/* Its thread is awake, and tells. */
static void close_inside(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    static int closed;
    note(userdata, client, event);
    if (!closed++) close_all();
}

static void all_descriptors_closed_in_a_callback(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    uint8_t key[256] = {7};
    uint64_t call;
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_client_start(client, close_inside, &dead), TGCALL_OK);
    while (!dead) wait_for_ring();
    dies(client);
}

/* Its thread sleeps for ever, and who wants to wake it notices: by a request, */
static void all_descriptors_closed_before_a_request(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    uint64_t call;
    CHECK_STATUS(tgcall_client_start(client, note, &dead), TGCALL_OK);
    usleep(50000);
    close_all();
    CHECK(tgcall_request(client, 88, 99, 0, NULL, &call) <= TGCALL_OK);
    dies(client);
}

/* or by sound, also when other files have the numbers by now. */
static void all_descriptors_closed_before_sound(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    static int16_t samples[960];
    uint8_t key[256] = {7};
    uint64_t call;
    int i;
    CHECK_STATUS(tgcall_client_start(client, note, &dead), TGCALL_OK);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    usleep(50000);
    close_all();
    for (i = 0; i < 5; i++) CHECK(fopen("/dev/null", "r"));
    while (tgcall_audio_clear(client, call) == TGCALL_OK && tgcall_audio_push_s16(client, call, 48000, 1, samples, 960) == TGCALL_OK) {}
    dies(client);
}

static void all_descriptors_closed_and_freed(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    CHECK_STATUS(tgcall_client_start(client, note, &dead), TGCALL_OK);
    usleep(50000);
    close_all();
    tgcall_client_free(client);
}

int main(void)
{
    EXPECT_EXIT(a_fault_in_a_callback, 42);
    EXPECT_EXIT(all_descriptors_closed_in_a_callback, 0);
    EXPECT_EXIT(all_descriptors_closed_before_a_request, 0);
    EXPECT_EXIT(all_descriptors_closed_before_sound, 0);
    EXPECT_EXIT(all_descriptors_closed_and_freed, 0);
    return 0;
}
