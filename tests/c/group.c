/* Group calls: every function with wrong arguments, in wrong states, of calls of another kind and of none, from callbacks and after
 * the end; a roster that outlives its client; answers and errors to what is asked. Telegram is this program: it writes the few
 * objects it needs. The sound of whole groups is in tests/group_calls. */
#include "check.h"

#include <stdint.h>

enum { MANY = 2000 };
static const tgcall_peer self = {TGCALL_PEER_KIND_SELF, 0, 0}, user = {TGCALL_PEER_KIND_USER, 1001, 5};
static const tgcall_peer chat = {TGCALL_PEER_KIND_CHANNEL, 77, 9}, nobody = {TGCALL_PEER_KIND_NONE, 1, 1};
static const tgcall_peer odd = {5, 1, 1}, negative = {TGCALL_PEER_KIND_CHAT, -4, 0}, basic = {TGCALL_PEER_KIND_CHAT, 4, 0};

/* ---- Telegram's language */

struct out {
    uint8_t bytes[1024];
    size_t size;
};

static void put_int(struct out *out, uint32_t value)
{
    int i;
    CHECK(out->size + 4 <= sizeof out->bytes);
    for (i = 0; i < 4; i++) out->bytes[out->size++] = (uint8_t)(value >> 8 * i);
}

static void put_long(struct out *out, uint64_t value)
{
    put_int(out, (uint32_t)value);
    put_int(out, (uint32_t)(value >> 32));
}

static void put_text(struct out *out, const char *text)
{
    size_t size = strlen(text);
    CHECK(size < 254 && out->size + size + 4 <= sizeof out->bytes);
    out->bytes[out->size++] = (uint8_t)size;
    memcpy(out->bytes + out->size, text, size);
    out->size += size;
    while (out->size % 4 != 0) out->bytes[out->size++] = 0;
}

static void put_vector(struct out *out, uint32_t count)
{
    put_int(out, 0x1cb5c415);
    put_int(out, count);
}

/* groupCall, whose newcomers are muted. */
static void put_call(struct out *out, uint32_t version)
{
    put_int(out, 0xefb2b617);
    put_int(out, 1u << 1 | 1u << 3 | 1u << 17);
    put_long(out, 1234);
    put_long(out, 5678);
    put_int(out, 3);
    put_text(out, "Evening");
    put_int(out, 30);
    put_int(out, version);
}

/* groupCallParticipant: ourselves, or somebody who is muted and would like to speak. */
static void put_person(struct out *out, int is_me)
{
    put_int(out, 0x2a3dc7ac);
    put_int(out, is_me ? 1u << 2 | 1u << 12 : 1u << 0 | 1u << 7 | 1u << 11 | 1u << 13);
    put_int(out, 0x59511722);
    put_long(out, is_me ? 1000 : 1001);
    put_int(out, is_me ? 1600000000 : 1600000100);
    put_int(out, is_me ? 11 : 12);
    if (is_me) return;
    put_int(out, 15000);
    put_text(out, "a singer");
    put_long(out, 4242);
}

/* ---- Every function, of a client or a call of which they all answer the same */

