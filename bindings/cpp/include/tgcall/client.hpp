// One Telegram account.
#ifndef TGCALL_CLIENT_HPP
#define TGCALL_CLIENT_HPP

#include <tgcall/call.hpp>
#include <tgcall/config.hpp>
#include <tgcall/group.hpp>
#include <tgcall/handler.hpp>

namespace tgcall {

/** One Telegram account and all its calls. Its end ends them without a word to Telegram: discard them first.
 *
 * It may be closed, moved from and destroyed at any time: in the destructor of a static or thread-local object, from inside a
 * handler, while other threads are in its functions. Destructor and close wait until no handler runs, unless they are called
 * from inside one; what is called afterwards is status::err_state. */
template <class Policy = throws> class basic_client
{
    template <class T> using answer = typename Policy::template result<T>;

  public:
    using policy = Policy;
    using call_type = basic_call<Policy>;
    using group_type = basic_group<Policy>;

    /** Of no account: every function is status::err_state. */
    basic_client() noexcept = default;
    /** Makes a client, where failures are thrown; else see make. */
    template <class P = Policy, class = std::enable_if_t<std::is_same_v<typename P::template result<int>, int>>>
    explicit basic_client(const config &config) : basic_client(make(config))
    {
    }
    basic_client(basic_client &&) noexcept = default;
    basic_client &operator=(basic_client &&other) noexcept
    {
        if (this != &other) {
            close();
            line_ = std::move(other.line_);
        }
        return *this;
    }
    ~basic_client() { close(); }

    static answer<basic_client> make(const config &config)
    {
        if (const auto why = config.refusal()) return Policy::template fail<basic_client>(why->code(), why->text());
        tgcall_client *raw = nullptr;
        const tgcall_status status = tgcall_client_new(config.raw_.get(), &raw);
        return detail::answer<Policy, basic_client>(status, [&] {
            return basic_client(handle(new detail::client_line(raw, config.hooks_)));
        });
    }

    /** Ends it, as the destructor does. */
    void close() noexcept
    {
        if (line_.get()) line_.get()->close();
    }
    bool is_open() const noexcept { return line_.get() && !line_.get()->is_closed(); }

    /** Starts the library's thread, which runs the handler (of a tgcall::event, such as tgcall::on) for every event. It carries the
     * sound as well: return soon. */
    template <class Handler> answer<void> start(Handler handler)
    {
        using running = detail::running<Handler>;
        const inside in(line_);
        if (!in) return detail::closed<Policy, void>();
        auto made = std::make_shared<running>(running{in.line(), std::move(handler), in.line()->errors()});
        const tgcall_status status = tgcall_client_start(in.raw(), running::on_event, made.get());
        if (status == TGCALL_OK) in.line()->handler = std::move(made); // one start alone succeeds
        return detail::answer<Policy>(status);
    }

    /** Embedded: runs the timers that are due and the handler for all events. False: there were none. */
    template <class Handler> answer<bool> drain(Handler &&handler)
    {
        return take<bool>(std::forward<Handler>(handler), [](tgcall_client *raw, auto &running) {
            return tgcall_client_drain(raw, std::decay_t<decltype(running)>::on_event, &running);
        });
    }
    /** The same with one event. */
    template <class Handler> answer<bool> poll(Handler &&handler)
    {
        return take<bool>(std::forward<Handler>(handler), [](tgcall_client *raw, auto &running) {
            const tgcall_event *event = nullptr;
            const tgcall_status status = tgcall_client_poll(raw, &event);
            if (status == TGCALL_OK) running.take(event);
            return status;
        });
    }
    /** The same, with a copy of the event. */
    answer<std::optional<kept>> poll()
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, std::optional<kept>>();
        const turn turn(in.line());
        if (!turn) return taken<std::optional<kept>>();
        const tgcall_event *event = nullptr;
        const tgcall_status status = tgcall_client_poll(in.raw(), &event);
        return detail::answer<Policy, std::optional<kept>>(status, [&] {
            return status == TGCALL_OK ? std::optional<kept>(kept(events::lent(event, in.line()))) : std::nullopt;
        });
    }
    /** Embedded: how long the loop may sleep; none is: until something arrives. */
    answer<std::optional<std::chrono::milliseconds>> next_timeout() const
    {
        using timeout = std::optional<std::chrono::milliseconds>;
        std::int32_t timeout_ms = -1;
        return ask<timeout>([&](auto *client) { return tgcall_client_get_next_timeout(client, &timeout_ms); }, [&] {
            return timeout_ms < 0 ? std::nullopt : timeout(std::chrono::milliseconds(timeout_ms));
        });
    }

