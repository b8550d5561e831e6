/* Sound between two started clients on this machine: delivered at Telegram's pace, and pulled as Opus into a buffer that is too small. */
#include "scenario.h"

enum { SPEAKER, LISTENER, RATE = 16000, FRAMES = RATE / 50, LOUD = 3000, PACKETS = 100 };

static tgcall_client *clients[2];
static uint64_t calls[2];
static int sides[2] = {SPEAKER, LISTENER};
static pthread_mutex_t link_lock = PTHREAD_MUTEX_INITIALIZER;
static int is_over; /* of the link: the other client may be freed */

/* What the listener's thread has been handed. */
static int frames, loud, quiet, is_delivered = 1;
static tgcall_event *kept;

static void take_frame(tgcall_client *client, const tgcall_event *event)
{
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    const int16_t *samples = (const int16_t *)bytes.data;
    int16_t mine[FRAMES];
    int i, is_loud = 0;
    CHECK_INT(tgcall_event_get_rate_hz(event), RATE);
    CHECK_INT(tgcall_event_get_channels(event), 1);
    CHECK_INT(bytes.size, sizeof mine);
    CHECK(tgcall_event_get_call(event) == calls[LISTENER]);
    memset(mine, 0x55, sizeof mine);
    if (is_delivered) {
        CHECK_STATUS(tgcall_audio_pull_s16(client, calls[LISTENER], RATE, 1, mine, FRAMES), TGCALL_ERR_STATE);
        CHECK(mine[0] == 0 && mine[FRAMES - 1] == 0);
    }
    for (i = 0; i < FRAMES; i++) is_loud |= abs(samples[i]) > LOUD;
    frames++;
    if (is_loud) loud++;
    else if (loud > 50) quiet++;
    if (loud == 10 && !kept) kept = tgcall_event_copy(event);
    if (quiet != 25) return;
    /* Here and not on the test's thread, where it would come in between: a frame that waits already is still handed over. */
    CHECK_STATUS(tgcall_audio_set_delivery(client, calls[LISTENER], 0, 0, 0), TGCALL_OK);
    is_delivered = 0;
    CHECK(tgcall_audio_pull_s16(client, calls[LISTENER], RATE, 1, mine, FRAMES) >= 0);
    ring();
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int side = *(int *)userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND:
        pthread_mutex_lock(&link_lock);
        if (!is_over) CHECK(tgcall_call_handle_signaling(clients[!side], calls[!side], bytes.data, bytes.size) >= 0);
        pthread_mutex_unlock(&link_lock);
        break;
    case TGCALL_EVENT_AUDIO_FRAME:
        CHECK_INT(side, LISTENER);
        take_frame(client, event);
        break;
    case TGCALL_EVENT_AUDIO_READY:
        CHECK_INT(side, LISTENER);
        ring();
        break;
    case TGCALL_EVENT_CALL_ENDED: CHECK(!"the call ends by itself"); break;
    default: break;
    }
}

static void prepare(void)
{
    uint8_t key[256];
    size_t i;
    int side;
    for (i = 0; i < sizeof key; i++) key[i] = (uint8_t)(7 * i + 1);
    for (side = 0; side < 2; side++) {
        clients[side] = client_of(tgcall_config_new());
        CHECK_STATUS(tgcall_attach(clients[side], side == SPEAKER, key, sizeof key, NULL, &calls[side]), TGCALL_OK);
    }
}

static void start(void)
{
    int side;
    for (side = 0; side < 2; side++)
        CHECK_STATUS(tgcall_connect(clients[side], calls[side], "9.0.0", 1, NULL), TGCALL_OK);
    for (side = 0; side < 2; side++)
        CHECK_STATUS(tgcall_client_start(clients[side], on_event, &sides[side]), TGCALL_OK);
}

static void stop(void)
{
    int side;
    pthread_mutex_lock(&link_lock);
    is_over = 1;
    pthread_mutex_unlock(&link_lock);
    for (side = 0; side < 2; side++) tgcall_client_free(clients[side]);
}

