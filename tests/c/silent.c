/* Push and pull that fail allocate nothing: an audio device's callback goes on calling after the end of its call. */
#include "check.h"

/* Of AddressSanitizer's runtime, if the program is built with it; without it there is nothing to count with. */
__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
                                                                    void (*)(const volatile void *));
static int counting, allocations;

static void allocated(const volatile void *pointer, size_t size)
{
    (void)pointer, (void)size;
    allocations += counting;
}

static void gone(const volatile void *pointer) { (void)pointer; }

int main(void)
{
    struct counts counts = {0, {0}};
    tgcall_client *client = client_of(tgcall_config_new());
    static int16_t samples[480];
    static float floats[480];
    uint8_t packet[3] = {0xf8, 0xff, 0xfe}, key[256] = {1};
    uint32_t timestamp;
    uint64_t call;
    size_t size;
    int round;
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 480), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_OPUS, TGCALL_AUDIO_CODING_OPUS), TGCALL_OK);
    if (__sanitizer_install_malloc_and_free_hooks) __sanitizer_install_malloc_and_free_hooks(allocated, gone);
    for (round = 0; round < 3; round++) {
        tgcall_status expected = round == 0 ? TGCALL_ERR_STATE : TGCALL_ERR_NOT_FOUND;
        counting = 1;
        CHECK_STATUS(tgcall_audio_push_s16(client, call, 48000, 1, samples, 480), expected);
        CHECK_STATUS(tgcall_audio_push_f32(client, call, 48000, 1, floats, 480), expected);
        CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, samples, 480), expected);
        CHECK_STATUS(tgcall_audio_pull_f32(client, call, 48000, 1, floats, 480), expected);
        if (round > 0) {
            CHECK_STATUS(tgcall_audio_push_opus(client, call, 0, packet, 3), expected);
            CHECK_STATUS(tgcall_audio_pull_opus(client, call, packet, 3, &size, &timestamp), expected);
        }
        CHECK(tgcall_status_get_text().size > 0);
        counting = 0;
        CHECK_INT(allocations, 0);
        if (round == 0) {
            CHECK_STATUS(tgcall_discard(client, call, 0), TGCALL_OK);
            CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
        }
    }
    tgcall_client_free(client);
    return 0;
}
