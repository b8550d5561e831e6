/* Just enough Ogg to play a .opus file without a decoder (RFC 7845): the packets of its one stream, all in memory, over and over. */
#ifndef OPUS_H
#define OPUS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct opus {
    uint8_t *bytes; /* of all packets, one after the other */
    size_t *ends, count, at;
};

/* 0 if it is no file of ours. */
static inline int opus_open(struct opus *opus, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = 0;
    size_t at = 0, to = 0, i;
    memset(opus, 0, sizeof *opus);
    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0 || size > 100000000) goto done;
    rewind(file);
    opus->bytes = malloc((size_t)size);
    opus->ends = malloc((size_t)size * sizeof *opus->ends);
    if (!opus->bytes || !opus->ends || fread(opus->bytes, 1, (size_t)size, file) != (size_t)size) goto done;
    while ((size_t)size - at >= 27 && !memcmp(opus->bytes + at, "OggS", 4)) { /* a page: its head, a table of sizes, and what it is about */
        uint8_t table[255];
        size_t pieces = opus->bytes[at + 26];
        if ((size_t)size - at < 27 + pieces) break;
        memcpy(table, opus->bytes + at + 27, pieces);
        for (at += 27 + pieces, i = 0; i < pieces && (size_t)size - at >= table[i]; at += table[i++]) {
            memmove(opus->bytes + to, opus->bytes + at, table[i]);
            to += table[i];
            if (table[i] < 255) opus->ends[opus->count++] = to; /* a packet's last piece */
        }
        if (i < pieces) break;
    }
    if (opus->count > 2 && opus->ends[0] >= 8 && memcmp(opus->bytes, "OpusHead", 8)) opus->count = 0;
    opus->at = 2; /* the first tells of the file, the second of the piece */
done:
    if (file) fclose(file);
    return opus->count > 2;
}

/* The next packet, valid until the file is closed; after the last comes the first. */
static inline const uint8_t *opus_next(struct opus *opus, size_t *size)
{
    size_t start = opus->ends[opus->at - 1], end = opus->ends[opus->at];
    if (++opus->at == opus->count) opus->at = 2;
    *size = end - start;
    return opus->bytes + start;
}

/* How many samples at 48 kHz a packet is (RFC 6716, 3.1). */
static inline uint32_t opus_samples(const uint8_t *packet, size_t size)
{
    static const uint32_t silk[4] = {480, 960, 1920, 2880};
    uint32_t config, frame, frames;
    if (size == 0) return 0;
    config = packet[0] >> 3;
    frame = config < 12 ? silk[config & 3] : config < 16 ? silk[config & 1] : 120u << (config & 3);
    frames = (packet[0] & 3) == 0 ? 1 : (packet[0] & 3) < 3 ? 2 : size > 1 ? packet[1] & 63u : 0;
    return frame * frames;
}

static inline void opus_close(struct opus *opus)
{
    free(opus->bytes);
    free(opus->ends);
    memset(opus, 0, sizeof *opus);
}

#endif
