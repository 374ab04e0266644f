/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic_directions.c - the special directions of the isotropic bulk (docs/theory, self-consistent equations).
 *
 *   directions  N_perp = B (I + P B)^{-1}, B = blockdiag(beta V2_g C_g), P = V1h on residual directions
 *   S gradient  dS = sum_g beta F_g^T C_g F_g dV2_g - sum_j psi_j^T dV1h psi_j,
 *               t = N_perp fields, F = fields - P t */
#include "solver/bulk/isotropic.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"

#include "base/few.h"
#include "base/linear.h"

#include <string.h>

GST_INLINE void set_block_covariance(size_t K, gst_isotropic *b, size_t s)
{
    size_t n = K * s;
    memset(b->B, 0, n * n * sizeof *b->B);
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < s; i++) {
            for (size_t j = 0; j < s; j++)
                b->B[(g * s + i) * n + g * s + j] =
                    b->beta * b->V2[g] * b->f->C[(g * s + i) * s + j];
        }
    }
}

/* N_perp^T = (I + B P)^{-1} B: solve and symmetrise. */
GST_INLINE int directions_of(size_t K, gst_isotropic *b, double *N_perp)
{
    size_t m = b->base.m, q = b->base.q, s = m + q + 1, n = K * s;
    set_block_covariance(K, b, s);
    memcpy(N_perp, b->B, n * n * sizeof *N_perp);
    if (q == 0)
        return GST_OK;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            size_t a = j % s, h = j / s;
            double sum = i == j;
            if (a >= m && a < m + q) {
                for (size_t g = 0; g < K; g++)
                    sum += b->B[i * n + g * s + a] * b->V1h[g * K + h];
            }
            b->PB[i * n + j] = sum;
        }
    }
    if (gst_lu_factor(n, b->PB, b->pivot_directions) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(n, b->PB, b->pivot_directions, n, N_perp);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++)
            N_perp[i * n + j] = N_perp[j * n + i] = 0.5 * (N_perp[i * n + j] + N_perp[j * n + i]);
    }
    return GST_OK;
}

int gst_isotropic_directions(gst_bulk *bulk, double *N_perp)
{
    return GST_FOR_GROUPS(bulk->K, directions_of, (gst_isotropic *)bulk, N_perp);
}

/* t = N_perp fields by the factors left by `directions`, into t (K s). */
GST_INLINE void respond(size_t K, gst_isotropic *b, const double *fields, double *t)
{
    size_t s = b->base.m + b->base.q + 1, n = K * s;
    for (size_t i = 0; i < n; i++) {
        t[i] = 0.0;
        for (size_t j = 0; j < n; j++)
            t[i] += b->B[i * n + j] * fields[j];
    }
    if (b->base.q > 0)
        gst_lu_solve(n, b->PB, b->pivot_directions, 1, t);
}

/* beta F_g^T C_g F_g with F = fields - P t. */
GST_INLINE double force_square(size_t K, const gst_isotropic *b, size_t g, const double *fields,
                               const double *t)
{
    size_t m = b->base.m, q = b->base.q, s = m + q + 1;
    double F[GST_SPIKES_MAX + GST_TARGET_DIM_MAX + 1], sum = 0.0;
    for (size_t a = 0; a < s; a++) {
        F[a] = fields[g * s + a];
        for (size_t h = 0; a >= m && a < m + q && h < K; h++)
            F[a] -= b->V1h[g * K + h] * t[h * s + a];
    }
    for (size_t i = 0; i < s; i++) {
        for (size_t j = 0; j < s; j++)
            sum += F[i] * b->f->C[(g * s + i) * s + j] * F[j];
    }
    return b->beta * sum;
}

GST_INLINE int directions_tangent_of(size_t K, gst_isotropic *b, const double *fields,
                                     double *gradient)
{
    size_t m = b->base.m, q = b->base.q, s = m + q + 1;
    double *t = b->t;
    respond(K, b, fields, t);
    for (size_t g = 0; g < K; g++)
        b->energy[g] = force_square(K, b, g, fields, t);
    gst_isotropic_gradient(b, b->energy, gradient);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            double product = 0.0;
            for (size_t a = m; a < m + q; a++)
                product += t[g * s + a] * t[h * s + a];
            gradient[gst_packed_pair(K, g, h)] -= (g == h ? 1.0 : 2.0) * product;
        }
    }
    return GST_OK;
}

int gst_isotropic_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient)
{
    return GST_FOR_GROUPS(bulk->K, directions_tangent_of, (gst_isotropic *)bulk, fields, gradient);
}
