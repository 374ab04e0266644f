/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_self_consistent.c - the order parameters put back into the equations of docs/theory 3 to 6, written
 * out here once more over tables from plain trapezoid rules: nothing of the solver is used but its answer. */
#include <gsl/gsl_linalg.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/activation_moments.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "tests/network.h"

enum { GROUPS = 3, SIDE = 4, INNER = 130, AXIS = 160 };

/* Smooth cases; order parameters of order one unless the case says otherwise. */
static const char *const cases[] = {
    "--activation 'tanh(z+0.37)' --target 'sin(z1)+0.3*cos(2*z1)' --second-layer "
    "1:0.2,-0.7:0.3,0.4:0.5 --eta 1.7 --alpha 1.373 --beta 0.83 --lambda 0.037 --noise 0.11",
    "--activation 'tanh(z+0.37)' --target 'sin(z1)+0.3*cos(2*z1)' --second-layer "
    "1:0.2,-0.7:0.3,0.4:0.5 --eta 1.7 --alpha 1.373 --beta 0.83 --lambda 0.037 --noise 0.11 "
    "--width 431",
    "--activation erf --target 'tanh(2*z1)+0.2' --second-layer 1:0.3,-0.5:0.7 --eta 2.3 --alpha "
    "0.71 --beta 1.9 --lambda 1e-6 --noise 0.05",
    "--activation 'gelu(z-0.3)' --target 'cos(1.5*z1)+z1' --eta 1.1 --alpha 0.83 --beta 0.81 "
    "--lambda 1e-5",
    "--activation 'sin(z+0.4)' --target 'z1^3-z1' --second-layer 1.5:1,-1:2 --eta 0.9 --alpha0 1.9 "
    "--alpha 3.3 --beta 0.47 --lambda 0.0019 --noise 0.07",
    "--activation 'softplus(z)-0.7' --target 'z1^2+0.5*z1' --alpha0 0 --alpha 0.4 --beta 1.9 "
    "--lambda 0.21 --noise 0.1 --width 57",
    "--activation 'tanh(z+0.45)' --target 'z1+z1*z2' --second-layer 1:0.6,-1:0.4 --eta 1.9 --alpha "
    "2.7 --beta 1.15 --lambda 0.031 --noise 0.06",
    "--activation 'erf(z+0.2)' --target 'tanh(z1)*z2+z1' --second-layer 1:0.6,-0.3:0.4 --eta 1.3 "
    "--alpha0 0.9 --alpha 1.4 --beta 1.15 --lambda 0.003 --width 350",
    "--activation 'sigmoid(2*z-0.3)' --target 'z1+0.3*z1^2' --eta 2.9 --alpha 1.3 --beta 0.9 "
    "--lambda 1e4 --noise 0.2",
    "--activation 'tanh(z+0.1)' --target 'sin(1.3*z1)+0.2' --spike '1,-0.5;0.7,1.2' --overlap "
    "'0.6;-0.5' --bulk-variance 1.2,0.7 --alpha 1.15 --beta 0.95 --lambda 0.039",
    "--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --spike 1.3,0.65,-1.3 --alpha 2 --beta 1.5 "
    "--lambda 0.01 --width 300",
    "--activation 'tanh(z+0.2)' --target sin --second-layer 1:0.5,-0.6:0.5 --eta 2 --alpha 2.1 "
    "--beta 1.3 --lambda 0 --noise 0.05",
};

/* ---- tables by trapezoid rules on [-10, 10] ----------------------------------------------------- */

typedef struct {
    const network *net;
    gst_features *f;
    size_t K, m, q, n;
    double *w, *h, *rest;
    double (*kappa)[SIDE], (*h1)[SIDE];                                     /* [k][l] */
    double (*mu0)[GROUPS], (*mu1)[GROUPS], (*mu2sq)[GROUPS], (*nu)[GROUPS]; /* [k][g] */
} tables;

static double node(size_t k, size_t count, double *weight)
{
    double step = 20.0 / (double)(count - 1), x = -10 + step * (double)k;
    *weight *= step * exp(-0.5 * x * x) / sqrt(2 * 3.14159265358979323846);
    return x;
}

