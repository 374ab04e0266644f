/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinks.c - zeros of the argument functions along one axis; those of affine ones by affine_kinks.c.
 *
 *   1. All arguments are tabulated on a grid of spacing <= 0.05, with an odd number of cells, so
 *      that no node falls on 0 or another round number, where arguments have their poles.
 *   2. Two neighbours of opposite sign enclose a zero: 0 itself is tried, then regula falsi
 *      (Illinois), every third step a bisection, down to two units in the last place.
 *   3. Two neighbours of which one is zero enclose the boundary of an isolated zero or of a stretch
 *      of zeros, as relu has: bisection.
 *   4. Where |a| has a minimum on the grid and the slope there would reach zero within a few cells,
 *      golden section looks for a zero that only touches; a change of sign met on the way gives two
 *      zeros by step 2; it ends early when the values have become level. */
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "integrals/integrand.h"
#include "integrals/line.h"
#include "integrals/mesh.h"

/* Absolute width at which a bracket around 0 is closed: there the last bit is never reached. */
static const double floor_width = 1e-25;

/* Golden section: steps that shrink two cells to 1e-20, and the size of the minimum, relative to
 * the neighbours on the grid, that counts as zero (rounding of the argument leaves about 1e-14). */
static const size_t golden_steps = 90;
static const double touching = 1e-12;

/* Golden section ends without a zero when this many steps in a row have found only values between the smallest and
 * this much more: a touching zero of any power tells its neighbours apart by more. */
static const size_t level_steps = 4;
static const double level = 1e-3;

/* A minimum is followed when it is at most this many times the largest drop to it. */
static const double reach = 4.0;

/* Nodes looked at together. */
enum { run = 16 };

static int sign_of(double value)
{
    return (value > 0) - (value < 0);
}

static double closing_width(double low, double high)
{
    return fmax(DBL_EPSILON * fmax(fabs(low), fabs(high)), floor_width);
}

/* The regula falsi point of a bracket, moved inside by at least the closing width; the middle in
 * every third step, and when the values are no help. */
static double next_point(size_t step, double low, double f_low, double high, double f_high)
{
    double width = closing_width(low, high), middle = low + 0.5 * (high - low);
    double x = step % 3 == 2 ? middle : low - f_low * (high - low) / (f_high - f_low);
    x = fmin(fmax(x, low + width), high - width);
    return x > low && x < high ? x : middle;
}

/* A zero between low and high, where the signs are opposite. */
static double enclose(gst_line *line, size_t c, double low, double f_low, double high,
                      double f_high)
{
    int sign = sign_of(f_low), side = 0;
    double weight_low = f_low, weight_high = f_high;
    for (size_t step = 0; high - low > closing_width(low, high); step++) {
        double x = low < 0 && high > 0 ? 0 : next_point(step, low, weight_low, high, weight_high);
        double f = gst_line_probe(line, c, x);
        if (f == 0)
            return x;
        if (sign_of(f) == sign) {
            low = x;
            f_low = weight_low = f;
            weight_high = side < 0 ? 0.5 * weight_high : weight_high;
            side = -1;
        } else {
            high = x;
            f_high = weight_high = f;
            weight_low = side > 0 ? 0.5 * weight_low : weight_low;
            side = 1;
        }
    }
    return fabs(f_low) <= fabs(f_high) ? low : high;
}

/* The boundary of the zeros between `zero`, where the argument vanishes, and `other`. */
static double boundary(gst_line *line, size_t c, double zero, double other)
{
    while (fabs(other - zero) > closing_width(zero, other)) {
        double middle = zero + 0.5 * (other - zero);
        if (gst_line_probe(line, c, middle) == 0)
            zero = middle;
        else
            other = middle;
    }
    return zero;
}

/* Steps 2 and 3 for neighbours at low and high with different signs. */
static int add_crossing(gst_line *line, size_t c, double low, double f_low, double high,
                        double f_high)
{
    if (f_low == 0)
        return gst_line_add(line, boundary(line, c, low, high));
    if (f_high == 0)
        return gst_line_add(line, boundary(line, c, high, low));
    return gst_line_add(line, enclose(line, c, low, f_low, high, f_high));
}

/* Step 4 on the two cells around grid node i, all three values of one sign. */
static int add_touching(gst_line *line, size_t c, size_t i)
{
    const double *x = line->x + line->axis * (line->cells + 1);
    const double *value = line->value + c * (line->cells + 1);
    const double ratio = 0.61803398874989484820;
    int sign = sign_of(value[i]), status;
    double low = x[i - 1], high = x[i + 1], best = x[i], f_best = fabs(value[i]);
    double inner[2] = {high - ratio * (high - low), low + ratio * (high - low)}, f[2];
    for (size_t step = 0, flat = 0; step < golden_steps && flat < level_steps; step++) {
        for (size_t k = 0; k < 2; k++) {
            f[k] = sign * gst_line_probe(line, c, inner[k]);
            if (f[k] < 0) {
                status = add_crossing(line, c, x[i - 1], value[i - 1], inner[k], sign * f[k]);
                return status
                           ? status
                           : add_crossing(line, c, inner[k], sign * f[k], x[i + 1], value[i + 1]);
            }
            if (f[k] <= f_best) {
                f_best = f[k];
                best = inner[k];
            }
        }
        flat = fmax(f[0], f[1]) <= (1 + level) * f_best && f_best > 0 ? flat + 1 : 0;
        if (f[0] < f[1])
            high = inner[1];
        else
            low = inner[0];
        inner[0] = high - ratio * (high - low);
        inner[1] = low + ratio * (high - low);
    }
    return f_best <= touching * fmax(fabs(value[i - 1]), fabs(value[i + 1]))
               ? gst_line_add(line, best)
               : GST_OK;
}

