/* Threads with the stacks that the header asks for: sound on 32 kB, everything else on 80 kB. They are painted first, so that
 * what is used is known. */
#include "pair.h"
#include "telegram.h"

#include <pthread.h>
#include <sys/mman.h>

enum { KB = 1024, BELOW = 256 * KB, PAINT = 0xa5 };

struct work {
    void (*run)(void);
    uint8_t *frame; /* where the thread's function began */
};

static void *begin(void *argument)
{
    struct work *work = argument;
    work->frame = __builtin_frame_address(0);
    work->run();
    return NULL;
}

/* How much of its stack `run` used. The thread has more than enough, for a number instead of a crash. */
static size_t used_by(void (*run)(void))
{
    struct work work = {run, NULL};
    size_t size = BELOW + 64 * KB;
    uint8_t *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *lowest = stack;
    pthread_attr_t attr;
    pthread_t thread;
    CHECK(stack != MAP_FAILED);
    memset(stack, PAINT, size);
    CHECK(pthread_attr_init(&attr) == 0);
    CHECK(pthread_attr_setstack(&attr, stack, size) == 0);
    CHECK(pthread_create(&thread, &attr, begin, &work) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    while (*lowest == PAINT) lowest++;
    CHECK(lowest < work.frame);
    size = (size_t)(work.frame - lowest);
    munmap(stack, BELOW + 64 * KB);
    return size;
}

static int16_t samples[2880];

static void everything(void)
{
    static char report[65536];
    size_t size;
    int turns;
    make_calls();
    until_active();
    for (turns = 0; turns < 100; turns++) {
        CHECK(tgcall_audio_push_s16(clients[0], calls[0], 48000, 1, samples, 480) >= 0);
        turn();
    }
    CHECK_STATUS(tgcall_call_get_report(clients[0], calls[0], TGCALL_REPORT_FORMAT_TEXT, 0, report, sizeof report,
                                        &size), TGCALL_OK);
}

static int heard;
static void sound(void)
{
    int16_t mine[960];
    heard += tgcall_audio_pull_s16(clients[1], calls[1], 44100, 2, mine, 441) == TGCALL_OK;
    CHECK(tgcall_audio_push_s16(clients[0], calls[0], 44100, 1, samples, 441) >= 0);
    CHECK_STATUS(tgcall_audio_pull_s16(clients[1], 77, 44100, 2, mine, 441), TGCALL_ERR_NOT_FOUND);
}

/* A whole key exchange, both sides of it. */
static void key_exchange(void)
{
    static struct telegram telegram;
    telegram_new(&telegram, host_client(), host_client());
    telegram_connect(&telegram);
    telegram_free(&telegram);
}

static void conference(void)
{
    tgcall_conference *conference;
    tgcall_bytes block;
    uint8_t buffer[4096];
    size_t size, i;
    CHECK_STATUS(tgcall_conference_new(NULL, 5, &conference), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_join(conference, NULL, 0, &block), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_to_server_form(block.data, block.size, buffer, sizeof buffer, &size), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_apply_block(conference, buffer, size), TGCALL_OK);
    for (i = 0; i < 3; i++)
        CHECK_STATUS(tgcall_conference_encrypt(conference, 0, buffer, 100, 0, buffer, sizeof buffer, &size), TGCALL_OK);
    tgcall_conference_free(conference);
}

int main(int argc, char **argv)
{
    size_t most = 0, most_sound = 0, used;
    int i;
    (void)argv;
    for (i = 0; i < 2880; i++) samples[i] = (int16_t)((i % 109) * 300 - 16000);
    most = used_by(everything);
    if (argc > 1) printf("a call: %zu\n", most);
    used = used_by(key_exchange);
    if (argc > 1) printf("a key exchange: %zu\n", used);
    if (used > most) most = used;
    used = used_by(conference);
    if (argc > 1) printf("a conference: %zu\n", used);
    if (used > most) most = used;
    for (i = 0; i < 200; i++) {
        used = used_by(sound);
        if (used > most_sound) most_sound = used;
        turn();
    }
    if (argc > 1) printf("sound: %zu, heard %d\n", most_sound, heard);
    CHECK(heard > 50);
    CHECK(most_sound <= 32 * KB);
    CHECK(most <= 80 * KB);
    for (i = 0; i < 2; i++) tgcall_client_free(clients[i]);
    return 0;
}
