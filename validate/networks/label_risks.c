/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_risks.c - what a prediction costs at a test point, on average over the noise of the label.
 *
 *   signs   P = P(y = 1|g) = Phi(g/sqrt(Delta)),  m = 2P - 1:  E h(y, f) = P h(1, f) + (1 - P) h(-1, f).
 *   real    u = y - f ~ N(g - f, Delta).  With (u - delta)_+^2 averaged in closed form, Huber's loss is
 *           u^2/2 - (|u| - delta)_+^2/2;  the squared loss has delta = inf. */
#include "validate/networks/label_risks.h"
#include "giantstep/problem.h"

#include <math.h>

#include "models/loss/loss.h"

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

/* E (u - delta)_+^2, u ~ N(mean, s^2). */
static double excess_square(double mean, double s, double delta)
{
    static const double root = 0.39894228040143267794; /* 1/sqrt(2 pi) */
    double x = mean - delta, t = x / s;
    if (!(s > 0))
        return x > 0 ? x * x : 0;
    return (x * x + s * s) * normal_cdf(t) + x * s * root * exp(-0.5 * t * t);
}

/* E l of the losses of the residual: those with a parameter are Huber's. */
static double real_loss(const gst_loss *loss, double mean, double noise)
{
    double half = 0.5 * (mean * mean + noise), delta = loss->parameter, s = sqrt(noise);
    if (!loss->parameter_name)
        return half;
    return half - 0.5 * (excess_square(mean, s, delta) + excess_square(-mean, s, delta));
}

static gst_label_risk real_risks(const gst_problem *problem, size_t rows, const double *g,
                                 const double *f, size_t stride)
{
    const gst_loss *loss = gst_loss_of(problem->loss);
    double noise = problem->training.noise;
    gst_label_risk r = {.share = NAN};
    for (size_t i = 0; i < rows; i++) {
        double mean = g[i] - f[i * stride];
        r.excess += mean * mean / (double)rows;
        r.error += (mean * mean + noise) / (double)rows;
        r.loss += real_loss(loss, mean, noise) / (double)rows;
    }
    return r;
}

double gst_chance_of_one(double g, double noise)
{
    return noise > 0 ? normal_cdf(g / sqrt(noise)) : g > 0 ? 1 : g < 0 ? 0 : 0.5;
}

static gst_label_risk sign_risks(const gst_problem *problem, size_t rows, const double *g,
                                 const double *chance, const double *f, size_t stride, double *work)
{
    const gst_loss *loss = gst_loss_of(problem->loss);
    double *own = work, *plus = work + rows, *minus = work + 2 * rows;
    double *one = work + 3 * rows, *label = work + 4 * rows;
    gst_label_risk r = {.excess = 0};
    for (size_t i = 0; i < rows; i++) {
        own[i] = f[i * stride];
        one[i] = chance ? chance[i] : gst_chance_of_one(g[i], problem->training.noise);
        label[i] = 1;
    }
    loss->value(loss, rows, label, own, plus);
    for (size_t i = 0; i < rows; i++)
        label[i] = -1;
    loss->value(loss, rows, label, own, minus);
    for (size_t i = 0; i < rows; i++) {
        double m = 2 * one[i] - 1, miss = (m - own[i]) * (m - own[i]), other = 1 - one[i];
        r.excess += miss / (double)rows;
        r.error += (miss + (1 - m) * (1 + m)) / (double)rows;
        r.loss += (one[i] > 0 ? one[i] * plus[i] : 0) / (double)rows;
        r.loss += (other > 0 ? other * minus[i] : 0) / (double)rows;
        r.share += (own[i] > 0 ? other : own[i] < 0 ? one[i] : 0.5) / (double)rows;
    }
    if (!isfinite(r.loss))
        r.loss = NAN;
    return r;
}

gst_label_risk gst_label_risks(const gst_problem *problem, size_t rows, const double *g,
                               const double *chance, const double *f, size_t stride, double *work)
{
    return problem->labels == GST_LABELS_SIGN
               ? sign_risks(problem, rows, g, chance, f, stride, work)
               : real_risks(problem, rows, g, f, stride);
}
