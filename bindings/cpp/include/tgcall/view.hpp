// What is lent and not owned: spans, texts, addresses.
#ifndef TGCALL_VIEW_HPP
#define TGCALL_VIEW_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tgcall.h>

namespace tgcall {

/** Elements that somebody else owns. Made of anything that has data() and size(), or of an array; goes where a std::span does. */
template <class T> class span
{
  public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T *;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class C, class U = std::remove_pointer_t<decltype(std::data(std::declval<C &>()))>,
              class = std::enable_if_t<std::is_convertible_v<U (*)[], T (*)[]> && !std::is_same_v<std::decay_t<C>, span>>>
    constexpr span(C &&elements) noexcept : data_(std::data(elements)), size_(std::size(elements))
    {
    }

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

using bytes = span<const std::uint8_t>;

/** The bytes of a text. */
inline bytes as_bytes(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

/** Bytes as text. */
inline std::string_view as_text(bytes bytes) noexcept
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/** Text that goes in: UTF-8 up to a NUL, or none at all. It is read during the call. */
class text
{
  public:
    constexpr text() noexcept = default;
    constexpr text(std::nullptr_t) noexcept {}
    constexpr text(const char *text) noexcept : data_(text) {}
    // C would take what is behind a NUL for absent. No UTF-8 has this byte, so the library refuses it like any other.
    text(const std::string &text) noexcept : data_(text.find('\0') == std::string::npos ? text.c_str() : "\xff") {}

    constexpr const char *data() const noexcept { return data_; }

  private:
    const char *data_ = nullptr;
};

/** An IP address and a port: ip in network order, of which IPv4 uses the first four bytes; port; family 4, 6, or 0 for none;
 * scope. */
using address = tgcall_addr;

namespace detail {

inline std::string_view view(tgcall_text text) noexcept { return {text.data, text.size}; }
inline bytes view(tgcall_bytes bytes) noexcept { return {bytes.data, bytes.size}; }

/** Choices as the numbers that they are. */
template <class Choice> std::vector<std::uint32_t> numbers(span<const Choice> choices)
{
    std::vector<std::uint32_t> numbers;
    for (const Choice choice : choices) numbers.push_back(std::uint32_t(choice));
    return numbers;
}

} // namespace detail
} // namespace tgcall

#endif
