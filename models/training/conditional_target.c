/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_target.c - the target as a function of (kappa, s). */
#include <math.h>
#include <string.h>

#include "integrals/mesh.h"
#include "giantstep/features.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/training/conditional_direct.h"

/* Gauss nodes per variable for the size of the target; even, so that 0 is none of them. */
#define ROUGH 6

/* Root mean square of g by a few Gauss nodes per variable; 0 if that is not finite. */
static double rough_size(const gst_expression *g, size_t r)
{
    double node[ROUGH], weight[ROUGH], sum = 0.0;
    size_t points = 1;
    gst_rule_hermite(ROUGH, node, weight);
    for (size_t j = 0; j < r; j++)
        points *= ROUGH;
    for (size_t k = 0; k < points; k++) {
        double z[GST_TARGET_DIM_MAX], value, w = 1.0;
        for (size_t j = 0, rest = k; j < r; j++, rest /= ROUGH) {
            z[j] = node[rest % ROUGH];
            w *= weight[rest % ROUGH];
        }
        gst_expression_evaluate(g, 1, z, &value, NULL);
        sum += w * value * value;
    }
    return isfinite(sum) ? sqrt(sum) : 0.0;
}

void gst_conditional_along(gst_conditional_target *t, const gst_features *f,
                           const gst_expression *g)
{
    size_t from = f->m + f->q;
    t->size = rough_size(g, f->r);
    t->g = g;
    t->m = f->m;
    t->q = f->q;
    for (size_t j = 0; j < f->r; j++) {
        for (size_t l = 0; l < f->m; l++)
            t->matrix[j * from + l] = f->gamma[j * f->m + l];
        for (size_t i = 0; i < f->q; i++)
            t->matrix[j * from + f->m + i] = f->rest[j * f->q + i];
    }
    t->map = (gst_affine){
        .from = from, .to = f->r, .matrix = t->matrix, .kinks = gst_expression_kinks(t->g)};
    t->kinks = gst_affine_kinks(&t->map);
}

void gst_conditional_setup(gst_conditional_target *t, const gst_features *features,
                           const gst_target *target)
{
    gst_conditional_along(t, features, gst_target_expression(target));
    t->finest = gst_target_finest_panel(target);
}

void gst_conditional_values(const gst_conditional_target *t, size_t n, const double *x, double *g)
{
    enum { BLOCK = 128 };
    double from[(GST_SPIKES_MAX + GST_TARGET_DIM_MAX) * BLOCK], z[GST_TARGET_DIM_MAX * BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t j = 0; j < t->map.from; j++)
            memcpy(from + j * size, x + j * n + first, size * sizeof *x);
        gst_affine_apply(&t->map, size, from, z);
        gst_expression_evaluate(t->g, size, z, g + first, NULL);
    }
}
