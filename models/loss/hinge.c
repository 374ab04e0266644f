/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hinge.c - the hinge loss l = (1 - a)_+ of the margin.  With a = y om, G = y g:
 *   a < 1 - V: prox margin a + V, g = 1, G' = 0;   1 - V <= a < 1: 1, (1 - a)/V, 1/V;   a >= 1: a, 0, 0. */
#include "models/loss/loss.h"

#include <math.h>

static void value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = fmax(1.0 - y[i] * f[i], 0.0);
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        double margin = y[i] * f[i];
        out[i] = y[i] * (margin < 1.0 ? 1.0 : margin > 1.0 ? 0.0 : 0.5);
    }
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        double a = y[i] * om[i], g = fmin(fmax((1.0 - a) / V, 0.0), 1.0);
        int pinned = a < 1.0 && a >= 1.0 - V;
        G[i] = y[i] * g;
        dG[i] = pinned ? 1.0 / V : 0.0;
        f[i] = pinned ? y[i] : om[i] + V * G[i];
    }
}

static size_t breaks(const gst_loss *loss, double V, double *at)
{
    (void)loss;
    at[0] = 1.0 - V;
    at[1] = 1.0;
    return 2;
}

const gst_loss gst_loss_hinge = {.name = "hinge",
                                 .margin = 1,
                                 .without_loss = &gst_loss_max_margin,
                                 .value = value,
                                 .slope = slope,
                                 .prox = prox,
                                 .breaks = breaks};
