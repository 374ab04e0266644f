/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch.c - the law of the rows after one giant step on a finite batch.
 *
 * e = eta A_g, b = e c2, w = e^2 s2 phi, tau = sigma' - mu1 - c2 z, a2 = E[tau He_2], a3 = E[tau He_3],
 * k0 = 1 + b E yt, k1 = b phi, moments m_k = E yt^k (label noise included):
 *   q1 = 2 e a2 k0 v_y + (2 e a2 b phi + e^2 phi s21) v_y2
 *   q2 = (2 e^2 phi s21 + 2 e a2 b phi) k0 v_y2 + (2 e^2 phi^2 s21 b + e^3 phi^2 t3 + e a2 b^2 phi^2) v_y3
 *   om = |q1|^2 + 2 (tr B^4/d - (tr B^2/d)^2), B = I + b M1,
 *      + phi E[4 e^2 y^2 kb^2 (E[tau^2 z^2] - a2^2) + 4 e^3 phi y^3 kb (E[tau^3 z] - a2 s21)
 *              + e^4 phi^2 y^4 (E tau^4 - s2^2 - s21^2)],              kb = k0 + k1 y,
 *      + 4 e^2 b^2 phi^2 m2^2 s2 + 2 e^4 phi^2 m2^2 s2^2
 *      + 2 E[(2 e y kb a3 + e^2 phi y^2 s22) be],                     be = 2 k1 k0 y + k1^2 y^2,
 * moments of M1 from its free cumulants phi^{j-1} m_j. */
#include "tests/one_batch.h"
#include "giantstep/second_layer.h"
#include "tests/numbers.h"
#include "models/functions/activation_moments.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* c2 below this, relative to sigma', is the rounding of an odd activation's zero. */
#define ODD 1e-13

double one_batch_overlap(const one_batch *batch, size_t i, size_t j)
{
    const gst_label_law *law = batch->law;
    double sum = batch->phi * law->moment[i + j];
    for (size_t k = 0; k < law->r; k++)
        sum += law->linear[(i - 1) * law->r + k] * law->linear[(j - 1) * law->r + k];
    return sum;
}

static void set_norm_covariance(one_batch *batch, size_t g, double e, const gst_gradient_moments *s)
{
    double b = batch->b[g], phi = batch->phi, k0 = 1.0 + b * batch->law->moment[1];
    double *q1 = batch->q1 + g * ONE_BATCH_POWERS, *q2 = batch->q2 + g * ONE_BATCH_POWERS;
    q1[0] = 2.0 * e * s->c3 * k0;
    q1[1] = 2.0 * e * s->c3 * b * phi + e * e * phi * s->s21;
    q1[2] = 0.0;
    q2[0] = 0.0;
    q2[1] = (2.0 * e * e * phi * s->s21 + 2.0 * e * s->c3 * b * phi) * k0;
    q2[2] = phi * phi * (2.0 * e * e * s->s21 * b + e * e * e * s->t3 + e * s->c3 * b * b);
}

/* 2 (tr B^4/d - (tr B^2/d)^2) for B = I + b M1. */
static double norm_fluctuation_of_bulk(double b, double phi, const double *m)
{
    double k1 = m[1], k2 = phi * m[2], k3 = phi * phi * m[3], k4 = phi * phi * phi * m[4];
    double m2 = k2 + k1 * k1, m3 = k3 + 3.0 * k2 * k1 + k1 * k1 * k1;
    double m4 = k4 + 4.0 * k3 * k1 + 2.0 * k2 * k2 + 6.0 * k2 * k1 * k1 + k1 * k1 * k1 * k1;
    double square = 1.0 + 2.0 * b * k1 + b * b * m2;
    double fourth = 1.0 + b * (4.0 * k1 + b * (6.0 * m2 + b * (4.0 * m3 + b * m4)));
    return 2.0 * (fourth - square * square);
}

