/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.c - a walk over the nodes of a nested mesh.
 *
 *   1. Take the first axis.  If the integrand is a polynomial along it, its nodes are those of the rule of Gauss and
 *      Hermite that is exact for it; if it has no kinks they are those of the trapezoid rule;
 *      otherwise the axis is cut at the kinks (cuts.c) and every panel gets its double-exponential rule
 *      (rule.c) or its Gauss-Legendre rule (gauss_rule.c).
 *   2. At each node, do the same for the next axis inside.
 *   3. On the last axis, append the nodes, the coordinates further out repeated, to the block; hand
 *      the block over when it is full.
 *
 * Weights along the way: w and w_half are products over the axes.  edge, the weight of what is not
 * seen, obeys the product rule: edge <- edge*w_j + w*edge_j. */
#include "integrals/sweep.h"
#include "integrals/integrand.h"
#include "integrals/mesh.h"

#include <stdlib.h>
#include <string.h>

#include "integrals/cuts.h"
#include "base/memory.h"
#include "integrals/rule.h"

/* Ends of the panels of one axis, and room for the nodes of one panel. */
typedef struct {
    gst_cuts cuts;
    gst_rule panel, exact; /* exact: none if n = 0 */
} gst_level;

typedef struct {
    const gst_sweep *sweep;
    gst_level *level;   /* one per axis */
    gst_rule trapezoid; /* shared by all axes without kinks */
    gst_panel_table table;
    gst_gauss_rules gauss;
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

static gst_rule carve_rule(double **memory, size_t n)
{
    return (gst_rule){.x = carve(memory, n),
                      .w = carve(memory, n),
                      .w_half = carve(memory, n),
                      .edge = carve(memory, n)};
}

static void walk_free(gst_walk *walk)
{
    gst_line_clear(&walk->line);
    gst_gauss_rules_clear(&walk->gauss);
    free(walk->block.at_edge);
    free(walk->memory);
    free(walk->level);
}

/* Most nodes of a panel. */
static size_t panel_most(const gst_sweep *sweep)
{
    return sweep->gauss ? gst_gauss_nodes(sweep->order, 2 * GST_GAUSSIAN_BOX) : sweep->order + 1;
}

static size_t exact_nodes(const gst_sweep *sweep, size_t depth)
{
    return gst_exact_nodes(gst_integrand_degree(sweep->kinks, sweep->first + depth),
                           sweep->shift > 0);
}

static int prepare_exact(gst_walk *walk, double **memory)
{
    int status = GST_OK;
    for (size_t j = 0; j < walk->sweep->count && !status; j++) {
        size_t n = exact_nodes(walk->sweep, j);
        walk->level[j].exact = carve_rule(memory, n);
        if (n > 0)
            status = gst_rule_exact(n, &walk->level[j].exact);
    }
    return status;
}

/* What only split axes need: a panel per axis, the panel table, the search for kinks. */
static int prepare_panels(gst_walk *walk, double **memory)
{
    const gst_sweep *sweep = walk->sweep;
    for (size_t j = 0; j < sweep->count; j++)
        walk->level[j].panel = carve_rule(memory, panel_most(sweep));
    int status = gst_line_init(&walk->line, sweep->kinks, 2 * GST_GAUSSIAN_BOX);
    if (sweep->gauss)
        return status ? status : gst_gauss_rules_init(&walk->gauss, sweep->order);
    walk->table.fraction = carve(memory, sweep->order + 1);
    walk->table.slope = carve(memory, sweep->order + 1);
    gst_panel_table_fill(sweep->order, sweep->shift, &walk->table);
    return status;
}

static int walk_init(gst_walk *walk, const gst_sweep *sweep)
{
    size_t order = sweep->order, dim = sweep->first + sweep->count;
    size_t split = sweep->kinks->count && sweep->count, capacity = sweep->block;
    size_t rules = 4 * (order + 1) + (split ? 4 * panel_most(sweep) * sweep->count : 0) +
                   (split ? 2 * order + 2 : 0);
    for (size_t j = 0; j < sweep->count; j++)
        rules += 4 * exact_nodes(sweep, j);
    *walk = (gst_walk){.sweep = sweep, .line.kinks = sweep->kinks, .capacity = capacity};
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
    walk->trapezoid = carve_rule(&memory, order + 1);
    gst_rule_trapezoid(order, sweep->shift, &walk->trapezoid);
    int status = prepare_exact(walk, &memory);
    return status || !split ? status : prepare_panels(walk, &memory);
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
    int old = walk->sweep->only_new && outer->in_half;
    size_t stride = old ? 2 : 1;
    if (old && rule->exact)
        return GST_OK;
    size_t begin = stride - 1, left = stride == 2 ? rule->n / 2 : rule->n;
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

static int visit_axis(gst_walk *walk, size_t depth, const gst_product *outer);

/* Step 2, at every node of one rule on an axis. */
static int visit_inside(gst_walk *walk, size_t depth, const gst_rule *rule,
                        const gst_product *outer)
{
    int status = GST_OK;
    if (depth + 1 == walk->sweep->count)
        return visit_nodes(walk, rule, outer);
    for (size_t i = 0; i < rule->n && !status; i++) {
        gst_product next = {.w = outer->w * rule->w[i],
                            .w_half = outer->w_half * rule->w_half[i],
                            .edge = outer->edge * rule->w[i] + outer->w * rule->edge[i],
                            .in_half = outer->in_half && (rule->exact || i % 2 == 0)};
        walk->at[walk->sweep->first + depth] = rule->x[i];
        status = visit_axis(walk, depth + 1, &next);
    }
    return status;
}

/* Step 2 on a panel, with Gauss rules. */
static int visit_gauss(gst_walk *walk, size_t depth, double low, double high,
                       const gst_product *outer)
{
    const gst_sweep *sweep = walk->sweep;
    double ends[GST_GRADED_MOST + 1] = {low, high};
    size_t widest = 0, parts = sweep->gauss == 2 ? gst_gauss_grade(low, high, ends, &widest) : 1;
    int status = GST_OK;
    for (size_t i = 0; i < parts && !status; i++) {
        size_t m =
            i == widest ? gst_gauss_nodes(sweep->order, ends[i + 1] - ends[i]) : GST_GRADED_NODES;
        gst_rule *panel = &walk->level[depth].panel;
        status = gst_rule_gauss(m, &walk->gauss, ends[i], ends[i + 1], panel);
        if (!status)
            status = visit_inside(walk, depth, panel, outer);
    }
    return status;
}

/* Step 2 on a panel. */
static int visit_panel(gst_walk *walk, size_t depth, double low, double high,
                       const gst_product *outer)
{
    gst_rule *panel = &walk->level[depth].panel;
    if (walk->sweep->gauss)
        return visit_gauss(walk, depth, low, high, outer);
    gst_rule_panel(walk->sweep->order, &walk->table, low, high, panel);
    return visit_inside(walk, depth, panel, outer);
}

/* Step 1 for the axis at `depth`. */
static int visit_axis(gst_walk *walk, size_t depth, const gst_product *outer)
{
    gst_level *level = &walk->level[depth];
    if (level->exact.n > 0)
        return visit_inside(walk, depth, &level->exact, outer);
    int status = gst_cuts_find(&walk->line, walk->sweep->first + depth, walk->at, &level->cuts);
    if (!status && level->cuts.panels == 1)
        return visit_inside(walk, depth, &walk->trapezoid, outer);
    for (size_t i = 0; i < level->cuts.panels && !status; i++) {
        status = visit_panel(walk, depth, level->cuts.ends[i], level->cuts.ends[i + 1], outer);
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
