/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expectation.c - E f_c(z), z ~ N(0, I), to a tolerance.
 *
 * Over one variable: axis_expectation.c.  Over several:
 *
 *   1. Sweep the mesh of order_first/2 (sweep.c) and take, for every component, the sums with the
 *      full weights (value), with the half weights (half), of |f| (scale), and at the ends (edge).
 *   2. Double the order: the old sums become half, only the new nodes are evaluated.
 *   3. |value - half| is the error of the half rule times the cosine of a phase (for f = exp(a z) and spacing h,
 *      cos(2 pi a/h)), and full and half rule share nodes, so that both may take a fast oscillation for the same
 *      slow one.  Once the square of that difference, relative to the scale, is within the tolerance (doubling the
 *      order squares the relative error), a companion mesh has to agree: 3 - sqrt 5 times as many nodes per axis,
 *      shifted by an irrational part of their step.  Its value becomes half, and
 *         error = max(|value - half|, that square) + edge + rounding.
 *      Stop when error <= epsabs + epsrel*scale for all
 *      components; when what is left of it is cut off at the ends; when the next mesh would exceed
 *      `evaluations`; or when three doublings in a row have not made small errors smaller, which are
 *      then the rounding of the integrand itself.
 *      Otherwise go to 2.
 *   4. With two or more variables, hand over to adaptive cubature of f_c/tolerance_c, so that one
 *      absolute tolerance of 1 serves all components: first with 100, whose answer becomes half,
 *      then with 1.  What the box does not show (edge), and a difference from the mesh beyond the
 *      error of the mesh, are added to its error.  The better of mesh and cubature is returned. */
#include "integrals/expectation.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/axis_expectation.h"
#include "integrals/gaussian_cubature.h"
#include "base/memory.h"
#include "integrals/tally.h"

enum {
    block_points = 256,
    lowest_order = 32, /* spacing 0.75, half 1.5: below, both can miss all the mass */
    patience = 3       /* doublings without progress */
};

/* Of a mesh that is more accurate than this, relative to the scale, cubature would only cost time: of one that is cut
 * at kinks, which cubature is not. */
static const double many_digits = 1e-10, digits_at_kinks = 1e-6;

/* Errors below this part of the scale that do not shrink any more are taken for rounding. */
static const double noise = 1e-6;

/* An error of at most this many times what the ends cut off cannot get much smaller. */
static const double most = 1.1;

/* Rounding of values, weights and nodes, in units of the scale: a few units in the last place. */
static const double rounding = 4 * DBL_EPSILON;

/* Order of the companion mesh over that of the mesh, halved: (3 - sqrt 5)/2. */
static const double companion_order = 0.38196601125010515180;

/* Ratio of tolerances of the two runs of the cubature. */
static const double looser = 100.0;

typedef struct {
    const gst_expectand *e;
    const double *fixed;
    const gst_expectation_options *options;
    size_t axes, order, points;
    int halves;   /* the first sweep: half sums are taken along */
    int blind;    /* no mesh of the lowest order fits: only the scale means anything */
    int near;     /* every error is below `noise` */
    int cut_off;  /* where the tolerance is missed, what the ends cut off is most of the error */
    double worst; /* largest error/tolerance */
    double *out;  /* one block of values */
    gst_tally *tally, *other;                 /* of the mesh and of its companion */
    gst_tally *into;                          /* the one that a sweep adds to */
    double *value, *half, *error, *tolerance; /* the answer so far */
    double *gap;                              /* |value - half|, of the sweep before */
    double *loose, *tight, *tight_error;      /* answers of the cubature */
} gst_engine;

gst_expectation_options gst_expectation_defaults(void)
{
    return (gst_expectation_options){.epsabs = 1e-15,
                                     .epsrel = 1e-14,
                                     .spacing = 0.01,
                                     .order_first = 32,
                                     .evaluations = 4000000};
}

static int options_valid(const gst_expectation_options *options)
{
    return options->epsabs >= 0 && isfinite(options->epsabs) && options->epsrel >= 0 &&
           isfinite(options->epsrel) && options->spacing > 0 && options->order_first >= 2 &&
           options->order_first % 2 == 0 && options->evaluations > lowest_order;
}

