/* Encoded pictures in and out of a call: what is to be encoded, pushed and pulled; what is refused, and when; frames that outlive
 * their call; from callbacks and from under the lock. */
#include "pair.h"

static const uint32_t codecs[] = {TGCALL_VIDEO_CODEC_H264, TGCALL_VIDEO_CODEC_VP8};
enum { CAMERA = TGCALL_VIDEO_SOURCE_CAMERA, SCREEN = TGCALL_VIDEO_SOURCE_SCREEN, VP8 = TGCALL_VIDEO_CODEC_VP8 };

/* Every function, of a client or call of which they all answer the same. */
static void all_answer(tgcall_client *client, uint64_t call, tgcall_status expected)
{
    uint8_t frame[16] = {0};
    tgcall_video_frame *pulled = (tgcall_video_frame *)frame;
    CHECK_STATUS(tgcall_video_set_codecs(client, call, codecs, 2, codecs, 2), expected);
    CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, 30), expected);
    CHECK_STATUS(tgcall_video_set_paused(client, call, CAMERA, 1), expected);
    CHECK_STATUS(tgcall_video_set_rotation(client, call, CAMERA, 90), expected);
    CHECK_STATUS(tgcall_video_stop(client, call, CAMERA), expected);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, VP8, 0, 1, frame, sizeof frame), expected);
    CHECK_STATUS(tgcall_video_pull(client, call, CAMERA, &pulled), expected);
    CHECK(pulled == NULL);
    CHECK_STATUS(tgcall_video_want_key_frame(client, call, CAMERA), expected);
    CHECK_STATUS(tgcall_call_set_low_battery(client, call, 1), expected);
}

static void wrong_arguments(tgcall_client *client, uint64_t call)
{
    static const uint32_t sources[] = {0, 3, UINT32_MAX}, twice[] = {VP8, VP8}, unknown[] = {0};
    static const uint32_t many[] = {1, 2, 3, 4, 5, 6}, sizes[] = {0, 16385, UINT32_MAX}, turns[] = {1, 89, 360, UINT32_MAX};
    tgcall_config *config = tgcall_config_new();
    tgcall_video_frame *frame = NULL;
    uint8_t byte = 0;
    size_t i;
    CHECK_STATUS(tgcall_config_set_video_codecs(NULL, codecs, 2, codecs, 2), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, NULL, 1, codecs, 2), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, twice, 2, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, codecs, 2, unknown, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, many, SIZE_MAX, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, many, 5, many, 5), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_video_codecs(config, NULL, 0, NULL, 0), TGCALL_OK);
    tgcall_config_free(config);
    CHECK_STATUS(tgcall_video_set_codecs(client, call, twice, 2, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_set_codecs(client, call, many, 6, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_set_codecs(client, call, NULL, 0, NULL, 3), TGCALL_ERR_ARGUMENT);
    for (i = 0; i < sizeof sources / sizeof *sources; i++) {
        CHECK_STATUS(tgcall_video_start(client, call, sources[i], 640, 360, 30), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_stop(client, call, sources[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_set_paused(client, call, sources[i], 1), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_set_rotation(client, call, sources[i], 90), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_push(client, call, sources[i], 0, VP8, 0, 1, &byte, 1), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_pull(client, call, sources[i], &frame), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_want_key_frame(client, call, sources[i]), TGCALL_ERR_ARGUMENT);
    }
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK_STATUS(tgcall_video_start(client, call, CAMERA, sizes[i], 360, 30), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, sizes[i], 30), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, sizes[i]), TGCALL_ERR_ARGUMENT);
    }
    for (i = 0; i < sizeof turns / sizeof *turns; i++)
        CHECK_STATUS(tgcall_video_set_rotation(client, call, CAMERA, turns[i]), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, 0, 0, 1, &byte, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, 6, 0, 1, &byte, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, VP8, 0, 1, NULL, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_pull(client, call, CAMERA, NULL), TGCALL_ERR_ARGUMENT);
    /* Not the time for these. */
    CHECK_STATUS(tgcall_video_set_paused(client, call, CAMERA, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_set_rotation(client, call, CAMERA, 90), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, VP8, 0, 1, &byte, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_stop(client, call, CAMERA), TGCALL_OK);
    CHECK_STATUS(tgcall_video_want_key_frame(client, call, CAMERA), TGCALL_OK);
    CHECK_STATUS(tgcall_video_pull(client, call, CAMERA, &frame), TGCALL_EMPTY);
    CHECK(frame == NULL);
}

static void nothing_of_null(void)
{
    CHECK(tgcall_video_frame_get_bytes(NULL).size == 0 && tgcall_video_frame_get_codec(NULL) == TGCALL_VIDEO_CODEC_NONE);
    CHECK(tgcall_video_frame_get_timestamp(NULL) == 0 && tgcall_video_frame_get_rotation(NULL) == 0);
    CHECK(!tgcall_video_frame_is_key(NULL) && tgcall_video_frame_get_delay_ms(NULL) == 0);
    CHECK(tgcall_video_frame_get_endpoint(NULL).size == 0);
    CHECK(tgcall_video_frame_get_width(NULL) == 0 && tgcall_video_frame_get_height(NULL) == 0);
    tgcall_video_frame_free(NULL);
    CHECK(tgcall_event_get_source(NULL) == 0 && tgcall_event_get_layer(NULL) == 0 && tgcall_event_get_codec(NULL) == 0);
    CHECK(tgcall_event_get_width(NULL) == 0 && tgcall_event_get_height(NULL) == 0);
    CHECK(tgcall_event_get_frames_per_s(NULL) == 0 && tgcall_event_get_bits_per_s(NULL) == 0);
    CHECK(tgcall_event_get_switches(NULL) == 0 && tgcall_event_get_rotation(NULL) == 0);
}

/* Of a build or a client that carries no pictures, and of one that does for calls without codecs. */
static void without_codecs(void)
{
    tgcall_client *client = client_of(tgcall_config_new()), *host = host_client();
    uint8_t key[256] = {1};
    uint64_t call;
    CHECK_STATUS(tgcall_request(host, 88, 99, 0, NULL, &call), TGCALL_OK);
    all_answer(host, call, TGCALL_ERR_UNSUPPORTED);
    tgcall_client_free(host);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, 30), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_set_codecs(client, call, codecs, 1, NULL, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, 30), TGCALL_OK);
    CHECK_STATUS(tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, 30), TGCALL_ERR_STATE);
    tgcall_client_free(client);
}

