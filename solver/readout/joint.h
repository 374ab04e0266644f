/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joint.h - the linearised self-consistent equations in order parameters and the bulk's own unknowns together, solved by
 * products: for bulks whose tangents cost much (`linear' of bulk.h).  Private to the solver's states. */
#ifndef GST_JOINT_H
#define GST_JOINT_H

#include "base/arena.h"
#include "base/krylov.h"

struct gst_state;

typedef struct {
    size_t size;  /* L + inner + K */
    double *y;    /* size: x in units of `unit', the bulk's unknowns; scratch, and what follows: */
    double *V;    /* n */
    double *dhat; /* L */
    double *dx;   /* L: along order parameters, multiplied; of the bulk */
    gst_krylov krylov;
    gst_arena memory;
} gst_joint;

/* For n nodes, L order parameters, `others' unknowns of the bulk.  GST_OK, GST_NO_MEMORY; NULL-safe free. */
int gst_joint_alloc(gst_joint **joint, size_t n, size_t L, size_t others);
void gst_joint_free(gst_joint *joint);

/* Solves (I - d map/d x) y = b in place; NaN if that fails. */
void gst_joint_solve(gst_joint *joint, const struct gst_state *state, double *b);

#endif
