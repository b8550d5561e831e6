/* A screen in a group call: a presenter shows a file of encoded pictures, with its sound, and speaks or is silent beside it; a viewer
 * watches the first screen that somebody shows, and records it. Nothing here encodes or decodes.
 *
 *   present PORT ACCOUNT CHAT in.ivf in.wav    shows the files and leaves; whoever comes first makes the call
 *   present PORT ACCOUNT CHAT out.ivf          records a screen until it is shown no more
 *
 * PORT is that of `tgcall-sim`. Status 0: it was shown, or seen; 1: it could not begin; 2: it was not; 3: the disk takes no more. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"
#include "picture.h"
#include "wav.h"

enum { SCREEN = TGCALL_VIDEO_SOURCE_SCREEN, FRAMES = 960, GIVE_UP_MS = 60000 };

struct app {
    struct loop loop;
    struct picture_file pictures;
    struct wav wav;
    int is_presenter;
    atomic_int is_open, is_active, may_send, is_over; /* what the library's thread tells ours */
    _Atomic int64_t shown_by;                         /* the user whose screen there is; 0: nobody's */
    const char *path;
    uint32_t from; /* when the file of pictures began, as it begins again while there is sound */
    unsigned frames;
    int cannot_write;
};

/* Whose screen there is to see. */
static void look_around(struct app *app, tgcall_client *client, uint64_t call)
{
    tgcall_roster *roster;
    size_t i;
    int64_t shown_by = 0;
    if (tgcall_group_get_roster(client, call, &roster) != TGCALL_OK) return;
    for (i = 0; i < tgcall_roster_get_count(roster); i++) {
        const tgcall_participant *one = tgcall_roster_get(roster, i);
        if (!tgcall_participant_is_self(one) && tgcall_participant_get_switches(one) & TGCALL_SWITCHES_SCREEN)
            shown_by = tgcall_participant_get_peer(one).id;
    }
    tgcall_roster_free(roster);
    app->shown_by = shown_by;
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
    case TGCALL_EVENT_CALL_STATE:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_open = tgcall_event_get_state(event) == TGCALL_CALL_STATE_OPEN;
        app->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        break;
    case TGCALL_EVENT_GROUP_PARTICIPANT: look_around(app, client, tgcall_event_get_call(event)); break;
    case TGCALL_EVENT_VIDEO_ENCODE: /* a file has one size: that is the smallest layer, and all see it */
        if (tgcall_event_get_layer(event) == 0) app->may_send = tgcall_event_get_bits_per_s(event) != 0;
        break;
    case TGCALL_EVENT_VIDEO_STOPPED: /* Telegram does not take the screen */
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_over = 1;
        break;
    default: break;
    }
    fflush(stdout);
}

/* Pushes each picture and each piece of sound when it is due. 0 at the end of the sound. */
static int present(struct app *app, tgcall_client *client, uint64_t call, struct picture *next, long long *began_ms)
{
    static long long pieces;
    int16_t sound[2 * FRAMES];
    size_t count = 1;
    if (!app->may_send && !*began_ms) return 1; /* the screen is not taken yet */
    if (!*began_ms) *began_ms = now_ms();
    for (; count && now_ms() - *began_ms >= 20 * pieces; pieces++)
        if ((count = wav_read(&app->wav, sound, app->wav.rate_hz / 50)) > 0)
            tgcall_audio_push_screen_s16(client, call, app->wav.rate_hz, app->wav.channels, sound, count);
    while (next->data && now_ms() - *began_ms >= (app->from + next->timestamp) / (PICTURE_CLOCK / 1000)) {
        uint32_t timestamp = app->from + next->timestamp;
        tgcall_status status = tgcall_video_push(client, call, SCREEN, 0, app->pictures.codec, timestamp, next->is_key, next->data, next->size);
        if (status == TGCALL_OK) app->frames++; /* else the link is behind, or nobody watches: the next key frame goes on */
        if (picture_read(&app->pictures, next)) continue;
        picture_close(&app->pictures, 0), app->from = timestamp + PICTURE_CLOCK / 30;
        if (!picture_open(&app->pictures, app->path) || !picture_read(&app->pictures, next)) next->data = NULL;
    }
    return count > 0;
}

