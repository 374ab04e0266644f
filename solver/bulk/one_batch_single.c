/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_single.c - averages over the labels for one group, in closed form (docs/theory, the trained bulk).
 *
 * With y~ = [[2 b y + w y^2, b y], [b y, 0]] and a symmetric G, Q = y~ (I + phi G y~)^{-1} is
 *   Q_00 = (2 b y + (w - phi b^2 G_11) y^2)/D,   Q_01 = (b y + phi b^2 G_01 y^2)/D,   Q_11 = - phi b^2 G_00 y^2/D,
 *   D = det(I + phi y~ G) = 1 + 2 phi b (G_00 + G_01) y + (phi w G_00 - phi^2 b^2 det G) y^2,
 * so that E Q needs E[y^k/D] and E Q Q^T needs E[y^k/D^2] alone: five sums over the labels, without a matrix. */
#include "solver/bulk/label_averages.h"

#include <math.h>

/* D = 1 + D1 y + D2 y^2; packed entry a of Q is (first_a y + second_a y^2)/D. */
typedef struct {
    double complex D1, D2, first[3], second[3];
} coefficients;

static coefficients coefficients_at(const gst_exact_forms *f, const double complex *G)
{
    const gst_batch *batch = f->batch;
    double b = batch->b[0], w = batch->w[0], phi = batch->phi;
    if (f->nb == 1)
        return (coefficients){.D2 = phi * w * G[0], .second = {w}};
    double complex off = 0.5 * (G[1] + G[2]), det = G[0] * G[3] - G[1] * G[2];
    return (coefficients){
        .D1 = 2.0 * phi * b * (G[0] + off),
        .D2 = phi * w * G[0] - phi * phi * b * b * det,
        .first = {2.0 * b, b, 0.0},
        .second = {w - phi * b * b * G[3], phi * b * b * off, -phi * b * b * G[0]},
    };
}

/* one[k] = E[y^(k+1)/D], two[k] = E[y^(k+2)/D^2]. */
static void average(const gst_label_law *law, const coefficients *c, double complex *one,
                    double complex *two)
{
    double a1 = creal(c->D1), b1 = cimag(c->D1), a2 = creal(c->D2), b2 = cimag(c->D2);
    double p1 = 0.0, p2 = 0.0, q1 = 0.0, q2 = 0.0;
    double r2 = 0.0, r3 = 0.0, r4 = 0.0, s2 = 0.0, s3 = 0.0, s4 = 0.0;
    const double *label = law->y, *weight = law->weight;
#pragma omp simd reduction(+ : p1, p2, q1, q2, r2, r3, r4, s2, s3, s4)
    for (size_t i = 0; i < law->n; i++) {
        double y = label[i], re = 1.0 + y * (a1 + y * a2), im = y * (b1 + y * b2);
        double inverse = 1.0 / (re * re + im * im), u = re * inverse, v = -im * inverse;
        double m1 = weight[i] * y, m2 = m1 * y, m3 = m2 * y, m4 = m3 * y;
        double square = u * u - v * v, cross = 2.0 * u * v;
        p1 += m1 * u;
        q1 += m1 * v;
        p2 += m2 * u;
        q2 += m2 * v;
        r2 += m2 * square;
        s2 += m2 * cross;
        r3 += m3 * square;
        s3 += m3 * cross;
        r4 += m4 * square;
        s4 += m4 * cross;
    }
    one[0] = p1 + q1 * I;
    one[1] = p2 + q2 * I;
    two[0] = r2 + s2 * I;
    two[1] = r3 + s3 * I;
    two[2] = r4 + s4 * I;
}

int gst_exact_single(const gst_exact_forms *f, const double complex *G, double complex *M,
                     double *sums)
{
    coefficients c = coefficients_at(f, G);
    double complex one[2], two[3], packed[3];
    size_t p = f->nb * (f->nb + 1) / 2;
    average(f->batch->law, &c, one, two);
    for (size_t a = 0; a < p; a++) {
        packed[a] = c.first[a] * one[0] + c.second[a] * one[1];
        if (!isfinite(creal(packed[a])) || !isfinite(cimag(packed[a])))
            return GST_FAILED;
        for (size_t e = 0; sums && e < p; e++) {
            double complex sum = c.first[a] * c.first[e] * two[0] +
                                 (c.first[a] * c.second[e] + c.second[a] * c.first[e]) * two[1] +
                                 c.second[a] * c.second[e] * two[2];
            sums[a * p + e] = creal(sum);
            sums[p * p + a * p + e] = cimag(sum);
        }
    }
    M[0] = packed[0];
    if (f->nb == 2) {
        M[1] = M[2] = packed[1];
        M[3] = packed[2];
    }
    return GST_OK;
}

double gst_exact_single_beyond(const gst_exact_forms *f, const double complex *G)
{
    const gst_label_law *law = f->batch->law;
    coefficients c = coefficients_at(f, G);
    double D1 = creal(c.D1), D2 = creal(c.D2), sum = 0.0;
    for (size_t i = 0; i < law->n; i++) {
        double y = law->y[i];
        if (!(1.0 + y * (D1 + y * D2) > 0.0))
            sum += law->weight[i] * 0.5 * (1.0 + y * y / law->moment[2]);
    }
    return sum;
}
