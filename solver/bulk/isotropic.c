/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic.c - the isotropic bulk, Sigma_g = c_g I (docs/theory, self-consistent equations).
 *
 * With T = diag(beta c_g V2_g), M = (I + V1h T)^{-1}, Ehat = M V1h:
 *   map         V2_g = pi_g/(D_g + c_g Ehat_gg),   V1 = T M/beta
 *   tangent     dE0 = M dV1h M^T;  (pi_g/V2_g^2) dV2_g - c_g sum_h Ehat_gh^2 beta c_h dV2_h
 *               = -(dD_g + c_g dE0_gg);  dV1 = -beta V1 dV1h V1 + M^T dT M/beta
 * (special directions: isotropic_directions.c; between nodes, and against a direction: isotropic_responses.c).  No inverse
 * of V1h or C_g appears: both may be singular.
 *
 * The map's inner equation for V2 is increasing and concave in V2, so Newton's iteration from above
 * (V2 = pi/D) decreases to its solution; from a nearby start it gets there in a step or two, and when such
 * a start goes wrong it is replaced by the one from above. */
#include "solver/bulk/isotropic.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"

#include "base/few.h"
#include "base/linear.h"
#include "base/arena.h"
#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Newton is quadratic: a relative step below this leaves nothing but rounding, and below that nothing has moved. */
#define LAST_STEP 1e-9
#define NO_STEP (4.0 * DBL_EPSILON)
#define PASSES_MAX 200

GST_INLINE int factor(size_t K, double *a, size_t *pivot)
{
    return K == 1 ? gst_few_factor(1, a, pivot) : gst_lu_factor(K, a, pivot);
}

GST_INLINE void solve(size_t K, const double *a, const size_t *pivot, size_t columns, double *b)
{
    if (K == 1)
        gst_few_solve(1, a, pivot, columns, b);
    else
        gst_lu_solve(K, a, pivot, columns, b);
}

/* ---- map ---------------------------------------------------------------------------------------- */

/* c = a b for K x K matrices. */
GST_INLINE void multiply(size_t K, const double *a, const double *b, double *c)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            double sum = 0.0;
            for (size_t k = 0; k < K; k++)
                sum += a[g * K + k] * b[k * K + h];
            c[g * K + h] = sum;
        }
    }
}

GST_INLINE int set_Ehat(size_t K, gst_isotropic *b)
{
    double *a = b->response;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            a[g * K + h] = (g == h) + b->V1h[g * K + h] * b->beta * b->f->c[h] * b->V2[h];
            b->M[g * K + h] = g == h;
        }
    }
    if (factor(K, a, b->pivot) != GST_OK)
        return GST_FAILED;
    solve(K, a, b->pivot, K, b->M);
    multiply(K, b->M, b->V1h, b->E);
    return GST_OK;
}

GST_INLINE void set_V2(size_t K, const gst_isotropic *b, const double *D, double *V2)
{
    for (size_t g = 0; g < K; g++)
        V2[g] = b->f->pi[g] / (D[g] + b->f->c[g] * b->E[g * K + g]);
}

/* plain, the right-hand side for V2, and the factored Jacobian I - d plain/d V2. */
GST_INLINE int set_inner(size_t K, gst_isotropic *b, const double *D)
{
    const double *c = b->f->c, *pi = b->f->pi;
    set_V2(K, b, D, b->plain);
    for (size_t g = 0; g < K; g++) {
        double slope = b->plain[g] * b->plain[g] / pi[g] * c[g] * b->beta;
        for (size_t h = 0; h < K; h++)
            b->system[g * K + h] = (g == h) - slope * b->E[g * K + h] * b->E[g * K + h] * c[h];
    }
    return factor(K, b->system, b->pivot);
}

GST_INLINE int all_positive(size_t n, const double *values)
{
    for (size_t i = 0; i < n; i++) {
        if (!(values[i] > 0.0 && isfinite(values[i])))
            return 0;
    }
    return 1;
}

