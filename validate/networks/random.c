/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random.c - counter-based normal numbers.
 *
 *   1. Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011; Random123) turns the counter (block, row,
 *      stream, replicate) under the key `seed` into four 32-bit words.
 *   2. Two words make u in (0, 1) on a grid of 2^-52, never 0 or 1; the other two a quadrant (2 bits)
 *      and an angle a in (-pi/4, pi/4) on a grid of pi/2 * 2^-52.
 *   3. Box and Muller: sqrt(-2 log u) (cos, sin) of the angle, turned by the quadrant, are two
 *      independent N(0,1).  The largest possible value is sqrt(2 log 2^53) = 8.6.
 *
 * sin and cos are Taylor polynomials, truncated below 1e-16 on |a| <= pi/4.  All loops vectorise. */
#include "validate/networks/random.h"

#include <Random123/philox.h>
#include <string.h>

#include "models/functions/vector_math.h"

/* Blocks at a time, each giving two normals; blocks per longest vector. */
enum { CHUNK = 256, GROUP = 8 };

GST_VECTOR_CLONES
void gst_random_words(const uint32_t counter[4], const uint32_t key[2], size_t blocks,
                      uint64_t *restrict first, uint64_t *restrict second)
{
    const philox4x32_key_t k = {{key[0], key[1]}};
    const uint32_t start = counter[0], row = counter[1], stream = counter[2],
                   replicate = counter[3];
    for (size_t i = 0; i < blocks; i++) {
        const philox4x32_ctr_t c = {{start + (uint32_t)i, row, stream, replicate}};
        const philox4x32_ctr_t word = philox4x32(c, k);
        first[i] = (uint64_t)word.v[0] << 32 | word.v[1];
        second[i] = (uint64_t)word.v[2] << 32 | word.v[3];
    }
}

/* 52 bits as a number of [1, 2). */
static inline double from_bits(uint64_t bits)
{
    const uint64_t word = bits >> 12 | UINT64_C(0x3FF0000000000000);
    double x;
    memcpy(&x, &word, sizeof x);
    return x;
}

static inline double sine(double a)
{
    const double q = a * a;
    return a +
           a * q *
               (-1.0 / 6 +
                q * (1.0 / 120 + q * (-1.0 / 5040 +
                                      q * (1.0 / 362880 + q * (-1.0 / 39916800 +
                                                               q * (1.0 / 6227020800 -
                                                                    q * (1.0 / 1307674368000)))))));
}

static inline double cosine(double a)
{
    const double q = a * a;
    return 1 -
           q * (0.5 - q * (1.0 / 24 -
                           q * (1.0 / 720 -
                                q * (1.0 / 40320 - q * (1.0 / 3628800 -
                                                        q * (1.0 / 479001600 -
                                                             q * (1.0 / 87178291200 -
                                                                  q * (1.0 / 20922789888000))))))));
}

GST_VECTOR_CLONES
static void box_muller(size_t blocks, const uint64_t *restrict first,
                       const uint64_t *restrict second, double *restrict out)
{
    const double half_cell = 0x1p-53, quarter_turn = 1.57079632679489661923;
    for (size_t i = 0; i < blocks; i++) {
        const double u = from_bits(first[i]) - (1 - half_cell);
        const double a = quarter_turn * (from_bits(second[i] << 2) - 1.5 + half_cell);
        const double radius = sqrt(-2 * log(u)), s = sine(a), c = cosine(a);
        const double sign = second[i] >> 63 ? -radius : radius;
        const uint64_t odd = second[i] >> 62 & 1;
        out[2 * i] = sign * (odd ? -s : c);
        out[2 * i + 1] = sign * (odd ? c : s);
    }
}

/* A vector log and a scalar one may differ in the last digit: whole groups only, so that a number does not
 * depend on how many follow it. */
void gst_random_normals(const gst_random *random, uint32_t stream, uint32_t row, size_t count,
                        double *out)
{
    const uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    uint64_t first[CHUNK], second[CHUNK];
    double last[2 * CHUNK];
    for (size_t done = 0; done < count; done += 2 * CHUNK) {
        const uint32_t counter[4] = {(uint32_t)(done / 2), row, stream, random->replicate};
        const size_t left = count - done, wanted = left < 2 * CHUNK ? left : 2 * CHUNK;
        const size_t blocks = ((wanted + 1) / 2 + GROUP - 1) / GROUP * GROUP;
        double *to = 2 * blocks == wanted ? out + done : last;
        gst_random_words(counter, key, blocks, first, second);
        box_muller(blocks, first, second, to);
        if (to == last)
            memcpy(out + done, last, wanted * sizeof *out);
    }
}

void gst_random_rows(const gst_random *random, uint32_t stream, size_t first, size_t rows,
                     size_t count, double *out)
{
    for (size_t i = 0; i < rows; i++)
        gst_random_normals(random, stream, (uint32_t)(first + i), count, out + i * count);
}
