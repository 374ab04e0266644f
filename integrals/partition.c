/* SPDX-License-Identifier: GPL-3.0-or-later */
/* partition.c - panels on which functions are resolved, found by bisection.
 *
 *   1. Sample the functions once in every stratum of length `spacing`, at a random place in it.
 *   2. Cut the interval at the breaks, and the pieces so that none is longer than `longest`.
 *   3. On a panel take the values at the Gauss-Legendre nodes and the Legendre coefficients a_0 .. a_{N-1} of the
 *      polynomial p through them.  The panel is resolved when |a_{N-2}| + |a_{N-1}| and |f - p| at the samples of
 *      step 1 inside it, or at `checks` fresh random points if those are fewer, are at most
 *         tolerance*(largest |f| on the panel) + flat*(largest |f| within reach) + absolute.
 *   4. Otherwise cut it in two and do the same with both parts, unless its length times its error is negligible,
 *      it has no more than a few floating-point numbers, its error is rounding of f (neighbouring numbers have
 *      values that differ as much) or other small noise (`patience` cuts in a row have not made it smaller), no
 *      value on it is finite, or the budget is spent: then it stays unresolved. */
#include "integrals/partition.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/resolver.h"

enum { first_room = 64 };

/* Cuts without progress after which the error is looked at for rounding, and is called noise. */
enum { suspicion = 2, patience = 6 };

/* A cut that does not bring the error below this part of the best so far is no progress; noise is below that part
 * of the largest value. */
static const double progress = 0.3, noise = 1e-6;

/* A panel of no more than this many units in the last place, or this long at 0, is not cut. */
static const double last_units = 8 * DBL_EPSILON, last_length = 1e-34;

/* Where the companion cuts a panel, how much shorter its longest panel is, where its first ends. */
static const double companion_cut = 0.46410161513775458705,
                    companion_length = 0.82842712474619009760,
                    companion_first = 0.38196601125010515180;

gst_partition_problem gst_partition_defaults(size_t functions, gst_integrand *f, void *params,
                                             double low, double high)
{
    return (gst_partition_problem){.functions = functions,
                                   .f = f,
                                   .params = params,
                                   .low = low,
                                   .high = high,
                                   .longest = high - low,
                                   .reach = INFINITY,
                                   .spacing = 0.01,
                                   .tolerance = 1e-10,
                                   .panels_most = 40000};
}

void gst_partition_free(gst_partition *partition)
{
    if (!partition)
        return;
    free(partition->ends);
    free(partition->x);
    free(partition->w);
    free(partition->values);
    free(partition->doubt);
    free(partition);
}

static int make_room(gst_resolver *r)
{
    gst_partition *p = r->partition;
    if (p->panels < r->room)
        return GST_OK;
    size_t room = r->room ? 2 * r->room : first_room, C = p->functions;
    double *ends = realloc(p->ends, (room + 1) * sizeof *ends);
    p->ends = ends ? ends : p->ends;
    double *values = realloc(p->values, room * N * C * sizeof *values);
    p->values = values ? values : p->values;
    if (!ends || !values)
        return GST_NO_MEMORY;
    r->room = room;
    return GST_OK;
}

/* values[(panel*functions + c)*N + k] while panels are collected. */
static int keep(gst_resolver *r, const gst_panel *panel, int resolved)
{
    gst_partition *p = r->partition;
    int status = make_room(r);
    if (status)
        return status;
    p->ends[p->panels] = panel->low;
    p->ends[p->panels + 1] = panel->high;
    memcpy(p->values + p->panels * p->functions * N, r->value, p->functions * N * sizeof(double));
    p->panels++;
    if (resolved)
        return GST_OK;
    p->unresolved++;
    for (size_t c = 0; c < p->functions; c++)
        p->doubt[c] += isfinite(r->error[c]) ? r->error[c] * (panel->high - panel->low) : 0;
    return GST_OK;
}

static int is_last(const gst_panel *panel)
{
    double size = fmax(fabs(panel->low), fabs(panel->high));
    return !(panel->high - panel->low > fmax(last_units * size, last_length));
}

static void cut(gst_resolver *r, const gst_panel *panel, double error)
{
    double share = r->problem->companion ? companion_cut : 0.5;
    double middle = panel->low + share * (panel->high - panel->low);
    int better = error <= progress * panel->best;
    double best = better ? error : panel->best;
    size_t idle = better ? 0 : panel->idle + 1;
    r->stack[r->depth++] =
        (gst_panel){.low = middle, .high = panel->high, .best = best, .idle = idle};
    r->stack[r->depth++] =
        (gst_panel){.low = panel->low, .high = middle, .best = best, .idle = idle};
}

