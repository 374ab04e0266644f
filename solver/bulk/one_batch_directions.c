/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_directions.c - tangent and special directions of the exact bulk (docs/theory, the trained bulk).
 *
 *   tangent     one solve with the Jacobian; d(H X) = H dM H^T - H X dP0 H X
 *   directions  N = sqrt(Th) N~(P, M) sqrt(Th),  N_perp = N (I - blockdiag(V1h, 0) N)^{-1}, V1h on spikes
 *   S gradient  S = fields^T N_perp fields, t = N_perp fields, tau = fields + V1h t (on spikes):
 *               dS = tau^T dN tau + t^T dV1h t;  the derivative of N~ in P by complex step. */
#include "solver/bulk/one_batch.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

#define COMPLEX_STEP 1e-30

/* ---- tangent ------------------------------------------------------------------------------------ */

/* dM (in b->dM), d ln V2 (in b->step behind `packed`) and the total dP along dhat. */
static void follow(gst_exact *b, const double *dhat, double *dP)
{
    size_t K = b->base.K, n = b->forms.nb;
    const double *dD = dhat + gst_packed_value(K, 0);
    gst_packed_expand(K, dhat, dP);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            dP[g * K + h] *= b->beta * gst_exact_root(b, g, h);
    }
    gst_exact_set_dG(b, NULL, dP);
    gst_exact_respond(b, NULL, b->step);
    for (size_t g = 0; g < K; g++) {
        double *step = b->step + b->packed + g;
        *step = (*step - b->plain[g] * b->plain[g] / b->f->pi[g] * dD[g]) / b->V2[g];
    }
    gst_lu_solve(b->packed + K, b->system, b->pivot, 1, b->step);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->dM[i * n + j] = b->step[gst_packed_pair(n, i, j)];
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            dP[g * K + h] +=
                0.5 * (b->step[b->packed + g] + b->step[b->packed + h]) * b->P[g * K + h];
    }
}

int gst_exact_tangent(gst_bulk *bulk, const double *dhat, double *dx)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, n = b->forms.nb;
    double *dP = b->dP, *half = b->HdM, *change_HX = b->dHX;
    follow(b, dhat, dP);
    gst_square_multiply(n, b->H, b->dM, half);
    for (size_t i = 0; i < K; i++) {
        for (size_t j = i; j < K; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++)
                sum += half[i * n + k] * b->H[j * n + k];
            for (size_t g = 0; g < K; g++) {
                for (size_t h = 0; h < K; h++)
                    sum -= b->HX[i * n + g] * dP[g * K + h] * b->HX[h * n + j];
            }
            change_HX[i * n + j] = sum;
        }
    }
    for (size_t g = 0; g < K; g++) {
        dx[gst_packed_value(K, g)] = b->V2[g] * b->step[b->packed + g];
        for (size_t h = g; h < K; h++) {
            double relative = 0.5 * (b->step[b->packed + g] + b->step[b->packed + h]);
            dx[gst_packed_pair(K, g, h)] =
                gst_exact_root(b, g, h) * (change_HX[g * n + h] + relative * b->HX[g * n + h]);
        }
    }
    return GST_OK;
}

/* ---- special directions ------------------------------------------------------------------------- */

/* N_perp = N (I - blockdiag(V1h, 0) N)^{-1}: solve (I - N blockdiag(V1h, 0)) N_perp = N. */
int gst_exact_directions(gst_bulk *bulk, double *N_perp)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    if (gst_exact_special_N(&b->forms, b->P, b->M, b->N, b->work) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            b->N[i * size + j] *= b->beta * gst_exact_root(b, i / s, j / s);
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = i + 1; j < size; j++)
            b->N[i * size + j] = b->N[j * size + i] =
                0.5 * (b->N[i * size + j] + b->N[j * size + i]);
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double sum = i == j;
            for (size_t g = 0; j % s == 0 && g < K; g++)
                sum -= b->N[i * size + g * s] * b->V1h[g * K + j / s];
            b->pull[i * size + j] = sum;
        }
    }
    memcpy(N_perp, b->N, size * size * sizeof *N_perp);
    if (gst_lu_factor(size, b->pull, b->pivot_directions) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(size, b->pull, b->pivot_directions, size, N_perp);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = i + 1; j < size; j++)
            N_perp[i * size + j] = N_perp[j * size + i] =
                0.5 * (N_perp[i * size + j] + N_perp[j * size + i]);
    }
    return GST_OK;
}

