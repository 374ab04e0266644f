/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_steps.c - learning curves after several giant steps: errors and order parameters of tests/reference/steps.tsv,
 * and trainings that are the same training, told differently. */
#include <string.h>

#include "tests/blocks.h"
#include "tests/network.h"

/* ---- reference numbers -------------------------------------------------------------------------- */

static int blocks;

typedef struct {
    network net;
    gst_features *f;
    gst_solution *found;
    int block;
} solved_case;

/* To tol times the largest of them, or `least` if that is more. */
static void check(const solved_case *c, const char *name, size_t count, const double *have,
                  double tol, double least)
{
    const double *want = block_numbers(c->block, name, count);
    double size = least;
    for (size_t i = 0; want && i < count; i++)
        size = fmax(size, fabs(want[i]));
    for (size_t i = 0; want && i < count; i++)
        ck_assert_msg(fabs(have[i] - want[i]) <= tol * size, "%s[%zu]: %.15g, reference %.15g",
                      name, i, have[i], want[i]);
}

/* Sums over spikes and residual directions that do not depend on their choice. */
static void check_vectors(const solved_case *c, double tol)
{
    const gst_features *f = c->f;
    const gst_solution *s = c->found;
    size_t K = f->K, m = f->m, q = f->q, r = f->r;
    double square[16] = {0}, target[16] = {0}, t_omega[16] = {0}, t_target[16] = {0};
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            for (size_t l = 0; l < m; l++) {
                square[g * K + h] += f->U[g * m + l] * f->U[h * m + l];
                t_omega[g * K + h] += s->theta[g * m + l] * f->U[h * m + l];
            }
        }
        for (size_t j = 0; j < r; j++) {
            for (size_t l = 0; l < m; l++) {
                target[j * K + g] += f->gamma[j * m + l] * f->U[g * m + l];
                t_target[g * r + j] += f->gamma[j * m + l] * s->theta[g * m + l];
            }
            for (size_t i = 0; i < q; i++)
                t_target[g * r + j] += f->rest[j * q + i] * s->psi[g * q + i];
        }
    }
    check(c, "square", K * K, square, 1e-11, 1);
    check(c, "target", r * K, target, 1e-11, 1);
    if (m > 0)
        check(c, "t_omega", K * K, t_omega, tol, 1);
    check(c, "t_target", K * r, t_target, tol, 1);
}

/* Quadratures to tol of excess risk and variance of the target, which is pessimistic; errors to `errors`, order
 * parameters to `orders`, relative.  With two variables and two spikes at the first orders alone: the next ones take 25 s
 * a network and have 6e-9. */
typedef struct {
    double tol, errors, orders;
} digits;

static digits digits_of(const gst_features *f)
{
    return f->r == 1   ? (digits){1e-8, 1e-9, 1e-7}
           : f->m == 1 ? (digits){1e-6, 2e-8, 1e-6}
                       : (digits){1e-4, 3e-5, 1e-3};
}

/* Without spikes V1 and Q do not enter the errors, and are no better than the rule of the labels finds their
 * polynomials. */
static void check_solution(const solved_case *c, const gst_risk *risk)
{
    size_t K = c->f->K;
    digits at = digits_of(c->f);
    double tol = at.orders;
    check(c, "excess", 1, &risk->excess_risk, at.errors, 0);
    check(c, "train", 1, &risk->train_error, at.errors, 0);
    if (c->f->m > 0) {
        check(c, "V1", K * K, c->found->V1, tol, 1);
        check(c, "Q", K * K, c->found->Q, tol, 1);
    }
    check(c, "V2", K, c->found->V2, tol, 1);
    check(c, "m", K, c->found->mean, tol, 1);
    check(c, "eps", K, c->found->eps, tol, 1);
    check(c, "q2", K, c->found->q2, tol, 1);
    check_vectors(c, tol);
}

/* The block _i and those behind it that are its training at other widths. */
START_TEST(reference_numbers)
{
    solved_case c = {.block = _i};
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    network_make(&c.net, "%s --bulk exact", block_options(_i));
    c.f = network_features(&c.net);
    gst_model *model = network_model(&c.net);
    c.found = model_solution(model);
    options.tol = digits_of(c.f).tol;
    check(&c, "c", c.f->K, c.f->c, 1e-11, 1);
    for (int k = _i; k < blocks && (k == _i || !block_has(k, "c")); k++) {
        network at;
        network_make(&at, "%s --bulk exact", block_options(k));
        c.block = k;
        ck_assert_int_eq(gst_model_solve(model, &at.point, &options, &risk, c.found), GST_OK);
        ASSERT_CLOSE(risk.test_error, risk.excess_risk + at.point.noise, 1e-14);
        check_solution(&c, &risk);
        network_clear(&at);
    }
    gst_model_free(model);
    gst_solution_free(c.found);
    gst_features_free(c.f);
    network_clear(&c.net);
}
END_TEST

/* ---- the same training -------------------------------------------------------------------------- */

#define POINT " --alpha 1.7 --beta 0.8 --lambda 0.07 --bulk exact"
#define ONE "--activation tanh(z+0.3) --target tanh(2*z)+0.4*cos(z)" POINT
#define TWO "--activation tanh(z+0.3) --target tanh(2*z)+0.4*cos(z) --schedule 2:1.5,1:3" POINT
#define ODD "--activation tanh --target sin(z1) --schedule 2.1:1.5,1.3:0.7" POINT

