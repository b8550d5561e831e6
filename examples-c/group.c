/* A group call with sound: a music bot that plays a WAV file into it, or a recorder that writes a WAV file for each who speaks, and one
 * of all of them together. The library's thread carries the sound and delivers the events; this one speaks to Telegram, and plays.
 *
 *   group PORT ACCOUNT CHAT in.wav         plays the file and leaves; whoever comes first makes the call
 *   group PORT ACCOUNT CHAT in.wav muted   the same with the microphone off
 *   group PORT ACCOUNT CHAT FOLDER/        records, says each second who spoke, and leaves when all others have
 *
 * PORT is that of `tgcall-sim`. Status 0: was in the call; 1: it could not begin; 2: was not in it; 3: the disk takes no more. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"
#include "wav.h"

enum { RATE = 48000, FRAME_MS = 20, FRAMES = RATE / 1000 * FRAME_MS, MOST = 32, SECONDS = 120 };

struct voice {
    int64_t id;
    struct wav wav;
    int spoke; /* in this second */
};

struct app {
    struct loop loop;
    struct wav music;
    const char *folder;           /* of a recorder; else NULL */
    struct voice voices[MOST];    /* the rest down to is_alone belongs to the library's thread */
    int16_t mix[SECONDS * RATE];
    int voice_count, second, had_company;
    long long since_ms; /* when the recording began */
    atomic_int is_alone, is_open, is_active, was_active, is_played, is_over, cannot_write;
};

/* The file of somebody, from the first time he is heard on. */
static struct voice *voice_of(struct app *app, int64_t id)
{
    char path[512];
    int i;
    for (i = 0; i < app->voice_count; i++)
        if (app->voices[i].id == id) return &app->voices[i];
    if (app->voice_count == MOST) return NULL;
    snprintf(path, sizeof path, "%s/%lld.wav", app->folder, (long long)id);
    if (!wav_create(&app->voices[app->voice_count].wav, path, RATE, 1)) {
        app->cannot_write = 1;
        return NULL;
    }
    app->voices[app->voice_count].id = id;
    return &app->voices[app->voice_count++];
}

/* Every file begins when the recording does: where somebody was not heard there is silence. */
static void write_frame(struct app *app, int64_t id, const int16_t *samples, size_t count)
{
    static const int16_t silence[FRAMES];
    struct voice *voice = voice_of(app, id);
    size_t now = (size_t)(now_ms() - app->since_ms) * RATE / 1000, at, i;
    if (!voice) return;
    while (voice->wav.bytes / 2 + 3 * FRAMES < now) wav_write(&voice->wav, silence, FRAMES);
    at = voice->wav.bytes / 2;
    if (!wav_write(&voice->wav, samples, count)) app->cannot_write = 1;
    for (i = 0; i < count && at + i < SECONDS * RATE; i++) {
        int sum = app->mix[at + i] + samples[i];
        app->mix[at + i] = (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
    }
}

static void write_mix(struct app *app)
{
    struct wav wav;
    size_t longest = 0;
    char path[512];
    int i;
    for (i = 0; i < app->voice_count; i++) {
        size_t frames = app->voices[i].wav.bytes / 2;
        if (frames > longest) longest = frames < SECONDS * RATE ? frames : SECONDS * RATE;
        if (!wav_close(&app->voices[i].wav, 1)) app->cannot_write = 1;
    }
    snprintf(path, sizeof path, "%s/mix.wav", app->folder);
    if (!wav_create(&wav, path, RATE, 1) || !wav_write(&wav, app->mix, longest)) app->cannot_write = 1;
    if (!wav_close(&wav, 1)) app->cannot_write = 1;
}

/* Who spoke: noted ten times a second, said once. */
static void note_levels(struct app *app, const tgcall_event *event)
{
    int second = (int)((now_ms() - app->since_ms) / 1000), i;
    tgcall_peer peer;
    uint32_t level;
    bool speaks;
    size_t at;
    if (second != app->second) {
        printf("%d s:", app->second);
        for (i = 0; i < app->voice_count; i++) {
            if (app->voices[i].spoke > 1) printf(" %lld", (long long)app->voices[i].id);
            app->voices[i].spoke = 0;
        }
        puts("");
        app->second = second;
    }
    for (at = 0; tgcall_event_get_level(event, at, &peer, &level, &speaks) == TGCALL_OK; at++) {
        struct voice *voice = peer.kind == TGCALL_PEER_KIND_SELF || level < 100 ? NULL : voice_of(app, peer.id);
        if (voice) voice->spoke++;
    }
}

/* Whether somebody else was there, and nobody is any more. */
static void look_around(struct app *app, tgcall_client *client, uint64_t call)
{
    tgcall_roster *roster;
    if (tgcall_group_get_roster(client, call, &roster) != TGCALL_OK) return;
    if (tgcall_roster_get_count(roster) > 1) app->had_company = 1;
    app->is_alone = app->had_company && tgcall_roster_get_count(roster) < 2;
    tgcall_roster_free(roster);
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
        if (app->is_active && !app->was_active) app->since_ms = now_ms();
        if (app->is_active) app->was_active = 1;
        break;
    case TGCALL_EVENT_GROUP_PARTICIPANT: look_around(app, client, tgcall_event_get_call(event)); break;
    case TGCALL_EVENT_GROUP_LEVELS: note_levels(app, event); break;
    case TGCALL_EVENT_AUDIO_FRAME:
        write_frame(app, tgcall_event_get_peer(event).id, (const int16_t *)(const void *)bytes.data, bytes.size / 2);
        break;
    case TGCALL_EVENT_AUDIO_PLAYED: app->is_played = 1; break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_over = 1;
        break;
    default: break;
    }
    fflush(stdout);
}

