/* Our end of calls in a process of its own: a started client with ready keys, told what to do in words on standard input,
 * telling what happens in lines of JSON. A tone is pushed and what is heard is pulled every 10 ms, as a sound card would. README.md
 * beside this file lists words and lines. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <tgcall.h>

enum { CALLS = 8, WORDS = 12, LINE = 65536, RATE = 48000, FRAMES = RATE / 100 };

static tgcall_config *config;
static tgcall_client *client;

#include "pictures.h"

struct call {
    int number;
    uint64_t id;
    FILE *heard; /* s16le, mono, 48 kHz */
    double hz;
    uint64_t pushed;
    atomic_int is_active; /* written by the library's thread */
    struct pictures pictures;
};

static struct call calls[CALLS];
static atomic_int slow_ms;

/* Of the datagrams that come and go, so many of a thousand get lost: the library calls these of ours. */
static atomic_uint lost_permille;

static int is_lost(void)
{
    static atomic_uint state = 12345;
    uint32_t next = state = state * 1664525u + 1013904223u;
    return (next >> 8) % 1000 < lost_permille;
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
    struct iovec part = {(void *)bytes, size};
    struct msghdr message = {(void *)to, to_size, &part, 1, NULL, 0, 0};
    return to && is_lost() ? (ssize_t)size : sendmsg(fd, &message, flags);
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *from, socklen_t *from_size)
{
    struct iovec part = {bytes, size};
    struct msghdr message = {from, from_size ? *from_size : 0, &part, 1, NULL, 0, 0};
    ssize_t got;
    do got = recvmsg(fd, &message, flags);
    while (got >= 0 && from && is_lost());
    if (from_size) *from_size = message.msg_namelen;
    return got;
}

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void put_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        if ((unsigned char)*text >= ' ') putchar(*text);
        else printf("\\u%04x", (unsigned char)*text);
    }
}

/* One line: what happened to which call, a number, a text. */
static void tell(const char *what, int call, long long number, const char *text)
{
    flockfile(stdout);
    printf("{\"ev\":\"%s\",\"call\":%d,\"t\":%.6f,\"number\":%lld,\"text\":\"", what, call, (double)now_us() / 1e6, number);
    put_text(text);
    puts("\"}");
    fflush(stdout);
    funlockfile(stdout);
}

static void tell_signaling(int call, tgcall_bytes bytes)
{
    size_t i;
    flockfile(stdout);
    printf("{\"ev\":\"signaling\",\"call\":%d,\"data\":\"", call);
    for (i = 0; i < bytes.size; i++) printf("%02x", bytes.data[i]);
    puts("\"}");
    fflush(stdout);
    funlockfile(stdout);
}

static void tell_report(struct call *call)
{
    static char report[1 << 18];
    size_t size = 0;
    const uint32_t stat = TGCALL_STAT_RELAYED;
    int64_t relayed = 0;
    tgcall_call_get_stats(client, call->id, 0, &stat, 1, &relayed);
    if (tgcall_call_get_report(client, call->id, TGCALL_REPORT_FORMAT_JSON, 1, report, sizeof report, &size) < 0) size = 0;
    flockfile(stdout);
    printf("{\"ev\":\"report\",\"call\":%d,\"relayed\":%d,\"json\":%.*s,\"text\":\"", call->number, relayed == 1,
           size ? (int)size : 4, size ? report : "null");
    size = sizeof report - 1;
    if (tgcall_call_get_report(client, call->id, TGCALL_REPORT_FORMAT_TEXT, 1, report, size, &size) == TGCALL_OK)
        report[size] = 0;
    put_text(report);
    puts("\"}");
    fflush(stdout);
    funlockfile(stdout);
}

static void on_event(void *userdata, tgcall_client *lent, const tgcall_event *event)
{
    struct call *call = tgcall_event_get_call_userdata(event);
    const char *text = tgcall_event_get_text(event).data;
    (void)userdata, (void)lent;
    if (slow_ms) {
        struct timespec nap = {slow_ms / 1000, slow_ms % 1000 * 1000000L};
        nanosleep(&nap, NULL);
    }
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND: tell_signaling(call->number, tgcall_event_get_bytes(event)); break;
    case TGCALL_EVENT_CALL_STATE:
        call->is_active |= tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        tell("state", call->number, tgcall_event_get_state(event), text);
        break;
    case TGCALL_EVENT_CALL_ENDED: tell("ended", call->number, tgcall_event_get_end(event), text); break;
    case TGCALL_EVENT_CALL_MEDIA: tell("media", call->number, tgcall_event_is_muted(event), text); break;
    case TGCALL_EVENT_VIDEO_ENCODE:
        if (!call->pictures.codec) call->pictures.wants_key = 1; /* it begins, or begins again */
        call->pictures.codec = tgcall_event_get_bits_per_s(event) ? tgcall_event_get_codec(event) : TGCALL_VIDEO_CODEC_NONE;
        tell("encode", call->number, tgcall_event_get_bits_per_s(event), text);
        break;
    case TGCALL_EVENT_VIDEO_KEY_FRAME:
        call->pictures.wants_key = 1;
        tell("key_frame", call->number, 0, text);
        break;
    case TGCALL_EVENT_CLIENT_DEAD: tell("dead", 0, 0, text); break;
    default: break;
    }
}

