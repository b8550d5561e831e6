/* For the demo: whether a recording of pictures is what was sent.
 *
 *   video-tool alike SENT RECORDED     every frame of RECORDED is one of SENT, in order, and few are missing
 *
 * VP8 and VP9 are compared byte for byte; H.264 without its start codes, which all come out with four bytes. */
#include "picture.h"

/* Drops the zeros before each start code, so that three bytes and four are the same. */
static size_t plain(uint8_t *out, const struct picture *picture)
{
    size_t i, size = 0;
    for (i = 0; i < picture->size; i++) {
        const uint8_t *at = picture->data + i;
        if (i + 3 < picture->size && !at[0] && !at[1] && !at[2] && at[3] == 1) continue;
        out[size++] = *at;
    }
    return size;
}

static uint8_t sent[4 << 20], recorded[4 << 20];

static int next(struct picture_file *file, uint8_t *out, size_t *size)
{
    struct picture picture;
    if (!picture_read(file, &picture)) return 0;
    if (picture.size > sizeof sent) return 0;
    if (file->codec == TGCALL_VIDEO_CODEC_H264) *size = plain(out, &picture);
    else memcpy(out, picture.data, *size = picture.size);
    return 1;
}

int main(int argc, char **argv)
{
    struct picture_file files[2];
    unsigned frames = 0, of = 0, missing = 0;
    size_t sent_size = 0, recorded_size = 0;
    if (argc != 4 || strcmp(argv[1], "alike") != 0) return fprintf(stderr, "usage: video-tool alike SENT RECORDED\n"), 2;
    if (!picture_open(&files[0], argv[2]) || !picture_open(&files[1], argv[3]) || files[0].codec != files[1].codec)
        return fprintf(stderr, "%s, %s: not two files of one codec\n", argv[2], argv[3]), 1;
    while (next(&files[1], recorded, &recorded_size)) {
        for (;;) {
            if (!next(&files[0], sent, &sent_size))
                return fprintf(stderr, "frame %u of the recording is not in the file, or not in order\n", frames), 1;
            of++;
            if (sent_size == recorded_size && memcmp(sent, recorded, sent_size) == 0) break;
            missing++;
        }
        frames++;
    }
    for (; next(&files[0], sent, &sent_size); missing++) of++;
    printf("    %u of %u frames, all of them as they were sent and in order\n", frames, of);
    picture_close(&files[0], 0);
    picture_close(&files[1], 0);
    return frames == 0 || missing * 10 > of;
}
