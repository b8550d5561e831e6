/* An end-to-end encrypted conference: made, or found by its link. The emoji are printed whenever all who are in have verified; a WAV file is
 * played over and over, and what is heard is written to another. The library's thread carries the sound and delivers the events; this
 * one speaks to Telegram, plays, records, and does what is typed:
 *
 *   conference_call PORT ACCOUNT new  in.wav out.wav     makes one, and prints its link
 *   conference_call PORT ACCOUNT LINK in.wav out.wav     joins
 *   conference_call PORT ACCOUNT wait in.wav out.wav     joins what it is invited to
 *
 *   invite USER | emoji | words | remove USER | report | leave | end
 *
 * PORT is that of `tgcall-sim`. Status 0: was in the conference; 1: it could not begin; 2: was not in it; 3: the disk takes no more. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"
#include "wav.h"

enum { RATE = 48000, FRAMES = RATE / 50, SECONDS = 600 };

struct app {
    struct loop loop;
    struct wav music, heard;
    const char *in;
    uint64_t call;
    atomic_ullong invited;
    atomic_int is_active, was_active, is_over, wants_link;
};

static void print_emoji(tgcall_client *client, uint64_t call)
{
    tgcall_text emoji[4];
    if (tgcall_call_get_emoji(client, call, emoji) == TGCALL_OK)
        printf("emoji %s %s %s %s\n", emoji[0].data, emoji[1].data, emoji[2].data, emoji[3].data);
    else
        puts("no emoji: not all have verified");
}

/* The link is known from when we are in. */
static int print_link(tgcall_client *client, uint64_t call)
{
    tgcall_roster *roster;
    int has_link;
    if (tgcall_group_get_roster(client, call, &roster) != TGCALL_OK) return 0;
    has_link = tgcall_roster_get_link(roster).size > 0;
    if (has_link) printf("link %s\n", tgcall_roster_get_link(roster).data);
    tgcall_roster_free(roster);
    return has_link;
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
        app->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        if (app->is_active) app->was_active = 1;
        break;
    case TGCALL_EVENT_GROUP_CHANGED:
        if (app->wants_link && print_link(client, tgcall_event_get_call(event))) app->wants_link = 0;
        break;
    case TGCALL_EVENT_GROUP_VERIFIED:
        if (tgcall_event_is_verified(event)) print_emoji(client, tgcall_event_get_call(event));
        break;
    case TGCALL_EVENT_GROUP_PARTICIPANT: /* names are the host's to know */
        if (tgcall_event_get_change(event) != TGCALL_CHANGE_CHANGED)
            printf("%s %lld\n", tgcall_event_get_change(event) == TGCALL_CHANGE_CAME ? "here:" : "gone:",
                   (long long)tgcall_event_get_peer(event).id);
        break;
    case TGCALL_EVENT_GROUP_INVITED:
        printf("%lld invites us\n", (long long)tgcall_event_get_user(event));
        app->invited = tgcall_event_get_call(event);
        break;
    case TGCALL_EVENT_ANSWER:
        printf("answer %d %s\n", (int)tgcall_event_get_code(event), tgcall_event_get_error(event).data);
        break;
    case TGCALL_EVENT_CALL_ENDED:
        printf("%s\n", tgcall_event_get_text(event).data);
        app->is_over = 1;
        break;
    default: break;
    }
    fflush(stdout);
}

/* Keeps half a second of sound ahead; the library sends it at the right pace. */
static void play(struct app *app, tgcall_client *client)
{
    int16_t frame[2 * FRAMES];
    uint32_t queued_ms = 0;
    size_t count;
    while (tgcall_audio_get_queued(client, app->call, &queued_ms) == TGCALL_OK && queued_ms < 500) {
        count = wav_read(&app->music, frame, app->music.rate_hz / 50);
        if (count == 0) { /* once more from the start */
            wav_close(&app->music, 0);
            if (!wav_open(&app->music, app->in)) return;
            continue;
        }
        if (tgcall_audio_push_s16(client, app->call, app->music.rate_hz, app->music.channels, frame, count) != TGCALL_OK) return;
    }
}

/* Writes what was heard since the last time. */
static int record(struct app *app, tgcall_client *client, long long *at_ms)
{
    int16_t frame[FRAMES];
    for (; *at_ms < now_ms(); *at_ms += 20) {
        tgcall_audio_pull_s16(client, app->call, RATE, 1, frame, FRAMES);
        if (!wav_write(&app->heard, frame, FRAMES)) return 0;
    }
    return 1;
}

