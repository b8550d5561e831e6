// Two accounts of a simulated Telegram, and what they are told, for programs with one thread.
#ifndef ACCOUNTS_HPP
#define ACCOUNTS_HPP

#include <telegram.hpp>

#include <deque>

#include "thrown.hpp"

namespace ev = tgcall::events;

/** A user with a client that the library's thread runs; what that tells waits for the program's only thread. */
class account
{
  public:
    account(std::uint16_t port, std::int64_t user, const tgcall::config &config) : telegram_(port, user), client_(config)
    {
        client_.set_server_time(telegram_.time());
        client_.start([this](const tgcall::event &event) {
            if (const auto *request = std::get_if<ev::invoke>(&event)) return telegram_.invoke(request->request, request->bytes);
            const std::lock_guard<std::mutex> lock(lock_);
            told_.emplace_back(event);
        });
    }

    tgcall::call request(std::int64_t user) { return client_.request(user, telegram_.access_hash(user), true); }

    /** Hands on what Telegram says, for 5 ms at most. */
    void turn() { telegram_.wait(client_, std::chrono::milliseconds(5)); }

    bool is_busy() const { return telegram_.is_busy(); }

    /** The first event of a kind of which something holds, if it has been told; those before it are gone. */
    template <class Event, class Look> std::optional<tgcall::kept> take(Look look)
    {
        const std::lock_guard<std::mutex> lock(lock_);
        while (!told_.empty()) {
            tgcall::kept kept = std::move(told_.front());
            told_.pop_front();
            const tgcall::event event = kept.get();
            const auto *of_kind = std::get_if<Event>(&event);
            if (of_kind && look(*of_kind)) return kept;
        }
        return std::nullopt;
    }

    void close() { client_.close(); }

    tgcall::client &client() { return client_; }
    telegram &connection() { return telegram_; }

  private:
    std::mutex lock_;
    std::deque<tgcall::kept> told_;
    telegram telegram_;
    tgcall::client client_; // the first to go, as its thread uses the rest
};

struct world {
    account alice, bob;

    /** With what is made for each of the two. */
    template <class Config> world(std::uint16_t port, Config config)
        : alice(port, 1001, config(1001)), bob(port, 1002, config(1002))
    {
    }

    template <class Until> void run(Until until)
    {
        const std::chrono::steady_clock::time_point give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!until()) {
            CHECK(std::chrono::steady_clock::now() < give_up);
            alice.turn();
            bob.turn();
        }
    }

    template <class Event, class Look> tgcall::kept next(account &account, Look look)
    {
        std::optional<tgcall::kept> found;
        run([&] { return (found = account.take<Event>(look)).has_value(); });
        return std::move(*found);
    }

    template <class Event> tgcall::kept next(account &account)
    {
        return next<Event>(account, [](const Event &) { return true; });
    }
};

inline const auto is_active = [](const ev::call_state &e) { return e.state == tgcall::call_state::active; };

#endif
