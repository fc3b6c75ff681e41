/*
 * Writes the rows of this folder, on which rounding meets exact ties, and the blocks that ggml makes of them, without and
 * with importance weights. Made with llama.cpp 0c1e570:
 *
 *     gcc -O1 make.c -I $LLAMA/ggml/include $LLAMA/build/ggml/src/libggml-base.a -lstdc++ -lgomp -lpthread -lm -o make
 *     ./make
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ggml.h"

enum { ROWS = 12, COLUMNS = 512, COUNT = ROWS * COLUMNS };

static float values[COUNT];
static float importance[COLUMNS];
static unsigned state = 7;

/* 0 … limit − 1. */
static unsigned draw(unsigned limit) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % limit;
}

static float pick(const float * from, unsigned count) { return from[draw(count)]; }

static void fill(void) {
    const float e2m1[] = {0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5, -0.25f, -0.75f, -1.25f, -1.75f, -2.5f, -3.5f, -5, 4, 6};
    const float iq4[] = {-115.5f, -93.5f, -74, -57, -42, -28.5f, -16, -4.5f, 7, 19, 31.5f, 45.5f, 61, 79, 101, -127, 113};
    const float tq[] = {-0.5f, 0.5f, 1, -1, 0, 0.25f, -0.25f};
    const float half[] = {1 + 0x1p-11f, 1 + 0x3p-11f, -1 - 0x1p-11f, 1 + 0x1p-9f, 1 + 0x3p-9f, 0x1p-25f, 0x3p-25f, 0x1p-15f + 0x1p-26f};
    const float one_or_two[] = {0, 0.3f, -0.3f};
    for (int k = 0; k < COLUMNS; ++k) {
        values[0 * COLUMNS + k] = k % 32 == 5 ? -8 : draw(32) * 0.5f - 8;       /* halves of Q4_0's scale */
        values[1 * COLUMNS + k] = k % 32 == 9 ? 127 : (int) draw(254) - 126.5f; /* halves of Q8_0's scale */
        values[2 * COLUMNS + k] = k % 3 == 0 ? 0.7f : -0.7f;                    /* which is the largest? */
        values[3 * COLUMNS + k] = 0.1f;
        values[4 * COLUMNS + k] = pick(one_or_two, 3);
        values[5 * COLUMNS + k] = pick(e2m1, 16);
        values[6 * COLUMNS + k] = k % 32 == 0 ? -127 : pick(iq4, 17);
        values[7 * COLUMNS + k] = pick(tq, 7);
        values[8 * COLUMNS + k] = pick(half, 8);
        values[9 * COLUMNS + k] = ((int) draw(65) + (int) draw(65) + (int) draw(65) - 96) * 0.0625f; /* a coarse grid */
        values[10 * COLUMNS + k] = k < 256 ? 0 : (k % 7 == 0 ? 1e-15f : 1e-16f) * (k % 2 ? 1 : -1); /* negligible */
        values[11 * COLUMNS + k] = k % 32 < 16 ? (int) draw(31) - 15 : 2 * (float) draw(16);        /* Q4_1, Q5_0, Q5_1 */
        importance[k] = k % 11 == 0 ? 0 : (1 + draw(8)) * 0.25f;
    }
}

static void save(const char * name, const void * bytes, size_t length) {
    FILE * file = fopen(name, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length) exit(1);
    fclose(file);
}

int main(void) {
    static const enum ggml_type types[] = {
        GGML_TYPE_F16,  GGML_TYPE_BF16, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0,  GGML_TYPE_Q5_1,  GGML_TYPE_Q8_0,
        GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K,  GGML_TYPE_IQ4_NL, GGML_TYPE_IQ4_XS,
        GGML_TYPE_TQ1_0, GGML_TYPE_TQ2_0, GGML_TYPE_MXFP4,
    };
    static char out[COUNT * 4];
    fill();
    save("input.f32", values, sizeof values);
    save("importance.f32", importance, sizeof importance);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) {
        char name[64], upper[32] = {0};
        strncpy(upper, ggml_type_name(types[i]), 31);
        for (char * c = upper; *c; ++c) if (*c >= 'a' && *c <= 'z') *c -= 32;
        for (int weighted = 0; weighted < 2; ++weighted) {
            size_t bytes = ggml_quantize_chunk(types[i], values, out, 0, ROWS, COLUMNS, weighted ? importance : NULL);
            snprintf(name, sizeof name, "%s%s.bin", upper, weighted ? ".importance" : "");
            static char before[COUNT * 4];
            if (weighted && memcmp(before, out, bytes) == 0) continue; /* the format has no use for weights */
            memcpy(before, out, bytes);
            save(name, out, bytes);
        }
    }
    return 0;
}
