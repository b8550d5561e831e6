// Two clients in a call of their own, in virtual time: every kind of event of it is visited, sound goes through in all codings, and
// no frame of it allocates anything in this program.
#include "pair.hpp"

#include <cmath>
#include <cstdlib>
#include <new>

static std::size_t allocations;

// Not inlined, or GCC takes malloc and delete for a pair that does not belong together.
__attribute__((noinline)) void *operator new(std::size_t size)
{
    allocations++;
    if (void *memory = std::malloc(size ? size : 1)) return memory;
    throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void *memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

namespace {

using tgcall::status;
using std::chrono::milliseconds;

constexpr tgcall::audio_format WIDE{48000, 1};

template <class Sample> void tone(std::array<Sample, 960> &samples, double loudness)
{
    for (std::size_t i = 0; i < samples.size(); i++)
        samples[i] = Sample(loudness * std::sin(double(i) * 6.283185307 * 10 / 960));
}

/** 20 ms: pushed at one side, pulled at the other. */
template <class Sample> void frame(pair &pair, std::array<Sample, 960> &sent, std::array<Sample, 960> &heard)
{
    CHECK(pair.sides[0].call.push(WIDE, sent));
    pair.sides[1].call.pull(WIDE, heard);
    pair.turn();
    pair.turn();
}

void pcm(pair &pair)
{
    std::array<std::int16_t, 960> sent{}, heard{};
    std::array<float, 960> sent_floats{}, heard_floats{};
    tone(sent, 8000);
    tone(sent_floats, 0.25);
    for (int i = 0; i < 50; i++) frame(pair, sent, heard);
    std::int16_t loudest = 0;
    for (std::int16_t sample : heard) loudest = std::max(loudest, sample);
    CHECK(loudest > 4000 && loudest < 12000);
    for (int i = 0; i < 50; i++) frame(pair, sent_floats, heard_floats);
    float highest = 0;
    for (float sample : heard_floats) highest = std::max(highest, sample);
    CHECK(highest > 0.12f && highest < 0.4f);
    const tgcall::levels level = pair.sides[0].call.level();
    CHECK(level.sent > 2000 && pair.sides[1].call.level().received > 2000);
}

/** Pushed, pulled and delivered sound, and events, cost no memory of this program. */
void nothing_is_allocated(pair &pair)
{
    std::array<std::int16_t, 960> sent{}, heard{};
    std::array<float, 960> floats{};
    std::array<std::uint8_t, 1275> packet{};
    tgcall::call &call = pair.sides[0].call;
    tone(sent, 8000);
    const tgcall::basic_call<tgcall::returns> other(call);
    int events = 0;
    const std::size_t before = allocations;
    for (int i = 0; i < 50; i++) {
        call.push(WIDE, sent);
        call.push(WIDE, floats);
        call.pull(WIDE, heard);
        call.pull(WIDE, floats);
        CHECK(other.push(WIDE, sent).has_value() && other.pull(WIDE, heard).has_value());
        (void)call.level();
        (void)call.queued();
        (void)other.level();
        // A failure as well, where it is not thrown.
        CHECK(!other.push({7, 1}, sent).has_value() && !other.pull_opus(packet).has_value());
        for (pair::side &side : pair.sides)
            side.client.drain(tgcall::on{[&](const ev::transmit &e) { events += !e.bytes.empty(); }});
        pair.now += milliseconds(20);
    }
    CHECK(allocations == before && events > 0);
}

void opus(pair &pair)
{
    tgcall::call &from = pair.sides[0].call, &to = pair.sides[1].call;
    std::array<std::uint8_t, 1275> packet{};
    const std::array<std::uint8_t, 3> silence = {0xf8, 0xff, 0xfe};
    from.set_coding(tgcall::audio_coding::opus, tgcall::audio_coding::opus);
    to.set_coding(tgcall::audio_coding::opus, tgcall::audio_coding::opus);
    const int ready = pair.sides[1].seen[tgcall::event_kind::audio_ready];
    int pulled = 0;
    for (std::uint32_t i = 0; i < 20; i++) {
        CHECK(from.push_opus(960 * i, silence));
        pair.turn();
        pair.turn();
        while (const auto got = to.pull_opus(packet)) {
            pulled++;
            CHECK(got->size >= 1 && got->size < 400);
        }
    }
    CHECK(pulled >= 10 && pair.sides[1].seen[tgcall::event_kind::audio_ready] > ready);
    CHECK(thrown([&] { from.push_opus(0, {}); }) == status::err_argument);
    std::array<std::int16_t, 960> pcm{};
    CHECK(thrown([&] { from.push(WIDE, pcm); }) == status::err_state);
    from.set_coding(tgcall::audio_coding::pcm, tgcall::audio_coding::pcm);
    to.set_coding(tgcall::audio_coding::pcm, tgcall::audio_coding::pcm);
}

void delivered(pair &pair)
{
    std::array<std::int16_t, 960> sent{}, heard;
    tone(sent, 8000);
    pair.sides[1].call.set_delivery(milliseconds(20), {16000, 1});
    heard.fill(7);
    CHECK(thrown([&] { pair.sides[1].call.pull(WIDE, heard); }) == status::err_state && heard[0] == 0);
    int frames = 0, loud = 0;
    for (int i = 0; i < 50; i++) {
        pair.sides[0].call.push(WIDE, sent);
        for (int side = 0; side < 2; side++)
            pair.sides[side].client.drain([&](const tgcall::event &event) {
                pair.take(pair.sides[side], event);
                const auto *frame = std::get_if<ev::audio_frame>(&event);
                if (!frame) return;
                frames++;
                CHECK(frame->rate_hz == 16000 && frame->channels == 1 && samples(*frame).size() == 320);
                for (std::int16_t sample : samples(*frame)) loud += sample > 4000;
            });
        pair.now += milliseconds(20);
    }
    CHECK(frames > 40 && loud > 1000);
    pair.sides[1].call.set_delivery(milliseconds(0));
    CHECK(thrown([&] { pair.sides[1].call.set_delivery(milliseconds(-20)); }) == status::err_argument);
}

void playlist(pair &pair)
{
    std::array<std::int16_t, 960> sent{};
    tgcall::call &call = pair.sides[0].call;
    call.set_queue(milliseconds(100));
    CHECK(thrown([&] { call.set_queue(std::chrono::minutes(2)); }) == status::err_argument);
    int pushed = 0;
    while (call.push(WIDE, sent)) CHECK(++pushed < 100);
    CHECK(pushed >= 5 && call.queued() > milliseconds(40));
    call.clear();
    CHECK(call.queued() == milliseconds(0));
    call.push(WIDE, sent);
    for (int i = 0; i < 20; i++) pair.turn();
    CHECK(pair.sides[0].seen[tgcall::event_kind::audio_played] > 0);
    call.set_queue(milliseconds(0));
    call.set_encoding(24000, milliseconds(40), 1);
    call.set_encoding(0, milliseconds(20));
    CHECK(thrown([&] { call.set_encoding(1); }) == status::err_argument);
    CHECK(thrown([&] { call.push({48000, 2}, tgcall::span<const std::int16_t>(sent.data(), 959)); }) ==
          status::err_argument);
    CHECK(thrown([&] { call.push({48000, 0}, sent); }) == status::err_argument);
}

void figures(pair &pair)
{
    const tgcall::call &call = pair.sides[0].call;
    const auto [bytes, connect, calls] =
        call.stats(tgcall::stat::bytes_sent, tgcall::stat::connect_ms, tgcall::stat::calls);
    CHECK(bytes > 1000 && connect && !calls);
    const std::vector<std::uint64_t> streams = call.streams();
    CHECK(streams.size() == 2 && streams[0] >> 32 == std::uint64_t(tgcall::stream_kind::audio_sent));
    CHECK(call.stream_stats(streams[0], tgcall::stat::packets_sent)[0] > 50);
    CHECK(thrown([&] { call.stream_stats(77, tgcall::stat::packets_sent); }) == status::err_not_found);
    CHECK(call.report().find("9.0.0") != std::string::npos);
    CHECK(call.report(tgcall::report_format::json).front() == '{');
}

/** Switches, the other side's news of them, an end, and copies of events that outlive their client. */
void the_rest(pair &pair)
{
    pair::side &one = pair.sides[0], &two = pair.sides[1];
    one.call.set_muted(true);
    tgcall::kept media;
    for (int i = 0; i < 100; i++) {
        pair.turn();
        if (i == 50) one.call.set_muted(false);
    }
    CHECK(two.seen[tgcall::event_kind::call_media] >= 2);
    CHECK(!has(one.call.get_switches().own, tgcall::switches::muted));
    one.call.discard();
    while (auto event = one.client.poll()) {
        if (std::holds_alternative<ev::call_ended>(event->get())) media = std::move(*event);
    }
    one.client.close();
    const tgcall::event event = media.get();
    const auto &ended = std::get<ev::call_ended>(event);
    CHECK(ended.end == tgcall::end::local_hangup && ended.duration >= std::chrono::seconds(3) && !ended.text().empty());
    CHECK(ended.userdata() == &pair && ended.call_id == one.call.id());
    CHECK(thrown([&] { (void)tgcall::call(ended).state(); }) == status::err_state);
    CHECK(std::holds_alternative<ev::unknown>(tgcall::kept().get()));
    const tgcall::kept again(event);
    CHECK(std::get<ev::call_ended>(again.get()).end == tgcall::end::local_hangup);
}

} // namespace

int main()
{
    pair pair;
    CHECK(pair.sides[0].call.state() == tgcall::call_state::connecting);
    pair.until_active();
    pcm(pair);
    nothing_is_allocated(pair);
    opus(pair);
    delivered(pair);
    playlist(pair);
    figures(pair);
    the_rest(pair);
    for (auto kind : {tgcall::event_kind::call_state, tgcall::event_kind::signaling_send, tgcall::event_kind::socket_open,
                      tgcall::event_kind::transmit})
        CHECK(pair.sides[0].seen[kind] > 0);
    CHECK(pair.sides[0].seen[tgcall::event_kind::none] == 0);
    return 0;
}