/* ---- A call of two */

static uint32_t bits[2], codec[2], width[2], sources[2];
static int encodes[2], key_frames[2], readies[2];
static uint32_t switches[2], rotation[2];

static void with_codecs(tgcall_config *config)
{
    CHECK_STATUS(tgcall_config_set_video_codecs(config, codecs + 1, 1, codecs, 2), TGCALL_OK);
}

static void seen(int side, const tgcall_event *event)
{
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_VIDEO_ENCODE:
        encodes[side]++;
        bits[side] = tgcall_event_get_bits_per_s(event);
        codec[side] = tgcall_event_get_codec(event);
        width[side] = tgcall_event_get_width(event);
        sources[side] = tgcall_event_get_source(event);
        CHECK(tgcall_event_get_layer(event) == 0 && tgcall_event_get_height(event) > 0);
        CHECK(tgcall_event_get_frames_per_s(event) > 0);
        break;
    case TGCALL_EVENT_VIDEO_KEY_FRAME: key_frames[side]++; break;
    case TGCALL_EVENT_VIDEO_READY: readies[side]++; break;
    case TGCALL_EVENT_CALL_MEDIA:
        switches[side] = tgcall_event_get_switches(event);
        rotation[side] = tgcall_event_get_rotation(event);
        CHECK(tgcall_event_is_muted(event) == ((switches[side] & TGCALL_SWITCHES_MUTED) != 0));
        CHECK(tgcall_event_is_video(event) == ((switches[side] & (TGCALL_SWITCHES_CAMERA | TGCALL_SWITCHES_SCREEN)) != 0));
        break;
    default: break;
    }
}

