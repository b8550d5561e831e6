// Two accounts of a simulated Telegram in one group call: they hear each other, each by himself as well; who is there; what is asked of
// Telegram and refused by it; a call that somebody else joins.
//
//   groups PORT      that of `tgcall-sim`
#include <cmath>
#include <cstdlib>
#include <set>

#include "accounts.hpp"

namespace {

using tgcall::status;

constexpr std::int64_t ALICE = 1001, BOB = 1002, FRIENDS = 5001;
constexpr tgcall::audio_format FORMAT = {16000, 1};
constexpr std::size_t FRAME = 320;
constexpr tgcall::video_source CAMERA = tgcall::video_source::camera;
constexpr double TURN = 2 * 3.14159265358979 / 16000;

/** A tone, piece by piece. */
class tone
{
  public:
    explicit tone(double hz) : hz_(hz) {}
    std::array<std::int16_t, FRAME> next()
    {
        std::array<std::int16_t, FRAME> frame{};
        for (std::int16_t &sample : frame) sample = static_cast<std::int16_t>(8000 * std::sin(hz_ * TURN * double(at_++)));
        return frame;
    }

  private:
    double hz_;
    long at_ = 0;
};

/** Whether most of a frame is the tone (Goertzel). */
bool is_tone(const std::array<std::int16_t, FRAME> &frame, double hz)
{
    const double turn = 2 * std::cos(hz * TURN);
    double one = 0, two = 0, total = 0;
    for (const std::int16_t sample : frame) {
        const double next = sample + turn * one - two;
        two = one;
        one = next;
        total += double(sample) * sample;
    }
    return total > 0 && 2 * (one * one + two * two - turn * one * two) / (FRAME * total) > 0.8;
}

tgcall::config plain(std::int64_t user)
{
    tgcall::config config;
    constexpr std::array<tgcall::video_codec, 1> VP8 = {tgcall::video_codec::vp8};
    config.user_id(user).video_codecs(VP8, VP8);
    return config;
}

/** What became of a request. */
tgcall::kept answered(world &world, account &account, std::uint64_t request)
{
    return world.next<ev::answer>(account, [=](const ev::answer &e) { return e.request == request; });
}

/** Makes the call that all meet in: who connects from now on is told of it. */
void make_call(std::uint16_t port)
{
    account alice(port, ALICE, plain(ALICE));
    const tgcall::group group = alice.client().create_group(alice.connection().find_chat(FRIENDS).peer, "Song");
    CHECK(group.kind() == tgcall::call_kind::group && group.state() == tgcall::call_state::requesting);
    const auto is_open = [](const ev::call_state &e) { return e.state == tgcall::call_state::open; };
    while (!alice.take<ev::call_state>(is_open)) alice.turn();
    alice.close();
}

tgcall::group opened(account &account)
{
    const tgcall::address loopback = {{127, 0, 0, 1}, 0, 4, 0}; // where tgcall-sim has its media server
    account.client().set_interfaces({&loopback, 1});
    return account.client().open_group(account.connection().find_chat(FRIENDS).call);
}

void hear_each_other(world &world, const tgcall::group &hers, const tgcall::group &his)
{
    tone low(440), high(1000);
    int she_heard = 0, he_heard = 0;
    const std::chrono::milliseconds ahead(200);
    for (const tgcall::group *one : {&hers, &his}) one->set_queue(std::chrono::seconds(1));
    auto next = std::chrono::steady_clock::now();
    world.run([&] {
        while (hers.queued() < ahead) hers.push(FORMAT, low.next());
        while (his.queued() < ahead) his.push(FORMAT, high.next());
        if (std::chrono::steady_clock::now() < next) return false;
        next += std::chrono::milliseconds(20);
        std::array<std::int16_t, FRAME> frame;
        hers.pull(FORMAT, frame);
        she_heard += is_tone(frame, 1000);
        his.pull(tgcall::peers::user(ALICE), FORMAT, frame); // his is separate
        he_heard += is_tone(frame, 440);
        return she_heard > 15 && he_heard > 15;
    });
    std::array<float, FRAME> nothing;
    CHECK(!his.pull(tgcall::peers::user(999), FORMAT, nothing) && nothing[FRAME - 1] == 0);
}

void who_is_there(world &world, const tgcall::group &hers)
{
    bool has_spoken = false;
    world.run([&] {
        const auto speaks = [](const ev::group_levels &e) {
            for (std::size_t at = 0; auto one = tgcall::level_at(e, at); at++)
                if (tgcall::peers::is_same(one->peer, tgcall::peers::user(BOB)) && one->level > 1000) return true;
            return false;
        };
        has_spoken = has_spoken || world.alice.take<ev::group_levels>(speaks);
        return has_spoken;
    });
    world.run([&] { return hers.roster().size() == 2; });
    const tgcall::roster roster = hers.roster();
    CHECK(roster.title() == "Song" && roster.size() == 2 && roster.total() == 2 && !roster.empty());
    CHECK((roster.settings() & tgcall::group_settings::creator) == tgcall::group_settings::creator);
    std::set<std::int64_t> ids;
    for (const tgcall::group_participant one : roster) ids.insert(one.peer().id);
    CHECK(ids == std::set<std::int64_t>({ALICE, BOB}));
    const std::optional<tgcall::group_participant> bob = roster.find(tgcall::peers::user(BOB));
    CHECK(bob && bob->volume() == 10000 && !bob->is_self() && bob->about().empty() && bob->date_unix().count() > 0);
    CHECK(roster.find(tgcall::peers::self())->is_self() && !roster.find(tgcall::peers::user(999)));
}

/** A key frame of VP8 as far as it is read: 640 x 360. */
std::vector<std::uint8_t> key_frame()
{
    std::vector<std::uint8_t> bytes = {0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};
    bytes.resize(2000, 7);
    return bytes;
}

void his_looks_at_hers(world &world, const tgcall::group &hers, const tgcall::group &his)
{
    const tgcall::peer alice = tgcall::peers::user(ALICE);
    const std::vector<std::uint8_t> key = key_frame();
    his.want_video(alice, CAMERA, tgcall::video_quality::full);
    hers.start_video(CAMERA, {640, 360});
    std::optional<tgcall::video_frame> seen;
    world.run([&] {
        if (const auto asked = world.alice.take<ev::video_encode>([](const ev::video_encode &e) { return e.bits_per_s > 0; })) {
            tgcall::encoded_frame frame;
            frame.layer = std::get<ev::video_encode>(asked->get()).layer;
            frame.codec = tgcall::video_codec::vp8;
            frame.key = true;
            frame.data = key;
            CHECK(hers.push(frame));
        }
        if (world.bob.take<ev::video_ready>([](const ev::video_ready &e) { return e.peer.id == ALICE; }))
            seen = his.pull(alice, CAMERA);
        return seen.has_value();
    });
    CHECK(seen->is_key() && seen->width() == 640 && seen->height() == 360 && seen->data().size() == key.size());
    CHECK(!his.pull(CAMERA)); // that is the picture of a program
    his.want_key_frame(alice, CAMERA);
    world.next<ev::video_key_frame>(world.alice, [](const ev::video_key_frame &) { return true; });
    his.want_video(alice, CAMERA, tgcall::video_quality::none);
    world.next<ev::video_encode>(world.alice, [](const ev::video_encode &e) { return e.bits_per_s == 0; });
}

void what_is_asked(world &world, const tgcall::group &hers, const tgcall::group &his)
{
    const tgcall::kept done = answered(world, world.alice, hers.set_title("Dance"));
    CHECK(std::get<ev::answer>(done.get()).code == 0 && hers.roster().title() == "Dance");
    const tgcall::kept refused = answered(world, world.bob, his.set_title("Mine"));
    CHECK(std::get<ev::answer>(refused.get()).error == "GROUPCALL_FORBIDDEN");
    const tgcall::kept link = answered(world, world.alice, hers.export_link());
    CHECK(std::get<ev::answer>(link.get()).link.find("t.me") != std::string_view::npos);
    const tgcall::peer friends = world.alice.connection().find_chat(FRIENDS).peer;
    const tgcall::kept kept = answered(world, world.alice, world.alice.client().get_join_as(friends));
    const ev::answer as = std::get<ev::answer>(kept.get());
    CHECK(as.peer_count > 0 && tgcall::peer_at(as, 0) && !tgcall::peer_at(as, as.peer_count));
    const tgcall::peer bob = tgcall::peers::user(BOB, world.alice.connection().access_hash(BOB));
    answered(world, world.alice, hers.set_muted(bob, true));
    CHECK(hers.roster().find(bob)->is_muted_by_admin());
    answered(world, world.alice, hers.send_message("hello"));
    const auto is_hello = [](const ev::group_message &e) { return e.message == "hello" && e.peer.id == ALICE; };
    world.next<ev::group_message>(world.bob, is_hello);
    CHECK(thrown([&] { hers.set_muted(tgcall::peers::self(), true); }) == status::err_argument);
    CHECK(!tgcall::basic_group<tgcall::returns>(hers).set_volume(bob, 0).has_value());
}

void a_call_that_somebody_else_joins(tgcall::client &client)
{
    const tgcall::group group = client.attach_group(true);
    const tgcall::group_payload payload = group.payload();
    CHECK(payload.params.find("fingerprints") != std::string::npos);
    CHECK(thrown([&] { group.connect(payload.source, "no answer"); }) == status::err_argument);
    const tgcall::peer bob = tgcall::peers::user(BOB);
    group.handle_participant(bob, 77, 5000);
    group.handle_video(bob, tgcall::video_source::camera, "end", R"([{"semantics":"SIM","sources":[1]}])");
    CHECK(group.roster().find(bob)->get_switches() == tgcall::switches::camera);
    group.remove_participant(bob);
    CHECK(group.roster().empty());
    group.join();
    CHECK(group.payload().source != payload.source);
    group.discard();
}

void two_in_a_group_call(std::uint16_t port)
{
    make_call(port);
    world world(port, plain);
    const tgcall::group hers = opened(world.alice), his = opened(world.bob);
    CHECK(thrown([&] { opened(world.bob); }) == status::err_state);
    hers.set_levels(true);
    his.set_separate(true);
    hers.join();
    his.join();
    world.next<ev::call_state>(world.alice, is_active);
    world.next<ev::call_state>(world.bob, is_active);
    CHECK(hers.mode() == tgcall::group_mode::connected);
    hear_each_other(world, hers, his);
    std::array<std::int16_t, FRAME> frame;
    CHECK(thrown([&] { his.pull(FORMAT, frame); }) == status::err_state);
    who_is_there(world, hers);
    his_looks_at_hers(world, hers, his);
    what_is_asked(world, hers, his);
    a_call_that_somebody_else_joins(world.alice.client());
    const tgcall::roster last = hers.roster();
    his.discard();
    world.next<ev::call_ended>(world.bob);
    hers.end_for_all();
    world.next<ev::call_ended>(world.alice, [&](const ev::call_ended &e) { return e.call_id == hers.id(); });
    world.run([&] { return !world.alice.is_busy() && !world.bob.is_busy(); });
    world.alice.close();
    world.bob.close();
    CHECK(last.size() == 2 && last[0].peer().id != 0); // also after the client
    CHECK(thrown([&] { (void)hers.roster(); }) == status::err_state);
}

} // namespace

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    two_in_a_group_call(static_cast<std::uint16_t>(std::atoi(argv[1])));
    return 0;
}
