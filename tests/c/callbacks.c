/* From inside an event callback everything may be called, except another drain; a client freed there goes when the
 * callback returns, one freed elsewhere waits for it, and no callback runs afterwards. Both ways of running a client. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

struct app {
    tgcall_client *client;
    uint64_t call;
    int events;
    int free_inside;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int inside;  /* a callback is running */
    int release; /* and may return */
    int done;    /* it has returned */
};

static void app_new(struct app *app)
{
    memset(app, 0, sizeof *app);
    pthread_mutex_init(&app->lock, NULL);
    pthread_cond_init(&app->changed, NULL);
}

static void set(struct app *app, int *flag)
{
    pthread_mutex_lock(&app->lock);
    *flag = 1;
    pthread_cond_broadcast(&app->changed);
    pthread_mutex_unlock(&app->lock);
}

static void wait_for(struct app *app, const int *flag)
{
    pthread_mutex_lock(&app->lock);
    while (!*flag) pthread_cond_wait(&app->changed, &app->lock);
    pthread_mutex_unlock(&app->lock);
}

static void do_everything(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    const tgcall_event *polled = event;
    tgcall_event *kept;
    tgcall_call_state state;
    tgcall_call_kind kind;
    tgcall_direction direction;
    tgcall_end end;
    int32_t timeout_ms;
    int64_t value;
    uint32_t duration_s, own, theirs, stat = TGCALL_STAT_CONNECT_MS;
    size_t up;

    app->events++;
    CHECK(tgcall_event_get_call(event) == app->call);
    CHECK(tgcall_event_get_call_userdata(event) == app);
    CHECK_STATUS(tgcall_client_drain(client, do_everything, app), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_poll(client, &polled), TGCALL_ERR_STATE);
    CHECK(polled == NULL || polled == event);
    CHECK_STATUS(tgcall_client_start(client, do_everything, app), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_state(client, app->call, &state), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_proxy(client, "127.0.0.1", 1080, "user", "word"), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_proxy(client, NULL, 0, NULL, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_p2p(client, TGCALL_P2P_NEVER), TGCALL_OK);
    CHECK_STATUS(tgcall_client_set_low_data(client, -1), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_kind(client, app->call, &kind), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_user(client, app->call, &value), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_direction(client, app->call, &direction), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_duration(client, app->call, &duration_s), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_switches(client, app->call, &own, &theirs), TGCALL_OK);
    CHECK(tgcall_call_get_telegram_id(client, app->call, &value, &value) != TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_set_log_level(client, TGCALL_LOG_LEVEL_TRACE), TGCALL_OK);
    CHECK_STATUS(tgcall_client_get_calls(client, NULL, 0, &up), TGCALL_OK);
    kept = tgcall_event_copy(event);
    CHECK(tgcall_event_get_kind(kept) == tgcall_event_get_kind(event) && tgcall_event_get_call(kept) == app->call);
    tgcall_event_free(kept);
    CHECK_STATUS(tgcall_call_get_end(client, app->call, &end),
                 state == TGCALL_CALL_STATE_ENDED ? TGCALL_OK : TGCALL_ERR_STATE);
    CHECK(tgcall_client_get_next_timeout(client, &timeout_ms) >= 0);
    CHECK(client_stat(client, TGCALL_STAT_CALLS) >= 0);
    CHECK_STATUS(tgcall_call_get_streams(client, app->call, NULL, 0, &up), TGCALL_OK);
    CHECK_STATUS(tgcall_call_get_stats(client, app->call, 0, &stat, 1, &value), TGCALL_OK);
    /* What it causes is handed over by the same drain. */
    if (app->events == 1) CHECK_STATUS(tgcall_discard(client, app->call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    if (app->free_inside && app->events == app->free_inside) {
        tgcall_client_free(client);
        tgcall_client_free(client); /* once is enough, twice does no harm: it has not happened yet */
        CHECK_STATUS(tgcall_call_get_state(client, app->call, &state), TGCALL_OK);
        CHECK(tgcall_event_get_kind(event) != TGCALL_EVENT_NONE);
    }
}

static void inside_a_drain(void)
{
    struct app app;
    app_new(&app);
    app.client = host_client();
    CHECK_STATUS(tgcall_request(app.client, 88, 99, 0, &app, &app.call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(app.client, do_everything, &app), TGCALL_OK);
    CHECK(app.events >= 2);
    CHECK_STATUS(tgcall_client_start(app.client, do_everything, &app), TGCALL_ERR_STATE);
    tgcall_client_free(app.client);
}

static void freed_inside_a_drain(void)
{
    struct app app;
    app_new(&app);
    app.client = host_client();
    app.free_inside = 1;
    CHECK_STATUS(tgcall_request(app.client, 88, 99, 0, &app, &app.call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(app.client, do_everything, &app), TGCALL_OK);
    CHECK_INT(app.events, 1); /* none after the one that freed it, though more were waiting */
}

/* The callback waits to be released; whoever frees the client meanwhile waits for it. */
static void linger(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    (void)client;
    (void)event;
    app->events++;
    CHECK(!app->done);
    set(app, &app->inside);
    wait_for(app, &app->release);
    usleep(20000); /* time for a free that does not wait to be caught */
    set(app, &app->done);
}

static void *drain_elsewhere(void *userdata)
{
    struct app *app = userdata;
    CHECK_STATUS(tgcall_client_drain(app->client, linger, app), TGCALL_OK);
    return NULL;
}

static void free_waits_for_a_drain(void)
{
    struct app app;
    pthread_t thread;
    app_new(&app);
    app.client = host_client();
    CHECK_STATUS(tgcall_request(app.client, 88, 99, 0, &app, &app.call), TGCALL_OK);
    CHECK_STATUS(tgcall_discard(app.client, app.call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK); /* more than one event */
    CHECK(pthread_create(&thread, NULL, drain_elsewhere, &app) == 0);
    wait_for(&app, &app.inside);
    CHECK_STATUS(tgcall_client_drain(app.client, linger, &app), TGCALL_ERR_STATE); /* events come one at a time */
    set(&app, &app.release);
    tgcall_client_free(app.client);
    CHECK(app.done);
    CHECK_INT(app.events, 1);
    pthread_join(thread, NULL);
}

static void started(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct app *app = userdata;
    pthread_mutex_lock(&app->lock); /* until the call's id is known here */
    pthread_mutex_unlock(&app->lock);
    do_everything(userdata, client, event);
    if (app->free_inside ? app->events == app->free_inside : tgcall_event_get_kind(event) == TGCALL_EVENT_CALL_ENDED)
        set(app, &app->done);
}

static void inside_our_thread(int free_inside)
{
    struct app app;
    struct counts counts = {0, {0}};
    app_new(&app);
    app.client = host_client();
    app.free_inside = free_inside;
    CHECK_STATUS(tgcall_client_start(app.client, started, &app), TGCALL_OK);
    CHECK_STATUS(tgcall_client_start(app.client, started, &app), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_drain(app.client, count, &counts), TGCALL_ERR_STATE);
    pthread_mutex_lock(&app.lock);
    CHECK_STATUS(tgcall_request(app.client, 88, 99, 0, &app, &app.call), TGCALL_OK);
    pthread_mutex_unlock(&app.lock);
    wait_for(&app, &app.done);
    if (free_inside) {
        usleep(50000); /* it went when its callback returned; a callback after that would be caught */
        CHECK_INT(app.events, free_inside);
    } else {
        tgcall_client_free(app.client);
    }
}

static void free_waits_for_our_thread(void)
{
    struct app app;
    app_new(&app);
    app.client = host_client();
    CHECK_STATUS(tgcall_client_start(app.client, linger, &app), TGCALL_OK);
    CHECK_STATUS(tgcall_request(app.client, 88, 99, 0, &app, &app.call), TGCALL_OK);
    wait_for(&app, &app.inside);
    /* no lock is held meanwhile */
    CHECK_STATUS(tgcall_discard(app.client, app.call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    set(&app, &app.release);
    tgcall_client_free(app.client);
    CHECK(app.done);
    CHECK_INT(app.events, 1);
}

static void started_and_freed_at_once(void)
{
    struct counts counts = {0, {0}};
    int i;
    for (i = 0; i < 100; i++) {
        tgcall_client *client = host_client();
        uint64_t call;
        CHECK_STATUS(tgcall_client_start(client, count, &counts), TGCALL_OK);
        if (i % 2) CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
        tgcall_client_free(client);
    }
}

int main(void)
{
    inside_a_drain();
    freed_inside_a_drain();
    free_waits_for_a_drain();
    inside_our_thread(0);
    inside_our_thread(1);
    free_waits_for_our_thread();
    started_and_freed_at_once();
    return 0;
}
