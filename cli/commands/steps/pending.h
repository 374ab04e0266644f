/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pending.h - TO BE REMOVED with pending.c: what solver/bulk/bulk.h and models/tables/moments.h are going to declare. */
#ifndef GST_PENDING_H
#define GST_PENDING_H

#include "giantstep/features.h"
#include "models/tables/moments.h"

/* C[(g*s + a)*s + b] as features->C, of any bulk. */
int gst_bulk_covariance(const gst_features *features, int half, double *C);

/* E (g - f)^2 of the network with its own second layer, f = sum_g pi_g A_g mu0_g(kappa). */
double gst_moments_own_error(const gst_moments *moments, const gst_second_layer *layer);

#endif
