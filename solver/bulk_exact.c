/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_exact.c - the bulk of a network trained on a finite batch (docs/theory, the trained bulk).
 *
 * With Th = beta V2, P = sqrt(Th) V1h sqrt(Th) and the forms of exact_forms.h (X, H, G, Q of M and P):
 *   map       M = E Q,   V2_g = pi_g/(D_g + E_g),  E_g = (X G)_gg/Th_g,   V1 = sqrt(V2) (H X)_tl sqrt(V2)
 * Newton's iteration on (M, V2), with
 *   dQ = - phi Q dG Q,   dG = - G dM G + H^T dP0 H,   d(X G) = H dM G + X H^T dP0 H,
 *   d(H X) = H dM H^T - H X dP0 H X.
 * The tangent of the map is one solve with the same Jacobian.  It starts from the last solution, or cold from
 * M = 0, V2 = pi/D by iteration with damping 1/2.
 *   directions  N = sqrt(Th) N~(P, M) sqrt(Th),   N_perp = N (I - blockdiag(V1h, 0) N)^{-1}, V1h on spikes
 *   S gradient  S = fields^T N_perp fields, t = N_perp fields, tau = fields + V1h t (on spikes):
 *               dS = tau^T dN tau + t^T dV1h t;  the derivative of N~ in P by complex step. */
#include "bulk.h"

#include "exact_forms.h"
#include "linear.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_STEP 1e-8
#define NEWTON_PASSES 40
#define COLD_PASSES 4000
/* The damped iteration hands over to Newton at this relative change. */
#define HAND_OVER 0.02
#define COMPLEX_STEP 1e-30

typedef struct {
    gst_bulk base;
    const gst_features *f;
    gst_batch *batch;
    gst_exact_forms forms;
    double beta;
    int warm;                                   /* M is a solution */
    size_t packed;                              /* nb (nb+1)/2 */
    double *V1h, *P;                            /* K x K */
    double *V2, *plain, *E, *rise;              /* K */
    double *M, *Mnew, *X, *H, *G, *HX, *Q, *dG; /* nb x nb */
    double *dQ;                                 /* packed x packed: d Mnew/d G */
    double *system, *inner; /* I - d(Mnew, V2')/d(M, V2), factored; its M block, factored */
    double *step, *dM;      /* packed + K; nb x nb */
    double *N, *pull;       /* (K s) x (K s) */
    double *t, *tau;        /* K s */
    double *dhat, *dx;      /* L */
    double *work;
    double complex *complex_block, *Pc, *Mc, *Nc, *workc;
    size_t *pivot, *pivot_inner, *pivot_directions;
    double *block;
} exact;

static double root_product(const exact *b, size_t g, size_t h)
{
    return sqrt(b->V2[g] * b->V2[h]);
}

static size_t pair_index(size_t n, size_t i, size_t j)
{
    return gst_packed_pair(n, i, j);
}

/* ---- one evaluation ----------------------------------------------------------------------------- */

static void add_node_slope(exact *b, double weight, const double *Q)
{
    size_t n = b->forms.nb;
    double scale = -weight * b->batch->phi;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            double *row = b->dQ + pair_index(n, i, j) * b->packed;
            for (size_t k = 0; k < n; k++) {
                row[pair_index(n, k, k)] += scale * Q[i * n + k] * Q[k * n + j];
                for (size_t l = k + 1; l < n; l++)
                    row[pair_index(n, k, l)] +=
                        scale * (Q[i * n + k] * Q[l * n + j] + Q[i * n + l] * Q[k * n + j]);
            }
        }
    }
}

