// C++ objects that hold a client: static ones, whose destructors run after main, and ones of a thread. An exception that
// comes out of a callback ends the process at once and by name, on our thread and on the host's.
#include "scenario.h"

#include <stdexcept>
#include <thread>

namespace {

void note(void *, tgcall_client *, const tgcall_event *) { ring(); }

struct Account {
    tgcall_client *client = nullptr;
    tgcall_conference *conference = nullptr;
    tgcall_config *config = nullptr;

    ~Account()
    {
        if (client) {
            // All of it still works, and says why not.
            CHECK_STATUS(tgcall_discard(client, 12345, 0), TGCALL_ERR_NOT_FOUND);
            CHECK(strstr(tgcall_status_get_text().data, "12345"));
        }
        tgcall_client_free(client);
        tgcall_conference_free(conference);
        tgcall_config_free(config);
    }

    void open(bool started)
    {
        uint64_t call;
        client = host_client();
        config = tgcall_config_new();
        CHECK_STATUS(tgcall_conference_new(config, 7, &conference), TGCALL_OK);
        if (started) CHECK_STATUS(tgcall_client_start(client, note, nullptr), TGCALL_OK);
        CHECK_STATUS(tgcall_request(client, 88, 99, 0, nullptr, &call), TGCALL_OK);
        if (started) wait_for_ring();
    }
};

Account account;
thread_local Account of_thread;

void static_embedded() { account.open(false); }
void static_started() { account.open(true); }
void of_a_thread()
{
    std::thread([] { of_thread.open(false); }).join();
    std::thread([] { of_thread.open(true); }).join();
}
void of_the_main_thread() { of_thread.open(true); }

// An object of our own thread, which outlives the client by the destructors of that thread.
struct Witness {
    ~Witness() { CHECK_STATUS(tgcall_client_drain(nullptr, note, nullptr), TGCALL_ERR_ARGUMENT); }
};
void of_our_thread()
{
    tgcall_client *client = busy_client(
        [](void *, tgcall_client *, const tgcall_event *) {
            thread_local Witness witness;
            (void)&witness;
            ring();
        },
        nullptr);
    wait_for_ring();
    tgcall_client_free(client);
}

void thrower(void *, tgcall_client *, const tgcall_event *) { throw std::runtime_error("out of a callback"); }

void silence() { CHECK(freopen("/dev/null", "w", stderr)); }

void thrown_on_our_thread()
{
    silence();
    busy_client(thrower, nullptr);
    pause();
}

void thrown_in_a_drain()
{
    silence();
    account.open(false);
    try {
        (void)tgcall_client_drain(account.client, thrower, nullptr);
    } catch (...) {
    }
}

void expect_abort(void (*scenario)())
{
    int status = status_of(scenario);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

} // namespace

int main()
{
    EXPECT_EXIT(static_embedded, 0);
    EXPECT_EXIT(static_started, 0);
    EXPECT_EXIT(of_a_thread, 0);
    EXPECT_EXIT(of_the_main_thread, 0);
    EXPECT_EXIT(of_our_thread, 0);
    expect_abort(thrown_on_our_thread);
    expect_abort(thrown_in_a_drain);
    return 0;
}
