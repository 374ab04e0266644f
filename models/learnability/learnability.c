/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learnability.c - leap, information exponent and staircase of a target.
 *
 *   1. Hermite tensors of order 1, 2, .. until one is not zero: the leap.
 *   2. From U = {0}: the floor of U and the directions it makes learnable (staircase.c); add them to U, until
 *      there are none. */
#include "giantstep/learnability.h"
#include "giantstep/target.h"
#include "models/learnability/hermite_tensor.h"
#include "models/learnability/staircase.h"

#include <math.h>
#include <string.h>

#define LOWEST_TOLERANCE 1e-14
#define HIGHEST_TOLERANCE 0.1

enum { R = GST_TARGET_DIM_MAX };

gst_learnability_options gst_learnability_defaults(void)
{
    return (gst_learnability_options){.tol = 1e-10, .evaluations = 100000000};
}

static int worse(int a, int b)
{
    return a < 0 || (b >= 0 && a > b) ? a : b;
}

/* Step 1. */
static int find_leap(const gst_target *target, double tol, gst_learnability *answer,
                     gst_message *message)
{
    gst_target_moments moments;
    int status = gst_target_moments_compute(target, 0, &moments);
    if (status < 0)
        return gst_fail(message, status, "moments of the target");
    answer->variance = moments.variance;
    for (size_t m = 1; m <= GST_HERMITE_ORDER_MAX && answer->leap.order == 0; m++) {
        gst_hermite_tensor tensor;
        status = gst_hermite_tensor_compute(target, &moments, m, tol, &tensor);
        if (status < 0)
            return gst_fail(message, status, "Hermite tensor of order %zu", m);
        int zero = !(tensor.size > tol + tensor.error);
        if (status > 0 && (zero || tensor.dimension < answer->r)) {
            answer->status = worse(answer->status, status);
            gst_fail(message, status, "Hermite tensor of order %zu: size %.3g, known to %.3g", m,
                     tensor.size, tensor.error);
        }
        if (!zero)
            answer->leap = tensor;
    }
    answer->leap_exponent = answer->leap.order > 0 ? (double)answer->leap.order : NAN;
    answer->information_exponent = answer->r == 1 ? answer->leap_exponent : NAN;
    return GST_OK;
}

/* Record a stair of t directions. */
static void record(gst_learnability *answer, size_t t, const double *U, const double *gain,
                   const gst_stair *stair)
{
    gst_staircase_row *row = &answer->row[answer->rows++];
    *row = (gst_staircase_row){.dimension = t,
                               .floor = stair->floor,
                               .error = stair->floor_error,
                               .status = stair->status};
    for (size_t i = 0; i < R; i++) {
        row->gain[i] = i < t ? gain[i] : NAN;
        for (size_t j = 0; j < answer->r; j++)
            row->direction[i * answer->r + j] = i < t ? U[i * answer->r + j] : NAN;
    }
}

/* Step 2. */
static int climb(const gst_target *target, const gst_learnability_options *options,
                 gst_learnability *answer, gst_message *message)
{
    double U[R * R], gain[R];
    size_t t = 0, r = answer->r;
    gst_stair stair;
    do {
        int status = gst_stair_compute(target, t, U, answer->variance, options->tol,
                                       options->evaluations, &stair);
        record(answer, t, U, gain, &stair);
        answer->status = worse(answer->status, status);
        if (status < 0)
            return gst_fail(message, status, "%zu directions: no floor", t);
        if (status > 0)
            gst_fail(message, status, "%zu directions: floor known to %.3g, gains to %.3g", t,
                     stair.floor_error, stair.gain_error);
        memcpy(U + t * r, stair.next, stair.found * r * sizeof *U);
        memcpy(gain + t, stair.gains, stair.found * sizeof *gain);
        t += stair.found;
    } while (stair.found > 0);
    return GST_OK;
}

int gst_learnability_compute(const gst_target *target, const gst_learnability_options *options,
                             gst_learnability *answer, gst_message *message)
{
    *answer = (gst_learnability){.r = gst_target_dim(target), .status = GST_OK};
    if (!(options->tol >= LOWEST_TOLERANCE && options->tol <= HIGHEST_TOLERANCE))
        return answer->status =
                   gst_fail(message, GST_INVALID, "tol: %g is outside [1e-14, 0.1]", options->tol);
    int status = find_leap(target, options->tol, answer, message);
    if (status >= 0)
        status = climb(target, options, answer, message);
    answer->status = worse(answer->status, status);
    return answer->status;
}
