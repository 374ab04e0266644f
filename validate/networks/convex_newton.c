/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convex_newton.c - semismooth Newton steps on J of convex_fit.c, at fixed multipliers and width.
 *
 *   grad J = L c - Phi^T G(om),  J'' = L + Phi^T diag(G') Phi.
 *
 *   1. B = sqrt(G'_i) phi_i of the samples with G' > 0, m of them.  d = -(L + B^T B)^{-1} grad by a Cholesky factor: of
 *      L + B^T B if m >= p, else of L + B B^T.
 *   2. t with J'(t) = 0 along c + t d, nearly: J is convex, and quadratic in pieces where the loss is.
 *   3. Until |grad J|^2/2L is small against V |G - G_0|^2/2, what the multipliers are still wrong by, or is rounding. */
#include "validate/networks/convex_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "validate/networks/blas.h"

/* Newton steps; steps of a line search; steps without progress, from where |grad J| may be rounding. */
enum { INNER = 200, SEARCHES = 60, STALLED = 8 };

/* |grad J|^2/2L over V |G - G_0|^2/2 at which Newton stops. */
#define NEWTON_PART 1e-3
/* |grad J|^2/2L over L |c|^2 from which on STALLED steps that do not halve |grad J| are its rounding. */
#define SMALL 1e-11
/* A step of this part of c moves nothing. */
#define STILL 2e-16
/* J' over that at the start at which a line search ends. */
#define FLAT 0.1

int gst_convex_stopped(const gst_convex *w)
{
    return w->s->stop && *w->s->stop;
}

void gst_convex_respond(gst_convex *w, const double *f)
{
    const gst_convex_samples *s = w->s;
    for (size_t i = 0; i < s->n; i++)
        w->om[i] = f[i] - w->V * w->G0[i];
    s->loss->prox(s->loss, s->n, s->y, w->om, w->V, w->z, w->G, w->dG);
}

double gst_convex_gradient(gst_convex *w)
{
    const gst_convex_samples *s = w->s;
    gst_dense_apply(GST_TRANSPOSED, s->n, s->p, s->phi, w->G, 0, w->grad);
    for (size_t k = 0; k < s->p; k++)
        w->grad[k] = w->L * w->c[k] - w->grad[k];
    return gst_dense_dot(s->p, w->grad, w->grad);
}

/* rows = sqrt(G'_i) phi_i of the samples with G' > 0; their number. */
static size_t take_rows(gst_convex *w)
{
    const gst_convex_samples *s = w->s;
    size_t m = 0;
    for (size_t i = 0; i < s->n; i++) {
        double root = sqrt(w->dG[i]);
        if (!(root > 0))
            continue;
        for (size_t k = 0; k < s->p; k++)
            w->rows[m * s->p + k] = root * s->phi[i * s->p + k];
        m++;
    }
    return m;
}

static int factorise(gst_convex *w, size_t size)
{
    for (size_t i = 0; i < size; i++)
        w->gram[i * size + i] += w->L;
    return gst_dense_cholesky(size, size, w->gram) == 0;
}

/* d = -(L + B^T B)^{-1} grad, B the m rows; with m < p that is (grad - B^T (L + B B^T)^{-1} B grad)/-L.  0 on failure. */
static int solve_step(gst_convex *w)
{
    size_t p = w->s->p, m = take_rows(w);
    for (size_t k = 0; k < p; k++)
        w->d[k] = -w->grad[k];
    if (m < p) {
        if (!(w->L > 0))
            return 0;
        if (m == 0) {
            for (size_t k = 0; k < p; k++)
                w->d[k] /= w->L;
            return 1;
        }
        gst_dense_gram_rows(m, p, w->rows, w->gram);
        if (!factorise(w, m))
            return 0;
        gst_dense_apply(GST_AS_IS, m, p, w->rows, w->d, 0, w->v);
        gst_dense_cholesky_solve(m, m, w->gram, w->v);
        for (size_t i = 0; i < m; i++)
            w->v[i] = -w->v[i];
        gst_dense_apply(GST_TRANSPOSED, m, p, w->rows, w->v, 1, w->d);
        for (size_t k = 0; k < p; k++)
            w->d[k] /= w->L;
        return 1;
    }
    memset(w->gram, 0, p * p * sizeof *w->gram);
    gst_dense_gram_add(p, m, w->rows, w->gram);
    if (!factorise(w, p))
        return 0;
    gst_dense_cholesky_solve(p, p, w->gram, w->d);
    return 1;
}

/* J'(t) along c + t d, with what is computed on the way; noise: its rounding. */
static double slope_at(gst_convex *w, double t, const double along[2], double *noise)
{
    size_t n = w->s->n;
    for (size_t i = 0; i < n; i++)
        w->try_f[i] = w->f[i] + t * w->df[i];
    gst_convex_respond(w, w->try_f);
    double ridge = w->L * (along[0] + t * along[1]), force = gst_dense_dot(n, w->G, w->df);
    *noise = 16 * DBL_EPSILON * (fabs(ridge) + fabs(force));
    return ridge - force;
}

/* A t > 0 where J'(t), which grows with t, is small against J'(0) = slope < 0: t = 1 where J is quadratic up to there; else
 * doubled until J rises, then regula falsi, halving where it is slow. */
static double search_line(gst_convex *w, double slope)
{
    const gst_convex_samples *s = w->s;
    double along[2] = {gst_dense_dot(s->p, w->c, w->d), gst_dense_dot(s->p, w->d, w->d)};
    double low = 0, high = INFINITY, at_low = slope, at_high = 0, t = 1, noise;
    for (int k = 0; k < SEARCHES; k++) {
        double now = slope_at(w, t, along, &noise);
        if (fabs(now) <= FLAT * fabs(slope) + noise)
            break;
        if (now < 0) {
            low = t;
            at_low = now;
        } else {
            high = t;
            at_high = now;
        }
        double secant = (low * at_high - high * at_low) / (at_high - at_low);
        t = !isfinite(high)                                  ? 2 * t
            : k % 3 == 2 || !(secant > low && secant < high) ? 0.5 * (low + high)
                                                             : secant;
    }
    return t;
}

double gst_convex_miss(const gst_convex *w, double square)
{
    double norm = sqrt(gst_dense_dot(w->s->p, w->c, w->c));
    return w->L > 0 ? square / (2 * w->L) : sqrt(square) * (norm + 1 / sqrt(w->row_square));
}

/* Whether |grad J|, squared, is small against what changed multipliers bring, or is rounding: that of G, by that of f. */
static int is_settled(const gst_convex *w, double square)
{
    double change = 0, force = 0;
    for (size_t i = 0; i < w->s->n; i++) {
        double e = w->G[i] - w->G0[i];
        double known = fabs(w->G[i]) + w->dG[i] * (fabs(w->f[i]) + fabs(w->om[i]));
        change += 0.5 * w->V * e * e;
        force += known * known;
    }
    double rounding = 4 * DBL_EPSILON * sqrt(force * w->row_square);
    return gst_convex_miss(w, square) <= NEWTON_PART * change || square <= rounding * rounding;
}

gst_convex_reason gst_convex_descend(gst_convex *w)
{
    const gst_convex_samples *s = w->s;
    double least = INFINITY;
    int idle = 0;
    for (int step = 0; step < INNER && idle < STALLED && !gst_convex_stopped(w); step++) {
        gst_convex_respond(w, w->f);
        double square = gst_convex_gradient(w), size = w->L * gst_dense_dot(s->p, w->c, w->c);
        if (is_settled(w, square))
            break;
        idle =
            square < 0.25 * least || !(gst_convex_miss(w, square) <= SMALL * size) ? 0 : idle + 1;
        least = fmin(least, square);
        if (!solve_step(w))
            return GST_CONVEX_SINGULAR;
        double slope = gst_dense_dot(s->p, w->grad, w->d);
        if (!(slope < 0))
            break;
        w->steps++;
        gst_dense_apply(GST_AS_IS, s->n, s->p, s->phi, w->d, 0, w->df);
        double t = search_line(w, slope), moved = gst_dense_dot(s->p, w->d, w->d);
        for (size_t k = 0; k < s->p; k++)
            w->c[k] += t * w->d[k];
        if (t * t * moved <= STILL * STILL * gst_dense_dot(s->p, w->c, w->c))
            step = INNER;
        gst_dense_apply(GST_AS_IS, s->n, s->p, s->phi, w->c, 0, w->f);
    }
    gst_convex_respond(w, w->f);
    return GST_CONVEX_FITTED;
}
