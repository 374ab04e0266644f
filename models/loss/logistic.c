/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logistic.c - the logistic loss l = log(1 + e^-a) of the margin.
 *
 * With a = y om and G = y g, the margin u of prox solves  u = a + V g,  g = 1/(1 + e^u);  G' = g (1-g)/(1 + V g (1-g)).
 *   1. g(-V - a) = 1 - g(a): it is enough to solve for a >= -V/2, where u >= 0, and turn the others around;
 *   2. there k(u) = u - a - V/(1+e^u) increases and is concave: from u0 with k(u0) <= 0 Newton's iteration increases
 *      to the root and cannot fail.  Such are 0, a, and, since g >= e^-u/2, l - log(l - a) with l = log(V/2) if
 *      l - a >= 1;
 *   3. a block of points iterates until none moves. */
#include "models/loss/loss.h"

#include <float.h>
#include <math.h>

#include "models/functions/vector_math.h"

enum { BLOCK = 64, STEPS_MOST = 100 };

/* Newton's iteration is quadratic: after a step of this size, relative to 1 + u, the next is rounding. */
#define LAST_STEP 1e-8

/* Margins at which prox is cut: where V is large it has a branch point near u = log V, from which cuts that far apart are
 * e^CUT_STEP times further away each, about what 16 Gauss points resolve; beyond it there are tails. */
#define FIRST_CUT 1.5
#define CUT_STEP 1.25
#define TAIL_STEP 12.0
enum { TAILS = 3 };

GST_VECTOR_CLONES
static void value(const gst_loss *loss, size_t n, const double *restrict y,
                  const double *restrict f, double *restrict out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++) {
        double u = y[i] * f[i], size = fabs(u);
        out[i] = 0.5 * (size - u) + log1p(exp(-size));
    }
}

static void slope(const gst_loss *loss, size_t n, const double *y, const double *f, double *out)
{
    (void)loss;
    for (size_t i = 0; i < n; i++)
        out[i] = y[i] / (1.0 + exp(y[i] * f[i]));
}

/* Points below the roots for a >= -V/2. */
GST_VECTOR_CLONES
static void start(size_t n, const double *restrict a, double V, double *restrict u)
{
    double l = log(0.5 * V);
    for (size_t i = 0; i < n; i++)
        u[i] = a[i] < 0.0 ? 0.0 : a[i];
    if (!(V > 8.0))
        return;
    for (size_t i = 0; i < n; i++) {
        double least = l - log(l - a[i] >= 1.0 ? l - a[i] : 1.0);
        u[i] = l - a[i] >= 1.0 && least > u[i] ? least : u[i];
    }
}

/* One Newton step of all; the largest, relative to 1 + u. */
GST_VECTOR_CLONES
static double step(size_t n, const double *restrict a, double V, double *restrict u)
{
    double largest = 0.0;
#pragma omp simd reduction(max : largest)
    for (size_t i = 0; i < n; i++) {
        double e = exp(-u[i]), g = e / (1.0 + e);
        double move = (V * g - (u[i] - a[i])) / (1.0 + V * g * (1.0 - g));
        double size = fabs(move) / (1.0 + u[i]);
        u[i] = u[i] + move < 0.0 ? 0.0 : u[i] + move;
        largest = size > largest ? size : largest;
    }
    return largest;
}

/* g and 1 - g at the roots, from a point next to them. */
GST_VECTOR_CLONES
static void finish(size_t n, const double *restrict u, const double *restrict mirrored,
                   const double *restrict y, const double *restrict om, double V,
                   double *restrict f, double *restrict G, double *restrict dG)
{
    for (size_t i = 0; i < n; i++) {
        double e = exp(-u[i]), less = e / (1.0 + e), more = 1.0 / (1.0 + e);
        double product = less * more, g = mirrored[i] > 0.0 ? more : less;
        double margin = mirrored[i] > 0.0 ? -u[i] : u[i];
        G[i] = y[i] * g;
        dG[i] = product / (1.0 + V * product);
        f[i] = V > 1.0 ? y[i] * margin : om[i] + V * G[i];
    }
}

static void prox(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG)
{
    (void)loss;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        double a[BLOCK], u[BLOCK], mirrored[BLOCK];
        for (size_t i = 0; i < size; i++) {
            double margin = y[first + i] * om[first + i];
            mirrored[i] = margin < -0.5 * V;
            a[i] = mirrored[i] > 0.0 ? -margin - V : margin;
        }
        start(size, a, V, u);
        for (int k = 0; k < STEPS_MOST && !(step(size, a, V, u) <= LAST_STEP); k++)
            ;
        finish(size, u, mirrored, y + first, om + first, V, f + first, G + first, dG + first);
    }
}

/* prox turns where 1 + e^u comes near its zeros and where V/(1+e^u) takes over: margins u of prox at which to cut, by
 * symmetry on both sides of 0. */
static size_t breaks(const gst_loss *loss, double V, double *at)
{
    double turn = log1p(V), u[GST_LOSS_BREAKS_MAX / 2];
    size_t n = 0, count = 0;
    (void)loss;
    double next = FIRST_CUT;
    for (; next < turn + 8.0 && n < GST_LOSS_BREAKS_MAX / 2 - TAILS - 1; next += CUT_STEP)
        u[n++] = next;
    for (int k = 1; k <= TAILS; k++)
        u[n++] = turn + k * TAIL_STEP;
    at[count++] = -0.5 * V;
    for (size_t i = 0; i < n; i++) {
        double g = 1.0 / (1.0 + exp(u[i]));
        at[count] = u[i] - V * g;
        at[count + 1] = -V - at[count];
        count += 2;
    }
    return count;
}

const gst_loss gst_loss_logistic = {.name = "logistic",
                                    .margin = 1,
                                    .strip = 3.14159265358979323846,
                                    .without_loss = &gst_loss_max_margin,
                                    .value = value,
                                    .slope = slope,
                                    .prox = prox,
                                    .breaks = breaks};
