/* One end of calls: libtgcall through its C functions, driven by the same lines of JSON as ntgcalls in ntg_peer.py, as far as the
 * benchmark needs them (tests/interop/README.md). The library's thread does the network; one thread of this program gives each call
 * its sound and takes what it hears, 10 ms at a time, as ntgcalls does for its files. With the argument `deliver` what it hears comes
 * by itself instead, at the same pace; with `show` each call also sends a picture of 1080p, 4 Mbit/s and 30 frames a second, and with
 * `watch` it takes what it is shown. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tgcall.h>

enum { RATE = 48000, FRAMES = RATE / 100, MAX_CALLS = 1024, MAX_LINE = 1 << 18, LOUD = 4000 };
enum { WIDTH = 1920, HEIGHT = 1080, PER_S = 30, PICTURE = 4000000 / 8 / PER_S };

struct call {
    uint64_t id;
    double connect_at;
    int sound, heard; /* the files of what is said and of what is heard, or -1 */
    int clicks, click_every, click_in;
    atomic_int is_listening, is_active;
    atomic_int is_shown, wants_key; /* whether pictures are to be encoded */
    atomic_long pictures;           /* sent or received */
};

static tgcall_client *client;
static struct call calls[MAX_CALLS];
static atomic_int call_count; /* numbers below it have been made */
static int is_delivered; /* what is heard comes by itself */
static int shows, watches;
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The value of "name": in a line, without quotes; 0 if there is none. */
static int field(const char *line, const char *name, char *value, size_t size)
{
    char key[64];
    size_t n;
    snprintf(key, sizeof key, "\"%s\":", name);
    line = strstr(line, key);
    if (!line) return 0;
    line += strlen(key);
    line += *line == '[';
    n = *line == '"' ? strcspn(++line, "\"") : strcspn(line, ",}]");
    if (n >= size) return 0;
    memcpy(value, line, n);
    value[n] = 0;
    return 1;
}

static long number(const char *line, const char *name)
{
    char value[32];
    return field(line, name, value, sizeof value) ? atol(value) : 0;
}

static int digit(char letter)
{
    return letter >= 'a' ? letter - 'a' + 10 : letter - '0';
}

