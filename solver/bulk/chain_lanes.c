/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_lanes.c - Q = (I + phi Y G)^{-1} Y of many samples of a step side by side (docs/theory, the trained bulk).
 *
 * LANES samples at a time, (I + phi Y G | Y) is reduced by elimination without pivots, the same operations on all; a
 * sample one of whose pivots is less than SMALL times the largest entry of its column is told to be weak, and is the
 * caller's to do again with pivots. */
#include "solver/bulk/chain.h"

#include "base/wide.h"

#include <math.h>
#include <string.h>

enum { LANES = 8, MOST = GST_CHAIN_LANES_MOST };
#define SMALL 0.1

/* Row i: I + phi Y G in columns 0 .. n-1, Y in n .. 2n-1; real and imaginary parts. */
typedef struct {
    double re[MOST][2 * MOST][LANES], im[MOST][2 * MOST][LANES];
} system_of_lanes;

/* One part of the rows; G by `parts` numbers each, of which this is number `part`. */
GST_WIDE_CLONES
static void set_part(const gst_chain_step *s, size_t K, const double *G, size_t parts, size_t part,
                     size_t first, size_t count, double row[MOST][2 * MOST][LANES])
{
    size_t n = s->n;
    for (size_t g = 0; g < K; g++) {
        double a[LANES] = {0.0}, b[LANES] = {0.0};
        memcpy(a, s->a + g * s->nodes + first, count * sizeof *a);
        if (n > K)
            memcpy(b, s->b + g * s->nodes + first, count * sizeof *b);
        for (size_t j = 0; j < n; j++) {
            double one = s->phi * G[(g * n + j) * parts + part];
            double two = n > K ? s->phi * G[((K + g) * n + j) * parts + part] : 0.0;
            double unit = part == 0 && g == j, other = part == 0 && K + g == j;
            for (size_t l = 0; l < LANES; l++)
                row[g][j][l] = unit + a[l] * one - b[l] * two;
            for (size_t l = 0; n > K && l < LANES; l++)
                row[K + g][j][l] = other - b[l] * one;
        }
        memset(row[g][n], 0, n * sizeof row[g][n]);
        if (n > K)
            memset(row[K + g][n], 0, n * sizeof row[g][n]);
        for (size_t l = 0; part == 0 && l < LANES; l++) {
            row[g][n + g][l] = a[l];
            if (n > K)
                row[g][n + K + g][l] = row[K + g][n + g][l] = -b[l];
        }
    }
}

/* weak[l] if the pivot of column k is small beside what is below it; im = NULL: real numbers. */
static inline void look_at_pivot(double re[MOST][2 * MOST][LANES], double im[MOST][2 * MOST][LANES],
                                 size_t n, size_t k, unsigned char *weak)
{
    double largest[LANES] = {0.0};
    for (size_t i = k + 1; i < n; i++) {
        for (size_t l = 0; l < LANES; l++) {
            double size = fabs(re[i][k][l]) + (im ? fabs(im[i][k][l]) : 0.0);
            largest[l] = size > largest[l] ? size : largest[l];
        }
    }
    for (size_t l = 0; l < LANES; l++) {
        double pivot = fabs(re[k][k][l]) + (im ? fabs(im[k][k][l]) : 0.0);
        weak[l] |= !(pivot > SMALL * largest[l]) || !(pivot > 0.0);
    }
}

GST_WIDE_CLONES
static void eliminate_real(system_of_lanes *m, size_t n, unsigned char *weak)
{
    for (size_t k = 0; k < n; k++) {
        double inverse[LANES];
        look_at_pivot(m->re, NULL, n, k, weak);
        for (size_t l = 0; l < LANES; l++)
            inverse[l] = 1.0 / m->re[k][k][l];
        for (size_t j = k + 1; j < 2 * n; j++) {
            for (size_t l = 0; l < LANES; l++)
                m->re[k][j][l] *= inverse[l];
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = k + 1; i != k && j < 2 * n; j++) {
#pragma omp simd
                for (size_t l = 0; l < LANES; l++)
                    m->re[i][j][l] -= m->re[i][k][l] * m->re[k][j][l];
            }
        }
    }
}

GST_WIDE_CLONES
static void eliminate_complex(system_of_lanes *m, size_t n, unsigned char *weak)
{
    for (size_t k = 0; k < n; k++) {
        double u[LANES], v[LANES];
        look_at_pivot(m->re, m->im, n, k, weak);
        for (size_t l = 0; l < LANES; l++) {
            double re = m->re[k][k][l], im = m->im[k][k][l], inverse = 1.0 / (re * re + im * im);
            u[l] = re * inverse;
            v[l] = -im * inverse;
        }
        for (size_t j = k + 1; j < 2 * n; j++) {
            for (size_t l = 0; l < LANES; l++) {
                double re = m->re[k][j][l], im = m->im[k][j][l];
                m->re[k][j][l] = re * u[l] - im * v[l];
                m->im[k][j][l] = re * v[l] + im * u[l];
            }
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = k + 1; i != k && j < 2 * n; j++) {
#pragma omp simd
                for (size_t l = 0; l < LANES; l++) {
                    double re = m->re[i][k][l], im = m->im[i][k][l];
                    m->re[i][j][l] -= re * m->re[k][j][l] - im * m->im[k][j][l];
                    m->im[i][j][l] -= re * m->im[k][j][l] + im * m->re[k][j][l];
                }
            }
        }
    }
}

/* The solution's symmetric part, packed. */
static void keep(const gst_chain_step *s, double row[MOST][2 * MOST][LANES], size_t first,
                 size_t count, size_t parts, size_t part, double *to)
{
    size_t n = s->n;
    for (size_t i = 0, e = 0; i < n; i++) {
        for (size_t j = i; j < n; j++, e++) {
            for (size_t l = 0; l < count; l++)
                to[(e * parts + part) * s->nodes + first + l] =
                    0.5 * (row[i][n + j][l] + row[j][n + i][l]);
        }
    }
}

void gst_chain_lanes(const gst_chain_step *s, size_t K, const double *G, size_t parts, double *to,
                     unsigned char *weak)
{
    system_of_lanes m;
    for (size_t first = 0; first < s->nodes; first += LANES) {
        size_t count = s->nodes - first < LANES ? s->nodes - first : LANES;
        unsigned char weak_lane[LANES] = {0};
        set_part(s, K, G, parts, 0, first, count, m.re);
        if (parts == 2)
            set_part(s, K, G, parts, 1, first, count, m.im);
        if (parts == 2)
            eliminate_complex(&m, s->n, weak_lane);
        else
            eliminate_real(&m, s->n, weak_lane);
        keep(s, m.re, first, count, parts, 0, to);
        if (parts == 2)
            keep(s, m.im, first, count, parts, 1, to);
        memcpy(weak + first, weak_lane, count);
    }
}