static double norm_variance(const one_batch *batch, size_t g, double e,
                            const gst_gradient_moments *s)
{
    const double *m = batch->law->moment, *q1 = batch->q1 + g * ONE_BATCH_POWERS;
    double b = batch->b[g], phi = batch->phi, k0 = 1.0 + b * m[1], k1 = b * phi;
    double om = norm_fluctuation_of_bulk(b, phi, m);
    for (size_t i = 0; i < ONE_BATCH_POWERS; i++) {
        for (size_t j = 0; j < ONE_BATCH_POWERS; j++)
            om += q1[i] * q1[j] * one_batch_overlap(batch, i + 1, j + 1);
    }
    double square = k0 * k0 * m[2] + 2.0 * k0 * k1 * m[3] + k1 * k1 * m[4];
    om += phi * 4.0 * e * e * square * (s->s2zz - s->c3 * s->c3);
    om += phi * 4.0 * e * e * e * phi * (k0 * m[3] + k1 * m[4]) * (s->t31 - s->c3 * s->s21);
    om += phi * e * e * e * e * phi * phi * m[4] * (s->t4 - s->s2 * s->s2 - s->s21 * s->s21);
    om += 4.0 * e * e * k1 * k1 * m[2] * m[2] * s->s2;
    om += 2.0 * e * e * e * e * phi * phi * m[2] * m[2] * s->s2 * s->s2;
    double p1 = 2.0 * e * s->c4 * k0, p2 = 2.0 * e * s->c4 * k1 + e * e * phi * (s->s2zz - s->s2);
    double b1 = 2.0 * k1 * k0, b2 = k1 * k1;
    return om + 2.0 * (p1 * b1 * m[2] + (p1 * b2 + p2 * b1) * m[3] + p2 * b2 * m[4]);
}

int one_batch_build(one_batch **batch, const gst_gradient_moments *sigma, gst_label_law *law,
                    const gst_second_layer *layer, double eta, double alpha0)
{
    size_t K = layer->K;
    int finite = 1;
    one_batch *made = *batch = gst_alloc(1, sizeof *made);
    double *at = made ? gst_alloc_doubles((3 + 2 * ONE_BATCH_POWERS) * K) : NULL;
    if (!at) {
        free(made);
        *batch = NULL;
        return GST_NO_MEMORY;
    }
    *made = (one_batch){.K = K, .r = law->r, .phi = 1.0 / alpha0, .law = law, .block = at};
    made->b = at;
    made->w = made->b + K;
    made->om = made->w + K;
    made->q1 = made->om + K;
    made->q2 = made->q1 + ONE_BATCH_POWERS * K;
    made->norm = sqrt(one_batch_overlap(made, 1, 1));
    made->linear = fabs(sigma->c2) > ODD * (fabs(sigma->mu1) + sqrt(sigma->s2));
    for (size_t g = 0; g < K; g++) {
        double e = eta * layer->A[g];
        made->b[g] = made->linear ? e * sigma->c2 : 0.0;
        made->w[g] = e * e * sigma->s2 * made->phi;
        set_norm_covariance(made, g, e, sigma);
        made->om[g] = norm_variance(made, g, e, sigma);
        finite = finite && isfinite(made->w[g]) && isfinite(made->om[g]);
    }
    if (finite)
        return GST_OK;
    made->law = NULL; /* still the caller's */
    one_batch_free(made);
    *batch = NULL;
    return GST_FAILED;
}

void one_batch_free(one_batch *batch)
{
    if (!batch)
        return;
    gst_label_law_free(batch->law);
    free(batch->block);
    free(batch);
}

one_batch *one_batch_of(const gst_problem *problem, size_t order, size_t nodes)
{
    gst_gradient_moments sigma;
    gst_label_law *law;
    one_batch *batch;
    const gst_step *step = gst_training_step(&problem->training, 0);
    ck_assert_int_ge(gst_activation_gradient_moments(problem->activation, 0, &sigma), 0);
    ck_assert_int_eq(gst_label_law_build(&law, problem->target,
                                         gst_second_layer_mean(problem->layer) * sigma.mean,
                                         problem->training.noise, order, nodes, 0),
                     GST_OK);
    ck_assert_int_eq(one_batch_build(&batch, &sigma, law, problem->layer, step->eta, step->alpha0),
                     GST_OK);
    return batch;
}
