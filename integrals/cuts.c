/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cuts.c - where an axis of a nested integral is cut.
 *
 * Kinks of the innermost axis are all zeros of the arguments at the point reached.  Those of an
 * outer axis are the zeros found for at least two of five positions of the coordinates inside it:
 * zeros that move with those coordinates are smoothed by the integral over them, but a zero that
 * stays for part of them (z1 = 0 in relu(z1 + relu(z2))) is not.  A zero that hardly moves (z1 = 0
 * in relu(z1 + 0.01 z2)) leaves a function that is smooth on a very small scale; the axis is cut in the
 * middle of it, where the nodes of two panels crowd.  The axis before the innermost is also cut where the zeros
 * along the innermost change in number or order (z2 = z1 in max(z1, max(z2, z3))): there kinks meet in a corner,
 * which no integral over the innermost axis alone smooths. */
#include "integrals/cuts.h"
#include "integrals/integrand.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { most_kinks = GST_CUTS_MOST, positions = 5 };

/* Two zeros found at different positions are the same if they agree to this: the root search is
 * good to rounding, amplified where an argument is steep in the other coordinates. */
static const double same_root = 1e-9;

/* Zeros that differ by no more than this between at least this many positions hardly move. */
static const double near_root = 0.3;
enum { near_positions = 3 };

/* Coordinates for the axes inside: no zeros, no symmetric pairs, no simple ratios, both signs at
 * least twice. */
static const double generic[positions] = {0.7313, -1.1874, 0.2891, -0.4637, 1.6259};
static const double shift = 0.0317; /* from one axis to the next */

/* Steps along an axis on which zeros of the innermost axis are counted, where the first one lies, and to what length a
 * change is enclosed. */
enum { structure_steps = 96 };
static const double structure_shift = 0.3719, structure_width = 1e-13;

/* The signs of the arguments between the zeros along the innermost axis. */
typedef struct {
    size_t count;
    uint32_t signs[most_kinks + 1];
} gst_structure;

static int contains(const double *roots, size_t count, double root)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(roots[i] - root) <= same_root)
            return 1;
    return 0;
}

/* Keep the zeros that at least two positions share. */
static int shared_roots(double roots[positions][most_kinks], const size_t found[positions],
                        double *kept, size_t *count)
{
    for (size_t p = 0; p < positions; p++) {
        for (size_t i = 0; i < found[p]; i++) {
            double root = roots[p][i];
            int shared = 0;
            for (size_t q = p + 1; q < positions && !shared; q++)
                shared = contains(roots[q], found[q], root);
            if (shared && !contains(kept, *count, root) &&
                gst_roots_insert(root, most_kinks, kept, count))
                return GST_FAILED;
        }
    }
    return GST_OK;
}

static double nearest(const double *roots, size_t count, double root)
{
    double best = INFINITY;
    for (size_t i = 0; i < count; i++)
        best = fabs(roots[i] - root) < fabs(best - root) ? roots[i] : best;
    return best;
}

/* Add the middle of the zeros that hardly move, unless another cut is as near: that is worth no failure. */
static void add_near_roots(double roots[positions][most_kinks], const size_t found[positions],
                           double *kept, size_t *count)
{
    for (size_t p = 0; p + near_positions <= positions; p++) {
        for (size_t i = 0; i < found[p]; i++) {
            double low = roots[p][i], high = low;
            size_t agreeing = 0;
            for (size_t q = 0; q < positions; q++) {
                double root = nearest(roots[q], found[q], roots[p][i]);
                double from = fmin(low, root), to = fmax(high, root);
                if (!(to - from <= near_root))
                    continue;
                low = from;
                high = to;
                agreeing++;
            }
            double middle = 0.5 * (low + high);
            if (agreeing >= near_positions &&
                fabs(nearest(kept, *count, middle) - middle) > near_root)
                gst_roots_insert(middle, most_kinks, kept, count);
        }
    }
}

/* Zeros along an outer axis that do not move, or hardly, with the axes inside it. */
static int stable_roots(gst_line *line, double *at, size_t axis, double *kept, size_t *count)
{
    double roots[positions][most_kinks];
    size_t found[positions];
    for (size_t p = 0; p < positions; p++) {
        for (size_t j = axis + 1; j < line->kinks->dim; j++)
            at[j] = generic[(p + 2 * (j - axis)) % positions] + shift * (double)(j - axis);
        int status = gst_line_search(line, axis, at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX,
                                     most_kinks, roots[p]);
        if (status)
            return status;
        found[p] = line->found;
    }
    int status = shared_roots(roots, found, kept, count);
    if (!status)
        add_near_roots(roots, found, kept, count);
    return status;
}

/* Number and order of the zeros along the innermost axis, the others held: between zeros, the signs of all arguments
 * (hashed by FNV-1a). */
