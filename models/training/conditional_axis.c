/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_axis.c - Gaussian averages along one axis as matrices: the weights of a rule over u times the ratio of the
 * densities of u given c and of u,  exp(u^2/2 - s^2/2)/rho,  s = (u - c)/rho, where that is not negligible. */
#include "models/training/conditional_axis.h"

#include "base/arena.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Centres this close are one, relative to the box. */
static const double same = 1e-13;
/* Given c, u farther than so many standard deviations does not count. */
static const double spread = 10.0;

/* ---- centres ------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Distinct values of x, ascending, to the front; their number. */
static size_t distinct(size_t n, double *x)
{
    size_t kept = 0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t k = 0; k < n; k++)
        if (kept == 0 || x[k] - x[kept - 1] > same * GST_GAUSSIAN_BOX)
            x[kept++] = x[k];
    return kept;
}

size_t gst_axis_find(const gst_axis *axis, double value)
{
    const double *x = axis->centre;
    size_t low = 0, high = axis->centres;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (x[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int gst_axis_set_centres(gst_axis *axis, double rho, size_t n, double *centre)
{
    *axis = (gst_axis){.rho = rho, .centres = distinct(n, centre)};
    axis->centre = gst_alloc_doubles(axis->centres);
    if (!axis->centre)
        return GST_NO_MEMORY;
    memcpy(axis->centre, centre, axis->centres * sizeof *centre);
    return GST_OK;
}

void gst_axis_clear(gst_axis *axis)
{
    gst_arena_free(&axis->memory);
    free(axis->centre);
    *axis = (gst_axis){0};
}

/* ---- the rule of one axis ----------------------------------------------------------------------- */

/* First node within reach of each centre; the most of them. */
static size_t set_reach(gst_axis *x, const gst_mesh *u)
{
    size_t width = 1;
    for (size_t c = 0; c < x->centres; c++) {
        size_t low = 0, high;
        double reach = spread * x->rho;
        while (low + 1 < u->n && !(u->x[low] > x->centre[c] - reach))
            low++;
        for (high = low; high < u->n && u->x[high] < x->centre[c] + reach;)
            high++;
        x->from[c] = low;
        width = high - low > width ? high - low : width;
    }
    return width;
}

static void set_weights(gst_axis *x, const gst_mesh *u)
{
    for (size_t c = 0; c < x->centres; c++) {
        if (x->from[c] + x->width > u->n)
            x->from[c] = u->n - x->width;
        for (size_t i = 0; i < x->width; i++) {
            size_t k = x->from[c] + i, at = c * x->width + i;
            double s = (u->x[k] - x->centre[c]) / x->rho;
            double ratio = exp(0.5 * (u->x[k] * u->x[k] - s * s)) / x->rho;
            x->P[at] = u->w[k] * ratio;
            x->Ps[at] = x->P[at] * s;
            x->P_half[at] = u->w_half[k] * ratio;
            x->Ps_half[at] = x->P_half[at] * s;
        }
    }
}

int gst_axis_set_rule(gst_axis *axis, const gst_mesh *u)
{
    gst_arena_free(&axis->memory);
    const gst_array reach[] = {GST_VECTOR(axis->from, axis->centres)};
    int status = gst_arena_take(&axis->memory, 1, reach);
    if (status != GST_OK)
        return status;
    axis->nodes = u->n;
    axis->width = set_reach(axis, u);
    gst_arena_free(&axis->memory);
    const gst_array arrays[] = {GST_VECTOR(axis->from, axis->centres),
                                GST_MATRIX(axis->P, axis->centres, axis->width),
                                GST_MATRIX(axis->Ps, axis->centres, axis->width),
                                GST_MATRIX(axis->P_half, axis->centres, axis->width),
                                GST_MATRIX(axis->Ps_half, axis->centres, axis->width)};
    status = gst_arena_take(&axis->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status != GST_OK)
        return status;
    set_reach(axis, u);
    set_weights(axis, u);
    return GST_OK;
}

void gst_axis_contract(const gst_axis *axis, const double *P, size_t columns, const double *from,
                       double *to)
{
    for (size_t c = 0; c < axis->centres; c++) {
        double *row = to + c * columns;
        memset(row, 0, columns * sizeof *row);
        for (size_t i = 0; i < axis->width; i++) {
            const double weight = P[c * axis->width + i], *f = from + (axis->from[c] + i) * columns;
            for (size_t r = 0; weight != 0.0 && r < columns; r++)
                row[r] += weight * f[r];
        }
    }
}
