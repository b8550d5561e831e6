/* Encoded pictures between two clients that run threads of their own, over real sockets: pushed from here, pulled from here and from
 * a callback, and a client that is freed while frames are on their way. */
#include "check.h"
#include <pthread.h>
#include <time.h>

static const uint32_t codecs[] = {TGCALL_VIDEO_CODEC_VP8};
enum { CAMERA = TGCALL_VIDEO_SOURCE_CAMERA, VP8 = TGCALL_VIDEO_CODEC_VP8, FRAMES = 60 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static tgcall_client *clients[2];
static uint64_t calls[2];
/* Under the lock. */
static int begun, active, encoding, ready, key_frames, pulls_inside, pulled_inside, ended;

static void tell(int *what, int value)
{
    pthread_mutex_lock(&lock);
    *what = value;
    pthread_cond_broadcast(&news);
    pthread_mutex_unlock(&lock);
}

static void one_more(int *what)
{
    pthread_mutex_lock(&lock);
    ++*what;
    pthread_cond_broadcast(&news);
    pthread_mutex_unlock(&lock);
}

static int read_of(int *what)
{
    int value;
    pthread_mutex_lock(&lock);
    value = *what;
    pthread_mutex_unlock(&lock);
    return value;
}

/* Waits until it is no less. */
static void await(int *what, int least, const char *name)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    pthread_mutex_lock(&lock);
    while (*what < least)
        if (pthread_cond_timedwait(&news, &lock, &until) != 0) {
            fprintf(stderr, "waited in vain for %s\n", name);
            exit(1);
        }
    pthread_mutex_unlock(&lock);
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int side = *(int *)userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    uint64_t call = tgcall_event_get_call(event);
    tgcall_video_frame *frame;
    await(&begun, 1, "the beginning"); /* the calls' ids are known */
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND: /* the other call may be over already */
        tgcall_call_handle_signaling(clients[!side], calls[!side], bytes.data, bytes.size);
        break;
    case TGCALL_EVENT_CALL_ENDED: one_more(&ended); break;
    case TGCALL_EVENT_CALL_STATE:
        if (tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE) one_more(&active);
        break;
    case TGCALL_EVENT_VIDEO_ENCODE:
        CHECK_INT(side, 0);
        tell(&encoding, tgcall_event_get_bits_per_s(event) > 0);
        break;
    case TGCALL_EVENT_VIDEO_KEY_FRAME: one_more(&key_frames); break;
    case TGCALL_EVENT_VIDEO_READY:
        CHECK_INT(side, 1);
        while (read_of(&pulls_inside) && tgcall_video_pull(client, call, CAMERA, &frame) == TGCALL_OK) {
            one_more(&pulled_inside);
            tgcall_video_frame_free(frame);
        }
        one_more(&ready);
        break;
    default: break;
    }
}

static tgcall_status push(uint32_t number, int key)
{
    static uint8_t frame[700];
    static const uint8_t head[] = {0, 0, 0, 0x9d, 0x01, 0x2a, 128, 2, 104, 1};
    memset(frame, (int)number, sizeof frame);
    memcpy(frame, head, sizeof head);
    if (!key) frame[0] = 1;
    return tgcall_video_push(clients[0], calls[0], CAMERA, 0, VP8, number * 3000, key, frame, sizeof frame);
}

/* The next frame, which is waited for. */
static tgcall_video_frame *pull(void)
{
    tgcall_video_frame *frame = NULL;
    for (;;) {
        int before = read_of(&ready);
        tgcall_status status = tgcall_video_pull(clients[1], calls[1], CAMERA, &frame);
        if (status == TGCALL_OK) return frame;
        CHECK_STATUS(status, TGCALL_EMPTY);
        await(&ready, before + 1, "a frame");
    }
}

int main(void)
{
    static int sides[2] = {0, 1};
    tgcall_video_frame *frame, *kept;
    uint8_t key[256];
    uint32_t number;
    int side;
    size_t i;
    for (i = 0; i < sizeof key; i++) key[i] = (uint8_t)(7 * i + 1);
    for (side = 0; side < 2; side++) {
        tgcall_config *config = tgcall_config_new();
        CHECK_STATUS(tgcall_config_set_video_codecs(config, codecs, 1, codecs, 1), TGCALL_OK);
        clients[side] = client_of(config);
        CHECK_STATUS(tgcall_client_start(clients[side], on_event, &sides[side]), TGCALL_OK);
        CHECK_STATUS(tgcall_attach(clients[side], side == 0, key, sizeof key, NULL, &calls[side]), TGCALL_OK);
    }
    CHECK_STATUS(tgcall_video_start(clients[0], calls[0], CAMERA, 640, 360, 30), TGCALL_OK);
    for (side = 0; side < 2; side++)
        CHECK_STATUS(tgcall_connect(clients[side], calls[side], "9.0.0", 1, NULL), TGCALL_OK);
    tell(&begun, 1);
    await(&active, 2, "the call");
    await(&encoding, 1, "what to encode");

    CHECK_STATUS(push(0, 1), TGCALL_OK);
    kept = pull();
    CHECK(tgcall_video_frame_is_key(kept) && tgcall_video_frame_get_width(kept) == 640);
    for (number = 1; number < FRAMES; number++) {
        CHECK_STATUS(push(number, 0), TGCALL_OK);
        frame = pull();
        CHECK_INT(tgcall_video_frame_get_timestamp(frame) - tgcall_video_frame_get_timestamp(kept), number * 3000);
        CHECK_INT(tgcall_video_frame_get_bytes(frame).data[699], (uint8_t)number);
        tgcall_video_frame_free(frame);
    }
    CHECK_STATUS(tgcall_video_pull(clients[1], calls[1], CAMERA, &frame), TGCALL_EMPTY);

    /* Another thread's wish is heard, and a callback may pull. */
    tell(&pulls_inside, 1);
    number = (uint32_t)read_of(&key_frames);
    CHECK_STATUS(tgcall_video_want_key_frame(clients[1], calls[1], CAMERA), TGCALL_OK);
    await(&key_frames, (int)number + 1, "the wish for a key frame");
    CHECK_STATUS(push(FRAMES, 1), TGCALL_OK);
    await(&pulled_inside, 1, "a frame inside of a callback");

    /* Freed with frames on their way: what was pulled stays. */
    CHECK_STATUS(tgcall_discard(clients[1], calls[1], TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    await(&ended, 1, "the end of the call");
    CHECK_STATUS(tgcall_video_pull(clients[1], calls[1], CAMERA, &frame), TGCALL_ERR_NOT_FOUND);
    CHECK(frame == NULL);
    CHECK_STATUS(tgcall_video_want_key_frame(clients[1], calls[1], CAMERA), TGCALL_ERR_NOT_FOUND);
    for (i = 1; i < 8; i++) CHECK(push(FRAMES + (uint32_t)i, 0) >= 0);
    tgcall_client_free(clients[0]);
    tgcall_client_free(clients[1]);
    CHECK_INT(tgcall_video_frame_get_bytes(kept).size, 700);
    CHECK_INT(tgcall_video_frame_get_delay_ms(kept), 0);
    tgcall_video_frame_free(kept);
    return 0;
}
