/* What runs under our lock must not call back: it gets TGCALL_ERR_STATE, at once and from every function, on this client
 * and on others. A client freed from there goes when the function that was called returns. */
#include "telegram.h"

struct app {
    tgcall_client *client, *other;
    uint64_t call;
    int clocks, randoms, lines, free_from_log;
};

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
    CHECK_STATUS(tgcall_client_new(NULL, &made), TGCALL_ERR_STATE);
    CHECK(made == NULL);
    CHECK(strstr(tgcall_client_get_error_text(app->client).data, "logger") != NULL);
}

static uint64_t clock_fn(void *userdata)
{
    struct app *app = userdata;
    app->clocks++;
    call_back(app);
    return 1000000000;
}

static int random_fn(void *userdata, uint8_t *buffer, size_t size)
{
    struct app *app = userdata;
    size_t i;
    app->randoms++;
    call_back(app);
    for (i = 0; i < size; i++) buffer[i] = (uint8_t)(rand() >> 7);
    return 0;
}

static void log_fn(void *userdata, tgcall_log_level level, tgcall_text line)
{
    struct app *app = userdata;
    app->lines++;
    CHECK(level > TGCALL_LOG_OFF && level <= TGCALL_LOG_TRACE);
    CHECK(line.size > 0 && line.data[line.size] == 0);
    call_back(app);
    if (app->free_from_log && app->client) tgcall_client_free(app->client);
}

static void run(int free_from_log)
{
    struct app app = {NULL, NULL, 0, 0, 0, 0, 0};
    tgcall_config *config = host_config();
    struct counts counts = {0, {0}};
    tgcall_client *client;
    const tgcall_event *event;
    uint8_t prime[256];
    uint64_t request = 0;

    app.other = host_client();
    CHECK_STATUS(tgcall_config_set_clock(config, clock_fn, &app), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_random(config, random_fn, &app), TGCALL_OK);
    CHECK_STATUS(tgcall_config_set_logger(config, TGCALL_LOG_TRACE, log_fn, &app), TGCALL_OK);
    client = client_of(config);
    app.client = client;
    app.free_from_log = free_from_log;
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &app.call), TGCALL_OK);
    CHECK(app.clocks > 0 && app.lines > 0);
    if (!free_from_log) {
        while (tgcall_client_poll(client, &event) == TGCALL_OK)
            if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) request = tgcall_event_get_request(event);
        telegram_prime(prime);
        CHECK_STATUS(tgcall_client_handle_dh_config(client, request, 3, prime, 256, 1, prime, 256), TGCALL_OK);
        CHECK(app.randoms > 0);
        CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
        tgcall_client_free(client);
    }
    tgcall_client_free(app.other);
}

int main(void)
{
    run(0);
    run(1);
    return 0;
}