/* One Newton step on V2; *size is its largest relative component. */
GST_INLINE int newton_step(size_t K, gst_isotropic *b, const double *D, double *size)
{
    if (set_Ehat(K, b) != GST_OK || set_inner(K, b, D) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++)
        b->step[g] = b->plain[g] - b->V2[g];
    solve(K, b->system, b->pivot, 1, b->step);
    *size = 0.0;
    for (size_t g = 0; g < K; g++) {
        b->V2[g] += b->step[g];
        double change = fabs(b->step[g] / b->V2[g]);
        *size = change <= *size ? *size : change;
    }
    return all_positive(K, b->V2) ? GST_OK : GST_FAILED;
}

/* V2, with Ehat and the inner system there. */
GST_INLINE int solve_inner(size_t K, gst_isotropic *b, const double *D)
{
    double size = INFINITY;
    for (size_t pass = 0; pass < PASSES_MAX && !(size < LAST_STEP); pass++) {
        if (newton_step(K, b, D, &size) != GST_OK)
            return GST_FAILED;
    }
    if (size <= NO_STEP)
        return GST_OK;
    return size < LAST_STEP && set_Ehat(K, b) == GST_OK ? set_inner(K, b, D) : GST_FAILED;
}

GST_INLINE void set_V1(size_t K, gst_isotropic *b, double *x)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->V1[g * K + h] = b->f->c[g] * b->V2[g] * b->M[g * K + h];
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] = 0.5 * (b->V1[g * K + h] + b->V1[h * K + g]);
    }
    gst_packed_expand(K, x, b->V1);
}

GST_INLINE int map_of(size_t K, gst_isotropic *b, double beta, const double *hat, double *x)
{
    const double *D = hat + gst_packed_value(K, 0);
    double *V2 = x + gst_packed_value(K, 0);
    b->beta = beta;
    gst_packed_expand(K, hat, b->V1h);
    memcpy(b->V2, V2, K * sizeof *V2);
    if (!all_positive(K, V2) || solve_inner(K, b, D) != GST_OK) {
        for (size_t g = 0; g < K; g++)
            b->V2[g] = b->f->pi[g] / D[g];
        if (!all_positive(K, b->V2) || solve_inner(K, b, D) != GST_OK)
            return GST_FAILED;
    }
    memcpy(V2, b->V2, K * sizeof *V2);
    set_V1(K, b, x);
    return GST_OK;
}

static int map(gst_bulk *bulk, double beta, const double *hat, double *x)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    return GST_FOR_GROUPS(bulk->K, map_of, b, beta, hat, x);
}

int gst_isotropic_Ehat(gst_isotropic *b)
{
    return set_Ehat(b->base.K, b);
}

void gst_isotropic_V2(const gst_isotropic *b, const double *D, double *V2)
{
    set_V2(b->base.K, b, D, V2);
}

void gst_isotropic_V1(gst_isotropic *b, double *x)
{
    set_V1(b->base.K, b, x);
}

/* ---- tangent ------------------------------------------------------------------------------------ */

/* dV2 = -system^{-1} (V2^2/pi) (dD + c dE0_gg): the linear system of the file's head, row g divided by
 * pi_g/V2_g^2, which is the inner Jacobian at the solution. */
GST_INLINE void tangent_values(size_t K, gst_isotropic *b, const double *dV1h, const double *dD,
                               double *dV2)
{
    memset(dV2, 0, K * sizeof *dV2);
    for (size_t h = 0; h < K; h++) {
        for (size_t k = 0; k < K; k++) {
            double along = dV1h[h * K + k];
            for (size_t g = 0; g < K && along != 0.0; g++)
                dV2[g] += b->M[g * K + h] * along * b->M[g * K + k];
        }
    }
    for (size_t g = 0; g < K; g++)
        dV2[g] = -b->V2[g] * b->V2[g] / b->f->pi[g] * (dD[g] + b->f->c[g] * dV2[g]);
    solve(K, b->system, b->pivot, 1, dV2);
}

