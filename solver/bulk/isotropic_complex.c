/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic_complex.c - the isotropic bulk at complex hats (docs/theory, self-consistent equations).
 *
 * T = diag(beta c V2), M = (I + V1h T)^{-1}, Ehat = M V1h:  V2 = pi/(D + c Ehat_gg) is iterated with damping
 * 1/2 from the V2 in x until real and imaginary parts have settled, each in its own units;
 * V1 = T M/beta,  N_perp = (I + B P)^{-1} B as in isotropic.c.  The slopes of the relations:
 *   along V1h   dEhat = M dV1h M^T,    dV1 = - beta V1 dV1h V1
 *   along V2    dEhat = - Ehat dT Ehat, dV1 = M^T dT M/beta,
 *   dV2' = - (V2'^2/pi) (dD + c dEhat_gg). */
#include "solver/bulk/isotropic.h"
#include "giantstep/features.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#include "base/dense.inc"

#define SETTLED 1e-15
#define PASSES 20000

/* M into b->Mc. */
static int set_response(gst_isotropic *b)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            b->responsec[g * K + h] =
                (g == h ? 1.0 : 0.0) + b->V1hc[g * K + h] * b->beta * b->f->c[h] * b->V2c[h];
            b->Mc[g * K + h] = g == h ? 1.0 : 0.0;
        }
    }
    return dense_solve(K, b->responsec, K, b->Mc);
}

/* One damped pass; largest relative changes of real and imaginary parts. */
static int pass(gst_isotropic *b, const double complex *D, double *change)
{
    size_t K = b->base.K;
    double size[2] = {0.0, 0.0};
    change[0] = change[1] = 0.0;
    if (set_response(b) != GST_OK)
        return GST_FAILED;
    dense_multiply(K, K, K, b->Mc, b->V1hc, b->Ec);
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

/* V1 = T M/beta, packed. */
static void take_V1(const gst_isotropic *b, double complex *V1)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            V1[gst_packed_pair(K, g, h)] = 0.5 * (b->f->c[g] * b->V2c[g] * b->Mc[g * K + h] +
                                                  b->f->c[h] * b->V2c[h] * b->Mc[h * K + g]);
    }
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
    memcpy(x + gst_packed_value(K, 0), b->V2c, K * sizeof *x);
    take_V1(b, x);
    return change[0] <= SETTLED && change[1] <= SETTLED ? GST_OK : GST_LOOSE;
}

/* Columns of the slope along the entries (a, a') of V1h. */
static void slope_along_V1h(const gst_isotropic *b, const double complex *value,
                            double complex *slope)
{
    size_t K = b->base.K, columns = b->base.L + K;
    for (size_t i = 0; i < K; i++) {
        for (size_t j = i; j < K; j++) {
            size_t column = gst_packed_pair(K, i, j);
            double twice = i == j ? 1.0 : 2.0, beta = b->beta;
            for (size_t g = 0; g < K; g++) {
                size_t row = gst_packed_value(K, g);
                slope[row * columns + column] = -value[row] * value[row] / b->f->pi[g] *
                                                b->f->c[g] * twice * b->Mc[g * K + i] *
                                                b->Mc[g * K + j];
                for (size_t h = g; h < K; h++) {
                    double complex product =
                        value[gst_packed_pair(K, g, i)] * value[gst_packed_pair(K, j, h)];
                    if (i != j)
                        product +=
                            value[gst_packed_pair(K, g, j)] * value[gst_packed_pair(K, i, h)];
                    slope[gst_packed_pair(K, g, h) * columns + column] = -beta * product;
                }
            }
        }
    }
}

/* Columns along V2. */
static void slope_along_V2(const gst_isotropic *b, const double complex *value,
                           double complex *slope)
{
    size_t K = b->base.K, L = b->base.L, columns = L + K;
    const double *c = b->f->c;
    for (size_t k = 0; k < K; k++) {
        for (size_t g = 0; g < K; g++) {
            size_t row = gst_packed_value(K, g);
            slope[row * columns + L + k] = value[row] * value[row] / b->f->pi[g] * c[g] *
                                           b->Ec[g * K + k] * b->Ec[g * K + k] * b->beta * c[k];
            for (size_t h = g; h < K; h++)
                slope[gst_packed_pair(K, g, h) * columns + L + k] =
                    b->Mc[k * K + g] * c[k] * b->Mc[k * K + h];
        }
    }
}

int gst_isotropic_relations(gst_bulk *bulk, double beta, const double complex *hat,
                            const double complex *u, double complex *value, double complex *slope)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    size_t K = bulk->K, columns = bulk->L + K;
    b->beta = beta;
    memcpy(b->V2c, u, K * sizeof *u);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
    if (set_response(b) != GST_OK)
        return GST_FAILED;
    dense_multiply(K, K, K, b->Mc, b->V1hc, b->Ec);
    take_V1(b, value);
    memset(slope, 0, bulk->L * columns * sizeof *slope);
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        value[row] = b->f->pi[g] / (hat[row] + b->f->c[g] * b->Ec[g * K + g]);
        slope[row * columns + row] = -value[row] * value[row] / b->f->pi[g];
    }
    slope_along_V1h(b, value, slope);
    slope_along_V2(b, value, slope);
    return GST_OK;
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
    return dense_solve(n, b->Bc, n, N_perp);
}