    // Telegram.

    /** Telegram's update in whatever shape it came. False: it is not about calls, or not readable. */
    answer<bool> handle_update(bytes update)
    {
        return verb_bool(tgcall_client_handle_update, update.data(), update.size());
    }
    /** The answer to an events::invoke. False: it is not readable. */
    answer<bool> handle_answer(std::uint64_t request, bytes answer = {})
    {
        return verb_bool(tgcall_client_handle_answer, request, answer.data(), answer.size());
    }
    /** The rpc_error that answers an events::invoke; code 0: it got no answer at all. */
    answer<void> handle_error(std::uint64_t request, std::int32_t code, text text)
    {
        return verb(tgcall_client_handle_error, request, code, text.data());
    }
    /** messages.dhConfig, decoded; an empty p is messages.dhConfigNotModified. */
    answer<void> handle_dh_config(std::uint64_t request, std::int32_t g, bytes p, std::int32_t version, bytes random)
    {
        return verb(tgcall_client_handle_dh_config, request, g, p.data(), p.size(), version, random.data(),
                    random.size());
    }
    /** phoneCallRequested, decoded. None: known, too old, not for us, or answered busy. */
    answer<std::optional<call_type>> handle_requested(telegram_id id, std::int64_t admin_id, std::int32_t date_s,
                                                      bool video, bytes g_a_hash)
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, std::optional<call_type>>();
        std::uint64_t call = 0;
        const tgcall_status status =
            tgcall_client_handle_requested(in.raw(), id.id, id.access_hash, admin_id, date_s, int(video),
                                           g_a_hash.data(), g_a_hash.size(), &call);
        return detail::answer<Policy, std::optional<call_type>>(status, [&] {
            return call ? std::optional<call_type>(call_type(handle::of(in.line()), call)) : std::nullopt;
        });
    }
    /** Telegram's clock, since 1970. */
    answer<void> set_server_time(std::chrono::seconds unix_time)
    {
        return verb(tgcall_client_set_server_time, std::int64_t(unix_time.count()));
    }

    // Calls.

    /** Calls a user; Telegram is asked by an events::invoke. */
    answer<call_type> request(std::int64_t user_id, std::int64_t access_hash, bool video = false,
                              void *userdata = nullptr)
    {
        return new_call([&](auto *client, std::uint64_t *call) {
            return tgcall_request(client, user_id, access_hash, int(video), userdata, call);
        });
    }
    /** Takes over a call for which the host's Telegram library agreed on the 256-byte key.
     * @param who  direction::outgoing if we are the caller. */
    answer<call_type> attach(direction who, bytes key, void *userdata = nullptr)
    {
        if (who != direction::outgoing && who != direction::incoming)
            return detail::refuse<Policy, call_type>("a call is outgoing or incoming");
        return new_call([&](auto *client, std::uint64_t *call) {
            return tgcall_attach(client, who == direction::outgoing, key.data(), key.size(), userdata, call);
        });
    }
    /** A handle to a call by its id. Whether there is one shows when it is used. */
    call_type call(std::uint64_t id) const noexcept { return call_type(line_, id); }
    /** The same of a group call. */
    group_type group(std::uint64_t id) const noexcept { return group_type(line_, id); }
    /** Those that are up, oldest first. */
    answer<std::vector<std::uint64_t>> calls() const
    {
        std::vector<std::uint64_t> ids;
        return ask<std::vector<std::uint64_t>>(
            [&](auto *client) {
                return detail::fill(ids, [=](std::uint64_t *ids, std::size_t capacity, std::size_t *count) {
                    return tgcall_client_get_calls(client, ids, capacity, count);
                });
            },
            [&] { return std::move(ids); });
    }
    /** Figures of the client itself, as call::stats. */
    template <class... Stats> answer<figures<sizeof...(Stats)>> stats(Stats... stats) const
    {
        detail::asked<sizeof...(Stats)> asked(stats...);
        return ask<figures<sizeof...(Stats)>>(
            [&](auto *client) {
                return tgcall_client_get_stats(client, asked.stats, sizeof...(Stats), asked.values);
            },
            [&] { return asked.figures(); });
    }
    /** The library_versions for a phoneCallProtocol that the host writes. The texts live for ever. */
    answer<std::vector<std::string_view>> versions() const
    {
        std::vector<std::string_view> versions;
        return ask<std::vector<std::string_view>>(
            [&](auto *client) {
                tgcall_text version{};
                tgcall_status status;
                while ((status = tgcall_client_get_version(client, versions.size(), &version)) == TGCALL_OK)
                    versions.push_back(detail::view(version));
                return status;
            },
            [&] { return std::move(versions); });
    }

    // Group calls.

    /** Names a group call of a chat; nothing is sent. Set what is to be set, then group::join. */
    answer<group_type> open_group(telegram_id id, void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_open(client, id.id, id.access_hash, userdata, call);
        });
    }
    /** Has Telegram make a group call in a chat: call_state::open tells that it has, and events::call_ended that it has not.
     * @param schedule_unix  When it is announced to start, since 1970; 0: now. */
    answer<group_type> create_group(const peer &chat, text title = nullptr,
                                    std::chrono::seconds schedule_unix = std::chrono::seconds(0), bool rtmp = false,
                                    void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_create(client, &chat, title.data(), std::int64_t(schedule_unix.count()), int(rtmp),
                                       userdata, call);
        });
    }
    /** Has Telegram make a conference, and goes in with it, muted or not, if that is said. Its link is in the roster. */
    answer<group_type> create_conference(bool join = true, bool muted = false, void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_create_conference(client, int(join), int(muted), userdata, call);
        });
    }
    /** Makes a conference of a private call, and invites others: events::call_migrated tells that the other side was told. */
    answer<group_type> upgrade(std::uint64_t call, span<const peer> users = {})
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *new_call) {
            return tgcall_call_upgrade(client, call, users.data(), users.size(), new_call);
        });
    }
    /** Opens a conference by its link or the slug of that; nothing is sent. Then group::join. */
    answer<group_type> open_link(text link, void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_open_link(client, link.data(), userdata, call);
        });
    }
    /** The same by the message of an invitation. */
    answer<group_type> open_invitation(std::int32_t message_id, void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_open_invitation(client, message_id, userdata, call);
        });
    }
    /** Begins a group call that the host's Telegram library joins: with group::payload, whose answer goes to group::connect. */
    answer<group_type> attach_group(bool muted = false, void *userdata = nullptr)
    {
        return new_call<group_type>([&](auto *client, std::uint64_t *call) {
            return tgcall_group_attach(client, int(muted), userdata, call);
        });
    }
    /** Asks as whom one may join the calls of a chat, which events::answer tells. The number of the request; so of what follows. */
    answer<std::uint64_t> get_join_as(const peer &chat) { return wish(tgcall_group_get_join_as, &chat); }
    /** As whom this account joins the calls of a chat by default. */
    answer<std::uint64_t> save_join_as(const peer &chat, const peer &join_as)
    {
        return wish(tgcall_group_save_join_as, &chat, &join_as);
    }
    /** Asks where the program of an RTMP stream goes, and for its secret key. */
    answer<std::uint64_t> get_rtmp(const peer &peer, bool story = false, bool revoke = false)
    {
        return wish(tgcall_group_get_rtmp, &peer, int(story), int(revoke));
    }

    // Settings that reach calls that are up.

    answer<void> set_log_level(log_level level) { return verb(tgcall_client_set_log_level, std::uint32_t(level)); }
    /** Sends media through another SOCKS5 proxy; without a host, through none. */
    answer<void> set_proxy(text host, std::uint16_t port = 0, text username = nullptr, text password = nullptr)
    {
        return verb(tgcall_client_set_proxy, host.data(), port, username.data(), password.data());
    }
    answer<void> set_p2p(p2p use) { return verb(tgcall_client_set_p2p, std::uint32_t(use)); }
    /** Sends as little as makes sense. */
    answer<void> set_low_data(bool low) { return verb(tgcall_client_set_low_data, int(low)); }
    /** The addresses of this machine that calls may use, ports 0. */
    answer<void> set_interfaces(span<const address> interfaces)
    {
        return verb(tgcall_client_set_interfaces, interfaces.data(), interfaces.size());
    }

    // Embedded: the host's sockets. Drain afterwards.

    answer<void> handle_opened(std::uint64_t socket, const address &local)
    {
        return verb(tgcall_client_handle_opened, socket, &local);
    }
    answer<void> handle_closed(std::uint64_t socket) { return verb(tgcall_client_handle_closed, socket); }
    answer<void> handle_datagram(std::uint64_t socket, const address &from, bytes data)
    {
        return verb(tgcall_client_handle_datagram, socket, &from, data.data(), data.size());
    }
    answer<void> handle_stream(std::uint64_t socket, bytes data)
    {
        return verb(tgcall_client_handle_stream, socket, data.data(), data.size());
    }

  private:
    using inside = detail::inside<detail::client_line>;
    using handle = detail::handle<detail::client_line>;

    /** One drain or poll at a time: another from inside a handler would take away the event that it is about. */
    class turn
    {
      public:
        explicit turn(detail::client_line *line) noexcept : line_(line->taking.exchange(true) ? nullptr : line) {}
        ~turn()
        {
            if (line_) line_->taking.store(false);
        }
        turn(const turn &) = delete;
        turn &operator=(const turn &) = delete;
        explicit operator bool() const noexcept { return line_; }

      private:
        detail::client_line *line_;
    };

    explicit basic_client(handle line) noexcept : line_(std::move(line)) {}

    template <class T> static answer<T> taken()
    {
        return Policy::template fail<T>(status::err_state, "events are being taken already");
    }

    template <class T, class Handler, class Take> answer<T> take(Handler &&handler, Take take)
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, T>();
        const turn turn(in.line());
        if (!turn) return taken<T>();
        detail::running<Handler &> running{in.line(), handler, in.line()->errors()};
        return detail::answer_bool<Policy>(take(in.raw(), running));
    }

    template <class... Parameters, class... Arguments>
    answer<void> verb(tgcall_status (*function)(tgcall_client *, Parameters...), Arguments... arguments)
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, void>();
        return detail::answer<Policy>(function(in.raw(), arguments...));
    }

    template <class... Parameters, class... Arguments>
    answer<bool> verb_bool(tgcall_status (*function)(tgcall_client *, Parameters...), Arguments... arguments)
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, bool>();
        return detail::answer_bool<Policy>(function(in.raw(), arguments...));
    }

    template <class T, class Ask, class Get> answer<T> ask(Ask ask, Get get) const
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, T>();
        return detail::answer<Policy, T>(ask(in.raw()), get);
    }

    template <class Call = call_type, class Make> answer<Call> new_call(Make make)
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, Call>();
        std::uint64_t call = 0;
        const tgcall_status status = make(in.raw(), &call);
        return detail::answer<Policy, Call>(status, [&] { return Call(handle::of(in.line()), call); });
    }

    template <class Function, class... Arguments>
    answer<std::uint64_t> wish(Function *function, Arguments... arguments) const
    {
        std::uint64_t request = 0;
        return ask<std::uint64_t>([&](auto *client) { return function(client, arguments..., &request); },
                                  [&] { return request; });
    }

    handle line_;
};

using client = basic_client<>;

} // namespace tgcall

#endif