/* A frame of VP8 as far as it is read: 640x360. */
static size_t make_frame(uint8_t *frame, int key, size_t size, uint8_t filling)
{
    static const uint8_t head[] = {0, 0, 0, 0x9d, 0x01, 0x2a, 128, 2, 104, 1};
    memset(frame, filling, size);
    memcpy(frame, head, sizeof head);
    if (!key) frame[0] = 1;
    return size;
}

static tgcall_status push(int side, uint32_t source, uint32_t timestamp, int key, size_t size)
{
    static uint8_t frame[1 << 16];
    make_frame(frame, key, size, (uint8_t)timestamp);
    return tgcall_video_push(clients[side], calls[side], source, 0, VP8, timestamp, key, frame, size);
}

static tgcall_video_frame *pull(int side, uint32_t source)
{
    tgcall_video_frame *frame = NULL;
    CHECK(tgcall_video_pull(clients[side], calls[side], source, &frame) >= 0);
    return frame;
}

static void turns(int count)
{
    while (count-- > 0) turn();
}

static void until_encoding(int side, uint32_t source)
{
    int tries;
    for (tries = 0; bits[side] == 0 || sources[side] != source; tries++) {
        CHECK(tries < 1000);
        turn();
    }
}

static void frames_arrive(void)
{
    tgcall_video_frame *frame, *kept;
    tgcall_bytes bytes;
    uint32_t i;
    CHECK_INT(codec[0], VP8);
    CHECK(width[0] <= 640 && bits[0] >= 50000);
    CHECK_STATUS(push(0, CAMERA, 1, 0, 500), TGCALL_FULL); /* it begins with a key frame */
    CHECK_STATUS(push(0, SCREEN, 1, 1, 500), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_push(clients[0], calls[0], CAMERA, 0, TGCALL_VIDEO_CODEC_H264, 1, 1, (const uint8_t *)"x", 1),
                 TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_push(clients[0], calls[0], CAMERA, 1, VP8, 1, 1, (const uint8_t *)"x", 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_video_push(clients[0], calls[0], CAMERA, 0, VP8, 1, 1, NULL, 0), TGCALL_ERR_ARGUMENT);
    {
        static uint8_t large[(4 << 20) + 1];
        CHECK_STATUS(tgcall_video_push(clients[0], calls[0], CAMERA, 0, VP8, 1, 1, large, sizeof large), TGCALL_ERR_ARGUMENT);
    }
    CHECK_STATUS(tgcall_video_set_rotation(clients[0], calls[0], CAMERA, 270), TGCALL_OK);
    for (i = 0; i < 20; i++) {
        CHECK_STATUS(push(0, CAMERA, 3000 * i, i == 0, i == 0 ? 4000 : 300 + i), TGCALL_OK);
        turns(4);
    }
    turns(20);
    CHECK_INT(readies[1], 1);
    kept = frame = pull(1, CAMERA);
    CHECK(frame && tgcall_video_frame_is_key(frame) && tgcall_video_frame_get_codec(frame) == VP8);
    CHECK_INT(tgcall_video_frame_get_width(frame), 640);
    CHECK_INT(tgcall_video_frame_get_height(frame), 360);
    CHECK_INT(tgcall_video_frame_get_rotation(frame), 270);
    CHECK_INT(tgcall_video_frame_get_bytes(frame).size, 4000);
    CHECK_INT(tgcall_video_frame_get_delay_ms(frame), 0); /* no sound is pulled */
    CHECK_INT(tgcall_video_frame_get_endpoint(frame).size, 0);
    for (i = 1; i < 20; i++) {
        CHECK((frame = pull(1, CAMERA)) != NULL);
        bytes = tgcall_video_frame_get_bytes(frame);
        CHECK(tgcall_video_frame_get_timestamp(frame) - tgcall_video_frame_get_timestamp(kept) == 3000 * i);
        CHECK(bytes.size == 300 + i && bytes.data[bytes.size - 1] == (uint8_t)(3000 * i) && !tgcall_video_frame_is_key(frame));
        CHECK(tgcall_video_frame_get_width(frame) == 0);
        tgcall_video_frame_free(frame);
    }
    CHECK(pull(1, CAMERA) == NULL && pull(1, SCREEN) == NULL);
    CHECK_INT(rotation[1], 270);
    CHECK(switches[1] & TGCALL_SWITCHES_CAMERA);
    tgcall_video_frame_free(kept);
}

static void a_lost_decoder(void)
{
    int before = key_frames[0];
    CHECK_STATUS(tgcall_video_want_key_frame(clients[1], calls[1], CAMERA), TGCALL_OK);
    turns(20);
    CHECK_INT(key_frames[0], before + 1);
    CHECK_STATUS(push(0, CAMERA, 100000, 1, 1000), TGCALL_OK);
    turns(20);
    tgcall_video_frame_free(pull(1, CAMERA));
}

static void switches_and_figures(void)
{
    static const uint32_t wanted[] = {TGCALL_STAT_FRAMES, TGCALL_STAT_FRAMES_DROPPED, TGCALL_STAT_KEY_FRAMES_ASKED};
    uint64_t ids[8];
    size_t count, i;
    int64_t values[3];
    uint32_t own, theirs, found = 0;
    CHECK_STATUS(tgcall_audio_set_muted(clients[0], calls[0], 1), TGCALL_OK);
    CHECK_STATUS(tgcall_call_set_low_battery(clients[0], calls[0], 1), TGCALL_OK);
    CHECK_STATUS(tgcall_video_set_paused(clients[0], calls[0], CAMERA, 1), TGCALL_OK);
    CHECK_STATUS(push(0, CAMERA, 200000, 1, 1000), TGCALL_ERR_STATE);
    turns(20);
    CHECK_STATUS(tgcall_call_get_switches(clients[0], calls[0], &own, &theirs), TGCALL_OK);
    CHECK_INT(own, TGCALL_SWITCHES_MUTED | TGCALL_SWITCHES_LOW_BATTERY | TGCALL_SWITCHES_CAMERA | TGCALL_SWITCHES_CAMERA_PAUSED);
    CHECK_INT(switches[1], own);
    CHECK_STATUS(tgcall_call_get_switches(clients[1], calls[1], &own, &theirs), TGCALL_OK);
    CHECK_INT(theirs, switches[1]);
    CHECK_INT(bits[0], 0);
    CHECK_STATUS(tgcall_video_set_paused(clients[0], calls[0], CAMERA, 0), TGCALL_OK);
    turns(20);
    CHECK(bits[0] > 0 && !(switches[1] & TGCALL_SWITCHES_CAMERA_PAUSED));
    CHECK_STATUS(tgcall_call_get_streams(clients[1], calls[1], ids, 8, &count), TGCALL_OK);
    for (i = 0; i < count; i++) {
        if (ids[i] >> 32 != TGCALL_STREAM_KIND_VIDEO_RECEIVED) continue;
        CHECK_STATUS(tgcall_call_get_stats(clients[1], calls[1], ids[i], wanted, 3, values), TGCALL_OK);
        CHECK(values[0] == 21 && values[1] == 0 && values[2] >= 1);
        found++;
    }
    CHECK_INT(found, 1);
}

static void the_screen_replaces_the_camera(void)
{
    tgcall_video_frame *frame;
    CHECK_STATUS(tgcall_video_start(clients[0], calls[0], SCREEN, 640, 360, 10), TGCALL_OK);
    until_encoding(0, SCREEN);
    CHECK_STATUS(push(0, CAMERA, 300000, 1, 1000), TGCALL_ERR_STATE);
    CHECK_STATUS(push(0, SCREEN, 300000, 1, 1000), TGCALL_OK);
    turns(30);
    frame = pull(1, SCREEN);
    CHECK(frame && tgcall_video_frame_is_key(frame));
    tgcall_video_frame_free(frame);
    CHECK(switches[1] & TGCALL_SWITCHES_SCREEN);
    CHECK_STATUS(tgcall_video_stop(clients[0], calls[0], SCREEN), TGCALL_OK);
    until_encoding(0, CAMERA);
    CHECK_STATUS(tgcall_video_stop(clients[0], calls[0], CAMERA), TGCALL_OK);
    turns(30);
    CHECK(bits[0] == 0 && !(switches[1] & (TGCALL_SWITCHES_SCREEN | TGCALL_SWITCHES_CAMERA)));
}

/* From under the lock nothing goes, from an event's callback everything. */
static void log_line(void *userdata, tgcall_log_level level, uint64_t call, tgcall_text line)
{
    tgcall_client **client = userdata;
    (void)level, (void)line;
    if (*client && call) all_answer(*client, call, TGCALL_ERR_STATE);
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    uint64_t call = tgcall_event_get_call(event);
    tgcall_video_frame *frame;
    int *done = userdata;
    if (tgcall_event_get_kind(event) != TGCALL_EVENT_CALL_STATE || *done) return;
    *done = 1;
    CHECK_STATUS(tgcall_video_start(client, call, CAMERA, 640, 360, 30), TGCALL_OK);
    CHECK_STATUS(tgcall_video_set_paused(client, call, CAMERA, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_video_set_rotation(client, call, CAMERA, 180), TGCALL_OK);
    CHECK_STATUS(tgcall_video_pull(client, call, CAMERA, &frame), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_video_want_key_frame(client, call, CAMERA), TGCALL_OK);
    CHECK_STATUS(tgcall_video_push(client, call, CAMERA, 0, VP8, 0, 1, (const uint8_t *)"x", 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_set_low_battery(client, call, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_video_stop(client, call, CAMERA), TGCALL_OK);
}

static void from_callbacks(void)
{
    tgcall_config *config = tgcall_config_new();
    static tgcall_client *client;
    uint8_t key[256] = {1};
    uint64_t call;
    int done = 0;
    with_codecs(config);
    CHECK_STATUS(tgcall_config_set_logger(config, TGCALL_LOG_LEVEL_TRACE, log_line, &client), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    CHECK(tgcall_client_drain(client, on_event, &done) >= 0);
    CHECK(done);
    CHECK_STATUS(tgcall_video_set_codecs(client, call, codecs, 2, codecs, 2), TGCALL_ERR_STATE);
    tgcall_client_free(client);
}

int main(void)
{
    tgcall_video_frame *kept;
    int i;
    CHECK(tgcall_version_has(TGCALL_FEATURE_VIDEO));
    nothing_of_null();
    all_answer(NULL, 1, TGCALL_ERR_ARGUMENT);
    without_codecs();

    pair_configure = with_codecs;
    pair_event = seen;
    make_calls();
    all_answer(clients[0], 77, TGCALL_ERR_NOT_FOUND);
    wrong_arguments(clients[0], calls[0]);
    until_active();
    CHECK_STATUS(tgcall_video_start(clients[0], calls[0], CAMERA, 640, 360, 30), TGCALL_OK);
    until_encoding(0, CAMERA);
    frames_arrive();
    a_lost_decoder();
    switches_and_figures();
    the_screen_replaces_the_camera();

    /* A frame is the host's, whatever becomes of its call and of its client. */
    CHECK_STATUS(tgcall_video_start(clients[0], calls[0], CAMERA, 640, 360, 30), TGCALL_OK);
    until_encoding(0, CAMERA);
    CHECK_STATUS(push(0, CAMERA, 400000, 1, 9000), TGCALL_OK);
    turns(40);
    CHECK((kept = pull(1, CAMERA)) != NULL);
    for (i = 0; i < 2; i++) CHECK_STATUS(tgcall_discard(clients[i], calls[i], TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    turns(2);
    CHECK_STATUS(push(0, CAMERA, 500000, 1, 100), TGCALL_ERR_NOT_FOUND);
    for (i = 0; i < 2; i++) tgcall_client_free(clients[i]);
    CHECK_INT(tgcall_video_frame_get_bytes(kept).size, 9000);
    CHECK_INT(tgcall_video_frame_get_timestamp(kept), 400000);
    CHECK_INT(tgcall_video_frame_get_delay_ms(kept), 0);
    tgcall_video_frame_free(kept);
    from_callbacks();
    return 0;
}
