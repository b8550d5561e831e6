// A host's connection to Telegram. Here Telegram is `tgcall-sim` on loopback, so a request is a frame on a TCP socket; a real host
// hands the same bytes to its MTProto library.
//
// A frame, little-endian: u32 bytes that follow, u8 kind, u64 request id, TL body.
#ifndef TELEGRAM_HPP
#define TELEGRAM_HPP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <tgcall.hpp>

class telegram
{
  public:
    /** Connects, says who we are, and learns the time and whom we know. */
    telegram(std::uint16_t port, std::int64_t account) : fd_(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr *>(&to), sizeof to) != 0)
            throw std::runtime_error("tgcall-sim does not answer");
        std::string hello;
        put(hello, 8, std::uint64_t(account));
        put(hello, 4, 1); // the device
        send(HELLO, 1, tgcall::as_bytes(hello));
        while (hello_.empty()) read(nullptr);
    }
    ~telegram() { close(fd_); }
    telegram(const telegram &) = delete;
    telegram &operator=(const telegram &) = delete;

    std::chrono::seconds time() const { return std::chrono::seconds(get(hello_, 0, 8)); }

    /** The access hash by which we know a user; 0 for a stranger. */
    std::int64_t access_hash(std::int64_t user) const
    {
        for (std::size_t at = 12; at + 20 <= hello_.size(); at += 20 + std::size_t(get(hello_, at + 16, 4)))
            if (std::int64_t(get(hello_, at, 8)) == user) return std::int64_t(get(hello_, at + 8, 8));
        return 0;
    }

    /** A chat of ours, as it was when we connected. */
    struct chat {
        tgcall::peer peer;
        tgcall::telegram_id call; // of the group call that was up; 0: none
    };
    chat find_chat(std::int64_t id) const
    {
        const std::uint64_t users = get(hello_, 8, 4);
        std::size_t at = 12;
        for (std::uint64_t i = 0; i < users; i++) at += 20 + std::size_t(get(hello_, at + 16, 4));
        for (std::uint64_t i = 0; i < users; i++) at += 4 + std::size_t(get(hello_, at, 4)); // their second names
        for (at += 4; at + 37 <= hello_.size(); at += 37 + std::size_t(get(hello_, at + 33, 4))) {
            const auto number = [&](std::size_t field) { return std::int64_t(get(hello_, at + field, 8)); };
            if (number(1) != id) continue;
            const tgcall::peer peer = hello_[at] ? tgcall::peers::channel(id, number(9)) : tgcall::peers::chat(id);
            return {peer, {number(17), number(25)}};
        }
        throw std::runtime_error("there is no such chat");
    }

    /** Sends a request; its answer comes to the client by itself. On any thread. */
    void invoke(std::uint64_t request, tgcall::bytes body)
    {
        waiting_++;
        send(REQUEST, request, body);
    }

    /** Whether a request has no answer yet. */
    bool is_busy() const { return waiting_ > 0; }

    /** Waits until something arrives, at most so long, and hands it to the client. */
    void wait(tgcall::client &client, std::chrono::milliseconds at_most)
    {
        pollfd fd{fd_, POLLIN, 0};
        if (poll(&fd, 1, int(at_most.count())) > 0) read(&client);
    }

  private:
    enum kind { REQUEST = 0, ANSWER = 1, UPDATE = 2, HELLO = 3 };

    static void put(std::string &to, int size, std::uint64_t number)
    {
        for (; size > 0; size--, number >>= 8) to += char(number);
    }
    static std::uint64_t get(const std::string &from, std::size_t at, int size)
    {
        std::uint64_t number = 0;
        while (size-- > 0) number = number << 8 | std::uint8_t(from[at + std::size_t(size)]);
        return number;
    }

    void send(kind kind, std::uint64_t request, tgcall::bytes body)
    {
        std::string frame;
        put(frame, 4, 9 + body.size());
        put(frame, 1, kind);
        put(frame, 8, request);
        frame += tgcall::as_text(body);
        const std::lock_guard<std::mutex> lock(sending_);
        for (std::size_t at = 0; at < frame.size();) {
            const ssize_t sent = ::send(fd_, frame.data() + at, frame.size() - at, MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("no connection to Telegram");
            at += std::size_t(sent);
        }
    }

    void read(tgcall::client *client)
    {
        char data[65536];
        const ssize_t got = recv(fd_, data, sizeof data, 0);
        if (got <= 0) throw std::runtime_error("no connection to Telegram");
        arrived_.append(data, std::size_t(got));
        while (arrived_.size() >= 13 && arrived_.size() >= 4 + get(arrived_, 0, 4)) {
            const std::string frame = arrived_.substr(4, std::size_t(get(arrived_, 0, 4)));
            arrived_.erase(0, 4 + frame.size());
            take(client, kind(frame.at(0)), get(frame, 1, 8), frame.substr(9));
        }
    }

    void take(tgcall::client *client, kind kind, std::uint64_t request, const std::string &body)
    {
        constexpr std::uint32_t RPC_ERROR = 0x2144ca19;
        if (kind == HELLO) hello_ = body;
        if (!client) return;
        if (kind == UPDATE) client->handle_update(tgcall::as_bytes(body)); // all of them
        if (kind != ANSWER) return;
        waiting_--;
        try {
            if (body.size() >= 9 && get(body, 0, 4) == RPC_ERROR)
                client->handle_error(request, std::int32_t(get(body, 4, 4)), body.substr(9, std::uint8_t(body[8])));
            else
                client->handle_answer(request, tgcall::as_bytes(body));
        } catch (const tgcall::exception &why) {
            if (why.code() != tgcall::status::err_not_found) throw; // nobody waits for it any more
        }
    }

    int fd_;
    std::string hello_, arrived_;
    std::mutex sending_;
    std::atomic<int> waiting_{0};
};

#endif
