/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch.h - state of the exact bulk: private to one_batch.c, one_batch_jacobian.c, one_batch_directions.c,
 * one_batch_complex.c and one_batch_relations.c. */
#ifndef GST_ONE_BATCH_H
#define GST_ONE_BATCH_H

#include "base/memory.h"
#include "solver/bulk/bulk.h"
#include "solver/bulk/label_averages.h"

typedef struct {
    gst_bulk base;
    const gst_features *f;
    gst_batch *batch;
    int shared; /* the batch is another bulk's */
    gst_exact_forms forms;
    double beta;
    int warm;                                   /* M is a solution */
    int warm_complex;                           /* Mc is a solution at complex hats */
    size_t packed;                              /* nb (nb+1)/2 */
    double *V1h, *P;                            /* K x K */
    double *V2, *plain, *E;                     /* K */
    double *M, *Mnew, *X, *H, *G, *HX, *Q, *dG; /* nb x nb */
    double *dQ;                                 /* packed x packed: d Mnew/d G */
    double *system, *inner;       /* I - d(Mnew, V2')/d(M, V2), factored; its M block, factored */
    size_t *pivot, *pivot_inner;  /* packed + K; packed */
    double *step, *dM, *dP;       /* packed + K: (dM packed, d ln V2); nb x nb; K x K */
    double *N, *pull;             /* (K s) x (K s): N; I - N blockdiag(V1h, 0), factored */
    size_t *pivot_directions;     /* K s */
    double complex *Pc, *Mc, *Nc; /* shadows of P, M, N at complex hats */
    double complex *perpc, *V1hc, *V2c, *Hc, *Gc, *nextc, *Xc, *Rc;
    double complex *dQc, *dMc, *dPc, *dGc, *dRc; /* slopes of the relations */
    /* scratch, each of one function alone */
    double *rise;              /* packed + K: gst_exact_set_system */
    double *half;              /* nb x nb: gst_exact_set_dG */
    double *HdM, *dHX;         /* nb x nb: gst_exact_tangent */
    double *saved;             /* nb x nb: start_cold */
    double *t, *tau, *along;   /* K s, K s, L: gst_exact_directions_tangent */
    double *determinant;       /* nb x nb: node_sign */
    double *squares, *re, *im; /* 2 packed^2, packed: average_nodes at complex hats, and */
    double complex *Qc;        /* nb x nb: the same */
    double complex *halfc;     /* nb x nb: respond at complex hats */
    gst_exact_work *work;      /* for label_averages.h */
    gst_exact_work_complex *workc;
    gst_arena memory;
} gst_exact;

/* sqrt(V2_g V2_h). */
double gst_exact_root(const gst_exact *b, size_t g, size_t h);

/* P, X, H, G, H X, Mnew, plain at (M, V2); slope != 0: dQ too. */
int gst_exact_evaluate(gst_exact *b, const double *D, int slope);

/* dG = - G dM G + H^T dP0 H into b->dG; dM nb x nb or NULL, dP K x K or NULL. */
void gst_exact_set_dG(gst_exact *b, const double *dM, const double *dP);

/* Change of Mnew (packed) and of the plain map's V2 (behind it) for the dG at hand and dM (NULL: 0). */
void gst_exact_respond(gst_exact *b, const double *dM, double *out);

/* system = I - Jacobian in (M packed, ln V2), rows of V2 in units of V2, factored; inner = its M block. */
int gst_exact_set_system(gst_exact *b);

/* The members of gst_bulk_type that live in their own files. */
int gst_exact_tangent(gst_bulk *bulk, const double *dhat, double *dx);
int gst_exact_directions(gst_bulk *bulk, double *N_perp);
int gst_exact_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient);
int gst_exact_map_complex(gst_bulk *bulk, double beta, const double complex *hat,
                          double complex *x);
int gst_exact_directions_complex_perp(gst_bulk *bulk, double complex *N_perp);
int gst_exact_relations(gst_bulk *bulk, double beta, const double complex *hat,
                        const double complex *u, double complex *value, double complex *slope);

/* The root of V2_g that is continuous over the closed upper half plane, both real half axes included. */
double complex gst_exact_root_complex(double complex V2);

/* P, X, H, G at (Mc, V2c, V1hc). */
int gst_exact_respond_complex(gst_exact *b);

#endif
