/* Events that are kept: a copy says what the event said, on any thread, also after its client, until it is freed. And what is told of
 * requests that nobody waits for any more. */
#include "check.h"
#include <pthread.h>

static int first, second;

/* Reads what another thread kept, and gives it back. */
static void *elsewhere(void *copy)
{
    tgcall_event *event = (tgcall_event *)copy;
    CHECK_INT(tgcall_event_get_kind(event), TGCALL_EVENT_INVOKE);
    CHECK(tgcall_event_get_call(event) != 0 && tgcall_event_get_request(event) != 0);
    CHECK_INT(tgcall_event_get_dc(event), 0);
    CHECK(tgcall_event_get_call_userdata(event) == &first);
    CHECK(strcmp(tgcall_event_get_method(event).data, "messages.getDhConfig") == 0);
    CHECK(tgcall_event_get_bytes(event).size > 4);
    CHECK(tgcall_event_get_text(event).data[tgcall_event_get_text(event).size] == 0);
    tgcall_event_free(event);
    return NULL;
}

static void read_elsewhere(tgcall_event *event)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, elsewhere, event) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

/* Copies the request among the events that wait. */
static tgcall_event *kept_request(tgcall_client *client)
{
    const tgcall_event *event;
    tgcall_event *kept = NULL;
    while (tgcall_client_poll(client, &event) == TGCALL_OK) {
        if (tgcall_event_get_kind(event) == TGCALL_EVENT_INVOKE) kept = tgcall_event_copy(event);
    }
    CHECK(kept != NULL);
    return kept;
}

static void copies_stay(void)
{
    tgcall_client *client = host_client();
    tgcall_event *kept, *again;
    uint64_t call;

    CHECK_STATUS(tgcall_request(client, 88, 99, 0, &first, &call), TGCALL_OK);
    kept = kept_request(client);
    CHECK_STATUS(tgcall_call_set_userdata(client, call, &second), TGCALL_OK);
    CHECK(tgcall_event_get_call_userdata(kept) == &first); /* as of the copy */
    again = tgcall_event_copy(kept);
    CHECK(again != NULL && again != kept);
    tgcall_event_free(kept);
    tgcall_client_free(client);
    read_elsewhere(again);
}

static void what_is_lent_is_not_freed(void)
{
    tgcall_client *client = host_client();
    const tgcall_event *event = NULL;
    uint64_t call;

    CHECK(tgcall_event_copy(NULL) == NULL);
    CHECK_INT(tgcall_event_get_dc(NULL), 0);
    tgcall_event_free(NULL);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_client_poll(client, &event), TGCALL_OK);
    tgcall_event_free((tgcall_event *)event);
    CHECK(strstr(tgcall_status_get_text().data, "lent") != NULL);
    CHECK(tgcall_event_get_call(event) == call);
    tgcall_client_free(client);
}

/* Copies the first event, on the library's thread. */
static tgcall_event *told;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void keep(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client;
    if (tgcall_event_get_kind(event) != TGCALL_EVENT_INVOKE) return;
    pthread_mutex_lock(&lock);
    if (!told) told = tgcall_event_copy(event);
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void copies_of_our_thread_outlive_it(void)
{
    tgcall_client *client = host_client();
    uint64_t call;
    CHECK_STATUS(tgcall_client_start(client, keep, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, &first, &call), TGCALL_OK);
    pthread_mutex_lock(&lock);
    while (!told) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    tgcall_client_free(client);
    read_elsewhere(told);
}

/* The call is over before its request was answered: the host is told to stop, then of the end, and is not asked again. */
static void requests_are_taken_back(void)
{
    tgcall_client *client = host_client();
    const tgcall_event *event;
    tgcall_event *kept;
    uint64_t call, request;
    int cancelled = 0, ended = 0;

    CHECK_STATUS(tgcall_request(client, 88, 99, 0, &first, &call), TGCALL_OK);
    kept = kept_request(client);
    request = tgcall_event_get_request(kept);
    CHECK_STATUS(tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    while (tgcall_client_poll(client, &event) == TGCALL_OK) {
        CHECK(tgcall_event_get_kind(event) != TGCALL_EVENT_INVOKE);
        if (tgcall_event_get_kind(event) == TGCALL_EVENT_CALL_ENDED) ended = 1;
        if (tgcall_event_get_kind(event) != TGCALL_EVENT_CANCEL) continue;
        CHECK(!ended && !cancelled);
        CHECK(tgcall_event_get_request(event) == request && tgcall_event_get_call(event) == call);
        CHECK(tgcall_event_get_call_userdata(event) == &first && tgcall_event_get_method(event).size == 0);
        cancelled = 1;
    }
    CHECK(cancelled && ended);
    CHECK_STATUS(tgcall_client_handle_error(client, request, 0, NULL), TGCALL_ERR_NOT_FOUND);
    tgcall_event_free(kept);
    tgcall_client_free(client);
}

int main(void)
{
    copies_stay();
    what_is_lent_is_not_freed();
    copies_of_our_thread_outlive_it();
    requests_are_taken_back();
    return 0;
}
