// A call.
#ifndef TGCALL_CALL_HPP
#define TGCALL_CALL_HPP

#include <array>
#include <vector>

#include <tgcall/events.hpp>
#include <tgcall/figures.hpp>

namespace tgcall {

/** Interleaved PCM: 8000 to 48000 Hz, 1 or 2 channels. */
struct audio_format {
    std::uint32_t rate_hz = 48000;
    std::uint32_t channels = 1;
};

/** A relay of Telegram's, field by field as Telegram named it. */
struct reflector {
    std::int64_t id = 0;
    text ip, ipv6;
    std::uint16_t port = 0;
    bytes peer_tag;
    bool tcp = false;
};

/** A STUN or TURN server, as Telegram named it. */
struct webrtc_server {
    std::int64_t id = 0;
    text ip, ipv6;
    std::uint16_t port = 0;
    text username, password;
    bool turn = false, stun = false;
};

/** What Telegram calls a call by. */
struct telegram_id {
    std::int64_t id, access_hash;
};

struct both_switches {
    switches own, theirs;
};

struct levels {
    std::uint32_t sent, received;
};

struct opus_packet {
    std::size_t size;
    std::uint32_t timestamp;
};

/** What is captured. */
struct video_format {
    std::uint32_t width, height;
    std::uint32_t frames_per_s = 30;
};

/** One encoded frame of the host's. */
struct encoded_frame {
    video_source source = video_source::camera;
    std::uint32_t layer = 0;
    video_codec codec = video_codec::none;
    /** Counts 90000 a second. */
    std::uint32_t timestamp = 0;
    bool key = false;
    bytes data;
};

/** An encoded picture that was received: it keeps its bytes, on any thread, also after the call. */
class video_frame
{
  public:
    /** Takes over what tgcall_video_pull gave. */
    explicit video_frame(tgcall_video_frame *raw) noexcept : raw_(raw, tgcall_video_frame_free) {}

    /** What the decoder takes, as long as this lives. */
    bytes data() const noexcept { return detail::view(tgcall_video_frame_get_bytes(raw_.get())); }
    video_codec codec() const noexcept { return video_codec(tgcall_video_frame_get_codec(raw_.get())); }
    /** Counts 90000 a second. */
    std::uint32_t timestamp() const noexcept { return tgcall_video_frame_get_timestamp(raw_.get()); }
    /** How to turn it clockwise, in degrees. */
    std::uint32_t rotation() const noexcept { return tgcall_video_frame_get_rotation(raw_.get()); }
    bool is_key() const noexcept { return tgcall_video_frame_is_key(raw_.get()); }
    /** In pixels; 0 where the frame does not say. */
    std::uint32_t width() const noexcept { return tgcall_video_frame_get_width(raw_.get()); }
    std::uint32_t height() const noexcept { return tgcall_video_frame_get_height(raw_.get()); }
    /** How far it is behind the sound that was pulled last; less than nothing: wait so long. */
    std::chrono::milliseconds delay() const noexcept
    {
        return std::chrono::milliseconds(tgcall_video_frame_get_delay_ms(raw_.get()));
    }
    /** Which picture of a live stream it is, as long as this lives; empty in all other calls. */
    std::string_view endpoint() const noexcept { return detail::view(tgcall_video_frame_get_endpoint(raw_.get())); }

