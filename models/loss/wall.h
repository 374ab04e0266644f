/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall.h - losses that forbid margins below loss->parameter and cost nothing above (private to max_margin.c and cone.c).
 * With a = y om, G = y g:  prox margin max(a, wall),  g = (wall - a)_+/V,  G' = 1[a < wall]/V. */
#ifndef GST_WALL_H
#define GST_WALL_H

#include "models/loss/loss.h"

void gst_wall_value(const gst_loss *loss, size_t n, const double *y, const double *f, double *out);
void gst_wall_slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out);
void gst_wall_prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                   double *f, double *G, double *dG);
size_t gst_wall_breaks(const gst_loss *loss, double V, double *at);

#endif
