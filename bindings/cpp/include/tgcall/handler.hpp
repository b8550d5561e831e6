// How events reach the host's code.
#ifndef TGCALL_HANDLER_HPP
#define TGCALL_HANDLER_HPP

#include <tgcall/events.hpp>

namespace tgcall {

namespace detail {

/** What no other handler takes, which is ignored. */
struct ignored {
    struct anything {
        template <class T> anything(const T &) noexcept {}
    };
    void operator()(anything) const noexcept {}
};

template <class... Functions> struct cases : Functions..., ignored {
    explicit cases(Functions... functions) : Functions(std::move(functions))... {}
    using Functions::operator()...;
    using ignored::operator();
};

/** A handler, with whose events it takes. */
template <class Handler> struct running {
    client_line *line;
    Handler handler;
    std::shared_ptr<error_hook> errors;

    static void on_event(void *userdata, tgcall_client *, const tgcall_event *raw)
    {
        static_cast<running *>(userdata)->take(raw);
    }

    void take(const tgcall_event *raw)
    {
        const callback_mark mark; // left last: a handler that closes the client has it freed here
        const inside<client_line> in(line);
        if (in) errors->guard([&] { handler(read(events::lent(raw, line))); });
    }
};

} // namespace detail

/** A handler of events from a lambda for each kind that the host is interested in, as for std::visit; the rest is ignored:
 * `client.start(tgcall::on{[](const events::invoke &e) {…}, [](const events::call_ended &e) {…}})`. */
template <class... Functions> class on
{
  public:
    explicit on(Functions... functions) : cases_(std::move(functions)...) {}

    void operator()(const event &event)
    {
        std::visit(cases_, event);
    }

  private:
    detail::cases<Functions...> cases_;
};

/** A copy of an event, to keep as long as the host likes and on any thread. */
class kept
{
  public:
    kept() noexcept = default;
    explicit kept(const events::lent &event)
        : line_(detail::handle<detail::client_line>::of(event.line)), raw_(tgcall_event_copy(event.raw))
    {
    }
    explicit kept(const tgcall::event &event)
        : kept(std::visit([](const auto &event) -> const events::lent & { return event; }, event))
    {
    }

    /** The event, which lends until this goes. Unknown if nothing is kept. */
    tgcall::event get() const noexcept { return detail::read(events::lent(raw_.get(), line_.get())); }

  private:
    struct free {
        void operator()(tgcall_event *event) const noexcept { tgcall_event_free(event); }
    };
    detail::handle<detail::client_line> line_;
    std::unique_ptr<tgcall_event, free> raw_;
};

namespace events {

/** The samples of a frame of sound, interleaved. */
inline span<const std::int16_t> samples(const audio_frame &frame) noexcept
{
    return {reinterpret_cast<const std::int16_t *>(frame.bytes.data()), frame.bytes.size() / sizeof(std::int16_t)};
}

} // namespace events

} // namespace tgcall

#endif