static void tabulate_features(tables *t, size_t k)
{
    for (size_t g = 0; g < t->K; g++) {
        double s = 0, c = t->f->c[g], sum[4] = {0};
        for (size_t l = 0; l < t->m; l++)
            s += t->f->U[g * t->m + l] * t->kappa[k][l];
        for (size_t i = 0; i < INNER; i++) {
            double w = 1, z = node(i, INNER, &w), x = s + sqrt(c) * z, sigma;
            gst_expression_evaluate(gst_activation_expression(t->net->activation), 1, &x, &sigma,
                                    NULL);
            const double by[4] = {1, z, z * z - 1, sigma};
            for (size_t j = 0; j < 4; j++)
                sum[j] += w * sigma * by[j];
        }
        t->mu0[k][g] = sum[0];
        t->mu1[k][g] = sum[1] / sqrt(c);
        t->nu[k][g] = sum[2] / (2 * c);
        t->mu2sq[k][g] = sum[3] - sum[0] * sum[0] - sum[1] * sum[1];
    }
}

static void tabulate_target(tables *t, size_t k)
{
    size_t q = t->q, r = t->f->r, points = 1;
    double square = 0;
    for (size_t j = 0; j < q; j++)
        points *= q == 1 ? INNER : 64;
    for (size_t i = 0; i < points; i++) {
        double w = 1, s[SIDE], z[SIDE], g;
        for (size_t j = 0, at = i; j < q; j++, at /= q == 1 ? INNER : 64)
            s[j] = node(at % (q == 1 ? INNER : 64), q == 1 ? INNER : 64, &w);
        for (size_t j = 0; j < r; j++) {
            z[j] = 0;
            for (size_t l = 0; l < t->m; l++)
                z[j] += t->f->gamma[j * t->m + l] * t->kappa[k][l];
            for (size_t l = 0; l < q; l++)
                z[j] += t->f->rest[j * q + l] * s[l];
        }
        gst_expression_evaluate(gst_target_expression(t->net->target), 1, z, &g, NULL);
        t->h[k] += w * g;
        square += w * g * g;
        for (size_t j = 0; j < q; j++)
            t->h1[k][j] += w * g * s[j];
    }
    t->rest[k] = square;
}

static void tables_open(tables *t, const network *net)
{
    gst_features *f = network_features(net);
    size_t axis = f->m == 2 ? 72 : AXIS, n = 1;
    for (size_t l = 0; l < f->m; l++)
        n *= axis;
    *t =
        (tables){net, f, f->K, f->m, f->q, n, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    ck_assert(f->K <= GROUPS && f->m <= 2 && f->q <= 2);
    t->w = calloc(3 * n, sizeof(double));
    t->kappa = calloc(2 * n, sizeof *t->kappa);
    t->mu0 = calloc(4 * n, sizeof *t->mu0);
    ck_assert(t->w && t->kappa && t->mu0);
    t->h = t->w + n;
    t->rest = t->h + n;
    t->h1 = t->kappa + n;
    t->mu1 = t->mu0 + n;
    t->mu2sq = t->mu1 + n;
    t->nu = t->mu2sq + n;
    for (size_t k = 0; k < n; k++) {
        t->w[k] = 1;
        for (size_t l = 0, at = k; l < f->m; l++, at /= axis)
            t->kappa[k][l] = node(at % axis, axis, &t->w[k]);
        tabulate_features(t, k);
        tabulate_target(t, k);
    }
}

static void tables_clear(tables *t)
{
    free(t->w);
    free(t->kappa);
    free(t->mu0);
    gst_features_free(t->f);
}

/* ---- the equations ------------------------------------------------------------------------------ */

typedef double square[GROUPS][GROUPS];

static double V_at(const tables *t, const gst_solution *a, size_t k)
{
    double V = 0;
    for (size_t g = 0; g < t->K; g++) {
        V += t->mu2sq[k][g] * a->V2[g];
        for (size_t h = 0; h < t->K; h++)
            V += t->mu1[k][g] * t->mu1[k][h] * a->V1[g * t->K + h];
    }
    return V;
}

/* rho E[value_k/(1+V)^power]; value from mu1_g mu1_h (pair) or mu2_g^2, times r2 if given. */
static void hats(const tables *t, const gst_solution *a, int power, const double *r2, square pair,
                 double *single)
{
    double rho = t->net->point.alpha / t->net->point.beta;
    memset(pair, 0, sizeof(square));
    memset(single, 0, GROUPS * sizeof *single);
    for (size_t k = 0; k < t->n; k++) {
        double weight = rho * t->w[k] * pow(1 + V_at(t, a, k), -power) * (r2 ? r2[k] : 1);
        for (size_t g = 0; g < t->K; g++) {
            single[g] += weight * t->mu2sq[k][g];
            for (size_t h = 0; h < t->K; h++)
                pair[g][h] += weight * t->mu1[k][g] * t->mu1[k][h];
        }
    }
}

/* J = (I + V1h Tc)^{-1}, Tc = diag(beta c V2). */
static void response(const tables *t, const gst_solution *a, square V1h, square J)
{
    size_t K = t->K;
    double in[GROUPS * GROUPS], out[GROUPS * GROUPS], beta = t->net->point.beta;
    size_t order[GROUPS];
    int sign;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            in[g * K + h] = (g == h) + V1h[g][h] * beta * t->f->c[h] * a->V2[h];
    }
    gsl_matrix_view A = gsl_matrix_view_array(in, K, K), B = gsl_matrix_view_array(out, K, K);
    gsl_permutation p = {K, order};
    ck_assert(!gsl_linalg_LU_decomp(&A.matrix, &p, &sign) &&
              !gsl_linalg_LU_invert(&A.matrix, &p, &B.matrix));
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            J[g][h] = out[g * K + h];
    }
}

