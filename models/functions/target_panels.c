/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_panels.c - the panels on which a target is resolved along its variables. */
#include "models/functions/target_panels.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KINKS_MOST = 1024, LINES = 3, BLOCK = 256 };
/* Beyond this many standard deviations features do not matter, and panels are not looked at. */
#define MATTERS 9.0
/* A panel nearer to a kink than this many times its length crowds there. */
#define CROWDED 4.0
/* The part of the integral that an unresolved panel must hold to be a pole. */
#define POLE 0.01
/* Nodes of a trapezoid rule per panel. */
#define NODES_PER_PANEL 2.75

/* Samples of an adaptive rule per panel, and its bounds: the spacing at which targets are looked at themselves, and
 * one that sees the Gaussian. */
#define SAMPLES_PER_PANEL 8.0
#define SPACING_LEAST 0.01
#define SPACING_MOST 0.5

/* Values of the other variables: no zeros, no symmetric pairs, no simple ratios. */
static const double generic[LINES] = {0.6180, -0.2929, -1.3247};

typedef struct {
    const gst_expression *g;
    size_t axis;
    const double *at;
} line;

/* g along one axis. */
static void values(size_t n, const double *x, double *out, void *params)
{
    const line *l = params;
    size_t dim = gst_expression_dim(l->g);
    double z[GST_EXPRESSION_VARIABLES * BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t j = 0; j < dim; j++)
            for (size_t k = 0; k < size; k++)
                z[j * size + k] = j == l->axis ? x[first + k] : l->at[j];
        gst_expression_evaluate(l->g, size, z, out + first, NULL);
    }
}

static int resolve(gst_partition **panels, line *l, int companion, double *breaks, size_t *count)
{
    gst_kinks kinks = gst_expression_kinks(l->g);
    gst_partition_problem problem =
        gst_partition_defaults(1, values, l, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX);
    *panels = NULL;
    int status = gst_kinks_along(&kinks, l->axis, l->at, problem.low, problem.high, KINKS_MOST,
                                 breaks, count);
    problem.breaks = breaks;
    problem.break_count = *count;
    problem.longest = 3.0;
    problem.reach = 1.0;
    problem.natural = 3.0;
    problem.companion = companion;
    return status == GST_OK ? gst_partition_resolve(panels, &problem) : status;
}

int gst_target_panels(gst_partition **panels, const gst_expression *g, int companion)
{
    double at = 0.0, breaks[KINKS_MOST];
    size_t count;
    line l = {.g = g, .at = &at};
    return resolve(panels, &l, companion, breaks, &count);
}

static double distance(double from, double to, const double *breaks, size_t count)
{
    double nearest = INFINITY;
    for (size_t i = 0; i < count; i++)
        nearest = fmin(nearest, fmin(fabs(breaks[i] - from), fabs(breaks[i] - to)));
    return nearest;
}

/* Whether the panels that stay unresolved hold a part of the integral of |g| that cutting them does not reduce: a
 * pole, across which no moment of g converges. */
static int has_pole(const gst_partition *p)
{
    double size = 0.0;
    for (size_t k = 0; k < p->n; k++)
        size += isfinite(p->values[k]) ? p->w[k] * fabs(p->values[k]) : 0.0;
    return !p->exhausted && !(p->doubt[0] <= POLE * size);
}

static int finest_along(line *l, double *length, int *pole)
{
    double breaks[KINKS_MOST];
    size_t count;
    gst_partition *p;
    int status = resolve(&p, l, 0, breaks, &count);
    for (size_t i = 0; status >= 0 && i < p->panels; i++) {
        double from = p->ends[i], to = p->ends[i + 1];
        if (to > -MATTERS && from < MATTERS &&
            !(distance(from, to, breaks, count) < CROWDED * (to - from)))
            *length = fmin(*length, to - from);
    }
    if (status >= 0)
        *pole = *pole || has_pole(p);
    if (status >= 0)
        gst_partition_free(p);
    return status;
}

int gst_target_finest(const gst_expression *g, double *length, int *pole)
{
    size_t dim = gst_expression_dim(g);
    int worst = GST_OK;
    *length = INFINITY;
    *pole = 0;
    for (size_t axis = 0; axis < dim && worst >= 0; axis++) {
        for (size_t i = 0; i < (dim > 1 ? LINES : 1) && worst >= 0; i++) {
            double at[GST_EXPRESSION_VARIABLES];
            for (size_t j = 0; j < dim; j++)
                at[j] = generic[(i + j) % LINES];
            line l = {.g = g, .axis = axis, .at = at};
            int status = finest_along(&l, length, pole);
            worst = status != GST_OK ? status : worst;
        }
    }
    return worst;
}

double gst_order_that_sees(double length)
{
    return NODES_PER_PANEL * 2.0 * GST_GAUSSIAN_BOX / length;
}

double gst_spacing_that_sees(double length)
{
    return fmin(fmax(length / SAMPLES_PER_PANEL, SPACING_LEAST), SPACING_MOST);
}