/* Mnew and, if asked, dQ, at the current G. */
static int average_nodes(exact *b, int slope)
{
    const gst_label_law *law = b->batch->law;
    size_t n = b->forms.nb;
    memset(b->Mnew, 0, n * n * sizeof *b->Mnew);
    if (slope)
        memset(b->dQ, 0, b->packed * b->packed * sizeof *b->dQ);
    for (size_t i = 0; i < law->n; i++) {
        double weight = law->weight[i];
        if (gst_exact_node_real(&b->forms, law->y[i], b->G, b->Q, b->work) != GST_OK)
            return GST_FAILED;
        for (size_t k = 0; k < n * n; k++)
            b->Mnew[k] += weight * b->Q[k];
        if (slope)
            add_node_slope(b, weight, b->Q);
    }
    return GST_OK;
}

static void multiply(size_t n, const double *a, const double *c, double *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++)
                sum += a[i * n + k] * c[k * n + j];
            out[i * n + j] = sum;
        }
    }
}

/* P, X, H, G, H X, Mnew, plain at (M, V2). */
static int evaluate(exact *b, const double *D, int slope)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->P[g * K + h] = b->beta * root_product(b, g, h) * b->V1h[g * K + h];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->X[i * n + j] = b->M[i * n + j] + (i != j ? 0.0 : i < K ? 1.0 : -2.0);
    }
    if (gst_exact_response_real(&b->forms, b->P, b->M, b->H, b->G, b->work) != GST_OK ||
        average_nodes(b, slope) != GST_OK)
        return GST_FAILED;
    multiply(n, b->H, b->X, b->HX);
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++)
            sum += b->X[g * n + k] * b->G[k * n + g];
        b->E[g] = sum / (b->beta * b->V2[g]);
        b->plain[g] = b->f->pi[g] / (D[g] + b->E[g]);
    }
    return GST_OK;
}

/* ---- the Jacobian ------------------------------------------------------------------------------- */

/* dG = - G dM G + H^T dP0 H into b->dG; dM nb x nb or NULL, dP K x K or NULL. */
static void set_dG(exact *b, const double *dM, const double *dP)
{
    size_t K = b->base.K, n = b->forms.nb;
    double *half = b->work;
    memset(b->dG, 0, n * n * sizeof *b->dG);
    if (dM) {
        multiply(n, b->G, dM, half);
        multiply(n, half, b->G, b->dG);
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
static void respond(exact *b, const double *dM, double *out)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t i = 0; i < b->packed; i++)
        out[i] = 0.0;
    for (size_t k = 0; k < n; k++) {
        for (size_t l = k; l < n; l++) {
            double dG = b->dG[k * n + l];
            size_t column = pair_index(n, k, l);
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
static void thickness_slope(const exact *b, size_t g, double *dP)
{
    size_t K = b->base.K;
    for (size_t i = 0; i < K; i++) {
        for (size_t j = 0; j < K; j++)
            dP[i * K + j] = 0.5 * ((i == g) + (j == g)) * b->P[i * K + j];
    }
}

/* system = I - Jacobian in (M packed, ln V2), factored; inner = its M block, factored. */
static int set_system(exact *b)
{
    size_t K = b->base.K, n = b->forms.nb, size = b->packed + K;
    double *dP = b->N; /* scratch */
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            size_t column = pair_index(n, i, j);
            memset(b->dM, 0, n * n * sizeof *b->dM);
            b->dM[i * n + j] = b->dM[j * n + i] = 1.0;
            set_dG(b, b->dM, NULL);
            respond(b, b->dM, b->rise);
            for (size_t a = 0; a < size; a++)
                b->system[a * size + column] = (a == column) - b->rise[a];
        }
    }
    for (size_t i = 0; i < b->packed; i++)
        memcpy(b->inner + i * b->packed, b->system + i * size, b->packed * sizeof *b->inner);
    for (size_t g = 0; g < K; g++) {
        thickness_slope(b, g, dP);
        set_dG(b, NULL, dP);
        respond(b, NULL, b->rise);
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

/* ---- the map ------------------------------------------------------------------------------------ */

static int positive(const exact *b)
{
    for (size_t g = 0; g < b->base.K; g++) {
        if (!(b->V2[g] > 0.0 && isfinite(b->V2[g])))
            return 0;
    }
    return 1;
}

/* Relative change of V2, and of M against 1 + |M|. */
static double change(const exact *b)
{
    double worst = 0.0;
    for (size_t g = 0; g < b->base.K; g++)
        worst = fmax(worst, fabs(b->plain[g] / b->V2[g] - 1.0));
    for (size_t i = 0; i < b->forms.nb * b->forms.nb; i++)
        worst = fmax(worst, fabs(b->Mnew[i] - b->M[i]) / (1.0 + fabs(b->M[i])));
    return isfinite(worst) ? worst : INFINITY;
}

static int newton(exact *b, const double *D)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (int pass = 0; pass < NEWTON_PASSES; pass++) {
        double size = 0.0;
        if (evaluate(b, D, 1) != GST_OK || set_system(b) != GST_OK)
            return GST_FAILED;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i; j < n; j++)
                b->step[pair_index(n, i, j)] =
                    0.5 * (b->Mnew[i * n + j] + b->Mnew[j * n + i]) - b->M[i * n + j];
        }
        for (size_t g = 0; g < K; g++)
            b->step[b->packed + g] = b->plain[g] / b->V2[g] - 1.0;
        gst_lu_solve(b->packed + K, b->system, b->pivot, 1, b->step);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                double step = b->step[pair_index(n, i, j)];
                b->M[i * n + j] += step;
                size = fmax(size, fabs(step) / (1.0 + fabs(b->M[i * n + j])));
            }
        }
        for (size_t g = 0; g < K; g++) {
            b->V2[g] *= 1.0 + b->step[b->packed + g];
            size = fmax(size, fabs(b->step[b->packed + g]));
        }
        if (!positive(b) || !isfinite(size))
            return GST_FAILED;
        if (size < LAST_STEP)
            return GST_OK;
    }
    return GST_FAILED;
}