/* Wants the screen that is shown, and writes what comes of it. 0 when it is over. */
static int watch(struct app *app, tgcall_client *client, uint64_t call, tgcall_peer *whose)
{
    tgcall_video_frame *frame = NULL;
    int64_t shown_by = app->shown_by;
    if (shown_by && shown_by != whose->id) {
        *whose = (tgcall_peer){TGCALL_PEER_KIND_USER, shown_by, 0};
        printf("watching the screen of %lld\n", (long long)shown_by);
        if (tgcall_group_want_video(client, call, whose, SCREEN, TGCALL_VIDEO_QUALITY_FULL) != TGCALL_OK) return 0;
    }
    while (whose->id && tgcall_group_pull_video(client, call, whose, SCREEN, &frame) == TGCALL_OK) {
        app->frames++;
        if (!picture_write(&app->pictures, frame)) app->cannot_write = 1;
        tgcall_video_frame_free(frame);
    }
    return (shown_by || !app->frames) && !app->cannot_write;
}

int main(int argc, char **argv)
{
    static struct app app;
    static const tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0}; /* where tgcall-sim has its media server */
    static const uint32_t known[] = {TGCALL_VIDEO_CODEC_VP8, TGCALL_VIDEO_CODEC_H264};
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    tgcall_peer chat = {0}, whose = {0};
    struct picture picture = {NULL, 0, 0, 0};
    int64_t id = 0, access_hash = 0;
    uint64_t call = 0;
    long long began_ms = 0, leave_ms = 0, give_up_ms = now_ms() + GIVE_UP_MS;
    int status = 1, has_joined = 0, goes_on;

    if (argc < 5) return fprintf(stderr, "usage: present PORT ACCOUNT CHAT PICTURES [SOUND]\n"), 1;
    app.loop.fd = -1;
    app.is_presenter = argc > 5;
    app.path = argv[4];
    if (app.is_presenter ? !picture_open(&app.pictures, argv[4]) || !picture_read(&app.pictures, &picture) || !wav_open(&app.wav, argv[5])
                         : !picture_create(&app.pictures, argv[4])) {
        fprintf(stderr, "%s: not IVF or H.264, or no WAV file beside it\n", argv[4]);
        goto done;
    }
    if ((app.is_presenter ? tgcall_config_set_video_codecs(config, &app.pictures.codec, 1, NULL, 0)
                          : tgcall_config_set_video_codecs(config, NULL, 0, known, 2)) != TGCALL_OK ||
        tgcall_client_new(config, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        !loop_chat(&app.loop, atoll(argv[3]), &chat, &id, &access_hash) ||
        tgcall_client_set_interfaces(client, &loopback, 1) != TGCALL_OK || /* a real host leaves that to the library */
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if ((id ? tgcall_group_open(client, id, access_hash, NULL, &call)
            : tgcall_group_create(client, &chat, NULL, 0, 0, NULL, &call)) != TGCALL_OK)
        goto done;
    /* It is shown as soon as we are in. */
    if (app.is_presenter &&
        tgcall_video_start(client, call, SCREEN, app.pictures.width, app.pictures.height, 30) != TGCALL_OK)
        goto done;
    while (!app.is_over && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) {
        if (app.is_open && !has_joined) has_joined = tgcall_group_join(client, call, 1) == TGCALL_OK;
        if (!app.is_active) continue;
        goes_on = app.is_presenter ? present(&app, client, call, &picture, &began_ms) : watch(&app, client, call, &whose);
        if (!goes_on && !leave_ms) leave_ms = now_ms() + 500; /* the last is on its way */
        if (leave_ms && now_ms() >= leave_ms) tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO);
    }
    printf("%u pictures %s\n", app.frames, app.is_presenter ? "shown" : "seen");
    status = app.frames ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client), tgcall_config_free(config), loop_close(&app.loop); /* no callback runs from here on */
    if (!picture_close(&app.pictures, !app.is_presenter)) app.cannot_write = 1;
    wav_close(&app.wav, 0);
    return app.cannot_write ? 3 : status;
}
