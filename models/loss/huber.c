/* SPDX-License-Identifier: GPL-3.0-or-later */
/* huber.c - Huber's loss of the residual, u^2/2 for |u| <= delta, delta |u| - delta^2/2 beyond.  With u = y - om and
 * h = delta (1 + V):  G = u/(1 + V), G' = 1/(1 + V) for |u| <= h;  G = delta sign(u), G' = 0 beyond. */
#include "models/loss/loss.h"

#include <math.h>

static void value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    double delta = loss->parameter;
    for (size_t i = 0; i < n; i++) {
        double size = fabs(y[i] - f[i]);
        out[i] = size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta);
    }
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = fmin(fmax(y[i] - f[i], -loss->parameter), loss->parameter);
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    double delta = loss->parameter, response = 1.0 / (1.0 + V);
    for (size_t i = 0; i < n; i++) {
        double inside = response * (y[i] - om[i]);
        G[i] = fmin(fmax(inside, -delta), delta);
        dG[i] = fabs(inside) <= delta ? response : 0.0;
        f[i] = om[i] + V * G[i];
    }
}

/* Bends of prox, and of the loss itself. */
static size_t breaks(const gst_loss *loss, double V, double *at)
{
    double delta = loss->parameter;
    at[0] = -delta * (1.0 + V);
    at[1] = -delta;
    at[2] = delta;
    at[3] = delta * (1.0 + V);
    return 4;
}

const gst_loss gst_loss_huber = {.name = "huber",
                                 .parameter_name = "DELTA",
                                 .parameter = 1.0,
                                 .without_loss = &gst_loss_interpolation,
                                 .value = value,
                                 .slope = slope,
                                 .prox = prox,
                                 .breaks = breaks};
