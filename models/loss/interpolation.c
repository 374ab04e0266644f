/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interpolation.c - the loss that forbids every residual: prox = y, G = (y - om)/V, G' = 1/V.  It is the limit of losses of
 * the residual as the ridge goes to 0 with fewer samples than features. */
#include "models/loss/loss.h"

#include <math.h>

static void value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] == f[i] ? 0.0 : INFINITY;
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] == f[i] ? 0.0 : copysign(INFINITY, y[i] - f[i]);
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        f[i] = y[i];
        G[i] = (y[i] - om[i]) / V;
        dG[i] = 1.0 / V;
    }
}

static size_t breaks(const gst_loss *loss, double V, double *at)
{
    (void)loss;
    (void)V;
    (void)at;
    return 0;
}

const gst_loss gst_loss_interpolation = {.name = "interpolation",
                                         .strip = INFINITY,
                                         .without_loss = &gst_loss_interpolation,
                                         .value = value,
                                         .slope = slope,
                                         .prox = prox,
                                         .breaks = breaks};
