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
 *      value on it is finite, or the budget is spent: then it stays unresolved.
 *
 * A function that oscillates faster than the nodes can see takes values at the samples that the polynomial does
 * not: they are random, so the chance that all of them agree by accident to 1e-10 is nil. */
#include "integrals/partition.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { N = GST_PARTITION_POINTS, checks = 5, depth_most = 4096, first_room = 64 };

/* Places near 0 where the size of f is looked at. */
enum { natural_points = 256 };

/* Cuts without progress after which the error is looked at for rounding, and is called noise. */
enum { suspicion = 2, patience = 6 };

/* Neighbouring numbers whose values are compared; interpolation amplifies their differences up to so many times. */
enum { neighbours = 3 };
static const double amplified = 32;

/* Interpolation errors below this part of the largest value are rounding. */
static const double flat = 4 * DBL_EPSILON;

/* Length times error below this, relative to the largest value times a unit length, does not count. */
static const double negligible = 1e-17;

/* A cut that does not bring the error below this part of the best so far is no progress; noise is below that part
 * of the largest value. */
static const double progress = 0.3, noise = 1e-6;

/* A panel of no more than this many units in the last place, or this long at 0, is not cut. */
static const double last_units = 8 * DBL_EPSILON, last_length = 1e-34;

/* Where the companion cuts a panel, how much shorter its longest panel is, where its first ends. */
static const double companion_cut = 0.46410161513775458705,
                    companion_length = 0.82842712474619009760,
                    companion_first = 0.38196601125010515180;

/* Samples whose largest value is remembered together. */
enum { samples_per_chunk = 32 };

/* The most strata of step 1. */
static const double strata_most = 4e6;

typedef struct {
    double low, high, best; /* smallest error of the panels it was cut from */
    size_t idle;            /* cuts since that made progress */
} gst_panel;

typedef struct {
    const gst_partition_problem *problem;
    gst_partition *partition;
    size_t room;               /* panels that partition has room for */
    double node[N], weight[N]; /* on [-1, 1] */
    double project[N][N];      /* a_j = sum_k project[j][k] f(x_k) */
    size_t strata;             /* step 1 */
    size_t chunks;             /* of `samples_per_chunk` strata */
    double *chunk;             /* largest value in each: chunk[c*chunks + i] */
    double *at, *sample;       /* places; sample[c*strata + i] */
    double *largest; /* per function: of all values, those on a panel shorter than the spacing
                                         * in proportion to its length, or a pole would dwarf all others */
    double *value, *coefficient;     /* of the panel at work: [c*N + k] */
    double *peak, *error, *rounding; /* largest value, error, rounding on the panel */
    double *fresh, *beside;          /* values at one point, at a neighbour */
    double *natural;                 /* largest value near 0 */
    gst_panel stack[depth_most];
    size_t depth;
} gst_resolver;

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

/* ---- random places ------------------------------------------------------------------------------ */