/* x y and x y x^T. */
static void multiply(size_t K, square x, square y, square out)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            out[g][h] = 0;
            for (size_t k = 0; k < K; k++)
                out[g][h] += x[g][k] * y[k][h];
        }
    }
}

/* Theory 3: V2 (lambda + V2h + c Ehat_gg) = pi, beta V1 = Tc J, Ehat = J V1h. */
static void check_fixed_point(const tables *t, const gst_solution *a, square V1h, square J,
                              square E)
{
    const gst_point *p = &t->net->point;
    double V2h[GROUPS];
    hats(t, a, 1, NULL, V1h, V2h);
    response(t, a, V1h, J);
    multiply(t->K, J, V1h, E);
    for (size_t g = 0; g < t->K; g++) {
        double c = t->f->c[g];
        ASSERT_CLOSE(a->V2[g] * (p->lambda + V2h[g] + c * E[g][g]), t->f->pi[g], 1e-11);
        for (size_t h = 0; h < t->K; h++)
            ASSERT_NEAR(a->V1[g * t->K + h], c * a->V2[g] * J[g][h], 1e-11 * c * a->V2[g]);
    }
}

/* Theory 4 and 6: t_g = beta V2_g C_g F_g and m_g = p V2_g mh_g.  F_g into F, h - yb into error. */
static void check_mean(const tables *t, const gst_solution *a, square V1h,
                       double F[GROUPS][2 * SIDE], double *error)
{
    const gst_point *p = &t->net->point;
    size_t K = t->K, m = t->m, q = t->q, s = m + q + 1;
    double rho = p->alpha / p->beta, mh[GROUPS] = {0}, size[GROUPS] = {0};
    for (size_t k = 0; k < t->n; k++) {
        error[k] = t->h[k];
        for (size_t g = 0; g < K; g++) {
            error[k] -= a->mean[g] * t->mu0[k][g] + a->eps[g] * t->nu[k][g];
            for (size_t l = 0; l < m; l++)
                error[k] -= a->theta[g * m + l] * t->kappa[k][l] * t->mu1[k][g];
        }
        double weight = rho * t->w[k] / (1 + V_at(t, a, k));
        for (size_t g = 0; g < K; g++) {
            for (size_t l = 0; l < m; l++)
                F[g][l] += weight * t->kappa[k][l] * t->mu1[k][g] * error[k];
            for (size_t j = 0; j < q; j++)
                F[g][m + j] += weight * t->mu1[k][g] * t->h1[k][j];
            F[g][m + q] += weight * t->nu[k][g] * error[k];
            mh[g] += weight * t->mu0[k][g] * error[k];
            size[g] += weight * fabs(t->mu0[k][g] * t->h[k]);
        }
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t j = 0; j < q; j++) {
            for (size_t h = 0; h < K; h++)
                F[g][m + j] -= V1h[g][h] * a->psi[h * q + j];
        }
        ASSERT_NEAR(mh[g], isfinite(p->width) ? a->mean[g] / (p->width * a->V2[g]) : 0,
                    1e-11 * size[g]);
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < s; i++) {
            double sum = 0, big = 0, T = p->beta * a->V2[g];
            for (size_t j = 0; j < s; j++) {
                sum += T * t->f->C[(g * s + i) * s + j] * F[g][j];
                big += T * fabs(t->f->C[(g * s + i) * s + j] * F[g][j]);
            }
            double have = i < m       ? a->theta[g * m + i]
                          : i < m + q ? a->psi[g * q + i - m]
                                      : a->eps[g];
            ASSERT_NEAR(have, sum, 1e-10 * (big + fabs(have)) + 1e-12 * T * size[g]);
        }
    }
}

