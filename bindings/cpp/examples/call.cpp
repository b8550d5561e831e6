// A call with sound: each side sends a tone and measures what it hears. The library's thread carries the sound and delivers the
// events; this program speaks to Telegram, and plays loudspeaker and microphone.
//
//   call PORT ACCOUNT          waits for a call and takes it
//   call PORT ACCOUNT USER     calls USER, talks for two seconds, hangs up
//
// PORT is that of `tgcall-sim`. Status 0: there was a conversation; 2: there was none; 1: it could not begin.
#include "telegram.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
namespace events = tgcall::events;

static long long account;

static void say(const char *what, std::string_view more = {})
{
    const long long now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_type::now().time_since_epoch()).count();
    std::printf("%2lld.%03lld  %lld  %-10s %.*s\n", now / 1000 % 100, now % 1000, account, what, int(more.size()), more.data());
    std::fflush(stdout);
}

// What the library's thread tells ours.
struct news {
    std::atomic<bool> is_active{false}, is_over{false}, has_talked{false};
    std::atomic<std::uint64_t> call{0};
};

static void show_emoji(const tgcall::call &call)
{
    std::string line;
    for (std::string_view emoji : call.emoji()) line.append(emoji).append(" ");
    say("emoji", line);
}

static tgcall::client open(telegram &telegram, news &news)
{
    tgcall::config config;
    config.user_id(account).on_error([](std::exception_ptr why) {
        try {
            std::rethrow_exception(why);
        } catch (const std::exception &error) {
            say("error", error.what());
        }
    });
    tgcall::client client(config);
    client.set_server_time(telegram.time());
    client.start(tgcall::on{
        [&](const events::invoke &e) {
            if (e.method != "phone.sendSignalingData") say("request", e.method);
            telegram.invoke(e.request, e.bytes);
        },
        [&](const events::call_incoming &e) {
            say("incoming", e.text());
            news.call = e.call_id;
            tgcall::call(e).accept();
        },
        [&](const events::call_state &e) {
            say("state", e.text());
            if (e.state == tgcall::call_state::connecting) show_emoji(tgcall::call(e));
            news.is_active = e.state == tgcall::call_state::active;
            if (news.is_active) news.has_talked = true;
        },
        [&](const events::call_ended &e) {
            say("ended", e.text());
            news.is_active = false;
            news.is_over = true;
        },
    });
    return client;
}

// What an audio device's callback would do: a handle of its own, which throws nothing, as the call may end at any moment.
using sound = tgcall::basic_call<tgcall::returns>;

// 20 ms of a tone out, and 20 ms in; whether there was sound.
static bool talk(const sound &call, double &phase)
{
    std::array<std::int16_t, 960> frame;
    for (std::int16_t &sample : frame) sample = std::int16_t(8000 * std::sin(phase += 440 * 6.283185307 / 48000));
    (void)call.push({48000, 1}, frame);
    (void)call.pull({48000, 1}, frame); // silence where there is nothing
    double power = 0;
    for (std::int16_t sample : frame) power += double(sample) * sample / double(frame.size());
    return std::sqrt(power) > 2000;
}

static int run(std::uint16_t port, std::int64_t user)
{
    news news;
    telegram telegram(port, account);
    tgcall::client client = open(telegram, news);
    if (user) news.call = client.request(user, telegram.access_hash(user)).id();
    else say("waits", "for a call");

    double phase = 0;
    std::chrono::milliseconds talked{0}, heard{0};
    clock_type::time_point next = clock_type::now();
    const clock_type::time_point give_up = next + 60s;
    // Until the call is over and Telegram has heard all about it.
    while ((!news.is_over || telegram.is_busy()) && clock_type::now() < give_up) {
        telegram.wait(client, 5ms);
        if (!news.is_active) next = clock_type::now();
        for (; news.is_active && next <= clock_type::now(); next += 20ms) {
            talked += 20ms;
            if (talk(sound(client.call(news.call)), phase)) heard += 20ms;
        }
        if (user && talked >= 2s && !news.is_over) {
            client.call(news.call).discard();
            talked = -60s;
        }
    }
    say("heard", std::to_string(heard.count()) + " ms of the tone");
    return news.is_over && news.has_talked ? 0 : 2;
}

int main(int argc, char **argv)
{
    if (argc < 3) return std::fprintf(stderr, "usage: call PORT ACCOUNT [USER]\n"), 1;
    account = std::atoll(argv[2]);
    try {
        return run(std::uint16_t(std::atoi(argv[1])), argc > 3 ? std::atoll(argv[3]) : 0);
    } catch (const std::exception &why) {
        return std::fprintf(stderr, "%s\n", why.what()), 1;
    }
}
