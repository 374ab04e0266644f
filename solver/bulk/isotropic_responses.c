/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isotropic_responses.c - the derivative of the isotropic map between nodes of kappa, and against a direction
 * (docs/theory, self-consistent equations).
 *
 * At a node k hats change by a rank-one matrix, dV1h = mu_k mu_k^T, dD = m_k, with mu = mu1 and m = mu2^2 of all
 * groups.  With M, the inner system S and T of isotropic.c,
 *   dV2 = - S^{-1} diag(V2^2/pi) a_k,   a_k = m_k + c (M mu_k)^2,
 *   dV1 = - beta V1 mu_k mu_k^T V1 + M^T diag(c dV2) M,
 * so that V at node j changes by
 *   R_jk = mu_j^T dV1 mu_j + m_j . dV2 = - beta (mu_j^T V1 mu_k)^2 - a_j^T S^{-1} diag(V2^2/pi) a_k :
 * n^2 K operations for n nodes, where the derivative between all pairs of order parameters takes K^5. */
#include "solver/bulk/isotropic.h"
#include "giantstep/features.h"

#include "base/linear.h"

#include <string.h>

/* out = matrix rows, K x n; matrix K x K. */
static void multiply_rows(size_t K, size_t n, const double *matrix, const double *rows,
                          size_t stride, double *out)
{
    memset(out, 0, K * n * sizeof *out);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            double factor = matrix[g * K + h];
            for (size_t k = 0; k < n; k++)
                out[g * n + k] += factor * rows[h * stride + k];
        }
    }
}

/* out_jk = sum_g left_gj right_gk. */
static void inner_products(size_t K, size_t n, const double *left, size_t stride,
                           const double *right, double *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t j = 0; j < n; j++) {
        double *row = out + j * n;
        for (size_t g = 0; g < K; g++) {
            double factor = left[g * stride + j];
            for (size_t k = 0; k < n; k++)
                row[k] += factor * right[g * n + k];
        }
    }
}

int gst_isotropic_responses(gst_bulk *bulk, size_t n, size_t stride, const double *mu1,
                            const double *mu2sq, double *scratch, double *responses)
{
    gst_isotropic *b = (gst_isotropic *)bulk;
    size_t K = bulk->K;
    double *a = scratch, *solved = a + K * n, *product = solved + K * n;
    multiply_rows(K, n, b->V1, mu1, stride, a);
    inner_products(K, n, mu1, stride, a, responses);
    multiply_rows(K, n, b->M, mu1, stride, a);
    for (size_t g = 0; g < K; g++) {
        double size = b->V2[g] * b->V2[g] / b->f->pi[g];
        for (size_t k = 0; k < n; k++) {
            double along = a[g * n + k];
            a[g * n + k] = mu2sq[g * stride + k] + b->f->c[g] * along * along;
            solved[g * n + k] = size * a[g * n + k];
        }
    }
    gst_lu_solve(K, b->system, b->pivot, n, solved);
    inner_products(K, n, a, n, solved, product);
    for (size_t i = 0; i < n * n; i++)
        responses[i] = -b->beta * responses[i] * responses[i] - product[i];
    return GST_OK;
}

/* With y = S^{-T} energy and e = y V2^2/pi:  sum_g energy_g dV2_g = - e . dD - sum_g e_g c_g (M dV1h M^T)_gg. */
void gst_isotropic_gradient(gst_isotropic *b, const double *energy, double *gradient)
{
    size_t K = b->base.K;
    double *e = b->step;
    memcpy(e, energy, K * sizeof *e);
    gst_lu_solve_transposed(K, b->system, b->pivot, e);
    for (size_t g = 0; g < K; g++) {
        e[g] *= b->V2[g] * b->V2[g] / b->f->pi[g];
        gradient[gst_packed_value(K, g)] = -e[g];
    }
    for (size_t h = 0; h < K; h++) {
        for (size_t k = h; k < K; k++) {
            double sum = 0.0;
            for (size_t g = 0; g < K; g++)
                sum += e[g] * b->f->c[g] * b->M[g * K + h] * b->M[g * K + k];
            gradient[gst_packed_pair(K, h, k)] = (h == k ? -1.0 : -2.0) * sum;
        }
    }
}