static int worth_following(const double *value, size_t i)
{
    double before = fabs(value[i - 1]), here = fabs(value[i]), after = fabs(value[i + 1]);
    int sign = sign_of(value[i]);
    return sign != 0 && sign_of(value[i - 1]) == sign && sign_of(value[i + 1]) == sign &&
           here <= before && here <= after && here <= reach * (fmax(before, after) - here);
}

/* A mask as wide as a value, so that several nodes are compared at a time. */
static int64_t mask(int condition)
{
    return condition ? -1 : 0;
}

/* 0 times anything that is not finite is not 0: four sums, so that several nodes are looked at at a time. */
static int all_finite(const double *value, size_t n)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t l = 0; l < 4; l++)
            sum[l] += 0 * value[i + l];
    for (; i < n; i++)
        sum[0] += 0 * value[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]) == 0;
}

/* Whether the argument does nothing at the `run` nodes from value[0] on: no change of sign from the node before, no
 * zero, no minimum of |a| lower than a neighbour. */
static int is_quiet(const double *value)
{
    int64_t busy = 0;
    for (size_t i = 0; i < run; i++) {
        double before = fabs(value[i - 1]), here = fabs(value[i]), after = fabs(value[i + 1]);
        busy |= ~mask(value[i - 1] * value[i] > 0);
        busy |=
            mask(here <= before) & mask(here <= after) & (mask(here < before) | mask(here < after));
    }
    return busy == 0;
}

/* Steps 2 to 4 for argument c. */
static int search_argument(gst_line *line, size_t c)
{
    const double *x = line->x + line->axis * (line->cells + 1);
    const double *value = line->value + c * (line->cells + 1);
    int status = GST_OK;
    if (!all_finite(value, line->cells + 1))
        return GST_FAILED;
    for (size_t i = 1; i <= line->cells && !status; i++) {
        if (i % run == 1 && i + run <= line->cells && is_quiet(value + i)) {
            i += run - 1;
            continue;
        }
        if (sign_of(value[i - 1]) != sign_of(value[i]))
            status = add_crossing(line, c, x[i - 1], value[i - 1], x[i], value[i]);
        else if (i < line->cells && worth_following(value, i))
            status = add_touching(line, c, i);
    }
    return status;
}

/* A row that has this value at both ends is no grid: it is filled already. */
static void fill_row(double *x, size_t nodes, double value)
{
    if (x[0] == value && x[nodes - 1] == value)
        return;
    for (size_t i = 0; i < nodes; i++)
        x[i] = value;
}

static void fill_grid(gst_line *line, const double *at, double low, double high)
{
    size_t nodes = line->cells + 1;
    double *x = line->x + line->axis * nodes;
    for (size_t j = 0; j < line->kinks->dim; j++) {
        line->point[j] = j == line->axis ? low : at[j];
        if (j != line->axis)
            fill_row(line->x + j * nodes, nodes, line->point[j]);
    }
    if (line->filled == line->axis + 1 && line->low == low && line->high == high)
        return;
    for (size_t i = 0; i < nodes; i++)
        x[i] = i == 0           ? low
               : i + 1 == nodes ? high
                                : low + (high - low) * ((double)i / (double)line->cells);
    line->filled = line->axis + 1;
    line->low = low;
    line->high = high;
}

int gst_line_search(gst_line *line, size_t axis, const double *at, double low, double high,
                    size_t most, double *roots)
{
    line->axis = axis;
    line->roots = roots;
    line->most = most;
    line->found = 0;
    int status = line->affine >> axis & 1 ? gst_line_search_affine(line, at, low, high) : GST_LOOSE;
    if (status != GST_LOOSE)
        return status;
    line->found = 0;
    status = GST_OK;
    fill_grid(line, at, low, high);
    line->kinks->arguments(line->cells + 1, line->x, line->value, line->kinks->params);
    for (size_t c = 0; c < line->kinks->count && !status; c++)
        status = search_argument(line, c);
    return status;
}

int gst_kinks_along(const gst_kinks *kinks, size_t axis, const double *at, double low, double high,
                    size_t most, double *roots, size_t *found)
{
    gst_line line;
    *found = 0;
    if (axis >= kinks->dim || !(low < high) || !isfinite(high - low))
        return GST_INVALID;
    if (kinks->count == 0)
        return GST_OK;
    int status = gst_line_init(&line, kinks, high - low);
    if (status)
        return status;
    status = gst_line_search(&line, axis, at, low, high, most, roots);
    *found = status ? 0 : line.found;
    gst_line_clear(&line);
    return status;
}
