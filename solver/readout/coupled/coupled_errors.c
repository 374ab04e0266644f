/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_errors.c - what a solution predicts (docs/theory 6.1).
 *
 *   excess risk  E (E[y|x] - f)^2 = E[(h - yb)^2 + |h1 - b|^2 + rest + v],  h, h1, rest: of the mean label given kappa,
 *   test loss E l(y, om), train loss E l(y, prox), train error E (y - prox)^2, classes P(y om < 0), P(y prox < 0),
 *   |a|^2/p = sum_g q2_g. */
#include "solver/readout/coupled/coupled.h"
#include "giantstep/problem.h"

#include <math.h>

static double excess_at(const gst_coupled *c, size_t k)
{
    const gst_moments *t = c->moments;
    double sum = (t->h[k] - c->yb[k]) * (t->h[k] - c->yb[k]) + t->rest[k] + c->v[k];
    for (size_t j = 0; j < c->q; j++) {
        double left = t->h1[j * t->n + k] - c->b[j * t->n + k];
        sum += left * left;
    }
    return sum;
}

static double finite_or_nan(double x)
{
    return isfinite(x) ? x : NAN;
}

/* A loss that is 0 at margin 1, or without residual, keeps the scale of its limit. */
static int has_scale(const gst_loss *loss)
{
    const double one = 1.0;
    double value;
    loss->value(loss, 1, &one, &one, &value);
    return value == 0.0;
}

gst_coupled_errors gst_coupled_errors_at(gst_coupled *c, const gst_loss *loss, int limit,
                                         const double *u)
{
    gst_coupled_errors e = {.excess_risk = 0.0};
    const gst_loss *at_work = limit ? loss->without_loss : loss;
    const gst_loss *cost = has_scale(loss) ? loss : at_work;
    gst_coupled_place(c, u);
    for (size_t k = 0; k < c->active; k++) {
        double b[GST_TARGET_DIM_MAX], w = c->moments->w[k];
        for (size_t j = 0; j < c->q; j++)
            b[j] = c->b[j * c->moments->n + k];
        gst_scalar_point at = {.V = c->V[k], .v = c->v[k], .yb = c->yb[k], .b = b};
        gst_scalar_losses l = gst_scalar_measure(&c->scalar, at_work, cost, &c->sites, k, &at);
        e.excess_risk += w * excess_at(c, k);
        e.train_error += w * l.train_square;
        e.test_loss += w * l.test_loss;
        e.train_loss += w * l.train_loss;
        e.test_class += w * l.test_class;
        e.train_class += w * l.train_class;
    }
    for (size_t g = 0; g < c->K; g++)
        e.norm2 += u[gst_coupled_fluctuations(c) + gst_packed_value(c->K, g)];
    e.test_loss = finite_or_nan(e.test_loss);
    e.train_loss = finite_or_nan(e.train_loss);
    if (c->sites.labels != GST_LABELS_SIGN)
        e.test_class = e.train_class = NAN;
    return e;
}
