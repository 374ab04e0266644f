/* SPDX-License-Identifier: GPL-3.0-or-later */
/* adaptive.c - Gaussian expectations by adaptive cubature, when no mesh has been good enough.
 *
 * The integrands are f_c/tolerance_c, so that one absolute tolerance of 1 serves all components: first with 100,
 * whose answer becomes half, then with 1.  What the box does not show (edge), and a difference from the mesh beyond
 * the error of the mesh, are added to its error. */
#include "integrals/engine.h"

#include <string.h>

#include "integrals/gaussian_cubature.h"

/* Of a mesh that is more accurate than this, relative to the scale, cubature would only cost time: of one that is cut
 * at kinks, which cubature is not. */
static const double many_digits = 1e-10, digits_at_kinks = 1e-6;

/* Ratio of tolerances of the two runs of the cubature. */
static const double looser = 100.0;

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
        *error +=
            engine->tally[c].edge + GST_ENGINE_ROUNDING * gst_sum_total(&engine->tally[c].scale);
        if (!engine->blind && !(gap <= engine->error[c]))
            *error += gap;
        worst = fmax(worst, gst_engine_missed(*error, engine->tolerance[c]));
    }
    if (worst >= engine->worst && !engine->blind)
        return;
    engine->worst = worst;
    if (half != engine->half)
        memcpy(engine->half, half, engine->e->components * sizeof *half);
    memcpy(engine->value, value, engine->e->components * sizeof *value);
    memcpy(engine->error, engine->tight_error, engine->e->components * sizeof *value);
}

int gst_engine_is_hopeless(const gst_engine *engine)
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

int gst_engine_adapt(gst_engine *engine)
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
