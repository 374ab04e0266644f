/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coupled_identities.c - readouts of convex losses against what must hold for any: the linear equations where the loss is
 * squared, on any bulk; |a|^2 as the derivative of the minimum; equal groups; a plain pass; Huber's loss with noise of
 * two kinds. */
#include <string.h>

#include "models/training/label_target.h"
#include "tests/by_hand.h"
#include "tests/network.h"

/* Two groups with all of C, a residual direction, a target with a nonlinear residual part. */
static const hand_case full_C = {.activation = "tanh(z+0.4)",
                                 .target = "tanh(1.5*z)+0.3*z^2",
                                 .K = 2,
                                 .U = {1.5, -1},
                                 .c = {1.2, 1.1},
                                 .pi = {0.6, 0.4},
                                 .C = {1.3, 0.2, -0.5, 0.2, 1.1, 0.1, -0.5, 0.1, 0.9, 1.0, -0.3,
                                       0.4, -0.3, 0.8, 0.2, 0.4, 0.2, 1.5},
                                 .gamma = 0.8};

/* ---- the squared loss --------------------------------------------------------------------------- */

/* The solution of the coupled equations on tables and bulk of a linear resolution. */
static void solve_on(gst_coupled *c, const gst_features *f, gst_moments *moments, gst_bulk *bulk,
                     const gst_target *mean, double noise, const gst_loss *loss, const gst_point *p,
                     double *u)
{
    gst_coupled_point at = {
        .rho = p->alpha / p->beta, .beta = p->beta, .lambda = p->lambda, .width = p->width};
    gst_coupled_options options = {.tol = 1e-13, .max_iterations = 400};
    gst_coupled_info info = {.iterations = 0};
    ck_assert_int_eq(
        gst_coupled_init(c, f, moments, bulk, mean, gst_label_noise_normal(noise), 128, 0), GST_OK);
    gst_coupled_cold_start(c, p->lambda, u);
    ck_assert_int_eq(gst_coupled_anderson(c, loss, &at, &options, u, &info), GST_OK);
}

static void same_numbers(const char *name, size_t n, const double *a, const double *b, double tol)
{
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(b[i]));
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(a[i] - b[i]) <= tol * (size + 1e-3), "%s[%zu]: %.15g and %.15g", name, i,
                      a[i], b[i]);
}

/* All order parameters and errors of the two at `p`. */
static void same_as_linear(gst_resolution *linear, const gst_features *f, const gst_target *mean,
                           const gst_loss *loss, const gst_point *p, double tol)
{
    gst_solve_options options = gst_solve_defaults();
    gst_solution *a, *b;
    gst_risk risk;
    gst_coupled c;
    double u[256];
    options.tol = 1e-13;
    ck_assert_int_eq(gst_resolution_solve(linear, p, &options, NULL, &risk), GST_OK);
    ck_assert_int_eq(gst_solution_alloc(&a, f->K, f->m, f->q), GST_OK);
    ck_assert_int_eq(gst_solution_alloc(&b, f->K, f->m, f->q), GST_OK);
    gst_resolution_take_solution(linear, b);
    solve_on(&c, f, linear->moments, linear->bulk, mean, p->noise, loss, p, u);
    gst_coupled_take_solution(&c, u, a);
    size_t K = f->K;
    same_numbers("V1", K * K, a->V1, b->V1, tol);
    same_numbers("V2", K, a->V2, b->V2, tol);
    same_numbers("m", K, a->mean, b->mean, tol);
    same_numbers("theta", K * f->m, a->theta, b->theta, tol);
    same_numbers("psi", K * f->q, a->psi, b->psi, tol);
    same_numbers("eps", K, a->eps, b->eps, tol);
    same_numbers("Q", K * K, a->Q, b->Q, tol);
    same_numbers("q2", K, a->q2, b->q2, tol);
    gst_coupled_errors e = gst_coupled_errors_at(&c, loss, 0, u);
    ASSERT_CLOSE(e.excess_risk, risk.excess_risk, tol);
    ASSERT_CLOSE(e.train_error, risk.train_error, tol);
    ASSERT_CLOSE(2 * e.test_loss, risk.test_error, tol);
    ASSERT_CLOSE(2 * e.train_loss, risk.train_error, tol);
    ck_assert(isnan(e.test_class) && risk.test_loss == 0.5 * risk.test_error);
    gst_coupled_clear(&c);
    gst_solution_free(a);
    gst_solution_free(b);
}

