/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - how a giant step moves the rows of W (docs/theory, several steps).
 *
 *   1. the mean rows in an orthonormal frame: the spikes and residual directions before the step, then one axis for
 *      each row of `factor`, along which the batch's own noise moves them;
 *   2. what they span becomes the new spikes (rows_span.c), what they leave of the target its residual directions;
 *   3. the bulk variance; and, as long as all batches were infinite, the covariance of the special directions. */
#include "models/training/rows.h"
#include "base/memory.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>

#include "models/data/data.h"
#include "models/training/regime.h"
#include "models/training/rows_span.h"

enum { SIDE = GST_TARGET_DIM_MAX + 1 };

int gst_rows_start(gst_rows *rows, const gst_problem *problem)
{
    *rows = (gst_rows){.population = 1};
    int status = gst_features_untrained(&rows->f, problem, 0, NULL);
    if (status == GST_OK)
        rows->f->problem = *problem;
    return status;
}

void gst_rows_clear(gst_rows *rows)
{
    gst_features_free(rows->f);
    *rows = (gst_rows){0};
}

/* ---- the mean rows ------------------------------------------------------------------------------ */

/* w*_j on the axes of the rows f: target[j*s + a]. */
static void target_axes(const gst_features *f, double *target)
{
    size_t s = f->m + f->q;
    for (size_t j = 0; j < f->r; j++) {
        for (size_t l = 0; l < f->m; l++)
            target[j * s + l] = f->gamma[j * f->m + l];
        for (size_t i = 0; i < f->q; i++)
            target[j * s + f->m + i] = f->rest[j * f->q + i];
    }
}

static void move_means(const gst_features *f, const gst_step_means *means, double eta, double phi,
                       double *omega)
{
    size_t K = f->K, s = f->m + f->q;
    const double *A = f->problem.layer->A;
    for (size_t g = 0; g < K; g++) {
        double e = eta * A[g];
        for (size_t a = 0; a < s; a++)
            omega[a * K + g] = (a < f->m ? f->U[g * f->m + a] : 0.0) + e * means->drift[g * s + a];
        for (size_t k = 0; phi > 0.0 && k < means->n; k++)
            omega[(s + k) * K + g] = sqrt(phi) * e * means->factor[k * K + g];
    }
}

static int span(gst_rows *after, const gst_rows *before, const gst_step_means *means, double eta,
                double phi, size_t *m)
{
    const gst_features *f = before->f;
    size_t s = f->m + f->q, n = s + (phi > 0.0 ? means->n : 0);
    double target[GST_TARGET_DIM_MAX * (GST_SPIKES_MAX + GST_TARGET_DIM_MAX)];
    gst_rows_frame frame = {.K = f->K,
                            .n = n > f->K ? n : f->K,
                            .s = s,
                            .r = f->r,
                            .target = target,
                            .rounding = after->rounding,
                            .whole = after->population};
    frame.omega = gst_alloc(frame.n, f->K * sizeof *frame.omega);
    if (!frame.omega)
        return GST_NO_MEMORY;
    target_axes(f, target);
    move_means(f, means, eta, phi, frame.omega);
    int status = gst_rows_span(&after->f, &frame, m);
    free(frame.omega);
    return status;
}

/* ---- the bulk ----------------------------------------------------------------------------------- */

/* c <- D c D^T, s x s. */
static void congruence(size_t s, const double *D, double *c)
{
    double Dc[SIDE * SIDE] = {0.0};
    for (size_t a = 0; a < s; a++)
        for (size_t b = 0; b < s; b++)
            for (size_t k = 0; k < s; k++)
                Dc[a * s + b] += D[a * s + k] * c[k * s + b];
    for (size_t a = 0; a < s; a++) {
        for (size_t b = 0; b < s; b++) {
            c[a * s + b] = 0.0;
            for (size_t k = 0; k < s; k++)
                c[a * s + b] += Dc[a * s + k] * D[b * s + k];
        }
    }
}

/* D_g on (x, norm), r+1 of them. */
static void deviation_map(const gst_step_means *means, size_t g, double e, double c, double *D)
{
    size_t r = means->s, s = r + 1;
    double qg = 1.0 + e * means->second[g];
    for (size_t a = 0; a < r; a++) {
        for (size_t b = 0; b < r; b++)
            D[a * s + b] = (a == b ? 1.0 : 0.0) + e * means->hessian[(g * r + a) * r + b];
        D[a * s + r] = 0.5 * e * means->third[g * r + a];
        D[r * s + a] = 2.0 * c * qg * e * means->third[g * r + a];
    }
    D[r * s + r] = qg * qg + c * qg * e * means->fourth[g];
}

