/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian_cubature.c - Johnson's hcubature with its result checked.
 *
 * hcubature (Genz & Malik 1980, Berntsen, Espelid & Genz 1991; the box with the largest error is
 * halved until the tolerance holds) passes points as x[k*dim + j] and wants values as
 * f[k*components + c]; the adapter here transposes both, in portions of fixed size.  After a value
 * that is not finite the integrand is zero, which ends the run soon (hcubature leaks memory when
 * its integrand asks to stop).
 *
 * On the whole Gaussian box the first points lie at |x_j| = 0, 4.3, 8.3, 11.4, where most
 * integrands times the density are nothing, and hcubature then reports an error of nothing:
 * E tanh(z1 z2)^2 = 0 +- 1e-28.  So the variables are changed to t, which stretches the centre, and
 * the box is cut:
 *
 *     x = t/(1 - t^2),   dx/dt = (1 + t^2)/(1 - t^2)^2,   |t| <= t_box,   x(t_box) = box
 *
 *   1. Each axis is cut into equal parts in t: four for one or two variables, two for more.
 *   2. hcubature runs on one cell after another, with an equal part of the absolute tolerance and
 *      of a quarter of the evaluations.
 *   3. The cells that missed the tolerance are done again with equal parts of the evaluations left.
 *   4. Values and errors are added up and judged. */
#include "integrals/gaussian_cubature.h"
#include "integrals/mesh.h"

#include <cubature.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/rule.h"

/* Points evaluated in one call of the integrand. */
enum { portion = 256 };

/* The part of the evaluations spent on the first round over all cells is one over this. */
enum { first_round = 4 };

/* Beyond this many variables the cells alone, and the 2^count points of a rule, are too many. */
enum { most_variables = 16 };

typedef struct {
    gst_integrand *f;
    void *params;
    size_t dim, components;
    double *x, *out; /* one portion, in the layout of mesh.h */
    int bad;         /* a value was not finite */
} gst_adapter;

/* What gst_cubature_gaussian adds: fixed coordinates in front, the change of variables and the
 * normal density behind, a count of the evaluations. */
typedef struct {
    gst_integrand *f;
    void *params;
    size_t first, count, components, used;
    const double *fixed;
    double *x;          /* (first + count) rows of a portion */
    double *low, *high; /* the cell */
    double *cell_value, *cell_error;
    double epsabs, epsrel;            /* for a cell */
    size_t parts, cells, evaluations; /* parts of an axis, all cells, evaluations in all */
    char *open;                       /* cells still to be done */
} gst_gaussian;

static void adapt_portion(gst_adapter *adapter, size_t n, const double *x, double *value)
{
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < adapter->dim; j++)
            adapter->x[j * n + k] = x[k * adapter->dim + j];
    adapter->f(n, adapter->x, adapter->out, adapter->params);
    for (size_t k = 0; k < n; k++) {
        for (size_t c = 0; c < adapter->components; c++) {
            value[k * adapter->components + c] = adapter->out[c * n + k];
            adapter->bad = adapter->bad || !isfinite(adapter->out[c * n + k]);
        }
    }
}

static int adapt(unsigned dim, size_t n, const double *x, void *params, unsigned components,
                 double *value)
{
    gst_adapter *adapter = params;
    for (size_t k = 0; k < n && !adapter->bad; k += portion) {
        size_t count = n - k < portion ? n - k : portion;
        adapt_portion(adapter, count, x + k * dim, value + k * components);
    }
    if (adapter->bad)
        memset(value, 0, n * components * sizeof *value);
    return 0;
}

static int box_valid(size_t components, size_t dim, const double *low, const double *high,
                     double epsabs, double epsrel, size_t evaluations)
{
    if (components == 0 || components > UINT_MAX || dim == 0 || dim > UINT_MAX ||
        evaluations == 0 || !(epsabs >= 0) || !(epsrel >= 0))
        return 0;
    for (size_t j = 0; j < dim; j++)
        if (!(low[j] < high[j]) || !isfinite(high[j] - low[j]))
            return 0;
    return 1;
}

/* GST_OK, GST_LOOSE or GST_FAILED by the values and errors themselves. */
static int judge(size_t components, const double *value, const double *error, double epsabs,
                 double epsrel)
{
    int status = GST_OK;
    for (size_t c = 0; c < components; c++) {
        if (!isfinite(value[c]) || !isfinite(error[c]))
            return GST_FAILED;
        if (!(error[c] <= fmax(epsabs, epsrel * fabs(value[c]))))
            status = GST_LOOSE;
    }
    return status;
}

int gst_cubature_box(size_t components, gst_integrand *f, void *params, size_t dim,
                     const double *low, const double *high, double epsabs, double epsrel,
                     size_t evaluations, double *value, double *error)
{
    if (!box_valid(components, dim, low, high, epsabs, epsrel, evaluations))
        return GST_INVALID;
    double *memory = gst_alloc(dim + components, portion * sizeof *memory);
    if (!memory)
        return GST_NO_MEMORY;
    gst_adapter adapter = {.f = f,
                           .params = params,
                           .dim = dim,
                           .components = components,
                           .x = memory,
                           .out = memory + dim * portion};
    int failed = hcubature_v((unsigned)components, adapt, &adapter, (unsigned)dim, low, high,
                             evaluations, epsabs, epsrel, ERROR_INDIVIDUAL, value, error);
    int status =
        failed || adapter.bad ? GST_FAILED : judge(components, value, error, epsabs, epsrel);
    free(memory);
    for (size_t c = 0; status == GST_FAILED && c < components; c++)
        value[c] = error[c] = NAN;
    return status;
}

