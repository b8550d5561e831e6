/* Sound in and out of a call: formats, queues, codings, what is refused; a pull fills the whole buffer whatever is wrong. */
#include "check.h"

#include <pthread.h>

static tgcall_client *client;
static uint64_t call;

static int16_t samples[2 * 2880], heard[2 * 2880];
static float floats[2 * 2880], heard_floats[2 * 2880];

static void null_and_unknown(tgcall_client *client, uint64_t call, tgcall_status expected)
{
    uint8_t packet[1500] = {0xf8, 0xff, 0xfe};
    uint32_t timestamp, level, queued;
    size_t size, i;
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), expected);
    CHECK_STATUS(tgcall_audio_push_f32(client, call, 48000, 1, floats, 960), expected);
    CHECK_STATUS(tgcall_audio_push_screen_s16(client, call, 48000, 1, samples, 960), expected);
    CHECK_STATUS(tgcall_audio_push_screen_f32(client, call, 48000, 1, floats, 960), expected);
    memset(heard, 0x55, sizeof heard);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 2, heard, 480), expected);
    for (i = 0; i < 960; i++) CHECK(heard[i] == 0);
    CHECK(heard[960] == 0x5555);
    heard_floats[959] = 1;
    CHECK_STATUS(tgcall_audio_pull_f32(client, call, 48000, 1, heard_floats, 960), expected);
    CHECK(heard_floats[959] == 0);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_OPUS), expected);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, packet, 3), expected);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, &timestamp), expected);
    CHECK_STATUS(tgcall_audio_set_queue(client, call, 1000), expected);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 16000, 1), expected);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 24000, 40, 2), expected);
    CHECK_STATUS(tgcall_audio_get_queued(client, call, &queued), expected);
    CHECK_STATUS(tgcall_audio_clear(client, call), expected);
    CHECK_STATUS(tgcall_audio_set_muted(client, call, 1), expected);
    CHECK_STATUS(tgcall_audio_get_level(client, call, &level, &level), expected);
}

static void wrong_arguments(void)
{
    static const uint32_t rates[] = {0, 1, 7999, 48001, 96000, UINT32_MAX}, codings[] = {0, 3, 99, UINT32_MAX};
    uint8_t packet[1500];
    uint32_t number;
    size_t size, i;
    for (i = 0; i < sizeof rates / sizeof *rates; i++) {
        CHECK_STATUS(tgcall_audio_push_s16(client, call, rates[i], 1, samples, 160), TGCALL_ERR_ARGUMENT);
        heard[0] = heard[159] = 7;
        CHECK_STATUS(tgcall_audio_pull_s16(client, call, rates[i], 1, heard, 160), TGCALL_ERR_ARGUMENT);
        CHECK(heard[0] == 0 && heard[159] == 0);
    }
    for (i = 0; i < 5; i++) {
        if (i == 1 || i == 2) continue;
        CHECK_STATUS(tgcall_audio_push_f32(client, call, 8000, (uint32_t)i, floats, 160), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_audio_pull_f32(client, call, 8000, (uint32_t)i, heard_floats, 160), TGCALL_ERR_ARGUMENT);
    }
    for (i = 0; i < sizeof codings / sizeof *codings; i++) {
        CHECK_STATUS(tgcall_audio_set_coding(client, call, codings[i], TGCALL_AUDIO_CODING_OPUS), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, codings[i]), TGCALL_ERR_ARGUMENT);
    }
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 2881), TGCALL_ERR_ARGUMENT); /* over 60 ms */
    CHECK_STATUS(tgcall_audio_push_screen_s16(client, call, 48000, 1, NULL, 960), TGCALL_ERR_ARGUMENT);
    /* In a private call there is one sound. */
    CHECK_STATUS(tgcall_audio_push_screen_s16(client, call, 48000, 1, samples, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_push_screen_f32(client, call, 48000, 1, floats, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 2, samples, SIZE_MAX), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_f32(client, call, 48000, 2, heard_floats, SIZE_MAX / 8), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, NULL, 960), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, NULL, 960), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_queue(client, call, 60001), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 9, 16000, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 61, 16000, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 7999, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, UINT32_MAX, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 11025, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 16000, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 16000, 3), TGCALL_ERR_ARGUMENT);
    CHECK(tgcall_event_get_rate_hz(NULL) == 0 && tgcall_event_get_channels(NULL) == 0);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 5999, 20, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 510001, 20, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 32000, 21, 1), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 32000, 20, 3), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 0, 0, UINT32_MAX), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 0, 0, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_get_queued(client, call, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_get_level(client, call, NULL, &number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_get_level(client, call, &number, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, NULL, 3), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, NULL, 3, &size, &number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, NULL, &number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, NULL), TGCALL_ERR_ARGUMENT);
}

