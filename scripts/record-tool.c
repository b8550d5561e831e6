/* For the demo: looks for what was sent in the clear in what a media server carried.
 *
 *   record-tool RECORD CLIP.opus...
 *
 * RECORD is what `tgcall-sim --record` writes. Status 0 if it has a payload for each packet of the clips, at least, and no eight bytes in a
 * row that are in a packet of theirs. */
#include "opus.h"

static int by_value(const void *a, const void *b)
{
    return memcmp(a, b, 8);
}

/* Every eight bytes in a row of the packets. */
static size_t windows(struct opus *clip, uint8_t (*out)[8])
{
    size_t count = 0, packet, i, size;
    for (packet = 2; packet < clip->count; packet++) {
        const uint8_t *bytes = opus_next(clip, &size);
        for (i = 0; i + 8 <= size; i++) memcpy(out[count++], bytes + i, 8);
    }
    return count;
}

int main(int argc, char **argv)
{
    static uint8_t plain[1 << 20][8], payload[65536];
    uint8_t head[16];
    size_t count = 0, packets = 0, payloads = 0, shown = 0, size, at;
    FILE *record = argc > 2 ? fopen(argv[1], "rb") : NULL;
    int i;
    if (!record) return fprintf(stderr, "usage: record-tool RECORD CLIP.opus...\n"), 2;
    for (i = 2; i < argc; i++) {
        struct opus clip;
        if (!opus_open(&clip, argv[i]) || count + clip.ends[clip.count - 1] > sizeof plain / sizeof *plain)
            return fprintf(stderr, "%s: no clip, or too long\n", argv[i]), 2;
        packets += clip.count - 2;
        count += windows(&clip, plain + count);
        opus_close(&clip);
    }
    qsort(plain, count, sizeof *plain, by_value);
    while (fread(head, sizeof head, 1, record) == 1) { /* its size comes last */
        size = head[12] | (size_t)head[13] << 8 | (size_t)head[14] << 16;
        if (size > sizeof payload || fread(payload, 1, size, record) != size) break; /* still being written */
        for (at = 0; at + 8 <= size && !bsearch(payload + at, plain, count, sizeof *plain, by_value); at++) continue;
        shown += at + 8 <= size;
        payloads++;
    }
    fclose(record);
    printf("%zu packets were played, over and over; %zu payloads were carried, %zu of them show some of one\n", packets, payloads, shown);
    return payloads < packets || shown > 0;
}
