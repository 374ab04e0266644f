/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages.h - resolvent forms of the bulk of a network trained on a finite batch (theory 7.4).
 *
 * Scaled by U = diag(sqrt(Th), 1), Th_g = beta V2_g, every form depends on the overlap P = sqrt(Th) V1h
 * sqrt(Th) alone, and the label matrix y~ = [[2 b y + w y^2, b y], [b y, 0]] on yt alone:
 *   P0 = blockdiag(P, I), X = diag(1, -2) + M, H = (I + X P0)^{-1}, G = P0 H,
 *   M = E Q,  Q(y) = y~ (I + phi G y~)^{-1}.
 * Blocks are of size K, 2 of them (1 if b = 0, where the second decouples); nb = blocks*K.
 * Every function exists for real and for complex numbers (plain transposes), from one text, label_averages.inc and
 * special_directions.inc. */
#ifndef GST_LABEL_AVERAGES_H
#define GST_LABEL_AVERAGES_H

#include <complex.h>

#include "models/training/batch.h"

/* Sizes, and the coordinates of the residual directions: s = S (w* - gamma v), S[i*r + j] the inverse of
 * features->rest. */
typedef struct {
    const gst_batch *batch;
    size_t K, r, nb;
    const double *gamma; /* r */
    double S[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
} gst_exact_forms;

/* What the functions below compute with: for forms of the shape of these, in use by one call at a time.  GST_OK, or
 * GST_NO_MEMORY and NULL. */
typedef struct gst_exact_work gst_exact_work;
typedef struct gst_exact_work_complex gst_exact_work_complex;
int gst_exact_work_alloc(gst_exact_work **work, const gst_exact_forms *forms);
int gst_exact_work_alloc_complex(gst_exact_work_complex **work, const gst_exact_forms *forms);
void gst_exact_work_free(gst_exact_work *work);
void gst_exact_work_free_complex(gst_exact_work_complex *work);

/* H and G at (P, M), each nb x nb. */
int gst_exact_response(const gst_exact_forms *forms, const double *P, const double *M, double *H,
                       double *G, gst_exact_work *work);

int gst_exact_response_complex(const gst_exact_forms *forms, const double complex *P,
                               const double complex *M, double complex *H, double complex *G,
                               gst_exact_work_complex *work);

/* M = E Q at G. */
int gst_exact_mean_Q(const gst_exact_forms *forms, const double *G, double *M,
                     gst_exact_work *work);
int gst_exact_mean_Q_complex(const gst_exact_forms *forms, const double complex *G,
                             double complex *M, gst_exact_work_complex *work);

/* Q at the label y. */
int gst_exact_label_Q(const gst_exact_forms *forms, double y, const double *G, double *Q,
                      gst_exact_work *work);
int gst_exact_label_Q_complex(const gst_exact_forms *forms, double y, const double complex *G,
                              double complex *Q, gst_exact_work_complex *work);

/* One group: E Q at G into M and, unless sums is NULL, E[Q_a Q_c] of packed entries a, c, real parts then
 * imaginary parts (one_batch_single.c). */
int gst_exact_single(const gst_exact_forms *forms, const double complex *G, double complex *M,
                     double *sums);

/* One group, real G: share, by weight and y^2, of the labels whose det(I + phi y~ G) is not positive. */
double gst_exact_single_beyond(const gst_exact_forms *forms, const double complex *G);

/* N of the special directions, scaled: N = sqrt(Th) N~ sqrt(Th), K (r+2) square, index g*(r+2) + a with
 * a = 0 the spike v, 1..r the residual directions, r+1 the norm; (P, M) must satisfy M = E Q. */
int gst_exact_special_N(const gst_exact_forms *forms, const double *P, const double *M, double *N,
                        gst_exact_work *work);
int gst_exact_special_N_complex(const gst_exact_forms *forms, const double complex *P,
                                const double complex *M, double complex *N,
                                gst_exact_work_complex *work);

#endif