/* d(tau^T N tau)/d P_gh (both places for g != h) at fixed Th, by complex step: tau carries sqrt(Th). */
static int slope_in_P(gst_exact *b, size_t g, size_t h, const double *tau, double *slope)
{
    size_t K = b->base.K, n = b->forms.nb, size = K * (b->base.m + b->base.q + 1);
    double *dP = b->dP;
    memset(dP, 0, K * K * sizeof *dP);
    dP[g * K + h] = dP[h * K + g] = 1.0;
    gst_exact_set_dG(b, NULL, dP);
    gst_exact_respond(b, NULL, b->step);
    gst_lu_solve(b->packed, b->inner, b->pivot_inner, 1, b->step);
    for (size_t i = 0; i < K * K; i++)
        b->Pc[i] = b->P[i] + COMPLEX_STEP * dP[i] * I;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->Mc[i * n + j] =
                b->M[i * n + j] + COMPLEX_STEP * b->step[gst_packed_pair(n, i, j)] * I;
    }
    if (gst_exact_special_N_complex(&b->forms, b->Pc, b->Mc, b->Nc, b->workc) != GST_OK)
        return GST_FAILED;
    b->warm_complex = 0; /* Mc is scratch here */
    *slope = 0.0;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            *slope += tau[i] * tau[j] * cimag(b->Nc[i * size + j]) / COMPLEX_STEP;
    }
    return GST_OK;
}

int gst_exact_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, L = bulk->L, s = bulk->m + bulk->q + 1, size = K * s;
    double energy[GST_GROUPS_MAX], slope[GST_GROUPS_MAX * (GST_GROUPS_MAX + 1) / 2];
    double t[GST_GROUPS_MAX];
    memcpy(b->t, fields, size * sizeof *b->t); /* t = N_perp fields = (I - N V1h)^{-1} N fields */
    for (size_t i = 0; i < size; i++) {
        b->t[i] = 0.0;
        for (size_t j = 0; j < size; j++)
            b->t[i] += b->N[i * size + j] * fields[j];
    }
    gst_lu_solve(size, b->pull, b->pivot_directions, 1, b->t);
    memcpy(b->tau, fields, size * sizeof *b->tau);
    for (size_t g = 0; g < K; g++) {
        t[g] = b->t[g * s];
        for (size_t h = 0; h < K; h++)
            b->tau[g * s] += b->V1h[g * K + h] * b->t[h * s];
    }
    for (size_t g = 0; g < K; g++) {
        energy[g] = 0.0;
        for (size_t i = g * s; i < (g + 1) * s; i++) {
            double response = 0.0;
            for (size_t j = 0; j < size; j++)
                response += b->N[i * size + j] * b->tau[j];
            energy[g] += b->tau[i] * response;
        }
    }
    for (size_t i = 0; i < size; i++)
        b->tau[i] *= sqrt(b->beta * b->V2[i / s]);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            if (slope_in_P(b, g, h, b->tau, &slope[gst_packed_pair(K, g, h)]) != GST_OK)
                return GST_FAILED;
        }
    }
    for (size_t a = 0; a < L; a++) {
        double *dP = b->dP;
        memset(b->along, 0, L * sizeof *b->along);
        b->along[a] = 1.0;
        follow(b, b->along, dP);
        gradient[a] = 0.0;
        for (size_t g = 0; g < K; g++) {
            gradient[a] += energy[g] * b->step[b->packed + g];
            for (size_t h = g; h < K; h++) {
                size_t pair = gst_packed_pair(K, g, h);
                gradient[a] += slope[pair] * dP[g * K + h];
                if (a == pair)
                    gradient[a] += (g == h ? 1.0 : 2.0) * t[g] * t[h];
            }
        }
    }
    return GST_OK;
}
