/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - the target g(z), z in R^r: its text compiled, and its value moments. */
#ifndef GST_TARGET_H
#define GST_TARGET_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_target gst_target;

/* Compile a name (applied to z1) or an expression in z1..z9, table:FILE among its functions.  r = number of distinct variables, 1..4.
 * GST_INVALID: syntax, r > 4, constant, a value that is not finite, moments that do not converge. */
int gst_target_compile(gst_target **target, const char *text, gst_message *message);
/* As a function of all of z1 .. z_variables, whether they occur or not: what a mixture's target is (mixture.h); 0: of
 * those that occur. */
int gst_target_compile_of(gst_target **target, const char *text, size_t variables,
                          gst_message *message);
void gst_target_free(gst_target *target);

/* The text it was compiled from. */
const char *gst_target_text(const gst_target *target);

/* r. */
size_t gst_target_dim(const gst_target *target);

/* Value moments under N(0, I_r): c1[j] = E[g z_j], second[j*r + k] = E[(g - mean) z_j z_k]. */
typedef struct {
    size_t r;
    double mean, variance;
    double c1[GST_TARGET_DIM_MAX];
    double second[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
} gst_target_moments;

/* Computed when the target was compiled.  half != 0: by the companion rules.  GST_OK or GST_LOOSE. */
int gst_target_moments_compute(const gst_target *target, int half, gst_target_moments *moments);

#ifdef __cplusplus
}
#endif

#endif
