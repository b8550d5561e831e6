/* A private call that becomes an end-to-end encrypted conference while it is talked in. An Opus file is played over and over, as it is,
 * and what is heard is written to a WAV file, without a gap from the private call into the conference. The library's thread carries the
 * sound and delivers the events; this one speaks to Telegram, plays and records:
 *
 *   upgrade PORT ACCOUNT in.opus out.wav USER THIRD   calls USER, after three seconds makes a conference of it and invites THIRD, removes
 *                                                     him when he has been in for four seconds, and ends it for all
 *   upgrade PORT ACCOUNT in.opus out.wav              takes the call or the invitation that comes, and goes where it goes
 *
 * PORT is that of `tgcall-sim`. Status 0: was in a conference; 1: it could not begin; 2: was in none; 3: the disk takes no more. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"
#include "opus.h"
#include "wav.h"

enum { RATE = 48000, FRAMES = RATE / 50, ALONE_MS = 3000, TOGETHER_MS = 4000, APART_MS = 3000, AFTER_MS = 2000, PATIENCE_MS = 60000 };

struct app {
    struct loop loop;
    struct opus music;
    struct wav heard;
    _Atomic uint64_t private_call, conference; /* what the library's thread tells ours */
    atomic_llong third, talks_ms, came_ms, went_ms, over_ms; /* came and went: the third */
    atomic_int was_in;
};

static void print_emoji(tgcall_client *client, uint64_t call)
{
    tgcall_text emoji[4];
    if (tgcall_call_get_emoji(client, call, emoji) == TGCALL_OK)
        printf("emoji %s %s %s %s\n", emoji[0].data, emoji[1].data, emoji[2].data, emoji[3].data);
}

/* Packets go out as they are in the file; what comes is decoded. */
static uint64_t prepare(tgcall_client *client, uint64_t call)
{
    tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_PCM);
    return call;
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    uint64_t call = tgcall_event_get_call(event);
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    int came;

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        if (!loop_send(&app->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size))
            tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, "no connection");
        break;
    case TGCALL_EVENT_CALL_INCOMING:
        app->private_call = prepare(client, call);
        tgcall_accept(client, call);
        break;
    case TGCALL_EVENT_GROUP_INVITED:
        printf("%lld invites us\n", (long long)tgcall_event_get_user(event));
        app->conference = prepare(client, call);
        tgcall_group_join(client, call, 0);
        break;
    case TGCALL_EVENT_CALL_STATE:
        printf("%s\n", tgcall_event_get_text(event).data);
        if (tgcall_event_get_state(event) != TGCALL_CALL_STATE_ACTIVE) break;
        if (call == app->private_call && !app->talks_ms) app->talks_ms = now_ms();
        if (call == app->conference) app->was_in = 1;
        break;
    case TGCALL_EVENT_CALL_MIGRATED: /* both are heard for a while */
        printf("%s\n", tgcall_event_get_text(event).data);
        app->conference = prepare(client, tgcall_event_get_new_call(event));
        break;
    case TGCALL_EVENT_GROUP_VERIFIED:
        if (tgcall_event_is_verified(event)) print_emoji(client, call);
        break;
    case TGCALL_EVENT_GROUP_PARTICIPANT:
        if (tgcall_event_get_change(event) == TGCALL_CHANGE_CHANGED) break;
        came = tgcall_event_get_change(event) == TGCALL_CHANGE_CAME;
        printf("%s %lld\n", came ? "here:" : "gone:", (long long)tgcall_event_get_peer(event).id);
        if (tgcall_event_get_peer(event).id == app->third) *(came ? &app->came_ms : &app->went_ms) = now_ms();
        break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        if (call == app->private_call) app->private_call = 0;
        if (call == app->conference) app->conference = 0;
        if (!app->private_call && !app->conference) app->over_ms = now_ms();
        break;
    default: break;
    }
    fflush(stdout);
}

/* One step of 20 ms: what is heard in both calls, added up. A call that is over is silent. */
static int record(struct app *app, tgcall_client *client)
{
    int16_t sum[FRAMES], other[FRAMES];
    int i;
    tgcall_audio_pull_s16(client, app->private_call, RATE, 1, sum, FRAMES);
    tgcall_audio_pull_s16(client, app->conference, RATE, 1, other, FRAMES);
    for (i = 0; i < FRAMES; i++) {
        int both = sum[i] + other[i];
        sum[i] = (int16_t)(both > 32767 ? 32767 : both < -32768 ? -32768 : both);
    }
    return wav_write(&app->heard, sum, FRAMES);
}

