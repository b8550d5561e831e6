/* Members of one group call, each an account with a client of its own: who speak, who listen, or who record each speaker by himself as
 * untouched Opus. The library's threads do the network; one thread of this program gives and takes sound, 10 ms at a time.
 *
 *   member ADDRESS PORT CHAT FIRST-ACCOUNT COUNT speak|listen|record
 *
 * Lines in: "join" and, later, "stats"; the end of the input ends it. Lines out: "ready"; "in MS" for each who is in, with the time from
 * the server's answer to the path; "heard PIECES SILENT": of pieces of 10 ms (of packets, of a recorder) since the last time. */
#define _POSIX_C_SOURCE 200809L
#include <netinet/in.h>
#include <stdint.h>

static uint32_t host_address; /* of tgcall-sim */
#define LOOP_HOST host_address
#include "loop.h"

#include <math.h>
#include <pthread.h>

enum { RATE = 48000, FRAMES = RATE / 100, MOST = 512, SPEAKERS = 24 };

struct member {
    struct loop loop;
    tgcall_client *client;
    uint64_t call;
    int has_joined;
    double answered_ms; /* when the media server was known */
    atomic_int is_open, is_active;
    double phase, step;
};

static struct member members[MOST];
static int count, speaks, records;
static long pieces, silent;

static double exact_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct member *one = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    tgcall_call_state state;

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        if (!loop_send(&one->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size))
            tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, "no connection");
        break;
    case TGCALL_EVENT_CALL_STATE:
        state = tgcall_event_get_state(event);
        if (state == TGCALL_CALL_STATE_OPEN) one->is_open = 1;
        if (state == TGCALL_CALL_STATE_CONNECTING) one->answered_ms = exact_ms();
        if (state == TGCALL_CALL_STATE_ACTIVE && !one->is_active) {
            printf("in %.3f\n", exact_ms() - one->answered_ms);
            fflush(stdout);
        }
        one->is_active = state == TGCALL_CALL_STATE_ACTIVE;
        break;
    default: break;
    }
}

static int open_member(struct member *one, const char *address, unsigned port, int64_t account, int64_t chat_id)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_addr at = {{0}, 0, 4, 0};
    tgcall_peer chat = {0};
    int64_t id = 0, access_hash = 0;
    tgcall_config_set_user_id(config, account);
    inet_pton(AF_INET, address, at.ip);
    one->step = 2 * 3.14159265358979 * (440 + 110 * (double)(account % 10)) / RATE;
    return tgcall_client_new(config, &one->client) == TGCALL_OK &&
           loop_open(&one->loop, one->client, port, account, 1) && loop_chat(&one->loop, chat_id, &chat, &id, &access_hash) &&
           tgcall_client_set_interfaces(one->client, &at, 1) == TGCALL_OK &&
           tgcall_client_start(one->client, on_event, one) == TGCALL_OK &&
           tgcall_group_open(one->client, id, access_hash, NULL, &one->call) == TGCALL_OK;
}

static void join(struct member *one)
{
    if (records) {
        tgcall_group_set_separate(one->client, one->call, 1);
        tgcall_audio_set_coding(one->client, one->call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS);
    }
    tgcall_group_join(one->client, one->call, !speaks);
    one->has_joined = 1;
}

static void say(struct member *one)
{
    int16_t samples[FRAMES];
    int i;
    for (i = 0; i < FRAMES; i++, one->phase += one->step) samples[i] = (int16_t)(8000 * sin(one->phase));
    tgcall_audio_push_s16(one->client, one->call, RATE, 1, samples, FRAMES);
}

static void hear(struct member *one)
{
    int16_t samples[FRAMES];
    pieces++;
    silent += tgcall_audio_pull_s16(one->client, one->call, RATE, 1, samples, FRAMES) != TGCALL_OK;
}

/* All packets of all speakers, of whom there are few. */
static void record(struct member *one)
{
    uint8_t packet[1500];
    uint32_t timestamp;
    size_t size, i;
    tgcall_roster *roster;
    if (tgcall_group_get_roster(one->client, one->call, &roster) != TGCALL_OK) return;
    for (i = 0; i < tgcall_roster_get_count(roster) && i < SPEAKERS; i++) {
        const tgcall_participant *person = tgcall_roster_get(roster, i);
        tgcall_peer peer = tgcall_participant_get_peer(person);
        while (tgcall_group_pull_opus(one->client, one->call, &peer, packet, sizeof packet, &size, &timestamp) == TGCALL_OK) pieces++;
    }
    tgcall_roster_free(roster);
}

static void *run(void *unused)
{
    long turn = 0;
    double start = exact_ms();
    int i;
    (void)unused;
    for (;; turn++) {
        double late = exact_ms() - start - 10.0 * (double)turn;
        if (late < 0) {
            struct timespec pause = {0, (long)(-late * 1e6)};
            nanosleep(&pause, NULL);
        }
        for (i = 0; i < count; i++) {
            struct member *one = &members[i];
            while (loop_wait(&one->loop, 0)) {
                struct pollfd fd = {one->loop.fd, POLLIN, 0};
                if (poll(&fd, 1, 0) < 1) break;
            }
            if (!one->is_active) continue;
            if (speaks) say(one);
            else if (!records) hear(one);
            else if (turn % 2 == 0) record(one);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    char line[64];
    pthread_t thread;
    long long begun = now_ms();
    int i, open;
    if (argc < 7) return 1;
    count = atoi(argv[5]);
    speaks = !strcmp(argv[6], "speak"), records = !strcmp(argv[6], "record");
    inet_pton(AF_INET, argv[1], &host_address);
    host_address = ntohl(host_address);
    if (count > MOST) return 1;
    for (i = 0; i < count; i++)
        if (!open_member(&members[i], argv[1], (unsigned)atoi(argv[2]), atoll(argv[4]) + i, atoll(argv[3]))) {
            fprintf(stderr, "%s\n", tgcall_status_get_text().data);
            return 1;
        }
    pthread_create(&thread, NULL, run, NULL);
    do
        for (i = 0, open = 0; i < count; i++) open += members[i].is_open;
    while (open < count && now_ms() < begun + 30000);
    puts("ready"), fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        for (i = 0; i < count && line[0] == 'j'; i++)
            if (!members[i].has_joined) join(&members[i]);
        if (line[0] == 's') printf("heard %ld %ld\n", pieces, silent), pieces = silent = 0;
        fflush(stdout);
    }
    _exit(0);
}
