/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral.c - vectors and functionals of rows over the nodes of a spectrum (docs/theory, inputs of any covariance). */
#include "models/training/spectral.h"
#include "giantstep/problem.h"
#include "giantstep/target.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/linear.h"
#include "base/memory.h"
#include "models/data/covariance.h"
#include "models/training/regime.h"

/* ---- life --------------------------------------------------------------------------------------- */

int gst_spectral_alloc(gst_spectral **spectral, size_t K, size_t R, size_t J, size_t vectors,
                       size_t chis)
{
    gst_spectral *s = *spectral = gst_alloc(1, sizeof *s);
    size_t most = GST_SPIKES_MAX + GST_TARGET_DIM_MAX;
    if (!s)
        return GST_NO_MEMORY;
    *s = (gst_spectral){.K = K,
                        .R = R,
                        .J = J,
                        .length = (R + 1) * J,
                        .vectors = vectors,
                        .chis = chis,
                        .omega = gst_alloc_doubles(J),
                        .mu = gst_alloc_doubles(J),
                        .variance = gst_alloc_doubles(J),
                        .T = gst_alloc_doubles(J * R * R),
                        .root = gst_alloc_doubles(J * R * R),
                        .Pi = gst_alloc_doubles(K * J),
                        .V = gst_alloc_doubles(K * vectors * R * J),
                        .xi = gst_alloc_doubles(K * vectors * (R + 1) * J),
                        .chi = gst_alloc_doubles(K * chis * J),
                        .x = gst_alloc_doubles(K * chis * (R + 1) * J),
                        .delta = gst_alloc_doubles(K * (R + 1) * J),
                        .mean = gst_alloc_doubles(K * R * J),
                        .direction = gst_alloc_doubles(most * R * J)};
    if (s->omega && s->mu && s->variance && s->T && s->root && s->Pi && s->V && s->xi && s->chi &&
        s->x && s->delta && s->mean && s->direction)
        return GST_OK;
    gst_spectral_free(s);
    *spectral = NULL;
    return GST_NO_MEMORY;
}

void gst_spectral_free(gst_spectral *s)
{
    if (!s)
        return;
    double *const arrays[] = {s->variance, s->omega, s->mu, s->T,     s->root, s->Pi,       s->V,
                              s->xi,       s->chi,   s->x,  s->delta, s->mean, s->direction};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(s);
}

/* T_j with what is beyond the teacher, which is spread as the eigenvalues are. */
static int set_teacher(gst_spectral *s, const gst_covariance *c, int half, size_t r)
{
    for (size_t j = 0; j < s->J; j++) {
        double T[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], *to = s->T + j * s->R * s->R;
        gst_covariance_teacher(c, half, j, r, T);
        for (size_t a = 0; a < s->R; a++)
            for (size_t b = 0; b < s->R; b++)
                to[a * s->R + b] = a < r && b < r ? T[a * r + b] : a == b ? s->mu[j] : 0.0;
        if (gst_symmetric_root(s->R, to, 1e-9, s->root + j * s->R * s->R) != GST_OK)
            return GST_FAILED;
    }
    return GST_OK;
}

int gst_spectral_start(gst_spectral **spectral, const gst_problem *problem, size_t more, int half)
{
    const gst_covariance *c = problem->data->covariance;
    const gst_covariance_rule *rule = gst_covariance_rule_of(c, half);
    size_t r = gst_target_dim(problem->target), K = problem->layer->K;
    int status = gst_spectral_alloc(spectral, K, r + more, rule->J, 0, 0);
    if (status != GST_OK)
        return status;
    gst_spectral *s = *spectral;
    memcpy(s->omega, rule->omega, s->J * sizeof *s->omega);
    memcpy(s->mu, rule->mu, s->J * sizeof *s->mu);
    for (size_t j = 0; j < s->J; j++)
        s->variance[j] = j < c->explicit ? 0.0 : s->omega[j];
    for (size_t i = 0; i < K * c->explicit; i++) {
        size_t g = i / c->explicit, l = i % c->explicit;
        s->mean[g * s->R * s->J + l] =
            c->component[g % c->points * c->explicit + l] / sqrt(rule->share[l]);
    }
    for (size_t i = 0; i < K * s->J; i++)
        s->Pi[i] = 1.0;
    for (size_t g = 0; g < K; g++)
        for (size_t j = 0; j < s->J; j++)
            s->delta[g * s->length + s->R * s->J + j] = 1.0;
    status = set_teacher(s, c, half, r);
    if (status != GST_OK) {
        gst_spectral_free(s);
        *spectral = NULL;
    }
    return status;
}

/* ---- averages ----------------------------------------------------------------------------------- */

static double power_of(double omega, int power)
{
    double product = 1.0;
    while (power-- > 0)
        product *= omega;
    return product;
}

double gst_spectral_mean(const gst_spectral *s, int power, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t j = 0; j < s->J; j++)
        sum += s->mu[j] * power_of(s->omega[j], power) * (a ? a[j] : 1.0) * (b ? b[j] : 1.0);
    return sum;
}

double gst_spectral_inner(const gst_spectral *s, const double *factor, const double *a,
                          const double *b)
{
    size_t R = s->R, J = s->J;
    double sum = 0.0;
    for (size_t j = 0; j < J; j++) {
        double part = 0.0;
        for (size_t i = 0; i < R; i++)
            for (size_t k = 0; k < R; k++)
                part += a[i * J + j] * s->T[(j * R + i) * R + k] * b[k * J + j];
        sum += part * (factor ? factor[j] : 1.0);
    }
    return sum;
}

double gst_spectral_covariance(const gst_spectral *s, const double *one, const double *two)
{
    const double *p = one + s->R * s->J, *q = two + s->R * s->J;
    return gst_spectral_inner(s, s->variance, one, two) +
           2.0 * (gst_spectral_mean(s, 2, p, q) -
                  gst_spectral_mean(s, 1, p, NULL) * gst_spectral_mean(s, 1, q, NULL));
}

void gst_spectral_project(const gst_spectral *s, size_t g, const double *a, double *functional)
{
    size_t size = s->R * s->J;
    memset(functional, 0, s->length * sizeof *functional);
    for (size_t i = 0; i < size; i++)
        functional[i] = a[i] * s->Pi[g * s->J + i % s->J];
    for (size_t k = 0; k < s->vectors; k++) {
        double overlap = gst_spectral_inner(s, NULL, a, s->V + (g * s->vectors + k) * size);
        const double *xi = s->xi + (g * s->vectors + k) * s->length;
        for (size_t i = 0; i < s->length; i++)
            functional[i] += overlap * xi[i];
    }
}
