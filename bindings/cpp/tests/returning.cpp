// The policy that throws nothing, in a program without exceptions and without RTTI: a whole call between two clients, fed with
// decoded objects by a Telegram of a page; what is refused, with its text; values that are not there.
#include <check.h>
#include <tgcall.hpp>

#include <string>
#include <vector>

template class tgcall::basic_client<tgcall::returns>;
template class tgcall::basic_call<tgcall::returns>;
template class tgcall::basic_conference<tgcall::returns>;
template class tgcall::result<std::string>;

namespace {

namespace ev = tgcall::events;
using tgcall::status;
using client = tgcall::basic_client<tgcall::returns>;
using call = tgcall::basic_call<tgcall::returns>;

struct side {
    client of;
    call theirs;
    tgcall::call_state state = tgcall::call_state::none;
    tgcall::end end = tgcall::end::none;
    std::string received;
    bool wants_rating = false, is_rated = false, is_canceled = false;
};

class telegram
{
  public:
    side sides[2];
    std::vector<std::uint8_t> g_b, prime = std::vector<std::uint8_t>(256);

    telegram(tgcall::config &first, tgcall::config &second)
    {
        static const char PRIME[] =
            "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db"
            "fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64"
            "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41"
            "0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4"
            "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf"
            "6f4fadf034b10403119cd8e3b92fcc5b";
        for (std::size_t i = 0; i < 256; i++) prime[i] = std::uint8_t(std::stoul(std::string(PRIME + 2 * i, 2), nullptr, 16));
        sides[0].of = *client::make(first);
        sides[1].of = *client::make(second);
    }

    void run()
    {
        for (int idle = 0, at = 0; idle < 2; at = !at) {
            const auto drained = sides[at].of.drain([&](const tgcall::event &event) { take(sides[at], sides[!at], event); });
            CHECK(drained.has_value());
            idle = *drained ? 0 : idle + 1;
        }
    }

  private:
    void take(side &me, side &other, const tgcall::event &event)
    {
        tgcall::on{
            [&](const ev::invoke &e) { invoke(me, other, e); },
            [&](const ev::call_incoming &e) {
                CHECK(e.user == 77 && !e.is_video && e.userdata() == nullptr);
                CHECK(call(e).set_userdata(&me));
            },
            [&](const ev::call_state &e) {
                CHECK(e.old_state == me.state && e.call_id == me.theirs.id());
                me.state = e.state;
            },
            [&](const ev::call_ended &e) {
                me.end = e.end;
                me.wants_rating = e.wants_rating;
                CHECK(e.state == tgcall::call_state::ended && e.old_state != e.state && !e.wants_report);
                CHECK(e.retry_after.count() == 0 && e.slug.empty() && e.duration.count() < 5);
                CHECK(e.action == tgcall::action::none);
            },
            [&](const ev::signaling_received &e) { me.received = tgcall::as_text(e.bytes); },
            [&](const ev::cancel &e) {
                me.is_canceled = true;
                CHECK(me.of.handle_error(e.request, 0, nullptr).error().code() == status::err_not_found);
            },
        }(event);
    }

