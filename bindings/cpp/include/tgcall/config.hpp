// Settings, and the functions of the host that the library calls.
#ifndef TGCALL_CONFIG_HPP
#define TGCALL_CONFIG_HPP

#include <initializer_list>
#include <limits>
#include <vector>

#include <tgcall/handle.hpp>

namespace tgcall {

template <class Policy> class basic_client;
template <class Policy> class basic_conference;

/** The settings of a client, each with a default. One that is refused is remembered, and making a client says why: so they can be
 * written one behind the other. A client copies them.
 *
 * Handlers are stored here and shared with the clients; several clients may run one at the same time. They may throw: see
 * on_error. Clock, random source and logger run under the library's lock and must not call back. */
class config
{
  public:
    config() : raw_(tgcall_config_new(), tgcall_config_free) {}

    /** Our own user id. Default 0: learnt from the first call. */
    config &user_id(std::int64_t id) { return set(tgcall_config_set_user_id, id); }

    /** Library versions to offer, preferred first. */
    config &versions(std::initializer_list<const char *> versions)
    {
        return set(tgcall_config_set_versions, versions.begin(), versions.size());
    }
    config &versions(span<const std::string> versions)
    {
        std::vector<const char *> texts;
        for (const std::string &version : versions) texts.push_back(text(version).data());
        return set(tgcall_config_set_versions, texts.data(), texts.size());
    }

    /** How many private calls may be up at once. Default 1. */
    config &max_calls(std::uint32_t count) { return set(tgcall_config_set_max_calls, count); }

    /** Whether an outgoing call is confirmed as soon as it is accepted. Default yes; else call::confirm. */
    config &auto_confirm(bool yes) { return set(tgcall_config_set_auto_confirm, int(yes)); }

    /** Whether a private call that the other side makes a conference of is followed there. Default yes. */
    config &auto_migrate(bool yes) { return set(tgcall_config_set_auto_migrate, int(yes)); }

    /** Telegram's call_receive_timeout_ms and call_ring_timeout_ms. */
    config &timers(std::chrono::milliseconds receive, std::chrono::milliseconds ring)
    {
        // 0 is refused by the library, and so is what does not fit.
        const auto fit = [](std::chrono::milliseconds time) {
            const auto count = time.count();
            return count < 0 || count > std::numeric_limits<std::uint32_t>::max() ? 0 : std::uint32_t(count);
        };
        return set(tgcall_config_set_timers, fit(receive), fit(ring));
    }

    /** Who carries the sound. Default media::library. */
    config &media(tgcall::media who) { return set(tgcall_config_set_media, std::uint32_t(who)); }

    /** What this host encodes and decodes pictures with, preferred first. Default: nothing. */
    config &video_codecs(span<const video_codec> encoded, span<const video_codec> decoded)
    {
        const std::vector<std::uint32_t> in = detail::numbers(encoded), out = detail::numbers(decoded);
        return set(tgcall_config_set_video_codecs, in.data(), in.size(), out.data(), out.size());
    }

    /** Whether direct paths are used. Default p2p::follow. */
    config &p2p(tgcall::p2p use) { return set(tgcall_config_set_p2p, std::uint32_t(use)); }

    /** Sends media through a SOCKS5 proxy; without a host, through none.
     * @param host  An IP address, not a name. */
    config &proxy(text host, std::uint16_t port = 0, text username = nullptr, text password = nullptr)
    {
        return set(tgcall_config_set_proxy, host.data(), port, username.data(), password.data());
    }

    /** Replaces the monotonic clock by a function that answers a std::chrono duration since any moment. */
    template <class Function> config &clock(Function function)
    {
        return hook(hooks_.clock, std::move(function), [this](auto *made) {
            using hook = std::remove_pointer_t<decltype(made)>;
            return tgcall_config_set_clock(raw_.get(), hook::clock, made);
        });
    }

    /** Replaces the system's randomness by a function that fills a span<std::uint8_t> and answers whether it could: where it could
     * not, the client is dead. */
    template <class Function> config &random(Function function)
    {
        return hook(hooks_.random, std::move(function), [this](auto *made) {
            using hook = std::remove_pointer_t<decltype(made)>;
            return tgcall_config_set_random(raw_.get(), hook::random, made);
        });
    }

    /** Gives the log a place to go: a function that takes a log_level, the id of the call or 0, and a std::string_view. */
    template <class Function> config &logger(log_level level, Function function)
    {
        return hook(hooks_.logger, std::move(function), [this, level](auto *made) {
            using hook = std::remove_pointer_t<decltype(made)>;
            return tgcall_config_set_logger(raw_.get(), std::uint32_t(level), hook::log, made);
        });
    }

