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

double gst_chain_dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* One part of the rows; G by `parts` numbers each, of which this is number `part`. */
static void set_part(const gst_chain_step *s, size_t K, const double *G, size_t parts, size_t part,
                     size_t first, size_t count, double row[MOST][2 * MOST][LANES])
{
    size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        size_t g = i < K ? i : i - K;
        for (size_t l = 0; l < LANES; l++) {
            size_t at = first + (l < count ? l : 0);
            double a = s->a[g * s->nodes + at], b = n > K ? s->b[g * s->nodes + at] : 0.0;
            for (size_t j = 0; j < n; j++) {
                double one = G[(g * n + j) * parts + part];
                double two = n > K ? G[((K + g) * n + j) * parts + part] : 0.0;
                row[i][j][l] =
                    (part == 0 && i == j) + s->phi * (i < K ? a * one - b * two : -b * one);
                row[i][n + j][l] = part > 0                   ? 0.0
                                   : i < K && j == i          ? a
                                   : j == i + K || i == j + K ? -b
                                                              : 0.0;
            }
        }
    }
}

/* weak[l] if the pivot of column k is small beside what is below it. */
static void look_at_pivot(const system_of_lanes *m, size_t n, size_t k, int complex_numbers,
                          double pivot[LANES], unsigned char *weak)
{
    double largest[LANES] = {0.0};
    for (size_t l = 0; l < LANES; l++)
        pivot[l] = fabs(m->re[k][k][l]) + (complex_numbers ? fabs(m->im[k][k][l]) : 0.0);
    for (size_t i = k + 1; i < n; i++) {
        for (size_t l = 0; l < LANES; l++)
            largest[l] = fmax(largest[l], fabs(m->re[i][k][l]) +
                                              (complex_numbers ? fabs(m->im[i][k][l]) : 0.0));
    }
    for (size_t l = 0; l < LANES; l++)
        weak[l] |= !(pivot[l] > SMALL * largest[l]) || !(pivot[l] > 0.0);
}

GST_WIDE_CLONES
static void eliminate_real(system_of_lanes *m, size_t n, unsigned char *weak)
{
    double pivot[LANES];
    for (size_t k = 0; k < n; k++) {
        double inverse[LANES];
        look_at_pivot(m, n, k, 0, pivot, weak);
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
    double pivot[LANES];
    for (size_t k = 0; k < n; k++) {
        double u[LANES], v[LANES];
        look_at_pivot(m, n, k, 1, pivot, weak);
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

/* ---- sums --------------------------------------------------------------------------------------- */

GST_WIDE_CLONES
static double triple(size_t n, const double *w, const double *a, const double *b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += w[i] * a[i] * b[i];
    return sum;
}

void gst_chain_sum(const gst_chain_step *s, const double *parts, double *mean, double *square)
{
    size_t n = s->nodes, p = s->packed;
    for (size_t a = 0; a < p; a++) {
        mean[a] = gst_chain_dot(n, s->weight, parts + a * n);
        for (size_t c = a; square && c < p; c++)
            square[a * p + c] = square[c * p + a] =
                triple(n, s->weight, parts + a * n, parts + c * n);
    }
}

void gst_chain_sum_complex(const gst_chain_step *s, const double *parts, double complex *mean,
                           double complex *square)
{
    size_t n = s->nodes, p = s->packed;
    const double *w = s->weight;
    for (size_t a = 0; a < p; a++) {
        const double *x = parts + 2 * a * n, *y = x + n;
        mean[a] = CMPLX(gst_chain_dot(n, w, x), gst_chain_dot(n, w, y));
        for (size_t c = a; square && c < p; c++) {
            const double *u = parts + 2 * c * n, *v = u + n;
            square[a * p + c] = square[c * p + a] = CMPLX(triple(n, w, x, u) - triple(n, w, y, v),
                                                          triple(n, w, x, v) + triple(n, w, y, u));
        }
    }
}
