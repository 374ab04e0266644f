/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expectation.c - E f_c(z), z ~ N(0, I), to a tolerance.
 *
 * Over one variable: axis_expectation.c.  Over several:
 *
 *   0. Smooth functions of three or four, unless finer meshes are asked for: products of Gauss-Hermite rules
 *      (product_rule.c), where two of them agree.
 *   1. Functions with kinks: Gauss panels between these (pieces.c), while they pay.
 *   2. Meshes of doubled order (doubled.c), until their companion agrees.
 *   3. With two or more variables, where that does not reach the tolerance, adaptive cubature (adaptive.c).  The
 *      better of mesh and cubature is returned.
 *
 * Variables in which the integrands are known to be polynomials take the same few nodes at every order, of a rule that is
 * exact for them (degree.c). */
#include "integrals/expectation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/axis_expectation.h"
#include "integrals/engine.h"
#include "base/memory.h"
#include "integrals/rule.h"
#include "integrals/product_rule.h"

enum { lowest_order = 32 }; /* spacing 0.75, half 1.5: below, both can miss all the mass */

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

/* Points of a mesh without kinks, as a double so that it cannot overflow. */
static double points_of(const gst_expectand *e, size_t order)
{
    double points = 1;
    for (size_t j = e->first; j < e->kinks.dim; j++) {
        size_t exact = gst_exact_nodes(gst_integrand_degree(&e->kinks, j), 0);
        points *= (double)(exact > 0 ? exact : order + 1);
    }
    return points;
}

/* Axes whose rules depend on the order. */
static size_t count_refined(const gst_expectand *e)
{
    size_t count = 0;
    for (size_t j = e->first; j < e->kinks.dim; j++)
        count += gst_exact_nodes(gst_integrand_degree(&e->kinks, j), 0) == 0;
    return count;
}

/* order_first as a multiple of 4 so that it can be halved, not below the lowest. */
static size_t target_order(const gst_expectation_options *options)
{
    size_t order = options->order_first + options->order_first % 4;
    return order > lowest_order ? order : lowest_order;
}

/* The largest even order whose mesh has at most `evaluations` points, 2 at least. */
static size_t affordable_order(const gst_expectand *e, const gst_expectation_options *options)
{
    size_t order = lowest_order;
    while (order > 2 && points_of(e, order) > (double)options->evaluations)
        order -= 2;
    return order;
}

static int engine_init(gst_engine *engine, const gst_expectand *e, const double *fixed,
                       const gst_expectation_options *options)
{
    size_t components = e->components;
    size_t target = target_order(options), affordable = affordable_order(e, options);
    while (target > lowest_order && points_of(e, target) > (double)options->evaluations)
        target = target / 8 * 4;
    *engine = (gst_engine){.e = e,
                           .fixed = fixed,
                           .options = options,
                           .axes = e->kinks.dim - e->first,
                           .refined = count_refined(e),
                           .halves = 1};
    engine->blind = affordable < lowest_order;
    engine->order = engine->blind ? affordable : target / 2;
    engine->tally = gst_alloc(2 * components, sizeof *engine->tally);
    engine->out = gst_alloc(components, (GST_ENGINE_BLOCK + 11) * sizeof *engine->out);
    if (!engine->tally || !engine->out)
        return GST_NO_MEMORY;
    engine->other = engine->tally + components;
    double **rows[] = {&engine->value,  &engine->half,  &engine->error,     &engine->tolerance,
                       &engine->gap,    &engine->loose, &engine->tight,     &engine->tight_error,
                       &engine->coarse, &engine->fine,  &engine->fine_error};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = engine->out + (GST_ENGINE_BLOCK + i) * components;
    for (size_t c = 0; c < components; c++)
        engine->gap[c] = INFINITY;
    return GST_OK;
}

static int solve(gst_engine *engine)
{
    if (points_of(engine->e, engine->order) > (double)engine->options->evaluations)
        return GST_FAILED;
    int met = 0, status = GST_OK;
    if (engine->e->kinks.count && engine->refined > 0 && engine->axes >= 2 && !engine->blind)
        status = gst_engine_try_pieces(engine, &met);
    if (!status && !met)
        status = gst_engine_refine(engine);
    int unmet = engine->worst > 0 || engine->blind;
    if (!status && unmet && engine->axes >= 2 && !gst_engine_is_hopeless(engine))
        status = gst_engine_adapt(engine);
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
    if (e->first + 1 == e->kinks.dim && count_refined(e) > 0)
        return over_axis(e, fixed, options, value, half, error);
    int status = engine_init(&engine, e, fixed, options);
    int quick = GST_LOOSE;
    if (!status && engine.refined > 0 && target_order(options) == lowest_order)
        quick = gst_product_rule(e, fixed, options, engine.value, engine.half, engine.error);
    if (!status && quick == GST_LOOSE)
        status = solve(&engine);
    else if (!status)
        status = quick;
    if (status >= 0) {
        if (quick == GST_LOOSE)
            move_halves(&engine);
        copy_out(value, engine.value, e->components);
        copy_out(half, engine.half, e->components);
        copy_out(error, engine.error, e->components);
    }
    free(engine.tally);
    free(engine.out);
    return status;
}
