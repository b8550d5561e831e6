/* Members of one group call, each an account with a client of its own: who speak, who listen, who do both, who record each speaker by himself
 * as untouched Opus, or who watch for gaps in what the ten speak. The library's threads do the network; one thread of this program gives
 * and takes sound, 10 ms at a time.
 *
 *   member ADDRESS PORT CHAT|new|LINK FIRST-ACCOUNT COUNT speak|listen|talk|record|watch
 *
 * "new" is a conference that the only account makes, and LINK one that was. Lines in: "join", all of them, or "next", one more; "leave", all;
 * "mark": what is heard since the last line is what is to be heard from now on; "stats"; the end of the input ends it. Lines out: "ready"; "link LINK";
 * "in MS" for each who is in, with the time from the server's answer to the path; "first MS", from the wish to join to the first sound;
 * "heard PIECES SILENT": of pieces of 10 ms (of packets, of a recorder) since the last time; "gap MS", the longest of any tone since the mark; "out". */
#define _POSIX_C_SOURCE 200809L
#include <netinet/in.h>
#include <stdint.h>

static uint32_t host_address; /* of tgcall-sim */
#define LOOP_HOST host_address
#include "loop.h"

#include <math.h>
#include <pthread.h>

enum { RATE = 48000, FRAMES = RATE / 100, MOST = 512, SPEAKERS = 24, TONES = 10, WINDOW = 4 * FRAMES };

struct member {
    struct loop loop;
    tgcall_client *client;
    uint64_t call;
    int has_joined, has_heard;
    double wished_ms, answered_ms; /* when it was to join; when the media server was known */
    atomic_int is_open, is_active, wants_link;
    double phase, step;
};

static struct member members[MOST];
static int count, speaks, listens, records, watches;
static double loudness = 8000;
static long pieces, silent;
/* Of who watches: the last 40 ms, each tone in a window of that length, how loud each is and should be, and since when one is not. */
static struct {
    float sound[WINDOW], re[TONES][WINDOW], im[TONES][WINDOW];
    double sum[TONES], wanted[TONES];
    long count, missing[TONES], longest;
} watch;

static double hertz(int64_t account)
{
    return 440 + 110 * (double)(account % TONES);
}

static double exact_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print_link(struct member *one, uint64_t call)
{
    tgcall_roster *roster;
    if (tgcall_group_get_roster(one->client, call, &roster) != TGCALL_OK) return;
    if (tgcall_roster_get_link(roster).size > 0) {
        printf("link %s\n", tgcall_roster_get_link(roster).data);
        fflush(stdout);
        one->wants_link = 0;
    }
    tgcall_roster_free(roster);
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
    case TGCALL_EVENT_GROUP_CHANGED:
        if (one->wants_link) print_link(one, tgcall_event_get_call(event));
        break;
    case TGCALL_EVENT_CALL_ENDED:
        puts("out"), fflush(stdout);
        one->is_active = 0;
        break;
    default: break;
    }
}

static int open_call(struct member *one, const char *where)
{
    tgcall_peer chat = {0};
    int64_t id = 0, access_hash = 0;
    one->wants_link = !strcmp(where, "new"); /* made when it joins */
    one->is_open = atoll(where) == 0;
    if (one->is_open) return one->wants_link || tgcall_group_open_link(one->client, where, NULL, &one->call) == TGCALL_OK;
    return loop_chat(&one->loop, atoll(where), &chat, &id, &access_hash) &&
           tgcall_group_open(one->client, id, access_hash, NULL, &one->call) == TGCALL_OK;
}

static int open_member(struct member *one, const char *address, unsigned port, int64_t account, const char *where)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_addr at = {{0}, 0, 4, 0};
    tgcall_config_set_user_id(config, account);
    inet_pton(AF_INET, address, at.ip);
    one->step = 2 * 3.14159265358979 * hertz(account) / RATE;
    return tgcall_client_new(config, &one->client) == TGCALL_OK && loop_open(&one->loop, one->client, port, account, 1) &&
           tgcall_client_set_interfaces(one->client, &at, 1) == TGCALL_OK &&
           tgcall_client_start(one->client, on_event, one) == TGCALL_OK && open_call(one, where);
}

static void join(struct member *one)
{
    if (records) {
        tgcall_group_set_separate(one->client, one->call, 1);
        tgcall_audio_set_coding(one->client, one->call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS);
    }
    one->has_joined = 1;
    one->wished_ms = exact_ms();
    if (one->wants_link) tgcall_group_create_conference(one->client, 1, !speaks, NULL, &one->call);
    else tgcall_group_join(one->client, one->call, !speaks);
}