/* Two seconds of a tone, then silence, and the host of it has no clock. */
static void sound_is_delivered(void)
{
    int16_t piece[FRAMES];
    int i, at;
    prepare();
    CHECK_STATUS(tgcall_audio_set_delivery(clients[LISTENER], calls[LISTENER], 20, RATE, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_queue(clients[SPEAKER], calls[SPEAKER], 2000), TGCALL_OK);
    for (i = 0; i < 100; i++) {
        for (at = 0; at < FRAMES; at++) piece[at] = at / 20 % 2 ? 8000 : -8000; /* 400 Hz */
        CHECK_STATUS(tgcall_audio_push_s16(clients[SPEAKER], calls[SPEAKER], RATE, 1, piece, FRAMES), TGCALL_OK);
    }
    start();
    wait_for_ring();
    stop();
    CHECK(frames >= loud + quiet);
    CHECK_INT(tgcall_event_get_bytes(kept).size, sizeof piece); /* a copy outlives its client */
    tgcall_event_free(kept);
}

/* Takes all packets that wait; how many those were. Each says which it is, and its size follows from that. */
static int pull_packets(void)
{
    static uint32_t last_timestamp, last_number;
    static int known;
    uint8_t packet[64], small[4];
    uint32_t timestamp;
    size_t size;
    int count = 0;
    for (;;) {
        tgcall_client *client = clients[LISTENER];
        uint64_t call = calls[LISTENER];
        size_t wanted;
        tgcall_status status;
        memset(small, 0x55, sizeof small);
        timestamp = 77;
        status = tgcall_audio_pull_opus(client, call, small, sizeof small, &size, &timestamp);
        CHECK(small[0] == 0x55 && small[3] == 0x55 && timestamp == 0);
        if (status == TGCALL_EMPTY) break;
        CHECK_STATUS(status, TGCALL_ERR_BUFFER);
        CHECK(size >= 5 && size < 21);
        wanted = size;
        /* It may be asked for as often as one likes, and nothing is used up. */
        CHECK_STATUS(tgcall_audio_pull_opus(client, call, small, 0, &size, &timestamp), TGCALL_ERR_BUFFER);
        CHECK_INT(size, wanted);
        CHECK_STATUS(tgcall_audio_pull_opus(client, call, NULL, 0, &size, &timestamp), TGCALL_OK);
        CHECK_INT(size, wanted);
        CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, wanted - 1, &size, &timestamp), TGCALL_ERR_BUFFER);
        CHECK_INT(size, wanted);
        CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, wanted, &size, &timestamp), TGCALL_OK);
        CHECK_INT(size, wanted);
        CHECK(packet[0] == 8 && packet[2] == 2 && packet[size - 1] == 2);
        CHECK_INT(size, 5 + packet[1] % 16);
        if (known) CHECK_INT(timestamp - last_timestamp, 960 * (packet[1] - last_number));
        last_timestamp = timestamp, last_number = packet[1], known = 1;
        count++;
    }
    CHECK_INT(size, 0);
    return count;
}

static void a_buffer_may_be_too_small(void)
{
    uint8_t packet[64];
    int i, count = 0;
    prepare();
    CHECK_STATUS(tgcall_audio_set_coding(clients[LISTENER], calls[LISTENER], TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS),
                 TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_coding(clients[SPEAKER], calls[SPEAKER], TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_PCM),
                 TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_queue(clients[SPEAKER], calls[SPEAKER], 20 * PACKETS), TGCALL_OK);
    memset(packet, 2, sizeof packet);
    packet[0] = 8; /* 20 ms of SILK */
    for (i = 0; i < PACKETS; i++) {
        packet[1] = (uint8_t)i;
        CHECK_STATUS(tgcall_audio_push_opus(clients[SPEAKER], calls[SPEAKER], 960 * (uint32_t)i, packet, 5 + (size_t)i % 16),
                     TGCALL_OK);
    }
    start();
    while (count < 30) {
        wait_for_ring();
        count += pull_packets();
    }
    stop();
}

int main(void)
{
    EXPECT_EXIT(sound_is_delivered, 0);
    EXPECT_EXIT(a_buffer_may_be_too_small, 0);
    return 0;
}
