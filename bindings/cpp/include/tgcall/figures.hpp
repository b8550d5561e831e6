// Numbers on their way to and from C.
#ifndef TGCALL_FIGURES_HPP
#define TGCALL_FIGURES_HPP

#include <array>
#include <chrono>
#include <limits>

#include <tgcall/result.hpp>

namespace tgcall {

/** Figures in the order they were asked for; none where one is not known yet, or not a figure of whom was asked. */
template <std::size_t Count> using figures = std::array<std::optional<std::int64_t>, Count>;

namespace detail {

template <std::size_t Count> struct asked {
    template <class... Stats> explicit asked(Stats... names) noexcept : stats{std::uint32_t(stat(names))...} {}

    tgcall::figures<Count> figures() const noexcept
    {
        tgcall::figures<Count> figures;
        for (std::size_t i = 0; i < Count; i++)
            if (values[i] != std::numeric_limits<std::int64_t>::min()) figures[i] = values[i];
        return figures;
    }

    std::uint32_t stats[Count];
    std::int64_t values[Count] = {};
};

/** Milliseconds for C. What does not fit becomes a number that is out of every range, and is refused there. */
inline std::uint32_t ms(std::chrono::milliseconds time) noexcept
{
    const auto count = time.count();
    constexpr std::uint32_t MOST = std::numeric_limits<std::uint32_t>::max();
    return count < 0 || count > MOST ? MOST : std::uint32_t(count);
}

inline constexpr std::string_view NOT_WHOLE = "the samples are not a whole number of frames";

inline bool is_whole(std::uint32_t channels, std::size_t samples) noexcept
{
    return channels == 1 || (channels != 0 && samples % channels == 0);
}
inline std::size_t frames(std::uint32_t channels, std::size_t samples) noexcept
{
    return channels == 1 ? samples : samples / channels;
}

} // namespace detail
} // namespace tgcall

#endif
