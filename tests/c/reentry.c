/* What runs under our lock must not call back: it gets TGCALL_ERR_STATE, at once and from every function, on this client
 * and on others. A client freed from there, this or another, goes when the function that was called returns, or when our
 * thread has left the lock. So does a conference that is freed from its own. */
#include "looks.h"
#include "telegram.h"

#include <pthread.h>
#include <unistd.h>

enum from { NOWHERE, LOG, CLOCK, RANDOM };

struct app {
    tgcall_client *client, *other;
    uint64_t call;
    int clocks, randoms, lines;
    enum from from;  /* where the client is freed, or */
    int frees_other; /* another one */
    int freed;
    int waits_for_ours; /* on our thread alone */
    uint64_t now_ns;
};

static pthread_t main_thread;

static void free_from(struct app *app, enum from from)
{
    tgcall_client *client = app->frees_other ? app->other : app->client;
    if (app->from != from || !app->client || app->freed) return;
    if (app->waits_for_ours && pthread_equal(pthread_self(), main_thread)) return;
    tgcall_client_free(client);
    tgcall_client_free(client); /* it has not happened yet */
    __atomic_store_n(&app->freed, 1, __ATOMIC_RELEASE);
}

static void call_back(struct app *app)
{
    tgcall_client *made = NULL;
    const tgcall_event *event;
    int32_t timeout_ms;
    uint64_t call;
    if (!app->client) return; /* it is being made */
    CHECK_STATUS(tgcall_client_drain(app->client, count, NULL), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_poll(app->client, &event), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_start(app->client, count, NULL), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_get_next_timeout(app->client, &timeout_ms), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_handle_update(app->client, NULL, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_request(app->client, 1, 1, 0, NULL, &call), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_discard(app->client, app->call, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_discard(app->other, app->call, 0), TGCALL_ERR_STATE);
    client_answers(app->client, TGCALL_ERR_STATE);
    client_answers(app->other, TGCALL_ERR_STATE);
    looks_answer(app->client, app->call, TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_client_new(NULL, &made), TGCALL_ERR_STATE);
    CHECK(made == NULL);
    CHECK(strstr(tgcall_status_get_text().data, "logger") != NULL);
}

static uint64_t clock_fn(void *userdata)
{
    struct app *app = userdata;
    app->clocks++;
    call_back(app);
    free_from(app, CLOCK);
    return 1000000000 + __atomic_load_n(&app->now_ns, __ATOMIC_ACQUIRE);
}

static int random_fn(void *userdata, uint8_t *buffer, size_t size)
{
    struct app *app = userdata;
    size_t i;
    app->randoms++;
    call_back(app);
    free_from(app, RANDOM);
    for (i = 0; i < size; i++) buffer[i] = (uint8_t)(rand() >> 7);
    return 0;
}

static void log_fn(void *userdata, tgcall_log_level level, uint64_t call_id, tgcall_text line)
{
    struct app *app = userdata;
    app->lines++;
    (void)call_id;
    CHECK(level > TGCALL_LOG_LEVEL_OFF && level <= TGCALL_LOG_LEVEL_TRACE);
    CHECK(line.size > 0 && line.data[line.size] == 0);
    call_back(app);
    free_from(app, LOG);
}

static tgcall_client *make(struct app *app)
{
    tgcall_config *config = host_config();
    memset(app, 0, sizeof *app);
    app->other = host_client();
    CHECK_STATUS(tgcall_config_set_max_calls(config, 2), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_clock(config, clock_fn, app), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_random(config, random_fn, app), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_logger(config, TGCALL_LOG_LEVEL_TRACE, log_fn, app), TGCALL_OK);
    return client_of(config);
}

/* Has the client draw a secret. */
static void give_prime(tgcall_client *client, uint64_t request)
{
    uint8_t prime[256];
    telegram_prime(prime);
    CHECK_STATUS(tgcall_client_handle_dh_config(client, request, 3, prime, 256, 1, prime, 256), TGCALL_OK);
}

static void embedded(enum from from, int frees_other)
{
    struct app app;
    struct counts counts = {0, {0}};
    tgcall_client *client = make(&app);
    const tgcall_event *event;
    uint64_t request = 0;

    app.client = client;
    if (from != RANDOM) app.from = from;
    app.frees_other = frees_other;
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &app.call), TGCALL_OK);
    CHECK(app.clocks > 0 && app.lines > 0);
    if (!app.freed || frees_other) {
        while (tgcall_client_poll(client, &event) == TGCALL_OK)
            if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) request = tgcall_event_get_request(event);
        app.from = from;
        give_prime(client, request);
        CHECK(app.randoms > 0);
    }
    CHECK_INT(app.freed, from != NOWHERE);
    if (!app.freed || frees_other) {
        CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
        tgcall_client_free(client);
    }
    if (!frees_other) tgcall_client_free(app.other);
}

