/* SPDX-License-Identifier: GPL-3.0-or-later */
/* squared.c - the squared loss l = (y - f)^2/2:  G = (y - om)/(1 + V), G' = 1/(1 + V). */
#include "base/wide.h"
#include "models/loss/loss.h"

#include <math.h>

static void value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = 0.5 * (y[i] - f[i]) * (y[i] - f[i]);
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] - f[i];
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    double response = 1.0 / (1.0 + V);
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        G[i] = response * (y[i] - om[i]);
        f[i] = om[i] + V * G[i];
        dG[i] = response;
    }
}

static size_t breaks(const gst_loss *loss, double V, double *at)
{
    (void)loss;
    (void)V;
    (void)at;
    return 0;
}

GST_WIDE_CLONES
static void respond(size_t n, double rho, const double *restrict w, double *restrict V,
                    double *restrict weight)
{
    for (size_t k = 0; k < n; k++) {
        double inverse = 1.0 / V[k];
        weight[k] = rho * w[k] * inverse;
        V[k] = weight[k] * inverse;
    }
}

const gst_loss gst_loss_squared = {.name = "squared",
                                   .strip = INFINITY,
                                   .without_loss = &gst_loss_interpolation,
                                   .value = value,
                                   .slope = slope,
                                   .prox = prox,
                                   .breaks = breaks,
                                   .respond = respond};
