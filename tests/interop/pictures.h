/* Pictures of one call of endpoint.c: a film of encoded frames is sent, and what comes is written to a file. Files of frames, both
 * ways: of each its size in bytes, codec, timestamp, rotation, key (0 or 1), width and height, as seven u32 in the machine's order, then
 * the frame. */
#ifndef PICTURES_H
#define PICTURES_H

enum { HEAD = 7 };

struct pictures {
    uint8_t *film;
    size_t size, at; /* of the film; where its next frame begins */
    FILE *shown;
    unsigned frames_per_s;
    uint64_t pushed, full; /* frames; how often there was no room */
    long long next_us;
    atomic_uint codec; /* what is to be encoded; written by the library's thread */
    atomic_int wants_key;
};

/* The whole file; 0 if it cannot be read. */
static int load_film(struct pictures *pictures, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size;
    if (!file) return 0;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    pictures->film = malloc(size > 0 ? (size_t)size : 1);
    pictures->size = pictures->film ? fread(pictures->film, 1, size > 0 ? (size_t)size : 0, file) : 0;
    fclose(file);
    return pictures->size > HEAD * 4;
}

static void frame_at(const struct pictures *pictures, size_t at, uint32_t head[HEAD])
{
    memcpy(head, pictures->film + at, HEAD * 4);
}

static size_t after(const struct pictures *pictures, size_t at)
{
    uint32_t head[HEAD];
    frame_at(pictures, at, head);
    at += HEAD * 4 + head[0];
    return at < pictures->size ? at : 0;
}

/* Pushes the frames that are due. Who needs a key frame gets the next one of the film. */
static void push_pictures(struct pictures *pictures, uint64_t call, long long now)
{
    uint32_t head[HEAD], timestamp;
    tgcall_status status;
    if (!pictures->film) return;
    if (!pictures->codec) {
        pictures->next_us = now;
        return;
    }
    for (; pictures->next_us <= now; pictures->next_us += 1000000 / pictures->frames_per_s) {
        if (atomic_exchange(&pictures->wants_key, 0))
            for (frame_at(pictures, pictures->at, head); !head[4]; frame_at(pictures, pictures->at, head))
                pictures->at = after(pictures, pictures->at);
        frame_at(pictures, pictures->at, head);
        timestamp = (uint32_t)(pictures->next_us * 9 / 100);
        status = tgcall_video_push(client, call, TGCALL_VIDEO_SOURCE_CAMERA, 0, head[1], timestamp, (int)head[4],
                                   pictures->film + pictures->at + HEAD * 4, head[0]);
        if (status == TGCALL_FULL) pictures->full++;
        else if (status == TGCALL_OK) pictures->pushed++;
        pictures->at = after(pictures, pictures->at);
    }
}

static void pull_pictures(struct pictures *pictures, uint64_t call)
{
    tgcall_video_frame *frame;
    if (!pictures->shown) return;
    while (tgcall_video_pull(client, call, TGCALL_VIDEO_SOURCE_CAMERA, &frame) == TGCALL_OK) {
        tgcall_bytes bytes = tgcall_video_frame_get_bytes(frame);
        uint32_t head[HEAD] = {(uint32_t)bytes.size, tgcall_video_frame_get_codec(frame),
                               tgcall_video_frame_get_timestamp(frame), tgcall_video_frame_get_rotation(frame),
                               tgcall_video_frame_is_key(frame), tgcall_video_frame_get_width(frame),
                               tgcall_video_frame_get_height(frame)};
        fwrite(head, 4, HEAD, pictures->shown);
        fwrite(bytes.data, 1, bytes.size, pictures->shown);
        tgcall_video_frame_free(frame);
    }
    fflush(pictures->shown);
}

/* A list of numbers joined by commas, or "-". */
static size_t numbers(const char *text, uint32_t *out, size_t capacity)
{
    size_t count = 0;
    char *end;
    while (count < capacity && *text >= '0' && *text <= '9') {
        out[count++] = (uint32_t)strtoul(text, &end, 10);
        text = *end ? end + 1 : end;
    }
    return count;
}

static tgcall_status set_codecs(uint64_t call, const char *encoded, const char *decoded)
{
    uint32_t encodes[8], decodes[8];
    size_t encode_count = numbers(encoded, encodes, 8), decode_count = numbers(decoded, decodes, 8);
    return tgcall_video_set_codecs(client, call, encodes, encode_count, decodes, decode_count);
}

#endif