/* Keeps a second of sound ahead; the library sends it at the right pace. */
static void play(struct app *app, tgcall_client *client, uint64_t call)
{
    int16_t frame[2 * FRAMES];
    uint32_t queued_ms = 0;
    size_t count;
    while (tgcall_audio_get_queued(client, call, &queued_ms) == TGCALL_OK && queued_ms < 1000 &&
           (count = wav_read(&app->music, frame, app->music.rate_hz / 50)) > 0)
        tgcall_audio_push_s16(client, call, app->music.rate_hz, app->music.channels, frame, count), app->is_played = 0;
}

int main(int argc, char **argv)
{
    static struct app app;
    static const tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0}; /* where tgcall-sim has its media server */
    tgcall_client *client = NULL;
    tgcall_peer chat = {0};
    int64_t id = 0, access_hash = 0;
    uint64_t call = 0;
    long long leave_ms = 0, give_up_ms = now_ms() + SECONDS * 1000LL;
    int status = 1, muted = argc > 5, has_joined = 0;

    if (argc < 5) return fprintf(stderr, "usage: group PORT ACCOUNT CHAT in.wav [muted] | FOLDER/\n"), 1;
    app.loop.fd = -1;
    app.folder = argv[4][0] && argv[4][strlen(argv[4]) - 1] == '/' ? argv[4] : NULL;
    if (!app.folder && !wav_open(&app.music, argv[4])) return fprintf(stderr, "%s: no WAV file of 16-bit PCM\n", argv[4]), 1;
    if (tgcall_client_new(NULL, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        !loop_chat(&app.loop, atoll(argv[3]), &chat, &id, &access_hash) ||
        tgcall_client_set_interfaces(client, &loopback, 1) != TGCALL_OK || /* a real host leaves that to the library */
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if ((id ? tgcall_group_open(client, id, access_hash, NULL, &call)
            : tgcall_group_create(client, &chat, NULL, 0, 0, NULL, &call)) != TGCALL_OK)
        goto done;
    if (app.folder) tgcall_group_set_separate(client, call, 1), tgcall_group_set_levels(client, call, 1);
    if (app.folder) tgcall_audio_set_delivery(client, call, FRAME_MS, RATE, 1);
    tgcall_audio_set_encoding(client, call, 64000, 20, app.folder ? 1 : app.music.channels); /* music */
    tgcall_audio_set_queue(client, call, 2000);
    while (!app.is_over && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) {
        if (app.is_open && !has_joined) has_joined = tgcall_group_join(client, call, muted || app.folder) == TGCALL_OK;
        if (app.is_active && !app.folder) play(&app, client, call);
        if (!leave_ms && (app.folder ? app.is_alone || app.cannot_write : app.is_played && !app.music.bytes))
            leave_ms = now_ms() + 500; /* the last is on its way */
        if (leave_ms && now_ms() >= leave_ms) tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO);
    }
    status = app.is_over && app.was_active ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client), loop_close(&app.loop); /* no callback runs from here on */
    wav_close(&app.music, 0);
    if (app.folder && status == 0) write_mix(&app);
    return app.cannot_write ? 3 : status;
}