/* (order + 1)^axes, as a double so that it cannot overflow. */
static double points_of(size_t order, size_t axes)
{
    return pow((double)order + 1, (double)axes);
}

/* order_first as a multiple of 4 so that it can be halved, not below the lowest. */
static size_t target_order(const gst_expectation_options *options)
{
    size_t order = options->order_first + options->order_first % 4;
    return order > lowest_order ? order : lowest_order;
}

/* The largest even order whose mesh has at most `evaluations` points, 2 at least. */
static size_t affordable_order(const gst_expectation_options *options, size_t axes)
{
    size_t order = lowest_order;
    while (order > 2 && points_of(order, axes) > (double)options->evaluations)
        order -= 2;
    return order;
}

static int engine_init(gst_engine *engine, const gst_expectand *e, const double *fixed,
                       const gst_expectation_options *options)
{
    size_t components = e->components, axes = e->kinks.dim - e->first;
    size_t target = target_order(options), affordable = affordable_order(options, axes);
    while (target > lowest_order && points_of(target, axes) > (double)options->evaluations)
        target = target / 8 * 4;
    *engine = (gst_engine){.e = e, .fixed = fixed, .options = options, .axes = axes, .halves = 1};
    engine->blind = affordable < lowest_order;
    engine->order = engine->blind ? affordable : target / 2;
    engine->tally = gst_alloc(2 * components, sizeof *engine->tally);
    engine->out = gst_alloc(components, (block_points + 8) * sizeof *engine->out);
    if (!engine->tally || !engine->out)
        return GST_NO_MEMORY;
    engine->other = engine->tally + components;
    double **rows[] = {&engine->value, &engine->half,  &engine->error, &engine->tolerance,
                       &engine->gap,   &engine->loose, &engine->tight, &engine->tight_error};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = engine->out + (block_points + i) * components;
    for (size_t c = 0; c < components; c++)
        engine->gap[c] = INFINITY;
    return GST_OK;
}

static int visit(const gst_block *block, void *context)
{
    gst_engine *engine = context;
    engine->e->f(block->n, block->x, engine->out, engine->e->params);
    engine->points += engine->into == engine->tally ? block->n : 0;
    for (size_t c = 0; c < engine->e->components; c++)
        if (gst_tally_add(&engine->into[c], block, engine->out + c * block->n, engine->halves))
            return GST_FAILED;
    return engine->options->stop && *engine->options->stop ? GST_INTERRUPTED : GST_OK;
}

/* 0 if the tolerance is met, otherwise by which factor it is missed; NaN misses. */
static double missed(double error, double tolerance)
{
    double ratio = error / tolerance;
    return error <= tolerance ? 0 : isnan(ratio) ? INFINITY : ratio;
}

/* Value, half, error and tolerance of a component from its tally. */
static void assess(gst_engine *engine, size_t c)
{
    const gst_tally *tally = &engine->tally[c];
    double scale = gst_sum_total(&tally->scale);
    double before = scale > 0 ? fmin(engine->gap[c] / scale, 1) : 0;
    engine->value[c] = gst_sum_total(&tally->value);
    engine->half[c] = gst_sum_total(&tally->half);
    engine->gap[c] = fabs(engine->value[c] - engine->half[c]);
    engine->error[c] = fmax(engine->gap[c], scale * before * before * before * before) +
                       tally->edge + rounding * scale;
    engine->tolerance[c] = engine->options->epsabs + engine->options->epsrel * scale;
    double ratio = missed(engine->error[c], engine->tolerance[c]);
    engine->worst = fmax(engine->worst, ratio);
    engine->cut_off = engine->cut_off && (ratio == 0 || engine->error[c] <= most * tally->edge);
    engine->near = engine->near && engine->error[c] <= noise * scale;
}

static int sweep_into(gst_engine *engine, gst_tally *into, size_t order, double shift)
{
    const gst_sweep sweep = {.kinks = &engine->e->kinks,
                             .first = engine->e->first,
                             .count = engine->axes,
                             .fixed = engine->fixed,
                             .order = order,
                             .shift = shift,
                             .block = block_points,
                             .only_new = into == engine->tally && !engine->halves,
                             .visit = visit,
                             .context = engine};
    engine->into = into;
    return gst_sweep_run(&sweep);
}

