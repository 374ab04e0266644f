/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pole_corrections.h - what the trapezoid rule over a single spike misses near zeros of 1 + V: private to the solver. */
#ifndef GST_POLE_CORRECTIONS_H
#define GST_POLE_CORRECTIONS_H

#include <complex.h>

#include "base/arena.h"
#include "models/tables/moments.h"

enum { GST_POLES_MAX = 16, GST_POLE_STENCIL = 20 };

/* A zero of 1 + V in units of the mesh, and interpolation to it from `GST_POLE_STENCIL` nodes. */
typedef struct {
    double complex t;      /* (kappa - first)/spacing */
    double complex simple; /* W phi/V_t of the file's head */
    double complex twice, slope;
    size_t begin; /* position of the stencil's first node */
    double complex value[GST_POLE_STENCIL], rate[GST_POLE_STENCIL];
} gst_pole;

/* Tables borrowed.  n = 0: the mesh is not a trapezoid rule over one spike, and nothing is ever missed. */
typedef struct {
    size_t n;
    double first, spacing;
    size_t *place;   /* node of position 0 .. n - 1 */
    double *line[2]; /* 1 + V by position */
    gst_arena memory;
    size_t count;
    gst_pole pole[GST_POLES_MAX];
} gst_poles;

/* GST_OK or GST_NO_MEMORY. */
int gst_poles_alloc(gst_poles *p, const gst_moments *moments);
void gst_poles_clear(gst_poles *p);

/* The zeros for 1 + V = re + i im at the nodes, in the nodes' own order. */
void gst_poles_find(gst_poles *p, const double *re, const double *im);

/* To be added to sum_k w a b/(1+V) and sum_k w a b/(1+V)^2; b = NULL: 1. */
double complex gst_poles_miss(const gst_poles *p, const double *a, const double *b);
double complex gst_poles_miss_square(const gst_poles *p, const double *a, const double *b);

#endif
