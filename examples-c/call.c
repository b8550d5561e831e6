/* A private call from the first request to the rating. The sound is the host's (TGCALL_MEDIA_HOST): here a host without
 * any, so that nothing but the library's own steps is to be seen.
 *
 *   call PORT ACCOUNT          waits for a call and takes it
 *   call PORT ACCOUNT USER     calls USER, says hello, talks for a second, hangs up, rates
 *
 * PORT is that of `tgcall-sim`. Status 0: there was a conversation; 2: there was none, and the last lines say why. */
#define _POSIX_C_SOURCE 200809L
#include "loop.h"

struct app {
    struct loop loop;
    long long account;
    uint64_t call;
    int is_caller, is_over, has_talked;
    long long accept_at_ms, hang_up_at_ms; /* 0: not planned */
};

/* The engine's first packet and its answer. What is in them is between the engines. */
static const char HELLO[] = "hello, can you hear me?", REPLY[] = "loud and clear";

static void say(const struct app *app, const char *what, const char *more)
{
    long long now = now_ms() % 100000; /* of a clock that all processes share */
    printf("%2lld.%03lld  %lld  %-10s %s\n", now / 1000, now % 1000, app->account, what, more);
    fflush(stdout);
}

static void on_key(struct app *app, tgcall_client *client)
{
    tgcall_text emoji[4];
    char line[128];
    if (tgcall_call_get_emoji(client, app->call, emoji) != TGCALL_OK) return;
    snprintf(line, sizeof line, "%s %s %s %s", emoji[0].data, emoji[1].data, emoji[2].data, emoji[3].data);
    say(app, "emoji", line);
    /* A real host gives the key and the servers to its engine now, and tells when that has found a path. */
    tgcall_call_set_connected(client, app->call, 1);
    if (app->is_caller) tgcall_call_send_signaling(client, app->call, (const uint8_t *)HELLO, sizeof HELLO - 1);
}

static void on_signaling(struct app *app, tgcall_client *client, tgcall_bytes packet)
{
    char line[128];
    snprintf(line, sizeof line, "%.*s", (int)packet.size, (const char *)packet.data);
    say(app, "received", line);
    if (app->is_caller)
        app->hang_up_at_ms = now_ms() + 1200;
    else
        tgcall_call_send_signaling(client, app->call, (const uint8_t *)REPLY, sizeof REPLY - 1);
}

static void on_end(struct app *app, tgcall_client *client, const tgcall_event *event)
{
    char line[64];
    say(app, "ended", tgcall_event_get_text(event).data);
    snprintf(line, sizeof line, "%u s", (unsigned)tgcall_event_get_duration_s(event));
    say(app, "duration", line);
    app->is_over = 1;
    switch (tgcall_event_get_end(event)) {
    case TGCALL_END_INSECURE: say(app, "reason", "not secure: somebody may be in between"); break;
    case TGCALL_END_PRIVACY:  say(app, "reason", "this user takes no calls from us"); break;
    default:                  break;
    }
    switch (tgcall_event_get_action(event)) {
    case TGCALL_ACTION_TELL_USER:   say(app, "to do", "tell the user: another try will end the same way"); break;
    case TGCALL_ACTION_RETRY:       say(app, "to do", "one more try may work"); break;
    case TGCALL_ACTION_RETRY_AFTER: say(app, "to do", "wait before the next try"); break;
    case TGCALL_ACTION_FIX:         say(app, "to do", "fix the request"); break;
    case TGCALL_ACTION_LOG_IN:      say(app, "to do", "log in again"); break;
    default:                        break;
    }
    if (tgcall_event_wants_rating(event) && tgcall_rate(client, app->call, 5, "clear as a bell") == TGCALL_OK)
        say(app, "rates", "5 stars");
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        say(app, "request", tgcall_event_get_method(event).data);
        loop_send(&app->loop, FRAME_REQUEST, tgcall_event_get_request(event), bytes.data, bytes.size);
        break;
    case TGCALL_EVENT_CALL_INCOMING:
        say(app, "incoming", tgcall_event_get_text(event).data);
        app->call = tgcall_event_get_call(event);
        app->accept_at_ms = now_ms() + 300; /* the user reaches for the phone */
        break;
    case TGCALL_EVENT_CALL_STATE:
        say(app, "state", tgcall_event_get_text(event).data);
        if (tgcall_event_get_state(event) == TGCALL_CALL_STATE_CONNECTING) on_key(app, client);
        if (tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE) app->has_talked = 1;
        break;
    case TGCALL_EVENT_SIGNALING_RECEIVED:
        on_signaling(app, client, bytes);
        break;
    case TGCALL_EVENT_CALL_ENDED:
        on_end(app, client, event);
        break;
    case TGCALL_EVENT_CLIENT_DEAD:
        say(app, "defect", tgcall_event_get_text(event).data);
        break;
    default:
        break; /* newer libraries know more kinds */
    }
}

/* What this user does by the clock. */
static void on_time(struct app *app, tgcall_client *client)
{
    long long now = now_ms();
    if (app->accept_at_ms && now >= app->accept_at_ms) {
        app->accept_at_ms = 0;
        if (!app->is_over) say(app, "accepts", "");
        tgcall_accept(client, app->call); /* too late is TGCALL_ERR_STATE, and harmless */
    }
    if (app->hang_up_at_ms && now >= app->hang_up_at_ms) {
        app->hang_up_at_ms = 0;
        if (!app->is_over) say(app, "hangs up", "");
        tgcall_discard(client, app->call, TGCALL_DISCARD_REASON_AUTO);
    }
}

int main(int argc, char **argv)
{
    struct app app;
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client = NULL;
    long long user, give_up_ms;
    int status = 1;

    memset(&app, 0, sizeof app);
    if (argc < 3) return fprintf(stderr, "usage: call PORT ACCOUNT [USER]\n"), 1;
    app.account = atoll(argv[2]);
    user = argc > 3 ? atoll(argv[3]) : 0;
    app.is_caller = user != 0;
    app.loop.fd = -1;

    tgcall_config_set_user_id(config, app.account);
    tgcall_config_set_media(config, TGCALL_MEDIA_HOST);
    if (tgcall_client_new(config, &client) != TGCALL_OK) goto done;
    if (!loop_open(&app.loop, client, (unsigned)atoi(argv[1]), app.account, 1)) {
        perror("tgcall-sim");
        goto done;
    }
    if (!app.is_caller)
        say(&app, "waits", "for a call");
    else if (tgcall_request(client, user, loop_access_hash(&app.loop, user), 0, NULL, &app.call) != TGCALL_OK)
        goto done;
    give_up_ms = now_ms() + 30000;
    /* Until the call is over and Telegram has heard all about it. */
    while ((!app.is_over || app.loop.waiting > 0) && now_ms() < give_up_ms) {
        if (!loop_turn(&app.loop, on_event, &app, 50)) goto done;
        on_time(&app, client);
    }
    if (app.is_over) status = app.has_talked ? 0 : 2;
done:
    if (status == 1) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(client);
    tgcall_config_free(config);
    loop_close(&app.loop);
    return status;
}
