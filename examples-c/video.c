/* A call with pictures: one side sends a file of encoded pictures with its sound, the other records both. Nothing here
 * encodes or decodes: the library carries frames as an encoder made them.
 *
 *   video PORT ACCOUNT out.ivf out.wav          waits for a call, takes it, records it
 *   video PORT ACCOUNT in.ivf in.wav USER       calls USER, sends the files, hangs up
 *
 * PORT is that of `tgcall-sim`. What comes as H.264 is recorded as Annex B, whatever the file's name. Status 0: all of it was
 * sent, or pictures came; 1: it could not begin; 2: there was no picture; 3: a file takes no more. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include "loop.h"
#include "picture.h"
#include "wav.h"

enum { RATE = 48000, FRAMES = RATE / 50 }; /* 20 ms */

struct app {
    struct loop loop;
    struct picture_file pictures;
    struct wav wav;
    int is_caller;
    _Atomic uint64_t call; /* what the library's thread tells ours */
    atomic_int is_active, is_over, may_send, has_played, key_frames, cannot_write; /* the last: why */
    _Atomic long long active_ms, first_ms; /* since when; when the first picture came */
    _Atomic uint64_t frames, bytes; /* of pictures, either way */
};

/* How it went, while the call's figures are still there. */
static void print_figures(struct app *app, tgcall_client *client, uint64_t call)
{
    static const uint32_t stats[] = {TGCALL_STAT_RELAYED, TGCALL_STAT_LOSS_PERMILLE};
    int64_t values[2], ms = now_ms() - app->first_ms;
    if (tgcall_call_get_stats(client, call, 0, stats, 2, values) != TGCALL_OK) return;
    if (app->is_caller) printf("%d frames sent, key frames asked for: %d\n", (int)app->frames, app->key_frames);
    else if (app->first_ms)
        printf("first picture after %d ms, %s path, %d frames, %d kbit/s, loss %.1f %%\n", (int)(app->first_ms - app->active_ms),
               values[0] == 1 ? "relayed" : "direct", (int)app->frames, (int)(app->bytes * 8 / (ms > 0 ? ms : 1)),
               (double)(values[1] < 0 ? 0 : values[1]) / 10);
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        if (!loop_send(&app->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size))
            tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, "no connection");
        break;
    case TGCALL_EVENT_CALL_INCOMING:
        app->call = tgcall_event_get_call(event);
        tgcall_accept(client, app->call);
        break;
    case TGCALL_EVENT_CALL_STATE:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        if (app->is_active && !app->active_ms) app->active_ms = now_ms();
        break;
    case TGCALL_EVENT_VIDEO_ENCODE: /* a live encoder would be set to this; 0 is: stop. A file is what it is */
        app->may_send = tgcall_event_get_bits_per_s(event) != 0;
        printf("to be encoded with %u kbit/s\n", (unsigned)tgcall_event_get_bits_per_s(event) / 1000);
        break;
    case TGCALL_EVENT_VIDEO_KEY_FRAME: /* a live encoder would make one now; a file has one a second */
        app->key_frames++;
        break;
    case TGCALL_EVENT_AUDIO_PLAYED:
        app->has_played = 1;
        break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        print_figures(app, client, tgcall_event_get_call(event));
        app->is_active = 0;
        app->is_over = 1;
        break;
    default:
        break;
    }
    if (fflush(stdout) != 0) app->cannot_write = errno;
}

/* Keeps 200 ms of sound ahead, and pushes each picture when it is due. 0 at the end of both. */
static int play(struct app *app, tgcall_client *client, struct picture *next, long long *began_ms)
{
    int16_t sound[2 * FRAMES];
    uint32_t queued_ms = 0;
    size_t count;
    if (!app->is_active || !app->may_send) return 1;
    if (!*began_ms) *began_ms = now_ms();
    while (tgcall_audio_get_queued(client, app->call, &queued_ms) == TGCALL_OK && queued_ms < 200 &&
           (count = wav_read(&app->wav, sound, app->wav.rate_hz / 50)) > 0) {
        tgcall_audio_push_s16(client, app->call, app->wav.rate_hz, app->wav.channels, sound, count);
        app->has_played = 0;
    }
    while (next->data && now_ms() - *began_ms >= next->timestamp / (PICTURE_CLOCK / 1000)) {
        tgcall_status status = tgcall_video_push(client, app->call, TGCALL_VIDEO_SOURCE_CAMERA, 0, app->pictures.codec,
                                                 next->timestamp, next->is_key, next->data, next->size);
        if (status == TGCALL_FULL) return 1; /* the link is behind; a live encoder would leave this frame out */
        if (status == TGCALL_OK) {
            app->frames++;
            app->bytes += next->size;
        }
        if (!picture_read(&app->pictures, next)) next->data = NULL;
    }
    return next->data || !app->has_played;
}

