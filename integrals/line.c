/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line.c - what searches along an axis work with: a grid, an argument at one point, the zeros found so far. */
#include "integrals/line.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "giantstep/status.h"
#include "integrals/integrand.h"

/* Spacing of the grid. */
static const double spacing = 0.05;

/* Two roots nearer than this, relative to their size and at least absolutely, are one: the accuracy
 * to which they are refined, and for roots at 0 a width that no integral can see. */
static const double same_relative = 8 * DBL_EPSILON, same_absolute = 1e-18;

/* Intervals longer than this are refused as too large for memory. */
static const double longest = 1e6;

int gst_line_init(gst_line *line, const gst_kinks *kinks, double length)
{
    if (!(length <= longest))
        return GST_NO_MEMORY;
    size_t cells = 2 * (size_t)ceil(length / (2 * spacing)) + 1, rows = kinks->dim + kinks->count;
    *line = (gst_line){.kinks = kinks, .cells = cells};
    for (size_t j = 0; j < kinks->dim; j++)
        line->affine |= gst_kinks_are_affine(kinks, j) ? 1u << j : 0;
    line->x = gst_alloc(rows, (cells + 2) * sizeof(double));
    if (!line->x)
        return GST_NO_MEMORY;
    line->value = line->x + kinks->dim * (cells + 1);
    line->point = line->value + kinks->count * (cells + 1);
    line->single = line->point + kinks->dim;
    return GST_OK;
}

void gst_line_clear(gst_line *line)
{
    free(line->x);
    *line = (gst_line){0};
}

int gst_roots_insert(double root, size_t most, double *roots, size_t *found)
{
    size_t i = *found;
    while (i > 0 && roots[i - 1] > root)
        i--;
    for (size_t j = i > 0 ? i - 1 : 0; j <= i && j < *found; j++) {
        if (fabs(roots[j] - root) <= fmax(same_relative * fabs(root), same_absolute)) {
            roots[j] = fabs(root) < fabs(roots[j]) ? root : roots[j];
            return GST_OK;
        }
    }
    if (*found == most)
        return GST_FAILED;
    for (size_t j = *found; j > i; j--)
        roots[j] = roots[j - 1];
    roots[i] = root;
    ++*found;
    return GST_OK;
}

double gst_line_probe(gst_line *line, size_t c, double x)
{
    line->point[line->axis] = x;
    line->kinks->arguments(1, line->point, line->single, line->kinks->params);
    return line->single[c];
}

int gst_line_add(gst_line *line, double root)
{
    return gst_roots_insert(root, line->most, line->roots, &line->found);
}
