/* For the demo: makes a WAV file with a little tune, and tells how alike two WAV files are.
 *
 *   wav-tool make FILE SECONDS
 *   wav-tool tone FILE SECONDS HZ
 *   wav-tool alike A B        prints the median correlation of pieces of 200 ms, each at its own delay, and the delay
 *   wav-tool only FILE HZ OTHER...   prints how loud these tones are in it, where they are loudest
 *   wav-tool none FILE HZ...         the same
 *   wav-tool gap FILE HZ MS SECONDS  prints from when to when a tone is there, and its longest gap
 *   wav-tool ends FILE HZ MS         prints from when to when it is there, and how loud the rest of the file is
 *
 * Status 0 if they are alike: a median of at least 0.9; if the first tone is there, and each other one 26 dB below it; if none is there; if
 * there is so much of it with no longer gap; if at least so much follows, and that is silence. */
#include <math.h>
#include <stdlib.h>

#include "wav.h"

enum { RATE = 48000, SLOW = 8000, STEP = RATE / SLOW, PIECE = SLOW / 5, SECONDS = 300, LOUD = 1000 };

static int make(const char *path, int seconds)
{
    static const double notes[] = {262, 330, 392, 523, 440, 349, 294, 392};
    struct wav wav;
    double phase = 0, third = 0;
    int i;
    if (!wav_create(&wav, path, RATE, 1)) return 0;
    for (i = 0; i < seconds * RATE; i++) {
        double at = (double)i / RATE, note = notes[(int)(at * 4) % 8];
        double fade = fmod(at * 4, 1), loud = 9000 * exp(-3 * fade) * (1 - exp(-200 * fade));
        int16_t sample = (int16_t)(loud * (sin(phase) + 0.3 * sin(third)));
        phase += 6.283185307 * note / RATE;
        third += 3 * 6.283185307 * note / RATE;
        wav_write(&wav, &sample, 1);
    }
    wav_close(&wav, 1);
    return 1;
}

static int tone(const char *path, int seconds, double hz)
{
    struct wav wav;
    int i;
    if (!wav_create(&wav, path, RATE, 1)) return 0;
    for (i = 0; i < seconds * RATE; i++) {
        int16_t sample = (int16_t)(6000 * sin(6.283185307 * hz * i / RATE));
        wav_write(&wav, &sample, 1);
    }
    return wav_close(&wav, 1);
}

/* The file at 8 kHz: the average of six samples each, of all channels. */
static int load(const char *path, double *out)
{
    struct wav wav;
    int16_t frame[2 * STEP];
    int count = 0;
    if (!wav_open(&wav, path) || wav.rate_hz != RATE || wav.channels > 2) return 0;
    while (count < SECONDS * SLOW && wav_read(&wav, frame, STEP) == STEP) {
        double sum = 0;
        int i;
        for (i = 0; i < STEP * (int)wav.channels; i++) sum += frame[i];
        out[count++] = sum / STEP / wav.channels;
    }
    wav_close(&wav, 0);
    return count;
}

static double correlation(const double *a, const double *b)
{
    double ab = 0, aa = 1, bb = 1;
    int i;
    for (i = 0; i < PIECE; i++) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return ab / sqrt(aa * bb);
}

/* Where in `b` a piece is found again, between two places. */
static double find(const double *piece, const double *b, int from, int to, int *at)
{
    double best = -2;
    int i;
    for (i = from; i < to; i++) {
        double alike = correlation(piece, b + i);
        if (alike > best) best = alike, *at = i;
    }
    return best;
}

