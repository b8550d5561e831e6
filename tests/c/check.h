/* What every test program needs: a check that says where it failed, and a client that carries no sound. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgcall.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #condition);                                   \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define CHECK_STATUS(call, expected) check_status(call, expected, #call, __FILE__, __LINE__)

static inline void check_status(tgcall_status got, tgcall_status expected, const char *call, const char *file, int line)
{
    if (got == expected) return;
    fprintf(stderr, "%s:%d: %s is %s, not %s: %s\n", file, line, call, tgcall_status_get_name(got).data,
            tgcall_status_get_name(expected).data, tgcall_status_get_text().data);
    exit(1);
}

#define CHECK_INT(call, expected) check_int((long long)(call), (long long)(expected), #call, __FILE__, __LINE__)

static inline void check_int(long long got, long long expected, const char *call, const char *file, int line)
{
    if (got == expected) return;
    fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, call, got, expected);
    exit(1);
}

/* A configuration for signalling only. */
static inline tgcall_config *host_config(void)
{
    tgcall_config *config = tgcall_config_new();
    CHECK_STATUS(tgcall_config_set_media(config, TGCALL_MEDIA_HOST), TGCALL_OK);
    return config;
}

/* Makes the client and frees its configuration. */
static inline tgcall_client *client_of(tgcall_config *config)
{
    tgcall_client *client = NULL;
    CHECK_STATUS(tgcall_client_new(config, &client), TGCALL_OK);
    CHECK(client != NULL);
    tgcall_config_free(config);
    return client;
}

static inline tgcall_client *host_client(void) { return client_of(host_config()); }

/* A figure of the client itself. */
static inline int64_t client_stat(const tgcall_client *client, uint32_t stat)
{
    int64_t value = -7;
    CHECK_STATUS(tgcall_client_get_stats(client, &stat, 1, &value), TGCALL_OK);
    return value;
}

/* Counts what it is given, by kind. */
struct counts {
    int all;
    int of[32];
};

static inline void count(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct counts *counts = (struct counts *)userdata;
    (void)client;
    counts->all++;
    counts->of[tgcall_event_get_kind(event) & 31]++;
}

#endif