  private:
    std::unique_ptr<tgcall_video_frame, void (*)(tgcall_video_frame *)> raw_;
};

/** A handle to a call of a client. The call does not hang on it: it ends by discard, or by the other side. A handle outlives its
 * client, and every function of it is status::err_state then. All functions may be called on any thread. */
template <class Policy = throws> class basic_call
{
    template <class T> using answer = typename Policy::template result<T>;

  public:
    /** Of no call: every function is status::err_state. */
    basic_call() noexcept = default;
    /** The call that an event is about. */
    explicit basic_call(const events::lent &event) noexcept
        : line_(detail::handle<detail::client_line>::of(event.line)), id_(event.call_id)
    {
    }
    basic_call(detail::handle<detail::client_line> line, std::uint64_t id) noexcept : line_(std::move(line)), id_(id) {}
    basic_call(basic_call &&) noexcept = default;
    basic_call &operator=(basic_call &&) noexcept = default;
    /** The same call under another policy, as for an audio thread that is not to throw. */
    template <class Other, class = std::enable_if_t<!std::is_same_v<Other, Policy>>>
    explicit basic_call(const basic_call<Other> &other) noexcept : line_(other.line_), id_(other.id_)
    {
    }

    /** A second handle to the same call, as for the thread of an audio device. */
    basic_call clone() const noexcept { return basic_call(line_, id_); }

    /** The id, for whom it helps: never used again, and below 2^53. */
    std::uint64_t id() const noexcept { return id_; }

    /** Hangs a pointer on a call that came in; events carry it. */
    answer<void> set_userdata(void *userdata) const { return verb(tgcall_call_set_userdata, userdata); }

    /** Answers an incoming call. */
    answer<void> accept() const { return verb(tgcall_accept); }
    /** Sends our half of the key, without config::auto_confirm. */
    answer<void> confirm() const { return verb(tgcall_confirm); }
    /** Ends it: cancels, declines or hangs up. */
    answer<void> discard(discard_reason reason = discard_reason::auto_) const
    {
        return verb(tgcall_discard, std::uint32_t(reason));
    }
    /** Rates an ended call with 1 to 5 stars. */
    answer<void> rate(std::uint32_t stars, text comment = "") const { return verb(tgcall_rate, stars, comment.data()); }
    /** Gives Telegram the report of an ended call. */
    answer<void> send_report() const { return verb(tgcall_call_send_report); }

    answer<call_state> state() const { return choice<call_state>(tgcall_call_get_state); }
    answer<call_kind> kind() const { return choice<call_kind>(tgcall_call_get_kind); }
    answer<tgcall::direction> direction() const { return choice<tgcall::direction>(tgcall_call_get_direction); }
    /** Why it ended. */
    answer<tgcall::end> end() const { return choice<tgcall::end>(tgcall_call_get_end); }
    /** The other side. */
    answer<std::int64_t> user() const
    {
        std::int64_t user = 0;
        return ask<std::int64_t>([&](auto *client) { return tgcall_call_get_user(client, id_, &user); },
                                 [&] { return user; });
    }
    answer<tgcall::telegram_id> telegram_id() const
    {
        tgcall::telegram_id id{};
        return ask<tgcall::telegram_id>(
            [&](auto *client) { return tgcall_call_get_telegram_id(client, id_, &id.id, &id.access_hash); },
            [&] { return id; });
    }
    /** Whether client::upgrade is possible now. */
    answer<bool> can_upgrade() const
    {
        bool can = false;
        return ask<bool>([&](auto *client) { return tgcall_call_can_upgrade(client, id_, &can); }, [&] { return can; });
    }
    /** How long the conversation has lasted. */
    answer<std::chrono::seconds> duration() const
    {
        std::uint32_t duration_s = 0;
        return ask<std::chrono::seconds>(
            [&](auto *client) { return tgcall_call_get_duration(client, id_, &duration_s); },
            [&] { return std::chrono::seconds(duration_s); });
    }
    /** What both sides have switched on or off. */
    answer<both_switches> get_switches() const
    {
        std::uint32_t own = 0, theirs = 0;
        return ask<both_switches>([&](auto *client) { return tgcall_call_get_switches(client, id_, &own, &theirs); },
                                  [&] { return both_switches{switches(own), switches(theirs)}; });
    }
    /** The four emoji that users compare: of a private call once it connects, of a conference while events::group_verified says so.
     * The texts live for ever. */
    answer<std::array<std::string_view, 4>> emoji() const
    {
        tgcall_text emoji[4] = {};
        return ask<std::array<std::string_view, 4>>(
            [&](auto *client) { return tgcall_call_get_emoji(client, id_, emoji); }, [&] {
                using detail::view;
                return std::array<std::string_view, 4>{view(emoji[0]), view(emoji[1]), view(emoji[2]), view(emoji[3])};
            });
    }

    // A call whose key the host made: client::attach, add each server, connect.

    answer<void> add_reflector(const reflector &server) const
    {
        return verb(tgcall_call_add_reflector, server.id, server.ip.data(), server.ipv6.data(), server.port,
                    server.peer_tag.data(), server.peer_tag.size(), int(server.tcp));
    }
    answer<void> add_webrtc(const webrtc_server &server) const
    {
        return verb(tgcall_call_add_webrtc, server.id, server.ip.data(), server.ipv6.data(), server.port,
                    server.username.data(), server.password.data(), int(server.turn), int(server.stun));
    }
    /** Starts the media.
     * @param version            The first of the agreed library_versions.
     * @param custom_parameters  Telegram's JSON, if there is any. */
    answer<void> connect(text version, bool p2p_allowed, text custom_parameters = nullptr) const
    {
        return verb(tgcall_connect, version.data(), int(p2p_allowed), custom_parameters.data());
    }
    /** A signaling packet from the other side. False: it was dropped. */
    answer<bool> handle_signaling(bytes packet) const
    {
        return verb_bool(tgcall_call_handle_signaling, packet.data(), packet.size());
    }

    // Decoded objects, for hosts that have no TL bytes at hand.

    /** phoneCallWaiting. False: that of another call. */
    answer<bool> handle_waiting(tgcall::telegram_id id, std::int32_t receive_date_s) const
    {
        return verb_bool(tgcall_call_handle_waiting, id.id, id.access_hash, receive_date_s);
    }
    /** phoneCallAccepted. */
    answer<void> handle_accepted(bytes g_b) const { return verb(tgcall_call_handle_accepted, g_b.data(), g_b.size()); }
    /** phoneCall. */
    answer<void> handle_confirmed(bytes g_a_or_b, std::int64_t key_fingerprint) const
    {
        return verb(tgcall_call_handle_confirmed, g_a_or_b.data(), g_a_or_b.size(), key_fingerprint);
    }
    /** phoneCallDiscarded. */
    answer<void> handle_discarded(discard_reason reason, bool need_rating, bool need_debug) const
    {
        return verb(tgcall_call_handle_discarded, std::uint32_t(reason), int(need_rating), int(need_debug));
    }

    // media::host: the host's engine carries the sound.

    /** The 256-byte key, into the host's own memory: wipe it after use. */
    answer<std::size_t> key(span<std::uint8_t> key_out) const
    {
        std::size_t size = 0;
        return ask<std::size_t>(
            [&](auto *client) { return tgcall_call_get_key(client, id_, key_out.data(), key_out.size(), &size); },
            [&] { return size; });
    }
    /** The final phoneCall as TL. */
    answer<std::vector<std::uint8_t>> phone_call() const
    {
        return copy<std::vector<std::uint8_t>>([this](auto *client, std::uint8_t *buffer, std::size_t capacity,
                                                      std::size_t *size) {
            return tgcall_call_get_phone_call(client, id_, buffer, capacity, size);
        });
    }
    answer<void> send_signaling(bytes packet) const
    {
        return verb(tgcall_call_send_signaling, packet.data(), packet.size());
    }
    answer<void> set_connected(bool connected) const { return verb(tgcall_call_set_connected, int(connected)); }

    // Sound. Nothing is allocated here, and nothing waits.

    /** Gives sound to send, up to 60 ms. False: it did not fit the queue, and nothing was taken. */
    answer<bool> push(audio_format format, span<const std::int16_t> samples) const
    {
        return push_as(tgcall_audio_push_s16, format, samples);
    }
    answer<bool> push(audio_format format, span<const float> samples) const
    {
        return push_as(tgcall_audio_push_f32, format, samples);
    }
    /** Takes sound that was received and fills all of the samples, with silence if need be, also when it fails. False: all of it is
     * silence, as there was nothing. */
    answer<bool> pull(audio_format format, span<std::int16_t> samples_out) const
    {
        return pull_as(tgcall_audio_pull_s16, format, samples_out);
    }
    answer<bool> pull(audio_format format, span<float> samples_out) const
    {
        return pull_as(tgcall_audio_pull_f32, format, samples_out);
    }
    answer<void> set_coding(audio_coding sent, audio_coding received) const
    {
        return verb(tgcall_audio_set_coding, std::uint32_t(sent), std::uint32_t(received));
    }
    /** How PCM is encoded from now on; 0 keeps what it is. */
    answer<void> set_encoding(std::uint32_t bits_per_s, std::chrono::milliseconds packet = std::chrono::milliseconds(0),
                              std::uint32_t channels = 0) const
    {
        return verb(tgcall_audio_set_encoding, bits_per_s, detail::ms(packet), channels);
    }
    /** Hands over what is received as events::audio_frame, at Telegram's pace; with a frame of 0, not any more. */
    answer<void> set_delivery(std::chrono::milliseconds frame, audio_format format = {}) const
    {
        return verb(tgcall_audio_set_delivery, detail::ms(frame), format.rate_hz, format.channels);
    }
    /** Gives one Opus packet to send. False: the queue is full. */
    answer<bool> push_opus(std::uint32_t timestamp, bytes packet) const
    {
        return verb_bool(tgcall_audio_push_opus, timestamp, packet.data(), packet.size());
    }
    /** Takes one Opus packet that was received; 1275 bytes are enough for every one. */
    answer<std::optional<opus_packet>> pull_opus(span<std::uint8_t> buffer) const
    {
        opus_packet packet{};
        tgcall_status status = TGCALL_OK;
        return ask<std::optional<opus_packet>>(
            [&](auto *client) {
                return status = tgcall_audio_pull_opus(client, id_, buffer.data(), buffer.size(), &packet.size,
                                                       &packet.timestamp);
            },
            [&] { return status == TGCALL_OK ? std::optional(packet) : std::nullopt; });
    }
    /** How much unsent sound it holds: 0 is live, up to a minute is a playlist. */
    answer<void> set_queue(std::chrono::milliseconds queue) const
    {
        return verb(tgcall_audio_set_queue, detail::ms(queue));
    }
    /** Sound that was pushed and is not yet sent. */
    answer<std::chrono::milliseconds> queued() const
    {
        std::uint32_t queued_ms = 0;
        return ask<std::chrono::milliseconds>(
            [&](auto *client) { return tgcall_audio_get_queued(client, id_, &queued_ms); },
            [&] { return std::chrono::milliseconds(queued_ms); });
    }
    /** Throws away what is queued. */
    answer<void> clear() const { return verb(tgcall_audio_clear); }
    answer<void> set_muted(bool muted) const { return verb(tgcall_audio_set_muted, int(muted)); }
    /** Loudness of the last 100 ms: RMS, 0 to 32767. */
    answer<levels> level() const
    {
        levels level{};
        return ask<levels>(
            [&](auto *client) { return tgcall_audio_get_level(client, id_, &level.sent, &level.received); },
            [&] { return level; });
    }

    // Pictures, encoded.

    /** What this host encodes and decodes in this call, preferred first. */
    answer<void> set_video_codecs(span<const video_codec> encoded, span<const video_codec> decoded) const
    {
        const std::vector<std::uint32_t> in = detail::numbers(encoded), out = detail::numbers(decoded);
        return verb(tgcall_video_set_codecs, in.data(), in.size(), out.data(), out.size());
    }
    /** Shows a source; events::video_encode says what to encode. */
    answer<void> start_video(video_source source, video_format format) const
    {
        return verb(tgcall_video_start, std::uint32_t(source), format.width, format.height, format.frames_per_s);
    }
    answer<void> stop_video(video_source source) const { return verb(tgcall_video_stop, std::uint32_t(source)); }
    answer<void> set_video_paused(video_source source, bool paused) const
    {
        return verb(tgcall_video_set_paused, std::uint32_t(source), int(paused));
    }
    /** How the other side is to turn the picture, clockwise. */
    answer<void> set_video_rotation(video_source source, std::uint32_t degrees) const
    {
        return verb(tgcall_video_set_rotation, std::uint32_t(source), degrees);
    }
    /** Gives one frame to send. False: the link is behind, and nothing was taken. */
    answer<bool> push(const encoded_frame &frame) const
    {
        return verb_bool(tgcall_video_push, std::uint32_t(frame.source), frame.layer, std::uint32_t(frame.codec),
                         frame.timestamp, int(frame.key), frame.data.data(), frame.data.size());
    }
    /** Takes the oldest frame that was received, if one waits. */
    answer<std::optional<video_frame>> pull(video_source source) const
    {
        tgcall_video_frame *frame = nullptr;
        return ask<std::optional<video_frame>>(
            [&](auto *client) { return tgcall_video_pull(client, id_, std::uint32_t(source), &frame); },
            [&] { return frame ? std::optional<video_frame>(std::in_place, frame) : std::nullopt; });
    }
    /** The decoder has lost it. */
    answer<void> want_key_frame(video_source source) const
    {
        return verb(tgcall_video_want_key_frame, std::uint32_t(source));
    }
    /** Tells the other side whether our battery is low. */
    answer<void> set_low_battery(bool low) const { return verb(tgcall_call_set_low_battery, int(low)); }

    // Figures and reports, also of an ended call.

    /** Figures of one moment: `auto [rtt, loss] = call.stats(stat::round_trip_ms, stat::loss_permille)`. */
    template <class... Stats> answer<figures<sizeof...(Stats)>> stats(Stats... stats) const
    {
        return stream_stats(0, stats...);
    }
    /** The same of one of its streams. */
    template <class... Stats> answer<figures<sizeof...(Stats)>> stream_stats(std::uint64_t stream, Stats... stats) const
    {
        detail::asked<sizeof...(Stats)> asked(stats...);
        return ask<figures<sizeof...(Stats)>>(
            [&](auto *client) {
                return tgcall_call_get_stats(client, id_, stream, asked.stats, sizeof...(Stats), asked.values);
            },
            [&] { return asked.figures(); });
    }
    /** The streams, sent ones first. */
    answer<std::vector<std::uint64_t>> streams() const
    {
        return copy<std::vector<std::uint64_t>>(
            [this](auto *client, std::uint64_t *ids, std::size_t capacity, std::size_t *count) {
                return tgcall_call_get_streams(client, id_, ids, capacity, count);
            });
    }
    /** Why is it silent?
     * @param addresses  Whether IP addresses are named. */
    answer<std::string> report(report_format format = report_format::text, bool addresses = false) const
    {
        return copy<std::string>([this, format, addresses](auto *client, char *buffer, std::size_t capacity, std::size_t *size) {
            return tgcall_call_get_report(client, id_, std::uint32_t(format), int(addresses), buffer, capacity, size);
        });
    }

  protected:
    using inside = detail::inside<detail::client_line>;

    template <class Function, class... Arguments> answer<void> verb(Function *function, Arguments... arguments) const
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, void>();
        return detail::answer<Policy>(function(in.raw(), id_, arguments...));
    }