/* A number in (0, 1) that looks random in (key, index): the finaliser of SplitMix64 (Steele et al. 2014). */
static double random_unit(uint64_t key, uint64_t index)
{
    uint64_t z = key + (index + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

static uint64_t key_of(const gst_resolver *r, double place)
{
    uint64_t bits;
    memcpy(&bits, &place, sizeof bits);
    return bits ^ (r->problem->companion ? UINT64_C(0x5DEECE66D5A7B3C1) : 0);
}

/* ---- setting up --------------------------------------------------------------------------------- */

static void legendre(double t, double P[N])
{
    P[0] = 1;
    P[1] = t;
    for (size_t j = 1; j + 1 < N; j++)
        P[j + 1] = ((double)(2 * j + 1) * t * P[j] - (double)j * P[j - 1]) / (double)(j + 1);
}

static int set_rule(gst_resolver *r)
{
    int status = gst_rule_legendre(N, r->node, r->weight);
    for (size_t k = 0; k < N && !status; k++) {
        double P[N];
        legendre(r->node[k], P);
        for (size_t j = 0; j < N; j++)
            r->project[j][k] = 0.5 * (double)(2 * j + 1) * r->weight[k] * P[j];
    }
    return status;
}

static void raise(double *largest, double value)
{
    double size = fabs(value);
    if (isfinite(size) && size > *largest)
        *largest = size;
}

static int take_samples(gst_resolver *r)
{
    const gst_partition_problem *p = r->problem;
    double length = p->high - p->low, strata = ceil(length / p->spacing);
    if (!(strata <= strata_most))
        return GST_INVALID;
    r->chunks = (size_t)ceil(strata / samples_per_chunk);
    r->strata = r->chunks * samples_per_chunk;
    strata = (double)r->strata;
    r->chunk = gst_alloc(p->functions, r->chunks * sizeof(double));
    r->at = gst_alloc_doubles(r->strata);
    r->sample = gst_alloc(p->functions, r->strata * sizeof(double));
    if (!r->chunk || !r->at || !r->sample)
        return GST_NO_MEMORY;
    uint64_t key = key_of(r, p->low);
    for (size_t i = 0; i < r->strata; i++)
        r->at[i] = p->low + length * (((double)i + random_unit(key, i)) / strata);
    p->f(r->strata, r->at, r->sample, p->params);
    for (size_t c = 0; c < p->functions; c++)
        for (size_t i = 0; i < r->strata; i++) {
            raise(&r->largest[c], r->sample[c * r->strata + i]);
            raise(&r->chunk[c * r->chunks + i / samples_per_chunk], r->sample[c * r->strata + i]);
        }
    return GST_OK;
}

/* The size of f near 0. */
static int take_natural(gst_resolver *r)
{
    const gst_partition_problem *p = r->problem;
    double x[natural_points];
    double *value = gst_alloc(p->functions, natural_points * sizeof *value);
    if (!value)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < natural_points; i++)
        x[i] = p->natural * (2 * ((double)i + 0.5) / natural_points - 1);
    p->f(natural_points, x, value, p->params);
    for (size_t c = 0; c < p->functions; c++)
        for (size_t i = 0; i < natural_points; i++)
            raise(&r->natural[c], value[c * natural_points + i]);
    free(value);
    return GST_OK;
}

static int resolver_init(gst_resolver *r)
{
    size_t C = r->problem->functions;
    r->partition->functions = C;
    r->partition->doubt = gst_alloc_doubles(C);
    r->largest = gst_alloc_doubles(7 * C);
    r->value = gst_alloc(C, 2 * N * sizeof(double));
    if (!r->partition->doubt || !r->largest || !r->value)
        return GST_NO_MEMORY;
    r->peak = r->largest + C;
    r->error = r->peak + C;
    r->rounding = r->error + C;
    r->fresh = r->rounding + C;
    r->beside = r->fresh + C;
    r->natural = r->beside + C;
    r->coefficient = r->value + C * N;
    int status = set_rule(r);
    if (!status && r->problem->natural > 0)
        status = take_natural(r);
    return status ? status : take_samples(r);
}

static void resolver_clear(gst_resolver *r)
{
    free(r->chunk);
    free(r->at);
    free(r->sample);
    free(r->largest);
    free(r->value);
}

/* ---- one panel ---------------------------------------------------------------------------------- */

static void place_nodes(const gst_resolver *r, const gst_panel *panel, double x[N])
{
    double middle = 0.5 * (panel->low + panel->high), half = 0.5 * (panel->high - panel->low);
    for (size_t k = 0; k < N; k++)
        x[k] = middle + half * r->node[k];
}

/* Values and coefficients; returns how many of the values are finite. */
static size_t evaluate_panel(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    double x[N], share = fmin((panel->high - panel->low) / p->spacing, 1);
    size_t finite = 0;
    place_nodes(r, panel, x);
    p->f(N, x, r->value, p->params);
    for (size_t c = 0; c < p->functions; c++) {
        const double *value = r->value + c * N;
        r->peak[c] = 0;
        for (size_t k = 0; k < N; k++) {
            raise(&r->peak[c], value[k]);
            finite += isfinite(value[k]) != 0;
        }
        raise(&r->largest[c], r->peak[c] * share);
        for (size_t j = 0; j < N; j++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += r->project[j][k] * value[k];
            r->coefficient[c * N + j] = sum;
        }
    }
    return finite;
}

/* Raise error and peak by the values f_c(x), stride apart. */
static void compare_at(gst_resolver *r, const gst_panel *panel, double x, const double *f,
                       size_t stride)
{
    double P[N];
    legendre((2 * x - panel->low - panel->high) / (panel->high - panel->low), P);
    for (size_t c = 0; c < r->problem->functions; c++) {
        double sum = 0, here = f[c * stride];
        for (size_t j = 0; j < N; j++)
            sum += r->coefficient[c * N + j] * P[j];
        double error = fabs(sum - here);
        r->error[c] = error <= r->error[c] ? r->error[c] : error; /* a NaN stays */
        raise(&r->peak[c], here);
    }
}

/* Step 3's comparison: the samples inside, or fresh points. */
static void compare(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    double stratum = (p->high - p->low) / (double)r->strata;
    size_t i = (size_t)fmax((panel->low - p->low) / stratum - 1, 0), inside = 0;
    for (; i < r->strata && r->at[i] < panel->high; i++) {
        if (!(r->at[i] > panel->low))
            continue;
        compare_at(r, panel, r->at[i], r->sample + i, r->strata);
        inside++;
    }
    uint64_t key = key_of(r, panel->low) ^ key_of(r, panel->high) << 1;
    for (size_t j = 0; inside + j < checks; j++) {
        double x = panel->low + (panel->high - panel->low) * random_unit(key, j);
        p->f(1, &x, r->fresh, p->params);
        compare_at(r, panel, x, r->fresh, 1);
    }
}

/* The largest |f_c| within about the reach of the panel (whole chunks of samples), or near 0. */
static double scale_of(const gst_resolver *r, const gst_panel *panel, size_t c)
{
    const gst_partition_problem *p = r->problem;
    if (!(p->reach < p->high - p->low))
        return fmax(r->largest[c], r->natural[c]);
    double length = (p->high - p->low) / (double)r->chunks,
           largest = fmax(r->peak[c], r->natural[c]);
    double from = fmax((panel->low - p->reach - p->low) / length, 0);
    double to = fmin((panel->high + p->reach - p->low) / length, (double)r->chunks - 1);
    for (size_t i = (size_t)from; i <= (size_t)to; i++)
        largest = fmax(largest, r->chunk[c * r->chunks + i]);
    return largest;
}

typedef struct {
    int resolved, negligible;
    double worst; /* largest error/scale */
} gst_verdict_on_panel;

/* The errors in r->error against what is allowed; NaN is not resolved. */
static gst_verdict_on_panel judge(const gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    gst_verdict_on_panel verdict = {1, 1, 0};
    double length = panel->high - panel->low, unit = fmin(fmin(p->reach, p->high - p->low), 1);
    for (size_t c = 0; c < p->functions; c++) {
        double scale = scale_of(r, panel, c), error = r->error[c];
        if (!(error <= p->tolerance * r->peak[c] + flat * scale + p->absolute))
            verdict.resolved = 0;
        if (!(error * length <= negligible * scale * unit))
            verdict.negligible = 0;
        if (!(error <= verdict.worst * scale))
            verdict.worst = scale > 0 ? error / scale : INFINITY;
    }
    return verdict;
}

/* Errors by the last coefficients and, if those are small enough, by comparison. */
static gst_verdict_on_panel examine(gst_resolver *r, const gst_panel *panel)
{
    for (size_t c = 0; c < r->problem->functions; c++) {
        const double *a = r->coefficient + c * N;
        r->error[c] = fabs(a[N - 2]) + fabs(a[N - 1]);
    }
    gst_verdict_on_panel verdict = judge(r, panel);
    if (!verdict.resolved && !verdict.negligible)
        return verdict;
    compare(r, panel);
    return judge(r, panel);
}

/* ---- keeping panels ----------------------------------------------------------------------------- */

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

/* Whether neighbouring floating-point numbers give values that differ as much as those of the polynomial do: the
 * error is rounding in the functions themselves. */
static int is_rounding(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    uint64_t key = key_of(r, panel->high);
    size_t C = p->functions;
    memset(r->rounding, 0, C * sizeof *r->rounding);
    for (size_t j = 0; j < checks; j++) {
        double x = panel->low + (panel->high - panel->low) * random_unit(key, j);
        p->f(1, &x, r->fresh, p->params);
        for (size_t ulps = 1; ulps <= neighbours; ulps++) {
            double y = x + (double)ulps * DBL_EPSILON * fabs(x);
            p->f(1, &y, r->beside, p->params);
            for (size_t c = 0; c < C; c++)
                raise(&r->rounding[c], r->beside[c] - r->fresh[c]);
        }
    }
    for (size_t c = 0; c < C; c++) {
        double allowed = p->tolerance * r->peak[c] + flat * scale_of(r, panel, c);
        if (!(r->error[c] <= allowed + amplified * r->rounding[c]))
            return 0;
    }
    return 1;
}

static void cut(gst_resolver *r, const gst_panel *panel, double error)
{
    double share = r->problem->companion ? companion_cut : 0.5;
    double middle = panel->low + share * (panel->high - panel->low);
    int better = error <= progress * panel->best;
    double best = better ? error : panel->best;
    size_t idle = better ? 0 : panel->idle + 1;
    r->stack[r->depth++] = (gst_panel){middle, panel->high, best, idle};
    r->stack[r->depth++] = (gst_panel){panel->low, middle, best, idle};
}

/* Steps 3 and 4 for the panel on top of the stack. */
static int treat(gst_resolver *r)
{
    gst_panel panel = r->stack[--r->depth];
    size_t finite = evaluate_panel(r, &panel);
    gst_verdict_on_panel verdict = examine(r, &panel);
    if (r->partition->panels + r->depth >= r->problem->panels_most)
        r->partition->exhausted = 1;
    int resolved = verdict.resolved, last = finite == 0 || is_last(&panel) ||
                                            r->partition->exhausted || r->depth + 2 > depth_most ||
                                            (panel.idle >= patience && verdict.worst <= noise);
    if (!resolved && !verdict.negligible && !last && panel.idle >= suspicion)
        last = is_rounding(r, &panel);
    if (!resolved && !verdict.negligible && !last) {
        cut(r, &panel, verdict.worst);
        return GST_OK;
    }
    if (!resolved)
        compare(r, &panel);
    return keep(r, &panel, resolved);
}

static int treat_all(gst_resolver *r, double low, double high)
{
    int status = GST_OK;
    r->depth = 0;
    r->stack[r->depth++] = (gst_panel){low, high, INFINITY, 0};
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
        place_nodes(r, &panel, p->x + i * N);
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
        status = resolver_init(r);
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
        resolver_clear(r);
    free(r);
    if (status) {
        gst_partition_free(made);
        return status;
    }
    *partition = made;
    return made->exhausted ? GST_LOOSE : GST_OK;
}
