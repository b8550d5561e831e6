/* Just enough of the files that encoded pictures come in: IVF (VP8, VP9, AV1) and Annex B (H.264), a frame at a time. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tgcall.h>

enum { PICTURE_CLOCK = 90000 }; /* timestamps per second */

struct picture_file {
    FILE *file;
    uint32_t codec, width, height;
    uint32_t rate, scale; /* IVF: scale/rate seconds are one of its time units. Annex B has no time: 30 frames a second */
    uint64_t frames;
    uint32_t first; /* timestamp of what is written */
    uint8_t *data; /* Annex B: the whole file */
    size_t size, at;
};

/* One frame of a file; data lives until the next. */
struct picture {
    uint8_t *data;
    size_t size;
    uint32_t timestamp;
    int is_key;
};

static inline uint32_t picture_get(const uint8_t *at, size_t size)
{
    uint32_t number = 0;
    while (size-- > 0) number = number << 8 | at[size];
    return number;
}

static inline void picture_put(uint8_t *at, size_t size, uint64_t number)
{
    for (; size-- > 0; number >>= 8) *at++ = (uint8_t)number;
}

static inline const char *picture_fourcc(uint32_t codec)
{
    return codec == TGCALL_VIDEO_CODEC_VP8 ? "VP80" : codec == TGCALL_VIDEO_CODEC_VP9 ? "VP90" : "AV01";
}

/* The next start code 00 00 01 from `at` on, or the end. */
static inline size_t picture_start(const struct picture_file *file, size_t at)
{
    for (; at + 3 <= file->size; at++)
        if (!file->data[at] && !file->data[at + 1] && file->data[at + 2] == 1) return at;
    return file->size;
}

/* Opens a file to read; 0 if it is none that we know. Annex B must be H.264. */
static inline int picture_open(struct picture_file *file, const char *path)
{
    uint8_t head[32];
    long size;
    memset(file, 0, sizeof *file);
    file->file = fopen(path, "rb");
    if (!file->file || fread(head, 1, sizeof head, file->file) != sizeof head) return 0;
    if (!memcmp(head, "DKIF", 4)) {
        for (file->codec = TGCALL_VIDEO_CODEC_VP8; memcmp(head + 8, picture_fourcc(file->codec), 4); file->codec++)
            if (file->codec >= TGCALL_VIDEO_CODEC_AV1) return 0;
        file->width = picture_get(head + 12, 2);
        file->height = picture_get(head + 14, 2);
        file->rate = picture_get(head + 16, 4);
        file->scale = picture_get(head + 20, 4);
        return file->rate != 0;
    }
    if (fseek(file->file, 0, SEEK_END) != 0 || (size = ftell(file->file)) < 0 || fseek(file->file, 0, SEEK_SET) != 0) return 0;
    file->codec = TGCALL_VIDEO_CODEC_H264;
    file->width = 640, file->height = 480; /* at most; the stream itself says it exactly */
    file->rate = 30, file->scale = 1;
    file->data = malloc((size_t)size);
    file->size = (size_t)size;
    return file->data && fread(file->data, 1, file->size, file->file) == file->size && picture_start(file, 0) < 2;
}

/* One access unit: up to the next picture's first slice, or what goes before that. */
static inline int picture_next_unit(struct picture_file *file, struct picture *picture)
{
    size_t from = file->at, at = picture_start(file, file->at), cut = file->size;
    int has_slice = 0;
    if (at >= file->size) return 0;
    picture->is_key = 0;
    for (; at + 4 < file->size; at = picture_start(file, at + 3)) {
        const uint8_t *nal = file->data + at + 3;
        int type = nal[0] & 31, is_slice = type == 1 || type == 5;
        cut = at > from && file->data[at - 1] == 0 ? at - 1 : at; /* the longer start code */
        if (has_slice && ((type >= 6 && type <= 9) || (is_slice && nal[1] & 0x80))) break;
        has_slice |= is_slice;
        picture->is_key |= type == 5;
        cut = file->size;
    }
    picture->data = file->data + from;
    picture->size = cut - from;
    file->at = cut;
    return has_slice;
}

/* The next frame; 0 at the end of the file. */
static inline int picture_read(struct picture_file *file, struct picture *picture)
{
    uint8_t head[12];
    uint64_t unit = file->frames++;
    if (file->codec == TGCALL_VIDEO_CODEC_H264) {
        if (!picture_next_unit(file, picture)) return 0;
    } else {
        if (fread(head, 1, sizeof head, file->file) != sizeof head) return 0;
        picture->size = picture_get(head, 4);
        unit = picture_get(head + 4, 4);
        if (picture->size == 0 || picture->size > 4u << 20) return 0;
        if (picture->size > file->size) {
            free(file->data);
            file->data = malloc(file->size = picture->size);
        }
        if (!file->data || fread(file->data, 1, picture->size, file->file) != picture->size) return 0;
        picture->data = file->data;
        picture->is_key = file->codec == TGCALL_VIDEO_CODEC_VP8 ? !(picture->data[0] & 1) : !(picture->data[0] & 4);
    }
    picture->timestamp = (uint32_t)(unit * PICTURE_CLOCK * file->scale / file->rate);
    return 1;
}

/* Opens a file to write: IVF, or Annex B for H.264. */
static inline int picture_create(struct picture_file *file, const char *path)
{
    memset(file, 0, sizeof *file);
    file->file = fopen(path, "wb");
    return file->file != NULL;
}

/* Appends a frame that came; 0 when the disk takes no more. */
static inline int picture_write(struct picture_file *file, const tgcall_video_frame *frame)
{
    tgcall_bytes bytes = tgcall_video_frame_get_bytes(frame);
    uint8_t head[12] = {0};
    file->codec = tgcall_video_frame_get_codec(frame);
    if (file->codec != TGCALL_VIDEO_CODEC_H264) {
        if (file->frames == 0) {
            file->first = tgcall_video_frame_get_timestamp(frame);
            file->width = tgcall_video_frame_get_width(frame);
            file->height = tgcall_video_frame_get_height(frame);
            if (fseek(file->file, 32, SEEK_SET) != 0) return 0;
        }
        picture_put(head, 4, bytes.size);
        picture_put(head + 4, 8, (uint32_t)(tgcall_video_frame_get_timestamp(frame) - file->first));
        fwrite(head, sizeof head, 1, file->file);
    }
    fwrite(bytes.data, 1, bytes.size, file->file);
    file->frames++;
    return !ferror(file->file);
}

/* 0 when not all of what was written is on the disk. */
static inline int picture_close(struct picture_file *file, int written)
{
    uint8_t head[32] = "DKIF\0\0\x20\0";
    int whole = 1;
    if (!file->file) return 1;
    if (written && file->frames && file->codec != TGCALL_VIDEO_CODEC_H264) {
        memcpy(head + 8, picture_fourcc(file->codec), 4);
        picture_put(head + 12, 2, file->width);
        picture_put(head + 14, 2, file->height);
        picture_put(head + 16, 4, PICTURE_CLOCK);
        picture_put(head + 20, 4, 1);
        picture_put(head + 24, 4, file->frames);
        whole = fseek(file->file, 0, SEEK_SET) == 0 && fwrite(head, sizeof head, 1, file->file) == 1 && !ferror(file->file);
    }
    whole &= fclose(file->file) == 0;
    free(file->data);
    file->file = NULL;
    return whole;
}

#endif