/* Steps 3 and 4 for the panel on top of the stack. */
static int treat(gst_resolver *r)
{
    gst_panel panel = r->stack[--r->depth];
    size_t finite = gst_panel_evaluate(r, &panel);
    gst_panel_verdict verdict = gst_panel_examine(r, &panel);
    if (r->partition->panels + r->depth >= r->problem->panels_most)
        r->partition->exhausted = 1;
    int resolved = verdict.resolved, last = finite == 0 || is_last(&panel) ||
                                            r->partition->exhausted || r->depth + 2 > depth_most ||
                                            (panel.idle >= patience && verdict.worst <= noise);
    if (!resolved && !verdict.negligible && !last && panel.idle >= suspicion)
        last = gst_panel_is_rounding(r, &panel);
    if (!resolved && !verdict.negligible && !last) {
        cut(r, &panel, verdict.worst);
        return GST_OK;
    }
    if (!resolved)
        gst_panel_compare(r, &panel);
    return keep(r, &panel, resolved);
}

static int treat_all(gst_resolver *r, double low, double high)
{
    int status = GST_OK;
    r->depth = 0;
    r->stack[r->depth++] = (gst_panel){.low = low, .high = high, .best = INFINITY};
    while (r->depth && !status)
        status = r->problem->stop && *r->problem->stop ? GST_INTERRUPTED : treat(r);
    return status;
}

/* Step 2 between two breaks. */
static int treat_piece(gst_resolver *r, double low, double high)
{
    const gst_partition_problem *p = r->problem;
    double longest = p->longest * (p->companion ? companion_length : 1);
    double parts = ceil((high - low) / longest), from = low;
    int status = GST_OK;
    if (!p->companion) {
        for (double i = 1; i <= parts && !status; i++) {
            double to = i == parts ? high : low + (high - low) * (i / parts);
            status = treat_all(r, from, to);
            from = to;
        }
        return status;
    }
    double to = low + companion_first * fmin(longest, high - low);
    for (; to < high - (1 - companion_first) * companion_first * longest && !status;
         to += longest) {
        status = treat_all(r, from, to);
        from = to;
    }
    return status ? status : treat_all(r, from, high);
}

/* Nodes, weights, and values in the order of the header. */
static int finish(gst_resolver *r)
{
    gst_partition *p = r->partition;
    size_t n = p->n = p->panels * N, C = p->functions;
    double *values = gst_alloc(C, n * sizeof *values);
    p->x = gst_alloc_doubles(n);
    p->w = gst_alloc_doubles(n);
    if (!values || !p->x || !p->w) {
        free(values);
        return GST_NO_MEMORY;
    }
    for (size_t i = 0; i < p->panels; i++) {
        gst_panel panel = {.low = p->ends[i], .high = p->ends[i + 1]};
        gst_panel_nodes(r, &panel, p->x + i * N);
        for (size_t k = 0; k < N; k++)
            p->w[i * N + k] = 0.5 * (panel.high - panel.low) * r->weight[k];
        for (size_t c = 0; c < C; c++)
            memcpy(values + c * n + i * N, p->values + (i * C + c) * N, N * sizeof *values);
    }
    free(p->values);
    p->values = values;
    return GST_OK;
}

static int problem_valid(const gst_partition_problem *p)
{
    return p->functions > 0 && p->low < p->high && isfinite(p->high - p->low) && p->longest > 0 &&
           p->reach > 0 && p->spacing > 0 && p->tolerance > 0 && p->panels_most > 0;
}

int gst_partition_resolve(gst_partition **partition, const gst_partition_problem *problem)
{
    *partition = NULL;
    if (!problem_valid(problem))
        return GST_INVALID;
    gst_resolver *r = gst_alloc(1, sizeof *r);
    gst_partition *made = gst_alloc(1, sizeof *made);
    int status = r && made ? GST_OK : GST_NO_MEMORY;
    if (!status) {
        r->problem = problem;
        r->partition = made;
        status = gst_resolver_init(r);
    }
    double from = problem->low;
    for (size_t i = 0; i < problem->break_count && !status; i++) {
        status = treat_piece(r, from, problem->breaks[i]);
        from = problem->breaks[i];
    }
    if (!status)
        status = treat_piece(r, from, problem->high);
    if (!status)
        status = finish(r);
    if (r)
        gst_resolver_clear(r);
    free(r);
    if (status) {
        gst_partition_free(made);
        return status;
    }
    *partition = made;
    return made->exhausted ? GST_LOOSE : GST_OK;
}