GST_INLINE void tangent_of(size_t K, gst_isotropic *b, const double *dhat, double *dx)
{
    double *dV1h = b->dV1h, *dV2 = dx + gst_packed_value(K, 0);
    gst_packed_expand(K, dhat, dV1h);
    tangent_values(K, b, dV1h, dhat + gst_packed_value(K, 0), dV2);
    multiply(K, b->V1, dV1h, b->product);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            double sum = 0.0;
            for (size_t k = 0; k < K; k++) {
                sum -= b->beta * b->product[g * K + k] * b->V1[k * K + h];
                sum += b->M[k * K + g] * b->f->c[k] * dV2[k] * b->M[k * K + h];
            }
            dx[gst_packed_pair(K, g, h)] = sum;
        }
    }
}

static int tangent(gst_bulk *bulk, const double *dhat, double *dx)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    GST_FOR_GROUPS(bulk->K, tangent_of, b, dhat, dx);
    return GST_OK;
}

/* ---- life --------------------------------------------------------------------------------------- */

/* Every number starts from the caller's: there is nothing to forget. */
static void reset(gst_bulk *bulk)
{
    (void)bulk;
}

static void release(gst_bulk *bulk)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    gst_arena_free(&b->memory);
    free(b);
}

static const gst_bulk_type isotropic_type = {
    .name = "isotropic",
    .map = map,
    .tangent = tangent,
    .responses = gst_isotropic_responses,
    .directions = gst_isotropic_directions,
    .directions_tangent = gst_isotropic_directions_tangent,
    .map_complex = gst_isotropic_map_complex,
    .directions_complex = gst_isotropic_directions_complex,
    .relations = gst_isotropic_relations,
    .reset = reset,
    .release = release,
};

static int take_memory(gst_isotropic *b)
{
    size_t K = b->base.K, n = K * (b->base.m + b->base.q + 1);
    const gst_array arrays[] = {
        GST_MATRIX(b->V1h, K, K),
        GST_MATRIX(b->V1, K, K),
        GST_VECTOR(b->V2, K),
        GST_MATRIX(b->M, K, K),
        GST_MATRIX(b->E, K, K),
        GST_VECTOR(b->plain, K),
        GST_VECTOR(b->step, K),
        GST_MATRIX(b->system, K, K),
        GST_VECTOR(b->pivot, K),
        GST_MATRIX(b->B, n, n),
        GST_MATRIX(b->PB, n, n),
        GST_VECTOR(b->pivot_directions, n),
        GST_MATRIX(b->V1hc, K, K),
        GST_VECTOR(b->V2c, K),
        GST_MATRIX(b->Mc, K, K),
        GST_MATRIX(b->Ec, K, K),
        GST_MATRIX(b->Bc, n, n),
        GST_MATRIX(b->response, K, K),
        GST_MATRIX(b->dV1h, K, K),
        GST_MATRIX(b->product, K, K),
        GST_VECTOR(b->t, n),
        GST_VECTOR(b->energy, K),
        GST_MATRIX(b->responsec, K, K),
    };
    return gst_arena_take(&b->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_bulk_isotropic_alloc(gst_bulk **bulk, const gst_features *features,
                             gst_trajectory *trajectory)
{
    (void)trajectory;
    gst_isotropic *b = gst_alloc(1, sizeof *b);
    *bulk = NULL;
    if (!b)
        return GST_NO_MEMORY;
    b->base = (gst_bulk){.type = &isotropic_type,
                         .K = features->K,
                         .m = features->m,
                         .q = features->q,
                         .L = gst_packed_length(features->K),
                         .pi = features->pi,
                         .c = features->c};
    b->f = features;
    if (take_memory(b) != GST_OK) {
        free(b);
        return GST_NO_MEMORY;
    }
    *bulk = &b->base;
    return GST_OK;
}

/* There is no trajectory to share. */
int gst_bulk_isotropic_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    (void)other;
    return gst_bulk_isotropic_alloc(bulk, features, NULL);
}
