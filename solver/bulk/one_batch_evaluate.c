/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_evaluate.c - the right-hand sides of the trained bulk's equations at one state (docs/theory, the trained
 * bulk): with Th = beta V2, P = sqrt(Th) V1h sqrt(Th),
 *   M' = E Q(y),   V2_g' = pi_g/(D_g + E_g),  E_g = (X G)_gg/Th_g,   dQ/dG averaged. */
#include "solver/bulk/one_batch.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

double gst_exact_root(const gst_exact *b, size_t g, size_t h)
{
    return sqrt(b->V2[g] * b->V2[h]);
}

static void add_node_slope(gst_exact *b, double weight, const double *Q)
{
    size_t n = b->forms.nb;
    double scale = -weight * b->batch->phi;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            double *row = b->dQ + gst_packed_pair(n, i, j) * b->packed;
            for (size_t k = 0; k < n; k++) {
                row[gst_packed_pair(n, k, k)] += scale * Q[i * n + k] * Q[k * n + j];
                for (size_t l = k + 1; l < n; l++)
                    row[gst_packed_pair(n, k, l)] +=
                        scale * (Q[i * n + k] * Q[l * n + j] + Q[i * n + l] * Q[k * n + j]);
            }
        }
    }
}

/* Mnew and dQ at the current G. */
static int average_with_slope(gst_exact *b)
{
    const gst_label_law *law = b->batch->law;
    size_t n = b->forms.nb;
    memset(b->Mnew, 0, n * n * sizeof *b->Mnew);
    memset(b->dQ, 0, b->packed * b->packed * sizeof *b->dQ);
    for (size_t i = 0; i < law->n; i++) {
        double weight = law->weight[i];
        if (gst_exact_label_Q(&b->forms, law->y[i], b->G, b->Q, b->work) != GST_OK)
            return GST_FAILED;
        for (size_t k = 0; k < n * n; k++)
            b->Mnew[k] += weight * b->Q[k];
        add_node_slope(b, weight, b->Q);
    }
    return GST_OK;
}

/* E and plain, the next V2. */
static void exact_V2(gst_exact *b, const double *D)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++)
            sum += b->X[g * n + k] * b->G[k * n + g];
        b->E[g] = sum / (b->beta * b->V2[g]);
        b->plain[g] = b->f->pi[g] / (D[g] + b->E[g]);
    }
}

/* P, X, H, G, H X, Mnew, plain at (M, V2). */
int gst_exact_evaluate(gst_exact *b, const double *D, int slope)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->P[g * K + h] = b->beta * gst_exact_root(b, g, h) * b->V1h[g * K + h];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->X[i * n + j] = b->M[i * n + j] + (i != j ? 0.0 : i < K ? 1.0 : -2.0);
    }
    if (gst_exact_response(&b->forms, b->P, b->M, b->H, b->G, b->work) != GST_OK ||
        (slope ? average_with_slope(b) : gst_exact_mean_Q(&b->forms, b->G, b->Mnew, b->work)) !=
            GST_OK)
        return GST_FAILED;
    gst_square_multiply(n, b->H, b->X, b->HX);
    exact_V2(b, D);
    return GST_OK;
}
