/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_axes.c - a spectrum in d dimensions (docs/theory, inputs of any covariance).
 *
 * The law is cut into d parts of equal weight, in the order of decreasing eigenvalues: omega_k is the average over part k,
 * which makes the trace exact and the levels of a discrete law too wherever they have whole numbers of eigenvectors. */
#include <math.h>

#include "models/data/covariance.h"

/* Integral of (u + shift)^-a over (low, high). */
static double power_integral(double a, double shift, double low, double high)
{
    double from = low + shift, width = high - low, ratio = log1p(width / from);
    double exponent = (1.0 - a) * ratio;
    /* from^(1-a) expm1((1-a) ratio)/(1-a), which is ratio at a = 1 */
    double part =
        fabs(exponent) < 1e-8 ? ratio * (1.0 + 0.5 * exponent) : expm1(exponent) / (1.0 - a);
    return pow(from, 1.0 - a) * part;
}

static void realise_power(const gst_covariance *c, size_t d, size_t r, double *omega,
                          double *energy)
{
    double whole = power_integral(c->power, c->shift, 0.0, 1.0), sum = 0.0;
    for (size_t k = 0; k < d; k++) {
        double low = (double)k / (double)d, high = ((double)k + 1.0) / (double)d;
        omega[k] = power_integral(c->power, c->shift, low, high) / whole * (double)d;
        sum += pow(omega[k], c->source);
    }
    for (size_t k = 0; k < d; k++)
        for (size_t i = 0; i < r * r; i++)
            energy[k * r * r + i] = i / r == i % r ? pow(omega[k], c->source) / sum : 0.0;
}

/* Parts end at whole numbers to this. */
#define WHOLE 1e-9

static void realise_nodes(const gst_covariance *c, size_t d, size_t r, double *omega,
                          double *energy)
{
    const gst_covariance_rule *rule = &c->rule[0];
    double T[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], from = 0.0;
    for (size_t k = 0; k < d; k++) {
        omega[k] = 0.0;
        for (size_t i = 0; i < r * r; i++)
            energy[k * r * r + i] = 0.0;
    }
    for (size_t j = 0; j < rule->J; j++) {
        double to = j + 1 < rule->J ? from + rule->mu[j] * (double)d : (double)d;
        to = fabs(to - round(to)) < WHOLE * (double)d ? round(to) : to;
        gst_covariance_teacher(c, 0, j, r, T);
        for (size_t k = (size_t)from; k < d && (double)k < to; k++) {
            double low = fmax(from, (double)k), part = fmin(to, (double)k + 1.0) - low;
            omega[k] += part * rule->omega[j];
            for (size_t i = 0; i < r * r; i++)
                energy[k * r * r + i] += part / (to - from) * T[i];
        }
        from = to;
    }
}

void gst_covariance_realise(const gst_covariance *c, size_t d, size_t r, double *omega,
                            double *energy)
{
    if (c->continuous)
        realise_power(c, d, r, omega, energy);
    else
        realise_nodes(c, d, r, omega, energy);
}
