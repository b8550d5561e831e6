// A group call.
#ifndef TGCALL_GROUP_HPP
#define TGCALL_GROUP_HPP

#include <tgcall/call.hpp>
#include <tgcall/roster.hpp>

namespace tgcall {

/** What a host's library is to join an attached group call with. It holds a password: hand it on, and forget it. */
struct group_payload {
    /** JSON (TDLib: payload). */
    std::string params;
    /** TDLib: audio_source_id. */
    std::int32_t source;
};

/** A handle to a group call of a client, which is a call: sound, state, end and figures are those of basic_call, and discard leaves.
 * What is asked of Telegram answers the number of its request; one events::answer with the same number tells what became of it, or
 * one events::cancel, if the call ends first. */
template <class Policy = throws> class basic_group : public basic_call<Policy>
{
    using base = basic_call<Policy>;
    template <class T> using answer = typename Policy::template result<T>;

  public:
    using base::base;
    using base::connect;
    using base::pull;
    using base::pull_opus;
    using base::set_muted;

    basic_group() noexcept = default;
    /** The group call that a handle to a call is of. */
    explicit basic_group(base call) noexcept : base(std::move(call)) {}

    basic_group clone() const noexcept { return basic_group(base::clone()); }

    /** As whom to join; before join. */
    answer<void> set_join_as(const peer &peer) const { return this->verb(tgcall_group_set_join_as, &peer); }
    /** The hash of the link by which we are invited; before join. */
    answer<void> set_invite_hash(text hash) const { return this->verb(tgcall_group_set_invite_hash, hash.data()); }
    /** Goes in. An attached call gets a new payload, to be joined anew. */
    answer<void> join(bool muted = false) const { return this->verb(tgcall_group_join, int(muted)); }

    /** Whether events::group_levels tells who speaks. */
    answer<void> set_levels(bool on) const { return this->verb(tgcall_group_set_levels, int(on)); }
    /** How the sound of the call comes. */
    answer<group_mode> mode() const { return this->template choice<group_mode>(tgcall_group_get_mode); }
    /** The call and who is in it, as of now. */
    answer<tgcall::roster> roster() const
    {
        tgcall_roster *roster = nullptr;
        return this->template ask<tgcall::roster>(
            [&](auto *client) { return tgcall_group_get_roster(client, this->id(), &roster); },
            [&] { return tgcall::roster(roster); });
    }

    // Each by himself.

    /** Whether each who is heard comes by himself: by the pulls with a peer, or as an events::audio_frame for each. */
    answer<void> set_separate(bool separate) const { return this->verb(tgcall_group_set_separate, int(separate)); }
    /** As pull, of one participant. */
    answer<bool> pull(const peer &peer, audio_format format, span<std::int16_t> samples_out) const
    {
        return this->pull_as(of(tgcall_group_pull_s16, peer), format, samples_out);
    }
    answer<bool> pull(const peer &peer, audio_format format, span<float> samples_out) const
    {
        return this->pull_as(of(tgcall_group_pull_f32, peer), format, samples_out);
    }
    /** As push, of the sound that goes with our screen, beside what is said. */
    answer<bool> push_screen(audio_format format, span<const std::int16_t> samples) const
    {
        return this->push_as(tgcall_audio_push_screen_s16, format, samples);
    }
    answer<bool> push_screen(audio_format format, span<const float> samples) const
    {
        return this->push_as(tgcall_audio_push_screen_f32, format, samples);
    }
    /** Wants the camera or the screen of somebody from now on, in this quality: nothing comes that was not asked for. */
    answer<void> want_video(const peer &peer, video_source source, video_quality quality) const
    {
        return this->verb(tgcall_group_want_video, &peer, std::uint32_t(source), std::uint32_t(quality));
    }
    /** Takes the oldest frame of somebody that was received, if one waits. */
    answer<std::optional<video_frame>> pull(const peer &peer, video_source source) const
    {
        tgcall_video_frame *frame = nullptr;
        return this->template ask<std::optional<video_frame>>(
            [&](auto *client) {
                return tgcall_group_pull_video(client, this->id(), &peer, std::uint32_t(source), &frame);
            },
            [&] { return frame ? std::optional<video_frame>(std::in_place, frame) : std::nullopt; });
    }
    /** The decoder has lost it. */
    answer<void> want_key_frame(const peer &peer, video_source source) const
    {
        return this->verb(tgcall_group_want_key_frame, &peer, std::uint32_t(source));
    }
    /** As pull_opus, of one participant: untouched. */
    answer<std::optional<opus_packet>> pull_opus(const peer &peer, span<std::uint8_t> buffer) const
    {
        opus_packet packet{};
        tgcall_status status = TGCALL_OK;
        return this->template ask<std::optional<opus_packet>>(
            [&](auto *client) {
                return status = tgcall_group_pull_opus(client, this->id(), &peer, buffer.data(), buffer.size(),
                                                       &packet.size, &packet.timestamp);
            },
            [&] { return status == TGCALL_OK ? std::optional(packet) : std::nullopt; });
    }

    // What is asked of Telegram: the number of the request.

    /** Ends the call for all, if we may. */
    answer<std::uint64_t> end_for_all() const { return wish(tgcall_group_end); }
    /** Mutes somebody: for all, if we may; else only for this account. */
    answer<std::uint64_t> set_muted(const peer &peer, bool muted) const
    {
        return wish(tgcall_group_set_muted, &peer, int(muted));
    }
    /** How loud somebody is: 1 to 20000, where 10000 is 100 %. */
    answer<std::uint64_t> set_volume(const peer &peer, std::uint32_t volume) const
    {
        return wish(tgcall_group_set_volume, &peer, volume);
    }
    /** Raises our hand or takes it down, or as an admin takes down that of somebody else. */
    answer<std::uint64_t> set_hand(bool raised, const peer &peer = peers::self()) const
    {
        return wish(tgcall_group_set_hand, &peer, int(raised));
    }
    /** The 24 words of a conference's newest block. */
    answer<std::string> words() const
    {
        return this->template copy<std::string>([this](auto *client, char *buffer, std::size_t capacity, std::size_t *size) {
            return tgcall_group_get_words(client, this->id(), buffer, capacity, size);
        });
    }
    /** Rings a user: he is invited to a conference. */
    answer<std::uint64_t> invite_user(const peer &user, bool video = false) const
    {
        return wish(tgcall_group_invite_user, &user, int(video));
    }
    /** Takes an invitation to a conference back. */
    answer<std::uint64_t> cancel_invite(const peer &user) const { return wish(tgcall_group_cancel_invite, &user); }
    /** Removes somebody from a conference, and bans him. */
    answer<std::uint64_t> remove_user(const peer &user) const { return wish(tgcall_group_remove_user, &user); }
    answer<std::uint64_t> set_title(text title) const { return wish(tgcall_group_set_title, title.data()); }
    /** Starts a call that is scheduled. */
    answer<std::uint64_t> start_scheduled() const { return wish(tgcall_group_start_scheduled); }
    /** Whether Telegram sends a message when a scheduled call starts. */
    answer<std::uint64_t> subscribe_start(bool subscribed) const
    {
        return wish(tgcall_group_subscribe_start, int(subscribed));
    }
    /** Whether newcomers are muted. */
    answer<std::uint64_t> set_join_muted(bool join_muted) const
    {
        return wish(tgcall_group_set_join_muted, int(join_muted));
    }
    /** Whether messages may be sent in the call. */
    answer<std::uint64_t> set_messages_enabled(bool enabled) const
    {
        return wish(tgcall_group_set_messages_enabled, int(enabled));
    }
    /** How many stars a message in a live story costs at least. */
    answer<std::uint64_t> set_message_stars(std::int64_t stars) const
    {
        return wish(tgcall_group_set_message_stars, stars);
    }
    /** Makes the links that were given out invalid. */
    answer<std::uint64_t> reset_link() const { return wish(tgcall_group_reset_link); }
    /** Has Telegram record the call. */
    answer<std::uint64_t> start_recording(text title = nullptr, recorded_video video = recorded_video::none) const
    {
        return wish(tgcall_group_set_recording, 1, std::uint32_t(video), title.data());
    }
    answer<std::uint64_t> stop_recording() const
    {
        return wish(tgcall_group_set_recording, 0, std::uint32_t(recorded_video::none), text(nullptr).data());
    }
    /** Sends an invitation into the chat. */
    answer<std::uint64_t> invite(span<const peer> users) const
    {
        return wish(tgcall_group_invite, users.data(), users.size());
    }
    /** Asks for a link to the call, which the answer has. */
    answer<std::uint64_t> export_link(bool can_self_unmute = false) const
    {
        return wish(tgcall_group_export_link, int(can_self_unmute));
    }
    /** Sends a message to those in the call. */
    answer<std::uint64_t> send_message(text message, std::int64_t paid_stars = 0) const
    {
        return wish(tgcall_group_send_message, message.data(), paid_stars);
    }
    /** Deletes messages, by the ids of events::group_message. */
    answer<std::uint64_t> delete_messages(span<const std::int32_t> ids, bool report_spam = false) const
    {
        return wish(tgcall_group_delete_messages, ids.data(), ids.size(), int(report_spam));
    }
    /** Deletes all messages of somebody. */
    answer<std::uint64_t> delete_messages_of(const peer &peer, bool report_spam = false) const
    {
        return wish(tgcall_group_delete_messages_of, &peer, int(report_spam));
    }
    /** Asks for the stars that were given in a live story, and by whom. */
    answer<std::uint64_t> get_stars() const { return wish(tgcall_group_get_stars); }
    /** As whom messages in a live story are sent from now on. */
    answer<std::uint64_t> save_send_as(const peer &peer) const { return wish(tgcall_group_save_send_as, &peer); }

    // A call that the host's library joins: client::attach_group.

    /** At once, and at each events::group_join. */
    answer<group_payload> payload() const
    {
        group_payload payload{};
        return this->template ask<group_payload>(
            [&](auto *client) {
                return detail::fill(payload.params, [&](char *buffer, std::size_t capacity, std::size_t *size) {
                    return tgcall_group_get_payload(client, this->id(), buffer, capacity, size, &payload.source);
                });
            },
            [&] { return std::move(payload); });
    }
    /** What the host's library was answered when it joined with the payload of this source. */
    answer<void> connect(std::int32_t source, text params) const
    {
        return this->verb(tgcall_group_connect, source, params.data());
    }
    /** What became of the part that an events::stream_part wanted; data with part::here. */
    answer<void> handle_part(std::uint64_t request, part outcome, bytes data = {}) const
    {
        const auto number = static_cast<std::uint32_t>(outcome);
        return this->verb(tgcall_group_handle_part, request, number, data.data(), data.size());
    }
    /** Where the live stream is, which an events::stream_part of the time 0 wants to know; 0: nobody streams. */
    answer<void> handle_channels(std::uint64_t request, std::int64_t last_time_ms) const
    {
        return this->verb(tgcall_group_handle_channels, request, last_time_ms);
    }
    /** Somebody is in the call, or has changed. A source of 0: he sends nothing; a volume of 0: he is not to be heard here. */
    answer<void> handle_participant(const peer &peer, std::int32_t source, std::uint32_t volume = 10000) const
    {
        return this->verb(tgcall_group_handle_participant, &peer, source, volume);
    }
    answer<void> remove_participant(const peer &peer) const
    {
        return this->verb(tgcall_group_remove_participant, &peer);
    }
    /** What somebody shows; without an endpoint nothing any more. source_groups is JSON. */
    answer<void> handle_video(const peer &peer, video_source source, text endpoint, text source_groups = nullptr,
                              std::int32_t audio_source = 0, bool paused = false) const
    {
        return this->verb(tgcall_group_handle_video, &peer, std::uint32_t(source), endpoint.data(), source_groups.data(),
                          audio_source, int(paused));
    }

  private:
    /** A pull of one participant, with the parameters of one of all. */
    template <class Function> static auto of(Function *function, const peer &peer) noexcept
    {
        return [function, &peer](auto *client, std::uint64_t id, auto... rest) { return function(client, id, &peer, rest...); };
    }

    template <class Function, class... Arguments>
    answer<std::uint64_t> wish(Function *function, Arguments... arguments) const
    {
        std::uint64_t request = 0;
        return this->template ask<std::uint64_t>(
            [&](auto *client) { return function(client, this->id(), arguments..., &request); },
            [&] { return request; });
    }
};

using group = basic_group<>;

} // namespace tgcall

#endif
