// Two accounts of a simulated Telegram in one call, from the request to the hang-up, and a picture that goes from one to the other.
//
//   pictures PORT      that of `tgcall-sim`
#include <algorithm>
#include <cstdlib>

#include "accounts.hpp"

namespace {

using tgcall::status;

constexpr tgcall::video_source CAMERA = tgcall::video_source::camera;
constexpr std::array<tgcall::video_codec, 1> ENCODED = {tgcall::video_codec::vp8};
constexpr std::array<tgcall::video_codec, 2> DECODED = {tgcall::video_codec::vp8, tgcall::video_codec::h264};

/** A frame of VP8 as far as it is read: the head of a key frame says 640 x 360. */
std::vector<std::uint8_t> frame(bool key)
{
    std::vector<std::uint8_t> bytes(5000);
    for (std::size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<std::uint8_t>(7 * i + 3);
    const std::array<std::uint8_t, 10> head = {0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};
    std::copy(head.begin(), head.end(), bytes.begin());
    if (!key) bytes[0] |= 1;
    return bytes;
}

tgcall::encoded_frame encoded(const std::vector<std::uint8_t> &bytes, std::uint32_t timestamp, bool key)
{
    tgcall::encoded_frame frame;
    frame.codec = tgcall::video_codec::vp8;
    frame.timestamp = timestamp;
    frame.key = key;
    frame.data = bytes;
    return frame;
}

void what_is_wrong(const tgcall::call &call)
{
    CHECK(thrown([&] { call.set_video_codecs(ENCODED, DECODED); }) == status::err_state);
    CHECK(thrown([&] { call.start_video(CAMERA, {0, 360}); }) == status::err_argument);
    CHECK(thrown([&] { call.start_video(tgcall::video_source::none, {640, 360}); }) == status::err_argument);
    CHECK(thrown([&] { call.set_video_rotation(CAMERA, 45); }) == status::err_argument);
    CHECK(thrown([&] { call.set_video_paused(tgcall::video_source::screen, true); }) == status::err_state);
    CHECK(thrown([&] { call.push({}); }) == status::err_argument);
    const tgcall::basic_call<tgcall::returns> other(call);
    CHECK(!other.push({}).has_value() && !other.start_video(CAMERA, {0, 360}).has_value());
    const std::array<tgcall::video_codec, 2> twice = {tgcall::video_codec::vp8, tgcall::video_codec::vp8};
    CHECK(thrown([&] { tgcall::client(tgcall::config().video_codecs(twice, {})); }) == status::err_argument);
}

void a_picture_in_a_call(std::uint16_t port)
{
    const auto encodes = [](std::int64_t user) {
        tgcall::config config;
        config.user_id(user).video_codecs(ENCODED, DECODED);
        return config;
    };
    world world(port, encodes);
    account &alice = world.alice, &bob = world.bob;
    const tgcall::call shows = alice.request(1002);
    shows.start_video(CAMERA, {640, 360});
    const std::vector<std::uint8_t> key = frame(true), next = frame(false);
    CHECK(thrown([&] { shows.push(encoded(key, 7, true)); }) == status::err_state); // nobody has asked for it yet
    const tgcall::kept rings = world.next<ev::call_incoming>(bob);
    CHECK(std::get<ev::call_incoming>(rings.get()).is_video);
    const tgcall::call sees(std::get<ev::call_incoming>(rings.get()));
    sees.accept();
    world.next<ev::call_state>(alice, is_active);
    world.next<ev::call_state>(bob, is_active);
    CHECK(shows.emoji() == sees.emoji());
    what_is_wrong(shows);

    const tgcall::kept asked = world.next<ev::video_encode>(alice, [](const ev::video_encode &e) { return e.bits_per_s > 0; });
    const tgcall::event event = asked.get();
    const auto &encode = std::get<ev::video_encode>(event);
    CHECK(encode.source == CAMERA && encode.codec == tgcall::video_codec::vp8 && encode.layer == 0);
    CHECK(encode.width > 0 && encode.width <= 640 && encode.height <= 360 && encode.frames_per_s > 0);
    shows.set_video_rotation(CAMERA, 90);
    CHECK(!sees.pull(CAMERA));
    CHECK(shows.push(encoded(key, 7, true)) && shows.push(encoded(next, 3007, false)));
    std::vector<tgcall::video_frame> seen;
    world.run([&] {
        if (bob.take<ev::video_ready>([](const ev::video_ready &e) { return e.source == CAMERA; }))
            while (std::optional<tgcall::video_frame> frame = sees.pull(CAMERA)) seen.push_back(std::move(*frame));
        return seen.size() >= 2;
    });
    const tgcall::video_frame &first = seen[0], &second = seen[1];
    CHECK(first.codec() == tgcall::video_codec::vp8 && first.is_key() && !second.is_key());
    CHECK(first.width() == 640 && first.height() == 360 && first.rotation() == 90 && first.delay().count() == 0);
    CHECK(second.timestamp() - first.timestamp() == 3000);

    sees.want_key_frame(CAMERA);
    world.next<ev::video_key_frame>(alice, [](const ev::video_key_frame &e) { return e.source == CAMERA && e.layer == 0; });
    shows.set_video_paused(CAMERA, true);
    shows.set_low_battery(true);
    world.next<ev::call_media>(bob, [](const ev::call_media &e) {
        using tgcall::switches;
        constexpr switches all = switches::camera | switches::camera_paused | switches::low_battery;
        return (switches(e.switches) & all) == all;
    });
    shows.stop_video(CAMERA);
    shows.discard();
    const tgcall::kept ended = world.next<ev::call_ended>(bob);
    CHECK(std::get<ev::call_ended>(ended.get()).end == tgcall::end::remote_hangup);
    world.run([&] { return !alice.is_busy(); });
    alice.close();
    bob.close();
    // Each is its own, also after the client.
    CHECK(std::equal(key.begin(), key.end(), first.data().begin(), first.data().end()));
    CHECK(std::equal(next.begin(), next.end(), second.data().begin(), second.data().end()));
    CHECK(thrown([&] { (void)sees.pull(CAMERA); }) == status::err_state);
}

} // namespace

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    a_picture_in_a_call(static_cast<std::uint16_t>(std::atoi(argv[1])));
    return 0;
}
