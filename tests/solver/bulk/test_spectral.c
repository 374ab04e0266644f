/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectral.c - N~(X) and R(X) of the spectral bulk against explicit matrices.
 *
 * On the coordinates that vectors have, R of them per node, and on the norms q_j of the nodes, a row of each group is a linear
 * map of independent normal variables:
 *   f_g = Pi_g u_g + sum_k V_gk xi_gk,   u of variances omega_j,   Cov(q_j, q_k) = 2 (mu_j omega_j^2 (j = k) - mu_j omega_j mu_k omega_k).
 * With the weight exp(-f X f/2) on them all, outputs have the covariance O (1 + F^T X F)^{-1} O^T. */
#include "solver/bulk/spectral.h"

#include <stdlib.h>
#include <string.h>

#include "base/linear.h"
#include "models/training/spectral.h"
#include "tests/network.h"

#define LEVELS "--covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "

static const char *const networks[] = {
    LEVELS "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --alpha0 0 --second-layer 1,-0.6",
    LEVELS "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --eta 1.7 --second-layer 1,-0.6",
    LEVELS
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --eta 1.2 --steps 3 --second-layer 1,-0.6",
    LEVELS "--activation tanh(z+0.3) --target z1+z1*tanh(z2) --eta 1.2 --second-layer 1,-0.6",
    LEVELS "--activation tanh(z+0.3) --target sin(z)+0.2*z^2 --eta 1.2 --alpha0 2 --bulk isotropic",
};

enum { SIDE = 2 * (2 * 3 + 3), OUT = 2 * 5 };

typedef struct {
    const gst_spectral *s;
    size_t K, u, q, side;  /* u: R J, q: J of each group */
    double root[9];        /* of Cov(q) */
    double f[SIDE * SIDE]; /* F: (g, coordinate) on the normal variables */
    double outputs[OUT * SIDE];
} explicit_model;

/* A functional of group g on the normal variables. */
static void place(const explicit_model *e, size_t g, const double *functional, double factor,
                  double *row)
{
    const gst_spectral *s = e->s;
    size_t R = s->R, J = s->J, at = g * (e->u + e->q);
    for (size_t j = 0; j < J; j++) {
        for (size_t i = 0; i < R; i++)
            for (size_t k = 0; k < R; k++)
                row[at + i * J + j] += factor * sqrt(s->omega[j]) * s->root[(j * R + k) * R + i] *
                                       functional[k * J + j];
        for (size_t k = 0; k < J; k++)
            row[at + e->u + k] += factor * functional[R * J + j] * e->root[j * J + k];
    }
}

static void set_norms(explicit_model *e)
{
    const gst_spectral *s = e->s;
    double C[9];
    for (size_t j = 0; j < s->J; j++)
        for (size_t k = 0; k < s->J; k++)
            C[j * s->J + k] =
                2 * s->mu[j] * s->omega[j] * ((j == k) * s->omega[j] - s->mu[k] * s->omega[k]);
    ck_assert_int_eq(gst_symmetric_root(s->J, C, 1e-9, e->root), GST_OK);
}

static void set_rows(explicit_model *e)
{
    const gst_spectral *s = e->s;
    size_t R = s->R, J = s->J, size = R * J;
    for (size_t g = 0; g < e->K; g++) {
        for (size_t i = 0; i < R; i++) {
            for (size_t j = 0; j < J; j++) {
                double *row = e->f + (g * e->u + i * J + j) * e->side;
                row[g * (e->u + e->q) + i * J + j] += sqrt(s->omega[j]) * s->Pi[g * J + j];
                for (size_t k = 0; k < s->vectors; k++) {
                    const double *V = s->V + (g * s->vectors + k) * size;
                    double flat = 0;
                    for (size_t a = 0; a < R; a++)
                        flat += s->root[(j * R + a) * R + i] * V[a * J + j];
                    place(e, g, s->xi + (g * s->vectors + k) * s->length, flat, row);
                }
            }
        }
    }
}

static void set_outputs(explicit_model *e)
{
    const gst_spectral *s = e->s;
    size_t full = s->directions + 1;
    double *functional = doubles(s->length);
    for (size_t g = 0; g < e->K; g++) {
        for (size_t a = 0; a < s->directions; a++) {
            gst_spectral_project(s, g, s->direction + a * s->R * s->J, functional);
            place(e, g, functional, 1, e->outputs + (g * full + a) * e->side);
        }
        place(e, g, s->delta + g * s->length, 1, e->outputs + (g * full + s->directions) * e->side);
    }
    free(functional);
}

static void explicit_N(explicit_model *e, const double *X, double *N)
{
    size_t n = e->side, outputs = e->K * (e->s->directions + 1), pivot[SIDE];
    double A[SIDE * SIDE], right[SIDE * OUT];
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) {
            A[a * n + b] = a == b;
            for (size_t g = 0; g < e->K; g++)
                for (size_t h = 0; h < e->K; h++)
                    for (size_t i = 0; i < e->u; i++)
                        A[a * n + b] += X[g * e->K + h] * e->f[(g * e->u + i) * n + a] *
                                        e->f[(h * e->u + i) * n + b];
        }
        for (size_t o = 0; o < outputs; o++)
            right[a * outputs + o] = e->outputs[o * n + a];
    }
    ck_assert_int_eq(gst_lu_factor(n, A, pivot), GST_OK);
    gst_lu_solve(n, A, pivot, outputs, right);
    for (size_t o = 0; o < outputs * outputs; o++) {
        N[o] = 0;
        for (size_t a = 0; a < n; a++)
            N[o] += e->outputs[o / outputs * n + a] * right[a * outputs + o % outputs];
    }
}

START_TEST(explicit_matrices)
{
    network n;
    gst_bulk *bulk;
    double X[4], N[OUT * OUT], want[OUT * OUT], G[4];
    unsigned long long state = 17 + (unsigned)_i;
    explicit_model e = {.K = 0};
    network_make(&n, "%s", networks[_i]);
    gst_features *f = network_features(&n);
    e.s = f->spectral;
    e.K = f->K;
    e.u = e.s->R * e.s->J;
    e.q = e.s->J;
    e.side = e.K * (e.u + e.q);
    ck_assert(e.side <= SIDE && e.K * (e.s->directions + 1) <= OUT);
    ck_assert_int_eq(gst_bulk_alloc(&bulk, f, (gst_label_resolution){.order = 0}), GST_OK);
    const gst_chain *chain = (const gst_chain *)bulk;
    set_norms(&e);
    set_rows(&e);
    set_outputs(&e);
    for (int trial = 0; trial < 3; trial++) {
        fill_square(&state, e.K, trial == 2 ? 1 : e.K, 0, X);
        for (size_t i = 0; i < e.K * e.K; i++)
            X[i] *= pow(10, trial - 1);
        ck_assert_int_eq(gst_spectral_special_N(chain, X, NULL, N, NULL), GST_OK);
        explicit_N(&e, X, want);
        size_t outputs = e.K * (e.s->directions + 1);
        for (size_t i = 0; i < outputs * outputs; i++)
            ASSERT_NEAR(N[i], want[i], 1e-12 * (1 + fabs(want[i])));
        ck_assert_int_eq(gst_spectral_response(chain, X, NULL, G, NULL), GST_OK);
        for (size_t i = 0; i < e.K * e.K; i++)
            ck_assert(isfinite(G[i]) && (i % (e.K + 1) != 0 || G[i] < 0));
    }
    gst_bulk_free(bulk);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectral");
    tcase_add_loop_test(cases, explicit_matrices, 0, COUNT(networks));
    return run_cases("spectral", cases);
}