static uint64_t invoked;
static void invoke(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client;
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE)
        __atomic_store_n(&invoked, tgcall_event_get_request(event), __ATOMIC_RELEASE);
}

/* By our own thread, which runs the timers and what it has to log. */
static void started(enum from from, int frees_other)
{
    /* Kept: our thread may be on its way out of a callback when the client is long freed. */
    static struct app apps[8];
    static int used;
    struct app *app = &apps[used++];
    tgcall_client *client = make(app);
    uint64_t second;
    app->frees_other = frees_other;
    app->from = from;
    app->waits_for_ours = from != RANDOM;
    if (from == CLOCK) app->client = client;
    invoked = 0;
    CHECK_STATUS(tgcall_client_start(client, invoke, app), TGCALL_OK);
    if (from != CLOCK) {
        CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &app->call), TGCALL_OK);
        while (!__atomic_load_n(&invoked, __ATOMIC_ACQUIRE)) usleep(1000);
        CHECK_STATUS(tgcall_discard(client, 0, 999), TGCALL_ERR_ARGUMENT); /* our thread is not under the lock */
        __atomic_store_n(&app->client, client, __ATOMIC_RELEASE);
    }
    if (from == RANDOM) give_prime(client, invoked);
    /* Telegram has not answered for a minute, which our thread finds out. */
    __atomic_store_n(&app->now_ns, 60000000000, __ATOMIC_RELEASE);
    if (from == LOG) CHECK_STATUS(tgcall_request(client, 89, 99, 0, NULL, &second), TGCALL_OK); /* which wakes it */
    while (!__atomic_load_n(&app->freed, __ATOMIC_ACQUIRE)) usleep(1000);
    if (frees_other) tgcall_client_free(client);
    else tgcall_client_free(app->other);
}

static tgcall_conference *conference;
static int conference_freed, conference_calls;

static void free_conference(void)
{
    tgcall_conference_state state;
    if (!conference || conference_freed) return;
    conference_calls++;
    CHECK_STATUS(tgcall_conference_get_state(conference, &state), TGCALL_ERR_STATE);
    tgcall_conference_free(conference);
    conference_freed = 1;
    CHECK_STATUS(tgcall_conference_get_state(conference, &state), TGCALL_ERR_STATE);
}

static uint64_t conference_clock(void *userdata)
{
    if (*(int *)userdata == CLOCK) free_conference();
    return 1;
}

static int conference_random(void *userdata, uint8_t *buffer, size_t size)
{
    size_t i;
    if (*(int *)userdata == RANDOM) free_conference();
    for (i = 0; i < size; i++) buffer[i] = (uint8_t)(rand() >> 7);
    return 0;
}

static void conferences(int from)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_conference *made;
    tgcall_bytes block;
    uint8_t first[4096];
    size_t size;
    CHECK_STATUS(tgcall_config_set_clock(config, conference_clock, &from), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_random(config, conference_random, &from), TGCALL_OK);
    conference = NULL;
    conference_freed = 0;
    CHECK_STATUS(tgcall_conference_new(config, 5, &made), TGCALL_OK);
    tgcall_config_free(config);
    CHECK_STATUS(tgcall_conference_join(made, NULL, 0, &block), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_to_server_form(block.data, block.size, first, sizeof first, &size), TGCALL_OK);
    conference = made;
    CHECK_STATUS(tgcall_conference_apply_block(made, first, size), TGCALL_OK);
    CHECK_INT(conference_freed, from != NOWHERE);
    if (!conference_freed) tgcall_conference_free(made);
}

int main(void)
{
    enum from from;
    main_thread = pthread_self();
    for (from = NOWHERE; from <= RANDOM; from++) {
        embedded(from, 0);
        if (from == NOWHERE) continue;
        embedded(from, 1);
        if (from != LOG) conferences(from);
    }
    /* Our thread asks the clock and logs; it draws nothing that a test can wait for, so that is done on this one. */
    for (from = LOG; from <= RANDOM; from++) {
        started(from, 0);
        started(from, 1);
    }
    return 0;
}