static size_t from_hex(const char *text, uint8_t *bytes, size_t capacity)
{
    size_t n = 0;
    for (text += 4; n < capacity && text[0] && text[1]; text += 2) bytes[n++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
    return n;
}

static void tell_signaling(long number, tgcall_bytes packet)
{
    size_t i;
    pthread_mutex_lock(&output);
    printf("{\"ev\":\"signaling\",\"call\":%ld,\"data\":\"hex:", number);
    for (i = 0; i < packet.size; i++) printf("%02x", packet.data[i]);
    puts("\"}");
    fflush(stdout);
    pthread_mutex_unlock(&output);
}

static void tell(const char *event, long number, const char *name, double value)
{
    pthread_mutex_lock(&output);
    printf("{%s,\"call\":%ld,\"%s\":%.6f}\n", event, number, name, value);
    fflush(stdout);
    pthread_mutex_unlock(&output);
}

static void listen_to(struct call *call, const int16_t *frame)
{
    int i;
    if (call->heard >= 0 && write(call->heard, frame, FRAMES * sizeof *frame) < 0) perror("write");
    for (i = 0; call->is_listening && i < FRAMES; i++)
        if (abs(frame[i]) > LOUD) {
            call->is_listening = 0;
            tell("\"ev\":\"click_heard\"", call - calls, "delivered", now_s());
        }
}

/* Frames of VP8, as far as anybody but a decoder looks into them. */
static void show(struct call *call, uint32_t timestamp)
{
    static uint8_t frame[PICTURE];
    const uint8_t start[] = {0x10, 0, 0, 0x9d, 1, 0x2a, WIDTH & 255, WIDTH >> 8, HEIGHT & 255, HEIGHT >> 8};
    int is_key = atomic_exchange(&call->wants_key, 0);
    tgcall_status status;
    memset(frame, 0x55, sizeof frame);
    memcpy(frame, start, sizeof start);
    frame[0] |= !is_key;
    status = tgcall_video_push(client, call->id, TGCALL_VIDEO_SOURCE_SCREEN, 0, TGCALL_VIDEO_CODEC_VP8, timestamp, is_key,
                               frame, sizeof frame);
    if (status == TGCALL_OK) call->pictures++;
    else call->wants_key |= is_key;
}

static void *show_pictures(void *unused)
{
    struct timespec next;
    uint32_t timestamp = 0;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (;;) {
        int i;
        for (i = 0; i < call_count; i++)
            if (calls[i].is_active && calls[i].is_shown) show(&calls[i], timestamp);
        timestamp += 90000 / PER_S;
        next.tv_nsec += 1000000000 / PER_S;
        if (next.tv_nsec >= 1000000000) next.tv_nsec -= 1000000000, next.tv_sec++;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    return unused;
}

static void watch(struct call *call)
{
    tgcall_video_frame *frame;
    while (tgcall_video_pull(client, call->id, TGCALL_VIDEO_SOURCE_SCREEN, &frame) == TGCALL_OK) {
        call->pictures += tgcall_video_frame_get_bytes(frame).size == PICTURE;
        tgcall_video_frame_free(frame);
    }
}

static tgcall_status set_pictures(struct call *call)
{
    const uint32_t codec = TGCALL_VIDEO_CODEC_VP8;
    tgcall_status status = tgcall_video_set_codecs(client, call->id, &codec, (size_t)shows, &codec, (size_t)watches);
    if (status != TGCALL_OK || !shows) return status;
    return tgcall_video_start(client, call->id, TGCALL_VIDEO_SOURCE_SCREEN, WIDTH, HEIGHT, PER_S);
}

static void on_event(void *userdata, tgcall_client *one, const tgcall_event *event)
{
    struct call *call = tgcall_event_get_call_userdata(event);
    long number = call ? call - calls : 0;
    (void)userdata, (void)one;
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND: tell_signaling(number, tgcall_event_get_bytes(event)); break;
    case TGCALL_EVENT_CALL_STATE:
        if (tgcall_event_get_state(event) != TGCALL_CALL_STATE_ACTIVE) break;
        call->is_active = 1;
        tell("\"ev\":\"state\",\"state\":\"CONNECTED\"", number, "connect_s", now_s() - call->connect_at);
        break;
    case TGCALL_EVENT_AUDIO_FRAME: listen_to(call, (const int16_t *)tgcall_event_get_bytes(event).data); break;
    case TGCALL_EVENT_VIDEO_ENCODE:
        call->wants_key = 1;
        call->is_shown = tgcall_event_get_bits_per_s(event) > 0;
        tell("\"ev\":\"encode\"", number, "bits_per_s", tgcall_event_get_bits_per_s(event));
        break;
    case TGCALL_EVENT_VIDEO_KEY_FRAME: call->wants_key = 1; break;
    case TGCALL_EVENT_VIDEO_READY: watch(call); break;
    case TGCALL_EVENT_CALL_ENDED: call->is_active = 0; break;
    default: break;
    }
}

/* The next 10 ms that a call says; a click is a burst of 5 ms. */
static void speak(struct call *call, int16_t *frame)
{
    static const int16_t period[32] = {0,      5463,   10715,  15556,  19799,  23281,  25869,  27462,  28000,  27462,  25869,
                                       23281,  19799,  15556,  10715,  5463,   0,      -5463,  -10715, -15556, -19799, -23281,
                                       -25869, -27462, -28000, -27462, -25869, -23281, -19799, -15556, -10715, -5463};
    int i;
    memset(frame, 0, FRAMES * sizeof *frame);
    if (call->sound >= 0 && read(call->sound, frame, FRAMES * sizeof *frame) < 0) perror("read");
    if (call->clicks == 0 || --call->click_in > 0) return;
    for (i = 0; i < RATE / 200; i++) frame[i] = period[i % 32]; /* 1500 Hz */
    call->clicks--;
    call->click_in = call->click_every;
    tell("\"ev\":\"click_sent\"", call - calls, "at", now_s());
}

static void *give_sound(void *unused)
{
    struct timespec next;
    int16_t frame[FRAMES];
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (;;) {
        int i;
        for (i = 0; i < call_count; i++) {
            struct call *call = &calls[i];
            if (!call->is_active) continue;
            speak(call, frame);
            tgcall_audio_push_s16(client, call->id, RATE, 1, frame, FRAMES);
            if (is_delivered) continue;
            tgcall_audio_pull_s16(client, call->id, RATE, 1, frame, FRAMES);
            listen_to(call, frame);
        }
        next.tv_nsec += 10000000;
        if (next.tv_nsec >= 1000000000) next.tv_nsec -= 1000000000, next.tv_sec++;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    return unused;
}

static void open_files(struct call *call, const char *line)
{
    char path[512];
    call->sound = field(line, "capture_file", path, sizeof path) ? open(path, O_RDONLY) : -1;
    call->heard = field(line, "playback_file", path, sizeof path) ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
}

static tgcall_status obey(const char *line, const char *command, long n)
{
    static char text[MAX_LINE];
    static uint8_t bytes[MAX_LINE / 2];
    struct call *call = &calls[n];

    if (strcmp(command, "skip") == 0) {
        tgcall_status status;
        int outgoing = field(line, "role", text, sizeof text) && strcmp(text, "caller") == 0;
        if (!field(line, "key", text, sizeof text)) return TGCALL_ERR_ARGUMENT;
        memset(call, 0, sizeof *call);
        open_files(call, line);
        if (n >= call_count) call_count = (int)n + 1;
        status = tgcall_attach(client, outgoing, bytes, from_hex(text, bytes, sizeof bytes), call, &call->id);
        if (status == TGCALL_OK && (shows || watches)) status = set_pictures(call);
        if (status != TGCALL_OK || !is_delivered) return status;
        return tgcall_audio_set_delivery(client, call->id, 10, RATE, 1);
    }
    if (strcmp(command, "connect") == 0) {
        static char ip[64], version[32];
        int by_relay = field(line, "peer_tag", text, sizeof text) && field(line, "ip", ip, sizeof ip);
        if (!field(line, "versions", version, sizeof version)) return TGCALL_ERR_ARGUMENT;
        if (by_relay) {
            uint16_t port = (uint16_t)number(line, "port");
            tgcall_status status = tgcall_call_add_reflector(client, call->id, 1, ip, NULL, port, bytes,
                                                             from_hex(text, bytes, sizeof bytes), 0);
            if (status != TGCALL_OK) return status;
        }
        call->connect_at = now_s();
        return tgcall_connect(client, call->id, version, !by_relay, NULL);
    }
    if (strcmp(command, "signaling") == 0) {
        if (!field(line, "data", text, sizeof text)) return TGCALL_ERR_ARGUMENT;
        return tgcall_call_handle_signaling(client, call->id, bytes, from_hex(text, bytes, sizeof bytes));
    }
    if (strcmp(command, "click") == 0) {
        call->click_every = call->click_in = (int)number(line, "every_ms") / 10;
        call->clicks = (int)number(line, "count");
        return TGCALL_OK;
    }
    if (strcmp(command, "listen") == 0) {
        call->is_listening = 1;
        return TGCALL_OK;
    }
    if (strcmp(command, "pictures") == 0) {
        tell("\"ev\":\"pictures\"", n, "pictures", (double)call->pictures);
        return TGCALL_OK;
    }
    if (strcmp(command, "stop") == 0) {
        call->is_active = 0;
        return tgcall_discard(client, call->id, TGCALL_DISCARD_REASON_AUTO);
    }
    return TGCALL_ERR_UNSUPPORTED;
}

int main(int argc, char **argv)
{
    static char line[MAX_LINE];
    char command[32];
    tgcall_config *config = tgcall_config_new();
    pthread_t thread;

    is_delivered = argc > 1 && strcmp(argv[1], "deliver") == 0;
    shows = argc > 1 && strcmp(argv[1], "show") == 0;
    watches = argc > 1 && strcmp(argv[1], "watch") == 0;
    tgcall_config_set_max_calls(config, MAX_CALLS);
    if (tgcall_client_new(config, &client) != TGCALL_OK || tgcall_client_start(client, on_event, NULL) != TGCALL_OK ||
        pthread_create(&thread, NULL, give_sound, NULL) != 0 ||
        (shows && pthread_create(&thread, NULL, show_pictures, NULL) != 0)) {
        fprintf(stderr, "%s\n", tgcall_status_get_text().data);
        return 1;
    }
    printf("{\"ev\":\"ready\",\"version\":\"%s\"}\n", tgcall_version().data);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) && field(line, "cmd", command, sizeof command) && strcmp(command, "quit") != 0) {
        long n = number(line, "call");
        tgcall_status status = n >= 0 && n < MAX_CALLS ? obey(line, command, n) : TGCALL_ERR_ARGUMENT;
        if (status < 0)
            fprintf(stderr, "%s: %s\n", command, tgcall_status_get_text().data);
        if (strstr(line, "\"id\":"))
            tell(status < 0 ? "\"ev\":\"error\"" : "\"ev\":\"ok\"", n, "id", (double)number(line, "id"));
    }
    return 0; /* the process ends as a whole, as that of ntgcalls does */
}
