/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.c - a walk over the nodes of a nested mesh.
 *
 *   1. Take the first axis.  If it has no kinks its nodes are those of the trapezoid rule;
 *      otherwise the axis is cut at the kinks and every panel gets its double-exponential rule
 *      (rule.c).
 *   2. At each node, do the same for the next axis inside.
 *   3. On the last axis, append the nodes, the coordinates further out repeated, to the block; hand
 *      the block over when it is full.
 *
 * Kinks of the innermost axis are all zeros of the arguments at the point reached.  Those of an
 * outer axis are the zeros found for at least two of five positions of the coordinates inside it:
 * zeros that move with those coordinates are smoothed by the integral over them, but a zero that
 * stays for part of them (z1 = 0 in relu(z1 + relu(z2))) is not.  A zero that hardly moves (z1 = 0
 * in relu(z1 + 0.01 z2)) leaves a function that is smooth on a very small scale; the axis is cut in the
 * middle of it, where the nodes of two panels crowd.  The axis before the innermost is also cut where the zeros
 * along the innermost change in number or order (z2 = z1 in max(z1, max(z2, z3))): there kinks meet in a corner,
 * which no integral over the innermost axis alone smooths.
 *
 * Weights along the way: w and w_half are products over the axes.  edge, the weight of what is not
 * seen, obeys the product rule: edge <- edge*w_j + w*edge_j. */
#include "integrals/sweep.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/line.h"
#include "base/memory.h"
#include "integrals/rule.h"

enum { most_kinks = 64, positions = 5 };

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

/* Ends of the panels of one axis, and room for the nodes of one panel. */
typedef struct {
    size_t breaks;
    double ends[most_kinks + 2];
    gst_rule panel;
} gst_level;

typedef struct {
    const gst_sweep *sweep;
    gst_level *level;   /* one per axis */
    gst_rule trapezoid; /* shared by all axes without kinks */
    gst_panel_table table;
    gst_line line;
    double *at; /* coordinates of the point reached: kinks->dim */
    double *memory;
    gst_block block;
    size_t capacity;
} gst_walk;

/* Weights accumulated over the axes outside, and whether all their nodes are in the half mesh. */
typedef struct {
    double w, w_half, edge;
    int in_half;
} gst_product;

static double *carve(double **memory, size_t count)
{
    double *part = *memory;
    *memory += count;
    return part;
}

static gst_rule carve_rule(double **memory, size_t order)
{
    return (gst_rule){.x = carve(memory, order + 1),
                      .w = carve(memory, order + 1),
                      .w_half = carve(memory, order + 1),
                      .edge = carve(memory, order + 1)};
}

static void walk_free(gst_walk *walk)
{
    gst_line_clear(&walk->line);
    free(walk->block.at_edge);
    free(walk->memory);
    free(walk->level);
}

/* What only split axes need: a panel per axis, the panel table, the search for kinks. */
static int prepare_panels(gst_walk *walk, double **memory)
{
    const gst_sweep *sweep = walk->sweep;
    for (size_t j = 0; j < sweep->count; j++)
        walk->level[j].panel = carve_rule(memory, sweep->order);
    walk->table.fraction = carve(memory, sweep->order + 1);
    walk->table.slope = carve(memory, sweep->order + 1);
    gst_panel_table_fill(sweep->order, sweep->shift, &walk->table);
    return gst_line_init(&walk->line, sweep->kinks, 2 * GST_GAUSSIAN_BOX);
}

static int walk_init(gst_walk *walk, const gst_sweep *sweep)
{
    size_t order = sweep->order, dim = sweep->first + sweep->count;
    size_t split = sweep->kinks->count && sweep->count, capacity = sweep->block;
    size_t rules = 4 * (order + 1) * (1 + (split ? sweep->count : 0)) + (split ? 2 * order + 2 : 0);
    *walk = (gst_walk){.sweep = sweep, .capacity = capacity};
    walk->level = gst_alloc(sweep->count, sizeof *walk->level);
    walk->memory = gst_alloc_doubles(rules + (dim + 3) * capacity + sweep->kinks->dim);
    walk->block.at_edge = gst_alloc(capacity, sizeof *walk->block.at_edge);
    if (!walk->level || !walk->memory || !walk->block.at_edge)
        return GST_NO_MEMORY;
    double *memory = walk->memory;
    walk->block.x = carve(&memory, dim * capacity);
    walk->block.w = carve(&memory, capacity);
    walk->block.w_half = carve(&memory, capacity);
    walk->block.edges = carve(&memory, capacity);
    walk->at = carve(&memory, sweep->kinks->dim);
    if (sweep->first)
        memcpy(walk->at, sweep->fixed, sweep->first * sizeof *walk->at);
    walk->trapezoid = carve_rule(&memory, order);
    gst_rule_trapezoid(order, sweep->shift, &walk->trapezoid);
    return split ? prepare_panels(walk, &memory) : GST_OK;
}

