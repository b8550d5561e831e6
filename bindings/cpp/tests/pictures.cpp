// Two accounts of a simulated Telegram in one call, from the request to the hang-up, and a picture that goes from one to the other.
//
//   pictures PORT      that of `tgcall-sim`
#include <check.h>
#include <telegram.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>

namespace {

namespace ev = tgcall::events;
using tgcall::status;
using std::chrono::steady_clock;

constexpr tgcall::video_source CAMERA = tgcall::video_source::camera;
constexpr std::array<tgcall::video_codec, 1> ENCODED = {tgcall::video_codec::vp8};
constexpr std::array<tgcall::video_codec, 2> DECODED = {tgcall::video_codec::vp8, tgcall::video_codec::h264};

/** The status that is thrown. */
template <class Run> status thrown(Run run)
{
    try {
        run();
    } catch (const tgcall::exception &why) {
        CHECK(*why.what() != '\0');
        return why.code();
    }
    return status::ok;
}

/** A user with a client that the library's thread runs; what that tells waits for the program's only thread. */
class account
{
  public:
    account(std::uint16_t port, std::int64_t user)
        : telegram_(port, user), client_(tgcall::config().user_id(user).video_codecs(ENCODED, DECODED))
    {
        client_.set_server_time(telegram_.time());
        client_.start([this](const tgcall::event &event) {
            if (const auto *request = std::get_if<ev::invoke>(&event)) return telegram_.invoke(request->request, request->bytes);
            const std::lock_guard<std::mutex> lock(lock_);
            told_.emplace_back(event);
        });
    }

    tgcall::call request(std::int64_t user) { return client_.request(user, telegram_.access_hash(user), true); }

    /** Hands on what Telegram says, for 5 ms at most. */
    void turn() { telegram_.wait(client_, std::chrono::milliseconds(5)); }

    bool is_busy() const { return telegram_.is_busy(); }

    /** The first event of a kind of which something holds, if it has been told; those before it are gone. */
    template <class Event, class Look> std::optional<tgcall::kept> take(Look look)
    {
        const std::lock_guard<std::mutex> lock(lock_);
        while (!told_.empty()) {
            tgcall::kept kept = std::move(told_.front());
            told_.pop_front();
            const tgcall::event event = kept.get();
            const auto *of_kind = std::get_if<Event>(&event);
            if (of_kind && look(*of_kind)) return kept;
        }
        return std::nullopt;
    }

    void close() { client_.close(); }

  private:
    std::mutex lock_;
    std::deque<tgcall::kept> told_;
    telegram telegram_;
    tgcall::client client_; // the first to go, as its thread uses the rest
};

struct world {
    account alice, bob;

    explicit world(std::uint16_t port) : alice(port, 1001), bob(port, 1002) {}

    template <class Until> void run(Until until)
    {
        const steady_clock::time_point give_up = steady_clock::now() + std::chrono::seconds(60);
        while (!until()) {
            CHECK(steady_clock::now() < give_up);
            alice.turn();
            bob.turn();
        }
    }

    template <class Event, class Look> tgcall::kept next(account &account, Look look)
    {
        std::optional<tgcall::kept> found;
        run([&] { return (found = account.take<Event>(look)).has_value(); });
        return std::move(*found);
    }

    template <class Event> tgcall::kept next(account &account)
    {
        return next<Event>(account, [](const Event &) { return true; });
    }
};

const auto is_active = [](const ev::call_state &e) { return e.state == tgcall::call_state::active; };

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
    world world(port);
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
