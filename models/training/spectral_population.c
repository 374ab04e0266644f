/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral_population.c - steps with the population gradient of inputs of any covariance (docs/theory, inputs of any
 * covariance).
 *
 * With e = eta A_g and the averages of the step in the basis e_a of the rows before it (step_means.h), ob = E[yt m2],
 * L = 1 + e ob omega, f_a = <e_a|f>, all of the rows before:
 *   xi_a = sum_b (E[yt m2 x_a x_b] - ob (a = b)) f_b + E[yt a2 x_a] delta/2,
 *   x = sum_a E[yt a2 x_a] f_a + E[yt a3] delta/2,
 *   V_k <- L V_k, and one more for each a, e omega e_a with xi_a;   chi_s <- L chi_s, and one more, e omega Pi with x;
 *   Pi <- L Pi,   delta <- Q[Pi^2] + 2 sum_s E_mu[omega Pi chi_s] x_s,   omega_g <- omega_g + e omega sum_a E[yt m1 x_a] e_a.
 *
 * The averages over the samples see the special directions and c_g alone, and not what they are vectors of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"
#include "models/data/data.h"
#include "models/training/regime.h"
#include "models/training/spectral.h"
#include "models/training/step_means.h"

/* ---- one step ----------------------------------------------------------------------------------- */

typedef struct {
    const gst_spectral *old;
    gst_spectral *now;
    const gst_features *f; /* of the old rows */
    const gst_step_means *means;
    double *projected; /* f_a of the group at work: s x length */
    double *L;         /* J */
} move;

static void add_scaled(size_t n, double factor, const double *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

/* to = factor(omega) from, of `rows' rows of J. */
static void times_nodes(size_t rows, size_t J, const double *factor, const double *from, double *to)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < J; j++)
            to[i * J + j] = factor[j] * from[i * J + j];
}

/* The vectors that were there, and those of the step. */
static void move_vectors(const move *v, size_t g, double e)
{
    const gst_spectral *old = v->old;
    gst_spectral *now = v->now;
    size_t n = v->means->s, R = old->R, J = old->J, size = R * J, length = old->length;
    for (size_t k = 0; k < old->vectors; k++) {
        times_nodes(R, J, v->L, old->V + (g * old->vectors + k) * size,
                    now->V + (g * now->vectors + k) * size);
        memcpy(now->xi + (g * now->vectors + k) * length, old->xi + (g * old->vectors + k) * length,
               length * sizeof *now->xi);
    }
    for (size_t a = 0; a < n; a++) {
        size_t k = g * now->vectors + old->vectors + a;
        double *V = now->V + k * size, *xi = now->xi + k * length;
        const double *hessian = v->means->hessian + (g * n + a) * n;
        for (size_t i = 0; i < size; i++)
            V[i] = e * old->omega[i % J] * old->direction[a * size + i];
        for (size_t b = 0; b < n; b++)
            add_scaled(length, hessian[b] - (a == b ? v->means->second[g] : 0.0),
                       v->projected + b * length, xi);
        add_scaled(length, 0.5 * v->means->third[g * n + a], old->delta + g * length, xi);
    }
}

/* chi, x, Pi and delta. */
static void move_norm(const move *v, size_t g, double e)
{
    const gst_spectral *old = v->old;
    gst_spectral *now = v->now;
    size_t n = v->means->s, J = old->J, length = old->length, last = g * now->chis + old->chis;
    const double *Pi = old->Pi + g * J;
    double *x = now->x + last * length, *delta = now->delta + g * length;
    for (size_t s = 0; s < old->chis; s++) {
        times_nodes(1, J, v->L, old->chi + (g * old->chis + s) * J,
                    now->chi + (g * now->chis + s) * J);
        memcpy(now->x + (g * now->chis + s) * length, old->x + (g * old->chis + s) * length,
               length * sizeof *x);
    }
    for (size_t j = 0; j < J; j++) {
        now->chi[last * J + j] = e * old->omega[j] * Pi[j];
        now->Pi[g * J + j] = v->L[j] * Pi[j];
        delta[old->R * J + j] = now->Pi[g * J + j] * now->Pi[g * J + j];
    }
    for (size_t a = 0; a < n; a++)
        add_scaled(length, v->means->third[g * n + a], v->projected + a * length, x);
    add_scaled(length, 0.5 * v->means->fourth[g], old->delta + g * length, x);
    for (size_t s = 0; s < now->chis; s++) {
        size_t at = g * now->chis + s;
        double reach = gst_spectral_mean(now, 1, now->Pi + g * J, now->chi + at * J);
        add_scaled(length, 2.0 * reach, now->x + at * length, delta);
    }
}

static void move_mean(const move *v, size_t g, double e)
{
    const gst_spectral *old = v->old;
    size_t size = old->R * old->J;
    double *mean = v->now->mean + g * size;
    memcpy(mean, old->mean + g * size, size * sizeof *mean);
    for (size_t a = 0; a < v->means->s; a++)
        for (size_t i = 0; i < size; i++)
            mean[i] += e * v->means->drift[g * v->means->s + a] * old->omega[i % old->J] *
                       old->direction[a * size + i];
}

