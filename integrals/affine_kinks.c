/* SPDX-License-Identifier: GPL-3.0-or-later */
/* affine_kinks.c - zeros along one axis of arguments that are affine between the zeros of those before them, as those
 * of max(z1, max(z2, z3)), and of abs(z1*z2) + z3, are along every axis.
 *
 * Argument by argument, between two neighbours of the zeros found so far: values at two places give the zero, one at a
 * third place tells whether the argument is affine indeed or nothing but rounding. */
#include <float.h>
#include <math.h>

#include "giantstep/status.h"
#include "integrals/integrand.h"
#include "integrals/line.h"

/* Where an affine argument is looked at, in parts of the stretch on which it is affine. */
static const double lookouts[3] = {0.2113, 0.7887, 0.4371};

/* What a third value may be off the line through two of them, in units of these. */
static const double crooked = 1e-6;

/* The zero between low and high of argument c, affine there: that of its values at two places, corrected by the value
 * it has itself.  GST_LOOSE: a third place disagrees, since the values are rounding. */
static int search_stretch(gst_line *line, size_t c, double low, double high)
{
    double length = high - low, x[3];
    for (size_t i = 0; i < 3; i++)
        x[i] = low + lookouts[i] * length;
    double first = gst_line_probe(line, c, x[0]), second = gst_line_probe(line, c, x[1]);
    double slope = (second - first) / (x[1] - x[0]), root = x[0] - first / slope;
    if (!isfinite(slope))
        return GST_FAILED;
    if (!(root > low && root < high))
        return GST_OK;
    double off = first + slope * (x[2] - x[0]) - gst_line_probe(line, c, x[2]);
    if (!(fabs(off) <= crooked * fmax(fabs(first), fabs(second))))
        return GST_LOOSE;
    root -= gst_line_probe(line, c, root) / slope;
    if (!(root > low && root < high))
        return GST_OK;
    int is_0 = low < 0 && high > 0 && fabs(root) <= DBL_EPSILON * length &&
               gst_line_probe(line, c, 0) == 0;
    return gst_line_add(line, is_0 ? 0 : root);
}

/* Zeros of argument c, affine between those found so far: from the last stretch to the first, so that what is added
 * does not move what is still to come. */
static int search_affine(gst_line *line, size_t c, double low, double high)
{
    int status = GST_OK;
    for (size_t i = line->found + 1; i-- > 0 && !status;) {
        double from = i > 0 ? line->roots[i - 1] : low;
        double to = i < line->found ? line->roots[i] : high;
        status = search_stretch(line, c, from, to);
    }
    return status;
}

int gst_line_search_affine(gst_line *line, const double *at, double low, double high)
{
    int status = GST_OK;
    for (size_t j = 0; j < line->kinks->dim; j++)
        line->point[j] = j == line->axis ? low : at[j];
    for (size_t c = 0; c < line->kinks->count && !status; c++)
        status = search_affine(line, c, low, high);
    return status;
}
