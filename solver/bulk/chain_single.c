/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_single.c - averages over the samples of a step for one group, in closed form (docs/theory, the trained bulk).
 *
 * For Y = [[a, -b], [-b, 0]] and a symmetric G = G_tt,
 *   Q = (I + phi Y G)^{-1} Y = (Y - phi b^2 [[G_11, -G_01], [-G_01, G_00]])/D,
 *   D = det(I + phi Y G) = 1 + phi (a G_00 - 2 b G_01) - phi^2 b^2 det G,
 * so that E Q needs E[(a, b, b^2)/D] and E Q Q^T needs E[(a^2, a b, a b^2, b^2, b^3, b^4)/D^2] alone: nine sums over
 * the nodes, without a matrix.  A step that touches u alone has b = 0: Q = a/(1 + phi a G_00). */
#include "solver/bulk/chain.h"

#include <math.h>

/* D = 1 + D_a a + D_b b + D_bb b^2; entry e of Q is (a_e a + b_e b + bb_e b^2)/D. */
typedef struct {
    double complex D_a, D_b, D_bb, a[3], b[3], bb[3];
} coefficients;

static coefficients coefficients_at(const gst_chain_step *step, const double complex *G)
{
    double phi = step->phi;
    if (step->n == 1)
        return (coefficients){.D_a = phi * G[0], .a = {1.0}};
    return (coefficients){
        .D_a = phi * G[0],
        .D_b = -2.0 * phi * G[1],
        .D_bb = -phi * phi * (G[0] * G[2] - G[1] * G[1]),
        .a = {1.0, 0.0, 0.0},
        .b = {0.0, -1.0, 0.0},
        .bb = {-phi * G[2], phi * G[1], -phi * G[0]},
    };
}

enum { FIRST = 3, SECOND = 6 };

/* one = E[(a, b, b^2)/D], two = E[(a^2, a b, a b^2, b^2, b^3, b^4)/D^2], real and imaginary parts. */
typedef struct {
    double one[FIRST][2], two[SECOND][2];
} sums;

static void average_real(const gst_chain_step *s, const coefficients *c, sums *out)
{
    double D_a = creal(c->D_a), D_b = creal(c->D_b), D_bb = creal(c->D_bb);
    double p0 = 0, p1 = 0, p2 = 0, q0 = 0, q1 = 0, q2 = 0, q3 = 0, q4 = 0, q5 = 0;
    const double *weight = s->weight, *wa = s->a, *wb = s->b;
#pragma omp simd reduction(+ : p0, p1, p2, q0, q1, q2, q3, q4, q5)
    for (size_t i = 0; i < s->nodes; i++) {
        double a = wa[i], b = wb[i];
        double u = 1.0 / (1.0 + D_a * a + b * (D_b + D_bb * b)), w = weight[i] * u, v = w * u;
        double square = b * b;
        p0 += w * a;
        p1 += w * b;
        p2 += w * square;
        q0 += v * a * a;
        q1 += v * a * b;
        q2 += v * a * square;
        q3 += v * square;
        q4 += v * square * b;
        q5 += v * square * square;
    }
    *out = (sums){.one = {{p0}, {p1}, {p2}}, .two = {{q0}, {q1}, {q2}, {q3}, {q4}, {q5}}};
}

