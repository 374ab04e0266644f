/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolvent.h - the self-consistent equations at complex ridge -z (theory 8): private to the solver.
 *
 *   V2_g(z) = (1/p) tr_g (Phi^T Phi/p - z)^{-1},   density = (1/pi) Im sum_g V2_g(x + i0)
 *
 * Unknowns w = (V1, V2, inner), packed as bulk.h; T(w) is one explicit step of all equations.  Among the
 * solutions of w = T(w) at Im z > 0 exactly one has Im V2_g > 0 and Im V1 > 0, and it is the limit of
 * those that counts on the real axis. */
#ifndef GST_RESOLVENT_H
#define GST_RESOLVENT_H

#include <complex.h>

#include "base/arena.h"
#include "solver/readout/resolution.h"
#include "solver/spectrum/pole_corrections.h"

/* A solution that was left. */
typedef struct {
    double complex z, *w, *rate; /* as below */
} gst_resolvent_place;

typedef struct {
    const gst_state *tables; /* products of the moment tables, borrowed; at no point */
    gst_bulk *bulk;
    double alpha, beta, rho;
    size_t K, L, inner, size; /* size = L + inner */
    size_t nodes;
    int solved; /* w solves the equations at z */
    double complex z;
    double error;         /* relative size of the last Newton step */
    double thin;          /* outside: probability of the kappa beyond a pole, a tail left out */
    double complex *w;    /* the solution */
    double complex *rate; /* d w/d z */
    double complex *value, *hat, *slope, *curvature, *system, *column;
    gst_resolvent_place kept, marked; /* to return to */
    double *unit;
    double *weight[2], *weight2[2]; /* real and imaginary parts of rho w/(1+V), rho w/(1+V)^2 */
    gst_poles poles;                /* of 1/(1+V) near the nodes */
    gst_arena memory;
} gst_resolvent;

/* The resolution is borrowed. */
int gst_resolvent_alloc(gst_resolvent *r, const gst_resolution *resolution, double alpha,
                        double beta);
void gst_resolvent_clear(gst_resolvent *r);

/* V2_g, and sum_g V2_g. */
double complex gst_resolvent_value(const gst_resolvent *r, size_t g);
double complex gst_resolvent_sum(const gst_resolvent *r);

/* rho E[a b/(1+V)] at the last evaluation, a and b tables over kappa. */
double complex gst_resolvent_average(const gst_resolvent *r, const double *a, const double *b);

/* T(w) at z: value, system = I - dT/dw in units of `unit`, column = (T(w) - w, dT/dz). */
int gst_resolvent_evaluate(gst_resolvent *r, double complex z);

/* Newton's iteration at z from w; GST_OK and w, rate, error, or GST_FAILED. */
int gst_resolvent_newton(gst_resolvent *r, double complex z);

/* From V2 = -pi/z by damped iteration; for Im z not small. */
int gst_resolvent_start(gst_resolvent *r, double complex z);

/* The solution at a nearby z, predicted along the rate. */
int gst_resolvent_follow(gst_resolvent *r, double complex z);

/* Remembers the solution in r->kept or r->marked, and returns to the one remembered there. */
void gst_resolvent_store(const gst_resolvent *r, gst_resolvent_place *place);
void gst_resolvent_recall(gst_resolvent *r, const gst_resolvent_place *place);

/* The same in r->marked, which is left to the callers of gst_resolvent_axis; that uses r->kept. */
void gst_resolvent_mark(gst_resolvent *r);
void gst_resolvent_return(gst_resolvent *r);

/* Where a point of the real axis lies. */
typedef enum { GST_AXIS_UNKNOWN, GST_AXIS_INSIDE, GST_AXIS_OUTSIDE } gst_axis_side;

/* The limit z -> x + i0 for x > 0: from the last solution if that leads to a certified branch, else down
 * from the upper half plane.  Inside the support: Im V2_g > 0 for all g.  Outside: w is real, 1 + V has one
 * sign over kappa, dV2_g/dx > 0 for all g, and dV1/dx > 0 as a matrix.  GST_AXIS_UNKNOWN: neither could be certified. */
gst_axis_side gst_resolvent_axis(gst_resolvent *r, double x);

/* Whether a rare sample is no obstacle on the axis: all averages are over one kappa with its poles, or over none.
 * Otherwise complex_tails.c may know more. */
int gst_resolvent_sees_tails(const gst_resolvent *r);

/* V2_g(x + i0), K numbers, extrapolated from above (complex_tails.c); companion: another resolution to compare with, or
 * NULL.  Returns an estimate of the error, INFINITY if there is no value; one of `enough` is good enough. */
double gst_resolvent_tail(gst_resolvent *full, gst_resolvent *companion, double x, double enough,
                          double complex *V2);

#endif
