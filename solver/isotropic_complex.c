/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic_complex.c - the isotropic bulk at complex hats (docs/theory, self-consistent equations).
 *
 * T = diag(beta c V2), M = (I + V1h T)^{-1}, Ehat = M V1h:  V2 = pi/(D + c Ehat_gg) is iterated with damping
 * 1/2 from the V2 in x until real and imaginary parts have settled, each in its own units;
 * V1 = T M/beta,  N_perp = (I + B P)^{-1} B as in bulk_isotropic.c. */
#include "bulk_isotropic.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#define NAME(stem) stem##_complex
#include "dense.inc"

#define SETTLED 1e-15
#define PASSES 20000

/* M into b->Mc; scratch n = K. */
static int set_response(gst_isotropic *b)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            b->scratchc[g * K + h] =
                (g == h ? 1.0 : 0.0) + b->V1hc[g * K + h] * b->beta * b->f->c[h] * b->V2c[h];
            b->Mc[g * K + h] = g == h ? 1.0 : 0.0;
        }
    }
    return solve_complex(K, b->scratchc, K, b->Mc);
}

/* One damped pass; largest relative changes of real and imaginary parts. */
static int pass(gst_isotropic *b, const double complex *D, double *change)
{
    size_t K = b->base.K;
    double size[2] = {0.0, 0.0};
    change[0] = change[1] = 0.0;
    if (set_response(b) != GST_OK)
        return GST_FAILED;
    multiply_complex(K, K, K, b->Mc, b->V1hc, b->Ec);
    for (size_t g = 0; g < K; g++) {
        double unit = cabs(b->V2c[g]);
        double complex next = b->f->pi[g] / (D[g] + b->f->c[g] * b->Ec[g * K + g]);
        double complex step = 0.5 * (next - b->V2c[g]);
        b->V2c[g] += step;
        change[0] = fmax(change[0], fabs(creal(step)) / unit);
        change[1] = fmax(change[1], fabs(cimag(step)) / unit);
        size[0] = fmax(size[0], fabs(creal(b->V2c[g])) / unit);
        size[1] = fmax(size[1], fabs(cimag(b->V2c[g])) / unit);
    }
    change[0] /= size[0] > 0.0 ? size[0] : 1.0;
    change[1] /= size[1] > 0.0 ? size[1] : 1.0;
    return isfinite(change[0]) && isfinite(change[1]) ? GST_OK : GST_FAILED;
}

int gst_isotropic_map_complex(gst_bulk *bulk, double beta, const double complex *hat,
                              double complex *x)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    size_t K = bulk->K;
    double change[2] = {INFINITY, INFINITY};
    b->beta = beta;
    for (size_t g = 0; g < K; g++) {
        b->V2c[g] = x[gst_packed_value(K, g)];
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
    for (size_t i = 0; i < PASSES && !(change[0] <= SETTLED && change[1] <= SETTLED); i++) {
        if (pass(b, hat + gst_packed_value(K, 0), change) != GST_OK)
            return GST_FAILED;
    }
    if (set_response(b) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++) {
        x[gst_packed_value(K, g)] = b->V2c[g];
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] = 0.5 * (b->f->c[g] * b->V2c[g] * b->Mc[g * K + h] +
                                                 b->f->c[h] * b->V2c[h] * b->Mc[h * K + g]);
    }
    return change[0] <= SETTLED && change[1] <= SETTLED ? GST_OK : GST_LOOSE;
}

int gst_isotropic_directions_complex(gst_bulk *bulk, double complex *N_perp)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    size_t K = bulk->K, m = bulk->m, q = bulk->q, s = m + q + 1, n = K * s;
    memset(N_perp, 0, n * n * sizeof *N_perp);
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < s; i++) {
            for (size_t j = 0; j < s; j++)
                N_perp[(g * s + i) * n + g * s + j] =
                    b->beta * b->V2c[g] * b->f->C[(g * s + i) * s + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            size_t a = j % s;
            double complex sum = i == j ? 1.0 : 0.0;
            for (size_t g = 0; a >= m && a < m + q && g < K; g++)
                sum += N_perp[i * n + g * s + a] * b->V1hc[g * K + j / s];
            b->Bc[i * n + j] = sum;
        }
    }
    return solve_complex(n, b->Bc, n, N_perp);
}
