// How a failure reaches the host: by an exception or by value, as the policy that is a class's one parameter has it.
#ifndef TGCALL_RESULT_HPP
#define TGCALL_RESULT_HPP

#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <tgcall/enums.hpp>
#include <tgcall/view.hpp>

namespace tgcall {

/** Why a function refused: what to do about it, and the story for a developer. It owns no memory, so an audio thread may fail
 * as often as it likes; a story that is too long for it is cut. */
class error
{
  public:
    error(status code, std::string_view story) noexcept : code_(code)
    {
        std::size_t size = story.size() < sizeof story_ ? story.size() : sizeof story_;
        if (size < story.size()) // not in the middle of a character
            while (size > 0 && (static_cast<unsigned char>(story[size]) & 0xc0) == 0x80) size--;
        if (size > 0) std::memcpy(story_, story.data(), size);
        size_ = static_cast<std::uint16_t>(size);
    }

    status code() const noexcept { return code_; }
    std::string_view text() const noexcept { return {story_, size_}; }

  private:
    status code_;
    std::uint16_t size_;
    char story_[378];
};

/** The same, thrown. */
class exception : public std::runtime_error
{
  public:
    exception(status code, std::string_view story) : std::runtime_error(std::string(story)), code_(code) {}

    status code() const noexcept { return code_; }

  private:
    status code_;
};

namespace detail {

/** Throws, or ends a program that was built without exceptions. */
[[noreturn]] inline void raise(status code, std::string_view story)
{
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
    throw exception(code, story);
#else
    (void)code, (void)story;
    std::abort();
#endif
}

} // namespace detail

/** A value, or why there is none. */
template <class T> class [[nodiscard]] result
{
  public:
    result(T value) : either_(std::in_place_index<0>, std::move(value)) {}
    result(tgcall::error why) noexcept : either_(std::in_place_index<1>, why) {}

    bool has_value() const noexcept { return either_.index() == 0; }
    /** Not for a result of bool, where a yes or no would be mistaken for it. */
    template <class U = T, class = std::enable_if_t<!std::is_same_v<U, bool>>> explicit operator bool() const noexcept
    {
        return has_value();
    }
    /** Throws if there is none. */
    T &value() & { return check(), *std::get_if<0>(&either_); }
    const T &value() const & { return check(), *std::get_if<0>(&either_); }
    T &&value() && { return check(), std::move(*std::get_if<0>(&either_)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    T value_or(T otherwise) const { return has_value() ? *std::get_if<0>(&either_) : std::move(otherwise); }
    /** Why there is none; status ok if there is one. */
    tgcall::error error() const noexcept
    {
        return has_value() ? tgcall::error(status::ok, {}) : *std::get_if<1>(&either_);
    }

  private:
    void check() const
    {
        if (const auto *why = std::get_if<1>(&either_)) detail::raise(why->code(), why->text());
    }

    std::variant<T, tgcall::error> either_;
};

template <> class [[nodiscard]] result<void>
{
  public:
    result() noexcept = default;
    result(tgcall::error why) noexcept : why_(why) {}

    bool has_value() const noexcept { return !why_; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const
    {
        if (why_) detail::raise(why_->code(), why_->text());
    }
    tgcall::error error() const noexcept { return why_ ? *why_ : tgcall::error(status::ok, {}); }

  private:
    std::optional<tgcall::error> why_;
};

/* A policy says what functions answer: `result<T>`, made by `give` from a value and by `fail` from a failure. A program may have
 * one of its own, for the expected<T> that it uses elsewhere. */

/** Functions answer T, and throw tgcall::exception. */
struct throws {
    template <class T> using result = T;
    template <class T> static T give(T value) { return value; }
    template <class T> [[noreturn]] static T fail(status code, std::string_view story) { detail::raise(code, story); }
    static void done() noexcept {}
};

/** Functions answer tgcall::result<T>, and throw nothing. */
struct returns {
    template <class T> using result = tgcall::result<T>;
    template <class T> static tgcall::result<T> give(T value) { return tgcall::result<T>(std::move(value)); }
    template <class T> static tgcall::result<T> fail(status code, std::string_view story) { return error(code, story); }
    static tgcall::result<void> done() noexcept { return {}; }
};

namespace detail {

/** The value if the library agreed, else its story. */
template <class Policy, class T, class Get>
typename Policy::template result<T> answer(tgcall_status status, Get get)
{
    if (status < 0) return Policy::template fail<T>(tgcall::status(status), view(tgcall_status_get_text()));
    if constexpr (std::is_void_v<T>) {
        get();
        return Policy::done();
    } else {
        return Policy::template give<T>(get());
    }
}

template <class Policy> typename Policy::template result<void> answer(tgcall_status status)
{
    return answer<Policy, void>(status, [] {});
}

/** Whether something was there, or taken. */
template <class Policy> typename Policy::template result<bool> answer_bool(tgcall_status status)
{
    return answer<Policy, bool>(status, [status] { return status == TGCALL_OK; });
}

template <class Policy, class T> typename Policy::template result<T> refuse(std::string_view story)
{
    return Policy::template fail<T>(status::err_argument, story);
}

} // namespace detail
} // namespace tgcall

#endif