/* What a sound card would do by now. */
static void sound(struct call *call)
{
    int16_t frame[FRAMES];
    int i;
    if (call->hz > 0) {
        for (i = 0; i < FRAMES; i++)
            frame[i] = (int16_t)(8000 * sin(6.283185307179586 * call->hz * (double)call->pushed++ / RATE));
        tgcall_audio_push_s16(client, call->id, RATE, 1, frame, FRAMES);
    }
    if (call->is_active && call->heard) {
        tgcall_audio_pull_s16(client, call->id, RATE, 1, frame, FRAMES); /* silence where there is nothing */
        fwrite(frame, 2, FRAMES, call->heard);
    }
}

static size_t from_hex(const char *hex, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    unsigned byte;
    for (; hex[0] && hex[1] && size < capacity && sscanf(hex, "%2x", &byte) == 1; hex += 2) out[size++] = (uint8_t)byte;
    return size;
}

static const char *or_null(const char *word) { return strcmp(word, "-") ? word : NULL; }

static tgcall_status set_interfaces(char **word, int count)
{
    tgcall_addr list[WORDS];
    int i, family;
    memset(list, 0, sizeof list);
    for (i = 0; i < count; i++) {
        family = strchr(word[i], ':') ? AF_INET6 : AF_INET;
        if (inet_pton(family, word[i], list[i].ip) != 1) return TGCALL_ERR_ARGUMENT;
        list[i].family = family == AF_INET ? 4 : 6;
    }
    return tgcall_client_set_interfaces(client, list, (size_t)count);
}

/* The words of the whole process. */
static tgcall_status run_client(char **word, int count)
{
    tgcall_status status;
    if (!strcmp(word[0], "proxy") && count == 5)
        return tgcall_config_set_proxy(config, word[1], (uint16_t)atoi(word[2]), or_null(word[3]), or_null(word[4]));
    if (!strcmp(word[0], "max_calls") && count == 2) return tgcall_config_set_max_calls(config, (uint32_t)atoi(word[1]));
    if (!strcmp(word[0], "start") && !client) {
        if ((status = tgcall_client_new(config, &client)) != TGCALL_OK) return status;
        return tgcall_client_start(client, on_event, NULL);
    }
    if (!strcmp(word[0], "interfaces")) return set_interfaces(word + 1, count - 1);
    if (!strcmp(word[0], "lose") && count == 2) return atomic_store(&lost_permille, (unsigned)atoi(word[1])), TGCALL_OK;
    if (!strcmp(word[0], "slow") && count == 2) return atomic_store(&slow_ms, atoi(word[1])), TGCALL_OK;
    return TGCALL_ERR_UNSUPPORTED;
}

