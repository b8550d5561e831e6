/* Watches a live stream and writes what it is: the sound as a WAV file, the picture as a file of H.264 that any player takes. Of a
 * call that many listen to it is the sound of all who speak, and there is no picture. The library asks Telegram for the parts and gives
 * sound and pictures at their pace; this one takes both every 20 ms.
 *
 *   stream PORT ACCOUNT CHAT SECONDS out.wav out.h264    watches the call of the chat
 *   stream PORT ACCOUNT CHAT SECONDS                     makes one that a broadcaster sends to, and stays in it
 *
 * PORT is that of `tgcall-sim`. Status 0: there was sound; 1: it could not begin; 2: there was none; 3: the disk takes no more. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"
#include "wav.h"

enum { RATE = 48000, CHANNELS = 2, FRAME_MS = 20, FRAMES = RATE / 1000 * FRAME_MS };

struct app {
    struct loop loop;
    struct wav wav;
    FILE *picture;
    int frame_count, key_count, has_sound, cannot_write;
    atomic_int is_open, is_active, is_over; /* the library's thread writes these */
};

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE: /* parts have to go to the data centre tgcall_event_get_dc; tgcall-sim is all of them */
        if (!loop_send(&app->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size))
            tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, "no connection");
        break;
    case TGCALL_EVENT_CALL_STATE:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_open = tgcall_event_get_state(event) == TGCALL_CALL_STATE_OPEN;
        app->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_over = 1;
        break;
    default: break;
    }
    fflush(stdout);
}

/* What is to be heard and seen now. Sound begins with the first that there is. */
static void take(struct app *app, tgcall_client *client, uint64_t call)
{
    int16_t samples[FRAMES * CHANNELS];
    tgcall_video_frame *frame;
    if (tgcall_audio_pull_s16(client, call, RATE, CHANNELS, samples, FRAMES) == TGCALL_OK) app->has_sound = 1;
    if (app->has_sound && !wav_write(&app->wav, samples, FRAMES)) app->cannot_write = 1;
    while (tgcall_video_pull(client, call, TGCALL_VIDEO_SOURCE_CAMERA, &frame) == TGCALL_OK) {
        tgcall_bytes data = tgcall_video_frame_get_bytes(frame);
        if (app->frame_count++ == 0)
            printf("picture %s: %ux%u\n", tgcall_video_frame_get_endpoint(frame).data,
                   (unsigned)tgcall_video_frame_get_width(frame), (unsigned)tgcall_video_frame_get_height(frame));
        app->key_count += tgcall_video_frame_is_key(frame);
        if (fwrite(data.data, 1, data.size, app->picture) != data.size) app->cannot_write = 1;
        tgcall_video_frame_free(frame);
    }
}

static void tell(struct app *app, tgcall_client *client, uint64_t call)
{
    static const uint32_t stats[] = {TGCALL_STAT_STREAM_DELAY_MS, TGCALL_STAT_PACKETS_RECEIVED};
    int64_t values[2] = {0};
    tgcall_group_mode mode = TGCALL_GROUP_MODE_NONE;
    if (tgcall_group_get_mode(client, call, &mode) != TGCALL_OK ||
        tgcall_call_get_stats(client, call, 0, stats, 2, values) != TGCALL_OK)
        return;
    printf("%s: %lld parts, %lld ms behind; %d pictures, %d of them key frames\n",
           mode == TGCALL_GROUP_MODE_RTMP ? "a program" : mode == TGCALL_GROUP_MODE_STREAM ? "voices" : "no stream",
           (long long)values[1], values[0] == INT64_MIN ? -1LL : (long long)values[0], app->frame_count, app->key_count);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct app app;
    tgcall_client *client = NULL;
    tgcall_peer chat = {0};
    int64_t id = 0, access_hash = 0;
    uint64_t call = 0;
    long long next_ms, told_ms, end_ms = 0, give_up_ms = now_ms() + 60000;
    int status = 1, is_broadcast, has_joined = 0, is_leaving = 0;

    if (argc != 5 && argc != 7) return fprintf(stderr, "usage: stream PORT ACCOUNT CHAT SECONDS [out.wav out.h264]\n"), 1;
    app.loop.fd = -1;
    is_broadcast = argc == 5;
    if (!is_broadcast && (!wav_create(&app.wav, argv[5], RATE, CHANNELS) || !(app.picture = fopen(argv[6], "wb"))))
        return perror(argv[5]), 1;
    if (tgcall_client_new(NULL, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        !loop_chat(&app.loop, atoll(argv[3]), &chat, &id, &access_hash) ||
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if ((is_broadcast ? tgcall_group_create(client, &chat, "Live", 0, 1, NULL, &call)
                      : tgcall_group_open(client, id, access_hash, NULL, &call)) != TGCALL_OK)
        goto done;
    next_ms = told_ms = now_ms();
    while (!app.is_over && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) {
        if (app.is_open && !has_joined) has_joined = tgcall_group_join(client, call, 1) == TGCALL_OK;
        if (app.is_active && !end_ms) end_ms = now_ms() + atoll(argv[4]) * 1000;
        for (; !is_broadcast && next_ms <= now_ms(); next_ms += FRAME_MS)
            if (app.is_active) take(&app, client, call);
        if (!is_broadcast && now_ms() >= told_ms + 1000) told_ms += 1000, tell(&app, client, call);
        if (end_ms && !is_leaving && (now_ms() >= end_ms || app.cannot_write))
            is_leaving = tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO) == TGCALL_OK;
    }
    status = is_broadcast || app.has_sound ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client), loop_close(&app.loop); /* no callback runs from here on */
    if (!is_broadcast && (!wav_close(&app.wav, 1) || fclose(app.picture) != 0)) app.cannot_write = 1;
    return app.cannot_write ? 3 : status;
}
