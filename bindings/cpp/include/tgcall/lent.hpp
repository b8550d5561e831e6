// What all events have in common.
#ifndef TGCALL_LENT_HPP
#define TGCALL_LENT_HPP

#include <tgcall/handle.hpp>

namespace tgcall {
namespace events {

/** An event, and what it lends: until the handler returns, or as long as the `kept` it comes from. */
struct lent {
    lent(const tgcall_event *raw, detail::client_line *line) noexcept
        : raw(raw), line(line), call_id(tgcall_event_get_call(raw))
    {
    }

    /** One line for a log; the wording may change. */
    std::string_view text() const noexcept { return detail::view(tgcall_event_get_text(raw)); }

    /** What was hung on the call. */
    template <class T = void> T *userdata() const noexcept
    {
        return static_cast<T *>(tgcall_event_get_call_userdata(raw));
    }

    /** What kind of event it is, also one that this header does not know. */
    event_kind kind() const noexcept { return event_kind(tgcall_event_get_kind(raw)); }

    const tgcall_event *raw;
    detail::client_line *line; // whose; for basic_call
    /** The call it is about; 0: of none. `tgcall::call(event)` is a handle to it. */
    std::uint64_t call_id;
};

} // namespace events
} // namespace tgcall

#endif