/* The words of a call, whose number is the second word. */
static tgcall_status run_call(char **word, int count)
{
    static uint8_t bytes[LINE];
    struct call *call = &calls[atoi(word[1]) & (CALLS - 1)];
    size_t size;
    if (!strcmp(word[0], "attach") && count == 5) { /* caller?, key, file */
        call->number = atoi(word[1]);
        if (or_null(word[4]) && !(call->heard = fopen(word[4], "wb"))) return TGCALL_ERR_IO;
        size = from_hex(word[3], bytes, sizeof bytes);
        return tgcall_attach(client, atoi(word[2]), bytes, size, call, &call->id);
    }
    if (!strcmp(word[0], "reflector") && count == 7) { /* id, ip, port, tag, tcp */
        size = from_hex(word[5], bytes, sizeof bytes);
        return tgcall_call_add_reflector(client, call->id, atoll(word[2]), word[3], NULL, (uint16_t)atoi(word[4]),
                                         bytes, size, atoi(word[6]));
    }
    if (!strcmp(word[0], "turn") && count == 7) /* id, ip, port, user, password */
        return tgcall_call_add_webrtc(client, call->id, atoll(word[2]), word[3], NULL, (uint16_t)atoi(word[4]), word[5],
                                      word[6], 1, 0);
    if (!strcmp(word[0], "connect") && count == 4) /* version, p2p */
        return tgcall_connect(client, call->id, word[2], atoi(word[3]), NULL);
    if (!strcmp(word[0], "tone") && count == 3) return call->hz = atof(word[2]), TGCALL_OK;
    if (!strcmp(word[0], "codecs") && count == 4) /* encoded, decoded */
        return set_codecs(call->id, word[2], word[3]);
    if (!strcmp(word[0], "show") && count == 6) { /* film, width, height, frames per second */
        if (!load_film(&call->pictures, word[2])) return TGCALL_ERR_IO;
        call->pictures.frames_per_s = (unsigned)atoi(word[5]);
        return tgcall_video_start(client, call->id, TGCALL_VIDEO_SOURCE_CAMERA, (uint32_t)atoi(word[3]),
                                  (uint32_t)atoi(word[4]), call->pictures.frames_per_s);
    }
    if (!strcmp(word[0], "hide") && count == 2)
        return tgcall_video_stop(client, call->id, TGCALL_VIDEO_SOURCE_CAMERA);
    if (!strcmp(word[0], "record") && count == 3) /* file */
        return (call->pictures.shown = fopen(word[2], "wb")) ? TGCALL_OK : TGCALL_ERR_IO;
    if (!strcmp(word[0], "pictures") && count == 2) {
        tell("pictures", call->number, (long long)call->pictures.pushed, "");
        return tell("full", call->number, (long long)call->pictures.full, ""), TGCALL_OK;
    }
    if (!strcmp(word[0], "mute") && count == 3) return tgcall_audio_set_muted(client, call->id, atoi(word[2]));
    if (!strcmp(word[0], "discard") && count == 2) return tgcall_discard(client, call->id, TGCALL_DISCARD_REASON_AUTO);
    if (!strcmp(word[0], "report") && count == 2) return tell_report(call), TGCALL_OK;
    if (!strcmp(word[0], "signaling") && count == 3) {
        size = from_hex(word[2], bytes, sizeof bytes);
        return tgcall_call_handle_signaling(client, call->id, bytes, size);
    }
    return TGCALL_ERR_UNSUPPORTED;
}

/* 0: the end was asked for. */
static int run(char *line)
{
    char *word[WORDS], *rest = NULL, *next;
    char failure[256];
    int count = 0;
    tgcall_status status;
    for (next = strtok_r(line, " \n", &rest); next && count < WORDS; next = strtok_r(NULL, " \n", &rest)) word[count++] = next;
    if (count == 0) return 1;
    if (!strcmp(word[0], "quit")) return 0;
    status = run_client(word, count);
    if (status == TGCALL_ERR_UNSUPPORTED && count > 1) status = run_call(word, count);
    if (status < 0) { /* what is dropped is counted by the library and none of our business */
        snprintf(failure, sizeof failure, "%s: %s", word[0], tgcall_status_get_text().data);
        tell("failed", 0, status, failure);
    }
    return 1;
}

int main(void)
{
    static char input[LINE];
    size_t size = 0;
    long long next_us = now_us();
    int i, more = 1;
    config = tgcall_config_new();
    while (more) {
        struct pollfd fd = {0, POLLIN, 0};
        int wait_ms = (int)((next_us - now_us()) / 1000);
        if (poll(&fd, 1, wait_ms < 0 ? 0 : wait_ms + 1) > 0) {
            ssize_t got = read(0, input + size, sizeof input - 1 - size);
            char *end;
            if (got <= 0) break;
            size += (size_t)got;
            while (more && (end = memchr(input, '\n', size))) {
                *end = 0;
                more = run(input);
                size -= (size_t)(end + 1 - input);
                memmove(input, end + 1, size);
            }
        }
        for (; next_us <= now_us(); next_us += 10000)
            for (i = 0; i < CALLS; i++)
                if (calls[i].id) sound(&calls[i]);
        for (i = 0; i < CALLS; i++)
            if (calls[i].id) {
                push_pictures(&calls[i].pictures, calls[i].id, now_us());
                pull_pictures(&calls[i].pictures, calls[i].id);
            }
    }
    tgcall_client_free(client);
    tgcall_config_free(config);
    for (i = 0; i < CALLS; i++) {
        if (calls[i].heard) fclose(calls[i].heard);
        if (calls[i].pictures.shown) fclose(calls[i].pictures.shown);
        free(calls[i].pictures.film);
    }
    tell("bye", 0, 0, "");
    return 0;
}
