// Clients and calls as objects: moved from, closed, closed from inside their own handlers and by other threads, outlived by calls,
// static and thread-local. A handle that is used after its end is an error, and never a crash.
#include "pair.hpp"
#include <scenario.h>

#include <atomic>
#include <memory>
#include <thread>

namespace {

using tgcall::status;

tgcall::config host() { return std::move(tgcall::config().user_id(5).media(tgcall::media::host)); }

/** Every function of it refuses, and says so. */
void is_closed(tgcall::client &client)
{
    CHECK(!client.is_open());
    CHECK(thrown([&] { client.calls(); }) == status::err_state);
    CHECK(thrown([&] { client.request(7, 8); }) == status::err_state);
    CHECK(thrown([&] { client.drain([](const tgcall::event &) {}); }) == status::err_state);
    CHECK(thrown([&] { client.start([](const tgcall::event &) {}); }) == status::err_state);
    CHECK(thrown([&] { client.poll(); }) == status::err_state);
    CHECK(thrown([&] { client.next_timeout(); }) == status::err_state);
    CHECK(thrown([&] { client.set_low_data(true); }) == status::err_state);
    CHECK(thrown([&] { client.handle_update({}); }) == status::err_state);
    CHECK(thrown([&] { client.stats(tgcall::stat::calls); }) == status::err_state);
    client.close(); // and again
}

void is_closed(tgcall::call &call)
{
    std::array<std::int16_t, 960> sound;
    sound.fill(7);
    CHECK(thrown([&] { call.accept(); }) == status::err_state);
    CHECK(thrown([&] { call.state(); }) == status::err_state);
    CHECK(thrown([&] { call.report(); }) == status::err_state);
    CHECK(thrown([&] { call.push({}, sound); }) == status::err_state);
    CHECK(thrown([&] { call.pull({}, sound); }) == status::err_state);
    CHECK(sound[0] == 0 && sound[959] == 0); // silence, not what was there
}

void moved_and_closed()
{
    tgcall::client empty;
    is_closed(empty);
    tgcall::call none;
    is_closed(none);

    tgcall::client first(host()), second;
    tgcall::call call = first.request(7, 8);
    second = std::move(first);
    is_closed(first);
    CHECK(second.is_open() && second.calls().size() == 1 && call.user() == 7);

    tgcall::call copy = call.clone(), moved = std::move(call);
    is_closed(call);
    CHECK(moved.id() == copy.id() && copy.user() == 7);

    // One of another client, which ends with what it is replaced by.
    tgcall::client third(host());
    tgcall::call other = third.request(9, 9);
    third = std::move(second);
    is_closed(other);
    CHECK(copy.user() == 7 && third.call(copy.id()).user() == 7);
    tgcall::client &self = third;
    third = std::move(self);
    CHECK(third.is_open());

    tgcall::config config, other_config = std::move(config);
    CHECK(thrown([&] { tgcall::client client(config); }) == status::err_argument);
    CHECK(thrown([&] { tgcall::conference conference(config, 5); }) == status::err_argument);
    config.user_id(5).clock([] { return std::chrono::seconds(1); }).clock(nullptr).on_error(nullptr);
    CHECK(config.error() && !other_config.error());

    third.close();
    is_closed(third);
    is_closed(copy);
    is_closed(moved);
}

/** A call of a client that is gone keeps its breath. */
void a_call_outlives_its_client()
{
    tgcall::call call;
    {
        tgcall::client client(host());
        call = client.request(7, 8);
        CHECK(call.state() == tgcall::call_state::requesting);
    }
    is_closed(call);
}

void closed_in_a_drain()
{
    auto client = std::make_unique<tgcall::client>(host());
    tgcall::call call = client->request(7, 8);
    int events = 0;
    client->drain([&](const tgcall::event &) {
        events++;
        is_closed(*std::make_unique<tgcall::client>());
        client.reset(); // it is gone when this handler is not yet
        is_closed(call);
    });
    CHECK(events == 1);
    is_closed(call);
}

void closed_in_a_poll()
{
    tgcall::client client(host());
    tgcall::call call = client.request(7, 8);
    const std::optional<tgcall::kept> state = client.poll();
    CHECK(state && std::get<ev::call_state>(state->get()).state == tgcall::call_state::requesting);
    client.poll([&](const tgcall::event &event) {
        // Another turn from in here would take away the event that this is about.
        CHECK(thrown([&] { client.poll(); }) == status::err_state);
        CHECK(thrown([&] { client.drain([](const tgcall::event &) {}); }) == status::err_state);
        client.close();
        CHECK(std::holds_alternative<ev::invoke>(event));
        CHECK(!std::get<ev::invoke>(event).bytes.empty() && std::get<ev::invoke>(event).method == "messages.getDhConfig");
    });
    is_closed(client);
    CHECK(std::get<ev::call_state>(state->get()).call_id == call.id()); // a copy stays
}

void closed_by_its_own_thread()
{
    const auto token = std::make_shared<int>(0), of_hook = std::make_shared<int>(0);
    auto client = std::make_unique<tgcall::client>(
        host().logger(tgcall::log_level::trace, [of_hook](tgcall::log_level, std::uint64_t, std::string_view) {}));
    std::atomic<bool> may{false};
    client->start([&, token](const tgcall::event &) {
        while (!may) std::this_thread::yield();
        client.reset();
        ring();
    });
    tgcall::call call = client->request(7, 8);
    may = true;
    wait_for_ring();
    is_closed(call);
    call = tgcall::call();
    // With the last handle the handler goes as well, as soon as it has returned.
    while (token.use_count() > 1) std::this_thread::yield();
}

/** Freed from inside its own logger: the lines that follow find it still there. */
void closed_by_its_logger()
{
    auto client = std::make_unique<tgcall::client>();
    int lines = 0;
    tgcall::config config = host();
    config.logger(tgcall::log_level::trace, [&](tgcall::log_level, std::uint64_t, std::string_view line) {
        CHECK(!line.empty());
        lines++;
        client.reset();
    });
    *client = tgcall::client(config);
    config = tgcall::config();
    tgcall::client &there = *client;
    (void)thrown([&] { there.request(7, 8); });
    CHECK(lines > 0 && !client);
}

void closed_while_others_are_inside()
{
    for (int round = 0; round < 12; round++) {
        tgcall::client client{tgcall::config()};
        std::atomic<bool> go{false};
        std::array<std::uint8_t, 256> key{7};
        tgcall::call call = client.attach(tgcall::direction::outgoing, key);
        client.start([](const tgcall::event &) {});
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; i++)
            threads.emplace_back([&go, i, mine = call.clone()]() mutable {
                std::array<float, 960> sound{};
                status status = status::ok;
                while (!go) std::this_thread::yield();
                while (status != status::err_state || mine.id() == 0) {
                    status = thrown([&] {
                        if (i == 0) mine.push({48000, 1}, sound);
                        if (i == 1) mine.pull({48000, 1}, sound);
                        if (i == 2) (void)mine.report();
                    });
                    CHECK(status == status::ok || status == status::err_state);
                }
            });
        go = true;
        if (round % 2) std::this_thread::yield();
        if (round % 3 == 0) { // two who close
            std::thread other([&] { client.close(); });
            client.close();
            other.join();
        } else {
            tgcall::client(std::move(client)).close();
        }
        for (std::thread &thread : threads) thread.join();
        is_closed(call);
    }
}