/* From (x, norm) to (new spikes, new residual directions, norm): all of them within the target's space. */
static void turn_axes(const gst_features *now, const gst_features *old, double *turn)
{
    size_t r = now->r, s = r + 1;
    double to[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX],
        from[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    target_axes(now, to);
    target_axes(old, from);
    for (size_t i = 0; i < s * s; i++)
        turn[i] = 0.0;
    turn[r * s + r] = 1.0;
    for (size_t a = 0; a < r; a++)
        for (size_t b = 0; b < r; b++)
            for (size_t j = 0; j < r; j++)
                turn[a * s + b] += to[j * r + a] * from[j * r + b];
}

static int move_covariance(gst_features *now, const gst_features *old, const gst_step_means *means,
                           double eta)
{
    size_t s = now->r + 1;
    double D[SIDE * SIDE], turn[SIDE * SIDE];
    if (now->m + now->q != now->r || !means->complete)
        return GST_FAILED;
    turn_axes(now, old, turn);
    for (size_t g = 0; g < now->K; g++) {
        double *C = now->C + g * s * s;
        for (size_t i = 0; i < s * s; i++)
            C[i] = old->C[g * s * s + i];
        deviation_map(means, g, eta * now->problem.layer->A[g], old->c[g], D);
        congruence(s, D, C);
        congruence(s, turn, C);
    }
    return GST_OK;
}

/* Bulk variances; GST_FAILED and the group that has none. */
static int move_variances(gst_features *now, const gst_features *old, const gst_step_means *means,
                          double eta, double phi, size_t *failed)
{
    for (size_t g = 0; g < now->K; g++) {
        double e = eta * now->problem.layer->A[g], qg = 1.0 + e * means->second[g];
        double rounding = e * GST_STEP_ROUNDING, square = qg * qg, noise = 0.0;
        if (phi > 0.0) {
            square += e * e * phi * means->second_square[g];
            noise = e * e * phi * means->noise[g];
        }
        now->pi[g] = old->pi[g];
        now->c[g] = old->c[g] * square + noise;
        *failed = g;
        if (!(now->c[g] > old->c[g] * rounding * rounding * means->square && isfinite(now->c[g])))
            return GST_FAILED;
    }
    return GST_OK;
}

/* ------------------------------------------------------------------------------------------------- */

int gst_rows_move(gst_rows *after, const gst_rows *before, const gst_step_means *means,
                  const gst_step *step, size_t number, gst_message *message)
{
    const gst_features *f = before->f;
    size_t m, failed;
    double phi = 1.0 / step->alpha0;
    *after =
        (gst_rows){.population = before->population && !(phi > 0.0), .rounding = before->rounding};
    for (size_t g = 0; g < f->K; g++)
        after->rounding +=
            fabs(step->eta * f->problem.layer->A[g]) * GST_STEP_ROUNDING * sqrt(means->square);
    int status = span(after, before, means, step->eta, phi, &m);
    if (status == GST_INVALID)
        return gst_fail(message, status,
                        "steps: %zu of them leave the %zu groups of `layer` with more than "
                        "%d spikes",
                        number, f->K, GST_SPIKES_MAX);
    if (status != GST_OK)
        return gst_fail(message, status, "step %zu: the features could not be set up", number);
    after->f->problem = f->problem;
    status = move_variances(after->f, f, means, step->eta, phi, &failed);
    if (status != GST_OK)
        return gst_fail(message, status, "step %zu leaves group %zu with bulk variance %g", number,
                        failed + 1, after->f->c[failed]);
    if (!after->population)
        gst_features_fix_norms(after->f);
    else
        status = move_covariance(after->f, f, means, step->eta);
    return status == GST_OK
               ? GST_OK
               : gst_fail(message, status, "step %zu: the features could not be set up", number);
}

int gst_rows_step(gst_rows *after, const gst_rows *before, const gst_step_labels *labels,
                  const gst_step *step, size_t number, int half, gst_message *message)
{
    gst_step_means means = {0};
    const gst_features *f = before->f;
    *after = (gst_rows){0};
    int normal = !gst_data_has_nodes(f->problem.data);
    int quality = normal && f->m == 0 ? gst_step_means_start(&means, f, labels, half)
                  : normal && before->population && isinf(step->alpha0)
                      ? gst_step_means_population(&means, f, labels, half)
                      : gst_step_means_batch(&means, f, labels, half);
    int status = quality < 0
                     ? gst_fail(message, quality, "the moments of step %zu are not finite", number)
                     : gst_rows_move(after, before, &means, step, number, message);
    gst_step_means_clear(&means);
    return status < 0 ? status : quality;
}
