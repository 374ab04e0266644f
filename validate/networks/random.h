/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random.h - normal numbers that depend on (seed, replicate, stream, row) alone, never on scheduling. */
#ifndef GST_RANDOM_H
#define GST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t seed;
    uint32_t replicate;
} gst_random;

/* What is drawn; step t (from 0) of a training uses GST_STREAM_STEPS + 2t for its inputs and the next one
 * for its label noise. */
enum {
    GST_STREAM_WEIGHTS,
    GST_STREAM_SPECIAL,
    GST_STREAM_DATA,
    GST_STREAM_DATA_NOISE,
    GST_STREAM_TEST,
    GST_STREAM_LAYER,
    GST_STREAM_STEPS = 16,
    GST_STREAM_CLUSTERS = 0x40000000 /* and the stream of the inputs whose clusters they are */
};

/* Philox4x32-10 at counters (counter[0] + i, counter[1], counter[2], counter[3]), i < blocks: the words 0, 1
 * and 2, 3 of a block as 64-bit numbers, the earlier word in the upper half. */
void gst_random_words(const uint32_t counter[4], const uint32_t key[2], size_t blocks,
                      uint64_t *restrict first, uint64_t *restrict second);

/* count independent N(0,1) numbers: the first ones of that row of the stream. */
void gst_random_normals(const gst_random *random, uint32_t stream, uint32_t row, size_t count,
                        double *out);

/* Rows first .. first+rows-1 of a stream, out[i*count + j]. */
void gst_random_rows(const gst_random *random, uint32_t stream, size_t first, size_t rows,
                     size_t count, double *out);

#endif