static const struct {
    const char *common, *one, *other;
    double tol;
} twins[] = {
    /* a group split, groups in another order, odd sigma and the sign of A */
    {TWO, "", "--second-layer 1:0.3,1:0.7", 1e-12},
    {TWO " --noise 0.11 --width 431", "", "--second-layer 1:0.3,1:0.5,1:0.2", 1e-12},
    {TWO, "--second-layer 1:0.4,-0.6:0.6", "--second-layer -0.6:0.6,1:0.4", 1e-12},
    {TWO, "--second-layer 1:0.4,-0.6:0.6", "--second-layer -0.6:0.25,1:0.4,-0.6:0.35", 1e-12},
    {ODD, "", "--second-layer 1:0.37,-1:0.63", 1e-12},
    {ODD " --width 300", "", "--second-layer 1:0.5,-1:0.5", 1e-12},
    /* z -> -z in sigma; -sigma with -A; -g with -A */
    {"--target tanh(2*z)+0.4*cos(z) --schedule 2:1.5,1:3" POINT, "--activation tanh(z+0.3)",
     "--activation tanh(0.3-z)", 1e-12},
    {"--target tanh(2*z)+0.4*cos(z) --schedule 2:1.5,1:3" POINT, "--activation tanh(z+0.3)",
     "--activation -tanh(z+0.3) --second-layer -1:1", 1e-12},
    {"--activation tanh(z+0.3) --schedule 2:1.5,1:3" POINT, "--target tanh(2*z)+0.4*cos(z)",
     "--target -tanh(2*z)-0.4*cos(z) --second-layer -1:1", 1e-12},
    /* twice the target and A, a quarter of eta */
    {ODD, "", "--second-layer 2:1 --schedule 0.525:1.5,0.325:0.7 --target 2*sin(z1)", NAN},
    /* steps of size zero or without samples change nothing, wherever they stand; finite or infinite */
    {ONE, "--schedule 2:1.5,1:3", "--schedule 0:2,2:1.5,0:inf,1:3", 0},
    {ONE, "--schedule 2:1.5,1:3", "--schedule 2:1.5,3:0,1:3,0:0.3", 0},
    {ONE, "--schedule 1:inf,2:2", "--schedule 3:0,1:inf,0:1,2:2", 0},
    {ONE, "--alpha0 0", "--schedule 0:3,0:inf,2:0", 0},
    /* one step, equal steps */
    {ONE, "--eta 2.3 --alpha0 0.83", "--schedule 2.3:0.83", 0},
    {ONE, "--eta 2.3 --alpha0 inf", "--schedule 2.3:inf", 0},
    {ONE, "--eta 1.3 --alpha0 0.83 --steps 3", "--schedule 1.3:0.83,1.3:0.83,1.3:0.83", 0},
    {ONE, "--eta 1.3 --alpha0 0.83 --steps 1", "--schedule 0:3,1.3:0.83", 0},
    /* large batches are infinite */
    {ONE, "--schedule 1.3:inf,2:0.7", "--schedule 1.3:1e7,2:0.7", 1e-6},
    {ONE, "--schedule 1.3:0.7,2:inf", "--schedule 1.3:0.7,2:1e7", 1e-6},
    {ONE, "--schedule 1.3:inf,2:inf", "--schedule 1.3:1e7,2:1e7", 1e-6},
    {ONE " --second-layer 1:0.4,-0.6:0.6", "--schedule 1.3:inf,2:inf", "--schedule 1.3:1e7,2:1e7",
     1e-6},
};

/* Errors of the second, as many times as large as those of the first: 4 where the target is doubled (tol NAN). */
START_TEST(same_training)
{
    const char *common = twins[_i].common;
    double scale = isnan(twins[_i].tol) ? 4 : 1, tol = scale == 4 ? 1e-12 : twins[_i].tol;
    gst_risk one = solved("%s %s", common, twins[_i].one);
    gst_risk other = solved("%s %s", common, twins[_i].other);
    ASSERT_CLOSE(other.excess_risk, scale * one.excess_risk, tol);
    ASSERT_CLOSE(other.test_error, scale * one.test_error, tol);
    ASSERT_CLOSE(other.train_error, scale * one.train_error, tol);
}
END_TEST

/* They do matter: their order, size and number. */
START_TEST(other_trainings)
{
    static const char *const schedules[] = {"2:1.5,1:3",   "1:3,2:1.5",     "2:3,1:1.5", "2:1.5",
                                            "2:1.5,1:3.1", "2:1.5,1:3,1:3", "2:inf,1:3"};
    double excess[COUNT(schedules)];
    for (int i = 0; i < COUNT(schedules); i++) {
        excess[i] = solved("%s --schedule %s", ONE, schedules[i]).excess_risk;
        for (int k = 0; k < i; k++)
            ck_assert_double_gt(fabs(excess[i] - excess[k]), 1e-4);
    }
}
END_TEST

int main(void)
{
    blocks = blocks_read("steps");
    TCase *cases = tcase_create("steps");
    for (int i = 0; i < blocks; i++)
        if (block_has(i, "c"))
            tcase_add_loop_test(cases, reference_numbers, i, i + 1);
    tcase_add_loop_test(cases, same_training, 0, COUNT(twins));
    tcase_add_test(cases, other_trainings);
    return run_cases("steps", cases);
}
