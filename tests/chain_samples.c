/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_samples.c - sums over the samples, one elimination each. */
#include "tests/chain_samples.h"

#include <math.h>
#include <string.h>

/* Gauss's elimination with pivots: right <- left^{-1} right; returns det left. */
static number eliminate(size_t n, number left[MOST][MOST], size_t columns,
                        number right[MOST][2 * MOST])
{
    number determinant = 1;
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            best = cabs(left[i][k]) > cabs(left[best][k]) ? i : best;
        for (size_t j = 0; best != k && j < n; j++) {
            number kept = left[k][j];
            left[k][j] = left[best][j];
            left[best][j] = kept;
        }
        for (size_t j = 0; best != k && j < columns; j++) {
            number kept = right[k][j];
            right[k][j] = right[best][j];
            right[best][j] = kept;
        }
        determinant *= best == k ? left[k][k] : -left[k][k];
        number pivot = left[k][k];
        for (size_t i = 0; i < n; i++) {
            number factor = left[i][k] / pivot;
            for (size_t j = 0; i != k && j < n; j++)
                left[i][j] -= factor * left[k][j];
            for (size_t j = 0; i != k && j < columns; j++)
                right[i][j] -= factor * right[k][j];
        }
        for (size_t j = 0; j < n; j++)
            left[k][j] /= pivot;
        for (size_t j = 0; j < columns; j++)
            right[k][j] /= pivot;
    }
    return determinant;
}

sample chain_sample(const gst_chain_step *s, size_t K, size_t i, const number *G)
{
    size_t n = s->n;
    sample at = {.n = n};
    number R[MOST][MOST] = {{0}}, both[MOST][2 * MOST] = {{0}}; /* Y | I */
    double size = 0, inverse = 0, largest = 0;
    for (size_t g = 0; g < K; g++) {
        both[g][g] = s->a[g * s->nodes + i];
        if (n > K)
            both[g][K + g] = both[K + g][g] = -s->b[g * s->nodes + i];
    }
    for (size_t j = 0; j < n; j++) {
        both[j][n + j] = 1;
        for (size_t k = 0; k < n; k++) {
            R[j][k] = j == k;
            for (size_t l = 0; l < n; l++)
                R[j][k] += s->phi * both[j][l] * G[l * n + k];
            size = fmax(size, cabs(R[j][k]));
        }
    }
    at.determinant = eliminate(n, R, 2 * n, both);
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < n; k++) {
            at.Q[j][k] = both[j][k];
            largest = fmax(largest, cabs(both[j][k]));
            inverse = fmax(inverse, cabs(both[j][n + k]));
        }
    }
    at.rounding = DIGITS * (double)(n * n) * largest * fmax(1, size * inverse);
    return at;
}

void chain_average(const gst_chain_step *s, size_t K, const number *G, averages *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < s->nodes; i++) {
        sample at = chain_sample(s, K, i, G);
        number packed[PACKED];
        double w = fabs(s->weight[i]), largest = 0;
        for (size_t j = 0, e = 0; j < s->n; j++) {
            for (size_t k = j; k < s->n; k++, e++) {
                packed[e] = at.Q[j][k];
                largest = fmax(largest, cabs(packed[e]));
            }
        }
        for (size_t e = 0; e < s->packed; e++) {
            out->mean[e] += s->weight[i] * packed[e];
            for (size_t f = 0; f < s->packed; f++)
                out->square[e][f] += s->weight[i] * packed[e] * packed[f];
        }
        out->mean_off += w * at.rounding;
        out->square_off += 2 * w * at.rounding * largest;
    }
}
