/*
 * Three devices in an end-to-end encrypted conference, in one process: they join, compare emoji, exchange frames; then one
 * is removed and reads no more. Telegram is an array of blocks and an array of broadcasts.
 *
 * cc -std=c99 conference.c $(pkg-config --cflags --libs tgcall) -o conference
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgcall.h>

enum { ANNA, BEN, CLEO, DEVICES, CHAIN_MAX = 32, ELEMENT_MAX = 4096, FRAME_MAX = 2048 };

static const char *const names[DEVICES] = {"Anna", "Ben", "Cleo"};

/* A sub-chain as Telegram keeps it: what it accepted, in the form in which it delivers it. */
struct chain {
    uint8_t elements[CHAIN_MAX][ELEMENT_MAX];
    size_t sizes[CHAIN_MAX];
    size_t count;
};

static struct chain blocks, broadcasts;
static uint64_t now_ns = 1;

struct device {
    tgcall_conference *conference;
    int64_t user_id;
    size_t blocks_read, broadcasts_read;
};

static void check(int holds, const char *what)
{
    if (!holds) {
        tgcall_text why = tgcall_status_get_text();
        fprintf(stderr, "failed: %s (%s)\n", what, why.data);
        exit(EXIT_FAILURE);
    }
}

/* The example's own clock, so that ten seconds pass at once. */
static uint64_t clock_now(void *userdata)
{
    (void)userdata;
    return now_ns;
}

/* Telegram accepts what was sent. A real one checks it, and refuses a block that is not built on the newest. */
static void server_accept(struct chain *chain, tgcall_bytes element)
{
    size_t at = chain->count++;
    check(at < CHAIN_MAX, "room in the chain");
    check(tgcall_conference_to_server_form(element.data, element.size, chain->elements[at], ELEMENT_MAX,
                                           &chain->sizes[at]) == TGCALL_OK,
          "a block or a broadcast");
}

/* Gives a device what is new for it, and Telegram what the device has to say. Returns whether anything happened. */
static int exchange(struct device *device)
{
    int news = 0;
    for (; device->blocks_read < blocks.count; device->blocks_read++, news = 1) {
        size_t at = device->blocks_read;
        tgcall_status status = tgcall_conference_apply_block(device->conference, blocks.elements[at], blocks.sizes[at]);
        check(status == TGCALL_OK || status == TGCALL_EMPTY, "a block of the chain");
        if (status == TGCALL_EMPTY) { /* removed */
            device->blocks_read = device->broadcasts_read = (size_t)-1;
            return 1;
        }
    }
    for (; device->broadcasts_read < broadcasts.count; device->broadcasts_read++, news = 1) {
        size_t at = device->broadcasts_read;
        check(tgcall_conference_handle_broadcast(device->conference, broadcasts.elements[at], broadcasts.sizes[at]) ==
                  TGCALL_OK,
              "a broadcast");
    }
    tgcall_bytes out;
    while (tgcall_conference_poll_broadcast(device->conference, &out) == TGCALL_OK) {
        server_accept(&broadcasts, out);
        news = 1;
    }
    return news;
}

static void run(struct device *devices, int count)
{
    for (int news = 1; news;) {
        news = 0;
        for (int i = 0; i < count; i++) {
            news |= exchange(&devices[i]);
        }
    }
}

static void join(struct device *device)
{
    const uint8_t *newest = blocks.count ? blocks.elements[blocks.count - 1] : NULL;
    size_t newest_size = blocks.count ? blocks.sizes[blocks.count - 1] : 0;
    tgcall_bytes block;
    check(tgcall_conference_join(device->conference, newest, newest_size, &block) == TGCALL_OK, "join");
    /* A joiner knows nothing before its own block. */
    device->blocks_read = blocks.count;
    server_accept(&blocks, block);
}

static void show_emoji(const struct device *device, const char *name, char *text, size_t size)
{
    tgcall_text emoji[4];
    check(tgcall_conference_get_emoji(device->conference, emoji) == TGCALL_OK, "the emoji");
    snprintf(text, size, "%s %s %s %s", emoji[0].data, emoji[1].data, emoji[2].data, emoji[3].data);
    printf("%-5s sees %s\n", name, text);
}

/* Anna says something; returns how many of the others can read it. */
static int say(struct device *devices, const char *words)
{
    uint8_t packet[FRAME_MAX], frame[FRAME_MAX];
    size_t packet_size, frame_size;
    int32_t level;
    int readers = 0;
    check(tgcall_conference_encrypt_frame(devices[ANNA].conference, 0, TGCALL_FRAME_CODEC_OPUS, 1, 30,
                                          (const uint8_t *)words, strlen(words), packet, sizeof packet,
                                          &packet_size) == TGCALL_OK,
          "encrypt");
    for (int i = BEN; i < DEVICES; i++) {
        tgcall_status status =
            tgcall_conference_decrypt_frame(devices[i].conference, devices[ANNA].user_id, TGCALL_FRAME_CODEC_OPUS, packet,
                                            packet_size, &level, frame, sizeof frame, &frame_size);
        if (status == TGCALL_OK) {
            check(frame_size == strlen(words) && memcmp(frame, words, frame_size) == 0, "the same words");
            printf("%-5s hears \"%.*s\" (%zu bytes on the way)\n", names[i], (int)frame_size, (const char *)frame,
                   packet_size);
            readers++;
        } else {
            printf("%-5s hears nothing: %s\n", names[i], tgcall_status_get_text().data);
        }
    }
    return readers;
}

int main(void)
{
    struct device devices[DEVICES];
    char emoji[DEVICES][64];
    memset(devices, 0, sizeof devices);
    tgcall_config *config = tgcall_config_new();
    check(config != NULL && tgcall_config_set_clock(config, clock_now, NULL) == TGCALL_OK, "a configuration");

    for (int i = 0; i < DEVICES; i++) {
        devices[i].user_id = 1000 + i;
        check(tgcall_conference_new(config, devices[i].user_id, &devices[i].conference) == TGCALL_OK, "a conference");
        join(&devices[i]);
        run(devices, i + 1);
        printf("%-5s has joined\n", names[i]);
    }
    for (int i = 0; i < DEVICES; i++) {
        show_emoji(&devices[i], names[i], emoji[i], sizeof emoji[i]);
        check(strcmp(emoji[i], emoji[0]) == 0, "the same emoji for all");
    }
    check(say(devices, "hello everybody") == 2, "both hear Anna");

    tgcall_bytes block;
    check(tgcall_conference_remove(devices[ANNA].conference, &devices[CLEO].user_id, 1, &block) == TGCALL_OK, "remove");
    server_accept(&blocks, block);
    run(devices, DEVICES);
    tgcall_conference_state state;
    check(tgcall_conference_get_state(devices[CLEO].conference, &state) == TGCALL_OK &&
              state == TGCALL_CONFERENCE_STATE_FAILED,
          "Cleo knows that she is out");
    printf("Cleo  is removed\n");
    check(say(devices, "just the two of us") == 1, "only Ben hears Anna");

    now_ns += 11000000000u; /* the keys that Cleo still knew are forgotten by all */
    check(say(devices, "and now under new keys only") == 1, "only Ben hears Anna");

    for (int i = 0; i < DEVICES; i++) {
        tgcall_conference_free(devices[i].conference);
    }
    tgcall_config_free(config);
    return EXIT_SUCCESS;
}
