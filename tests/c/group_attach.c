/* A group call that the host's own Telegram library joins: what it is given, what it hands in, wrong arguments and wrong states. Whole
 * calls are in tests/group_calls. */
#include "check.h"

#include <stdint.h>

static const tgcall_peer self = {TGCALL_PEER_KIND_SELF, 0, 0}, user = {TGCALL_PEER_KIND_USER, 1001, 0};
static const tgcall_peer odd = {5, 1, 1};
static const char *const groups = "[{\"semantics\":\"SIM\",\"source_ids\":[-1,2]},{\"semantics\":\"FID\",\"sources\":[2,\"3\"]},7]";
static const char *const answer =
    "{\"transport\":{\"ufrag\":\"abcd\",\"pwd\":\"0123456789012345678901\",\"fingerprints\":[{\"hash\":\"sha-256\",\"setup\":\"passive\","
    "\"fingerprint\":\"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\"}],"
    "\"candidates\":[{\"ip\":\"127.0.0.1\",\"port\":\"9\",\"protocol\":\"udp\",\"type\":\"host\"}]}}";
enum { CAMERA = TGCALL_VIDEO_SOURCE_CAMERA, SCREEN = TGCALL_VIDEO_SOURCE_SCREEN };

static void all_answer(tgcall_client *client, uint64_t call, tgcall_status expected)
{
    char buffer[8];
    size_t size;
    int32_t source;
    CHECK_STATUS(tgcall_group_get_payload(client, call, buffer, sizeof buffer, &size, &source), expected);
    CHECK_STATUS(tgcall_group_connect(client, call, 1, answer), expected);
    CHECK_STATUS(tgcall_group_handle_participant(client, call, &user, 5, 10000), expected);
    CHECK_STATUS(tgcall_group_remove_participant(client, call, &user), expected);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, "abc", groups, 0, 0), expected);
    CHECK_STATUS(tgcall_group_handle_part(client, call, 1, TGCALL_PART_NOT_YET, NULL, 0), expected);
    CHECK_STATUS(tgcall_group_handle_channels(client, call, 1, 5000), expected);
}

static void wrong_arguments(tgcall_client *client, uint64_t call, int32_t waits)
{
    const tgcall_peer *const wrong[] = {NULL, &self, &odd};
    static char text[300];
    size_t i, size;
    int32_t source;
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, NULL, &source), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, &size, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 5, &size, &source), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_connect(client, call, waits, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_connect(client, call, waits, "\xff"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_connect(client, call, waits, "{\"transport\":{}}"), TGCALL_ERR_ARGUMENT);
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_STATUS(tgcall_group_handle_participant(client, call, wrong[i], 5, 10000), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_remove_participant(client, call, wrong[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_handle_video(client, call, wrong[i], CAMERA, "abc", groups, 0, 0), TGCALL_ERR_ARGUMENT);
    }
    CHECK_STATUS(tgcall_group_handle_participant(client, call, &user, 5, 20001), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, "abc", groups, 0, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_handle_participant(client, call, &user, -5, 5000), TGCALL_OK);
    memset(text, 'x', sizeof text - 1);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, 0, "abc", groups, 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, 3, "abc", groups, 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, text, groups, 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, "abc", NULL, 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, "abc", "{}", 0, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, CAMERA, "abc", groups, 0, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, SCREEN, "def", "[]", 77, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_group_handle_video(client, call, &user, SCREEN, NULL, NULL, 0, 0), TGCALL_OK);
}

static void note_screen(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)client;
    if (tgcall_event_get_kind(event) == TGCALL_EVENT_GROUP_JOIN)
        *(int *)userdata += tgcall_event_get_source(event) == SCREEN;
}

