// Who is in a group call, and how they are named.
#ifndef TGCALL_ROSTER_HPP
#define TGCALL_ROSTER_HPP

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>

#include <tgcall/events.hpp>

namespace tgcall {

/** Who somebody is: kind, one of peer_kind; id; access_hash. */
using peer = tgcall_peer;

namespace peers {

/** This account, by whatever it has joined as. */
inline peer self() noexcept { return {std::uint32_t(peer_kind::self), 0, 0}; }
inline peer user(std::int64_t id, std::int64_t access_hash = 0) noexcept
{
    return {std::uint32_t(peer_kind::user), id, access_hash};
}
/** A basic group. */
inline peer chat(std::int64_t id) noexcept { return {std::uint32_t(peer_kind::chat), id, 0}; }
/** A channel or a supergroup. */
inline peer channel(std::int64_t id, std::int64_t access_hash = 0) noexcept
{
    return {std::uint32_t(peer_kind::channel), id, access_hash};
}
/** Access hashes do not count. */
inline bool is_same(const peer &one, const peer &other) noexcept { return one.kind == other.kind && one.id == other.id; }

} // namespace peers

/** Somebody in a roster, and lent as long as that lives. */
class group_participant
{
  public:
    explicit group_participant(const tgcall_participant *raw) noexcept : raw_(raw) {}

    tgcall::peer peer() const noexcept { return tgcall_participant_get_peer(raw_); }
    /** When he joined, since 1970. */
    std::chrono::seconds date_unix() const noexcept
    {
        return std::chrono::seconds(tgcall_participant_get_date_unix_s(raw_));
    }
    /** When he spoke last, since 1970; 0: he has not. */
    std::chrono::seconds active_date_unix() const noexcept
    {
        return std::chrono::seconds(tgcall_participant_get_active_date_unix_s(raw_));
    }
    /** How loud he is played: 1 to 20000, where 10000 is 100 %. */
    std::uint32_t volume() const noexcept { return tgcall_participant_get_volume(raw_); }
    /** 0: his hand is down. */
    std::int64_t raise_hand_rating() const noexcept { return tgcall_participant_get_raise_hand_rating(raw_); }
    /** The stars that he gave in a live story. */
    std::int64_t stars() const noexcept { return tgcall_participant_get_stars(raw_); }
    switches get_switches() const noexcept { return switches(tgcall_participant_get_switches(raw_)); }
    /** Whether he cannot speak before an admin allows it. */
    bool is_muted_by_admin() const noexcept { return tgcall_participant_is_muted_by_admin(raw_); }
    bool can_self_unmute() const noexcept { return tgcall_participant_can_self_unmute(raw_); }
    /** Whether this account alone does not hear him. */
    bool is_muted_for_me() const noexcept { return tgcall_participant_is_muted_for_me(raw_); }
    /** Whether it is this account, by whatever it has joined as. */
    bool is_self() const noexcept { return tgcall_participant_is_self(raw_); }
    /** What he says about himself. */
    std::string about() const
    {
        std::string about;
        detail::fill(about, [this](char *buffer, std::size_t capacity, std::size_t *size) {
            return tgcall_participant_get_about(raw_, buffer, capacity, size);
        });
        return about;
    }

  private:
    const tgcall_participant *raw_;
};

/** A group call and who is in it, at one moment: it never changes, and is good on any thread, also after the client. What it gives is
 * lent as long as it lives. */
class roster
{
  public:
    /** Takes over what tgcall_group_get_roster gave. */
    explicit roster(tgcall_roster *raw) noexcept : raw_(raw, tgcall_roster_free) {}

    /** Empty: that of the chat. */
    std::string_view title() const noexcept { return detail::view(tgcall_roster_get_title(raw_.get())); }
    /** The link of a conference; empty: there is none, or it was not told. */
    std::string_view link() const noexcept { return detail::view(tgcall_roster_get_link(raw_.get())); }
    group_settings settings() const noexcept { return group_settings(tgcall_roster_get_settings(raw_.get())); }
    /** How many people are in the call, by Telegram's count. */
    std::uint32_t total() const noexcept { return tgcall_roster_get_total(raw_.get()); }
    /** When a call that is scheduled is to start, since 1970; 0: it has started, or it is not known. */
    std::chrono::seconds schedule_unix() const noexcept
    {
        return std::chrono::seconds(tgcall_roster_get_schedule_unix_s(raw_.get()));
    }
    /** Since when Telegram records the call, since 1970; 0: it does not. */
    std::chrono::seconds record_start_unix() const noexcept
    {
        return std::chrono::seconds(tgcall_roster_get_record_start_unix_s(raw_.get()));
    }
    /** What a message in a live story costs at least. */
    std::int64_t message_stars() const noexcept { return tgcall_roster_get_message_stars(raw_.get()); }

    /** How many of those in the call are known here. */
    std::size_t size() const noexcept { return tgcall_roster_get_count(raw_.get()); }
    bool empty() const noexcept { return size() == 0; }
    /** In the order in which apps show people. The index is below size(). */
    group_participant operator[](std::size_t index) const noexcept { return group_participant(tgcall_roster_get(raw_.get(), index)); }
    /** Somebody, by who he is. */
    std::optional<group_participant> find(const peer &peer) const noexcept
    {
        const tgcall_participant *found = tgcall_roster_find(raw_.get(), &peer);
        return found ? std::optional<group_participant>(found) : std::nullopt;
    }

    class iterator
    {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = group_participant;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = group_participant;

        iterator(const roster &of, std::size_t at) noexcept : of_(&of), at_(at) {}
        group_participant operator*() const noexcept { return (*of_)[at_]; }
        iterator &operator++() noexcept
        {
            ++at_;
            return *this;
        }
        bool operator==(const iterator &other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator &other) const noexcept { return at_ != other.at_; }

      private:
        const roster *of_;
        std::size_t at_;
    };
    iterator begin() const noexcept { return {*this, 0}; }
    iterator end() const noexcept { return {*this, size()}; }

  private:
    std::unique_ptr<tgcall_roster, void (*)(tgcall_roster *)> raw_;
};

/** How loud somebody was in the last 100 ms. */
struct loudness {
    tgcall::peer peer;
    /** The loudest: 0 to 32767. */
    std::uint32_t level;
    /** Whether it is a voice. */
    bool speaks;
};

/** Who spoke, by number from 0 on; none behind the last one. */
inline std::optional<loudness> level_at(const events::group_levels &event, std::size_t index) noexcept
{
    loudness found{};
    if (tgcall_event_get_level(event.raw, index, &found.peer, &found.level, &found.speaks) != TGCALL_OK) return std::nullopt;
    return found;
}

/** A peer of an answer: as whom one may join; or who gave stars, where kind is none if he did not give his name. */
struct answered_peer {
    tgcall::peer peer;
    std::int64_t stars;
};

/** A peer of an answer, by number from 0 on; none behind the last one. */
inline std::optional<answered_peer> peer_at(const events::answer &event, std::size_t index) noexcept
{
    answered_peer found{};
    if (tgcall_event_get_peer_at(event.raw, index, &found.peer, &found.stars) != TGCALL_OK) return std::nullopt;
    return found;
}

} // namespace tgcall

#endif
