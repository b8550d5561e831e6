// Two embedded clients with a call, whose sockets are each other: what one transmits the other is given, in virtual time.
#ifndef PAIR_HPP
#define PAIR_HPP

#include <map>
#include <vector>

#include "thrown.hpp"

namespace ev = tgcall::events;

struct pair {
    struct side {
        tgcall::client client;
        tgcall::call call;
        std::map<std::uint64_t, tgcall::address> sockets;
        std::map<tgcall::event_kind, int> seen;
        bool active = false;
    };

    std::chrono::nanoseconds now{1000000000};
    side sides[2];
    std::vector<tgcall::kept> kept;

    pair()
    {
        std::array<std::uint8_t, 256> key{};
        for (std::size_t i = 0; i < key.size(); i++) key[i] = static_cast<std::uint8_t>(5 * i + 3);
        for (int i = 0; i < 2; i++) {
            side &side = sides[i];
            side.client = tgcall::client(tgcall::config().clock([this] { return now; }));
            const std::array<tgcall::address, 1> interfaces = {
                tgcall::address{{10, 0, 0, static_cast<std::uint8_t>(1 + i)}, 0, 4, 0}};
            side.client.set_interfaces(interfaces);
            side.call = side.client.attach(i == 0 ? tgcall::direction::outgoing : tgcall::direction::incoming, key, this);
        }
        for (side &side : sides) side.call.connect("9.0.0", true);
    }

    void take(side &side, const tgcall::event &event)
    {
        struct side &other = &side == &sides[0] ? sides[1] : sides[0];
        std::visit([&](const ev::lent &e) { side.seen[e.kind()]++; }, event);
        tgcall::on{
            [&](const ev::signaling_send &e) {
                CHECK(e.userdata<pair>() == this && e.call_id == side.call.id());
                other.call.handle_signaling(e.bytes);
            },
            [&](const ev::socket_open &e) {
                if (e.protocol != tgcall::protocol::udp) return side.client.handle_closed(e.socket);
                tgcall::address local = e.local;
                local.port = static_cast<std::uint16_t>(4000 + side.sockets.size());
                side.sockets[e.socket] = local;
                side.client.handle_opened(e.socket, local);
            },
            [&](const ev::socket_close &e) { side.sockets.erase(e.socket); },
            [&](const ev::transmit &e) {
                for (const auto &[socket, local] : other.sockets)
                    if (local.port == e.remote.port && std::memcmp(local.ip, e.remote.ip, 4) == 0)
                        other.client.handle_datagram(socket, side.sockets.at(e.socket), e.bytes);
            },
            [&](const ev::call_state &e) {
                CHECK(!e.text().empty());
                side.active = e.state == tgcall::call_state::active;
            },
        }(event);
    }

    /** Both drain, and 10 ms go by. */
    void turn()
    {
        for (int round = 0; round < 4; round++)
            for (side &side : sides) side.client.drain([&](const tgcall::event &event) { take(side, event); });
        now += std::chrono::milliseconds(10);
    }

    void until_active()
    {
        for (int turns = 0; !sides[0].active || !sides[1].active; turns++) {
            CHECK(turns < 2000);
            turn();
        }
    }
};

#endif