static void whole(void)
{
    static const tgcall_video_codec vp8[] = {TGCALL_VIDEO_CODEC_VP8};
    tgcall_config *config = tgcall_config_new();
    tgcall_client *client;
    int screens = 0;
    tgcall_roster *roster = NULL;
    struct counts counts = {0};
    char payload[2048], again[2048];
    size_t size, wanted;
    int32_t source, other;
    uint64_t call, request;
    int32_t state = 0;
    CHECK_STATUS(tgcall_config_set_video_codecs(config, vp8, 1, vp8, 1), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_group_attach(client, 1, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, &wanted, &source), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, payload, wanted - 1, &size, &source), TGCALL_ERR_BUFFER);
    CHECK(size == wanted && source == 0);
    CHECK_STATUS(tgcall_group_get_payload(client, call, payload, sizeof payload, &size, &source), TGCALL_OK);
    CHECK(size == wanted && source > 0 && payload[0] == '{' && payload[size - 1] == '}');
    wrong_arguments(client, call, source);
    CHECK_STATUS(tgcall_group_get_roster(client, call, &roster), TGCALL_OK);
    CHECK(tgcall_roster_get_count(roster) == 1 && tgcall_roster_get_total(roster) == 1);
    CHECK(tgcall_participant_get_volume(tgcall_roster_find(roster, &user)) == 5000);
    tgcall_roster_free(roster);
    CHECK_STATUS(tgcall_group_remove_participant(client, call, &user), TGCALL_OK);
    CHECK_STATUS(tgcall_group_remove_participant(client, call, &user), TGCALL_OK);
    /* What is asked of Telegram is not asked here. */
    CHECK_STATUS(tgcall_group_set_title(client, call, "x", &request), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_set_join_as(client, call, &self), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_end(client, call, NULL), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_connect(client, call, source - 1, answer), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_connect(client, call, source, answer), TGCALL_OK);
    CHECK_STATUS(tgcall_group_connect(client, call, source, answer), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, &size, &other), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_state(client, call, (tgcall_call_state *)&state), TGCALL_OK);
    CHECK_INT(state, TGCALL_CALL_STATE_CONNECTING);
    CHECK_STATUS(tgcall_audio_set_muted(client, call, 0), TGCALL_OK);
    /* A screen has a payload of its own, as long as it is shown. */
    CHECK_STATUS(tgcall_video_start(client, call, SCREEN, 1280, 720, 30), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, again, sizeof again, &size, &other), TGCALL_OK);
    CHECK(other != source && size > 0 && again[0] == '{');
    CHECK_STATUS(tgcall_group_connect(client, call, source, answer), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_connect(client, call, other, "{\"stream\":true}"), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_connect(client, call, other, answer), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, &size, &other), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_stop(client, call, SCREEN), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, note_screen, &screens), TGCALL_OK);
    CHECK_INT(screens, 1);
    /* Telegram has forgotten us. */
    CHECK_STATUS(tgcall_group_join(client, call, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, again, sizeof again, &size, &other), TGCALL_OK);
    CHECK(other != source && (size != wanted || memcmp(payload, again, size) != 0));
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK_INT(counts.of[TGCALL_EVENT_GROUP_JOIN], 1);
    CHECK_STATUS(tgcall_discard(client, call, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, count, &counts), TGCALL_OK);
    CHECK_INT(counts.of[TGCALL_EVENT_CALL_ENDED], 1);
    CHECK_INT(counts.of[TGCALL_EVENT_INVOKE], 0);
    all_answer(client, call, TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_join(client, call, 0), TGCALL_ERR_STATE);
    tgcall_client_free(client);
}

struct part {
    uint64_t request;
    int64_t time_ms;
    int count, cancelled;
};

static void note_part(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct part *part = userdata;
    (void)client;
    part->cancelled += tgcall_event_get_kind(event) == TGCALL_EVENT_CANCEL;
    if (tgcall_event_get_kind(event) != TGCALL_EVENT_STREAM_PART) return;
    part->request = tgcall_event_get_request(event);
    part->time_ms = tgcall_event_get_time_ms(event);
    CHECK(tgcall_event_get_scale(event) == 0);
    CHECK_INT(tgcall_event_get_channel(event), part->time_ms ? 1 : 0);
    CHECK_INT(tgcall_event_get_quality(event), part->time_ms ? 2 : 0);
    part->count++;
}

/* A call that is a live stream: where it is and its parts are asked for by events. */
static void stream(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    tgcall_group_mode mode = TGCALL_GROUP_MODE_NONE;
    struct part part = {0};
    size_t size;
    int32_t source;
    uint64_t call;
    CHECK_STATUS(tgcall_group_attach(client, 1, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_payload(client, call, NULL, 0, &size, &source), TGCALL_OK);
    CHECK_STATUS(tgcall_group_connect(client, call, source, "{\"stream\":true,\"rtmp\":true}"), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_mode(client, call, &mode), TGCALL_OK);
    CHECK_INT(mode, TGCALL_GROUP_MODE_RTMP);
    CHECK_STATUS(tgcall_client_drain(client, note_part, &part), TGCALL_OK);
    CHECK(part.count == 1 && part.time_ms == 0);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, TGCALL_PART_HERE, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_channels(client, call, part.request + 9, 5000), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_group_handle_channels(client, call, part.request, 1780000005700), TGCALL_OK);
    CHECK_STATUS(tgcall_group_handle_channels(client, call, part.request, 1780000005700), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_client_drain(client, note_part, &part), TGCALL_OK);
    CHECK(part.count == 4 && part.time_ms == 1780000005000);
    CHECK_STATUS(tgcall_group_handle_channels(client, call, part.request, 5000), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, 0, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, 4, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, TGCALL_PART_HERE, NULL, 5), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, TGCALL_PART_HERE, (const uint8_t *)"odd", 3), TGCALL_OK);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request, TGCALL_PART_NOT_YET, NULL, 0), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_group_handle_part(client, call, part.request - 1, TGCALL_PART_FAILED, NULL, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_client_drain(client, note_part, &part), TGCALL_OK);
    CHECK_INT(part.cancelled, 1); /* the third, of which nothing was told */
    tgcall_client_free(client);
}

int main(void)
{
    tgcall_client *client = client_of(tgcall_config_new()), *host = host_client();
    uint64_t call, last;
    int i;
    whole();
    stream();
    all_answer(NULL, 1, TGCALL_ERR_ARGUMENT);
    all_answer(client, 999, TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_group_open(client, 99, 1, NULL, &call), TGCALL_OK);
    all_answer(client, call, TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_attach(NULL, 0, NULL, &call), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_attach(client, 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_attach(host, 0, NULL, &call), TGCALL_ERR_UNSUPPORTED);
    for (i = 0; i < 15; i++) CHECK_STATUS(tgcall_group_attach(client, 0, NULL, &last), TGCALL_OK);
    CHECK_STATUS(tgcall_group_attach(client, 0, NULL, &call), TGCALL_ERR_LIMIT);
    tgcall_client_free(host);
    tgcall_client_free(client);
    return 0;
}
