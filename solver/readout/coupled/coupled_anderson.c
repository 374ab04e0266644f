/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_anderson.c - the fixed point of the pass by Anderson's acceleration (docs/theory 6.1).
 *
 *   1. one pass T(u), its change in natural units; while that is above the tolerance,
 *   2. the next point is T(u) while the change is large, since differences say nothing of the slope of T yet, but for so many
 *      passes at most; then Anderson's, if it is a state and the last one has not gone astray, else T(u), and the history
 *      starts again; where T(u) is no state, half way to it, and so on;
 *   3. once the tolerance holds a few more passes may go on towards rounding, as long as each gains. */
#include "solver/readout/coupled/coupled.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "solver/readout/coupled/anderson.h"

/* Share of the tolerance that is aimed at, and passes spent on it once the tolerance holds. */
#define AIM 1e-2
#define POLISH 6
#define HALVINGS 30
/* Plain passes down to this change, so many at most; an accelerated pass may raise it by this factor. */
#define LARGE 0.1
#define PLAIN_MOST 40
#define ASTRAY 10.0

static double change(size_t n, const double *f, const double *unit)
{
    double worst = 0.0;
    for (size_t i = 0; i < n; i++) {
        double part = fabs(f[i]) / unit[i];
        if (!(part <= worst))
            worst = part;
    }
    return worst;
}

/* Into u: what Anderson says, or T(u), or what is half way to it. */
static int advance(gst_coupled *c, gst_anderson *a, int plain, double *u)
{
    size_t n = c->N;
    if (!plain)
        gst_anderson_next(a, c->unit, u);
    if (!plain && gst_coupled_positive(c, u))
        return GST_OK;
    a->held = 1;
    for (double part = 1.0; part > ldexp(1.0, -HALVINGS); part *= 0.5) {
        for (size_t i = 0; i < n; i++)
            u[i] = a->u[i] + part * a->f[i];
        if (gst_coupled_positive(c, u))
            return GST_OK;
    }
    return GST_FAILED;
}

int gst_coupled_anderson(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                         const gst_coupled_options *options, double *u, gst_coupled_info *info)
{
    size_t n = c->N, polished = 0;
    gst_anderson a = {
        .n = n, .u = c->history_u, .f = c->history_f, .q = c->qr, .triangle = c->gamma};
    double aim = fmax(AIM * options->tol, 16.0 * DBL_EPSILON), best = INFINITY, last = INFINITY;
    info->residual = INFINITY;
    info->reason = "";
    for (size_t pass = 0; pass < options->max_iterations; pass++) {
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        int status = gst_coupled_pass(c, loss, point, u, c->next);
        info->iterations++;
        if (status != GST_OK) {
            info->reason = "the equations have no positive solution";
            return status;
        }
        gst_coupled_units(c, u, c->unit);
        gst_anderson_shift(&a);
        memcpy(a.u, u, n * sizeof *u);
        for (size_t i = 0; i < n; i++)
            a.f[i] = c->next[i] - u[i];
        info->residual = change(n, a.f, c->unit);
        int enough = info->residual <= options->tol;
        polished += enough != 0;
        if (info->residual <= aim || (enough && (polished > POLISH || !(info->residual < best))))
            return GST_OK;
        best = enough ? info->residual : best;
        int plain = (info->residual > LARGE && pass < PLAIN_MOST) || info->residual > ASTRAY * last;
        last = info->residual;
        if (advance(c, &a, plain, u) != GST_OK) {
            info->reason = "the iteration left the positive cone";
            return GST_FAILED;
        }
    }
    memcpy(u, a.u, n * sizeof *u);
    info->reason = "the iteration did not settle within `max_iterations`";
    return GST_LOOSE;
}