static int sweep(gst_engine *engine)
{
    int status = sweep_into(engine, engine->tally, engine->order, 0);
    engine->worst = 0;
    engine->near = engine->cut_off = 1;
    for (size_t c = 0; c < engine->e->components && !status; c++)
        assess(engine, c);
    return status;
}

/* The error of the full rule if that is the square of the half rule's, relative to the scale. */
static double squared_gap(const gst_engine *engine, size_t c)
{
    double scale = gst_sum_total(&engine->tally[c].scale);
    double gap = scale > 0 ? fmin(engine->gap[c] / scale, 1) : 0;
    return scale * gap * gap;
}

/* Whether the full rule may be good enough although the half rule is not: then the companion tells. */
static int is_promising(const gst_engine *engine)
{
    for (size_t c = 0; c < engine->e->components; c++)
        if (!(squared_gap(engine, c) <= engine->tolerance[c]))
            return 0;
    return 1;
}

/* The companion's values become half, and the errors what they say. */
static int confirm(gst_engine *engine)
{
    size_t components = engine->e->components;
    size_t order = 2 * (size_t)((double)engine->order * companion_order);
    if (engine->axes == 0 || engine->blind)
        return GST_OK;
    memset(engine->other, 0, components * sizeof *engine->other);
    engine->halves = 0;
    int status = sweep_into(engine, engine->other, order, GST_COMPANION_SHIFT);
    engine->worst = 0;
    for (size_t c = 0; c < components && !status; c++) {
        const gst_tally *tally = &engine->tally[c];
        double scale = gst_sum_total(&tally->scale);
        engine->half[c] = gst_sum_total(&engine->other[c].value);
        double apart = fabs(engine->value[c] - engine->half[c]);
        engine->error[c] = fmax(apart, squared_gap(engine, c)) + tally->edge + rounding * scale;
        engine->worst = fmax(engine->worst, missed(engine->error[c], engine->tolerance[c]));
    }
    return status;
}

static int may_double(const gst_engine *engine)
{
    double points = ldexp((double)engine->points, (int)engine->axes);
    return engine->halves || points <= (double)engine->options->evaluations;
}

/* Step 2. */
static int sweep_finer(gst_engine *engine)
{
    for (size_t c = 0; c < engine->e->components; c++)
        gst_tally_refine(&engine->tally[c], engine->axes);
    engine->order *= 2;
    engine->halves = 0;
    return sweep(engine);
}

/* Steps 1 to 3. */
static int refine(gst_engine *engine)
{
    double best = INFINITY;
    size_t idle = 0, first = engine->order;
    int status = sweep(engine);
    while (!status && !engine->blind) {
        int done = engine->order > first && (engine->worst == 0 || is_promising(engine));
        idle = engine->near && engine->worst >= best ? idle + 1 : 0;
        best = fmin(best, engine->worst);
        if (done || idle == patience || (engine->cut_off && engine->order > first) ||
            !may_double(engine)) {
            status = confirm(engine);
            if (status || !done || engine->worst == 0 || !may_double(engine))
                break;
        }
        status = sweep_finer(engine);
    }
    return status;
}

static void scaled_integrand(size_t n, const double *x, double *out, void *params)
{
    const gst_engine *engine = params;
    engine->e->f(n, x, out, engine->e->params);
    for (size_t c = 0; c < engine->e->components; c++)
        for (size_t k = 0; k < n && engine->tolerance[c] > 0; k++)
            out[c * n + k] /= engine->tolerance[c];
}

/* One run of the cubature: value and tight_error in units of f. */
static int cubature(gst_engine *engine, double epsabs, double *value)
{
    int status = gst_cubature_gaussian(engine->e->components, scaled_integrand, engine,
                                       engine->e->first, engine->axes, engine->fixed, epsabs, 0,
                                       engine->options->evaluations, value, engine->tight_error);
    for (size_t c = 0; c < engine->e->components; c++) {
        double unit = engine->tolerance[c] > 0 ? engine->tolerance[c] : 1;
        value[c] *= unit;
        engine->tight_error[c] *= unit;
    }
    return status;
}