static int by_size(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static int alike(const char *one, const char *other)
{
    static double a[SECONDS * SLOW], b[SECONDS * SLOW];
    double found[SECONDS * 5];
    int size = load(one, a), size_b = load(other, b), count = 0, at = 0, start, delay = 0;
    if (size < 5 * PIECE || size_b < 5 * PIECE) return 0;
    /* The tune repeats itself after 2 s. */
    find(a + 2 * PIECE, b, 0, size_b - PIECE < 2 * SLOW ? size_b - PIECE : 2 * SLOW, &at);
    delay = at - 2 * PIECE;
    for (start = PIECE; start + PIECE < size - PIECE; start += PIECE) {
        int around = start + delay, reach = SLOW / 20; /* the jitter buffer may stretch a little */
        if (around < reach || around + PIECE + reach > size_b) continue;
        found[count++] = find(a + start, b, around - reach, around + reach, &at);
        delay = at - start;
    }
    if (count == 0) return 0;
    qsort(found, (size_t)count, sizeof *found, by_size);
    printf("%d pieces of 200 ms: median correlation %.3f, worst %.3f\n", count, found[count / 2], found[0]);
    return found[count / 2] >= 0.9;
}

static double amplitude(const double *sound, int size, double hz)
{
    double re = 0, im = 0;
    int i;
    for (i = 0; i < size; i++) {
        re += sound[i] * cos(6.283185307 * hz * i / SLOW);
        im += sound[i] * sin(6.283185307 * hz * i / SLOW);
    }
    return 2 * sqrt(re * re + im * im) / size;
}

/* The amplitude of a tone in the second in which it is loudest. */
static double loudest(const double *sound, int size, double hz)
{
    double best = 0;
    int start;
    for (start = 0; start + SLOW <= size; start += SLOW / 2) {
        double here = amplitude(sound + start, SLOW, hz);
        if (here > best) best = here;
    }
    return best;
}

static int only(const char *path, char **hz, int count)
{
    static double sound[SECONDS * SLOW];
    int size = load(path, sound), i, is_so;
    double own;
    if (size < SLOW) return 0;
    own = loudest(sound, size, atof(hz[0]));
    is_so = own > LOUD;
    printf("%s Hz: %.0f", hz[0], own);
    for (i = 1; i < count; i++) {
        double other = loudest(sound, size, atof(hz[i]));
        printf(", %s Hz: %.0f", hz[i], other);
        if (other * 20 > own) is_so = 0;
    }
    puts("");
    return is_so;
}

static int none(const char *path, char **hz, int count)
{
    static double sound[SECONDS * SLOW];
    int size = load(path, sound), i, is_so = size > 0;
    for (i = 0; i < count; i++) {
        double here = loudest(sound, size, atof(hz[i]));
        printf("%s%s Hz: %.0f", i ? ", " : "", hz[i], here);
        if (here > LOUD) is_so = 0;
    }
    puts("");
    return is_so;
}

/* From where to where a tone is in it, by pieces of 40 ms every 10 ms, of which about half is enough; the longest stretch between without. */
static int stretch(const double *sound, int size, double hz, int *first, int *last)
{
    int at, gap = 0;
    *first = *last = -1;
    for (at = 0; at + SLOW / 25 <= size; at += SLOW / 100) {
        if (amplitude(sound + at, SLOW / 25, hz) < 2 * LOUD) continue;
        if (*first < 0) *first = at;
        else if (at - *last - SLOW / 100 > gap) gap = at - *last - SLOW / 100;
        *last = at;
    }
    return gap;
}

static int gap(const char *path, double hz, int most_ms, int least_s)
{
    static double sound[SECONDS * SLOW];
    int first, last, size = load(path, sound), longest = stretch(sound, size, hz, &first, &last);
    printf("%.0f Hz from %.2f to %.2f s, longest gap %d ms\n", hz, (double)first / SLOW, (double)last / SLOW, longest * 1000 / SLOW);
    return longest * 1000 / SLOW <= most_ms && last - first >= least_s * SLOW;
}

static int ends(const char *path, double hz, int least_ms)
{
    static double sound[SECONDS * SLOW];
    int first, last, at, rest, size = load(path, sound);
    double loud = 0;
    stretch(sound, size, hz, &first, &last);
    rest = last + SLOW / 5; /* the last piece, and what a jitter buffer makes of it */
    for (at = rest; at < size; at++)
        if (fabs(sound[at]) > loud) loud = fabs(sound[at]);
    printf("%.0f Hz from %.2f to %.2f s, and then %d ms with nothing louder than %.0f\n", hz, (double)first / SLOW, (double)last / SLOW,
           (size - rest) / (SLOW / 1000), loud);
    return first >= 0 && size - rest >= least_ms * SLOW / 1000 && loud < 30;
}

int main(int argc, char **argv)
{
    if (argc == 5 && !strcmp(argv[1], "tone")) return !tone(argv[2], atoi(argv[3]), atof(argv[4]));
    if (argc > 3 && !strcmp(argv[1], "only")) return !only(argv[2], argv + 3, argc - 3);
    if (argc > 3 && !strcmp(argv[1], "none")) return !none(argv[2], argv + 3, argc - 3);
    if (argc == 6 && !strcmp(argv[1], "gap")) return !gap(argv[2], atof(argv[3]), atoi(argv[4]), atoi(argv[5]));
    if (argc == 5 && !strcmp(argv[1], "ends")) return !ends(argv[2], atof(argv[3]), atoi(argv[4]));
    if (argc == 4 && !strcmp(argv[1], "make")) return !make(argv[2], atoi(argv[3]));
    if (argc == 4 && !strcmp(argv[1], "alike")) return !alike(argv[2], argv[3]);
    fprintf(stderr, "usage: wav-tool make FILE SECONDS | tone FILE SECONDS HZ | alike A B | only FILE HZ OTHER... |\n"
            "       none FILE HZ... | gap FILE HZ MS SECONDS | ends FILE HZ MS\n");
    return 2;
}