static int move_rows(gst_spectral **now, const gst_features *f, const gst_step_means *means,
                     double eta)
{
    const gst_spectral *old = f->spectral;
    move v = {.old = old, .f = f, .means = means};
    int status =
        gst_spectral_alloc(now, old->K, old->R, old->J, old->vectors + means->s, old->chis + 1);
    v.projected = gst_alloc_doubles(means->s * old->length);
    v.L = gst_alloc_doubles(old->J);
    if (status == GST_OK && v.projected && v.L) {
        v.now = *now;
        memcpy(v.now->omega, old->omega, old->J * sizeof *old->omega);
        memcpy(v.now->mu, old->mu, old->J * sizeof *old->mu);
        memcpy(v.now->variance, old->variance, old->J * sizeof *old->variance);
        memcpy(v.now->T, old->T, old->J * old->R * old->R * sizeof *old->T);
        memcpy(v.now->root, old->root, old->J * old->R * old->R * sizeof *old->root);
        for (size_t g = 0; g < old->K; g++) {
            double e = eta * f->problem.layer->A[g];
            for (size_t j = 0; j < old->J; j++)
                v.L[j] = 1.0 + e * means->second[g] * old->omega[j];
            for (size_t a = 0; a < means->s; a++)
                gst_spectral_project(old, g, old->direction + a * old->R * old->J,
                                     v.projected + a * old->length);
            move_vectors(&v, g, e);
            move_norm(&v, g, e);
            move_mean(&v, g, e);
        }
    } else {
        status = GST_NO_MEMORY;
        gst_spectral_free(*now);
        *now = NULL;
    }
    free(v.projected);
    free(v.L);
    return status;
}

/* ---- all steps ---------------------------------------------------------------------------------- */

/* N(0, I) as a law whose nodes are those of all special coordinates: averages of pairs of them are then complete. */
static gst_data standard_nodes(size_t r)
{
    gst_data data = gst_data_mixture;
    data.clusters = 1;
    data.dim = r;
    data.cluster[0] = (gst_cluster){.weight = 1.0, .bulk = 1.0};
    for (size_t j = 0; j < r; j++)
        data.cluster[0].sd[j] = 1.0;
    return data;
}

static int averages(gst_step_means *means, gst_features *f, const gst_step_labels *labels, int half)
{
    if (f->m == 0)
        return gst_step_means_start(means, f, labels, half);
    const gst_data *kept = f->problem.data;
    gst_data nodes = standard_nodes(f->r);
    f->problem.data = &nodes;
    int status = gst_step_means_batch(means, f, labels, half);
    f->problem.data = kept;
    return status;
}

static int take_step(gst_features **after, gst_features *f, const gst_step_labels *labels,
                     const gst_step *step, size_t number, double *rounding, int half,
                     gst_message *message)
{
    gst_step_means means = {0};
    gst_spectral *s = NULL;
    size_t m;
    *after = NULL;
    int quality = averages(&means, f, labels, half);
    if (quality < 0) {
        gst_step_means_clear(&means);
        return gst_fail(message, quality,
                        quality == GST_INVALID
                            ? "steps: number %zu has more special directions to average over than "
                              "there are quadratures for"
                            : "the moments of step %zu are not finite",
                        number);
    }
    for (size_t g = 0; g < f->K; g++)
        *rounding += fabs(step->eta * f->problem.layer->A[g]) * GST_STEP_ROUNDING *
                     sqrt(means.square) * f->spectral->omega[0];
    int status = move_rows(&s, f, &means, step->eta);
    gst_step_means_clear(&means);
    if (status == GST_OK)
        status = gst_spectral_features(after, s, &f->problem, *rounding, &m);
    if (status == GST_OK)
        return quality;
    gst_spectral_free(s);
    return status == GST_INVALID
               ? gst_fail(message, status,
                          "steps: %zu of them leave the %zu groups of `layer` with more than %d "
                          "spikes",
                          number, f->K, GST_SPIKES_MAX)
               : gst_fail(message, status, "step %zu: the features could not be set up", number);
}

static int start(gst_features **features, const gst_problem *problem, int half)
{
    gst_spectral *s = NULL;
    size_t m;
    int status = gst_spectral_start(&s, problem, 0, half);
    if (status == GST_OK)
        status = gst_spectral_features(features, s, problem, 0.0, &m);
    if (status != GST_OK)
        gst_spectral_free(s);
    return status;
}

int gst_features_spectral(gst_features **features, const gst_problem *problem, int half,
                          gst_message *message)
{
    gst_step_labels labels;
    gst_features *f = NULL, *next;
    double rounding = 0.0;
    int worst = gst_step_labels_init(&labels, problem, message);
    if (worst != GST_OK)
        return worst;
    worst = start(&f, problem, half);
    if (worst != GST_OK)
        gst_fail(message, worst, "the features could not be set up");
    for (size_t i = 0; i < problem->training.steps && worst >= 0; i++) {
        const gst_step *step = gst_training_step(&problem->training, i);
        if (!gst_step_acts(step))
            continue;
        int status = take_step(&next, f, &labels, step, i + 1, &rounding, half, message);
        worst = status != GST_OK ? status : worst;
        gst_features_free(f);
        f = next;
    }
    gst_step_labels_clear(&labels);
    *features = f;
    return worst;
}