/* Writes the pictures that have come, and the sound that a loudspeaker would have taken by now. */
static void record(struct app *app, tgcall_client *client, long long *next_ms)
{
    int16_t sound[FRAMES];
    tgcall_video_frame *frame = NULL;
    if (!app->is_active) {
        *next_ms = now_ms();
        return;
    }
    while (tgcall_video_pull(client, app->call, TGCALL_VIDEO_SOURCE_CAMERA, &frame) == TGCALL_OK) {
        if (!app->first_ms) app->first_ms = now_ms();
        app->frames++;
        app->bytes += tgcall_video_frame_get_bytes(frame).size;
        if (!app->cannot_write && !picture_write(&app->pictures, frame)) app->cannot_write = errno;
        tgcall_video_frame_free(frame);
    }
    for (; *next_ms <= now_ms(); *next_ms += 20) {
        tgcall_audio_pull_s16(client, app->call, RATE, 1, sound, FRAMES);
        if (!app->cannot_write && !wav_write(&app->wav, sound, FRAMES)) app->cannot_write = errno;
    }
}

int main(int argc, char **argv)
{
    static struct app app;
    static const uint32_t known[] = {TGCALL_VIDEO_CODEC_VP8, TGCALL_VIDEO_CODEC_VP9, TGCALL_VIDEO_CODEC_H264};
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    struct picture picture = {NULL, 0, 0, 0};
    long long user, began_ms = 0, next_ms = 0, hang_up_ms = 0, give_up_ms;
    uint64_t call = 0;
    int status = 1;

    if (argc < 5) return fprintf(stderr, "usage: video PORT ACCOUNT PICTURES SOUND [USER]\n"), 1;
    app.loop.fd = -1;
    app.is_caller = argc > 5;
    user = app.is_caller ? atoll(argv[5]) : 0;
    if (app.is_caller ? !picture_open(&app.pictures, argv[3]) || !picture_read(&app.pictures, &picture) || !wav_open(&app.wav, argv[4])
                      : !picture_create(&app.pictures, argv[3]) || !wav_create(&app.wav, argv[4], RATE, 1)) {
        fprintf(stderr, "%s, %s: not IVF or H.264 and a WAV file\n", argv[3], argv[4]);
        goto done;
    }
    tgcall_config_set_user_id(config, atoll(argv[2]));
    if ((app.is_caller ? tgcall_config_set_video_codecs(config, &app.pictures.codec, 1, NULL, 0)
                       : tgcall_config_set_video_codecs(config, NULL, 0, known, 3)) != TGCALL_OK ||
        tgcall_client_new(config, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if (!app.is_caller) puts("waiting for a call"), fflush(stdout);
    if (app.is_caller) {
        if (tgcall_request(client, user, loop_access_hash(&app.loop, user), 1, NULL, &call) != TGCALL_OK ||
            tgcall_video_start(client, call, TGCALL_VIDEO_SOURCE_CAMERA, app.pictures.width, app.pictures.height, 30) != TGCALL_OK)
            goto done;
        app.call = call;
        tgcall_audio_set_queue(client, call, 1000);
    }
    give_up_ms = now_ms() + 60000;
    while (!app.is_over && now_ms() < give_up_ms) {
        if (app.call && app.is_caller && !play(&app, client, &picture, &began_ms) && !hang_up_ms) hang_up_ms = now_ms() + 500;
        if (app.call && !app.is_caller) record(&app, client, &next_ms);
        if (app.cannot_write && !hang_up_ms) hang_up_ms = now_ms();
        if (hang_up_ms && now_ms() >= hang_up_ms) tgcall_discard(client, app.call, TGCALL_DISCARD_REASON_AUTO);
        if (!loop_wait(&app.loop, 5)) goto done;
    }
    while (app.loop.waiting > 0 && now_ms() < give_up_ms && loop_wait(&app.loop, 50)) {}
    status = app.frames > 0 ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client);
    tgcall_config_free(config);
    loop_close(&app.loop);
    if (!picture_close(&app.pictures, !app.is_caller) && !app.cannot_write) app.cannot_write = errno;
    if (!wav_close(&app.wav, !app.is_caller) && !app.cannot_write) app.cannot_write = errno;
    if (app.cannot_write) fprintf(stderr, "cannot write: %s\n", strerror(app.cannot_write)), status = 3;
    return status;
}
