/* The core of a conference: wrong arguments and wrong moments first, then two devices that join, verify and talk. */
#include "check.h"

enum { ROOM = 8192 };

static uint64_t now_ns = 5;
static tgcall_conference *reentered;
static tgcall_status from_inside;

static uint64_t clock_now(void *userdata)
{
    int32_t timeout_ms;
    (void)userdata;
    if (reentered) from_inside = tgcall_conference_get_next_timeout(reentered, &timeout_ms);
    return now_ns;
}

static int no_random(void *userdata, uint8_t *buffer, size_t size)
{
    (void)userdata;
    (void)buffer;
    return size ? -1 : -1;
}

struct element {
    uint8_t data[ROOM];
    size_t size;
};

static struct element delivered(tgcall_bytes sent)
{
    struct element element;
    CHECK_STATUS(tgcall_conference_to_server_form(sent.data, sent.size, element.data, ROOM, &element.size), TGCALL_OK);
    CHECK(element.size == sent.size && element.data[0] == (uint8_t)(sent.data[0] + 1));
    return element;
}

static void null_handles(void)
{
    uint8_t bytes[32];
    int32_t number;
    uint32_t permissions;
    int64_t user_id = 1;
    uint64_t count64;
    size_t size;
    tgcall_bytes lent;
    tgcall_text texts[24];
    tgcall_conference_state state;
    tgcall_verification verification;
    tgcall_conference_free(NULL);
    CHECK_STATUS(tgcall_conference_new(NULL, 1, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_public_key(NULL, bytes), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(NULL, NULL, 0, &lent), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_apply_block(NULL, bytes, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_poll_broadcast(NULL, &lent), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_handle_broadcast(NULL, bytes, 4), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_remove(NULL, &user_id, 1, &lent), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_state(NULL, &state), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_block(NULL, &number, bytes), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_participant_count(NULL, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_participant(NULL, 0, &user_id, bytes, &permissions), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_verification(NULL, &verification), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_emoji(NULL, texts), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_words(NULL, texts), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(NULL, 0, bytes, 4, 0, bytes, 32, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_decrypt(NULL, 1, bytes, 4, bytes, 32, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt_frame(NULL, 0, 1, 0, 0, bytes, 4, bytes, 32, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_decrypt_frame(NULL, 1, 1, bytes, 4, &number, bytes, 32, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_next_timeout(NULL, &number), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_handle_timeout(NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_reject(NULL, &number, &count64), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_to_server_form(NULL, 0, bytes, 32, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_to_server_form(bytes, 4, bytes, 32, NULL), TGCALL_ERR_ARGUMENT);
}

/* Before the first block: it has keys and nothing else. */
static void too_early(tgcall_conference *one)
{
    uint8_t bytes[64] = {0};
    int32_t number;
    uint32_t permissions;
    int64_t user_id = 2;
    size_t size;
    tgcall_bytes lent;
    tgcall_text texts[24];
    tgcall_verification verification;
    CHECK_STATUS(tgcall_conference_get_public_key(one, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_state(one, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(one, NULL, 0, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(one, NULL, 7, &lent), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(one, bytes, 3, &lent), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(one, bytes, sizeof bytes, &lent), TGCALL_EMPTY);
    CHECK(lent.data == NULL && lent.size == 0);
    CHECK_STATUS(tgcall_conference_apply_block(one, bytes, 3), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_poll_broadcast(one, &lent), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_handle_broadcast(one, bytes, 4), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_remove(one, &user_id, 1, &lent), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_block(one, &number, bytes), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_participant_count(one, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_participant(one, 0, &user_id, bytes, &permissions), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_verification(one, &verification), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_emoji(one, texts), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_words(one, texts), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, bytes, 4, 0, bytes, 64, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_decrypt(one, 2, bytes, 4, bytes, 64, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_encrypt_frame(one, 0, 1, 0, 0, bytes, 4, bytes, 64, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_decrypt_frame(one, 2, 1, bytes, 4, &number, bytes, 64, &size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_next_timeout(one, &number), TGCALL_EMPTY);
    CHECK_INT(number, -1);
    CHECK_STATUS(tgcall_conference_handle_timeout(one), TGCALL_OK);
}

/* Carries broadcasts between the two until both have nothing to say. */
static void converse(tgcall_conference *one, tgcall_conference *two)
{
    tgcall_conference *both[2] = {one, two};
    int i, news = 1;
    while (news) {
        news = 0;
        for (i = 0; i < 2; i++) {
            tgcall_bytes out;
            while (tgcall_conference_poll_broadcast(both[i], &out) == TGCALL_OK) {
                struct element element = delivered(out);
                CHECK_STATUS(tgcall_conference_handle_broadcast(one, element.data, element.size), TGCALL_OK);
                CHECK_STATUS(tgcall_conference_handle_broadcast(two, element.data, element.size), TGCALL_OK);
                news = 1;
            }
        }
    }
}

static void talk(tgcall_conference *one, tgcall_conference *two)
{
    static uint8_t packet[ROOM], data[ROOM];
    static const uint8_t frame[] = "a frame of some codec";
    size_t due, size, data_size;
    int32_t level, code;
    uint64_t count, before;
    uint32_t codec;
    CHECK_STATUS(tgcall_conference_encrypt(one, -1, frame, 5, 0, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 1024, frame, 5, 0, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, 5, 6, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, 5, 0, packet, ROOM, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, 5, 0, NULL, 9, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, NULL, 5, 0, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, sizeof frame, 3, NULL, 0, &due), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, sizeof frame, 3, packet, due - 1, &size), TGCALL_ERR_BUFFER);
    CHECK(size == due);
    CHECK_STATUS(tgcall_conference_encrypt(one, 0, frame, sizeof frame, 3, packet, due, &size), TGCALL_OK);
    CHECK(size == due && memcmp(packet, frame, 3) == 0);

    CHECK_STATUS(tgcall_conference_get_reject(two, NULL, &before), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_reject(two, &code, &before), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_decrypt(two, 1, packet, size, data, size - 1, &data_size), TGCALL_ERR_BUFFER);
    CHECK_STATUS(tgcall_conference_decrypt(two, 1, packet, size, NULL, 0, &data_size), TGCALL_OK);
    CHECK(data_size == size);
    CHECK_STATUS(tgcall_conference_decrypt(two, 77, packet, size, data, ROOM, &data_size), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_conference_decrypt(two, 1, packet, 0, data, ROOM, &data_size), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_conference_decrypt(two, 1, packet, size, data, ROOM, &data_size), TGCALL_OK);
    CHECK(data_size == sizeof frame && memcmp(data, frame, sizeof frame) == 0);
    CHECK_STATUS(tgcall_conference_decrypt(two, 1, packet, size, data, ROOM, &data_size), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_conference_get_reject(two, &code, &count), TGCALL_OK);
    CHECK_INT(code, 100);
    CHECK(count == before + 3);

    CHECK_STATUS(tgcall_conference_encrypt_frame(one, 0, 0, 0, 0, frame, 5, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt_frame(one, 0, 4, 0, 0, frame, 5, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_encrypt_frame(one, 0, 1, 0, 128, frame, 5, packet, ROOM, &size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_decrypt_frame(two, 1, 9, packet, 5, &level, data, ROOM, &size), TGCALL_ERR_ARGUMENT);
    for (codec = TGCALL_FRAME_CODEC_OPUS; codec <= TGCALL_FRAME_CODEC_H264; codec++) {
        tgcall_status status = tgcall_conference_encrypt_frame(one, 0, codec, 1, 40, frame, sizeof frame, packet, ROOM, &size);
        /* Of one epoch in 256 the hash begins with 1, behind the zeros of their count: a start code in every packet of H.264. */
        if (codec == TGCALL_FRAME_CODEC_H264 && status == TGCALL_EMPTY) continue;
        CHECK_STATUS(status, TGCALL_OK);
        CHECK_STATUS(tgcall_conference_decrypt_frame(two, 1, codec, packet, size, &level, data, ROOM, &data_size),
                     TGCALL_OK);
        CHECK(data_size == sizeof frame && memcmp(data, frame, sizeof frame) == 0);
        CHECK_INT(level, codec == TGCALL_FRAME_CODEC_OPUS ? 40 : -1);
    }
    CHECK_STATUS(tgcall_conference_decrypt_frame(two, 1, 1, packet, size, &level, data, ROOM, &data_size), TGCALL_EMPTY);
}

int main(void)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_conference *one = NULL, *two = NULL;
    tgcall_conference_state state;
    tgcall_verification verification;
    tgcall_bytes block, out;
    tgcall_text emoji[4], others[4], words[24];
    struct element first, second, third;
    uint8_t key[32], own[32], hash[32], same[32];
    int64_t user_id, users[2] = {2, 99};
    uint32_t permissions;
    int32_t height, timeout_ms, code;
    uint64_t count;
    size_t participants;

    null_handles();
    CHECK_STATUS(tgcall_config_set_clock(config, clock_now, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_new(config, 1, &one), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_new(NULL, 2, &two), TGCALL_OK);
    too_early(one);
    CHECK_STATUS(tgcall_conference_get_state(one, &state), TGCALL_OK);
    CHECK_INT(state, TGCALL_CONFERENCE_STATE_JOINING);

    CHECK_STATUS(tgcall_conference_join(one, NULL, 0, &block), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_apply_block(one, block.data, block.size), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_join(two, block.data, block.size, &out), TGCALL_ERR_ARGUMENT);
    first = delivered(block);
    CHECK_STATUS(tgcall_conference_apply_block(one, first.data, first.size), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_join(one, first.data, first.size, &block), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_emoji(one, emoji), TGCALL_EMPTY);
    CHECK(emoji[0].size == 0 && emoji[0].data != NULL);

    CHECK_STATUS(tgcall_conference_join(two, first.data, first.size, &block), TGCALL_OK);
    second = delivered(block);
    CHECK_STATUS(tgcall_conference_apply_block(one, second.data, second.size), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_apply_block(two, second.data, second.size), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_get_state(two, &state), TGCALL_OK);
    CHECK_INT(state, TGCALL_CONFERENCE_STATE_ACTIVE);
    CHECK_STATUS(tgcall_conference_get_verification(two, &verification), TGCALL_OK);
    CHECK_INT(verification, TGCALL_VERIFICATION_COMMIT);
    CHECK_STATUS(tgcall_conference_handle_broadcast(two, first.data, first.size), TGCALL_EMPTY);
    converse(one, two);
    CHECK_STATUS(tgcall_conference_get_verification(two, &verification), TGCALL_OK);
    CHECK_INT(verification, TGCALL_VERIFICATION_DONE);
    CHECK_STATUS(tgcall_conference_get_emoji(one, NULL), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_get_emoji(one, emoji), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_get_emoji(two, others), TGCALL_OK);
    CHECK(emoji[3].size > 0 && strcmp(emoji[0].data, others[0].data) == 0 && strcmp(emoji[3].data, others[3].data) == 0);
    CHECK_STATUS(tgcall_conference_get_words(two, words), TGCALL_OK);
    CHECK(words[0].size >= 3 && words[23].data[words[23].size] == 0);

    CHECK_STATUS(tgcall_conference_get_block(one, &height, hash), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_get_block(two, &height, same), TGCALL_OK);
    CHECK(height == 1 && memcmp(hash, same, 32) == 0);
    CHECK_STATUS(tgcall_conference_get_participant_count(one, &participants), TGCALL_OK);
    CHECK_INT(participants, 2);
    CHECK_STATUS(tgcall_conference_get_participant(one, 1, &user_id, key, &permissions), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_get_public_key(two, own), TGCALL_OK);
    CHECK(user_id == 2 && permissions == 3 && memcmp(key, own, 32) == 0);
    CHECK_STATUS(tgcall_conference_get_participant(one, 2, &user_id, key, &permissions), TGCALL_ERR_NOT_FOUND);
    talk(one, two);

    /* The clock of a conference must not call back. */
    reentered = one;
    CHECK_STATUS(tgcall_conference_handle_timeout(one), TGCALL_OK);
    reentered = NULL;
    CHECK_INT(from_inside, TGCALL_ERR_STATE);

    user_id = 1;
    CHECK_STATUS(tgcall_conference_remove(one, &user_id, 1, &block), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_remove(one, users + 1, 1, &block), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_conference_remove(one, NULL, 1, &block), TGCALL_ERR_ARGUMENT);
    CHECK_STATUS(tgcall_conference_remove(one, users, (size_t)-1, &block), TGCALL_ERR_LIMIT);
    CHECK_STATUS(tgcall_conference_remove(one, users, 2, &block), TGCALL_OK);
    third = delivered(block);
    CHECK_STATUS(tgcall_conference_apply_block(one, third.data, third.size), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_apply_block(two, third.data, third.size), TGCALL_EMPTY);
    CHECK_STATUS(tgcall_conference_get_reject(two, &code, &count), TGCALL_OK);
    CHECK_INT(code, 300);
    CHECK_STATUS(tgcall_conference_get_state(two, &state), TGCALL_OK);
    CHECK_INT(state, TGCALL_CONFERENCE_STATE_FAILED);
    CHECK_STATUS(tgcall_conference_apply_block(two, third.data, third.size), TGCALL_ERR_STATE);
    CHECK_STATUS(tgcall_conference_get_emoji(two, emoji), TGCALL_ERR_STATE);

    /* The key before the last block is wiped ten seconds after it. */
    CHECK_STATUS(tgcall_conference_get_next_timeout(one, &timeout_ms), TGCALL_OK);
    CHECK(timeout_ms > 0 && timeout_ms <= 10000);
    now_ns += 10000000000u;
    CHECK_STATUS(tgcall_conference_handle_timeout(one), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_get_next_timeout(one, &timeout_ms), TGCALL_EMPTY);
    tgcall_conference_free(one);
    tgcall_conference_free(two);

    /* No entropy, no conference. */
    CHECK_STATUS(tgcall_config_set_random(config, no_random, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_conference_new(config, 1, &one), TGCALL_ERR_INTERNAL);
    CHECK(one == NULL);
    tgcall_config_free(config);
    return 0;
}