/* Hand the block over; a part-filled one is packed first. */
static int flush(gst_walk *walk)
{
    gst_block *block = &walk->block;
    if (block->n == 0)
        return GST_OK;
    if (block->n < walk->capacity)
        for (size_t j = 1; j < walk->sweep->first + walk->sweep->count; j++)
            memmove(block->x + j * block->n, block->x + j * walk->capacity,
                    block->n * sizeof *block->x);
    int status = walk->sweep->visit(block, walk->sweep->context);
    block->n = block->edge_count = 0;
    return status;
}

/* Append nodes begin, begin + stride, ... (count of them) of the innermost rule to the block. */
static void append(gst_walk *walk, const gst_rule *rule, const gst_product *outer, size_t begin,
                   size_t stride, size_t count)
{
    gst_block *block = &walk->block;
    size_t last = walk->sweep->first + walk->sweep->count - 1;
    double *x = block->x + block->n, *w = block->w + block->n, *w_half = block->w_half + block->n;
    for (size_t j = 0; j < last; j++)
        for (size_t k = 0; k < count; k++)
            x[j * walk->capacity + k] = walk->at[j];
    for (size_t k = 0; k < count; k++) {
        size_t i = begin + stride * k;
        double edge = outer->edge * rule->w[i] + outer->w * rule->edge[i];
        x[last * walk->capacity + k] = rule->x[i];
        w[k] = outer->w * rule->w[i];
        w_half[k] = outer->w_half * rule->w_half[i];
        if (edge > 0) {
            block->edges[block->edge_count] = edge;
            block->at_edge[block->edge_count++] = block->n + k;
        }
    }
    block->n += count;
}

/* Step 3: all nodes of the innermost rule that this sweep wants. */
static int visit_nodes(gst_walk *walk, const gst_rule *rule, const gst_product *outer)
{
    size_t stride = walk->sweep->only_new && outer->in_half ? 2 : 1;
    size_t begin = stride - 1, left = walk->sweep->order / stride + (stride == 1);
    while (left > 0) {
        size_t room = walk->capacity - walk->block.n, count = left < room ? left : room;
        append(walk, rule, outer, begin, stride, count);
        begin += stride * count;
        left -= count;
        if (walk->block.n == walk->capacity) {
            int status = flush(walk);
            if (status)
                return status;
        }
    }
    return GST_OK;
}

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
static int stable_roots(gst_walk *walk, size_t axis, double *kept, size_t *count)
{
    double roots[positions][most_kinks];
    size_t found[positions];
    for (size_t p = 0; p < positions; p++) {
        for (size_t j = axis + 1; j < walk->sweep->kinks->dim; j++)
            walk->at[j] = generic[(p + 2 * (j - axis)) % positions] + shift * (double)(j - axis);
        int status = gst_line_search(&walk->line, axis, walk->at, -GST_GAUSSIAN_BOX,
                                     GST_GAUSSIAN_BOX, most_kinks, roots[p]);
        if (status)
            return status;
        found[p] = walk->line.found;
    }
    int status = shared_roots(roots, found, kept, count);
    if (!status)
        add_near_roots(roots, found, kept, count);
    return status;
}

/* Number and order of the zeros along the innermost axis, the others held: between zeros, the signs of all arguments
 * (hashed by FNV-1a). */
