/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.h - what the steps of gst_expectation over several variables share (private to integrals/): expectation.c
 * chooses, doubled.c sums over meshes of doubled order, pieces.c over Gauss panels, adaptive.c hands over to cubature. */
#ifndef GST_ENGINE_H
#define GST_ENGINE_H

#include <float.h>
#include <math.h>

#include "integrals/expectation.h"
#include "integrals/tally.h"

enum { GST_ENGINE_BLOCK = 256 }; /* points at a time */

/* Rounding of values, weights and nodes, in units of the scale: a few units in the last place. */
#define GST_ENGINE_ROUNDING (4 * DBL_EPSILON)

typedef struct {
    const gst_expectand *e;
    const double *fixed;
    const gst_expectation_options *options;
    size_t axes, order, points;
    size_t refined; /* axes whose rules depend on the order */
    size_t visited; /* points of all sweeps */
    int halves;     /* the first sweep: half sums are taken along */
    int blind;      /* no mesh of the lowest order fits: only the scale means anything */
    int near;       /* every error is below `noise` */
    int cut_off;    /* where the tolerance is missed, what the ends cut off is most of the error */
    double worst;   /* largest error/tolerance */
    double *out;    /* one block of values */
    gst_tally *tally, *other;                 /* of the mesh and of its companion */
    gst_tally *into;                          /* the one that a sweep adds to */
    double *value, *half, *error, *tolerance; /* the answer so far */
    double *gap;                              /* |value - half|, of the sweep before */
    double *loose, *tight, *tight_error;      /* answers of the cubature */
    double *coarse, *fine, *fine_error;       /* answers of Gauss panels */
} gst_engine;

/* 0 if the tolerance is met, otherwise by which factor it is missed; NaN misses. */
static inline double gst_engine_missed(double error, double tolerance)
{
    double ratio = error / tolerance;
    return error <= tolerance ? 0 : isnan(ratio) ? INFINITY : ratio;
}

/* Steps 1 to 3 of doubled.c: value, half, error and tolerance of all components, and worst.  GST_OK whether or not
 * the tolerance is met, GST_FAILED, GST_NO_MEMORY, GST_INTERRUPTED. */
int gst_engine_refine(gst_engine *engine);

/* Add the sums of one sweep to `into`. */
int gst_engine_sweep(gst_engine *engine, gst_tally *into, size_t order, double shift, int gauss);

/* Gauss-Legendre panels (pieces.c), before any mesh: if they meet the tolerance,
 * *met = 1 and value, half, error and tally are theirs; otherwise nothing has changed. */
int gst_engine_try_pieces(gst_engine *engine, int *met);

/* Whether cubature would not do better: what lies beyond the ends of the box alone misses the tolerance, or the mesh
 * has more digits already than a rule of fixed degree reaches. */
int gst_engine_is_hopeless(const gst_engine *engine);

/* Adaptive cubature; its answer replaces the mesh's if it is better. */
int gst_engine_adapt(gst_engine *engine);

#endif
