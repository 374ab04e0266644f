/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.c - one sweep over a mesh (sweep.c) of a Gaussian expectation over several variables. */
#include "integrals/engine.h"

static int visit(const gst_block *block, void *context)
{
    gst_engine *engine = context;
    engine->e->f(block->n, block->x, engine->out, engine->e->params);
    engine->points += engine->into == engine->tally ? block->n : 0;
    engine->visited += block->n;
    for (size_t c = 0; c < engine->e->components; c++)
        if (gst_tally_add(&engine->into[c], block, engine->out + c * block->n, engine->halves))
            return GST_FAILED;
    return engine->options->stop && *engine->options->stop ? GST_INTERRUPTED : GST_OK;
}

int gst_engine_sweep(gst_engine *engine, gst_tally *into, size_t order, double shift, int gauss)
{
    const gst_sweep sweep = {.kinks = &engine->e->kinks,
                             .first = engine->e->first,
                             .count = engine->axes,
                             .fixed = engine->fixed,
                             .order = order,
                             .shift = shift,
                             .block = GST_ENGINE_BLOCK,
                             .gauss = gauss,
                             .only_new = into == engine->tally && !engine->halves,
                             .visit = visit,
                             .context = engine};
    engine->into = into;
    return gst_sweep_run(&sweep);
}
