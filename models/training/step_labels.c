/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_labels.c - the labels of the giant steps and their residuals (docs/theory, convex losses).
 *
 *   1. the mean label becomes a target (label_target.h);
 *   2. at a given output the residual is a line in y, or the real label cut on both sides;
 *   3. cut labels are averaged over the noise in closed form: x = u + sqrt(Delta) xi, a = (-clip - u)/sqrt(Delta),
 *      b = (clip - u)/sqrt(Delta), P = Phi(b) - Phi(a):
 *        E yt   = clip (1 - Phi(b)) - clip Phi(a) + u P + sqrt(Delta) (phi(a) - phi(b)),
 *        E yt^2 = clip^2 (1 - P) + (u^2 + Delta) P + 2 u sqrt(Delta) (phi(a) - phi(b)) + Delta (a phi(a) - b phi(b)). */
#include "models/training/step_labels.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "models/training/label_target.h"

/* Where the error function turns, in standard deviations: between neighbours of these it is a polynomial, beyond them
 * nearly constant. */
static const double turns[] = {-7.0, -2.5, 2.5, 7.0};

int gst_step_labels_init(gst_step_labels *labels, const gst_problem *problem, gst_message *message)
{
    const gst_loss *loss = gst_loss_of(problem->training.loss);
    *labels = (gst_step_labels){.kind = problem->labels,
                                .noise = problem->training.noise,
                                .clip = INFINITY,
                                .loss = loss,
                                .mean = problem->target};
    if (labels->kind == GST_LABELS_REAL) {
        labels->clip = gst_loss_equal(loss, NULL) ? INFINITY : loss->parameter;
        return GST_OK;
    }
    int status = gst_label_target(&labels->owned, problem->target, labels->kind, labels->noise);
    labels->mean = labels->owned;
    if (status == GST_INVALID)
        return gst_fail(message, status,
                        "labels: the mean of the signs of '%.100s' is constant, has too many kinks "
                        "or is too long",
                        gst_target_text(problem->target));
    return status == GST_OK ? GST_OK : gst_fail(message, status, "no memory");
}

void gst_step_labels_clear(gst_step_labels *labels)
{
    gst_target_free(labels->owned);
    *labels = (gst_step_labels){.owned = NULL};
}

int gst_step_labels_are_linear(const gst_step_labels *labels)
{
    return !(labels->clip < INFINITY);
}

void gst_step_labels_line(const gst_step_labels *labels, double f0, double *offset, double *slope)
{
    const double y[2] = {1.0, -1.0}, f[2] = {f0, f0};
    double residual[2];
    *offset = -f0;
    *slope = 1.0;
    if (labels->kind == GST_LABELS_REAL)
        return;
    labels->loss->slope(labels->loss, 2, y, f, residual);
    *offset = 0.5 * (residual[0] + residual[1]);
    *slope = 0.5 * (residual[0] - residual[1]);
}

/* ---- averages over the noise -------------------------------------------------------------------- */

static double tail(double x)
{
    return 0.5 * erfc(M_SQRT1_2 * x);
}

/* Phi(b) - Phi(a), a < b, with no cancellation in the tails. */
static double between(double a, double b)
{
    return a > 0.0 ? tail(a) - tail(b) : tail(-b) - tail(-a);
}

static double density(double x)
{
    return exp(-0.5 * x * x) / (M_SQRT2 * M_SQRTPI);
}

static void average_cut(double u, double clip, double noise, double *mean, double *square)
{
    if (!(noise > 0.0)) {
        *mean = fmin(fmax(u, -clip), clip);
        *square = *mean * *mean;
        return;
    }
    double sd = sqrt(noise), a = (-clip - u) / sd, b = (clip - u) / sd;
    double inside = a < 0.0 && b > 0.0 ? 1.0 - tail(-a) - tail(b) : between(a, b);
    double first = density(a) - density(b), second = a * density(a) - b * density(b);
    *mean = clip * (tail(b) - tail(-a)) + u * inside + sd * first;
    *square = clip * clip * (tail(b) + tail(-a)) + (u * u + noise) * inside + 2.0 * u * sd * first +
              noise * second;
}

void gst_step_labels_average(const gst_step_labels *labels, size_t n, const double *y,
                             const double *f, double *mean, double *square)
{
    for (size_t i = 0; i < n; i++) {
        double offset, slope, value = y[i], ignored;
        if (!gst_step_labels_are_linear(labels)) {
            average_cut(value - f[i], labels->clip, labels->noise, &mean[i],
                        square ? &square[i] : &ignored);
            continue;
        }
        gst_step_labels_line(labels, f[i], &offset, &slope);
        mean[i] = labels->kind == GST_LABELS_REAL ? value - f[i] : offset + slope * value;
        double rest = labels->kind == GST_LABELS_REAL ? labels->noise
                                                      : slope * slope * gst_sign_variance(value);
        if (square)
            square[i] = mean[i] * mean[i] + rest;
    }
}

size_t gst_step_labels_edges(const gst_step_labels *labels, double size, double *edge)
{
    double sd = sqrt(labels->noise);
    size_t count = 0, each = sizeof turns / sizeof *turns;
    if (gst_step_labels_are_linear(labels) || !(sd < size))
        return 0;
    for (int side = -1; side <= 1; side += 2) {
        if (!(sd > 0.0))
            edge[count++] = side * labels->clip;
        for (size_t i = 0; sd > 0.0 && i < each; i++)
            edge[count++] = side * labels->clip + turns[i] * sd;
    }
    return count;
}