/* Coordinates x from t for one axis; the weight of every point is multiplied by phi(x) dx/dt. */
static void stretch(size_t n, const double *t, double *x, double *weight)
{
    for (size_t k = 0; k < n; k++) {
        double inverse = 1 / (1 - t[k] * t[k]);
        x[k] = t[k] * inverse;
        weight[k] *= gst_normal_density(x[k]) * (1 + t[k] * t[k]) * inverse * inverse;
    }
}

static void gaussian_integrand(size_t n, const double *t, double *out, void *params)
{
    gst_gaussian *gaussian = params;
    double weight[portion];
    for (size_t k = 0; k < n; k++)
        weight[k] = 1;
    for (size_t j = 0; j < gaussian->first; j++)
        for (size_t k = 0; k < n; k++)
            gaussian->x[j * n + k] = gaussian->fixed[j];
    for (size_t j = 0; j < gaussian->count; j++)
        stretch(n, t + j * n, gaussian->x + (gaussian->first + j) * n, weight);
    gaussian->f(n, gaussian->x, out, gaussian->params);
    for (size_t c = 0; c < gaussian->components; c++)
        for (size_t k = 0; k < n; k++)
            out[c * n + k] *= weight[k];
    gaussian->used += n;
}

/* Corners of a cell. */
static void place_cell(gst_gaussian *gaussian, size_t cell)
{
    size_t parts = gaussian->parts;
    const double box = GST_GAUSSIAN_BOX, t_box = (sqrt(1 + 4 * box * box) - 1) / (2 * box);
    for (size_t j = 0; j < gaussian->count; j++, cell /= parts) {
        double position = (double)(cell % parts), width = 2 * t_box / (double)parts;
        gaussian->low[j] = position * width - t_box;
        gaussian->high[j] = (position + 1) * width - t_box;
    }
}

/* One run on a cell with at most `limit` evaluations. */
static int run_cell(gst_gaussian *gaussian, size_t cell, size_t limit)
{
    place_cell(gaussian, cell);
    return gst_cubature_box(gaussian->components, gaussian_integrand, gaussian, gaussian->count,
                            gaussian->low, gaussian->high, gaussian->epsabs, gaussian->epsrel,
                            limit, gaussian->cell_value, gaussian->cell_error);
}

/* A round over the open cells; those that meet the tolerance, in the last round all, are added to
 * value and error and closed.  Returns a failure, or GST_OK. */
static int run_round(gst_gaussian *gaussian, int last, size_t *open, double *value, double *error)
{
    size_t share = gaussian->evaluations / first_round / gaussian->cells, waiting = *open;
    for (size_t i = 0; i < gaussian->cells; i++) {
        if (!gaussian->open[i])
            continue;
        if (last)
            share = gaussian->evaluations > gaussian->used
                        ? (gaussian->evaluations - gaussian->used) / waiting--
                        : 0;
        int status = run_cell(gaussian, i, share + 1);
        if (status < 0)
            return status;
        if (status == GST_LOOSE && !last)
            continue;
        for (size_t c = 0; c < gaussian->components; c++) {
            value[c] += gaussian->cell_value[c];
            error[c] += gaussian->cell_error[c];
        }
        gaussian->open[i] = 0;
        --*open;
    }
    return GST_OK;
}

/* Steps 2 to 4. */
static int sum_cells(gst_gaussian *gaussian, double epsabs, double *value, double *error)
{
    size_t open = gaussian->cells;
    memset(gaussian->open, 1, gaussian->cells);
    memset(value, 0, gaussian->components * sizeof *value);
    memset(error, 0, gaussian->components * sizeof *error);
    int status = run_round(gaussian, 0, &open, value, error);
    if (!status && open > 0)
        status = run_round(gaussian, 1, &open, value, error);
    for (size_t c = 0; status && c < gaussian->components; c++)
        value[c] = error[c] = NAN;
    return status ? status : judge(gaussian->components, value, error, epsabs, gaussian->epsrel);
}

/* Allocate and cut into cells. */
static int gaussian_init(gst_gaussian *gaussian)
{
    size_t dim = gaussian->first + gaussian->count, ends = gaussian->count + gaussian->components;
    gaussian->parts = gaussian->count <= 2 ? 4 : 2;
    gaussian->cells = 1;
    for (size_t j = 0; j < gaussian->count; j++)
        gaussian->cells *= gaussian->parts;
    gaussian->epsabs /= (double)gaussian->cells;
    gaussian->x = gst_alloc(dim * portion + 2 * ends, sizeof(double));
    gaussian->open = gst_alloc(gaussian->cells, 1);
    if (!gaussian->x || !gaussian->open)
        return GST_NO_MEMORY;
    gaussian->low = gaussian->x + dim * portion;
    gaussian->high = gaussian->low + gaussian->count;
    gaussian->cell_value = gaussian->high + gaussian->count;
    gaussian->cell_error = gaussian->cell_value + gaussian->components;
    return GST_OK;
}

int gst_cubature_gaussian(size_t components, gst_integrand *f, void *params, size_t first,
                          size_t count, const double *fixed, double epsabs, double epsrel,
                          size_t evaluations, double *value, double *error)
{
    gst_gaussian gaussian = {.f = f,
                             .params = params,
                             .first = first,
                             .count = count,
                             .components = components,
                             .fixed = fixed,
                             .epsabs = epsabs,
                             .epsrel = epsrel,
                             .evaluations = evaluations};
    if (components == 0 || count == 0 || count > most_variables || evaluations == 0 ||
        !(epsabs >= 0) || !(epsrel >= 0) || (first && !fixed))
        return GST_INVALID;
    int status = gaussian_init(&gaussian);
    if (!status)
        status = sum_cells(&gaussian, epsabs, value, error);
    free(gaussian.open);
    free(gaussian.x);
    return status;
}
