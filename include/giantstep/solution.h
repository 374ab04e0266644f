/* SPDX-License-Identifier: GPL-3.0-or-later */
/* solution.h - the order parameters of a solved point, by name (theory 3 to 5). */
#ifndef GST_SOLUTION_H
#define GST_SOLUTION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of K groups, m spikes and q residual directions; matrices row-major, V1_gh at V1[g*K + h].  V1 and V2 are those of
 * the equations as they stand, not scaled.  A solve's status and errors are those of its risk: what of V1 and Q multiplies
 * features that vanish (no spike and mu1 = 0) does not enter that, and has fewer digits. */
typedef struct {
    size_t K, m, q;
    double *V1;    /* K x K, symmetric */
    double *V2;    /* K */
    double *mean;  /* K: m_g */
    double *theta; /* K x m */
    double *psi;   /* K x q */
    double *eps;   /* K */
    double *Q;     /* K x K: Q0 + psi psi^T */
    double *q2;    /* K */
    void *memory;  /* behind all arrays, of the solution's own */
} gst_solution;

/* All numbers 0; with gst_model_shape, for the solutions of a model.  GST_OK, or GST_NO_MEMORY and NULL. */
int gst_solution_alloc(gst_solution **solution, size_t K, size_t m, size_t q);
void gst_solution_free(gst_solution *solution);

#ifdef __cplusplus
}
#endif

#endif