static int structure_at(gst_walk *walk, size_t axis, double place, gst_structure *structure)
{
    const gst_kinks *kinks = walk->sweep->kinks;
    size_t inner = kinks->dim - 1;
    double roots[most_kinks], low = -GST_GAUSSIAN_BOX;
    walk->at[axis] = place;
    int status = gst_line_search(&walk->line, inner, walk->at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX,
                                 most_kinks, roots);
    structure->count = status ? 0 : walk->line.found + 1;
    for (size_t i = 0; i < structure->count; i++) {
        double high = i + 1 < structure->count ? roots[i] : GST_GAUSSIAN_BOX;
        uint32_t hash = UINT32_C(0x811C9DC5);
        walk->at[inner] = 0.5 * (low + high);
        kinks->arguments(1, walk->at, walk->line.single, kinks->params);
        for (size_t c = 0; c < kinks->count; c++) {
            int sign = (walk->line.single[c] > 0) - (walk->line.single[c] < 0);
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
static int enclose_change(gst_walk *walk, size_t axis, double low, double high,
                          const gst_structure *before, double *place)
{
    int status = GST_OK;
    while (high - low > structure_width && !status) {
        gst_structure here;
        double middle = 0.5 * (low + high);
        status = structure_at(walk, axis, middle, &here);
        int same = same_structure(&here, before);
        low = same ? middle : low;
        high = same ? high : middle;
    }
    *place = 0.5 * (low + high);
    return status;
}

/* Add the places along an axis where the structure changes. */
static int structure_changes(gst_walk *walk, size_t axis, double *kept, size_t *count)
{
    double step = 2 * GST_GAUSSIAN_BOX / structure_steps;
    gst_structure before, here;
    int status = GST_OK;
    for (size_t i = 0; i < structure_steps && !status; i++) {
        double place, at = -GST_GAUSSIAN_BOX + step * ((double)i + structure_shift);
        status = structure_at(walk, axis, at, &here);
        if (!status && i > 0 && !same_structure(&here, &before)) {
            status = enclose_change(walk, axis, at - step, at, &before, &place);
            if (!status && !contains(kept, *count, place))
                status = gst_roots_insert(place, most_kinks, kept, count);
        }
        before = here;
    }
    return status;
}

/* The ends of the panels of an axis: the box and the kinks inside it. */
static int cut_axis(gst_walk *walk, size_t axis, gst_level *level)
{
    double *inside = level->ends + 1;
    size_t count = 0, ends = 1;
    int status = GST_OK;
    if (walk->sweep->kinks->count && axis + 1 == walk->sweep->kinks->dim) {
        status = gst_line_search(&walk->line, axis, walk->at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX,
                                 most_kinks, inside);
        count = walk->line.found;
    } else if (walk->sweep->kinks->count) {
        status = stable_roots(walk, axis, inside, &count);
        if (!status && axis + 2 == walk->sweep->kinks->dim)
            status = structure_changes(walk, axis, inside, &count);
    }
    level->ends[0] = -GST_GAUSSIAN_BOX;
    for (size_t i = 0; i < count; i++)
        if (fabs(inside[i]) < GST_GAUSSIAN_BOX)
            level->ends[ends++] = inside[i];
    level->ends[ends] = GST_GAUSSIAN_BOX;
    level->breaks = ends - 1;
    return status;
}

static int visit_axis(gst_walk *walk, size_t depth, const gst_product *outer);

/* Step 2, at every node of one rule on an axis. */
static int visit_inside(gst_walk *walk, size_t depth, const gst_rule *rule,
                        const gst_product *outer)
{
    int status = GST_OK;
    if (depth + 1 == walk->sweep->count)
        return visit_nodes(walk, rule, outer);
    for (size_t i = 0; i <= walk->sweep->order && !status; i++) {
        gst_product next = {.w = outer->w * rule->w[i],
                            .w_half = outer->w_half * rule->w_half[i],
                            .edge = outer->edge * rule->w[i] + outer->w * rule->edge[i],
                            .in_half = outer->in_half && i % 2 == 0};
        walk->at[walk->sweep->first + depth] = rule->x[i];
        status = visit_axis(walk, depth + 1, &next);
    }
    return status;
}

/* Step 1 for the axis at `depth`. */
static int visit_axis(gst_walk *walk, size_t depth, const gst_product *outer)
{
    gst_level *level = &walk->level[depth];
    int status = cut_axis(walk, walk->sweep->first + depth, level);
    if (!status && level->breaks == 0)
        return visit_inside(walk, depth, &walk->trapezoid, outer);
    for (size_t i = 0; i <= level->breaks && !status; i++) {
        gst_rule_panel(walk->sweep->order, &walk->table, level->ends[i], level->ends[i + 1],
                       &level->panel);
        status = visit_inside(walk, depth, &level->panel, outer);
    }
    return status;
}

/* A sweep over no axes: one point, in every half mesh. */
static int visit_point(gst_walk *walk)
{
    gst_block *block = &walk->block;
    if (walk->sweep->only_new)
        return GST_OK;
    block->n = 1;
    for (size_t j = 0; j < walk->sweep->first; j++)
        block->x[j * walk->capacity] = walk->at[j];
    block->w[0] = block->w_half[0] = 1;
    return flush(walk);
}

int gst_sweep_check(const gst_sweep *sweep)
{
    size_t dim = sweep->kinks->dim;
    int valid = sweep->order >= 2 && sweep->order % 2 == 0 && sweep->block > 0 &&
                sweep->count <= dim && sweep->first <= dim - sweep->count &&
                (sweep->first == 0 || sweep->fixed);
    return valid ? GST_OK : GST_INVALID;
}

int gst_sweep_run(const gst_sweep *sweep)
{
    const gst_product one = {.w = 1, .w_half = 1, .in_half = 1};
    gst_walk walk;
    int status = gst_sweep_check(sweep);
    if (status)
        return status;
    status = walk_init(&walk, sweep);
    if (!status)
        status = sweep->count ? visit_axis(&walk, 0, &one) : visit_point(&walk);
    if (!status)
        status = flush(&walk);
    walk_free(&walk);
    return status;
}
