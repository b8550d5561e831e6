// What a frame of sound costs through the C++ layer over the same calls in C: 20 ms pushed and 20 ms pulled, of a call that is up,
// by turns, in one program. It prints the medians; and what the layer alone costs other functions than those of sound, to look
// whether a handle is open and to hold it meanwhile. scripts/bench-bindings.py reads the lines.
//
//   push_pull [ROUNDS]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include <tgcall.hpp>

namespace {

using clock_type = std::chrono::steady_clock;
namespace events = tgcall::events;

struct side {
    tgcall::client client;
    tgcall::call call;
    std::map<std::uint64_t, tgcall::address> sockets;
    bool is_active = false;
    tgcall::detail::client_line *line = nullptr;
};

/** Two clients whose sockets are each other. */
class line
{
  public:
    side sides[2];

    line()
    {
        const std::array<std::uint8_t, 256> key{3, 1, 4};
        for (int i = 0; i < 2; i++) {
            side &side = sides[i];
            side.client = tgcall::client(tgcall::config());
            const std::array<tgcall::address, 1> interfaces = {tgcall::address{{10, 0, 0, std::uint8_t(1 + i)}, 0, 4, 0}};
            side.client.set_interfaces(interfaces);
            side.call = side.client.attach(i == 0 ? tgcall::direction::outgoing : tgcall::direction::incoming, key);
        }
        for (side &side : sides) side.call.connect("9.0.0", true);
        while (!sides[0].is_active || !sides[1].is_active) turn();
    }

    void turn()
    {
        for (int i = 0; i < 2; i++)
            sides[i].client.drain([&](const tgcall::event &event) { take(sides[i], sides[!i], event); });
    }

  private:
    static void take(side &side, struct side &other, const tgcall::event &event)
    {
        tgcall::on{
            [&](const events::signaling_send &e) { other.call.handle_signaling(e.bytes); },
            [&](const events::socket_open &e) {
                if (e.protocol != tgcall::protocol::udp) return side.client.handle_closed(e.socket);
                tgcall::address local = e.local;
                local.port = std::uint16_t(4000 + side.sockets.size());
                side.sockets[e.socket] = local;
                side.client.handle_opened(e.socket, local);
            },
            [&](const events::transmit &e) {
                for (const auto &[socket, local] : other.sockets)
                    if (local.port == e.remote.port && std::memcmp(local.ip, e.remote.ip, 4) == 0)
                        other.client.handle_datagram(socket, side.sockets.at(e.socket), e.bytes);
            },
            // What C knows comes with an event.
            [&](const events::call_state &e) {
                side.is_active = e.state == tgcall::call_state::active;
                side.line = e.line;
            },
        }(event);
    }
};

struct costs {
    std::vector<double> push, pull;
};

double median(std::vector<double> &values)
{
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <class Run> double nanoseconds(Run run)
{
    const auto start = clock_type::now();
    run();
    return std::chrono::duration<double, std::nano>(clock_type::now() - start).count();
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 20000;
    line line;
    side &side = line.sides[0];
    tgcall_client *const raw = side.line->raw();
    const std::uint64_t id = side.call.id();
    const tgcall::audio_format format{48000, 1};
    std::array<std::int16_t, 960> out{}, in{};
    costs c, cpp;
    int failed = 0;
    const auto in_c = [&] {
        c.push.push_back(nanoseconds([&] { failed += tgcall_audio_push_s16(raw, id, 48000, 1, out.data(), 960) < 0; }));
        c.pull.push_back(nanoseconds([&] { failed += tgcall_audio_pull_s16(raw, id, 48000, 1, in.data(), 960) < 0; }));
    };
    const auto in_cpp = [&] {
        cpp.push.push_back(nanoseconds([&] { side.call.push(format, out); }));
        cpp.pull.push_back(nanoseconds([&] { side.call.pull(format, in); }));
    };
    // By turns, each as often the first; the queue is emptied in between, as a full one costs less.
    for (int round = 0; round < rounds; round++) {
        side.call.clear();
        if (round % 2) in_c();
        else in_cpp();
        side.call.clear();
        if (round % 2) in_cpp();
        else in_c();
        if (round % 50 == 0) line.turn();
    }
    if (failed > 0) return std::fprintf(stderr, "%d calls failed\n", failed), 1;
    const double push = median(cpp.push), pull = median(cpp.pull), push_c = median(c.push), pull_c = median(c.pull);
    std::printf("C++\tpush of 20 ms, in a loop\t%.0f\t%.0f\tns\n", push, push_c);
    std::printf("C++\tpull of 20 ms, in a loop\t%.0f\t%.0f\tns\n", pull, pull_c);

    constexpr int CALLS = 1000;
    std::vector<double> over;
    for (int round = 0; round < std::max(rounds / 10, 5); round++)
        over.push_back(nanoseconds([&] {
            for (int i = 0; i < CALLS; i++) failed += !tgcall::detail::inside<tgcall::detail::client_line>(side.line);
        }) / CALLS);
    std::printf("C++\tthe layer of other functions\t%.0f\t-\tns\n", median(over));
    return 0;
}
