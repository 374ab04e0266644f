/* SPDX-License-Identifier: GPL-3.0-or-later */
/* squared_hinge.c - the squared hinge loss l = (1 - a)_+^2/2 of the margin.  With a = y om, G = y g:
 *   g = (1 - a)_+/(1 + V),  G' = 1[a < 1]/(1 + V). */
#include "models/loss/loss.h"

#include <math.h>

static void value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        double missing = fmax(1.0 - y[i] * f[i], 0.0);
        out[i] = 0.5 * missing * missing;
    }
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] * fmax(1.0 - y[i] * f[i], 0.0);
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    double response = 1.0 / (1.0 + V);
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        double a = y[i] * om[i];
        G[i] = y[i] * response * fmax(1.0 - a, 0.0);
        dG[i] = a < 1.0 ? response : 0.0;
        f[i] = om[i] + V * G[i];
    }
}

static size_t breaks(const gst_loss *loss, double V, double *at)
{
    (void)loss;
    (void)V;
    at[0] = 1.0;
    return 1;
}

const gst_loss gst_loss_squared_hinge = {.name = "squared-hinge",
                                         .margin = 1,
                                         .without_loss = &gst_loss_max_margin,
                                         .value = value,
                                         .slope = slope,
                                         .prox = prox,
                                         .breaks = breaks};
