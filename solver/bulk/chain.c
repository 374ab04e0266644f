/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain.c - the bulk of a network trained on finite batches (docs/theory, the trained bulk).
 *
 * With Th = beta V2, X = sqrt(Th) V1h sqrt(Th) and the pencil's G, E Q and R (chain.h):
 *   M_t = E Q_t,   V2_g = pi_g/(D_g + E_g),  E_g = (X R)_gg/Th_g,   V1 = sqrt(V2) R sqrt(V2)
 * by Newton's iteration on (M, ln V2) (chain_jacobian.c) from the last solution, or cold from M = 0, V2 = pi/D by iteration
 * with damping 1/2 until Newton takes over. */
#include "solver/bulk/chain.h"

#include "giantstep/features.h"
#include "base/linear.h"

#include <math.h>
#include <string.h>

#define LAST_STEP 1e-8
/* What may be left to go where steps shrink by a factor each; so many of them are not worth a system. */
#define SETTLED 1e-15
#define STALE_STEPS 5.0
/* Of a Newton step's system where it is solved by iteration. */
#define STEP_TOL 1e-5
#define NEWTON_PASSES 40
#define COLD_PASSES 4000
/* The damped iteration hands over to Newton at this relative change. */
#define HAND_OVER 0.02

/* ---- the map ------------------------------------------------------------------------------------ */

static int is_positive(const gst_chain *b)
{
    for (size_t g = 0; g < b->base.K; g++) {
        if (!(b->V2[g] > 0.0 && isfinite(b->V2[g])))
            return 0;
    }
    return 1;
}

/* X, G, R, E, plain and next at (M, V2); slope != 0: dQ too. */
static int plain_step(gst_chain *b, const double *D, int slope)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->X[g * K + h] = b->beta * sqrt(b->V2[g] * b->V2[h]) * b->V1h[g * K + h];
    }
    if (b->pencil->response(b, b->X, b->M, b->G, b->work) != GST_OK ||
        gst_chain_average(b, b->G, b->next, slope ? b->dQ : NULL, b->work) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->R[g * K + h] = -0.5 * (b->G[g * b->fields + h] + b->G[h * b->fields + g]);
    }
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++)
            sum += b->X[g * K + h] * b->R[h * K + g];
        b->E[g] = sum / (b->beta * b->V2[g]);
        b->plain[g] = b->f->pi[g] / (D[g] + b->E[g]);
    }
    return GST_OK;
}

/* Relative change of V2, and of M against 1 + |M|. */
static double change(const gst_chain *b)
{
    double worst = 0.0;
    for (size_t g = 0; g < b->base.K; g++)
        worst = fmax(worst, fabs(b->plain[g] / b->V2[g] - 1.0));
    for (size_t i = 0; i < b->base.inner; i++)
        worst = fmax(worst, fabs(b->next[i] - b->M[i]) / (1.0 + fabs(b->M[i])));
    return isfinite(worst) ? worst : INFINITY;
}

/* Its size, or NaN. */
static double newton_step(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner;
    double size = 0.0;
    for (size_t i = 0; i < inner; i++)
        b->move[i] = b->next[i] - b->M[i];
    for (size_t g = 0; g < K; g++)
        b->move[inner + g] = b->plain[g] / b->V2[g] - 1.0;
    gst_chain_solve(b, STEP_TOL, b->move);
    for (size_t i = 0; i < inner; i++) {
        b->M[i] += b->move[i];
        size = fmax(size, fabs(b->move[i]) / (1.0 + fabs(b->M[i])));
    }
    for (size_t g = 0; g < K; g++) {
        b->V2[g] *= 1.0 + b->move[inner + g];
        size = fmax(size, fabs(b->move[inner + g]));
    }
    return is_positive(b) && isfinite(size) ? size : NAN;
}

/* Steps with a system that is an earlier point's, which costs much more than a step, shrink by a factor each: it is made anew
 * where too many would be left. */
static int newton(gst_chain *b, const double *D)
{
    double size = INFINITY, ratio = 1.0;
    int stale = b->factored;
    for (int pass = 0; pass < NEWTON_PASSES; pass++) {
        double before = size;
        if (plain_step(b, D, !stale) != GST_OK || (!stale && gst_chain_set_system(b) != GST_OK))
            return GST_FAILED;
        size = newton_step(b);
        if (!isfinite(size))
            return GST_FAILED;
        if (isfinite(before))
            ratio = size / before;
        if (stale ? size * ratio < SETTLED : size < LAST_STEP)
            return GST_OK;
        stale = ratio < 1.0 ? log(SETTLED / size) > STALE_STEPS * log(ratio) : !isfinite(before);
    }
    return GST_FAILED;
}

/* Newton from here, or back to here. */
static int hand_over(gst_chain *b, const double *D)
{
    double V2[GST_GROUPS_MAX];
    memcpy(b->kept, b->M, b->base.inner * sizeof *b->M);
    memcpy(V2, b->V2, b->base.K * sizeof *V2);
    if (newton(b, D) == GST_OK)
        return GST_OK;
    memcpy(b->M, b->kept, b->base.inner * sizeof *b->M);
    memcpy(b->V2, V2, b->base.K * sizeof *V2);
    return GST_FAILED;
}

/* From M = 0, V2 = pi/D by damped iteration, then Newton. */
static int start_cold(gst_chain *b, const double *D)
{
    double near = HAND_OVER;
    memset(b->M, 0, b->base.inner * sizeof *b->M);
    for (size_t g = 0; g < b->base.K; g++)
        b->V2[g] = b->f->pi[g] / D[g];
    if (!is_positive(b))
        return GST_FAILED;
    for (int pass = 0; pass < COLD_PASSES; pass++) {
        if (plain_step(b, D, 0) != GST_OK)
            return GST_FAILED;
        if (change(b) < near) {
            if (hand_over(b, D) == GST_OK)
                return GST_OK;
            near *= 0.1;
            if (plain_step(b, D, 0) != GST_OK)
                return GST_FAILED;
        }
        for (size_t i = 0; i < b->base.inner; i++)
            b->M[i] = 0.5 * (b->M[i] + b->next[i]);
        for (size_t g = 0; g < b->base.K; g++)
            b->V2[g] = 0.5 * (b->V2[g] + b->plain[g]);
    }
    return GST_FAILED;
}

/* V1, packed. */
static void place_V1(const gst_chain *b, double *V1)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            V1[gst_packed_pair(K, g, h)] = sqrt(b->V2[g] * b->V2[h]) * b->R[g * K + h];
    }
}

int gst_chain_map(gst_bulk *bulk, double beta, const double *hat, double *x)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K;
    const double *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    gst_packed_expand(K, hat, b->V1h);
    memcpy(b->V2, x + gst_packed_value(K, 0), K * sizeof *b->V2);
    if (!b->warm || !is_positive(b) || newton(b, D) != GST_OK) {
        b->warm = 0;
        if (start_cold(b, D) != GST_OK)
            return GST_FAILED;
    }
    b->warm = 1;
    if (plain_step(b, D, 1) != GST_OK || gst_chain_set_system(b) != GST_OK)
        return GST_FAILED;
    memcpy(x + gst_packed_value(K, 0), b->V2, K * sizeof *b->V2);
    place_V1(b, x);
    return GST_OK;
}