static void pcm(void)
{
    uint32_t queued = 99, sent, received, rate;
    int pushes = 0;
    tgcall_status status;
    /* Live, and no path yet: nothing is kept, nothing is heard. */
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_get_queued(client, call, &queued), TGCALL_OK);
    CHECK_INT(queued, 0);
    memset(heard, 0x55, sizeof heard);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 44100, 2, heard, 441), TGCALL_EMPTY);
    CHECK(heard[0] == 0 && heard[881] == 0 && heard[882] == 0x5555);
    for (rate = 8000; rate <= 48000; rate += 4000) {
        CHECK_STATUS(tgcall_audio_push_f32(client, call, rate, 2, floats, rate / 100), TGCALL_OK);
        CHECK_STATUS(tgcall_audio_pull_f32(client, call, rate, 1, heard_floats, rate / 100), TGCALL_EMPTY);
    }
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, NULL, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 24000, 60, 2), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 2, samples, 960), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_encoding(client, call, 0, 20, 1), TGCALL_OK);
    /* What is delivered is not pulled, and is no Opus. */
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 16000, 1), TGCALL_OK);
    heard[0] = 7;
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, heard, 960), TGCALL_ERR_STATE);
    CHECK(heard[0] == 0);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 0, 0, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_delivery(client, call, 20, 16000, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_PCM), TGCALL_OK);
    /* A playlist fills up and can be thrown away. */
    CHECK_STATUS(tgcall_audio_set_queue(client, call, 100), TGCALL_OK);
    while ((status = tgcall_audio_push_s16(client, call, 48000, 1, samples, 960)) == TGCALL_OK) CHECK(++pushes < 100);
    CHECK_STATUS(status, TGCALL_FULL);
    CHECK(pushes >= 4 && pushes <= 6);
    CHECK_STATUS(tgcall_audio_get_queued(client, call, &queued), TGCALL_OK);
    CHECK(queued >= 80 && queued <= 120);
    CHECK_STATUS(tgcall_audio_clear(client, call), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_get_queued(client, call, &queued), TGCALL_OK);
    CHECK_INT(queued, 0);
    CHECK_STATUS(tgcall_audio_set_queue(client, call, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_get_level(client, call, &sent, &received), TGCALL_OK);
    CHECK_INT(received, 0);
    CHECK_STATUS(tgcall_audio_set_muted(client, call, -1), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_muted(client, call, 0), TGCALL_OK);
}

static void opus(void)
{
    uint8_t packet[1500] = {0xf8, 0xff, 0xfe};
    uint32_t timestamp = 7;
    size_t size = 7;
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, packet, 3), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, &timestamp), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_OPUS), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, heard, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, packet, 3), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, packet, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, &timestamp), TGCALL_EMPTY);
    CHECK(size == 0 && timestamp == 0);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, NULL, 0, &size, &timestamp), TGCALL_EMPTY);
    /* Each direction for itself. */
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_PCM), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 960, packet, 3), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, heard, 960), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, &timestamp), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_opus(client, call, 1920, packet, 3), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, heard, 960), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, sizeof packet, &size, &timestamp), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_PCM), TGCALL_OK);
}

/* A microphone and a loudspeaker, each with a thread of its own, while the client works. */
static void *speak(void *unused)
{
    int i;
    for (i = 0; i < 500; i++) CHECK_STATUS(tgcall_audio_push_s16(client, call, 16000, 1, samples, 160), TGCALL_OK);
    return unused;
}

static void *listen_to(void *unused)
{
    int16_t mine[160];
    int i;
    for (i = 0; i < 500; i++) CHECK_STATUS(tgcall_audio_pull_s16(client, call, 16000, 1, mine, 160), TGCALL_EMPTY);
    return unused;
}

static void on_threads(void)
{
    struct counts counts = {0, {0}};
    pthread_t threads[2];
    int i;
    CHECK(pthread_create(&threads[0], NULL, speak, NULL) == 0);
    CHECK(pthread_create(&threads[1], NULL, listen_to, NULL) == 0);
    for (i = 0; i < 200; i++) CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

int main(void)
{
    struct counts counts = {0, {0}};
    uint8_t key[256] = {1};
    tgcall_client *host = host_client();
    uint64_t hosts_call;
    size_t i;
    for (i = 0; i < sizeof samples / sizeof *samples; i++) {
        samples[i] = (int16_t)(7 * i);
        floats[i] = (float)samples[i] / 32768;
    }
    client = client_of(tgcall_config_new());
    null_and_unknown(NULL, 1, TGCALL_ERR_ARGUMENT);
    null_and_unknown(client, 77, TGCALL_ERR_NOT_FOUND);

    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    wrong_arguments();
    pcm();
    opus();
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    on_threads();
    CHECK_STATUS(tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 960), TGCALL_ERR_NOT_FOUND);
    tgcall_client_free(client);

    /* A host that carries the sound itself has none here. */
    CHECK_STATUS(tgcall_request(host, 88, 99, 0, NULL, &hosts_call), TGCALL_OK);
    null_and_unknown(host, hosts_call, TGCALL_ERR_UNSUPPORTED);
    tgcall_client_free(host);
    return 0;
}
