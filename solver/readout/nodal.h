/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nodal.h - the linearised self-consistent equations with V at the nodes of kappa as unknowns: for many groups, where there
 * are fewer nodes than order parameters.  Private to the solver's states. */
#ifndef GST_NODAL_H
#define GST_NODAL_H

#include "base/arena.h"

struct gst_state;

/* Of the last linearisation, n = active nodes. */
typedef struct {
    double *responses; /* n x n: of V at node j to the hats of node k (bulk.h) */
    double *system;    /* n x n: 1 + responses weight2, factored */
    size_t *pivot;     /* n */
    /* scratch */
    double *work;           /* n (n + 2K) */
    double *V;              /* n */
    double *scaled, *along; /* L */
    double *change;         /* L */
    gst_arena memory;
} gst_nodal;

/* For n nodes, K groups, L order parameters.  GST_OK, GST_NO_MEMORY; NULL-safe free. */
int gst_nodal_alloc(gst_nodal **nodal, size_t n, size_t K, size_t L);
void gst_nodal_free(gst_nodal *nodal);

/* responses and system at a state's last map.  GST_OK, GST_FAILED. */
int gst_nodal_factor(gst_nodal *nodal, const struct gst_state *state);

/* x -= derivative of the bulk's map along dhat. */
void gst_nodal_subtract_response(const gst_nodal *nodal, const struct gst_state *state,
                                 const double *dhat, double *x);

/* Solves (I - d map/d x) y = b in place. */
void gst_nodal_solve(const gst_nodal *nodal, const struct gst_state *state, double *b);

#endif
