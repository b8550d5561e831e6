// Three devices in a conference: they join, compare emoji and words, exchange frames; one is removed and reads no more. Then what a
// handle says that is closed.
#include <string>
#include <vector>

#include "thrown.hpp"

namespace {

using data = std::vector<std::uint8_t>;
using tgcall::status;

std::chrono::nanoseconds now{1};

struct device {
    tgcall::conference conference;
    std::int64_t user;
    std::size_t blocks_read = 0, broadcasts_read = 0;
};

std::vector<data> blocks, broadcasts;

void accept(std::vector<data> &chain, const std::optional<data> &element)
{
    CHECK(element);
    chain.push_back(tgcall::conference::to_server_form(*element));
}

bool exchange(device &device)
{
    bool news = false;
    if (device.blocks_read == SIZE_MAX) return false; // removed
    for (; device.blocks_read < blocks.size(); news = true)
        if (!device.conference.apply_block(blocks[device.blocks_read++])) {
            device.blocks_read = device.broadcasts_read = SIZE_MAX;
            return true;
        }
    for (; device.broadcasts_read < broadcasts.size(); news = true)
        CHECK(device.conference.handle_broadcast(broadcasts[device.broadcasts_read++]));
    while (const auto out = device.conference.poll_broadcast()) {
        accept(broadcasts, out);
        news = true;
    }
    return news;
}

void run(std::vector<device> &devices)
{
    for (bool news = true; news;) {
        news = false;
        for (device &device : devices) news |= exchange(device);
    }
}

int say(std::vector<device> &devices, const std::string &words)
{
    std::array<std::uint8_t, 2048> packet, frame;
    const auto size = devices[0].conference.encrypt_frame(0, tgcall::frame_codec::opus, true, 30, tgcall::as_bytes(words), packet);
    CHECK(size);
    int readers = 0;
    for (std::size_t i = 1; i < devices.size(); i++) {
        if (devices[i].conference.state() != tgcall::conference_state::active) continue;
        const auto got = devices[i].conference.decrypt_frame(devices[0].user, tgcall::frame_codec::opus, {packet.data(), *size}, frame);
        if (!got) continue;
        CHECK(tgcall::as_text({frame.data(), got->size}) == words && got->level_dbov == 30u);
        readers++;
    }
    return readers;
}

} // namespace

template class tgcall::basic_conference<tgcall::throws>;
template class tgcall::basic_client<tgcall::throws>;
template class tgcall::basic_call<tgcall::throws>;

int main()
{
    tgcall::config config;
    config.clock([] { return now; });
    std::vector<device> devices;
    for (int i = 0; i < 3; i++) {
        devices.push_back({tgcall::conference(config, 1000 + i), 1000 + i});
        device &device = devices.back();
        CHECK(device.conference.state() == tgcall::conference_state::joining && device.conference.is_open());
        CHECK(thrown([&] { device.conference.block(); }) == status::err_state);
        const auto block = device.conference.join(blocks.empty() ? tgcall::bytes() : tgcall::bytes(blocks.back()));
        device.blocks_read = blocks.size();
        accept(blocks, block);
        run(devices);
    }
    for (const device &device : devices) {
        CHECK(device.conference.emoji() && device.conference.emoji() == devices[0].conference.emoji());
        CHECK(device.conference.words() && (*device.conference.words())[23] == (*devices[0].conference.words())[23]);
        CHECK(device.conference.verification() == tgcall::verification::done);
        CHECK(device.conference.block().height == 2 && device.conference.block().hash == devices[0].conference.block().hash);
        CHECK(device.conference.participant_count() == 3);
    }
    bool is_listed = false;
    for (std::size_t i = 0; i < 3; i++) {
        const tgcall::participant one = devices[0].conference.participant(i);
        is_listed |= one.user_id == 1001 && one.key == devices[1].conference.public_key() && one.permissions != 0;
    }
    CHECK(is_listed && thrown([&] { devices[0].conference.participant(3); }) == status::err_not_found);
    CHECK(say(devices, "hello everybody") == 2);

    std::array<std::uint8_t, 512> packet, message;
    const std::size_t wanted = devices[1].conference.encrypt(0, tgcall::as_bytes("a message"), 0, {});
    const std::size_t size = devices[1].conference.encrypt(0, tgcall::as_bytes("a message"), 0, packet);
    CHECK(size == wanted && thrown([&] { devices[1].conference.encrypt(0, packet, 0, {message.data(), 9}); }) == status::err_buffer);
    const auto read = devices[2].conference.decrypt(1001, {packet.data(), size}, message);
    CHECK(read && tgcall::as_text({message.data(), *read}) == "a message");
    CHECK(!devices[2].conference.decrypt(1001, {packet.data(), size}, message)); // repeated
    CHECK(devices[2].conference.reject().count == 1);

    CHECK(!devices[0].conference.remove(std::vector<std::int64_t>{77}));
    CHECK(thrown([&] { devices[0].conference.remove(std::vector<std::int64_t>{1000}); }) == status::err_argument);
    accept(blocks, devices[0].conference.remove(std::vector<std::int64_t>{1002}));
    run(devices);
    CHECK(devices[2].conference.state() == tgcall::conference_state::failed);
    CHECK(say(devices, "just the two of us") == 1);
    CHECK(devices[0].conference.next_timeout() && *devices[0].conference.next_timeout() <= std::chrono::seconds(10));
    now += std::chrono::seconds(11);
    devices[0].conference.handle_timeout();
    CHECK(!devices[0].conference.next_timeout());
    CHECK(say(devices, "and now under new keys only") == 1);

    tgcall::conference moved = std::move(devices[0].conference);
    CHECK(thrown([&] { (void)devices[0].conference.state(); }) == status::err_state && !devices[0].conference.is_open());
    CHECK(moved.state() == tgcall::conference_state::active);
    moved.close();
    CHECK(thrown([&] { moved.apply_block(blocks[0]); }) == status::err_state);
    CHECK(thrown([&] { moved.public_key(); }) == status::err_state);
    moved = tgcall::conference(config, 9);
    CHECK(moved.is_open());
    CHECK(thrown([&] { tgcall::conference::to_server_form({}); }) == status::err_argument);

    // Closed from inside its own clock: it ends when that returns, and the clock stays as long as it is needed.
    tgcall::conference last;
    tgcall::config own;
    bool closes = false;
    own.clock([&] {
        if (closes) last.close();
        return now;
    });
    last = tgcall::conference(own, 5);
    own = tgcall::config();
    closes = true;
    (void)thrown([&] { last.handle_timeout(); });
    (void)thrown([&] { (void)last.join(); });
    CHECK(!last.is_open());
    return 0;
}