    /** Embedded: a function without arguments that makes the sleeping loop turn. */
    template <class Function> config &wake(Function function)
    {
        return hook(hooks_.wake, std::move(function), [this](auto *made) {
            using hook = std::remove_pointer_t<decltype(made)>;
            return tgcall_config_set_wake(raw_.get(), hook::wake, made);
        });
    }

    /** Started: a function that takes a socket (std::ptrdiff_t) before it is used, and its protocol, and answers whether it may be.
     */
    template <class Function> config &socket(Function function)
    {
        return hook(hooks_.socket, std::move(function), [this](auto *made) {
            using hook = std::remove_pointer_t<decltype(made)>;
            return tgcall_config_set_socket(raw_.get(), hook::socket, made);
        });
    }

    config &clock(std::nullptr_t) { return unhook(hooks_.clock, tgcall_config_set_clock); }
    config &random(std::nullptr_t) { return unhook(hooks_.random, tgcall_config_set_random); }
    config &wake(std::nullptr_t) { return unhook(hooks_.wake, tgcall_config_set_wake); }
    config &socket(std::nullptr_t) { return unhook(hooks_.socket, tgcall_config_set_socket); }
    config &logger(std::nullptr_t)
    {
        set(tgcall_config_set_logger, std::uint32_t(TGCALL_LOG_LEVEL_OFF), tgcall_log_fn(nullptr), nullptr);
        hooks_.logger.reset();
        return *this;
    }

    /** Takes what handlers throw, as a std::exception_ptr, on the thread they ran on: it never reaches the library. It holds for all
     * that is made from this configuration, also what is made already. Without one, a line goes to stderr. A clock that throws
     * answers 0, a random source or socket hook that throws says no. */
    config &on_error(std::function<void(std::exception_ptr)> hook)
    {
        if (hooks_.errors) hooks_.errors->set(std::move(hook));
        return *this;
    }

    /** What was refused first, if anything was. */
    const std::optional<tgcall::error> &error() const noexcept { return error_; }

  private:
    template <class Policy> friend class basic_client;
    template <class Policy> friend class basic_conference;

    template <class Function> struct hook_of {
        Function function;
        std::shared_ptr<detail::error_hook> errors;

        template <class Run> static void run(void *userdata, Run &&run)
        {
            const detail::callback_mark mark;
            auto &self = *static_cast<hook_of *>(userdata);
            self.errors->guard([&] { run(self.function); });
        }
        static std::uint64_t clock(void *userdata)
        {
            std::uint64_t now = 0;
            run(userdata, [&](Function &function) {
                now = std::uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(function()).count());
            });
            return now;
        }
        static int random(void *userdata, std::uint8_t *buffer, std::size_t size)
        {
            bool filled = false;
            run(userdata, [&](Function &function) { filled = function(span<std::uint8_t>(buffer, size)); });
            return filled ? 0 : 1;
        }
        static void log(void *userdata, tgcall_log_level level, std::uint64_t call, tgcall_text line)
        {
            run(userdata, [&](Function &function) { function(log_level(level), call, detail::view(line)); });
        }
        static void wake(void *userdata)
        {
            run(userdata, [](Function &function) { function(); });
        }
        static int socket(void *userdata, std::ptrdiff_t fd, std::uint32_t protocol)
        {
            bool admitted = false;
            run(userdata, [&](Function &function) { admitted = function(fd, tgcall::protocol(protocol)); });
            return admitted ? 0 : 1;
        }
    };

    template <class... Parameters, class... Arguments>
    config &set(tgcall_status (*setter)(tgcall_config *, Parameters...), Arguments... arguments)
    {
        note(setter(raw_.get(), arguments...));
        return *this;
    }

    template <class Function, class Set> config &hook(std::shared_ptr<void> &slot, Function function, Set set)
    {
        auto made = std::make_shared<hook_of<Function>>(hook_of<Function>{std::move(function), hooks_.errors});
        if (note(set(made.get()))) slot = std::move(made);
        return *this;
    }

    template <class Function>
    config &unhook(std::shared_ptr<void> &slot, tgcall_status (*setter)(tgcall_config *, Function, void *))
    {
        if (note(setter(raw_.get(), nullptr, nullptr))) slot.reset();
        return *this;
    }

    /** Why nothing can be made from it, if so. */
    std::optional<tgcall::error> refusal() const noexcept
    {
        if (!raw_) return tgcall::error(status::err_argument, "the configuration was moved from");
        return error_;
    }

    bool note(tgcall_status status)
    {
        if (status < 0 && !error_) error_.emplace(tgcall::status(status), detail::view(tgcall_status_get_text()));
        return status >= 0;
    }

    std::unique_ptr<tgcall_config, void (*)(tgcall_config *)> raw_;
    detail::hooks hooks_;
    std::optional<tgcall::error> error_;
};

} // namespace tgcall

#endif