static int structure_at(gst_line *line, double *at, size_t axis, double place,
                        gst_structure *structure)
{
    const gst_kinks *kinks = line->kinks;
    size_t inner = kinks->dim - 1;
    double roots[most_kinks], low = -GST_GAUSSIAN_BOX;
    at[axis] = place;
    int status =
        gst_line_search(line, inner, at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX, most_kinks, roots);
    structure->count = status ? 0 : line->found + 1;
    for (size_t i = 0; i < structure->count; i++) {
        double high = i + 1 < structure->count ? roots[i] : GST_GAUSSIAN_BOX;
        uint32_t hash = UINT32_C(0x811C9DC5);
        at[inner] = 0.5 * (low + high);
        kinks->arguments(1, at, line->single, kinks->params);
        for (size_t c = 0; c < kinks->count; c++) {
            int sign = (line->single[c] > 0) - (line->single[c] < 0);
            hash = (hash ^ (uint32_t)(sign + 2)) * UINT32_C(0x01000193);
        }
        structure->signs[i] = hash;
        low = high;
    }
    return status;
}

static int equal_parts(const gst_structure *a, size_t from_a, const gst_structure *b, size_t from_b,
                       size_t count)
{
    return memcmp(a->signs + from_a, b->signs + from_b, count * sizeof *a->signs) == 0;
}

/* The same, but for a zero that left through an end of the box. */
static int same_structure(const gst_structure *a, const gst_structure *b)
{
    if (a->count < b->count)
        return same_structure(b, a);
    if (a->count == b->count)
        return equal_parts(a, 0, b, 0, a->count);
    return a->count == b->count + 1 &&
           (equal_parts(a, 0, b, 0, b->count) || equal_parts(a, 1, b, 0, b->count));
}

/* Where the structure changes between low, where it is `before`, and high. */
static int enclose_change(gst_line *line, double *at, size_t axis, double low, double high,
                          const gst_structure *before, double *place)
{
    int status = GST_OK;
    while (high - low > structure_width && !status) {
        gst_structure here;
        double middle = 0.5 * (low + high);
        status = structure_at(line, at, axis, middle, &here);
        int same = same_structure(&here, before);
        low = same ? middle : low;
        high = same ? high : middle;
    }
    *place = 0.5 * (low + high);
    return status;
}

/* Whether the structure, `before` at low, changes at a cut that is kept already, and is `after` beyond it: then there
 * is nothing to enclose. */
static int changes_at_cut(gst_line *line, double *at, size_t axis, double low, double high,
                          const gst_structure *before, const gst_structure *after,
                          const double *kept, size_t count, int *known)
{
    int status = GST_OK;
    *known = 0;
    for (size_t i = 0; i < count && !status && !*known; i++) {
        gst_structure left, right;
        if (!(kept[i] - same_root > low && kept[i] + same_root < high))
            continue;
        status = structure_at(line, at, axis, kept[i] - same_root, &left);
        if (!status)
            status = structure_at(line, at, axis, kept[i] + same_root, &right);
        *known = !status && same_structure(&left, before) && same_structure(&right, after);
    }
    return status;
}

/* Add the places along an axis where the structure changes. */
static int structure_changes(gst_line *line, double *at, size_t axis, double *kept, size_t *count)
{
    double step = 2 * GST_GAUSSIAN_BOX / structure_steps;
    gst_structure before, here;
    int status = GST_OK, known;
    for (size_t i = 0; i < structure_steps && !status; i++) {
        double place, to = -GST_GAUSSIAN_BOX + step * ((double)i + structure_shift);
        status = structure_at(line, at, axis, to, &here);
        if (!status && i > 0 && !same_structure(&here, &before)) {
            status =
                changes_at_cut(line, at, axis, to - step, to, &before, &here, kept, *count, &known);
            if (!status && !known)
                status = enclose_change(line, at, axis, to - step, to, &before, &place);
            if (!status && !known && !contains(kept, *count, place))
                status = gst_roots_insert(place, most_kinks, kept, count);
        }
        before = here;
    }
    return status;
}

int gst_cuts_find(gst_line *line, size_t axis, double *at, gst_cuts *cuts)
{
    double *inside = cuts->ends + 1;
    size_t count = 0, ends = 1;
    int status = GST_OK;
    if (line->kinks->count && axis + 1 == line->kinks->dim) {
        status = gst_line_search(line, axis, at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX, most_kinks,
                                 inside);
        count = line->found;
    } else if (line->kinks->count) {
        status = stable_roots(line, at, axis, inside, &count);
        if (!status && axis + 2 == line->kinks->dim)
            status = structure_changes(line, at, axis, inside, &count);
    }
    cuts->ends[0] = -GST_GAUSSIAN_BOX;
    for (size_t i = 0; i < count; i++)
        if (fabs(inside[i]) < GST_GAUSSIAN_BOX)
            cuts->ends[ends++] = inside[i];
    cuts->ends[ends] = GST_GAUSSIAN_BOX;
    cuts->panels = ends;
    return status;
}