    void invoke(side &me, side &other, const ev::invoke &e)
    {
        CHECK(e.request != 0 && e.dc == 0 && !e.bytes.empty());
        // TL bytes behind so many of the head.
        const auto inner = [&](std::size_t at) {
            const std::uint8_t *from = e.bytes.data() + at;
            if (from[0] < 254) return tgcall::bytes(from + 1, from[0]);
            return tgcall::bytes(from + 4, from[1] | std::size_t(from[2]) << 8 | std::size_t(from[3]) << 16);
        };
        if (e.method == "messages.getDhConfig") {
            CHECK(me.of.handle_dh_config(e.request, 3, prime, 1, prime));
            return;
        } else if (e.method == "phone.requestCall") {
            CHECK(*me.theirs.handle_waiting({1000, 2000}, 0));
            CHECK(!*me.theirs.handle_waiting({1001, 2000}, 0)); // that of another call
            auto made = other.of.handle_requested({1000, 3000}, 77, 1700000000, false, inner(32));
            CHECK(made && *made);
            other.theirs = std::move(**made);
            made = other.of.handle_requested({1000, 3000}, 77, 1700000000, false, inner(32));
            CHECK(made && !*made); // known
        } else if (e.method == "phone.receivedCall") {
            CHECK(*other.theirs.handle_waiting({1000, 2000}, 1700000001));
        } else if (e.method == "phone.acceptCall") {
            g_b.assign(inner(24).begin(), inner(24).end());
            CHECK(other.theirs.handle_accepted(g_b));
        } else if (e.method == "phone.confirmCall") {
            const tgcall::bytes g_a = inner(24);
            const std::uint8_t *behind = e.bytes.data() + 24 + (4 + g_a.size() + 3) / 4 * 4;
            std::int64_t fingerprint;
            std::memcpy(&fingerprint, behind, sizeof fingerprint);
            CHECK(me.theirs.handle_confirmed(g_b, fingerprint));
            CHECK(other.theirs.handle_confirmed(g_a, fingerprint));
        } else if (e.method == "phone.sendSignalingData") {
            CHECK(*other.theirs.handle_signaling(inner(24)));
        } else if (e.method == "phone.discardCall") {
            for (side &side : sides)
                CHECK(side.theirs.handle_discarded(tgcall::discard_reason::hangup, true, false));
        } else {
            CHECK(e.method == "phone.setCallRating");
            me.is_rated = true;
        }
        const auto answered = me.of.handle_answer(e.request);
        CHECK(answered.has_value() || answered.error().code() == status::err_not_found);
    }
};

/** It fails so, and says why. */
template <class T> bool is_refused(const tgcall::result<T> &result, status code)
{
    if (!result.has_value() && result.error().code() == code && !result.error().text().empty()) return true;
    fprintf(stderr, "%s: %s\n", tgcall::name(result.error().code()).data(), std::string(result.error().text()).c_str());
    return false;
}

void a_whole_call()
{
    tgcall::config first, second;
    first.media(tgcall::media::host).user_id(77).auto_confirm(false).max_calls(2);
    second.media(tgcall::media::host).user_id(88).versions({"9.0.0", "8.0.0"});
    second.timers(std::chrono::seconds(10), std::chrono::minutes(1)).p2p(tgcall::p2p::never);
    telegram t(first, second);
    side &caller = t.sides[0], &callee = t.sides[1];
    const auto versions = callee.of.versions();
    CHECK(versions && versions->size() == 2 && (*versions)[0] == "9.0.0" && (*versions)[1] == "8.0.0");
    CHECK(callee.of.set_server_time(std::chrono::seconds(1700000001)));

    auto made = caller.of.request(88, 99, false, &t);
    CHECK(made);
    caller.theirs = std::move(*made);
    CHECK(is_refused(caller.theirs.accept(), status::err_state));
    CHECK(is_refused(caller.theirs.telegram_id(), status::err_state));
    CHECK(is_refused(caller.theirs.emoji(), status::err_state));
    CHECK(is_refused(caller.theirs.end(), status::err_state));
    t.run();
    CHECK(caller.state == tgcall::call_state::ringing);
    CHECK(callee.theirs.accept());
    t.run();
    CHECK(caller.state == tgcall::call_state::accepted && caller.theirs.confirm());
    t.run();

    std::vector<std::uint8_t> keys[2];
    std::array<std::string_view, 4> emoji[2];
    for (int i = 0; i < 2; i++) {
        side &side = t.sides[i];
        CHECK(side.state == tgcall::call_state::connecting);
        CHECK(*side.theirs.state() == tgcall::call_state::connecting);
        CHECK(*side.theirs.kind() == tgcall::call_kind::private_);
        CHECK(*side.theirs.user() == (i == 0 ? 88 : 77));
        CHECK(*side.theirs.direction() == (i == 0 ? tgcall::direction::outgoing : tgcall::direction::incoming));
        CHECK(side.theirs.telegram_id()->id == 1000 && side.theirs.telegram_id()->access_hash == 2000 + 1000 * i);
        CHECK(side.theirs.duration()->count() == 0);
        CHECK(side.theirs.get_switches()->own == tgcall::switches::none && !has(side.theirs.get_switches()->theirs, tgcall::switches::muted));
        emoji[i] = *side.theirs.emoji();
        keys[i].resize(*side.theirs.key({}));
        CHECK(*side.theirs.key(keys[i]) == 256);
        std::uint8_t small[255];
        CHECK(is_refused(side.theirs.key(small), status::err_buffer));
        CHECK(is_refused(side.theirs.phone_call(), status::err_state)); // it came decoded
        CHECK((*side.of.calls()) == std::vector<std::uint64_t>{side.theirs.id()});
        CHECK(*side.of.stats(tgcall::stat::calls, tgcall::stat::jitter_ms) == (tgcall::figures<2>{1, std::nullopt}));
        CHECK(*side.of.call(side.theirs.id()).user() == *side.theirs.user());
    }
    CHECK(keys[0] == keys[1] && emoji[0] == emoji[1] && !emoji[0][3].empty());

    CHECK(caller.theirs.send_signaling(tgcall::as_bytes("hello")));
    for (side &side : t.sides) CHECK(side.theirs.set_connected(true));
    t.run();
    CHECK(callee.received == "hello" && caller.state == tgcall::call_state::active);
    CHECK(caller.theirs.set_connected(false));
    t.run();
    CHECK(caller.state == tgcall::call_state::reconnecting);

    CHECK(callee.theirs.report()->size() > 20);
    CHECK(callee.theirs.report(tgcall::report_format::json, true)->front() == '{');
    CHECK(is_refused(callee.theirs.report(tgcall::report_format(9)), status::err_argument));
    CHECK(is_refused(callee.theirs.discard(tgcall::discard_reason(9)), status::err_argument));
    CHECK(callee.theirs.discard());
    CHECK(is_refused(callee.theirs.discard(), status::err_state));
    t.run();
    CHECK(callee.end == tgcall::end::local_hangup && caller.end == tgcall::end::remote_hangup);
    for (side &side : t.sides) {
        CHECK(*side.theirs.end() == side.end && side.wants_rating && side.of.calls()->empty());
        CHECK(is_refused(side.theirs.rate(6), status::err_argument));
        CHECK(side.theirs.rate(5, "clear as a bell"));
        CHECK(is_refused(side.theirs.set_userdata(nullptr), status::err_state));
        t.run();
        CHECK(side.is_rated);
    }
    CHECK(caller.theirs.send_report());
}

void failures_have_texts()
{
    tgcall::config wrong;
    wrong.user_id(-1).versions({"1.2.3"});
    CHECK(wrong.error() && wrong.error()->code() == status::err_argument); // the first that was refused
    CHECK(is_refused(client::make(wrong), status::err_argument));
    CHECK(is_refused(tgcall::basic_conference<tgcall::returns>::make(wrong, 5), status::err_argument));

    const auto refused = [](auto set) {
        tgcall::config config;
        set(config);
        return config.error() ? config.error()->code() : status::ok;
    };
    using std::chrono::milliseconds;
    CHECK(refused([](tgcall::config &c) { c.versions({"1.2.3"}); }) == status::err_unsupported);
    CHECK(refused([](tgcall::config &c) { c.versions(std::vector<std::string>{"9.0.0", "9.0.0"}); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.max_calls(0); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.timers(milliseconds(-1), milliseconds(1)); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.timers(milliseconds(1), std::chrono::hours(2000)); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.media(tgcall::media(7)); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.p2p(tgcall::p2p(7)); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.proxy("localhost", 1080); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.proxy(std::string("127.0.0.1\0x", 11), 1080); }) == status::err_argument);
    CHECK(refused([](tgcall::config &c) { c.proxy("127.0.0.1", 1080, "me", "word").proxy(nullptr); }) == status::ok);
    CHECK(refused([](tgcall::config &c) { c.logger(tgcall::log_level(9), [](auto...) {}); }) == status::err_argument);

    client of = *client::make(tgcall::config());
    CHECK(is_refused(of.request(-7, 0), status::err_argument));
    CHECK(is_refused(of.attach(tgcall::direction::none, {}), status::err_argument));
    CHECK(is_refused(of.attach(tgcall::direction::outgoing, {}), status::err_argument));
    CHECK(is_refused(of.set_proxy("localhost", 1), status::err_argument));
    CHECK(of.set_proxy("127.0.0.1", 1080) && of.set_proxy(nullptr));
    CHECK(is_refused(of.set_p2p(tgcall::p2p::none), status::err_argument));
    CHECK(of.set_p2p(tgcall::p2p::never) && of.set_low_data(true));
    CHECK(is_refused(of.set_log_level(tgcall::log_level(9)), status::err_argument));
    const tgcall::address address{{192, 0, 2, 1}, 700, 4, 0};
    CHECK(is_refused(of.handle_opened(77, {}), status::err_argument));
    CHECK(is_refused(of.handle_opened(77, address), status::err_not_found));
    CHECK(is_refused(of.handle_closed(77), status::err_not_found));
    CHECK(is_refused(of.handle_datagram(77, address, tgcall::as_bytes("x")), status::err_not_found));
    CHECK(is_refused(of.handle_stream(77, tgcall::as_bytes("x")), status::err_not_found));
    CHECK(is_refused(of.handle_answer(77), status::err_not_found));
    CHECK(is_refused(of.handle_error(77, 400, "BAD"), status::err_not_found));
    const auto update = of.handle_update(tgcall::as_bytes("this is none"));
    CHECK(update.has_value() && !*update);
    CHECK((*of.stats(tgcall::stat::updates_dropped))[0] == 1);
    CHECK(!*of.drain([](const tgcall::event &) { CHECK(false); }) && !*of.poll());
    const auto timeout = of.next_timeout();
    CHECK(timeout && !*timeout);
    const call none = of.call(12345);
    CHECK(is_refused(none.state(), status::err_not_found));
    CHECK(none.state().error().text().find("12345") != std::string_view::npos);
    CHECK(none.state().value_or(tgcall::call_state::ended) == tgcall::call_state::ended);

    // A text that is too long is cut, and not inside of a character.
    std::string text(377, 'x');
    CHECK(tgcall::error(status::err_io, text).text() == text);
    CHECK(tgcall::error(status::err_io, text + "\xc3\xa4").text() == text);
    CHECK(tgcall::error(status::err_io, "").text().empty());
}

void the_library()
{
    CHECK(tgcall::version() == tgcall_version().data && tgcall::version_number() == tgcall_version_get_number());
    CHECK(tgcall::has(tgcall::feature::media) && !tgcall::has(tgcall::feature(77)));
    CHECK(tgcall::name(status::err_state) == "TGCALL_ERR_STATE" && to_string(status::err_state) == "err_state");
    CHECK(to_string(tgcall::call_state(999)).empty() && to_string(tgcall::discard_reason::auto_) == "auto_");
    const auto both = tgcall::switches::muted | tgcall::switches::camera;
    CHECK(has(both, tgcall::switches::camera) && !has(both, tgcall::switches::screen));

    const tgcall::address address{{192, 0, 2, 1}, 700, 4, 0};
    alignas(8) std::uint8_t buffer[128];
    const auto size = tgcall::to_sockaddr<tgcall::returns>(address, buffer, sizeof buffer);
    CHECK(size);
    const auto back = tgcall::from_sockaddr<tgcall::returns>(buffer, *size);
    CHECK(back && std::memcmp(&*back, &address, sizeof address) == 0);
    CHECK(is_refused(tgcall::from_sockaddr<tgcall::returns>(buffer, 2), status::err_argument));
    CHECK(is_refused(tgcall::to_sockaddr<tgcall::returns>(address, buffer, 3), status::err_buffer));
}

} // namespace

int main()
{
    a_whole_call();
    failures_have_texts();
    the_library();
    return 0;
}