/* Complete the errors of the cubature, and take its answer if it is better than the mesh's. */
static void adopt(gst_engine *engine, const double *value, const double *half)
{
    double worst = 0;
    for (size_t c = 0; c < engine->e->components; c++) {
        double gap = fabs(value[c] - engine->value[c]), *error = &engine->tight_error[c];
        *error += engine->tally[c].edge + rounding * gst_sum_total(&engine->tally[c].scale);
        if (!engine->blind && !(gap <= engine->error[c]))
            *error += gap;
        worst = fmax(worst, missed(*error, engine->tolerance[c]));
    }
    if (worst >= engine->worst && !engine->blind)
        return;
    engine->worst = worst;
    if (half != engine->half)
        memcpy(engine->half, half, engine->e->components * sizeof *half);
    memcpy(engine->value, value, engine->e->components * sizeof *value);
    memcpy(engine->error, engine->tight_error, engine->e->components * sizeof *value);
}

/* Cubature would not do better: what lies beyond the ends of the box alone misses the tolerance, or the mesh has
 * more digits already than a rule of fixed degree reaches. */
static int hopeless(const gst_engine *engine)
{
    int fine = !engine->blind;
    double reach = engine->e->kinks.count > 0 ? digits_at_kinks : many_digits;
    for (size_t c = 0; c < engine->e->components; c++)
        fine = fine && engine->error[c] <= reach * gst_sum_total(&engine->tally[c].scale);
    if (fine)
        return 1;
    for (size_t c = 0; c < engine->e->components && !engine->blind; c++)
        if (!(engine->tally[c].edge <= engine->tolerance[c]))
            return 1;
    return 0;
}

/* Step 4. */
static int adapt(gst_engine *engine)
{
    int status = cubature(engine, looser, engine->loose);
    if (status == GST_LOOSE) {
        adopt(engine, engine->loose, engine->blind ? engine->loose : engine->half);
        return GST_OK;
    }
    if (status == GST_OK)
        status = cubature(engine, 1, engine->tight);
    if (status >= 0)
        adopt(engine, engine->tight, engine->loose);
    return status == GST_NO_MEMORY || (status < 0 && engine->blind) ? status : GST_OK;
}

static int solve(gst_engine *engine)
{
    if (points_of(engine->order, engine->axes) > (double)engine->options->evaluations)
        return GST_FAILED;
    int status = refine(engine);
    int unmet = engine->worst > 0 || engine->blind;
    if (!status && unmet && engine->axes >= 2 && !hopeless(engine))
        status = adapt(engine);
    return status ? status : engine->worst > 0 ? GST_LOOSE : GST_OK;
}

/* What both rules cut off alike becomes part of their difference. */
static void move_halves(gst_engine *engine)
{
    for (size_t c = 0; c < engine->e->components; c++)
        engine->half[c] += copysign(engine->tally[c].edge, engine->half[c] - engine->value[c]);
}

static void copy_out(double *to, const double *from, size_t count)
{
    if (to)
        memcpy(to, from, count * sizeof *to);
}

/* One variable. */
static int over_axis(const gst_expectand *e, const double *fixed,
                     const gst_expectation_options *options, double *value, double *half,
                     double *error)
{
    size_t components = e->components;
    double *room = gst_alloc(components, 3 * sizeof *room);
    if (!room)
        return GST_NO_MEMORY;
    int status = gst_axis_expectation(e, fixed, options, half || error, room, room + components,
                                      room + 2 * components);
    if (status >= 0) {
        copy_out(value, room, components);
        copy_out(half, room + components, components);
        copy_out(error, room + 2 * components, components);
    }
    free(room);
    return status;
}

int gst_expectation(const gst_expectand *e, const double *fixed,
                    const gst_expectation_options *options, double *value, double *half,
                    double *error)
{
    gst_engine engine;
    if (!options_valid(options) || e->components == 0 || e->first > e->kinks.dim)
        return GST_INVALID;
    if (e->first + 1 == e->kinks.dim)
        return over_axis(e, fixed, options, value, half, error);
    int status = engine_init(&engine, e, fixed, options);
    if (!status)
        status = solve(&engine);
    if (status >= 0) {
        move_halves(&engine);
        copy_out(value, engine.value, e->components);
        copy_out(half, engine.half, e->components);
        copy_out(error, engine.error, e->components);
    }
    free(engine.tally);
    free(engine.out);
    return status;
}
