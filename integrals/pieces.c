/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pieces.c - Gaussian expectations of functions that are smooth between their cuts.
 *
 *   1. Sweep a mesh (sweep.c) whose panels have Gauss-Legendre rules: at the same order they have about the nodes of
 *      the double-exponential rule, and errors that are squared when the order grows by sqrt 2.
 *   2. Sweep another, of 1.45 times the order.  Every second one is a companion: its trapezoid rules are shifted by
 *      an irrational part of a step, its panels cut finer towards the kinks (gst_gauss_grade), and since the numbers
 *      of nodes differ it shares none with its neighbours.
 *   3. error = |value - value before| + edge + rounding.  Stop when it is within the tolerance; give up, and leave the
 *      integral to meshes of doubled order (doubled.c), when a sweep has not made it ten times smaller (a singularity at a kink, a kink that is
 *      not known), or the next would have too many points. */
#include "integrals/engine.h"
#include "integrals/mesh.h"

#include <string.h>

/* Order of the next sweep over that of the one before, halved: (5 + sqrt 5)/10. */
static const double growth = 0.72360679774997896964;

/* A sweep has to bring the errors below this part of those before. */
static const double progress = 0.1;

static size_t next_order(size_t order)
{
    return 2 * (size_t)ceil((double)order * growth);
}

/* One sweep: fine becomes coarse, and the new values fine. */
static int sweep(gst_engine *engine, size_t order, double shift)
{
    size_t components = engine->e->components;
    int halves = engine->halves;
    memset(engine->other, 0, components * sizeof *engine->other);
    memcpy(engine->coarse, engine->fine, components * sizeof *engine->fine);
    engine->halves = 0;
    engine->visited = 0;
    int status = gst_engine_sweep(engine, engine->other, order, shift, shift > 0 ? 2 : 1);
    engine->halves = halves;
    for (size_t c = 0; c < components; c++)
        engine->fine[c] = gst_sum_total(&engine->other[c].value);
    return status;
}

/* Errors of the last sweep; returns the largest over its tolerance. */
static double assess(gst_engine *engine)
{
    double worst = 0;
    for (size_t c = 0; c < engine->e->components; c++) {
        const gst_tally *tally = &engine->other[c];
        double scale = gst_sum_total(&tally->scale);
        double tolerance = engine->options->epsabs + engine->options->epsrel * scale;
        engine->fine_error[c] =
            fabs(engine->fine[c] - engine->coarse[c]) + tally->edge + GST_ENGINE_ROUNDING * scale;
        worst = fmax(worst, gst_engine_missed(engine->fine_error[c], tolerance));
    }
    return worst;
}

/* Points of the sweep after the last one. */
static double next_points(const gst_engine *engine)
{
    return (double)engine->visited * pow(2 * growth, (double)engine->refined);
}

/* Sweeps until the tolerance is met; *met = 0 when they stop making progress or would need too many points. */
static int sweep_on(gst_engine *engine, int *met)
{
    double worst = INFINITY, before;
    size_t order = 2 * engine->order; /* the first that may be accepted */
    int companion = 0, status = sweep(engine, order, 0);
    do {
        before = worst;
        order = next_order(order);
        companion = !companion;
        if (status || next_points(engine) > (double)engine->options->evaluations)
            return status;
        status = sweep(engine, order, companion ? GST_COMPANION_SHIFT : 0);
        worst = status ? INFINITY : assess(engine);
    } while (!status && worst > 0 && worst <= progress * before);
    *met = !status && worst == 0;
    return status;
}

int gst_engine_try_pieces(gst_engine *engine, int *met)
{
    size_t components = engine->e->components, bytes = components * sizeof *engine->value;
    *met = 0;
    int status = sweep_on(engine, met);
    if (*met) {
        memcpy(engine->value, engine->fine, bytes);
        memcpy(engine->half, engine->coarse, bytes);
        memcpy(engine->error, engine->fine_error, bytes);
        memcpy(engine->tally, engine->other, components * sizeof *engine->tally);
        engine->worst = 0;
    }
    return status == GST_FAILED ? GST_OK
                                : status; /* a value that is not finite: the mesh's business */
}