/* r2 of theory 5, noise included. */
static void square_error(const tables *t, const gst_solution *a, const double *error, double *r2)
{
    for (size_t k = 0; k < t->n; k++) {
        double hh = t->rest[k] + t->net->point.noise;
        r2[k] = error[k] * error[k] + hh - t->h[k] * t->h[k];
        for (size_t g = 0; g < t->K; g++) {
            r2[k] += t->mu2sq[k][g] * a->q2[g];
            for (size_t h = 0; h < t->K; h++)
                r2[k] += t->mu1[k][g] * t->mu1[k][h] * a->Q[g * t->K + h];
            for (size_t j = 0; j < t->q; j++)
                r2[k] -= 2 * t->mu1[k][g] * a->psi[g * t->q + j] * t->h1[k][j];
        }
    }
}

/* Theory 5: (Q0, q2) = -D(V1, V2)[q1h, q2h + beta F^T C F + p mh^2]. */
static void check_fluctuations(const tables *t, const gst_solution *a, square J, square E,
                               double F[GROUPS][2 * SIDE], const double *r2)
{
    const gst_point *p = &t->net->point;
    size_t K = t->K, s = t->m + t->q + 1;
    square q1h, dE0, half, JT, Q0, dV1, V1;
    double dD[GROUPS], scale = 0;
    hats(t, a, 2, r2, q1h, dD);
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < s * s; i++)
            dD[g] += p->beta * F[g][i / s] * t->f->C[g * s * s + i] * F[g][i % s];
        if (isfinite(p->width))
            dD[g] += a->mean[g] * a->mean[g] / (p->width * a->V2[g] * a->V2[g]);
        for (size_t h = 0; h < K; h++) {
            JT[h][g] = J[g][h];
            V1[g][h] = a->V1[g * K + h];
            Q0[g][h] = a->Q[g * K + h];
            for (size_t j = 0; j < t->q; j++)
                Q0[g][h] -= a->psi[g * t->q + j] * a->psi[h * t->q + j];
        }
        scale = fmax(scale, fabs(a->Q[g * K + g]));
    }
    multiply(K, J, q1h, half);
    multiply(K, half, JT, dE0);
    for (size_t g = 0; g < K; g++) {
        double c = t->f->c[g], V2 = a->V2[g], left = -t->f->pi[g] / (V2 * V2) * a->q2[g];
        for (size_t h = 0; h < K; h++)
            left += c * E[g][h] * E[g][h] * p->beta * t->f->c[h] * a->q2[h];
        ASSERT_NEAR(left, -dD[g] - c * dE0[g][g], 1e-9 * t->f->pi[g] / (V2 * V2) * a->q2[g]);
        double Tc = p->beta * c * V2;
        q1h[g][g] += p->beta * c * a->q2[g] / (Tc * Tc);
    }
    multiply(K, V1, q1h, half);
    multiply(K, half, V1, dV1);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            ASSERT_NEAR(Q0[g][h], p->beta * dV1[g][h], 1e-9 * scale);
    }
}

START_TEST(equations_hold)
{
    double F[GROUPS][2 * SIDE] = {{0}}, test = 0, train = 0;
    network net;
    tables t;
    square V1h, J, E;
    gst_solution *a;
    network_make(&net, "%s", cases[_i]);
    tables_open(&t, &net);
    gst_risk risk = network_solve(&net, &a);
    double *error = calloc(2 * t.n, sizeof *error), *r2 = error + t.n;
    ck_assert_ptr_nonnull(error);
    check_fixed_point(&t, a, V1h, J, E);
    check_mean(&t, a, V1h, F, error);
    square_error(&t, a, error, r2);
    check_fluctuations(&t, a, J, E, F, r2);
    for (size_t k = 0; k < t.n; k++) {
        double V = V_at(&t, a, k);
        test += t.w[k] * r2[k];
        train += t.w[k] * r2[k] / ((1 + V) * (1 + V));
    }
    ASSERT_CLOSE(risk.test_error, test, 1e-11);
    ASSERT_CLOSE(risk.train_error, train, 1e-11);
    ASSERT_CLOSE(risk.excess_risk, test - net.point.noise, 1e-11);
    free(error);
    gst_solution_free(a);
    tables_clear(&t);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("self_consistent");
    tcase_add_loop_test(all, equations_hold, 0, COUNT(cases));
    return run_cases("self_consistent", all);
}
