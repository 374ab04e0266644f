/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic.h - state of the isotropic bulk: private to isotropic.c and isotropic_complex.c. */
#ifndef GST_ISOTROPIC_H
#define GST_ISOTROPIC_H

#include "solver/bulk/bulk.h"

typedef struct {
    gst_bulk base;
    const gst_features *f;
    double beta;
    double *V1h, *V1, *V2, *M, *E; /* at the last map; K x K, V2 of length K */
    double *plain, *step;          /* K: value of the inner map, Newton step */
    double *system;                /* K x K: its Jacobian, factored */
    double *square, *product;      /* K x K scratch */
    size_t *pivot;
    double *B, *PB;           /* (K s) x (K s) */
    double *dhat, *dx;        /* L */
    size_t *pivot_directions; /* K s */
    double *block;
    double complex *complex_block, *V1hc, *V2c, *Mc, *Ec, *scratchc, *Bc; /* at complex hats */
} gst_isotropic;

/* The complex members of gst_bulk_type. */
int gst_isotropic_map_complex(gst_bulk *bulk, double beta, const double complex *hat,
                              double complex *x);
int gst_isotropic_directions_complex(gst_bulk *bulk, double complex *N_perp);
int gst_isotropic_relations(gst_bulk *bulk, double beta, const double complex *hat,
                            const double complex *u, double complex *value, double complex *slope);

#endif
