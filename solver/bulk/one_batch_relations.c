/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_relations.c - the equations of the exact bulk and their slopes at complex hats (docs/theory, the
 * trained bulk).
 *
 * With P = sqrt(Th) V1h sqrt(Th), X = diag(1, -2) + M, H = (I + X P0)^{-1}, G = P0 H, R = H X:
 *   M' = E Q(G),   V2' = pi/(D + E_g), E_g = (X G)_gg/Th_g,   V1 = sqrt(V2) R_tl sqrt(V2)
 *   dG = - G dM G + H^T dP0 H,   dM' = - phi E[Q dG Q],   d(X G) = dM G + X dG,
 *   dR = H dM H^T - R dP0 R,   dP_gh = beta sqrt(V2_g V2_h) dV1h_gh + (d ln V2_g + d ln V2_h)/2 P_gh. */
#include "solver/bulk/one_batch.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#include "base/dense.inc"

/* ---- value -------------------------------------------------------------------------------------- */

/* E Q Q^T over packed entries, real parts then imaginary parts: sums + weight q q^T for packed q. */
static void add_square(size_t p, double weight, const double *re, const double *im, double *sums)
{
    for (size_t a = 0; a < p; a++) {
        double *row_re = sums + a * p, *row_im = row_re + p * p;
        double x = weight * re[a], y = weight * im[a];
#pragma omp simd
        for (size_t c = 0; c < p; c++) {
            row_re[c] += x * re[c] - y * im[c];
            row_im[c] += x * im[c] + y * re[c];
        }
    }
}

/* d M'_ij/d G_kl = - phi E[Q_ik Q_lj (+ Q_il Q_kj if k != l)] from the sums of squares. */
static void set_dQ(gst_exact *b, const double *sums)
{
    size_t n = b->forms.nb, p = b->packed;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            double complex *row = b->dQc + gst_packed_pair(n, i, j) * p;
            for (size_t k = 0; k < n; k++) {
                for (size_t l = k; l < n; l++) {
                    size_t at = gst_packed_pair(n, i, k) * p + gst_packed_pair(n, l, j);
                    double complex sum = sums[at] + sums[p * p + at] * I;
                    if (k != l) {
                        at = gst_packed_pair(n, i, l) * p + gst_packed_pair(n, k, j);
                        sum += sums[at] + sums[p * p + at] * I;
                    }
                    row[gst_packed_pair(n, k, l)] = -b->batch->phi * sum;
                }
            }
        }
    }
}

/* M' into nextc, d M'/d G into dQc, both averages over the labels. */
static int average_nodes(gst_exact *b)
{
    const gst_label_law *law = b->batch->law;
    size_t n = b->forms.nb, p = b->packed;
    double complex *Q = b->Qc;
    double *sums = b->squares, *re = b->re, *im = b->im;
    if (b->base.K == 1) {
        int status = gst_exact_single(&b->forms, b->Gc, b->nextc, sums);
        if (status == GST_OK)
            set_dQ(b, sums);
        return status;
    }
    memset(b->nextc, 0, n * n * sizeof *b->nextc);
    memset(sums, 0, 2 * p * p * sizeof *sums);
    for (size_t i = 0; i < law->n; i++) {
        double weight = law->weight[i];
        if (gst_exact_label_Q_complex(&b->forms, law->y[i], b->Gc, Q, b->workc) != GST_OK)
            return GST_FAILED;
        for (size_t j = 0, at = 0; j < n; j++) {
            for (size_t k = j; k < n; k++, at++) {
                double complex entry = 0.5 * (Q[j * n + k] + Q[k * n + j]);
                b->nextc[j * n + k] += weight * entry;
                re[at] = creal(entry);
                im[at] = cimag(entry);
            }
        }
        add_square(p, weight, re, im, sums);
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            b->nextc[j * n + k] = b->nextc[k * n + j];
    }
    set_dQ(b, sums);
    return GST_OK;
}

