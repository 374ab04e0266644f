/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rare_samples.c - the share of the excess risk that rare samples and neurons make (docs/theory, rare samples).
 *
 *   1. P(|kappa'| > |kappa|) for m normal variables, in closed form;
 *   2. zeta(s) per group on a grid of s: the radius within which half of Var_z sigma(s + sqrt(c) z) lies, by a
 *      trapezoidal rule in z; between grid points linearly; of several groups the mean, weighted by their
 *      parts pi_g (c mu1^2 + mu2^2) of the variance;
 *   3. the fluctuations by rare nodes alone: one right-hand side for the system that fluctuations.c solves. */
#include "solver/readout/rare_samples.h"
#include "giantstep/features.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/wide.h"
#include "solver/readout/weighted_sums.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* z from -REACH to REACH in 2 HALF steps. */
#define REACH 9.5
enum { HALF = 190, OFFSETS_MAX = 1000 };
/* Distance of offsets s, in units of sqrt(c). */
#define OFFSET_STEP 0.25

/* P(|kappa'| > r), kappa' ~ N(0, I_m), m = 1..4. */
static double beyond_radius(size_t m, double r)
{
    double gauss = exp(-0.5 * r * r), line = erfc(r * M_SQRT1_2);
    const double probability[] = {1.0, line, gauss, line + sqrt(2.0 / M_PI) * r * gauss,
                                  (1.0 + 0.5 * r * r) * gauss};
    return probability[m];
}

/* zeta at offset s; REACH where sigma does not vary. */
static double half_radius(const gst_expression *sigma, double s, double scale)
{
    double z[2 * HALF + 1], value[2 * HALF + 1], weight[HALF + 1], shell[HALF + 1];
    double mean = 0.0, sum = 0.0, total = 0.0, within = 0.0;
    for (int i = 0; i <= 2 * HALF; i++)
        z[i] = s + scale * REACH * (i - HALF) / HALF;
    gst_expression_evaluate(sigma, 2 * HALF + 1, z, value, NULL);
    for (int i = 0; i <= HALF; i++) {
        double x = REACH * i / HALF;
        weight[i] = exp(-0.5 * x * x) * (i == 0 ? 0.5 : 1.0);
        mean += weight[i] * (value[HALF - i] + value[HALF + i]);
        sum += 2.0 * weight[i];
    }
    mean /= sum;
    for (int i = 0; i <= HALF; i++) {
        double left = value[HALF - i] - mean, right = value[HALF + i] - mean;
        shell[i] = weight[i] * (left * left + right * right);
        total += shell[i];
    }
    for (int i = 0; i <= HALF; i++) {
        within += shell[i];
        if (within >= 0.5 * total)
            return total > 0.0 ? REACH * i / HALF : REACH;
    }
    return REACH;
}

/* U_g . kappa at node k. */
static double offset_at(const gst_moments *t, const gst_features *f, size_t g, size_t k)
{
    double s = 0.0;
    for (size_t l = 0; l < t->m; l++)
        s += f->U[g * t->m + l] * t->kappa[l * t->n + k];
    return s * t->bulk[k];
}

/* Adds pi_g Var_g zeta_g to zeta and pi_g Var_g to variance, at every node. */
static void add_group(const gst_moments *t, const gst_features *f, const gst_expression *sigma,
                      size_t g, double *zeta, double *variance)
{
    double table[OFFSETS_MAX + 1], scale = sqrt(f->c[g]), most = 0.0;
    for (size_t k = 0; k < t->n; k++)
        most = fmax(most, fabs(offset_at(t, f, g, k)));
    size_t count = (size_t)fmin(OFFSETS_MAX, 2.0 + ceil(2.0 * most / (OFFSET_STEP * scale)));
    double step = 2.0 * most / (double)(count - 1);
    for (size_t i = 0; i < count; i++)
        table[i] = half_radius(sigma, step * (double)i - most, scale);
    for (size_t k = 0; k < t->n; k++) {
        double at = step > 0.0 ? (offset_at(t, f, g, k) + most) / step : 0.0;
        size_t i = (size_t)fmin(fmax(at, 0.0), (double)(count - 2));
        double part = fmin(fmax(at - (double)i, 0.0), 1.0), mu1 = t->mu1[g * t->n + k];
        double own = f->pi[g] * (f->c[g] * mu1 * mu1 + t->mu2sq[g * t->n + k]);
        zeta[k] += own * ((1.0 - part) * table[i] + part * table[i + 1]);
        variance[k] += own;
    }
}

static void fill(gst_rare *rare, const gst_state *state, const gst_features *features,
                 const gst_expression *sigma)
{
    const gst_moments *t = state->moments;
    double *variance = rare->variance;
    for (size_t g = 0; g < t->K; g++)
        add_group(t, features, sigma, g, rare->neuron, variance);
    for (size_t k = 0; k < t->n; k++) {
        double zeta = variance[k] > 0.0 ? rare->neuron[k] / variance[k] : REACH;
        rare->sample[k] = beyond_radius(t->m, t->radius[k]);
        rare->neuron[k] = erfc(zeta * M_SQRT1_2);
    }
    gst_weighted_rows(t->n, state->L, t->n, t->w, state->B, rare->mean);
}

int gst_rare_alloc(gst_rare **rare, const gst_state *state, const gst_features *features,
                   const gst_activation *activation)
{
    size_t n = state->moments->n, L = state->L;
    gst_rare *made = gst_alloc(1, sizeof *made);
    *rare = NULL;
    if (!made)
        return GST_NO_MEMORY;
    const gst_array arrays[] = {GST_VECTOR(made->sample, n),   GST_VECTOR(made->neuron, n),
                                GST_VECTOR(made->variance, n), GST_VECTOR(made->mean, L),
                                GST_VECTOR(made->y, L),        GST_VECTOR(made->source, L)};
    if (gst_arena_take(&made->memory, sizeof arrays / sizeof *arrays, arrays) != GST_OK) {
        free(made);
        return GST_NO_MEMORY;
    }
    fill(made, state, features, gst_activation_expression(activation));
    *rare = made;
    return GST_OK;
}

void gst_rare_free(gst_rare *rare)
{
    if (!rare)
        return;
    gst_arena_free(&rare->memory);
    free(rare);
}

/* weight where samples or neurons are rare, 0 elsewhere. */
GST_WIDE_CLONES
static void keep_rare(size_t size, double n, double p, const double *restrict sample,
                      const double *restrict neuron, const double *restrict weight,
                      double *restrict kept)
{
    for (size_t k = 0; k < size; k++)
        kept[k] = ((n * sample[k] >= 1.0) & (p * neuron[k] >= 1.0)) ? 0.0 : weight[k];
}

/* rho E[ 1_rare B (error2 + Delta)/(t+V)^2 ]. */
static void set_source(gst_rare *rare, const gst_readout *r, const gst_state *state, double n,
                       double p)
{
    size_t stride = state->moments->n;
    double kept[GST_NODE_BLOCK];
    memset(rare->source, 0, state->L * sizeof *rare->source);
    for (size_t first = 0; first < state->active; first += GST_NODE_BLOCK) {
        size_t left = state->active - first, size = left < GST_NODE_BLOCK ? left : GST_NODE_BLOCK;
        keep_rare(size, n, p, rare->sample + first, rare->neuron + first, state->weight2 + first,
                  kept);
        gst_weighted_rows_of(size, state->L, stride, kept, r->error2 + first, state->point.noise,
                             state->B + first, rare->source);
    }
}

double gst_rare_share(gst_rare *rare, const gst_readout *readout, const gst_state *state, double n,
                      double p)
{
    size_t L = state->L;
    double made = 0.0;
    set_source(rare, readout, state, n, p);
    memset(rare->y, 0, L * sizeof *rare->y);
    gst_state_subtract_response(state, rare->source, rare->y);
    gst_state_solve(state, rare->y);
    for (size_t a = 0; a < L; a++)
        made += state->multiplicity[a] * rare->mean[a] * rare->y[a];
    return made / readout->excess_risk;
}