static void say(struct member *one)
{
    int16_t samples[FRAMES];
    int i;
    for (i = 0; i < FRAMES; i++, one->phase += one->step) samples[i] = (int16_t)(loudness * sin(one->phase));
    tgcall_audio_push_s16(one->client, one->call, RATE, 1, samples, FRAMES);
}

/* How loud each tone was in the last 40 ms, and for how long any has not been half as loud as it should be. */
static void look(const int16_t *samples)
{
    int i, hz;
    memmove(watch.sound, watch.sound + FRAMES, (WINDOW - FRAMES) * sizeof *watch.sound);
    for (i = 0; i < FRAMES; i++) watch.sound[WINDOW - FRAMES + i] = samples[i];
    watch.count++;
    for (hz = 0; hz < TONES; hz++) {
        float re = 0, im = 0;
        double loud;
        for (i = 0; i < WINDOW; i++) re += watch.sound[i] * watch.re[hz][i], im += watch.sound[i] * watch.im[hz][i];
        loud = sqrt((double)(re * re + im * im));
        watch.sum[hz] += loud;
        watch.missing[hz] = watch.wanted[hz] > 0 && loud < watch.wanted[hz] / 2 ? watch.missing[hz] + 1 : 0;
        if (watch.missing[hz] > watch.longest) watch.longest = watch.missing[hz];
    }
}

static void mark(void)
{
    int hz, i;
    for (hz = 0; hz < TONES; hz++) {
        watch.wanted[hz] = watch.count ? watch.sum[hz] / (double)watch.count : 0;
        watch.sum[hz] = 0, watch.missing[hz] = 0;
        for (i = 0; i < WINDOW; i++) {
            double phase = 2 * 3.14159265358979 * hertz(hz) * i / RATE, window = 1 - cos(2 * 3.14159265358979 * i / WINDOW);
            watch.re[hz][i] = (float)(cos(phase) * window / WINDOW), watch.im[hz][i] = (float)(sin(phase) * window / WINDOW);
        }
    }
    watch.count = watch.longest = 0;
}

static void hear(struct member *one)
{
    int16_t samples[FRAMES];
    int is_silent = tgcall_audio_pull_s16(one->client, one->call, RATE, 1, samples, FRAMES) != TGCALL_OK;
    pieces++, silent += is_silent;
    if (!is_silent && !one->has_heard) {
        one->has_heard = 1;
        printf("first %.3f\n", exact_ms() - one->wished_ms);
        fflush(stdout);
    }
    if (watches) look(samples);
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
            if (listens) hear(one);
            if (records && turn % 2 == 0) record(one);
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
    speaks = !strcmp(argv[6], "speak") || !strcmp(argv[6], "talk"), records = !strcmp(argv[6], "record"), watches = !strcmp(argv[6], "watch");
    listens = watches || !strcmp(argv[6], "listen") || !strcmp(argv[6], "talk");
    if (!strcmp(argv[6], "talk")) loudness = 2000; /* ten of them fit into a mix without being made softer */
    mark();
    inet_pton(AF_INET, argv[1], &host_address);
    host_address = ntohl(host_address);
    if (count > MOST) return 1;
    for (i = 0; i < count; i++)
        if (!open_member(&members[i], argv[1], (unsigned)atoi(argv[2]), atoll(argv[4]) + i, argv[3])) {
            fprintf(stderr, "%s\n", tgcall_status_get_text().data);
            return 1;
        }
    pthread_create(&thread, NULL, run, NULL);
    do
        for (i = 0, open = 0; i < count; i++) open += members[i].is_open;
    while (open < count && now_ms() < begun + 30000);
    puts("ready"), fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        for (i = 0, open = 0; i < count && (line[0] == 'j' || line[0] == 'n'); i++) {
            if (members[i].has_joined || (open && line[0] == 'n')) continue;
            join(&members[i]);
            open = 1;
        }
        for (i = 0; i < count && line[0] == 'l'; i++) tgcall_discard(members[i].client, members[i].call, TGCALL_DISCARD_REASON_AUTO);
        if (line[0] == 'm') mark();
        if (line[0] == 's') printf("heard %ld %ld\n", pieces, silent), pieces = silent = 0;
        if (line[0] == 's' && watches) printf("gap %ld\n", watch.longest * 10);
        fflush(stdout);
    }
    _exit(0);
}
