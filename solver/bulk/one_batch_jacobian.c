/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_jacobian.c - the linearised exact bulk (docs/theory, the trained bulk).
 *
 *   dQ = - phi Q dG Q,   dG = - G dM G + H^T dP0 H,   d(X G) = dM G + X dG,
 *   dV2' = - (V2'^2/pi) (dD + dE),   dE_g = d(X G)_gg/Th_g - E_g d ln V2_g,
 *   dP = sqrt(Th) dV1h sqrt(Th) + (d ln V2_g + d ln V2_h)/2 P_gh. */
#include "solver/bulk/one_batch.h"

#include "base/linear.h"

#include <string.h>

/* dG = - G dM G + H^T dP0 H into b->dG; dM nb x nb or NULL, dP K x K or NULL. */
void gst_exact_set_dG(gst_exact *b, const double *dM, const double *dP)
{
    size_t K = b->base.K, n = b->forms.nb;
    double *half = b->half;
    memset(b->dG, 0, n * n * sizeof *b->dG);
    if (dM) {
        gst_square_multiply(n, b->G, dM, half);
        gst_square_multiply(n, half, b->G, b->dG);
        for (size_t i = 0; i < n * n; i++)
            b->dG[i] = -b->dG[i];
    }
    for (size_t i = 0; dP && i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t g = 0; g < K; g++) {
                for (size_t h = 0; h < K; h++)
                    b->dG[i * n + j] += b->H[g * n + i] * dP[g * K + h] * b->H[h * n + j];
            }
        }
    }
}

/* change of Mnew (packed) and of V2' for the dG at hand; d(X G) = dM G + X dG. */
void gst_exact_respond(gst_exact *b, const double *dM, double *out)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t i = 0; i < b->packed; i++)
        out[i] = 0.0;
    for (size_t k = 0; k < n; k++) {
        for (size_t l = k; l < n; l++) {
            double dG = b->dG[k * n + l];
            size_t column = gst_packed_pair(n, k, l);
            for (size_t i = 0; i < b->packed; i++)
                out[i] += b->dQ[i * b->packed + column] * dG;
        }
    }
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++) {
            sum += b->X[g * n + k] * b->dG[k * n + g];
            if (dM)
                sum += dM[g * n + k] * b->G[k * n + g];
        }
        double dE = sum / (b->beta * b->V2[g]);
        out[b->packed + g] = -b->plain[g] * b->plain[g] / b->f->pi[g] * dE;
    }
}

/* dP along ln V2_g. */
static void thickness_slope(const gst_exact *b, size_t g, double *dP)
{
    size_t K = b->base.K;
    for (size_t i = 0; i < K; i++) {
        for (size_t j = 0; j < K; j++)
            dP[i * K + j] = 0.5 * ((i == g) + (j == g)) * b->P[i * K + j];
    }
}

/* system = I - Jacobian in (M packed, ln V2), factored; inner = its M block, factored. */
int gst_exact_set_system(gst_exact *b)
{
    size_t K = b->base.K, n = b->forms.nb, size = b->packed + K;
    double *dP = b->dP;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            size_t column = gst_packed_pair(n, i, j);
            memset(b->dM, 0, n * n * sizeof *b->dM);
            b->dM[i * n + j] = b->dM[j * n + i] = 1.0;
            gst_exact_set_dG(b, b->dM, NULL);
            gst_exact_respond(b, b->dM, b->rise);
            for (size_t a = 0; a < size; a++)
                b->system[a * size + column] = (a == column) - b->rise[a];
        }
    }
    for (size_t i = 0; i < b->packed; i++)
        memcpy(b->inner + i * b->packed, b->system + i * size, b->packed * sizeof *b->inner);
    for (size_t g = 0; g < K; g++) {
        thickness_slope(b, g, dP);
        gst_exact_set_dG(b, NULL, dP);
        gst_exact_respond(b, NULL, b->rise);
        b->rise[b->packed + g] += b->plain[g] * b->plain[g] / b->f->pi[g] * b->E[g];
        for (size_t a = 0; a < size; a++)
            b->system[a * size + b->packed + g] = -b->rise[a];
        b->system[(b->packed + g) * size + b->packed + g] += b->V2[g];
    }
    for (size_t g = 0; g < K; g++) { /* rows in units of V2 too */
        for (size_t a = 0; a < size; a++)
            b->system[(b->packed + g) * size + a] /= b->V2[g];
    }
    if (gst_lu_factor(size, b->system, b->pivot) != GST_OK)
        return GST_FAILED;
    return gst_lu_factor(b->packed, b->inner, b->pivot_inner);
}
