// One device's part in an end-to-end encrypted conference.
#ifndef TGCALL_CONFERENCE_HPP
#define TGCALL_CONFERENCE_HPP

#include <array>

#include <tgcall/config.hpp>

namespace tgcall {

/** One participant of a conference. */
struct participant {
    std::int64_t user_id = 0;
    std::array<std::uint8_t, 32> key{};
    std::uint32_t permissions = 0; /**< 1 add, 2 remove. */
};

/** The newest block. */
struct block {
    std::int32_t height = 0;
    std::array<std::uint8_t, 32> hash{};
};

/** Why the last input was refused, as the number of the official library, and how many were. */
struct reject {
    std::int32_t code = 0;
    std::uint64_t count = 0;
};

/** A frame that was decrypted: its size, and for sound 0 loud to 127 silent. */
struct decrypted_frame {
    std::size_t size = 0;
    std::optional<std::uint32_t> level_dbov;
};

/** The keys, blocks, broadcasts and packets of a conference, for hosts that talk to Telegram themselves. What comes from Telegram
 * and is wrong is dropped and counted: the answer is false, or nothing. To be closed, moved from and destroyed as a client. */
template <class Policy = throws> class basic_conference
{
    template <class T> using answer = typename Policy::template result<T>;
    using data = std::vector<std::uint8_t>;

  public:
    using policy = Policy;

    basic_conference() noexcept = default;
    /** Begins a part with a new key pair, where failures are thrown; else see make. */
    template <class P = Policy, class = std::enable_if_t<std::is_same_v<typename P::template result<int>, int>>>
    basic_conference(const config &config, std::int64_t user_id) : basic_conference(make(config, user_id))
    {
    }
    basic_conference(basic_conference &&) noexcept = default;
    basic_conference &operator=(basic_conference &&other) noexcept
    {
        if (this != &other) {
            close();
            line_ = std::move(other.line_);
        }
        return *this;
    }
    ~basic_conference() { close(); }

    /** The configuration gives clock and random source. */
    static answer<basic_conference> make(const config &config, std::int64_t user_id)
    {
        if (const auto why = config.refusal()) return Policy::template fail<basic_conference>(why->code(), why->text());
        tgcall_conference *raw = nullptr;
        const tgcall_status status = tgcall_conference_new(config.raw_.get(), user_id, &raw);
        return detail::answer<Policy, basic_conference>(status, [&] {
            return basic_conference(
                detail::handle<detail::conference_line>(new detail::conference_line(raw, config.hooks_)));
        });
    }

    /** Ends the part and wipes its keys. */
    void close() noexcept
    {
        if (line_.get()) line_.get()->close();
    }
    bool is_open() const noexcept { return line_.get() && !line_.get()->is_closed(); }

    /** The public key that Telegram is told at the join. */
    answer<std::array<std::uint8_t, 32>> public_key() const
    {
        std::array<std::uint8_t, 32> key{};
        return ask<std::array<std::uint8_t, 32>>(
            [&](auto *raw) { return tgcall_conference_get_public_key(raw, key.data()); }, [&] { return key; });
    }
    /** The block with which this device joins, on the newest block of sub-chain 0, or the first. None: the newest breaks the rules
     * or lets nobody in. */
    answer<std::optional<data>> join(bytes newest = {})
    {
        return lent([=](auto *raw, tgcall_bytes *block) {
            return tgcall_conference_join(raw, newest.data(), newest.size(), block);
        });
    }
    /** Takes a block of sub-chain 0. False: it removed this device or broke the rules, and the conference has failed. */
    answer<bool> apply_block(bytes block)
    {
        return yes([=](auto *raw) { return tgcall_conference_apply_block(raw, block.data(), block.size()); });
    }
    /** The next message for phone.sendConferenceCallBroadcast, if there is one. */
    answer<std::optional<data>> poll_broadcast() { return lent(tgcall_conference_poll_broadcast); }
    /** Takes an element of sub-chain 1. False: it was refused, which harms nothing. */
    answer<bool> handle_broadcast(bytes broadcast)
    {
        return yes([=](auto *raw) {
            return tgcall_conference_handle_broadcast(raw, broadcast.data(), broadcast.size());
        });
    }
    /** The block that removes users. None: none of them takes part. */
    answer<std::optional<data>> remove(span<const std::int64_t> user_ids)
    {
        return lent([=](auto *raw, tgcall_bytes *block) {
            return tgcall_conference_remove(raw, user_ids.data(), user_ids.size(), block);
        });
    }

    answer<conference_state> state() const { return choice<conference_state>(tgcall_conference_get_state); }
    answer<tgcall::verification> verification() const
    {
        return choice<tgcall::verification>(tgcall_conference_get_verification);
    }
    answer<tgcall::block> block() const
    {
        tgcall::block block;
        return ask<tgcall::block>(
            [&](auto *raw) { return tgcall_conference_get_block(raw, &block.height, block.hash.data()); },
            [&] { return block; });
    }
    answer<std::size_t> participant_count() const
    {
        std::size_t count = 0;
        return ask<std::size_t>([&](auto *raw) { return tgcall_conference_get_participant_count(raw, &count); },
                                [&] { return count; });
    }
    /** One of them, in the order of the block. */
    answer<tgcall::participant> participant(std::size_t index) const
    {
        tgcall::participant one;
        return ask<tgcall::participant>(
            [&](auto *raw) {
                return tgcall_conference_get_participant(raw, index, &one.user_id, one.key.data(), &one.permissions);
            },
            [&] { return one; });
    }
    /** The four emoji that all participants compare, once everybody has revealed. */
    answer<std::optional<std::array<std::string, 4>>> emoji() const { return words_of<4>(tgcall_conference_get_emoji); }
    /** The 24 words of the newest block. */
    answer<std::optional<std::array<std::string, 24>>> words() const
    {
        return words_of<24>(tgcall_conference_get_words);
    }

    /** Encrypts for everybody, into the host's buffer: a frame or an in-call message. The first bytes stay readable for the server.
     * The answer is the size; with an empty buffer, that which it would have. */
    answer<std::size_t> encrypt(std::int32_t channel, bytes data, std::size_t prefix_size, span<std::uint8_t> buffer)
    {
        std::size_t size = 0;
        return ask<std::size_t>(
            [&](auto *raw) {
                return tgcall_conference_encrypt(raw, channel, data.data(), data.size(), prefix_size, buffer.data(),
                                                 buffer.size(), &size);
            },
            [&] { return size; });
    }
    /** Decrypts a packet of a user, into a buffer as large as the packet. None: it was refused. */
    answer<std::optional<std::size_t>> decrypt(std::int64_t user_id, bytes packet, span<std::uint8_t> buffer)
    {
        std::size_t size = 0;
        return maybe<std::size_t>(
            [&](auto *raw) {
                return tgcall_conference_decrypt(raw, user_id, packet.data(), packet.size(), buffer.data(),
                                                 buffer.size(), &size);
            },
            [&] { return size; });
    }
    /** As encrypt, for an encoded frame. None: the rare H.264 frame that no encryption leaves whole; drop it. */
    answer<std::optional<std::size_t>> encrypt_frame(std::int32_t channel, frame_codec codec, bool speech,
                                                     std::uint32_t level_dbov, bytes frame, span<std::uint8_t> buffer)
    {
        std::size_t size = 0;
        return maybe<std::size_t>(
            [&](auto *raw) {
                return tgcall_conference_encrypt_frame(raw, channel, std::uint32_t(codec), int(speech), level_dbov,
                                                       frame.data(), frame.size(), buffer.data(), buffer.size(), &size);
            },
            [&] { return size; });
    }
    /** As decrypt, for what encrypt_frame made. */
    answer<std::optional<decrypted_frame>> decrypt_frame(std::int64_t user_id, frame_codec codec, bytes packet,
                                                         span<std::uint8_t> buffer)
    {
        decrypted_frame frame;
        std::int32_t level_dbov = -1;
        return maybe<decrypted_frame>(
            [&](auto *raw) {
                return tgcall_conference_decrypt_frame(raw, user_id, std::uint32_t(codec), packet.data(), packet.size(),
                                                       &level_dbov, buffer.data(), buffer.size(), &frame.size);
            },
            [&] {
                if (level_dbov >= 0) frame.level_dbov = std::uint32_t(level_dbov);
                return frame;
            });
    }

    /** How long until a key is due to be wiped by handle_timeout; none: none is. */
    answer<std::optional<std::chrono::milliseconds>> next_timeout() const
    {
        std::int32_t timeout_ms = -1;
        return maybe<std::chrono::milliseconds>(
            [&](auto *raw) { return tgcall_conference_get_next_timeout(raw, &timeout_ms); },
            [&] { return std::chrono::milliseconds(timeout_ms); });
    }
    answer<void> handle_timeout()
    {
        return ask<void>([](auto *raw) { return tgcall_conference_handle_timeout(raw); }, [] {});
    }
    answer<tgcall::reject> reject() const
    {
        tgcall::reject reject;
        return ask<tgcall::reject>(
            [&](auto *raw) { return tgcall_conference_get_reject(raw, &reject.code, &reject.count); },
            [&] { return reject; });
    }

    /** The form in which Telegram delivers a block or broadcast: for tests and for servers. */
    static answer<data> to_server_form(bytes element)
    {
        data form;
        const tgcall_status status =
            detail::fill(form, [=](std::uint8_t *buffer, std::size_t capacity, std::size_t *size) {
                return tgcall_conference_to_server_form(element.data(), element.size(), buffer, capacity, size);
            });
        return detail::answer<Policy, data>(status, [&] { return std::move(form); });
    }

  private:
    using inside = detail::inside<detail::conference_line>;

    explicit basic_conference(detail::handle<detail::conference_line> line) noexcept : line_(std::move(line)) {}

    template <class T, class Ask, class Get> answer<T> ask(Ask ask, Get get) const
    {
        const inside in(line_);
        if (!in) return detail::closed<Policy, T>();
        return detail::answer<Policy, T>(ask(in.raw()), get);
    }

    template <class T, class Ask, class Get> answer<std::optional<T>> maybe(Ask get_status, Get get) const
    {
        tgcall_status status = TGCALL_OK;
        return ask<std::optional<T>>([&](auto *raw) { return status = get_status(raw); },
                                     [&]() -> std::optional<T> {
                                         if (status != TGCALL_OK) return std::nullopt;
                                         return get();
                                     });
    }

    template <class Ask> answer<bool> yes(Ask get_status)
    {
        tgcall_status status = TGCALL_OK;
        return ask<bool>([&](auto *raw) { return status = get_status(raw); }, [&] { return status == TGCALL_OK; });
    }

    /** Bytes that the library lends until it is asked again: the host's own here. */
    template <class Ask> answer<std::optional<data>> lent(Ask get)
    {
        tgcall_bytes bytes{};
        return maybe<data>([&](auto *raw) { return get(raw, &bytes); },
                           [&] { return data(bytes.data, bytes.data + bytes.size); });
    }

    template <std::size_t Count, class Function>
    answer<std::optional<std::array<std::string, Count>>> words_of(Function *function) const
    {
        tgcall_text texts[Count] = {};
        return maybe<std::array<std::string, Count>>([&](auto *raw) { return function(raw, texts); }, [&] {
            std::array<std::string, Count> words;
            for (std::size_t i = 0; i < Count; i++) words[i] = detail::view(texts[i]);
            return words;
        });
    }

    template <class T, class Function> answer<T> choice(Function *function) const
    {
        std::uint32_t number = 0;
        return ask<T>([&](auto *raw) { return function(raw, &number); }, [&] { return T(number); });
    }

    detail::handle<detail::conference_line> line_;
};

using conference = basic_conference<>;

} // namespace tgcall

#endif
