/* A call with sound: one side plays a WAV file, the other records one. The library carries the sound, on a thread of its
 * own that also delivers the events; this program only speaks to Telegram, reads a file and writes one.
 *
 *   voice PORT ACCOUNT out.wav          waits for a call, takes it, records it
 *   voice PORT ACCOUNT in.wav USER      calls USER, plays the file, hangs up
 *
 * PORT is that of `tgcall-sim`. Status 0: there was a conversation, and all of it was written; 1: it could not begin; 2: there
 * was none; 3: file or output take no more, which ends the call. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include "loop.h"
#include "wav.h"

enum { RATE = 48000, FRAMES = RATE / 50 }; /* 20 ms */

struct app {
    struct loop loop;
    struct wav wav;
    int is_caller;
    _Atomic uint64_t call; /* what the library's thread tells ours */
    atomic_int is_active, is_over, has_talked, has_played, cannot_write; /* the last: why */
};

/* How the call went, while its figures are still there. */
static void print_figures(tgcall_client *client, uint64_t call)
{
    enum { CONNECT_MS, RELAYED, LOSS_PERMILLE, JITTER_MS, COUNT };
    static const uint32_t stats[COUNT] = {TGCALL_STAT_CONNECT_MS, TGCALL_STAT_RELAYED, TGCALL_STAT_LOSS_PERMILLE,
                                          TGCALL_STAT_JITTER_MS};
    int64_t values[COUNT];
    char report[16384];
    size_t size = 0;
    if (tgcall_call_get_stats(client, call, 0, stats, COUNT, values) != TGCALL_OK) return;
    if (values[JITTER_MS] == INT64_MIN) values[JITTER_MS] = 0; /* nothing was heard */
    if (values[CONNECT_MS] != INT64_MIN)
        printf("connected in %d ms, %s path, loss %.1f %%, jitter %d ms\n", (int)values[CONNECT_MS],
               values[RELAYED] == 1 ? "relayed" : "direct", (double)values[LOSS_PERMILLE] / 10, (int)values[JITTER_MS]);
    if (getenv("REPORT") &&
        tgcall_call_get_report(client, call, TGCALL_REPORT_FORMAT_TEXT, 1, report, sizeof report, &size) == TGCALL_OK)
        printf("%.*s\n", (int)size, report);
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        if (!loop_send(&app->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size))
            tgcall_client_handle_error(client, tgcall_event_get_request(event), 0, "no connection"); /* it need not wait */
        break;
    case TGCALL_EVENT_CALL_INCOMING:
        app->call = tgcall_event_get_call(event);
        tgcall_accept(client, app->call);
        break;
    case TGCALL_EVENT_CALL_STATE:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        if (app->is_active) app->has_talked = 1;
        break;
    case TGCALL_EVENT_AUDIO_PLAYED:
        app->has_played = 1;
        break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        print_figures(client, tgcall_event_get_call(event));
        app->is_active = 0;
        app->is_over = 1;
        break;
    default:
        break;
    }
    if (fflush(stdout) != 0) app->cannot_write = errno;
}

/* Keeps a second of sound ahead; the library sends it at the right pace once the call is active. */
static void play(struct app *app, tgcall_client *client)
{
    int16_t frame[2 * FRAMES];
    uint32_t queued_ms = 0;
    size_t count;
    while (tgcall_audio_get_queued(client, app->call, &queued_ms) == TGCALL_OK && queued_ms < 1000 &&
           (count = wav_read(&app->wav, frame, app->wav.rate_hz / 50)) > 0) {
        tgcall_audio_push_s16(client, app->call, app->wav.rate_hz, app->wav.channels, frame, count);
        app->has_played = 0;
    }
}

/* Takes what a loudspeaker would have taken by now: the one who pulls keeps the pace. */
static void record(struct app *app, tgcall_client *client, long long *next_ms)
{
    int16_t frame[FRAMES];
    if (!app->is_active) {
        *next_ms = now_ms();
        return;
    }
    for (; *next_ms <= now_ms(); *next_ms += 20) {
        tgcall_audio_pull_s16(client, app->call, RATE, 1, frame, FRAMES); /* silence where there is nothing */
        if (!app->cannot_write && !wav_write(&app->wav, frame, FRAMES)) app->cannot_write = errno;
    }
}

int main(int argc, char **argv)
{
    static struct app app;
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    long long user, next_ms = 0, hang_up_ms = 0, give_up_ms;
    uint64_t call = 0;
    int status = 1, has_telegram = 1;

    if (argc < 4) return fprintf(stderr, "usage: voice PORT ACCOUNT FILE [USER]\n"), 1;
    app.loop.fd = -1;
    app.is_caller = argc > 4;
    user = app.is_caller ? atoll(argv[4]) : 0;
    if (app.is_caller ? !wav_open(&app.wav, argv[3]) : !wav_create(&app.wav, argv[3], RATE, 1)) {
        fprintf(stderr, "%s: no such WAV file, or not 16-bit PCM\n", argv[3]);
        goto done;
    }
    tgcall_config_set_user_id(config, atoll(argv[2]));
    if (tgcall_client_new(config, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if (!app.is_caller) puts("waiting for a call"), fflush(stdout);
    if (app.is_caller) {
        if (tgcall_request(client, user, loop_access_hash(&app.loop, user), 0, NULL, &call) != TGCALL_OK) goto done;
        app.call = call;
        tgcall_audio_set_queue(client, call, 2000);
    }
    give_up_ms = now_ms() + 60000;
    while (!app.is_over && now_ms() < give_up_ms) {
        if (app.call && app.is_caller) play(&app, client);
        if (app.call && !app.is_caller) record(&app, client, &next_ms);
        if (app.has_played && app.wav.bytes == 0 && !hang_up_ms) hang_up_ms = now_ms() + 500; /* the last is on its way */
        if (app.cannot_write && !hang_up_ms) hang_up_ms = now_ms();
        if (hang_up_ms && now_ms() >= hang_up_ms) tgcall_discard(client, app.call, TGCALL_DISCARD_REASON_AUTO);
        if (!has_telegram) poll(NULL, 0, 5);
        else if (!loop_wait(&app.loop, 5)) { /* a real host connects again; the sound needs no Telegram */
            fprintf(stderr, "no connection to Telegram%s\n", app.is_active ? ": the call goes on without" : "");
            shutdown(app.loop.fd, SHUT_RDWR);
            has_telegram = 0;
            if (!app.call) goto done;
        }
    }
    while (has_telegram && app.loop.waiting > 0 && now_ms() < give_up_ms && loop_wait(&app.loop, 50)) {}
    status = app.is_over && app.has_talked ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client);
    tgcall_config_free(config);
    loop_close(&app.loop);
    if (!wav_close(&app.wav, !app.is_caller) && !app.cannot_write) app.cannot_write = errno;
    if (app.cannot_write) fprintf(stderr, "cannot write: %s\n", strerror(app.cannot_write)), status = 3;
    return status;
}
