/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_target.h - the mean label E[y|z] as a target of its own. */
#ifndef GST_LABEL_TARGET_H
#define GST_LABEL_TARGET_H

#include "giantstep/labels.h"

typedef struct gst_target gst_target;
typedef struct gst_problem gst_problem;

/* E[y|z] of the target g(z) and labels of noise Delta: g itself for real labels, sign(g) or erf(g/sqrt(2 Delta)) for signs.
 * Owner: caller, gst_target_free.  GST_OK, GST_INVALID (a text too long), GST_NO_MEMORY. */
int gst_label_target(gst_target **mean, const gst_target *target, gst_labels labels, double noise);

/* E[Var(y|z)], the error that no prediction is without: Delta, or 1 - E[E[y|z]^2] for signs, `mean' from above.
 * half != 0: by the companion rules.  Status as gst_target_moments_compute. */
int gst_label_variance(const gst_target *mean, gst_labels labels, double noise, int half,
                       double *variance);

/* The problem of real labels whose target is m(x) = E[y|x], for what knows targets only.  *mean: NULL if that is the
 * target itself, else the new one; owner: caller, gst_target_free.  GST_OK, GST_INVALID, GST_NO_MEMORY. */
int gst_label_mean(const gst_problem *problem, gst_problem *of_mean, gst_target **mean);

/* E Var(y|x), what (y - f)^2 costs at least: noise, or 1 - E m^2.  GST_OK, GST_LOOSE, GST_FAILED, GST_NO_MEMORY. */
int gst_label_floor(const gst_problem *problem, double *floor);

#endif