/** After close has returned no handler runs. */
void close_waits_for_the_handler()
{
    for (int round = 0; round < 5; round++) {
        std::atomic<int> inside{0};
        std::atomic<bool> entered{false};
        tgcall::client client(host());
        const auto token = std::make_shared<int>(0);
        client.start([&, token](const tgcall::event &) {
            inside++;
            entered = true;
            for (int i = 0; i < 50; i++) std::this_thread::yield();
            inside--;
        });
        const tgcall::call call = client.request(7, 8);
        while (!entered) std::this_thread::yield();
        client.close();
        CHECK(inside == 0 && token.use_count() == 1);
    }
}

struct account {
    tgcall::client client;
    tgcall::call call;
    tgcall::conference conference;
    ~account()
    {
        if (client.is_open()) CHECK(thrown([&] { client.call(12345).accept(); }) == status::err_not_found);
        if (client.is_open()) CHECK(call.user() == 88);
        client.close();
        is_closed(call);
    }
    void open(bool started)
    {
        client = tgcall::client(host());
        conference = tgcall::conference(tgcall::config(), 7);
        if (started) client.start([](const tgcall::event &) { ring(); });
        call = client.request(88, 99);
        if (started) wait_for_ring();
    }
};

account of_program;
thread_local account of_thread;

void static_embedded() { of_program.open(false); }
void static_started() { of_program.open(true); }
void of_a_thread()
{
    std::thread([] { of_thread.open(false); }).join();
    std::thread([] { of_thread.open(true); }).join();
}
void of_the_main_thread() { of_thread.open(true); }

/** A thread that ends inside of its drain: the client is as good as before. */
void a_thread_ends_in_a_handler()
{
    static tgcall::client client(host());
    tgcall::call call = client.request(7, 8);
    on_thread(
        [](void *) -> void * {
            client.drain([](const tgcall::event &) { pthread_exit(nullptr); });
            return nullptr;
        },
        nullptr);
    CHECK(call.user() == 7);
    call.discard();
    CHECK(client.drain([](const tgcall::event &) {}));
    client.close();
    is_closed(call);
}

} // namespace

int main()
{
    moved_and_closed();
    a_call_outlives_its_client();
    closed_in_a_drain();
    closed_in_a_poll();
    EXPECT_EXIT(closed_by_its_own_thread, 0);
    EXPECT_EXIT(closed_by_its_logger, 0);
    EXPECT_EXIT(closed_while_others_are_inside, 0);
    EXPECT_EXIT(close_waits_for_the_handler, 0);
    EXPECT_EXIT(static_embedded, 0);
    EXPECT_EXIT(static_started, 0);
    EXPECT_EXIT(of_a_thread, 0);
    EXPECT_EXIT(of_the_main_thread, 0);
    EXPECT_EXIT(a_thread_ends_in_a_handler, 0);
    return 0;
}
