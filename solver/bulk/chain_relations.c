/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_relations.c - the equations of the trained bulk and their slopes at complex hats (docs/theory, the trained bulk):
 *   M' = E Q(G),   V2' = pi/(D + E),  E_g = (X R)_gg/Th_g,   V1 = sqrt(V2) R sqrt(V2),
 * slopes as in chain_jacobian.c. */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

/* ---- value -------------------------------------------------------------------------------------- */

static void take_state(gst_chain *b, double beta, const double complex *hat,
                       const double complex *u)
{
    size_t K = b->base.K;
    b->beta = beta;
    memcpy(b->V2c, u, K * sizeof *u);
    memcpy(b->Mc, u + K, b->base.inner * sizeof *u);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
}

/* (X R)_gg/Th_g. */
static double complex thickness(const gst_chain *b, size_t g)
{
    size_t K = b->base.K;
    double complex sum = 0.0;
    for (size_t h = 0; h < K; h++)
        sum += b->Xc[g * K + h] * b->Rc[h * K + g];
    return sum / (b->beta * b->V2c[g]);
}

static double complex root(const gst_chain *b, size_t g, size_t h)
{
    return gst_chain_root_complex(b->V2c[g]) * gst_chain_root_complex(b->V2c[h]);
}

static void take_value(const gst_chain *b, const double complex *hat, double complex *value)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        value[row] = b->f->pi[g] / (hat[row] + thickness(b, g));
        for (size_t h = g; h < K; h++)
            value[gst_packed_pair(K, g, h)] = root(b, g, h) * b->Rc[g * K + h];
    }
    memcpy(value + b->base.L, b->nextc, b->base.inner * sizeof *value);
}

/* ---- slopes ------------------------------------------------------------------------------------- */

/* The column of the slope that dG, and dX (or NULL) besides, give with V2 itself held fixed. */
static void fill_column(gst_chain *b, const double complex *dX, const double complex *value,
                        size_t column, double complex *slope)
{
    size_t K = b->base.K, L = b->base.L, inner = b->base.inner, columns = L + K + inner;
    gst_chain_rise_complex(b, b->dQc, b->dGc, b->risec);
    for (size_t i = 0; i < inner; i++)
        slope[(L + i) * columns + column] = b->risec[i];
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        double complex sum = 0.0;
        for (size_t h = 0; h < K; h++) {
            sum -= b->Xc[g * K + h] * b->dGc[h * b->fields + g];
            if (dX)
                sum += dX[g * K + h] * b->Rc[h * K + g];
        }
        slope[row * columns + column] =
            -value[row] * value[row] / b->f->pi[g] * sum / (b->beta * b->V2c[g]);
        for (size_t h = g; h < K; h++)
            slope[gst_packed_pair(K, g, h) * columns + column] =
                -root(b, g, h) * b->dGc[g * b->fields + h];
    }
}

static void slope_along_V1h(gst_chain *b, const double complex *value, double complex *slope)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            memset(b->dXc, 0, K * K * sizeof *b->dXc);
            b->dXc[g * K + h] = b->dXc[h * K + g] = b->beta * root(b, g, h);
            b->pencil->move_X_complex(b, b->Gc, b->dXc, b->dGc);
            fill_column(b, b->dXc, value, gst_packed_pair(K, g, h), slope);
        }
    }
}

static void slope_along_M(gst_chain *b, const double complex *value, double complex *slope)
{
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        size_t column = b->base.L + b->base.K + s->at;
        for (size_t i = 0; i < s->n; i++) {
            for (size_t j = i; j < s->n; j++, column++) {
                b->pencil->move_M_complex(b, b->Gc, t, i, j, b->dGc);
                fill_column(b, NULL, value, column, slope);
            }
        }
    }
}

static void slope_along_V2(gst_chain *b, const double complex *value, double complex *slope)
{
    size_t K = b->base.K, L = b->base.L, columns = L + K + b->base.inner;
    for (size_t k = 0; k < K; k++) {
        for (size_t i = 0; i < K; i++) {
            for (size_t j = 0; j < K; j++)
                b->dXc[i * K + j] = 0.5 * ((i == k) + (j == k)) * b->Xc[i * K + j] / b->V2c[k];
        }
        b->pencil->move_X_complex(b, b->Gc, b->dXc, b->dGc);
        fill_column(b, b->dXc, value, L + k, slope);
        size_t row = gst_packed_value(K, k);
        slope[row * columns + L + k] +=
            value[row] * value[row] / b->f->pi[k] * thickness(b, k) / b->V2c[k];
        for (size_t h = 0; h < K; h++) {
            size_t pair = gst_packed_pair(K, k, h);
            slope[pair * columns + L + k] += (k == h ? 1.0 : 0.5) * value[pair] / b->V2c[k];
        }
    }
}

int gst_chain_relations(gst_bulk *bulk, double beta, const double complex *hat,
                        const double complex *u, double complex *value, double complex *slope)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, columns = bulk->L + K + bulk->inner;
    take_state(b, beta, hat, u);
    if (gst_chain_respond_complex(b) != GST_OK ||
        gst_chain_average_complex(b, b->Gc, b->nextc, b->dQc, b->workc) != GST_OK)
        return GST_FAILED;
    b->warm_complex = 1;
    b->base.beyond = gst_chain_beyond(b, b->Gc);
    take_value(b, hat, value);
    memset(slope, 0, (bulk->L + bulk->inner) * columns * sizeof *slope);
    slope_along_V1h(b, value, slope);
    slope_along_M(b, value, slope);
    slope_along_V2(b, value, slope);
    for (size_t g = 0; g < K; g++) {
        size_t row = gst_packed_value(K, g);
        slope[row * columns + row] = -value[row] * value[row] / b->f->pi[g];
    }
    return GST_OK;
}

/* ---- beyond a pole ------------------------------------------------------------------------------ */

/* Sign of det(I + phi Y G_tt) at node i, G packed in block (n x n). */
static int node_sign(const gst_chain_step *s, size_t K, size_t i, const double *G, double *a)
{
    size_t n = s->n, pivot[2 * GST_GROUPS_MAX];
    int sign = 1;
    for (size_t g = 0; g < K; g++) {
        double top = s->a[g * s->nodes + i], off = s->b[g * s->nodes + i];
        for (size_t j = 0; j < n; j++) {
            a[g * n + j] = (g == j) + s->phi * top * G[g * n + j];
            if (n == K)
                continue;
            a[g * n + j] -= s->phi * off * G[(K + g) * n + j];
            a[(K + g) * n + j] = (K + g == j) - s->phi * off * G[g * n + j];
        }
    }
    if (gst_lu_factor(n, a, pivot) != GST_OK)
        return 0;
    for (size_t k = 0; k < n; k++) {
        sign = a[k * n + k] < 0.0 ? -sign : sign;
        sign = pivot[k] != k ? -sign : sign;
    }
    return sign;
}

double gst_chain_beyond(const gst_chain *b, const double complex *G)
{
    size_t q = b->fields;
    double sum = 0.0;
    for (size_t i = 0; i < q * q; i++) {
        if (cimag(G[i]) != 0.0)
            return 0.0;
    }
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        for (size_t i = 0; i < s->n; i++) {
            for (size_t j = 0; j < s->n; j++)
                b->block[i * s->n + j] = creal(G[(s->first + i) * q + s->first + j]);
        }
        for (size_t i = 0; s->phi > 0.0 && i < s->nodes; i++) {
            if (node_sign(s, b->base.K, i, b->block, b->determinant) <= 0)
                sum += s->share[i];
        }
    }
    return sum;
}