/* Sign of det(I + phi y~ G) at real G. */
static int node_sign(gst_exact *b, double y)
{
    size_t K = b->base.K, n = b->forms.nb;
    size_t pivot[2 * GST_GROUPS_MAX];
    double *a = b->determinant;
    for (size_t g = 0; g < K; g++) {
        double off = b->batch->b[g] * y, top = 2.0 * off + b->batch->w[g] * y * y;
        for (size_t j = 0; j < n; j++) {
            double first = creal(b->Gc[g * n + j]),
                   second = n > K ? creal(b->Gc[(K + g) * n + j]) : 0;
            a[g * n + j] = (g == j) + b->batch->phi * (top * first + off * second);
            if (n > K)
                a[(K + g) * n + j] = (K + g == j) + b->batch->phi * off * first;
        }
    }
    if (gst_lu_factor(n, a, pivot) != GST_OK)
        return 0;
    int sign = 1;
    for (size_t i = 0; i < n; i++) {
        sign = a[i * n + i] < 0.0 ? -sign : sign;
        sign = pivot[i] != i ? -sign : sign;
    }
    return sign;
}

/* Share, by weight and y^2, of the labels whose determinant is not positive, as it is at y = 0; 0 off the real
 * axis. */
static double share_beyond(gst_exact *b)
{
    const gst_label_law *law = b->batch->law;
    double sum = 0.0;
    for (size_t i = 0; i < b->forms.nb * b->forms.nb; i++) {
        if (cimag(b->Gc[i]) != 0.0)
            return 0.0;
    }
    if (b->base.K == 1)
        return gst_exact_single_beyond(&b->forms, b->Gc);
    for (size_t i = 0; i < law->n; i++) {
        if (node_sign(b, law->y[i]) <= 0)
            sum += law->weight[i] * 0.5 * (1.0 + law->y[i] * law->y[i] / law->moment[2]);
    }
    return sum;
}

static void take_state(gst_exact *b, double beta, const double complex *hat,
                       const double complex *u)
{
    size_t K = b->base.K, n = b->forms.nb;
    b->beta = beta;
    memcpy(b->V2c, u, K * sizeof *u);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->Mc[i * n + j] = u[K + gst_packed_pair(n, i, j)];
    }
}

/* (X G)_gg/Th_g. */
static double complex thickness(const gst_exact *b, size_t g)
{
    size_t n = b->forms.nb;
    double complex sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += b->Xc[g * n + k] * b->Gc[k * n + g];
    return sum / (b->beta * b->V2c[g]);
}

/* R into Rc, V1, V2', M' into value. */
static void take_value(gst_exact *b, const double complex *hat, double complex *value)
{
    size_t K = b->base.K, n = b->forms.nb;
    double complex *R = b->Rc;
    dense_multiply(n, n, n, b->Hc, b->Xc, R);
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        value[row] = b->f->pi[g] / (hat[row] + thickness(b, g));
        for (size_t h = g; h < K; h++)
            value[gst_packed_pair(K, g, h)] = gst_exact_root_complex(b->V2c[g]) *
                                              gst_exact_root_complex(b->V2c[h]) * 0.5 *
                                              (R[g * n + h] + R[h * n + g]);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            value[b->base.L + gst_packed_pair(n, i, j)] =
                0.5 * (b->nextc[i * n + j] + b->nextc[j * n + i]);
    }
}

/* ---- slopes ------------------------------------------------------------------------------------- */

/* dG and dR for dM (n x n, or NULL) and dP (K x K, or NULL). */
static void respond(gst_exact *b, const double complex *dM, const double complex *dP)
{
    size_t K = b->base.K, n = b->forms.nb;
    const double complex *R = b->Rc;
    memset(b->dGc, 0, n * n * sizeof *b->dGc);
    memset(b->dRc, 0, n * n * sizeof *b->dRc);
    if (dM) {
        dense_multiply(n, n, n, b->Gc, dM, b->halfc);
        dense_multiply(n, n, n, b->halfc, b->Gc, b->dGc);
        for (size_t i = 0; i < n * n; i++)
            b->dGc[i] = -b->dGc[i];
        dense_multiply(n, n, n, b->Hc, dM, b->halfc);
        dense_multiply_transposed(n, n, n, b->halfc, b->Hc, b->dRc);
    }
    for (size_t i = 0; dP && i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t g = 0; g < K; g++) {
                for (size_t h = 0; h < K; h++) {
                    b->dGc[i * n + j] += b->Hc[g * n + i] * dP[g * K + h] * b->Hc[h * n + j];
                    b->dRc[i * n + j] -= R[i * n + g] * dP[g * K + h] * R[h * n + j];
                }
            }
        }
    }
}

