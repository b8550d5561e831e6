/* What the bindings are measured against: the same in C. scripts/bench-bindings.sh builds it twice.
 *
 *   bench PAIRS SECONDS    processor time, in ms, of so many pairs of calls with sound both ways, and how many frames were heard
 *
 * Both ends of each call are in this process, as attached calls of two started clients; signaling goes across directly.
 *
 * As a shared library, for a benchmark that takes turns with C in one process: bench_push_ns and bench_pull_ns. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <tgcall.h>

enum { RATE = 16000, FRAMES = RATE / 50, MOST = 256 };

struct end {
    struct end *other;
    tgcall_client *client;
    _Atomic uint64_t call;
    atomic_int is_active;
};

static struct end ends[2][MOST];
static tgcall_client *clients[2];
static atomic_long heard;

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sleep_until(int64_t at_ns)
{
    struct timespec at = {at_ns / 1000000000, at_ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0) {}
}

static int64_t used_ms(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000LL + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct end *end = tgcall_event_get_call_userdata(event);
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    (void)userdata, (void)client;
    if (!end) return;
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND:
        tgcall_call_handle_signaling(end->other->client, end->other->call, bytes.data, bytes.size);
        break;
    case TGCALL_EVENT_CALL_STATE: end->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE; break;
    case TGCALL_EVENT_AUDIO_FRAME: heard += (long)bytes.size; break;
    default: break;
    }
}

static void must(tgcall_status status)
{
    if (status < 0) fprintf(stderr, "%s\n", tgcall_status_get_text().data), exit(1);
}

static void connect_all(int pairs)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0};
    uint8_t key[256];
    int side, i;
    memset(key, 7, sizeof key);
    must(tgcall_config_set_max_calls(config, MOST));
    for (side = 0; side < 2; side++) {
        must(tgcall_client_new(config, &clients[side]));
        must(tgcall_client_set_interfaces(clients[side], &loopback, 1));
        must(tgcall_client_start(clients[side], on_event, NULL));
    }
    for (i = 0; i < pairs; i++) {
        for (side = 0; side < 2; side++) {
            uint64_t call;
            struct end *end = &ends[side][i];
            end->other = &ends[!side][i];
            end->client = clients[side];
            key[0] = (uint8_t)i;
            must(tgcall_attach(end->client, side == 0, key, sizeof key, end, &call));
            end->call = call;
        }
        for (side = 0; side < 2; side++) must(tgcall_connect(clients[side], ends[side][i].call, "9.0.0", 1, NULL));
    }
    for (i = 0; i < pairs; i++)
        for (side = 0; side < 2; side++)
            while (!ends[side][i].is_active) sleep_until(now_ns(CLOCK_MONOTONIC) + 1000000);
    tgcall_config_free(config);
}

static void noise(int16_t *frame)
{
    static uint32_t state = 1;
    int i;
    for (i = 0; i < FRAMES; i++) frame[i] = (int16_t)((int)((state = state * 1664525u + 1013904223u) >> 20) - 2048);
}

static void calls(int pairs, int seconds)
{
    int64_t next, begin = 0;
    int16_t frame[FRAMES];
    int i, side, turn;
    connect_all(pairs);
    for (i = 0; i < pairs; i++)
        for (side = 0; side < 2; side++)
            must(tgcall_audio_set_delivery(clients[side], ends[side][i].call, 20, RATE, 1));
    next = now_ns(CLOCK_MONOTONIC);
    for (turn = -100; turn < 50 * seconds; turn++) { /* the first two seconds are not counted */
        if (turn == 0) begin = used_ms(), heard = 0;
        sleep_until(next += 20000000);
        noise(frame);
        for (i = 0; i < pairs; i++)
            for (side = 0; side < 2; side++)
                tgcall_audio_push_s16(clients[side], ends[side][i].call, RATE, 1, frame, FRAMES);
    }
    printf("%lld %ld\n", (long long)(used_ms() - begin), heard / (2 * FRAMES));
}

/* How long one call takes; -1 if it fails. */
int64_t bench_push_ns(tgcall_client *client, uint64_t call, uint32_t rate_hz, const int16_t *samples, size_t frames)
{
    int64_t start = now_ns(CLOCK_MONOTONIC);
    tgcall_status status = tgcall_audio_push_s16(client, call, rate_hz, 1, samples, frames);
    return status < 0 ? -1 : now_ns(CLOCK_MONOTONIC) - start;
}

int64_t bench_pull_ns(tgcall_client *client, uint64_t call, uint32_t rate_hz, int16_t *samples, size_t frames)
{
    int64_t start = now_ns(CLOCK_MONOTONIC);
    tgcall_status status = tgcall_audio_pull_s16(client, call, rate_hz, 1, samples, frames);
    return status < 0 ? -1 : now_ns(CLOCK_MONOTONIC) - start;
}

int main(int argc, char **argv)
{
    if (argc != 3 || atoi(argv[1]) > MOST) return fprintf(stderr, "usage: bench PAIRS SECONDS\n"), 2;
    calls(atoi(argv[1]), atoi(argv[2]));
    tgcall_client_free(clients[0]);
    tgcall_client_free(clients[1]);
    return 0;
}
