/* The log: as much as was asked for, nothing when silent, never a key. */
#include "telegram.h"

struct log {
    int lines, too_much, of_calls;
    tgcall_log_level most;
    char all[65536];
    size_t size;
};

static void write_log(void *userdata, tgcall_log_level level, uint64_t call_id, tgcall_text line)
{
    struct log *log = userdata;
    log->lines++;
    if (call_id) log->of_calls++;
    if (level > log->most) log->too_much++;
    if (log->size + line.size + 1 < sizeof log->all) {
        memcpy(log->all + log->size, line.data, line.size);
        log->size += line.size;
        log->all[log->size++] = '\n';
    }
}

static tgcall_client *logged(struct log *log, tgcall_log_level most)
{
    tgcall_config *config = host_config();
    memset(log, 0, sizeof *log);
    log->most = most;
    CHECK_STATUS(tgcall_config_set_logger(config, most, write_log, log), TGCALL_OK);
    return client_of(config);
}

static int contains_hex(const char *text, const uint8_t *bytes, size_t size)
{
    char hex[17];
    size_t i, k;
    for (i = 0; i + 8 <= size; i++) {
        for (k = 0; k < 8; k++) snprintf(hex + 2 * k, 3, "%02x", bytes[i + k]);
        if (strstr(text, hex)) return 1;
    }
    return 0;
}

int main(void)
{
    static struct log noisy, quiet, silent;
    struct telegram t;
    uint8_t key[256];
    size_t size;
    tgcall_client *off;
    uint64_t call;

    telegram_new(&t, logged(&noisy, TGCALL_LOG_LEVEL_TRACE), logged(&quiet, TGCALL_LOG_LEVEL_INFO));
    telegram_connect(&t);
    CHECK_STATUS(tgcall_call_get_key(t.sides[0].client, t.sides[0].call, key, sizeof key, &size), TGCALL_OK);
    CHECK(tgcall_client_handle_update(t.sides[0].client, (const uint8_t *)"garbage!", 8) == TGCALL_EMPTY);
    CHECK(noisy.lines > 0 && noisy.lines >= quiet.lines);
    CHECK(noisy.of_calls > 0 && noisy.of_calls < noisy.lines); /* garbage is of no call */
    CHECK_INT(noisy.too_much, 0);
    CHECK_INT(quiet.too_much, 0);
    CHECK(!contains_hex(noisy.all, key, sizeof key));
    telegram_free(&t);

    off = logged(&silent, TGCALL_LOG_LEVEL_OFF);
    CHECK_STATUS(tgcall_request(off, 88, 99, 0, NULL, &call), TGCALL_OK);
    CHECK_INT(silent.lines, 0);
    silent.most = TGCALL_LOG_LEVEL_TRACE;
    CHECK_STATUS(tgcall_client_set_log_level(off, TGCALL_LOG_LEVEL_TRACE), TGCALL_OK);
    CHECK_STATUS(tgcall_discard(off, call, TGCALL_DISCARD_REASON_AUTO), TGCALL_OK);
    CHECK(silent.lines > 0 && silent.of_calls > 0 && silent.too_much == 0);
    tgcall_client_free(off);
    return 0;
}
