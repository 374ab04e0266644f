/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convex_private.h - a convex fit at work, shared by convex_fit.c and convex_newton.c: private to them. */
#ifndef GST_CONVEX_PRIVATE_H
#define GST_CONVEX_PRIVATE_H

#include "base/arena.h"
#include "validate/networks/convex_fit.h"

/* c and f = Phi c, the multipliers G0, the width V; z, G, G' = dG at om = f - V G0; grad J (convex_fit.c). */
struct gst_convex {
    size_t n_most, p;
    gst_arena memory;
    double *om, *z, *G, *dG, *G0, *value, *try_f, *df, *v; /* n_most */
    double *f;                                             /* n_most */
    double *grad, *d, *c;                                  /* p */
    double *rows, *gram;                                   /* n_most x p; min(n_most, p)^2 */
    /* of the fit at work */
    const gst_convex_samples *s;
    double L, V, row_square; /* mean |phi_i|^2 */
    double split;            /* |f - z|^2, which a gap, its square, may not see any more */
    size_t steps;
};

/* om, z, G, G' at f, which may be w->try_f. */
void gst_convex_respond(gst_convex *w, const double *f);

/* grad J = L c - Phi^T G; its squared length. */
double gst_convex_gradient(gst_convex *w);

/* What |grad J|, squared, may be short of the certificate; without a ridge, by a c that makes f at least of order 1. */
double gst_convex_miss(const gst_convex *w, double square);

/* Minimise J over c at the present V and G0.  GST_CONVEX_FITTED or GST_CONVEX_SINGULAR. */
gst_convex_reason gst_convex_descend(gst_convex *w);

int gst_convex_stopped(const gst_convex *w);

#endif
