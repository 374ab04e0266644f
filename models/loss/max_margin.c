/* SPDX-License-Identifier: GPL-3.0-or-later */
/* max_margin.c - the hard margin: margins below 1 are forbidden, others cost nothing (wall.h). */
#include "models/loss/wall.h"

#include <math.h>

void gst_wall_value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] * f[i] >= loss->parameter ? 0.0 : INFINITY;
}

void gst_wall_slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] * f[i] >= loss->parameter ? 0.0 : copysign(INFINITY, y[i]);
}

void gst_wall_prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                   double *f, double *G, double *dG)
{
    double wall = loss->parameter;
    for (size_t i = 0; i < n; i++) {
        double a = y[i] * om[i];
        int pushed = a < wall;
        G[i] = pushed ? y[i] * ((wall - a) / V) : 0.0;
        dG[i] = pushed ? 1.0 / V : 0.0;
        f[i] = pushed ? y[i] * wall : om[i];
    }
}

size_t gst_wall_breaks(const gst_loss *loss, double V, double *at)
{
    (void)V;
    at[0] = loss->parameter;
    return 1;
}

const gst_loss gst_loss_max_margin = {.name = "max-margin",
                                      .margin = 1,
                                      .parameter = 1.0,
                                      .without_loss = &gst_loss_max_margin,
                                      .value = gst_wall_value,
                                      .slope = gst_wall_slope,
                                      .prox = gst_wall_prox,
                                      .breaks = gst_wall_breaks};