/* From M = 0, V2 = pi/D by damped iteration, then Newton. */
static int start_cold(exact *b, const double *D)
{
    size_t K = b->base.K, n = b->forms.nb;
    double kept_V2[GST_GROUPS_MAX], hand_over = HAND_OVER;
    memset(b->M, 0, n * n * sizeof *b->M);
    for (size_t g = 0; g < K; g++)
        b->V2[g] = b->f->pi[g] / D[g];
    if (!positive(b))
        return GST_FAILED;
    for (int pass = 0; pass < COLD_PASSES; pass++) {
        if (evaluate(b, D, 0) != GST_OK)
            return GST_FAILED;
        if (change(b) < hand_over) {
            double *saved = b->tau + K * (b->base.m + b->base.q + 1);
            memcpy(saved, b->M, n * n * sizeof *saved);
            memcpy(kept_V2, b->V2, K * sizeof *kept_V2);
            if (newton(b, D) == GST_OK)
                return GST_OK;
            memcpy(b->M, saved, n * n * sizeof *saved);
            memcpy(b->V2, kept_V2, K * sizeof *kept_V2);
            hand_over *= 0.1;
            if (evaluate(b, D, 0) != GST_OK)
                return GST_FAILED;
        }
        for (size_t i = 0; i < n * n; i++)
            b->M[i] = 0.5 * (b->M[i] + b->Mnew[i]);
        for (size_t g = 0; g < K; g++)
            b->V2[g] = 0.5 * (b->V2[g] + b->plain[g]);
    }
    return GST_FAILED;
}

static int map(gst_bulk *bulk, double beta, const double *hat, double *x)
{
    exact *b = (exact *)bulk;
    size_t K = bulk->K, n = b->forms.nb;
    const double *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    gst_packed_expand(K, hat, b->V1h);
    memcpy(b->V2, x + gst_packed_value(K, 0), K * sizeof *b->V2);
    if (!b->warm || !positive(b) || newton(b, D) != GST_OK) {
        b->warm = 0;
        if (start_cold(b, D) != GST_OK)
            return GST_FAILED;
    }
    b->warm = 1;
    if (evaluate(b, D, 1) != GST_OK || set_system(b) != GST_OK)
        return GST_FAILED;
    memcpy(x + gst_packed_value(K, 0), b->V2, K * sizeof *b->V2);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] =
                root_product(b, g, h) * 0.5 * (b->HX[g * n + h] + b->HX[h * n + g]);
    }
    return GST_OK;
}