static void average_complex(const gst_chain_step *s, const coefficients *c, sums *out)
{
    double ar = creal(c->D_a), ai = cimag(c->D_a), br = creal(c->D_b), bi = cimag(c->D_b);
    double sr = creal(c->D_bb), si = cimag(c->D_bb);
    double p0 = 0, p1 = 0, p2 = 0, q0 = 0, q1 = 0, q2 = 0, q3 = 0, q4 = 0, q5 = 0;
    double r0 = 0, r1 = 0, r2 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0;
    const double *weight = s->weight, *wa = s->a, *wb = s->b;
#pragma omp simd reduction(+ : p0, p1, p2, q0, q1, q2, q3, q4, q5, r0, r1, r2, t0, t1, t2, t3, t4, \
                               t5)
    for (size_t i = 0; i < s->nodes; i++) {
        double a = wa[i], b = wb[i], square = b * b;
        double re = 1.0 + ar * a + br * b + sr * square, im = ai * a + bi * b + si * square;
        double inverse = 1.0 / (re * re + im * im), u = re * inverse, v = -im * inverse;
        double x = weight[i] * u, y = weight[i] * v;
        double xx = x * u - y * v, yy = x * v + y * u;
        p0 += x * a;
        r0 += y * a;
        p1 += x * b;
        r1 += y * b;
        p2 += x * square;
        r2 += y * square;
        q0 += xx * a * a;
        t0 += yy * a * a;
        q1 += xx * a * b;
        t1 += yy * a * b;
        q2 += xx * a * square;
        t2 += yy * a * square;
        q3 += xx * square;
        t3 += yy * square;
        q4 += xx * square * b;
        t4 += yy * square * b;
        q5 += xx * square * square;
        t5 += yy * square * square;
    }
    *out = (sums){.one = {{p0, r0}, {p1, r1}, {p2, r2}},
                  .two = {{q0, t0}, {q1, t1}, {q2, t2}, {q3, t3}, {q4, t4}, {q5, t5}}};
}

static double complex number(const double parts[2])
{
    return parts[0] + parts[1] * I;
}

static double complex mean_entry(const coefficients *c, const sums *s, size_t e)
{
    return c->a[e] * number(s->one[0]) + c->b[e] * number(s->one[1]) + c->bb[e] * number(s->one[2]);
}

static double complex square_entry(const coefficients *c, const sums *s, size_t e, size_t f)
{
    return c->a[e] * c->a[f] * number(s->two[0]) +
           (c->a[e] * c->b[f] + c->b[e] * c->a[f]) * number(s->two[1]) +
           (c->a[e] * c->bb[f] + c->bb[e] * c->a[f]) * number(s->two[2]) +
           c->b[e] * c->b[f] * number(s->two[3]) +
           (c->b[e] * c->bb[f] + c->bb[e] * c->b[f]) * number(s->two[4]) +
           c->bb[e] * c->bb[f] * number(s->two[5]);
}

void gst_chain_single(const gst_chain_step *step, const double *G, double *mean, double *square)
{
    double complex block[3];
    size_t p = step->packed;
    sums s;
    for (size_t a = 0; a < p; a++)
        block[a] = G[a];
    coefficients c = coefficients_at(step, block);
    average_real(step, &c, &s);
    for (size_t a = 0; a < p; a++) {
        mean[a] = creal(mean_entry(&c, &s, a));
        for (size_t e = 0; square && e < p; e++)
            square[a * p + e] = creal(square_entry(&c, &s, a, e));
    }
}

void gst_chain_single_complex(const gst_chain_step *step, const double complex *G,
                              double complex *mean, double complex *square)
{
    size_t p = step->packed;
    sums s;
    coefficients c = coefficients_at(step, G);
    average_complex(step, &c, &s);
    for (size_t a = 0; a < p; a++) {
        mean[a] = mean_entry(&c, &s, a);
        for (size_t e = 0; square && e < p; e++)
            square[a * p + e] = square_entry(&c, &s, a, e);
    }
}

void gst_chain_single_samples(const gst_chain_step *s, const double complex *G, size_t parts,
                              double *to)
{
    coefficients c = coefficients_at(s, G);
    double ar = creal(c.D_a), ai = cimag(c.D_a), br = creal(c.D_b), bi = cimag(c.D_b);
    double sr = creal(c.D_bb), si = cimag(c.D_bb);
    size_t n = s->nodes;
    for (size_t e = 0; e < s->packed; e++) {
        double *re_to = to + e * parts * n, *im_to = re_to + (parts - 1) * n;
        double first = creal(c.a[e]), second = creal(c.b[e]);
        double xr = creal(c.bb[e]), xi = cimag(c.bb[e]);
#pragma omp simd
        for (size_t i = 0; i < n; i++) {
            double a = s->a[i], b = s->b[i], square = b * b;
            double re = 1.0 + ar * a + br * b + sr * square, im = ai * a + bi * b + si * square;
            double inverse = 1.0 / (re * re + im * im), u = re * inverse, v = -im * inverse;
            double x = first * a + second * b + xr * square, y = xi * square;
            double of_im = x * v + y * u;
            im_to[i] = of_im;
            re_to[i] = x * u - y * v;
        }
    }
}