    template <class Function, class... Arguments>
    answer<bool> verb_bool(Function *function, Arguments... arguments) const
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, bool>();
        return detail::answer_bool<Policy>(function(in.raw(), id_, arguments...));
    }

    template <class T, class Ask, class Get> answer<T> ask(Ask ask, Get get) const
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, T>();
        return detail::answer<Policy, T>(ask(in.raw()), get);
    }

    template <class T, class Function> answer<T> choice(Function *function) const
    {
        std::uint32_t number = 0;
        return ask<T>([&](auto *client) { return function(client, id_, &number); }, [&] { return T(number); });
    }

    template <class Container, class Ask> answer<Container> copy(Ask get) const
    {
        Container container;
        return ask<Container>(
            [&](auto *client) {
                return detail::fill(container, [&](auto *buffer, std::size_t capacity, std::size_t *size) {
                    return get(client, buffer, capacity, size);
                });
            },
            [&] { return std::move(container); });
    }

    template <class Function, class Sample>
    answer<bool> push_as(Function *function, audio_format format, span<Sample> samples) const
    {
        if (!detail::is_whole(format.channels, samples.size())) return detail::refuse<Policy, bool>(detail::NOT_WHOLE);
        detail::client_line *const line = open_line();
        if (!line) return detail::closed<Policy, bool>();
        return detail::answer_bool<Policy>(function(line->retained(), id_, format.rate_hz, format.channels, samples.data(),
                                                    detail::frames(format.channels, samples.size())));
    }

    template <class Function, class Sample>
    answer<bool> pull_as(Function function, audio_format format, span<Sample> samples) const
    {
        detail::client_line *const line = open_line();
        const bool is_whole = detail::is_whole(format.channels, samples.size());
        if (!line || !is_whole) {
            for (Sample &sample : samples) sample = Sample(0);
            return line ? detail::refuse<Policy, bool>(detail::NOT_WHOLE) : detail::closed<Policy, bool>();
        }
        return detail::answer_bool<Policy>(function(line->retained(), id_, format.rate_hz, format.channels, samples.data(),
                                                    detail::frames(format.channels, samples.size())));
    }

  private:
    template <class> friend class basic_call;

    /** For sound, which is not counted as inside: null if it is closed. */
    detail::client_line *open_line() const noexcept
    {
        detail::client_line *const line = line_.get();
        return line && !line->is_closed() ? line : nullptr;
    }

    detail::handle<detail::client_line> line_;
    std::uint64_t id_ = 0;
};

using call = basic_call<>;

} // namespace tgcall

#endif
