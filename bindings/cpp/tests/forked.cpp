// What a forked child finds is copies: every function refuses, and closing them gives back their memory.
#include "pair.hpp"
#include <scenario.h>

#include <atomic>
#include <thread>

namespace {

using tgcall::status;

tgcall::config host() { return std::move(tgcall::config().user_id(5).media(tgcall::media::host)); }

void a_forked_child_has_copies()
{
    tgcall::client client(host()), busy(host());
    tgcall::conference conference(tgcall::config(), 5);
    tgcall::call call = client.request(7, 8);
    client.start([](const tgcall::event &) {});
    // A thread that is inside while the process forks, and in the child never leaves.
    std::atomic<bool> is_inside{false}, may{false};
    busy.request(7, 8);
    std::thread thread([&] {
        busy.poll([&](const tgcall::event &) {
            is_inside = true;
            while (!may) std::this_thread::yield();
        });
    });
    while (!is_inside) std::this_thread::yield();
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(10);
        CHECK(thrown([&] { client.calls(); }) == status::err_state);
        CHECK(thrown([&] { call.state(); }) == status::err_state);
        CHECK(thrown([&] { conference.state(); }) == status::err_state);
        client.close();
        busy.close();
        conference.close();
        CHECK(thrown([&] { call.state(); }) == status::err_state);
        _exit(0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    may = true;
    thread.join();
    CHECK(call.state() != tgcall::call_state::none);
}

} // namespace

int main()
{
    EXPECT_EXIT(a_forked_child_has_copies, 0);
    return 0;
}