/* Isotropic bulk, p finite and not; the last with Huber's loss so wide that it is the squared one. */
START_TEST(squared_loss)
{
    gst_point p = {
        .alpha = 1.373, .beta = 0.9, .lambda = 0.03, .noise = 0.1, .width = _i ? 250 : INFINITY};
    by_hand b;
    gst_loss wide;
    ck_assert_int_eq(gst_loss_parse("huber:1e6", &wide, NULL), GST_OK);
    by_hand_open(&b, &full_C, "squared", GST_LABELS_REAL, 0, 1, 0);
    ck_assert_ptr_null(b.r.coupled);
    same_as_linear(&b.r, &b.f, b.f.problem.target, _i == 2 ? &wide : &gst_loss_squared, &p, 1e-12);
    by_hand_clear(&b);
}
END_TEST

/* The bulk of a network trained on a finite batch. */
START_TEST(squared_loss_trained_bulk)
{
    static const char *const networks[] = {
        ("--activation tanh(z+0.5) --target tanh --alpha0 0.7 --eta 2.1 --second-layer 1:1,-0.6:2 "
         "--alpha 1.3 --beta 1.1 --lambda 0.07 --noise 0.1 --bulk exact"),
        ("--activation tanh --target sin --alpha0 2 --eta 3 --alpha 1.3 --lambda 0.07 --width 300 "
         "--bulk exact"),
    };
    network n;
    gst_resolution r;
    network_make(&n, "%s", networks[_i]);
    gst_features *f = network_features(&n);
    ck_assert_int_eq(gst_resolution_alloc(&r, f, 1, 0), GST_OK);
    same_as_linear(&r, f, n.problem.target, &gst_loss_squared, &n.point, 2e-11);
    gst_resolution_clear(&r);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* Signs as labels: the linear equations for the mean label, with what it leaves of y^2 = 1 as its rest.  That of a probit,
 * and that of nodes of s, for a target that is affine but for a part too small to see. */
START_TEST(squared_loss_of_signs)
{
    hand_case of = full_C;
    of.target = _i ? "z+0.3+1e-14*sin(z)" : "z+0.3";
    gst_point p = {.alpha = 1.373, .beta = 0.9, .lambda = 0.03, .noise = 0.2, .width = 250};
    gst_solve_options options = gst_solve_defaults();
    by_hand signs, real;
    by_hand_open(&signs, &of, "squared", GST_LABELS_SIGN, p.noise, 2, 0);
    ck_assert(signs.r.coupled->equations.sites.probit == !_i);
    by_hand_open(&real, &of, "squared", GST_LABELS_REAL, 0, 2, 0);
    gst_moments *t;
    ck_assert_int_eq(
        gst_moments_tabulate(&t, &real.f, real.f.problem.activation, signs.r.coupled->mean, 384, 0),
        GST_OK);
    double of_mean = 0;
    for (size_t k = 0; k < t->n; k++) {
        double explained = t->h[k] * t->h[k] + t->h1[k] * t->h1[k];
        of_mean += t->w[k] * (explained + t->rest[k]);
        t->rest[k] = 1 - explained;
    }
    ASSERT_NEAR(signs.r.coupled->variance, 1 - of_mean, 1e-12);
    ck_assert_int_eq(gst_resolution_replace_moments(&real.r, t), GST_OK);
    ck_assert_int_eq(gst_readout_alloc(&real.r.readout, real.r.state), GST_OK);
    gst_risk coupled = by_hand_solve(&signs, p.alpha, p.beta, p.lambda, p.noise, p.width), linear;
    p.noise = 0;
    ck_assert_int_eq(gst_resolution_solve(&real.r, &p, &options, NULL, &linear), GST_OK);
    ASSERT_CLOSE(coupled.test_error, linear.test_error, 1e-12);
    ASSERT_CLOSE(coupled.train_error, linear.train_error, 1e-12);
    ASSERT_CLOSE(2 * coupled.test_loss, linear.test_error, 1e-12);
    ck_assert(coupled.test_class > 0.05 && coupled.train_class < coupled.test_class);
    by_hand_clear(&signs);
    by_hand_clear(&real);
}
END_TEST

/* ---- any loss ----------------------------------------------------------------------------------- */

/* With rho E l + lambda |a|^2/(2p) at its minimum, its derivative in lambda is |a|^2/(2p). */
START_TEST(norm_is_a_derivative)
{
    const gst_loss *row = gst_loss_row((size_t)_i % 6);
    if (strcmp(row->name, "max-margin") == 0)
        return;
    hand_case of = full_C;
    by_hand b;
    of.target = row->margin ? "z+0.2" : "tanh(1.5*z)";
    gst_labels labels = row->margin || _i >= 6 ? GST_LABELS_SIGN : GST_LABELS_REAL;
    if (!row->margin && _i < 6 && !row->parameter_name)
        return;
    by_hand_open(&b, &of, row->parameter_name ? "huber:0.2" : row->name, labels, 0.1, 1, 0);
    double lambda = 0.07, step = 1e-3, least[2], norm = 0, alpha = 1.7, beta = 1.3;
    for (int side = 0; side < 3; side++) {
        double at = side == 2 ? lambda : lambda * (1 + (side ? step : -step));
        gst_risk risk = by_hand_solve(&b, alpha, beta, at, 0.1, 250);
        const gst_coupled *c = &b.r.coupled->equations;
        norm = 0;
        for (size_t g = 0; g < c->K; g++)
            norm += b.r.coupled->u[gst_coupled_fluctuations(c) + gst_packed_value(c->K, g)];
        if (side < 2)
            least[side] = alpha / beta * risk.train_loss + 0.5 * at * norm;
    }
    ASSERT_CLOSE((least[1] - least[0]) / (2 * step * lambda), 0.5 * norm, 2e-6);
    by_hand_clear(&b);
}
END_TEST

/* Two groups that do not differ are one. */
START_TEST(equal_groups)
{
    static const char *const losses[] = {"logistic", "hinge", "huber:0.2"};
    hand_case one = {.activation = "tanh(z+0.4)",
                     .target = "tanh(2*z)",
                     .K = 1,
                     .U = {1.2},
                     .c = {1.1},
                     .pi = {1},
                     .C = {1.1, 0, 0.3, 0, 1.1, 0, 0.3, 0, 0.9},
                     .gamma = 0.7},
              two = one;
    two.K = 2;
    for (size_t i = 0; i < 9; i++)
        two.C[9 + i] = one.C[i];
    two.U[1] = one.U[0];
    two.c[1] = one.c[0];
    two.pi[0] = 0.3;
    two.pi[1] = 0.7;
    by_hand a, b;
    gst_labels labels = _i == 2 ? GST_LABELS_REAL : GST_LABELS_SIGN;
    by_hand_open(&a, &one, losses[_i], labels, 0.1, 0, 0);
    by_hand_open(&b, &two, losses[_i], labels, 0.1, 0, 0);
    gst_risk x = by_hand_solve(&a, 1.7, 1.2, 0.04, 0.1, 200),
             y = by_hand_solve(&b, 1.7, 1.2, 0.04, 0.1, 200);
    ASSERT_CLOSE(x.excess_risk, y.excess_risk, 1e-10);
    ASSERT_CLOSE(x.test_loss, y.test_loss, 1e-10);
    ASSERT_CLOSE(x.train_loss, y.train_loss, 1e-10);
    by_hand_clear(&a);
    by_hand_clear(&b);
}
END_TEST

/* The solution does not change by a pass from it, nor does it depend on where the iteration started; turning the inputs
 * around, with labels and features the other way, is a symmetry. */
START_TEST(fixed_point)
{
    hand_case of = full_C, mirrored = full_C;
    of.target = "z+0.3";
    mirrored.target = "z-0.3";
    mirrored.activation = "tanh(z-0.4)";
    by_hand b, other;
    by_hand_open(&b, &of, "logistic", GST_LABELS_SIGN, 0.1, 0, 0);
    by_hand_open(&other, &mirrored, "logistic", GST_LABELS_SIGN, 0.1, 0, 0);
    by_hand_solve(&b, 4.1, 1.2, 0.4, 0.1, 200);
    gst_risk warm = by_hand_solve(&b, 1.7, 1.2, 0.04, 0.1, 200), same;
    gst_coupled *c = &b.r.coupled->equations;
    gst_coupled_point at = {.rho = 1.7 / 1.2, .beta = 1.2, .lambda = 0.04, .width = 200};
    double out[64], unit[64];
    ck_assert_uint_le(c->N, 64);
    ck_assert_int_eq(gst_coupled_pass(c, &b.loss, &at, b.r.coupled->u, out), GST_OK);
    gst_coupled_units(c, b.r.coupled->u, unit);
    for (size_t i = 0; i < c->N; i++)
        ASSERT_NEAR(out[i], b.r.coupled->u[i], 1e-10 * unit[i]);
    gst_resolution_reset(&b.r);
    gst_risk cold = by_hand_solve(&b, 1.7, 1.2, 0.04, 0.1, 200);
    ASSERT_CLOSE(warm.test_loss, cold.test_loss, 1e-10);
    same = by_hand_solve(&other, 1.7, 1.2, 0.04, 0.1, 200);
    ASSERT_CLOSE(same.test_loss, cold.test_loss, 1e-10);
    ASSERT_CLOSE(same.train_class, cold.train_class, 1e-8);
    by_hand_clear(&b);
    by_hand_clear(&other);
}
END_TEST

/* Noise 0.9 N(0, 0.01) + 0.1 N(0, 9) in the step and in the readout of Huber's loss: reference numbers. */
START_TEST(heavy_noise)
{
    static const double want[2][3] = {{0.2087437632, 0.1339377392, 0.0871392553},
                                      {0.2090338855, 0.1340085304, 0.0871716313}};
    network n;
    gst_moments *moments;
    gst_coupled c;
    gst_bulk *bulk;
    gst_loss loss;
    gst_label_noise parts = {.parts = 2, .share = {0.9, 0.1}, .variance = {0.01, 9}};
    double u[64], noise = 0.9 * 0.01 + 0.1 * 9;
    network_make(&n, "--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 4 --noise %.15g",
                 noise);
    gst_features *f = network_features(&n);
    ck_assert_int_eq(gst_loss_parse("huber:0.3", &loss, NULL), GST_OK);
    ck_assert_int_eq(
        gst_moments_tabulate(&moments, f, n.problem.activation, n.problem.target, 192, _i / 2),
        GST_OK);
    ck_assert_int_eq(gst_bulk_alloc(&bulk, f, (gst_label_resolution){.order = 0}), GST_OK);
    gst_coupled_point at = {.rho = 2, .beta = 1, .lambda = 0.05, .width = _i % 2 ? 400 : INFINITY};
    gst_coupled_options options = {.tol = 1e-12, .max_iterations = 400};
    gst_coupled_info info;
    int limit;
    ck_assert_int_eq(gst_coupled_init(&c, f, moments, bulk, n.problem.target, parts, 128, _i / 2),
                     GST_OK);
    ck_assert_int_eq(gst_coupled_solve(&c, &loss, &at, NULL, &options, u, &limit, &info), GST_OK);
    gst_coupled_errors e = gst_coupled_errors_at(&c, &loss, limit, u);
    ASSERT_NEAR(e.excess_risk, want[_i % 2][0], 1e-10);
    ASSERT_NEAR(e.test_loss, want[_i % 2][1], 1e-10);
    ASSERT_NEAR(e.train_loss, want[_i % 2][2], 1e-10);
    gst_coupled_clear(&c);
    gst_bulk_free(bulk);
    gst_moments_free(moments);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("coupled identities");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, squared_loss, 0, 3);
    tcase_add_loop_test(cases, squared_loss_trained_bulk, 0, 2);
    tcase_add_loop_test(cases, squared_loss_of_signs, 0, 2);
    tcase_add_loop_test(cases, norm_is_a_derivative, 0, 12);
    tcase_add_loop_test(cases, equal_groups, 0, 3);
    tcase_add_test(cases, fixed_point);
    tcase_add_loop_test(cases, heavy_noise, 0, 4);
    return run_cases("coupled identities", cases);
}