/* ---- tangent ------------------------------------------------------------------------------------ */

/* dM (in b->dM), d ln V2 (in b->step behind `packed`) and the total dP along dhat. */
static void follow(exact *b, const double *dhat, double *dP)
{
    size_t K = b->base.K, n = b->forms.nb;
    const double *dD = dhat + gst_packed_value(K, 0);
    gst_packed_expand(K, dhat, dP);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            dP[g * K + h] *= b->beta * root_product(b, g, h);
    }
    set_dG(b, NULL, dP);
    respond(b, NULL, b->step);
    for (size_t g = 0; g < K; g++) {
        double *step = b->step + b->packed + g;
        *step = (*step - b->plain[g] * b->plain[g] / b->f->pi[g] * dD[g]) / b->V2[g];
    }
    gst_lu_solve(b->packed + K, b->system, b->pivot, 1, b->step);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->dM[i * n + j] = b->step[pair_index(n, i, j)];
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            dP[g * K + h] +=
                0.5 * (b->step[b->packed + g] + b->step[b->packed + h]) * b->P[g * K + h];
    }
}

static int tangent(gst_bulk *bulk, const double *dhat, double *dx)
{
    exact *b = (exact *)bulk;
    size_t K = bulk->K, n = b->forms.nb;
    double *dP = b->N, *half = b->work, *change_HX = b->dG;
    follow(b, dhat, dP);
    multiply(n, b->H, b->dM, half);
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
                root_product(b, g, h) * (change_HX[g * n + h] + relative * b->HX[g * n + h]);
        }
    }
    return GST_OK;
}

/* ---- special directions ------------------------------------------------------------------------- */

