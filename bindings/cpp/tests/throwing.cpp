// What handlers throw reaches the host's own hook, or stderr, and never the library: its thread goes on, and so does the client.
#include "pair.hpp"
#include <scenario.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using tgcall::status;

std::string what(std::exception_ptr thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception &why) {
        return why.what();
    } catch (int number) {
        return std::to_string(number);
    }
}

tgcall::config host() { return std::move(tgcall::config().media(tgcall::media::host)); }

void in_a_drain()
{
    std::vector<std::string> thrown;
    tgcall::config config = host();
    config.on_error([&](std::exception_ptr why) { thrown.push_back(what(why)); });
    tgcall::client client(config);
    client.request(7, 8);
    CHECK(client.drain([](const tgcall::event &event) {
        std::visit([](const ev::lent &e) { throw std::runtime_error(std::string(to_string(e.kind()))); }, event);
    }));
    CHECK(thrown.size() == 2 && thrown[0] == "call_state" && thrown[1] == "invoke");
}

void in_a_handler_of_a_kind()
{
    std::string thrown;
    tgcall::config config = host();
    config.on_error([&](std::exception_ptr why) { thrown += what(why) + ";"; });
    tgcall::client client(config);
    tgcall::call call = client.request(7, 8);
    tgcall::on handler{[](const ev::invoke &) { throw 5; },
                       [&](const ev::call_state &) { CHECK(client.call(77).user() == 0); }};
    CHECK(client.poll(handler) && client.poll(handler) && !client.poll(handler));
    CHECK(thrown.find("77") != std::string::npos && thrown.rfind(";5;") == thrown.size() - 3);
    CHECK(call.user() == 7);
}

/** A hook that throws as well, and none at all: a line on stderr. */
void without_a_hook()
{
    char path[] = "/tmp/tgcall-stderr-XXXXXX";
    const int fd = mkstemp(path), before = dup(2);
    CHECK(fd >= 0 && unlink(path) == 0);
    fflush(stderr);
    dup2(fd, 2);
    {
        tgcall::config config = host();
        tgcall::client client(config);
        client.request(7, 8);
        client.drain([](const tgcall::event &) { throw std::runtime_error("nobody takes this"); });
        config.on_error([](std::exception_ptr) { throw 7; });
        tgcall::client another(config);
        another.request(7, 8);
        another.drain([](const tgcall::event &) { throw std::runtime_error("nor this"); });
        config.on_error(nullptr);
    }
    fflush(stderr);
    dup2(before, 2);
    char text[1024] = {};
    CHECK(pread(fd, text, sizeof text - 1, 0) > 0);
    CHECK(strstr(text, "tgcall: a handler threw: nobody takes this\n") && strstr(text, "tgcall: a handler threw\n"));
    close(fd);
}

void on_the_librarys_thread()
{
    std::atomic<int> events{0}, thrown{0};
    tgcall::config config = host();
    config.on_error([&](std::exception_ptr why) {
        CHECK(what(why) == "again");
        thrown++;
        ring();
    });
    tgcall::client client(config);
    client.start([&](const tgcall::event &) {
        events++;
        throw std::runtime_error("again");
    });
    tgcall::call call = client.request(7, 8);
    while (thrown < 2) wait_for_ring();
    call.discard(); // the thread is there, and goes on
    while (thrown < 3) wait_for_ring();
    CHECK(client.is_open() && call.user() == 7);
    client.close();
    CHECK(events == thrown);
}

/** The functions of a configuration, each of which throws. */
void in_hooks()
{
    int thrown = 0;
    tgcall::config config = host();
    config.on_error([&](std::exception_ptr) { thrown++; });
    config.clock([]() -> std::chrono::nanoseconds { throw std::runtime_error("clock"); });
    config.logger(tgcall::log_level::trace,
                  [](tgcall::log_level, std::uint64_t, std::string_view) { throw std::runtime_error("logger"); });
    config.wake([] { throw std::runtime_error("wake"); });
    tgcall::client client(config);
    CHECK(thrown > 0);
    tgcall::call call = client.request(7, 8);
    CHECK(call.user() == 7 && client.drain([](const tgcall::event &) {}));

    // Without randomness there is no call: the client dies, and says so.
    tgcall::config poor;
    poor.on_error([](std::exception_ptr) {}).random([](tgcall::span<std::uint8_t>) -> bool { throw 7; });
    const status made = ::thrown([&] {
        std::array<std::uint8_t, 256> key{7};
        tgcall::client dead(poor);
        (void)::thrown([&] { dead.attach(tgcall::direction::outgoing, key).connect("9.0.0", true); });
        bool told = false;
        dead.drain(tgcall::on{[&](const ev::client_dead &) { told = true; }});
        CHECK(told);
        dead.calls();
    });
    CHECK(made == status::err_internal);
}

/** They are called, and with what they should be. */
void hooks_are_heard()
{
    std::atomic<int> clocks{0}, randoms{0}, lines{0}, sockets{0};
    {
        std::array<std::uint8_t, 256> key{7};
        tgcall::config config;
        config.clock([&] { return clocks++, std::chrono::milliseconds(clocks); })
            .random([&](tgcall::span<std::uint8_t> buffer) {
                randoms++;
                for (std::uint8_t &byte : buffer) byte = std::uint8_t(rand());
                return true;
            })
            .logger(tgcall::log_level::debug,
                    [&](tgcall::log_level level, std::uint64_t, std::string_view line) {
                        lines += level <= tgcall::log_level::debug && !line.empty();
                    })
            .socket([&](std::ptrdiff_t fd, tgcall::protocol protocol) {
                CHECK(fd >= 0 && protocol == tgcall::protocol::udp);
                sockets++;
                ring();
                return false;
            });
        tgcall::client client(config);
        client.start(tgcall::on{});
        tgcall::call call = client.attach(tgcall::direction::outgoing, key);
        call.connect("9.0.0", true);
        wait_for_ring();
        client.close();
        CHECK(clocks > 0 && randoms > 0 && lines > 0 && sockets > 0);
        // Each can be taken back.
        config.clock(nullptr).random(nullptr).logger(nullptr).wake(nullptr).socket(nullptr);
        clocks = randoms = lines = sockets = 0;
        tgcall::client plain(config);
        plain.attach(tgcall::direction::outgoing, key).connect("9.0.0", true);
        plain.drain(tgcall::on{});
    }
    CHECK(clocks + randoms + lines + sockets == 0);

    int woken = 0;
    tgcall::client client(host().wake([&] { woken++; }));
    client.request(7, 8);
    CHECK(woken == 1);
}

} // namespace

int main()
{
    EXPECT_EXIT(in_a_drain, 0);
    EXPECT_EXIT(in_a_handler_of_a_kind, 0);
    EXPECT_EXIT(without_a_hook, 0);
    EXPECT_EXIT(on_the_librarys_thread, 0);
    EXPECT_EXIT(in_hooks, 0);
    EXPECT_EXIT(hooks_are_heard, 0);
    return 0;
}
