/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic.h - state of the isotropic bulk: private to the files isotropic*.c. */
#ifndef GST_ISOTROPIC_H
#define GST_ISOTROPIC_H

#include "base/arena.h"
#include "solver/bulk/bulk.h"

typedef struct {
    gst_bulk base;
    const gst_features *f;
    double beta;
    double *V1h, *V1, *V2, *M, *E; /* at the last map; K x K, V2 of length K */
    double *plain, *step;          /* K: value of the inner map, Newton step */
    double *system;                /* K x K: its Jacobian, factored */
    size_t *pivot;                 /* K */
    double *B, *PB;                /* (K s) x (K s): blockdiag(beta V2 C); I + B P, factored */
    size_t *pivot_directions;      /* K s */
    double complex *V1hc, *V2c, *Mc, *Ec, *Bc; /* at complex hats */
    /* scratch, each of one function alone */
    double *response;          /* K x K: gst_isotropic_Ehat */
    double *dV1h, *product;    /* K x K: tangent */
    double *t, *energy;        /* K s, K: directions_tangent */
    double complex *responsec; /* K x K: of M at complex hats */
    gst_arena memory;
} gst_isotropic;

/* V2_g = pi_g/(D_g + c_g Ehat_gg) for all g: the right-hand side at the Ehat at hand, into V2 (K numbers). */
void gst_isotropic_V2(const gst_isotropic *b, const double *D, double *V2);

/* Ehat = V1h (I + Tc V1h)^{-1} (b->E) and M = (I + V1h Tc)^{-1} (b->M) at b->V2.  GST_FAILED: singular. */
int gst_isotropic_Ehat(gst_isotropic *b);

/* V1 = Tc M/beta, symmetric, into b->V1 and the pairs of x. */
void gst_isotropic_V1(gst_isotropic *b, double *x);

/* gradient[a] = d (sum_g energy_g V2_g)/d hat_a of the map (L numbers). */
void gst_isotropic_gradient(gst_isotropic *b, const double *energy, double *gradient);

/* Members of gst_bulk_type. */
int gst_isotropic_directions(gst_bulk *bulk, double *N_perp);
int gst_isotropic_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient);
int gst_isotropic_responses(gst_bulk *bulk, size_t n, size_t stride, const double *mu1,
                            const double *mu2sq, double *scratch, double *responses);

/* The complex members of gst_bulk_type. */
int gst_isotropic_map_complex(gst_bulk *bulk, double beta, const double complex *hat,
                              double complex *x);
int gst_isotropic_directions_complex(gst_bulk *bulk, double complex *N_perp);
int gst_isotropic_relations(gst_bulk *bulk, double beta, const double complex *hat,
                            const double complex *u, double complex *value, double complex *slope);

#endif