/* What is due by now, into both calls. One that is not active yet takes nothing. */
static void play(struct app *app, tgcall_client *client, uint64_t *played, uint64_t until)
{
    while (*played < until) {
        size_t size;
        const uint8_t *packet = opus_next(&app->music, &size);
        tgcall_audio_push_opus(client, app->private_call, (uint32_t)*played, packet, size);
        tgcall_audio_push_opus(client, app->conference, (uint32_t)*played, packet, size);
        *played += opus_samples(packet, size);
    }
}

/* What the caller does, one thing after the other. */
static void direct(struct app *app, tgcall_client *client, int *step)
{
    tgcall_peer third = {TGCALL_PEER_KIND_USER, app->third, loop_access_hash(&app->loop, app->third)};
    tgcall_status status = TGCALL_OK;
    uint64_t conference;
    bool can = false;
    if (*step == 0 && app->talks_ms && now_ms() - app->talks_ms >= ALONE_MS) {
        if (tgcall_call_can_upgrade(client, app->private_call, &can) != TGCALL_OK || !can) return;
        status = tgcall_call_upgrade(client, app->private_call, &third, 1, &conference);
        if (status == TGCALL_OK) app->conference = prepare(client, conference);
    } else if (*step == 1 && app->came_ms && now_ms() - app->came_ms >= TOGETHER_MS)
        status = tgcall_group_remove_user(client, app->conference, &third, NULL);
    else if (*step == 2 && app->went_ms && now_ms() - app->went_ms >= APART_MS)
        status = tgcall_group_end(client, app->conference, NULL);
    else
        return;
    if (status != TGCALL_OK) printf("%s\n", tgcall_status_get_text().data);
    ++*step;
}

int main(int argc, char **argv)
{
    static struct app app;
    static const tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0}; /* where tgcall-sim has its media server */
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    long long begin_ms = 0, heard_ms = 0, give_up_ms;
    uint64_t call, played = 0;
    int status = 1, has_room = 1, step = 0;

    if (argc != 5 && argc != 7) return fprintf(stderr, "usage: upgrade PORT ACCOUNT in.opus out.wav [USER THIRD]\n"), 1;
    app.loop.fd = -1;
    app.third = argc == 7 ? atoll(argv[6]) : 0;
    if (!opus_open(&app.music, argv[3])) return fprintf(stderr, "%s: no Ogg Opus file\n", argv[3]), 1;
    if (!wav_create(&app.heard, argv[4], RATE, 1)) return fprintf(stderr, "%s: cannot be written\n", argv[4]), 3;
    if (tgcall_config_set_user_id(config, atoll(argv[2])) != TGCALL_OK || /* blocks say who is in by user ids */
        tgcall_client_new(config, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        tgcall_client_set_interfaces(client, &loopback, 1) != TGCALL_OK || /* a real host leaves that to the library */
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if (argc == 5) puts("waits"), fflush(stdout);
    if (argc == 7) {
        if (tgcall_request(client, atoll(argv[5]), loop_access_hash(&app.loop, atoll(argv[5])), 0, NULL, &call) != TGCALL_OK)
            goto done;
        app.private_call = prepare(client, call);
    }
    give_up_ms = now_ms() + PATIENCE_MS;
    while (has_room && (!app.over_ms || now_ms() - app.over_ms < AFTER_MS) && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) {
        if (argc == 7) direct(&app, client, &step);
        if (!begin_ms && !app.talks_ms && !app.was_in) continue;
        if (!begin_ms) begin_ms = heard_ms = now_ms();
        play(&app, client, &played, (uint64_t)(now_ms() - begin_ms) * (RATE / 1000));
        for (; has_room && heard_ms < now_ms(); heard_ms += 20) has_room = record(&app, client);
    }
    status = !has_room ? 3 : app.over_ms && app.was_in ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client), loop_close(&app.loop); /* no callback runs from here on */
    tgcall_config_free(config);
    opus_close(&app.music);
    return wav_close(&app.heard, 1) ? status : 3;
}