/* N_perp = N (I - blockdiag(V1h, 0) N)^{-1}: solve (I - N blockdiag(V1h, 0)) N_perp = N. */
static int directions(gst_bulk *bulk, double *N_perp)
{
    exact *b = (exact *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    if (gst_exact_directions_real(&b->forms, b->P, b->M, b->N, b->work) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            b->N[i * size + j] *= b->beta * root_product(b, i / s, j / s);
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
static int slope_in_P(exact *b, size_t g, size_t h, const double *tau, double *slope)
{
    size_t K = b->base.K, n = b->forms.nb, size = K * (b->base.m + b->base.q + 1);
    double *dP = b->pull; /* scratch: the factors of `directions` are no longer needed */
    memset(dP, 0, K * K * sizeof *dP);
    dP[g * K + h] = dP[h * K + g] = 1.0;
    set_dG(b, NULL, dP);
    respond(b, NULL, b->step);
    gst_lu_solve(b->packed, b->inner, b->pivot_inner, 1, b->step);
    for (size_t i = 0; i < K * K; i++)
        b->Pc[i] = b->P[i] + COMPLEX_STEP * dP[i] * I;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->Mc[i * n + j] = b->M[i * n + j] + COMPLEX_STEP * b->step[pair_index(n, i, j)] * I;
    }
    if (gst_exact_directions_complex(&b->forms, b->Pc, b->Mc, b->Nc, b->workc) != GST_OK)
        return GST_FAILED;
    *slope = 0.0;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            *slope += tau[i] * tau[j] * cimag(b->Nc[i * size + j]) / COMPLEX_STEP;
    }
    return GST_OK;
}

static int directions_tangent(gst_bulk *bulk, const double *fields, double *gradient)
{
    exact *b = (exact *)bulk;
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
        double *dP = b->pull;
        memset(b->dhat, 0, L * sizeof *b->dhat);
        b->dhat[a] = 1.0;
        follow(b, b->dhat, dP);
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

/* ---- life --------------------------------------------------------------------------------------- */

static void release(gst_bulk *bulk)
{
    exact *b = (exact *)bulk;
    gst_batch_free(b->batch);
    free(b->block);
    free(b->complex_block);
    free(b->pivot);
    free(b);
}

static const gst_bulk_type exact_type = {"exact", map, tangent, directions, directions_tangent,
                                         release};

static int allocate(exact *b)
{
    size_t K = b->base.K, n = b->forms.nb, L = b->base.L, p = b->packed;
    size_t size = K * (b->base.m + b->base.q + 1), nn = n * n,
           work = gst_exact_workspace(&b->forms);
    double **arrays[] = {&b->V1h,  &b->P,      &b->V2,    &b->plain, &b->E,   &b->rise, &b->M,
                         &b->Mnew, &b->X,      &b->H,     &b->G,     &b->HX,  &b->Q,    &b->dG,
                         &b->dQ,   &b->system, &b->inner, &b->step,  &b->dM,  &b->N,    &b->pull,
                         &b->t,    &b->tau,    &b->dhat,  &b->dx,    &b->work};
    size_t sizes[] = {K * K,
                      K * K,
                      K,
                      K,
                      K,
                      p + K,
                      nn,
                      nn,
                      nn,
                      nn,
                      nn,
                      nn,
                      nn,
                      nn,
                      p * p,
                      (p + K) * (p + K),
                      p * p,
                      p + K,
                      nn,
                      size * size + K * K,
                      size * size + K * K,
                      size,
                      size + nn,
                      L,
                      L,
                      work};
    size_t total = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        total += sizes[i];
    b->block = gst_alloc_doubles(total);
    b->complex_block = gst_alloc(K * K + nn + size * size + work, sizeof *b->complex_block);
    b->pivot = gst_alloc(2 * p + K + size, sizeof *b->pivot);
    if (!b->block || !b->complex_block || !b->pivot)
        return GST_NO_MEMORY;
    b->pivot_inner = b->pivot + p + K;
    b->pivot_directions = b->pivot_inner + p;
    b->Pc = b->complex_block;
    b->Mc = b->Pc + K * K;
    b->Nc = b->Mc + nn;
    b->workc = b->Nc + size * size;
    double *at = b->block;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *arrays[i] = at;
        at += sizes[i];
    }
    return GST_OK;
}

/* S, the inverse of features->rest. */
static int invert_rest(const gst_features *f, double *S)
{
    double a[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    size_t pivot[GST_TARGET_DIM_MAX], r = f->r;
    memcpy(a, f->rest, r * r * sizeof *a);
    for (size_t i = 0; i < r * r; i++)
        S[i] = i / r == i % r;
    if (gst_lu_factor(r, a, pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(r, a, pivot, r, S);
    return GST_OK;
}

int gst_bulk_exact_alloc(gst_bulk **bulk, const gst_features *features, gst_batch *batch)
{
    exact *b = gst_alloc(1, sizeof *b);
    *bulk = NULL;
    if (!b || features->K > GST_GROUPS_MAX || features->m != 1 || features->q != features->r) {
        free(b);
        gst_batch_free(batch);
        return b ? GST_INVALID : GST_NO_MEMORY;
    }
    size_t K = features->K;
    b->base =
        (gst_bulk){&exact_type, K, 1, features->q, gst_packed_length(K), features->pi, features->c};
    b->f = features;
    b->batch = batch;
    b->forms = (gst_exact_forms){.batch = batch,
                                 .K = K,
                                 .r = features->r,
                                 .nb = batch->linear ? 2 * K : K,
                                 .gamma = features->gamma};
    b->packed = b->forms.nb * (b->forms.nb + 1) / 2;
    int status = invert_rest(features, b->forms.S);
    if (status == GST_OK)
        status = allocate(b);
    if (status != GST_OK) {
        release(&b->base);
        return status;
    }
    *bulk = &b->base;
    return GST_OK;
}
