/* SPDX-License-Identifier: GPL-3.0-or-later */
/* growing_box.c - Gaussian expectations on boxes that grow.
 *
 *   1. E F(z) = E F(c t) c^r exp(-(c^2 - 1) |t|^2/2), t ~ N(0, I_r): the box of mesh.h for t is one c times as
 *      wide for z.  c = 1, 1.5, 2.25, 3.375.
 *   2. A box is the last one if its errors are small; or if they are not smaller than those of the box before,
 *      and the values changed by no more than that: then truncation is not what limits them.
 *   3. If no box had small errors, and the values changed by more than 1% from the last box but one to the
 *      last, or by no less than before that, or only one box gave values, wrong by more than 1%, the expectation
 *      does not exist. */
#include "integrals/growing_box.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/affine_map.h"
#include "integrals/expectation.h"
#include "base/memory.h"

enum { BOXES = 4 };

static const double stretches[BOXES] = {1.0, 1.5, 2.25, 3.375};

/* Relative errors that are small, and a relative change that is large. */
#define SETTLED 1e-13
#define DIVERGENT 0.01

/* Points of a mesh at most, and intervals per variable at first, for r = 1 .. 4. */
static const size_t evaluations[GST_BOX_VARIABLES_MAX] = {1 << 16, 1 << 20, 1 << 22, 20000000};
static const size_t order_first[GST_BOX_VARIABLES_MAX] = {64, 64, 32, 32};

typedef struct {
    const gst_growing_box *problem;
    gst_affine map; /* z = c t */
    double matrix[GST_BOX_VARIABLES_MAX * GST_BOX_VARIABLES_MAX];
    double *out; /* of a chunk */
    double *trial, *trial_error, *before, *scale;
    double worst, change, change_before; /* relative: least error; changes of the values */
    size_t tried;
    int found;
} boxes;

static void stretched(size_t n, const double *t, double *out, void *params)
{
    const boxes *b = params;
    size_t r = b->map.to;
    double z[GST_BOX_VARIABLES_MAX * GST_BOX_POINTS], factor[GST_BOX_POINTS];
    double c = b->matrix[0], volume = pow(c, (double)r), rate = (c * c - 1) / 2;
    for (size_t begin = 0; begin < n; begin += GST_BOX_POINTS) {
        size_t m = n - begin < GST_BOX_POINTS ? n - begin : GST_BOX_POINTS;
        for (size_t i = 0; i < m; i++) {
            double square = 0;
            for (size_t j = 0; j < r; j++) {
                double tj = t[j * n + begin + i];
                z[j * m + i] = c * tj;
                square += tj * tj;
            }
            factor[i] = volume * exp(-rate * square);
        }
        b->problem->f(m, z, b->out, b->problem->params);
        for (size_t k = 0; k < b->problem->components; k++)
            for (size_t i = 0; i < m; i++)
                out[k * n + begin + i] = factor[i] * b->out[k * m + i];
    }
}

/* Largest |number|/scale of a component. */
static double relative_size(size_t components, const double *number, const double *scale)
{
    double worst = 0;
    for (size_t c = 0; c < components; c++) {
        double ratio = fabs(number[c]) / scale[c];
        if (number[c] != 0 && !(ratio <= worst))
            worst = isnan(ratio) ? HUGE_VAL : ratio;
    }
    return worst;
}

/* Compare the trial with what was found; returns 1 if a larger box is worth trying. */
static int take_trial(boxes *b, double *value, double *error)
{
    size_t n = b->problem->components, bytes = n * sizeof *value;
    int first = b->tried++ == 0;
    b->problem->scale(b->problem->params, b->trial, b->scale);
    for (size_t c = 0; c < n; c++)
        b->before[c] = b->trial[c] - b->before[c];
    b->change_before = b->change;
    b->change = first ? 0 : relative_size(n, b->before, b->scale);
    memcpy(b->before, b->trial, bytes);
    double ratio = relative_size(n, b->trial_error, b->scale);
    int better = first || ratio < b->worst;
    if (better) {
        b->worst = ratio;
        b->found = ratio <= SETTLED ? GST_OK : GST_LOOSE;
        memcpy(value, b->trial, bytes);
        memcpy(error, b->trial_error, bytes);
    }
    return b->found != GST_OK && (better || b->change > ratio);
}

static int has_settled(const boxes *b)
{
    if (b->found == GST_OK)
        return 1;
    if (b->tried < 2)
        return b->worst <= DIVERGENT;
    int shrinks = b->change <= b->worst || b->change_before == 0 || b->change < b->change_before;
    return b->change <= DIVERGENT && shrinks;
}

static int try_boxes(boxes *b, double *value, double *error)
{
    size_t r = b->map.to;
    gst_expectation_options options = gst_expectation_defaults();
    options.epsabs = b->problem->epsabs;
    options.order_first = order_first[r - 1];
    options.evaluations = evaluations[r - 1];
    int next = 1;
    for (size_t i = 0; next && i < BOXES; i++) {
        for (size_t j = 0; j < r; j++)
            b->matrix[j * r + j] = stretches[i];
        gst_expectand e = {.kinks = gst_affine_kinks(&b->map),
                           .components = b->problem->components,
                           .f = stretched,
                           .params = b};
        int status = gst_expectation(&e, NULL, &options, b->trial, NULL, b->trial_error);
        if (status == GST_NO_MEMORY)
            return status;
        if (status >= 0)
            next = take_trial(b, value, error);
    }
    return b->found >= 0 && has_settled(b) ? b->found : GST_INVALID;
}

int gst_growing_box_expectation(const gst_growing_box *problem, double *value, double *error)
{
    size_t n = problem->components, r = problem->kinks.dim;
    if (n == 0 || r == 0 || r > GST_BOX_VARIABLES_MAX)
        return GST_INVALID;
    double *room = gst_alloc_doubles(n * (4 + GST_BOX_POINTS));
    boxes b = {
        .problem = problem,
        .trial = room,
        .trial_error = room + n,
        .before = room + 2 * n,
        .scale = room + 3 * n,
        .out = room + 4 * n,
        .worst = HUGE_VAL,
        .found = GST_FAILED,
    };
    b.map = (gst_affine){.from = r, .to = r, .matrix = b.matrix, .kinks = problem->kinks};
    int status = room ? try_boxes(&b, value, error) : GST_NO_MEMORY;
    free(room);
    return status;
}