/* The column of the slope that dM, dG and dR give, V2 itself held fixed. */
static void fill_column(const gst_exact *b, const double complex *dM, const double complex *value,
                        size_t column, double complex *slope)
{
    size_t K = b->base.K, n = b->forms.nb, L = b->base.L, columns = L + K + b->packed;
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        double complex sum = 0.0;
        for (size_t k = 0; k < n; k++) {
            sum += b->Xc[g * n + k] * b->dGc[k * n + g];
            if (dM)
                sum += dM[g * n + k] * b->Gc[k * n + g];
        }
        slope[row * columns + column] =
            -value[row] * value[row] / b->f->pi[g] * sum / (b->beta * b->V2c[g]);
        for (size_t h = g; h < K; h++)
            slope[gst_packed_pair(K, g, h) * columns + column] = gst_exact_root_complex(b->V2c[g]) *
                                                                 gst_exact_root_complex(b->V2c[h]) *
                                                                 b->dRc[g * n + h];
    }
    for (size_t i = 0; i < b->packed; i++) {
        double complex sum = 0.0;
        for (size_t k = 0; k < n; k++) {
            for (size_t l = k; l < n; l++)
                sum += b->dQc[i * b->packed + gst_packed_pair(n, k, l)] * b->dGc[k * n + l];
        }
        slope[(L + i) * columns + column] = sum;
    }
}

static void slope_along_V1h(gst_exact *b, const double complex *value, double complex *slope)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            memset(b->dPc, 0, K * K * sizeof *b->dPc);
            b->dPc[g * K + h] = b->dPc[h * K + g] =
                b->beta * gst_exact_root_complex(b->V2c[g]) * gst_exact_root_complex(b->V2c[h]);
            respond(b, NULL, b->dPc);
            fill_column(b, NULL, value, gst_packed_pair(K, g, h), slope);
        }
    }
}

static void slope_along_M(gst_exact *b, const double complex *value, double complex *slope)
{
    size_t K = b->base.K, n = b->forms.nb, first = b->base.L + K;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            memset(b->dMc, 0, n * n * sizeof *b->dMc);
            b->dMc[i * n + j] = b->dMc[j * n + i] = 1.0;
            respond(b, b->dMc, NULL);
            fill_column(b, b->dMc, value, first + gst_packed_pair(n, i, j), slope);
        }
    }
}

static void slope_along_V2(gst_exact *b, const double complex *value, double complex *slope)
{
    size_t K = b->base.K, L = b->base.L, columns = L + K + b->packed;
    for (size_t k = 0; k < K; k++) {
        for (size_t i = 0; i < K; i++) {
            for (size_t j = 0; j < K; j++)
                b->dPc[i * K + j] = 0.5 * ((i == k) + (j == k)) * b->Pc[i * K + j] / b->V2c[k];
        }
        respond(b, NULL, b->dPc);
        fill_column(b, NULL, value, L + k, slope);
        size_t row = gst_packed_value(K, k);
        slope[row * columns + L + k] +=
            value[row] * value[row] / b->f->pi[k] * thickness(b, k) / b->V2c[k];
        for (size_t h = 0; h < K; h++) {
            size_t pair = gst_packed_pair(K, k, h);
            slope[pair * columns + L + k] += (k == h ? 1.0 : 0.5) * value[pair] / b->V2c[k];
        }
    }
}

int gst_exact_relations(gst_bulk *bulk, double beta, const double complex *hat,
                        const double complex *u, double complex *value, double complex *slope)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, columns = bulk->L + K + b->packed;
    take_state(b, beta, hat, u);
    if (gst_exact_respond_complex(b) != GST_OK || average_nodes(b) != GST_OK)
        return GST_FAILED;
    b->warm_complex = 1;
    b->base.beyond = share_beyond(b);
    take_value(b, hat, value);
    memset(slope, 0, (bulk->L + b->packed) * columns * sizeof *slope);
    slope_along_V1h(b, value, slope);
    slope_along_M(b, value, slope);
    slope_along_V2(b, value, slope);
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        slope[row * columns + row] = -value[row] * value[row] / b->f->pi[g];
    }
    return GST_OK;
}
