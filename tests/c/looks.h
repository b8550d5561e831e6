/* All that can be asked of a call at any time, and all that is asked of a client or set on it while it runs: where a client or call
 * is dead, forgotten, a copy or not to be called, each of them says so, and writes nothing. */
#ifndef LOOKS_H
#define LOOKS_H

#include "check.h"

static inline void looks_answer(tgcall_client *client, uint64_t call, tgcall_status expected)
{
    const uint32_t stat = TGCALL_STAT_CONNECT_MS;
    tgcall_call_state state = 7;
    tgcall_call_kind kind = 7;
    tgcall_direction direction = 7;
    tgcall_end end = 7;
    int64_t user = 7, id = 7, hash = 7, value = 7;
    uint32_t duration_s = 7, own = 7, theirs = 7;
    uint64_t stream = 7;
    size_t count = 7, size = 7;
    char report[8] = "before";
    CHECK_STATUS(tgcall_call_get_state(client, call, &state), expected);
    CHECK_STATUS(tgcall_call_get_kind(client, call, &kind), expected);
    CHECK_STATUS(tgcall_call_get_user(client, call, &user), expected);
    CHECK_STATUS(tgcall_call_get_direction(client, call, &direction), expected);
    CHECK_STATUS(tgcall_call_get_telegram_id(client, call, &id, &hash), expected);
    CHECK_STATUS(tgcall_call_get_duration(client, call, &duration_s), expected);
    CHECK_STATUS(tgcall_call_get_switches(client, call, &own, &theirs), expected);
    CHECK_STATUS(tgcall_call_get_end(client, call, &end), expected);
    CHECK_STATUS(tgcall_call_get_stats(client, call, 0, &stat, 1, &value), expected);
    CHECK_STATUS(tgcall_call_get_streams(client, call, &stream, 1, &count), expected);
    CHECK_STATUS(tgcall_call_get_report(client, call, TGCALL_REPORT_FORMAT_TEXT, 1, report, sizeof report, &size), expected);
    CHECK(state == 7 && kind == 7 && user == 7 && direction == 7 && id == 7 && hash == 7 && duration_s == 7);
    CHECK(own == 7 && theirs == 7 && end == 7 && value == 7 && stream == 7 && count == 7 && size == 7);
    CHECK(strcmp(report, "before") == 0);
}

static inline void client_answers(tgcall_client *client, tgcall_status expected)
{
    const uint32_t stat = TGCALL_STAT_CALLS;
    tgcall_text version = {NULL, 7};
    uint64_t call = 7;
    int64_t value = 7;
    size_t count = 7;
    CHECK_STATUS(tgcall_client_get_calls(client, &call, 1, &count), expected);
    CHECK_STATUS(tgcall_client_get_stats(client, &stat, 1, &value), expected);
    CHECK_STATUS(tgcall_client_get_version(client, 0, &version), expected);
    CHECK(call == 7 && count == 7 && value == 7 && version.data == NULL);
    CHECK_STATUS(tgcall_client_set_proxy(client, "127.0.0.1", 1080, NULL, NULL), expected);
    CHECK_STATUS(tgcall_client_set_p2p(client, TGCALL_P2P_NEVER), expected);
    CHECK_STATUS(tgcall_client_set_low_data(client, 1), expected);
    CHECK_STATUS(tgcall_client_set_log_level(client, TGCALL_LOG_LEVEL_ERROR), expected);
}

#endif
