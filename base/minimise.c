/* SPDX-License-Identifier: GPL-3.0-or-later */
/* minimise.c - the minimum of a function of one variable that may fail or be stopped.
 *
 * Brent's method (R. P. Brent, Algorithms for minimization without derivatives, 1973, chapter 5).  x is the
 * lowest point so far, w the second, v the third.
 *   1. propose the minimum of the parabola through x, w, v, if it lies in the bracket and the step is shorter
 *      than half of the one before the last; else a golden section of the longer side;
 *   2. steps are never shorter than a quarter of the accuracy, so that the bracket closes from both sides;
 *   3. a lower point becomes x and the old x an end of the bracket; else it becomes an end itself.
 * A point without value counts as infinitely high: parabolas through it are not proposed. */
#include "base/minimise.h"

#include "giantstep/status.h"

#include <math.h>

/* (3 - sqrt 5)/2 */
#define GOLDEN 0.38196601125010515

typedef struct {
    double x, value;
} point;

/* Step from x to the minimum of the parabola through the three points; NaN if there is none. */
static double parabola_step(point x, point w, point v)
{
    double r = (x.x - w.x) * (x.value - v.value), q = (x.x - v.x) * (x.value - w.value);
    double p = (x.x - v.x) * q - (x.x - w.x) * r, s = 2.0 * (q - r);
    return isfinite(p) && s != 0.0 ? -p / s : NAN;
}

/* The next step from b->x; *last and *before are the steps before it. */
static double propose(const gst_bracket *b, point w, point v, double least, double *before,
                      double *last)
{
    double step = parabola_step((point){.x = b->x, .value = b->value}, w, v), at = b->x + step;
    int taken = fabs(*before) > least && fabs(step) < 0.5 * fabs(*before) && at > b->low + least &&
                at < b->high - least;
    if (!taken)
        *last = b->high - b->x > b->x - b->low ? b->high - b->x : b->low - b->x;
    *before = *last;
    *last = taken ? step : GOLDEN * *last;
    return fabs(*last) >= least ? *last : copysign(least, *last);
}

/* The point u becomes the lowest, or an end. */
static void narrow(gst_bracket *b, point u, point *w, point *v)
{
    if (u.value <= b->value) {
        *(u.x < b->x ? &b->high : &b->low) = b->x;
        *(u.x < b->x ? &b->value_high : &b->value_low) = b->value;
        *v = *w;
        *w = (point){.x = b->x, .value = b->value};
        b->x = u.x;
        b->value = u.value;
        return;
    }
    *(u.x < b->x ? &b->low : &b->high) = u.x;
    *(u.x < b->x ? &b->value_low : &b->value_high) = u.value;
    if (u.value <= w->value) {
        *v = *w;
        *w = u;
    } else if (u.value <= v->value)
        *v = u;
}

int gst_minimise(gst_bracket *b, gst_objective *f, void *context, double accuracy, int evaluations,
                 int *missing)
{
    int low_first = b->value_low <= b->value_high;
    point w = {.x = b->low, .value = b->value_low}, v = {.x = b->high, .value = b->value_high};
    double last = b->high - b->low, before = last;
    *missing = !isfinite(w.value) + !isfinite(v.value);
    if (!low_first) {
        point kept = w;
        w = v;
        v = kept;
    }
    for (int i = 0; i < evaluations && b->high - b->low >= accuracy; i++) {
        point u = {.x = b->x + propose(b, w, v, 0.25 * accuracy, &before, &last),
                   .value = INFINITY};
        int status = f(u.x, &u.value, context);
        if (status != GST_OK && status != GST_FAILED)
            return status;
        if (status == GST_FAILED || isnan(u.value))
            u.value = INFINITY;
        *missing += !isfinite(u.value);
        narrow(b, u, &w, &v);
    }
    return GST_OK;
}
