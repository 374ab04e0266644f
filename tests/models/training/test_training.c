/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_training.c - features after training against the printed numbers of docs/theory, closed forms,
 * limits and symmetries. */
#include "tests/network.h"

enum { SIDE = GST_TARGET_DIM_MAX + 1 };

static void covariance(const gst_features *f, size_t g, double C[SIDE][SIDE])
{
    for (size_t i = 0; i <= f->r; i++) {
        for (size_t j = 0; j <= f->r; j++)
            C[i][j] = features_covariance(f, g, i, j);
    }
}

/* U_g gamma_j: the part of group g along z_j. */
static double along(const gst_features *f, size_t g, size_t j)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum += f->U[g * f->m + l] * f->gamma[j * f->m + l];
    return sum;
}

/* ---- printed numbers ---------------------------------------------------------------------------- */

START_TEST(printed_numbers)
{
    static const struct {
        const char *options;
        double U, c, gamma, C[6], tol;
    } list[] = {
        {"--eta 3 --alpha0 20", 1.134055509283, 1.018973200458, 0.971854444487, {0}, 1e-12},
        {"--eta 3", 1.10213689, 1, 1, {1, -1.3231904607, 1.7508329952}, 1e-8},
        {"--activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --eta 3",
         1.68597884,
         0.48687251,
         1,
         {0.1056470172, -0.3858360614, 1.4091213375},
         1e-8},
        {"--activation 'tanh(z+0.5)' --target 'tanh(z)+0.5*cos(z)' --second-layer 1:1,-0.5:1 --eta "
         "3 --alpha0 0.5 --noise 0.02",
         1.99531369,
         1.76897349,
         0.51180257,
         {0},
         1e-8},
        {"--activation 'tanh(z+0.5)' --target 'z1+z1*z2' --second-layer 1:1,-1:1 --eta 2",
         1.1239858949,
         1,
         1,
         {1.1130151996, -0.6723546672, -1.1341625658, 1.1130151996, 0.3812797472, 1.2863247257},
         2e-10},
    };
    network n;
    network_make(&n, "%s", list[_i].options);
    gst_features *f = network_features(&n);
    double C[SIDE][SIDE];
    covariance(f, 0, C);
    ASSERT_CLOSE(f->U[0], list[_i].U, list[_i].tol);
    ASSERT_CLOSE(f->c[0], list[_i].c, list[_i].tol);
    ASSERT_CLOSE(fabs(f->gamma[0]), list[_i].gamma, list[_i].tol);
    for (size_t i = 0, at = 0; i <= f->r && isinf(n.problem.training.step[0].alpha0); i++) {
        for (size_t j = i; j <= f->r; j++, at++)
            ASSERT_NEAR(C[i][j], list[_i].C[at], 1.01e-10);
    }
    if (f->K == 2) {
        double A = n.layer.A[1];
        ASSERT_CLOSE(f->U[1], A * f->U[0], 1e-14);
        if (isfinite(n.problem.training.step[0].alpha0))
            ASSERT_CLOSE(f->c[1], 1.36576290, 1e-8);
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* ---- closed forms ------------------------------------------------------------------------------- */

/* sigma = sin(z+0.4), g = 0.3 + z1 + z1 z2 + noise 0.07: everything in elementary functions. */
typedef struct {
    double mean, mu1, c2, c3, s2, Ey, square;
} elementary;

static elementary elementary_step(const network *n)
{
    double e = exp(-0.5), s = e * sin(0.4), k = e * cos(0.4), f0 = 0;
    for (size_t g = 0; g < n->layer.K; g++)
        f0 += n->layer.pi[g] * n->layer.A[g] * s;
    double Ey = 0.3 - f0, s2 = 0.5 + 0.5 * exp(-2) * cos(0.8) - k * k - s * s;
    return (elementary){s, k, -s, -k, s2, Ey, 2 + Ey * Ey + 0.07};
}

#define ELEMENTARY                                                              \
    "--activation 'sin(z+0.4)' --target '0.3+z1+z1*z2' --noise 0.07 --eta 1.3 " \
    "--second-layer 1.1:0.3,-0.6:0.5,0.2:0.2 "

START_TEST(population_step_in_closed_form)
{
    network n;
    network_make(&n, ELEMENTARY);
    gst_features *f = network_features(&n);
    elementary x = elementary_step(&n);
    ck_assert(f->K == 3 && f->m == 1 && f->q == 1 && f->r == 2);
    for (size_t g = 0; g < 3; g++) {
        double e = 1.3 * n.layer.A[g], qg = 1 + e * x.c2 * x.Ey, C[SIDE][SIDE];
        double D[3][2] = {{qg, e * x.c2}, {e * x.c2, qg}, {2 * qg * e * x.c3, 0}};
        ASSERT_CLOSE(along(f, g, 0), e * x.mu1, 1e-14);
        ASSERT_NEAR(along(f, g, 1), 0, 1e-15);
        ASSERT_CLOSE(f->c[g], qg * qg, 1e-14);
        covariance(f, g, C);
        for (size_t i = 0; i < 3; i++) {
            for (size_t j = 0; j < 3; j++)
                ASSERT_NEAR(C[i][j], D[i][0] * D[j][0] + D[i][1] * D[j][1], 1e-14);
        }
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

START_TEST(isotropic_step_in_closed_form)
{
    network n;
    network_make(&n, ELEMENTARY "--alpha0 0.83");
    gst_features *f = network_features(&n);
    elementary x = elementary_step(&n);
    double norm = sqrt(1 + x.square / 0.83);
    ck_assert(f->K == 3 && f->m == 1 && f->q == 2 && f->r == 2);
    ASSERT_CLOSE(f->gamma[0], 1 / norm, 1e-14);
    ASSERT_NEAR(f->gamma[1], 0, 1e-15);
    for (size_t g = 0; g < 3; g++) {
        double e = 1.3 * n.layer.A[g], b = e * x.c2, C[SIDE][SIDE];
        double c = 1 + 2 * b * x.Ey + b * b * (x.square / 0.83 + x.Ey * x.Ey) +
                   e * e * x.s2 / 0.83 * x.square;
        ASSERT_CLOSE(f->U[g], e * x.mu1 * norm, 1e-14);
        ASSERT_CLOSE(f->c[g], c, 1e-14);
        covariance(f, g, C);
        for (size_t i = 0; i < 3; i++) {
            for (size_t j = 0; j < 3; j++)
                ASSERT_NEAR(C[i][j], i == j && i < 2 ? c : 0, 1e-14);
        }
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* ---- symmetries and limits ---------------------------------------------------------------------- */

/* Two protocols: U, c and C along the target's own axes agree, U up to `sign`, axes of the second turned by
 * the angle. */
static void same_features(const char *one, const char *other, double sign, double angle, double tol)
{
    network a, b;
    network_make(&a, "%s", one);
    network_make(&b, "%s", other);
    gst_features *f = network_features(&a), *h = network_features(&b);
    size_t r = f->r;
    ck_assert(f->K == h->K && h->r >= r);
    double turn[2][2] = {{cos(angle), sin(angle)}, {-sin(angle), cos(angle)}};
    for (size_t g = 0; g < f->K; g++) {
        double C[SIDE][SIDE], X[SIDE][SIDE], norm = 0;
        for (size_t l = 0; l < f->m; l++)
            norm += fabs(f->U[g * f->m + l]);
        ASSERT_NEAR(h->c[g], f->c[g], tol * f->c[g]);
        covariance(f, g, C);
        covariance(h, g, X);
        for (size_t i = 0; i < r; i++) {
            double sum = 0, last = 0;
            for (size_t j = 0; j < h->r; j++) {
                double t = angle == 0 ? i == j : turn[i][j];
                sum += t * along(h, g, j);
                last += t * X[j][h->r];
            }
            ASSERT_NEAR(sign * sum, along(f, g, i), tol * norm);
            ASSERT_NEAR(sign * last, C[i][r], tol);
        }
        ASSERT_NEAR(X[h->r][h->r], C[r][r], tol);
    }
    gst_features_free(f);
    gst_features_free(h);
    network_clear(&a);
    network_clear(&b);
}

START_TEST(symmetries)
{
    static const struct {
        const char *one, *other;
        double sign, angle;
    } list[] = {
        /* A -> -A, eta -> -eta where the network starts at zero mean */
        {"--activation 'he2(z)+0.7*z' --target 'z1^3+z1^2' --second-layer 1:0.3,-0.4:0.7 --eta "
         "0.13",
         "--activation 'he2(z)+0.7*z' --target 'z1^3+z1^2' --second-layer -1:0.3,0.4:0.7 --eta "
         "-0.13",
         1, 0},
        /* g -> -g, A -> -A */
        {"--activation 'tanh(z+0.5)' --target 'z1+relu(z1)' --second-layer 1:0.3,-0.4:0.7 --eta "
         "1.3",
         "--activation 'tanh(z+0.5)' --target '-z1-relu(z1)' --second-layer -1:0.3,0.4:0.7 --eta "
         "1.3",
         1, 0},
        /* g -> 3 g, A -> 3 A, eta -> eta/9, noise -> 9 noise */
        {"--activation 'tanh(z+0.5)' --second-layer 1:0.3,-0.4:0.7 --eta 1.8 --alpha0 2.2 --noise "
         "0.1",
         "--activation 'tanh(z+0.5)' --target '3*sin(z)' --second-layer 3:0.3,-1.2:0.7 --eta 0.2 "
         "--alpha0 2.2 --noise 0.9",
         1, 0},
        /* sigma(-z) turns the features round */
        {"--activation 'gelu(z+0.3)' --target 'sin(z1)+z1^2' --second-layer 1:0.3,-0.4:0.7 --eta "
         "0.8",
         "--activation 'gelu(0.3-z)' --target 'sin(z1)+z1^2' --second-layer 1:0.3,-0.4:0.7 --eta "
         "0.8",
         -1, 0},
        /* a target in other coordinates */
        {"--activation 'tanh(z+0.5)' --target 'tanh(2*z1)+z1^2' --eta 1.1",
         "--activation 'tanh(z+0.5)' --target 'tanh(1.2*z1+1.6*z2)+(0.6*z1+0.8*z2)^2' --eta 1.1", 1,
         0.92729521800161223},
        {"--activation 'tanh(z+0.5)' --target 'z1+z1*z2+0.4*z2' --second-layer 1:0.3,-0.4:0.7 "
         "--eta 1.1",
         "--activation 'tanh(z+0.5)' --target "
         "'0.6*z1+0.8*z2+(0.6*z1+0.8*z2)*(0.6*z2-0.8*z1)+0.4*(0.6*z2-0.8*z1)' --second-layer "
         "1:0.3,-0.4:0.7 --eta 1.1",
         1, 0.92729521800161223},
        {"--activation 'softplus(z-0.5)' --target 'z1+z1*z2+0.4*z2' --eta 1.1 --alpha0 0.7",
         "--activation 'softplus(z-0.5)' --target "
         "'0.6*z1+0.8*z2+(0.6*z1+0.8*z2)*(0.6*z2-0.8*z1)+0.4*(0.6*z2-0.8*z1)' --eta 1.1 --alpha0 "
         "0.7",
         1, 0.92729521800161223},
    };
    same_features(list[_i].one, list[_i].other, list[_i].sign, list[_i].angle, 4e-14);
}
END_TEST

/* U, c and gamma of the isotropic step approach the population step like 1/alpha0. */
START_TEST(large_batches)
{
    network a, b;
    network_make(&a, "%s", ELEMENTARY);
    gst_features *f = network_features(&a);
    double last = 0;
    for (double alpha0 = 1e4; alpha0 < 2e6; alpha0 *= 100) {
        network_make(&b, "%s --alpha0 %g", ELEMENTARY, alpha0);
        gst_features *h = network_features(&b);
        double gap = fabs(h->c[0] - f->c[0]) + fabs(along(h, 0, 0) - along(f, 0, 0));
        ck_assert_double_lt(gap, 10 / alpha0);
        ASSERT_NEAR(h->gamma[0], 1, 2 / alpha0);
        if (last > 0)
            ASSERT_CLOSE(last / gap, 100, 0.01);
        last = gap;
        gst_features_free(h);
        network_clear(&b);
    }
    gst_features_free(f);
    network_clear(&a);
}
END_TEST

/* Small steps: U is linear in eta, c starts with slope 2 A c2 E yt; eta = 0, alpha0 = 0, steps = 0 are the
 * untrained network. */
START_TEST(small_steps)
{
    static const char *const untrained[] = {"--eta 0", "--alpha0 0", "--steps 0"};
    for (int i = 0; i < 2; i++) {
        network n;
        network_make(
            &n,
            "--activation 'sin(z+0.4)' --target '0.3+z1+z1*z2' --second-layer 1.7:1 --eta 1e-6 %s",
            i ? "--alpha0 1.9" : "");
        gst_features *f = network_features(&n);
        double f0 = 1.7 * exp(-0.5) * sin(0.4), Ey = 0.3 - f0, square = 2 + Ey * Ey;
        double norm = i ? sqrt(1 + square / 1.9) : 1;
        ASSERT_CLOSE(f->U[0], 1.7e-6 * exp(-0.5) * cos(0.4) * norm, 1e-13);
        ASSERT_CLOSE((f->c[0] - 1) / 1e-6, -3.4 * exp(-0.5) * sin(0.4) * Ey, 1e-5);
        gst_features_free(f);
        network_clear(&n);
    }
    for (int i = 0; i < 3; i++) {
        network n;
        network_make(&n, "--target z1+z1*z2 --activation relu --second-layer gaussian:3 %s",
                     untrained[i]);
        gst_features *f = network_features(&n);
        ck_assert(f->K == 3 && f->m == 0 && f->q == 2);
        for (size_t g = 0; g < 3; g++) {
            double C[SIDE][SIDE];
            covariance(f, g, C);
            ck_assert_double_eq(f->c[g], 1);
            for (size_t j = 0; j < 9; j++)
                ck_assert_double_eq(C[j / 3][j % 3], j == 0 || j == 4);
        }
        gst_features_free(f);
        network_clear(&n);
    }
}
END_TEST

/* Without a linear part in target or activation a population step makes no spike; a finite batch makes
 * one of pure noise, unless it is the activation that has none. */
START_TEST(no_spike)
{
    static const char *const list[] = {"--target z1^2 --activation tanh(z+0.5)",
                                       "--target abs(z1-z2) --activation relu(z-0.1)",
                                       "--target sin(z1) --activation abs(z)"};
    network n;
    network_make(&n, "%s", list[_i]);
    gst_features *f = network_features(&n);
    ck_assert(f->m == 0 && f->q == f->r);
    gst_features_free(f);
    n.problem.training.step[0].alpha0 = 1.7;
    f = network_features(&n);
    ck_assert_uint_eq(f->m, _i < 2);
    if (_i < 2)
        ck_assert_double_lt(fabs(f->gamma[0]), 1e-14);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("training");
    tcase_add_loop_test(cases, printed_numbers, 0, 5);
    tcase_add_test(cases, population_step_in_closed_form);
    tcase_add_test(cases, isotropic_step_in_closed_form);
    tcase_add_loop_test(cases, symmetries, 0, 7);
    tcase_add_test(cases, large_batches);
    tcase_add_test(cases, small_steps);
    tcase_add_loop_test(cases, no_spike, 0, 3);
    return run_cases("training", cases);
}