static void obey(struct app *app, tgcall_client *client, const char *line)
{
    static char text[65536];
    tgcall_peer user = {TGCALL_PEER_KIND_USER, 0, 0};
    tgcall_status status = TGCALL_OK;
    size_t size;
    if (sscanf(line, "invite %lld", (long long *)&user.id) == 1) {
        user.access_hash = loop_access_hash(&app->loop, user.id);
        status = tgcall_group_invite_user(client, app->call, &user, 0, NULL);
    } else if (sscanf(line, "remove %lld", (long long *)&user.id) == 1)
        status = tgcall_group_remove_user(client, app->call, &user, NULL);
    else if (strncmp(line, "emoji", 5) == 0)
        print_emoji(client, app->call);
    else if (strncmp(line, "words", 5) == 0 &&
             (status = tgcall_group_get_words(client, app->call, text, sizeof text, &size)) == TGCALL_OK)
        puts(text);
    else if (strncmp(line, "report", 6) == 0 &&
             (status = tgcall_call_get_report(client, app->call, TGCALL_REPORT_FORMAT_TEXT, 0, text, sizeof text, &size)) == TGCALL_OK)
        puts(text);
    else if (strncmp(line, "leave", 5) == 0)
        status = tgcall_discard(client, app->call, TGCALL_DISCARD_REASON_AUTO);
    else if (strncmp(line, "end", 3) == 0)
        status = tgcall_group_end(client, app->call, NULL);
    if (status != TGCALL_OK) printf("%s\n", tgcall_status_get_text().data);
    fflush(stdout);
}

/* A line that was typed, if one was. */
static int typed(char *line, int size)
{
    struct pollfd fd = {0, POLLIN, 0};
    return poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) && fgets(line, size, stdin) != NULL;
}

int main(int argc, char **argv)
{
    static struct app app;
    static const tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0}; /* where tgcall-sim has its media server */
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    long long heard_ms = 0, give_up_ms = now_ms() + SECONDS * 1000LL;
    int status = 1, is_new = argc > 3 && strcmp(argv[3], "new") == 0, waits = argc > 3 && strcmp(argv[3], "wait") == 0, has_room = 1;
    char line[256];

    if (argc < 6) return fprintf(stderr, "usage: conference_call PORT ACCOUNT new|LINK|wait in.wav out.wav\n"), 1;
    app.loop.fd = -1;
    app.in = argv[4];
    app.wants_link = is_new;
    setvbuf(stdin, NULL, _IONBF, 0); /* poll and fgets see the same */
    if (!wav_open(&app.music, app.in)) return fprintf(stderr, "%s: no WAV file of 16-bit PCM\n", app.in), 1;
    if (!wav_create(&app.heard, argv[5], RATE, 1)) return fprintf(stderr, "%s: cannot be written\n", argv[5]), 3;
    if (tgcall_config_set_user_id(config, atoll(argv[2])) != TGCALL_OK || /* blocks say who is in by user ids */
        tgcall_client_new(config, &client) != TGCALL_OK ||
        !loop_open(&app.loop, client, (unsigned)atoi(argv[1]), atoll(argv[2]), 1) ||
        tgcall_client_set_interfaces(client, &loopback, 1) != TGCALL_OK || /* a real host leaves that to the library */
        tgcall_client_start(client, on_event, &app) != TGCALL_OK)
        goto done;
    if (waits) puts("waits"), fflush(stdout);
    while (waits && !app.invited && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) continue;
    app.call = app.invited;
    if ((is_new ? tgcall_group_create_conference(client, 1, 0, NULL, &app.call)
         : waits ? TGCALL_OK : tgcall_group_open_link(client, argv[3], NULL, &app.call)) != TGCALL_OK ||
        tgcall_audio_set_queue(client, app.call, 1000) != TGCALL_OK ||
        (!is_new && tgcall_group_join(client, app.call, 0) != TGCALL_OK))
        goto done;
    while (!app.is_over && has_room && now_ms() < give_up_ms && loop_wait(&app.loop, 5)) {
        if (!app.is_active) continue;
        if (!heard_ms) heard_ms = now_ms();
        play(&app, client);
        has_room = record(&app, client, &heard_ms);
        if (typed(line, sizeof line)) obey(&app, client, line);
    }
    status = !has_room ? 3 : app.is_over && app.was_active ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client), loop_close(&app.loop); /* no callback runs from here on */
    tgcall_config_free(config);
    wav_close(&app.music, 0);
    return wav_close(&app.heard, 1) ? status : 3;
}
