/* SPDX-License-Identifier: GPL-3.0-or-later */
/* population_features.c - features after T steps with the population gradient: the directions spanned by the U_g become
 * spikes, the rest of the target's variables residual directions, and C_g turns with them (population.h). */
#include "models/training/population.h"
#include "models/training/regime.h"

#include <string.h>

/* C_g of the law in the basis (columns of `basis`, norm). */
static void rotate_covariance(size_t r, const double *basis, const double *C, double *rotated)
{
    size_t s = r + 1;
    double turn[(GST_TARGET_DIM_MAX + 1) * (GST_TARGET_DIM_MAX + 1)] = {0.0};
    turn[r * s + r] = 1.0;
    for (size_t l = 0; l < r; l++) {
        for (size_t j = 0; j < r; j++)
            turn[l * s + j] = basis[j * r + l];
    }
    memcpy(rotated, C, s * s * sizeof *rotated);
    gst_congruence(s, turn, rotated);
}

/* The law of the rows as features: spikes are the first m columns of the basis. */
static void take_law(gst_features *f, const gst_row_law *law, const gst_second_layer *layer,
                     const double *basis)
{
    size_t r = f->r, s = r + 1;
    for (size_t g = 0; g < f->K; g++) {
        f->pi[g] = layer->pi[g];
        f->c[g] = law->c[g];
        for (size_t l = 0; l < f->m; l++) {
            for (size_t j = 0; j < r; j++)
                f->U[g * f->m + l] += law->U[g * r + j] * basis[j * r + l];
        }
        rotate_covariance(r, basis, law->C + g * s * s, f->C + g * s * s);
    }
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < f->m; l++)
            f->gamma[j * f->m + l] = basis[j * r + l];
        for (size_t i = 0; i < f->q; i++)
            f->rest[j * f->q + i] = basis[j * r + f->m + i];
    }
}

int gst_features_population(gst_features **features, const gst_problem *t, int half,
                            gst_message *message)
{
    size_t r = gst_target_dim(t->target), m;
    double basis[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    gst_row_law *law;
    int worst = GST_OK, status = gst_row_law_alloc(&law, t->layer->K, r);
    if (status != GST_OK)
        return gst_fail(message, status, "no memory");
    for (size_t step = 0; step < t->training.steps && worst >= 0; step++) {
        const gst_step *taken = gst_training_step(&t->training, step);
        if (!(taken->alpha0 > 0.0))
            continue;
        status = gst_row_law_step(law, t->activation, t->target, t->layer, taken->eta, half);
        worst = status != GST_OK ? status : worst;
        if (worst < 0)
            gst_fail(message, worst, "step %zu leaves a row of length zero or not finite",
                     step + 1);
    }
    if (worst >= 0) {
        status = gst_row_law_span(law, &m, basis);
        if (status == GST_OK)
            status = gst_features_alloc(features, t->layer->K, m, r - m, r);
        if (status == GST_OK)
            take_law(*features, law, t->layer, basis);
        else
            gst_fail(message, status, "the features could not be set up");
    }
    gst_row_law_free(law);
    return worst < 0 || status < 0 ? (worst < 0 ? worst : status) : worst;
}
