/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convex_fit.c - the readout that minimises a convex loss, with a certificate.
 *
 * The loss is known by its proximal operator alone (loss.h), so that smooth losses, bends and walls are one case:
 * minimise sum l(y, z) + (L/2)|c|^2 subject to z = f = Phi c by the method of multipliers, Newton's method inside
 * (Rockafellar, Math. Oper. Res. 1 (1976) 97; Li, Sun, Toh, SIAM J. Optim. 28 (2018) 433).
 *
 *   1. With multipliers G_0 and width V:  om = f - V G_0,  z = prox_V(om),  G = (z - om)/V = -l'(y, z), and
 *        J(c) = sum [l(y, z) + V G^2/2] + (L/2)|c|^2,  grad J = L c - Phi^T G,  J'' = L + Phi^T diag(G') Phi:
 *      semismooth Newton steps, by a Cholesky factor of the smaller side (samples with G' > 0, or features), each with a
 *      line search for J' = 0, until |grad J|^2/2L is small.
 *   2. G_0 <- G, V <- V/10: where l is quadratic in pieces this ends after finitely many steps, else faster than linearly.
 *   3. Certificate.  -G is a slope of l at z, so that l*(-G) = -G z - l(z), and with any c
 *        P(c) - D(G) = sum [l(f) - l(z) + G (f - z)] + |L c - Phi^T G|^2/2L,
 *      a sum of terms >= 0: P(c) is at most that far above the minimum.  Iterations go on as long as it falls, and the best c
 *      is kept.  Where f leaves the domain (a wall), c is first stretched until its least margin is that of the wall.
 *   4. For a wall every G shows margins to be at most |Phi^T G|/sum |G| (times the wall): if that is rounding, there is no
 *      separating c.
 *
 * Why not liblinear, which the tests hold these fits against: it shuffles by rand(), the process's own, so that a fit would
 * depend on which thread ran what before; it stops by a measure of its own, or after 1000 passes, far from the minimum of the
 * hinge loss where the ridge is small; and it has no hard margin and no Huber loss. */

#include "base/arena.h"
#include "base/memory.h"
#include "validate/networks/convex_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"

/* Changes of the multipliers; how many of them may bring nothing. */
enum { OUTER = 60, IDLE = 2 };

/* Gap over objective: what is aimed at, what rounding may make of a smaller one (then the later fit is the better), and what
 * is accepted. */
#define GAP_AIM 1e-26
#define GAP_NOISE 1e-16
#define GAP_MOST 1e-8
/* |f - z|^2 over |f|^2 that is aimed at. */
#define SPLIT_AIM 1e-31
/* V: the first, from one to the next, the last. */
#define WIDTH_FIRST 1.0
#define WIDTH_FACTOR 0.1
#define WIDTH_LEAST 1e-9
/* Margins over the samples' root mean square that are rounding. */
#define MARGIN_LEAST 1e-9

double gst_convex_doubles(size_t n, size_t p)
{
    double side = (double)(n < p ? n : p);
    return 10.0 * (double)n + 3.0 * (double)p + (double)n * (double)p + side * side;
}

int gst_convex_alloc(gst_convex **work, size_t n, size_t p)
{
    size_t side = n < p ? n : p;
    gst_convex *w = *work = gst_alloc(1, sizeof *w);
    if (!w)
        return GST_NO_MEMORY;
    w->n_most = n;
    w->p = p;
    const gst_array arrays[] = {
        GST_VECTOR(w->om, n),    GST_VECTOR(w->z, n),       GST_VECTOR(w->G, n),
        GST_VECTOR(w->dG, n),    GST_VECTOR(w->G0, n),      GST_VECTOR(w->value, n),
        GST_VECTOR(w->try_f, n), GST_VECTOR(w->df, n),      GST_VECTOR(w->v, n),
        GST_VECTOR(w->f, n),     GST_VECTOR(w->grad, p),    GST_VECTOR(w->d, p),
        GST_VECTOR(w->c, p),     GST_MATRIX(w->rows, n, p), GST_MATRIX(w->gram, side, side)};
    int status = gst_arena_take(&w->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        return status;
    free(w);
    *work = NULL;
    return status;
}

void gst_convex_free(gst_convex *work)
{
    if (!work)
        return;
    gst_arena_free(&work->memory);
    free(work);
}

static double sum(size_t n, const double *x)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i];
    return total;
}

/* ---- certificate -------------------------------------------------------------------------------- */

/* By how much c has to be stretched for finite losses: 1 if it need not, 0 if that does not help. */
static double stretch_of(gst_convex *w)
{
    const gst_convex_samples *s = w->s;
    double least = INFINITY;
    s->loss->value(s->loss, s->n, s->y, w->f, w->value);
    if (isfinite(sum(s->n, w->value)))
        return 1;
    for (size_t i = 0; i < s->n; i++)
        least = fmin(least, s->y[i] * w->f[i]);
    return least > 0 ? s->loss->parameter * (1 + 8 * DBL_EPSILON) / least : 0;
}

/* Objective and gap of c stretched by t, with the multipliers of `measure'. */
static gst_convex_result certify(gst_convex *w, double t)
{
    const gst_convex_samples *s = w->s;
    gst_convex_result r = {.status = GST_OK};
    double square = 0;
    w->split = 0;
    for (size_t i = 0; i < s->n; i++)
        w->try_f[i] = t * w->f[i];
    s->loss->value(s->loss, s->n, s->y, w->try_f, w->df);
    s->loss->value(s->loss, s->n, s->y, w->z, w->value);
    for (size_t i = 0; i < s->n; i++) {
        r.objective += w->df[i];
        w->split += (w->try_f[i] - w->z[i]) * (w->try_f[i] - w->z[i]);
        r.gap += fmax(w->df[i] - w->value[i] + w->G[i] * (w->try_f[i] - w->z[i]), 0);
    }
    gst_convex_gradient(w);
    for (size_t k = 0; k < s->p; k++) {
        double e = w->grad[k] + w->L * (t - 1) * w->c[k];
        square += e * e;
    }
    r.objective += 0.5 * w->L * t * t * gst_dense_dot(s->p, w->c, w->c);
    r.gap += gst_convex_miss(w, square);
    return r;
}

/* The same, at a t some rounding larger if that is better: margins at a bend, each a rounding short of it, would cost more than
 * a small ridge does. */
static gst_convex_result certify_near(gst_convex *w, double *t)
{
    gst_convex_result r = certify(w, *t);
    double further = *t * (1 + 16 * DBL_EPSILON);
    if (!w->s->loss->margin || r.gap <= GAP_NOISE * r.objective)
        return r;
    gst_convex_result other = certify(w, further);
    if (!(other.gap < r.gap))
        return r;
    *t = further;
    return other;
}

/* Whether the multipliers show that margins are at most rounding: |Phi^T G|/sum |G|. */
static int is_inseparable(gst_convex *w)
{
    const gst_convex_samples *s = w->s;
    double total = 0, square = 0;
    for (size_t i = 0; i < s->n; i++)
        total += fabs(w->G[i]);
    gst_convex_gradient(w);
    for (size_t k = 0; k < s->p; k++) {
        double e = w->L * w->c[k] - w->grad[k];
        square += e * e;
    }
    return total > 0 && sqrt(square) <= MARGIN_LEAST * total * sqrt(w->row_square);
}

/* ---- fit ---------------------------------------------------------------------------------------- */

static void start(gst_convex *w, const gst_convex_samples *s)
{
    int indifferent = s->loss->without_loss && gst_loss_equal(s->loss, s->loss->without_loss);
    w->s = s;
    w->steps = 0;
    w->V = WIDTH_FIRST;
    w->row_square = gst_dense_dot(s->n * s->p, s->phi, s->phi) / (double)s->n;
    w->L = indifferent ? w->row_square : s->ridge; /* then f is of the order of G */
    memset(w->c, 0, s->p * sizeof *w->c);
    memset(w->f, 0, s->n * sizeof *w->f);
    memset(w->G0, 0, s->n * sizeof *w->G0);
}

/* Keep c and f, stretched by t. */
static void keep(const gst_convex *w, double t, double *c, double *f)
{
    for (size_t k = 0; k < w->s->p; k++)
        c[k] = t * w->c[k];
    for (size_t i = 0; i < w->s->n; i++)
        f[i] = t * w->f[i];
}

/* The best of all changes of the multipliers; c and f are its. */
static gst_convex_result iterate(gst_convex *w, double *c, double *f)
{
    gst_convex_result best = {.objective = NAN, .gap = INFINITY, .reason = GST_CONVEX_GAP};
    double split = INFINITY;
    int idle = 0;
    for (int outer = 0; outer < OUTER && idle < IDLE && !gst_convex_stopped(w); outer++) {
        gst_convex_reason reason = gst_convex_descend(w);
        if (reason != GST_CONVEX_FITTED) {
            best.reason = isfinite(best.gap) ? best.reason : reason;
            break;
        }
        double t = stretch_of(w);
        gst_convex_result now = {.gap = INFINITY};
        if (t > 0)
            now = certify_near(w, &t);
        else if (is_inseparable(w)) {
            best.reason = GST_CONVEX_INSEPARABLE;
            break;
        }
        int falls = now.gap < 0.5 * best.gap || (t > 0 && w->split < 0.25 * split);
        idle = falls || !isfinite(best.gap) ? 0 : idle + 1;
        split = t > 0 ? fmin(split, w->split) : split;
        if (now.gap < best.gap || now.gap <= GAP_NOISE * now.objective) {
            best = now;
            keep(w, t, c, f);
        }
        if (best.gap <= GAP_AIM * best.objective &&
            w->split <= SPLIT_AIM * gst_dense_dot(w->s->n, w->f, w->f))
            break;
        memcpy(w->G0, w->G, w->s->n * sizeof *w->G0);
        w->V = fmax(WIDTH_FACTOR * w->V, WIDTH_LEAST);
    }
    return best;
}

gst_convex_result gst_convex_fit(gst_convex *work, const gst_convex_samples *samples, double *c,
                                 double *f)
{
    start(work, samples);
    gst_convex_result r = iterate(work, c, f);
    r.steps = work->steps;
    r.status = r.gap <= GAP_MOST * r.objective ? GST_OK : GST_FAILED;
    if (r.status == GST_OK)
        r.reason = GST_CONVEX_FITTED;
    else if (r.reason == GST_CONVEX_FITTED)
        r.reason = GST_CONVEX_GAP;
    if (gst_convex_stopped(work))
        r.status = GST_INTERRUPTED;
    if (r.status == GST_OK)
        return r;
    memset(c, 0, samples->p * sizeof *c);
    memset(f, 0, samples->n * sizeof *f);
    return r;
}

int gst_convex_interpolate(gst_convex *work, const gst_convex_samples *samples, double *c,
                           double *f)
{
    size_t n = samples->n, p = samples->p;
    memset(c, 0, p * sizeof *c);
    memset(f, 0, n * sizeof *f);
    if (n > p)
        return GST_FAILED;
    gst_dense_gram_rows(n, p, samples->phi, work->gram);
    if (gst_dense_cholesky(n, n, work->gram) != 0)
        return GST_FAILED;
    memcpy(work->v, samples->y, n * sizeof *work->v);
    gst_dense_cholesky_solve(n, n, work->gram, work->v);
    gst_dense_apply(GST_TRANSPOSED, n, p, samples->phi, work->v, 0, c);
    gst_dense_apply(GST_AS_IS, n, p, samples->phi, c, 0, f);
    return GST_OK;
}
