/* Just enough WAV: 16-bit PCM, read and written a piece at a time. */
#ifndef WAV_H
#define WAV_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct wav {
    FILE *file;
    uint32_t rate_hz, channels;
    uint32_t bytes; /* of sound: left to read, or written */
};

static inline uint32_t wav_get(const uint8_t *at, size_t size)
{
    uint32_t number = 0;
    while (size-- > 0) number = number << 8 | at[size];
    return number;
}

static inline void wav_put(uint8_t *at, size_t size, uint32_t number)
{
    for (; size-- > 0; number >>= 8) *at++ = (uint8_t)number;
}

/* Opens a file to read; 0 if it is not one of ours. */
static inline int wav_open(struct wav *wav, const char *path)
{
    uint8_t head[40];
    memset(wav, 0, sizeof *wav);
    wav->file = fopen(path, "rb");
    if (!wav->file || fread(head, 1, 12, wav->file) != 12 || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4))
        return 0;
    while (fread(head, 1, 8, wav->file) == 8) {
        uint32_t size = wav_get(head + 4, 4);
        if (!memcmp(head, "data", 4)) return (wav->bytes = size, wav->rate_hz != 0);
        if (!memcmp(head, "fmt ", 4) && size >= 16) {
            if (fread(head, 1, 16, wav->file) != 16 || wav_get(head, 2) != 1 || wav_get(head + 14, 2) != 16) return 0;
            wav->channels = wav_get(head + 2, 2);
            wav->rate_hz = wav_get(head + 4, 4);
            size -= 16;
        }
        if (fseek(wav->file, (long)(size + (size & 1)), SEEK_CUR) != 0) return 0;
    }
    return 0;
}

/* Reads up to `frame_count` frames; a frame is one sample of each channel. */
static inline size_t wav_read(struct wav *wav, int16_t *samples, size_t frame_count)
{
    uint8_t bytes[4096];
    size_t frame = 2 * wav->channels, want = frame_count * frame, got, i;
    if (want > sizeof bytes) want = sizeof bytes / frame * frame;
    if (want > wav->bytes) want = wav->bytes / frame * frame;
    got = fread(bytes, 1, want, wav->file) / frame * frame;
    wav->bytes -= (uint32_t)got;
    for (i = 0; i < got / 2; i++) samples[i] = (int16_t)wav_get(bytes + 2 * i, 2);
    return got / frame;
}

/* Opens a file to write; its sizes are filled in by wav_close. */
static inline int wav_create(struct wav *wav, const char *path, uint32_t rate_hz, uint32_t channels)
{
    memset(wav, 0, sizeof *wav);
    wav->file = fopen(path, "wb");
    wav->rate_hz = rate_hz;
    wav->channels = channels;
    return wav->file && fseek(wav->file, 44, SEEK_SET) == 0;
}

/* 0 when the disk takes no more. */
static inline int wav_write(struct wav *wav, const int16_t *samples, size_t frame_count)
{
    uint8_t bytes[2];
    size_t i;
    for (i = 0; i < frame_count * wav->channels; i++) {
        wav_put(bytes, 2, (uint16_t)samples[i]);
        wav->bytes += 2 * (uint32_t)fwrite(bytes, 2, 1, wav->file);
    }
    return !ferror(wav->file);
}

/* 0 when not all of what was written is on the disk. */
static inline int wav_close(struct wav *wav, int written)
{
    uint8_t head[44];
    int whole = 1;
    if (!wav->file) return 1;
    if (written) {
        memcpy(head, "RIFF....WAVEfmt ", 16);
        wav_put(head + 4, 4, 36 + wav->bytes);
        wav_put(head + 16, 4, 16);
        wav_put(head + 20, 2, 1);
        wav_put(head + 22, 2, wav->channels);
        wav_put(head + 24, 4, wav->rate_hz);
        wav_put(head + 28, 4, wav->rate_hz * wav->channels * 2);
        wav_put(head + 32, 2, wav->channels * 2);
        wav_put(head + 34, 2, 16);
        memcpy(head + 36, "data", 4);
        wav_put(head + 40, 4, wav->bytes);
        whole = fseek(wav->file, 0, SEEK_SET) == 0 && fwrite(head, sizeof head, 1, wav->file) == 1 && !ferror(wav->file);
    }
    whole &= fclose(wav->file) == 0;
    wav->file = NULL;
    return whole;
}

#endif