static void all_answer(tgcall_client *client, uint64_t call, tgcall_status expected, tgcall_status of_sound)
{
    int16_t s16[480] = {1};
    float f32[480] = {1};
    uint8_t packet[16];
    size_t size;
    uint32_t timestamp;
    int32_t ids[] = {1, 2};
    tgcall_group_mode mode;
    tgcall_roster *roster = (tgcall_roster *)ids;
    tgcall_video_frame *frame = (tgcall_video_frame *)ids;
    const uint32_t camera = TGCALL_VIDEO_SOURCE_CAMERA;
    const tgcall_status of_pictures = of_sound == TGCALL_ERR_STATE ? TGCALL_EMPTY : of_sound;
    CHECK_STATUS(tgcall_group_set_join_as(client, call, &user), expected);
    CHECK_STATUS(tgcall_group_set_invite_hash(client, call, "hash"), expected);
    CHECK_STATUS(tgcall_group_join(client, call, 1), expected);
    CHECK_STATUS(tgcall_group_set_levels(client, call, 1), expected);
    CHECK_STATUS(tgcall_group_get_mode(client, call, &mode), expected);
    CHECK_STATUS(tgcall_group_get_roster(client, call, &roster), expected);
    CHECK(roster == NULL);
    CHECK_STATUS(tgcall_group_set_separate(client, call, 1), expected);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 48000, 1, s16, 480), of_sound);
    CHECK_STATUS(tgcall_group_pull_f32(client, call, &user, 48000, 1, f32, 480), of_sound);
    CHECK(s16[0] == 0 && f32[0] == 0);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, packet, sizeof packet, &size, &timestamp), of_sound);
    CHECK_STATUS(tgcall_group_want_video(client, call, &user, camera, TGCALL_VIDEO_QUALITY_FULL), expected);
    CHECK_STATUS(tgcall_group_pull_video(client, call, &user, camera, &frame), of_pictures);
    CHECK(frame == NULL);
    CHECK_STATUS(tgcall_group_want_key_frame(client, call, &user, camera), of_pictures == TGCALL_EMPTY ? TGCALL_OK : of_pictures);
    CHECK_STATUS(tgcall_group_end(client, call, NULL), expected);
    CHECK_STATUS(tgcall_group_set_muted(client, call, &user, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_set_volume(client, call, &user, 5000, NULL), expected);
    CHECK_STATUS(tgcall_group_set_hand(client, call, &self, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_set_title(client, call, "Late", NULL), expected);
    CHECK_STATUS(tgcall_group_start_scheduled(client, call, NULL), expected);
    CHECK_STATUS(tgcall_group_subscribe_start(client, call, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_set_join_muted(client, call, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_set_messages_enabled(client, call, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_set_message_stars(client, call, 5, NULL), expected);
    CHECK_STATUS(tgcall_group_reset_link(client, call, NULL), expected);
    CHECK_STATUS(tgcall_group_set_recording(client, call, 1, TGCALL_RECORDED_VIDEO_NONE, NULL, NULL), expected);
    CHECK_STATUS(tgcall_group_invite(client, call, &user, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_export_link(client, call, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_send_message(client, call, "hello", 0, NULL), expected);
    CHECK_STATUS(tgcall_group_delete_messages(client, call, ids, 2, 0, NULL), expected);
    CHECK_STATUS(tgcall_group_delete_messages_of(client, call, &user, 0, NULL), expected);
    CHECK_STATUS(tgcall_group_get_stars(client, call, NULL), expected);
    CHECK_STATUS(tgcall_group_save_send_as(client, call, &self, NULL), expected);
    CHECK_STATUS(tgcall_group_remove_user(client, call, &user, NULL), expected);
    CHECK_STATUS(tgcall_group_invite_user(client, call, &user, 1, NULL), expected);
    CHECK_STATUS(tgcall_group_cancel_invite(client, call, &user, NULL), expected);
    CHECK_STATUS(tgcall_group_get_words(client, call, NULL, 0, &size), expected);
}

/* Of somebody who is not there, by a host that decodes and encodes nothing. */
static void pictures(tgcall_client *client, uint64_t call)
{
    const uint32_t camera = TGCALL_VIDEO_SOURCE_CAMERA;
    static const int16_t stereo[960];
    tgcall_video_frame *frame = NULL;
    CHECK_STATUS(tgcall_group_want_video(client, call, &self, camera, TGCALL_VIDEO_QUALITY_FULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_want_video(client, call, &user, 0, TGCALL_VIDEO_QUALITY_FULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_want_video(client, call, &user, 3, TGCALL_VIDEO_QUALITY_FULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_want_video(client, call, &user, camera, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_want_video(client, call, &chat, camera, TGCALL_VIDEO_QUALITY_FULL), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_group_want_video(client, call, &chat, camera, TGCALL_VIDEO_QUALITY_NONE), TGCALL_OK);
    CHECK_STATUS(tgcall_group_pull_video(client, call, &self, camera, &frame), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_video(client, call, &user, 3, &frame), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_video(client, call, &user, camera, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_video(client, call, &user, camera, &frame), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_group_want_key_frame(client, call, &user, 3), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_want_key_frame(client, call, &user, camera), TGCALL_OK);
    CHECK_STATUS(tgcall_video_start(client, call, camera, 640, 360, 30), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_push(client, call, camera, 0, TGCALL_VIDEO_CODEC_VP8, 0, 1, (const uint8_t *)"x", 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_set_paused(client, call, camera, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_stop(client, call, camera), TGCALL_OK);
    /* The sound of a screen that is not shown is thrown away. */
    CHECK_STATUS(tgcall_video_start(client, call, TGCALL_VIDEO_SOURCE_SCREEN, 640, 360, 30), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_push_screen_s16(client, call, 48000, 2, stereo, 480), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_push_screen_f32(client, call, 96000, 1, NULL, 0), TGCALL_ERR_ARGUMENT);
    CHECK(frame == NULL);
}

static void wrong_arguments(tgcall_client *client, uint64_t call)
{
    static const tgcall_peer *const wrong[] = {NULL, &nobody, &odd, &negative};
    static char text[16400];
    static tgcall_peer users[MANY];
    static int32_t ids[MANY];
    int16_t samples[480];
    uint8_t packet[16];
    size_t i, size = 1;
    uint32_t timestamp;
    uint64_t id = 1, request = 1;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_STATUS(tgcall_group_create(client, wrong[i], NULL, 0, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_set_join_as(client, call, wrong[i]), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_set_muted(client, call, wrong[i], 1, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_set_volume(client, call, wrong[i], 1, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_set_hand(client, call, wrong[i], 1, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_delete_messages_of(client, call, wrong[i], 1, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_save_send_as(client, call, wrong[i], &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_get_join_as(client, wrong[i], &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_save_join_as(client, wrong[i], &self, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_save_join_as(client, &chat, wrong[i], &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_get_rtmp(client, wrong[i], 0, 0, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_invite(client, call, wrong[i], 1, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_remove_user(client, call, wrong[i], &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_invite_user(client, call, wrong[i], 0, &request), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_cancel_invite(client, call, wrong[i], &request), TGCALL_ERR_ARGUMENT);
    }
    for (i = 0; i < 3; i++) {
        tgcall_video_frame *frame = (tgcall_video_frame *)ids;
        CHECK_STATUS(tgcall_group_want_video(client, call, wrong[i], 1, 1), TGCALL_ERR_ARGUMENT);
        CHECK_STATUS(tgcall_group_pull_video(client, call, wrong[i], 1, &frame), TGCALL_ERR_ARGUMENT);
        CHECK(frame == NULL);
        CHECK_STATUS(tgcall_group_want_key_frame(client, call, wrong[i], 1), TGCALL_ERR_ARGUMENT);
    }
    pictures(client, call);
    CHECK(request == 1 && id == 0);
    CHECK_STATUS(tgcall_group_open(client, 0, 1, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open(client, 5, 1, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create_conference(client, 1, 0, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open_link(client, "https://example.org/call/abc", NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open_link(client, NULL, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open_invitation(client, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_remove_user(client, call, &self, &request), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_remove_user(client, call, &chat, &request), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_remove_user(client, call, &user, &request), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_invite_user(client, call, &self, 0, &request), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_invite_user(client, call, &chat, 0, &request), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_invite_user(client, call, &user, 0, &request), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_cancel_invite(client, call, &self, &request), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_cancel_invite(client, call, &user, &request), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_get_words(client, call, NULL, 0, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_get_words(client, call, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK(size == 0);
    CHECK_STATUS(tgcall_group_create(client, &self, NULL, 0, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create(client, &user, NULL, 0, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create(client, &chat, "\xff", 0, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create(client, &chat, NULL, -1, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create(client, &chat, NULL, INT64_MAX, 0, NULL, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_set_muted(client, call, &self, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_set_volume(client, call, &user, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_set_volume(client, call, &user, 20001, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_set_message_stars(client, call, -1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_set_recording(client, call, 1, 3, NULL, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_send_message(client, call, "x", -1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_send_message(client, call, "\xff", 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_invite(client, call, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_invite(client, call, NULL, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_invite(client, call, &basic, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_delete_messages(client, call, NULL, 0, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_delete_messages(client, call, NULL, 3, 0, NULL), TGCALL_ERR_ARGUMENT);
    memset(text, 'x', sizeof text - 1);
    for (i = 0; i < MANY; i++) users[i] = user;
    CHECK_STATUS(tgcall_group_create(client, &chat, text, 0, 0, NULL, &id), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_set_title(client, call, text, NULL), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_set_recording(client, call, 1, 0, text, NULL), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_send_message(client, call, text, 0, NULL), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_set_invite_hash(client, call, text), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_invite(client, call, users, MANY, NULL), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_delete_messages(client, call, ids, MANY, 0, NULL), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_group_get_mode(client, call, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_get_roster(client, call, NULL), TGCALL_ERR_ARGUMENT);
    /* Sound: not before it is separate, and of somebody. */
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 48000, 1, samples, 480), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_set_separate(client, call, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_pull_s16(client, call, 48000, 1, samples, 480), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 48000, 1, samples, 480), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &self, 48000, 1, samples, 480), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, NULL, 48000, 1, samples, 480), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 7999, 1, samples, 480), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 48000, 3, samples, 160), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_s16(client, call, &user, 48000, 1, NULL, 480), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, packet, sizeof packet, &size, &timestamp), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_OPUS), TGCALL_OK);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, packet, sizeof packet, &size, &timestamp), TGCALL_EMPTY);
    CHECK(size == 0 && timestamp == 0);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, NULL, 0, &size, &timestamp), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, packet, sizeof packet, NULL, &timestamp), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_pull_opus(client, call, &user, packet, sizeof packet, &size, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_audio_set_coding(client, call, TGCALL_AUDIO_CODING_PCM, TGCALL_AUDIO_CODING_PCM), TGCALL_OK);
    CHECK_STATUS(tgcall_group_set_separate(client, call, 0), TGCALL_OK);
}

static void nothing_of_null(void)
{
    tgcall_peer peer = user;
    int64_t stars;
    uint32_t level;
    size_t size = 1;
    bool speaks;
    CHECK(tgcall_event_get_peer(NULL).kind == 0 && tgcall_event_get_change(NULL) == TGCALL_CHANGE_NONE);
    CHECK(tgcall_event_get_level_count(NULL) == 0 && tgcall_event_get_message_id(NULL) == 0);
    CHECK(tgcall_event_get_date_unix_s(NULL) == 0 && tgcall_event_get_message(NULL).size == 0);
    CHECK(tgcall_event_get_stars(NULL) == 0 && tgcall_event_get_code(NULL) == 0 && tgcall_event_get_peer_count(NULL) == 0);
    CHECK(tgcall_event_get_error(NULL).size + tgcall_event_get_link(NULL).size + tgcall_event_get_key(NULL).size == 0);
    CHECK_STATUS(tgcall_event_get_level(NULL, 0, &peer, &level, &speaks), TGCALL_EMPTY);
    CHECK(peer.kind == 0 && level == 0 && !speaks);
    CHECK_STATUS(tgcall_event_get_peer_at(NULL, 0, &peer, &stars), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_event_get_peer_at(NULL, 0, NULL, &stars), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_event_get_level(NULL, 0, &peer, NULL, &speaks), TGCALL_ERR_ARGUMENT);
    CHECK(tgcall_roster_get_title(NULL).size + tgcall_roster_get_link(NULL).size == 0);
    CHECK(tgcall_roster_get_settings(NULL) == 0 && tgcall_roster_get_total(NULL) == 0 && tgcall_roster_get_count(NULL) == 0);
    CHECK(tgcall_roster_get_schedule_unix_s(NULL) == 0 && tgcall_roster_get_record_start_unix_s(NULL) == 0);
    CHECK(tgcall_roster_get_message_stars(NULL) == 0);
    CHECK(tgcall_roster_get(NULL, 0) == NULL && tgcall_roster_find(NULL, &user) == NULL);
    tgcall_roster_free(NULL);
    CHECK(tgcall_participant_get_peer(NULL).kind == 0 && tgcall_participant_get_volume(NULL) == 0);
    CHECK(tgcall_participant_get_date_unix_s(NULL) == 0 && tgcall_participant_get_active_date_unix_s(NULL) == 0);
    CHECK(tgcall_participant_get_raise_hand_rating(NULL) == 0 && tgcall_participant_get_stars(NULL) == 0);
    CHECK(tgcall_participant_get_switches(NULL) == 0 && !tgcall_participant_is_muted_by_admin(NULL));
    CHECK(!tgcall_participant_can_self_unmute(NULL) && !tgcall_participant_is_muted_for_me(NULL));
    CHECK(!tgcall_participant_is_self(NULL));
    CHECK_STATUS(tgcall_participant_get_about(NULL, NULL, 0, &size), TGCALL_OK);
    CHECK(size == 0);
    CHECK_STATUS(tgcall_participant_get_about(NULL, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
}

/* ---- What Telegram is asked, and what it answers */

struct told {
    uint64_t look, join, title, link, last;
    uint64_t answered[2];
    int answers, cancels, came, changed, ended;
    int32_t code;
    char text[64];
    tgcall_action action;
};

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct told *told = (struct told *)userdata;
    const char *method = tgcall_event_get_method(event).data;
    uint64_t request = tgcall_event_get_request(event);
    tgcall_roster *roster = NULL;
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_INVOKE:
        told->last = request;
        if (strcmp(method, "phone.getGroupCall") == 0) told->look = request;
        if (strcmp(method, "phone.joinGroupCall") == 0) told->join = request;
        if (strcmp(method, "phone.editGroupCallTitle") == 0) told->title = request;
        if (strcmp(method, "phone.exportGroupCallInvite") == 0) told->link = request;
        break;
    case TGCALL_EVENT_ANSWER:
        told->answered[told->answers++ & 1] = request;
        told->code = tgcall_event_get_code(event);
        told->action = tgcall_event_get_action(event);
        snprintf(told->text, sizeof told->text, "%s",
                 told->code ? tgcall_event_get_error(event).data : tgcall_event_get_link(event).data);
        break;
    case TGCALL_EVENT_CANCEL: told->cancels++; break;
    case TGCALL_EVENT_GROUP_PARTICIPANT:
        if (tgcall_event_get_change(event) == TGCALL_CHANGE_CAME) told->came++;
        CHECK(tgcall_event_get_peer(event).kind == TGCALL_PEER_KIND_USER);
        /* Every function may be called from here. */
        CHECK_STATUS(tgcall_group_get_roster(client, tgcall_event_get_call(event), &roster), TGCALL_OK);
        CHECK(tgcall_roster_get_count(roster) > 0);
        tgcall_roster_free(roster);
        CHECK_STATUS(tgcall_group_set_levels(client, tgcall_event_get_call(event), 1), TGCALL_OK);
        CHECK_STATUS(tgcall_client_drain(client, on_event, told), TGCALL_ERR_STATE);
        break;
    case TGCALL_EVENT_GROUP_CHANGED: told->changed++; break;
    case TGCALL_EVENT_CALL_ENDED: told->ended++; break;
    default: break;
    }
}

static void drain(tgcall_client *client, struct told *told)
{
    tgcall_status status = tgcall_client_drain(client, on_event, told);
    CHECK(status == TGCALL_OK || status == TGCALL_EMPTY);
}

static void look_at(tgcall_roster *roster)
{
    const tgcall_participant *me = tgcall_roster_find(roster, &self), *singer = tgcall_roster_find(roster, &user);
    char about[8];
    size_t size;
    CHECK(strcmp(tgcall_roster_get_title(roster).data, "Evening") == 0 && tgcall_roster_get_link(roster).size == 0);
    CHECK(tgcall_roster_get_settings(roster) ==
          (TGCALL_GROUP_SETTINGS_JOIN_MUTED | TGCALL_GROUP_SETTINGS_MESSAGES_ENABLED));
    CHECK(tgcall_roster_get_total(roster) == 3 && tgcall_roster_get_count(roster) == 2);
    CHECK(tgcall_roster_get_schedule_unix_s(roster) == 0 && tgcall_roster_get_record_start_unix_s(roster) == 0);
    CHECK(tgcall_roster_get(roster, 0) == me && tgcall_roster_get(roster, 1) == singer);
    CHECK(tgcall_roster_get(roster, 2) == NULL && tgcall_roster_get(roster, SIZE_MAX) == NULL);
    CHECK(tgcall_roster_find(roster, NULL) == NULL && tgcall_roster_find(roster, &chat) == NULL);
    CHECK(tgcall_roster_find(roster, &odd) == NULL);
    CHECK(tgcall_participant_is_self(me) && !tgcall_participant_is_self(singer));
    CHECK(tgcall_participant_can_self_unmute(me) && tgcall_participant_is_muted_by_admin(singer));
    CHECK(tgcall_participant_get_switches(me) == 0 && tgcall_participant_get_switches(singer) == TGCALL_SWITCHES_MUTED);
    CHECK(tgcall_participant_get_volume(me) == 10000 && tgcall_participant_get_volume(singer) == 15000);
    CHECK(tgcall_participant_get_date_unix_s(singer) == 1600000100 && tgcall_participant_get_active_date_unix_s(me) == 0);
    CHECK(tgcall_participant_get_raise_hand_rating(singer) == 4242 && tgcall_participant_get_stars(singer) == 0);
    CHECK(tgcall_participant_get_peer(singer).id == 1001 && tgcall_participant_get_peer(singer).access_hash == 0);
    CHECK(!tgcall_participant_is_muted_for_me(singer));
    CHECK_STATUS(tgcall_participant_get_about(singer, NULL, 0, &size), TGCALL_OK);
    CHECK(size == 8);
    CHECK_STATUS(tgcall_participant_get_about(singer, about, 7, &size), TGCALL_ERR_BUFFER);
    CHECK_STATUS(tgcall_participant_get_about(singer, about, 8, &size), TGCALL_OK);
    CHECK(memcmp(about, "a singer", 8) == 0);
}

static void answers_and_errors(void)
{
    tgcall_client *client = client_of(tgcall_config_new());
    struct told told = {0};
    struct out out = {{0}, 0};
    tgcall_roster *roster = NULL;
    uint64_t call, again, title, link;
    int32_t state = 0;
    tgcall_group_mode mode = TGCALL_GROUP_MODE_RTMP;
    CHECK_STATUS(tgcall_group_open(client, 1234, 5678, &told, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_group_open(client, 1234, 5678, NULL, &again), TGCALL_ERR_STATE);
    wrong_arguments(client, call);
    CHECK_STATUS(tgcall_group_set_join_as(client, call, &self), TGCALL_OK);
    CHECK_STATUS(tgcall_group_set_invite_hash(client, call, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_group_join(client, call, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_group_join(client, call, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_set_join_as(client, call, &self), TGCALL_ERR_STATE);
    drain(client, &told);
    CHECK(told.look != 0 && told.join == 0);
    put_int(&out, 0x9e727aad);
    put_call(&out, 7);
    put_vector(&out, 2);
    put_person(&out, 1);
    put_person(&out, 0);
    put_text(&out, "");
    put_vector(&out, 0);
    put_vector(&out, 0);
    CHECK_STATUS(tgcall_client_handle_answer(client, told.look, out.bytes, out.size), TGCALL_OK);
    drain(client, &told);
    CHECK(told.join != 0 && told.came == 2 && told.changed == 1);
    CHECK_STATUS(tgcall_group_get_roster(client, call, &roster), TGCALL_OK);
    look_at(roster);
    CHECK_STATUS(tgcall_group_get_mode(client, call, &mode), TGCALL_OK);
    CHECK(mode == TGCALL_GROUP_MODE_NONE);
    /* The number is that of the INVOKE and of the ANSWER. */
    CHECK_STATUS(tgcall_group_set_title(client, call, "Late", &title), TGCALL_OK);
    CHECK_STATUS(tgcall_group_export_link(client, call, 1, &link), TGCALL_OK);
    drain(client, &told);
    CHECK(told.title == title && told.link == link && told.answers == 0);
    CHECK_STATUS(tgcall_client_handle_error(client, title, 403, "CHAT_ADMIN_REQUIRED"), TGCALL_OK);
    drain(client, &told);
    CHECK(told.answers == 1 && told.answered[0] == title && told.code == 403 && told.action == TGCALL_ACTION_TELL_USER);
    CHECK(strcmp(told.text, "CHAT_ADMIN_REQUIRED") == 0);
    out.size = 0;
    put_int(&out, 0x204bd158);
    put_text(&out, "https://t.me/x?voicechat");
    CHECK_STATUS(tgcall_client_handle_answer(client, link, out.bytes, out.size), TGCALL_OK);
    drain(client, &told);
    CHECK(told.answers == 2 && told.answered[1] == link && told.code == 0);
    CHECK(strcmp(told.text, "https://t.me/x?voicechat") == 0);
    /* Of no call. */
    CHECK_STATUS(tgcall_group_get_join_as(client, &chat, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_group_save_join_as(client, &basic, &self, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_group_get_rtmp(client, &chat, 0, 1, NULL), TGCALL_OK);
    drain(client, &told);
    CHECK_STATUS(tgcall_client_handle_error(client, told.last, 0, ""), TGCALL_OK);
    drain(client, &told);
    CHECK(told.answers == 3 && told.code == -1 && told.action == TGCALL_ACTION_RETRY);
    /* Whoever may not be in is out; what waits is called off. */
    CHECK_STATUS(tgcall_group_reset_link(client, call, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_client_handle_error(client, told.join, 403, "GROUPCALL_FORBIDDEN"), TGCALL_OK);
    drain(client, &told);
    CHECK(told.ended == 1 && told.cancels >= 1);
    CHECK_STATUS(tgcall_call_get_state(client, call, (tgcall_call_state *)&state), TGCALL_OK);
    CHECK(state == TGCALL_CALL_STATE_ENDED);
    CHECK_STATUS(tgcall_group_join(client, call, 0), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_set_title(client, call, "x", NULL), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_group_set_separate(client, call, 1), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_discard(client, call, 0), TGCALL_ERR_STATE);
    tgcall_client_free(client);
    /* It does not need its client. */
    look_at(roster);
    tgcall_roster_free(roster);
}

/* Calls of another kind, clients that carry no sound, and nothing at all. */
/* Of a call that rings. */
static void upgrades(tgcall_client *client, uint64_t call)
{
    uint64_t id = 1;
    bool can = true;
    CHECK_STATUS(tgcall_call_can_upgrade(client, call, &can), TGCALL_OK);
    CHECK(!can);
    CHECK_STATUS(tgcall_call_upgrade(client, call, NULL, 0, &id), TGCALL_ERR_STATE);
    CHECK(id == 0);
    CHECK_STATUS(tgcall_call_upgrade(client, call, NULL, 1, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_upgrade(client, call, &nobody, 1, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_upgrade(client, call, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_upgrade(client, 999, NULL, 0, &id), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_upgrade(NULL, call, NULL, 0, &id), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_can_upgrade(client, call, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_call_can_upgrade(client, 999, &can), TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_call_can_upgrade(NULL, call, &can), TGCALL_ERR_ARGUMENT);
    CHECK(tgcall_event_get_new_call(NULL) == 0 && !tgcall_event_is_verified(NULL));
}

static void others(void)
{
    tgcall_client *client = client_of(tgcall_config_new()), *host = host_client();
    tgcall_call_kind kind = TGCALL_CALL_KIND_NONE;
    tgcall_direction direction;
    uint64_t call, group, ids[20];
    int64_t who;
    size_t i, count;
    all_answer(NULL, 1, TGCALL_ERR_ARGUMENT, TGCALL_ERR_ARGUMENT);
    all_answer(client, 999, TGCALL_ERR_NOT_FOUND, TGCALL_ERR_NOT_FOUND);
    CHECK_STATUS(tgcall_request(client, 88, 99, 0, NULL, &call), TGCALL_OK);
    all_answer(client, call, TGCALL_ERR_STATE, TGCALL_ERR_STATE);
    upgrades(client, call);
    CHECK_STATUS(tgcall_group_open(host, 1, 2, NULL, &group), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_create(host, &chat, NULL, 0, 0, NULL, &group), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_get_rtmp(host, &chat, 0, 0, NULL), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_create_conference(host, 0, 0, NULL, &group), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_open_link(host, "abc", NULL, &group), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_open_invitation(host, 7, NULL, &group), TGCALL_ERR_UNSUPPORTED);
    CHECK_STATUS(tgcall_group_create_conference(NULL, 0, 0, NULL, &group), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open_link(NULL, "abc", NULL, &group), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open_invitation(NULL, 7, NULL, &group), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_open(NULL, 1, 2, NULL, &group), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_create(NULL, &chat, NULL, 0, 0, NULL, &group), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_get_join_as(NULL, &chat, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_save_join_as(NULL, &chat, &self, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_group_get_rtmp(NULL, &chat, 0, 0, NULL), TGCALL_ERR_ARGUMENT);
    /* They are calls, and do not count in max_calls, of which one is up. */
    for (i = 0; i < 16; i++) CHECK_STATUS(tgcall_group_open(client, (int64_t)i + 1, 0, NULL, &group), TGCALL_OK);
    CHECK_STATUS(tgcall_group_open(client, 99, 0, NULL, &call), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_client_get_calls(client, ids, 20, &count), TGCALL_OK);
    CHECK_INT(count, 17);
    CHECK_INT(client_stat(client, TGCALL_STAT_CALLS), 17);
    CHECK_STATUS(tgcall_call_get_kind(client, group, &kind), TGCALL_OK);
    CHECK(kind == TGCALL_CALL_KIND_GROUP);
    CHECK_STATUS(tgcall_accept(client, group), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_confirm(client, group), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_user(client, group, &who), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_call_get_direction(client, group, &direction), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_rate(client, group, 5, ""), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_video_stop(client, group, TGCALL_VIDEO_SOURCE_CAMERA), TGCALL_OK);
    CHECK_STATUS(tgcall_audio_set_muted(client, group, 0), TGCALL_OK);
    CHECK_STATUS(tgcall_discard(client, group, 77), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_discard(client, group, TGCALL_DISCARD_REASON_BUSY), TGCALL_OK);
    CHECK_STATUS(tgcall_group_open(client, 99, 0, NULL, &group), TGCALL_OK);
    tgcall_client_free(client);
    tgcall_client_free(host);
}

/* What wakes the loop may use the client, whatever rang: it never runs under the lock. */
static int wakes;

static void wake(void *client)
{
    wakes++;
    CHECK_STATUS(tgcall_discard(*(tgcall_client **)client, 12345, 0), TGCALL_ERR_NOT_FOUND);
}

static void a_wake_for_separate_sound(void)
{
    static tgcall_client *client;
    struct counts counts = {0, {0}};
    tgcall_config *config = tgcall_config_new();
    uint64_t call;
    CHECK_STATUS(tgcall_config_set_wake(config, wake, &client), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_group_open(client, 5, 1, NULL, &call), TGCALL_OK);
    CHECK(tgcall_client_drain(client, count, &counts) >= 0);
    wakes = 0;
    CHECK_STATUS(tgcall_group_set_separate(client, call, 1), TGCALL_OK);
    CHECK_INT(wakes, 1);
    tgcall_client_free(client);
}

int main(void)
{
    nothing_of_null();
    a_wake_for_separate_sound();
    others();
    answers_and_errors();
    return 0;
}
