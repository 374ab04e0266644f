/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_two_step.c - two steps at linear width: closed forms and symmetries, the reference table of theory 13,
 * an independent quadrature, what is refused. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/two_step.h"
#include "giantstep/target.h"
#include "integrals/mesh.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "tests/numbers.h"

enum { L_MAX = GST_TWO_STEP_ORDER_MAX };

#define SINES "sin(2*z)-2*exp(-1.5)*sin(z)"

static gst_target *target_of(const char *text)
{
    gst_message message = {""};
    gst_target *target;
    ck_assert_msg(gst_target_compile(&target, text, &message) == GST_OK, "%s: %s", text,
                  message.text);
    return target;
}

static gst_two_step problem_of(const gst_target *target, double phi, size_t order,
                               gst_second_batch batch)
{
    return (gst_two_step){
        .target = target, .phi = phi, .phi1 = phi, .order = order, .batch = batch};
}

static gst_two_step_overlaps solve(const gst_two_step *problem)
{
    gst_message message = {""};
    gst_two_step_overlaps found;
    int status = gst_two_step_overlaps_compute(problem, 1e-10, &found, &message);
    ck_assert_msg(status == GST_OK, "%s", message.text);
    for (size_t k = 0; k <= problem->order; k++)
        ck_assert_int_eq(found.status[k], GST_OK);
    return found;
}

static gst_two_step_overlaps overlaps_of(const char *text, double phi, double phi1, double noise,
                                         size_t order, gst_second_batch batch)
{
    gst_target *target = target_of(text);
    gst_two_step problem = problem_of(target, phi, order, batch);
    problem.phi1 = phi1;
    problem.noise = noise;
    gst_two_step_overlaps found = solve(&problem);
    gst_target_free(target);
    return found;
}

/* ---- terms -------------------------------------------------------------------------------------- */

START_TEST(exponents_and_their_boundary)
{
    ASSERT_NEAR(gst_two_step_exponent(0.25, 0.4, 2), -0.1, 1e-15);
    ck_assert_int_eq(gst_two_step_separated(2e-9), 1);
    ck_assert_int_eq(gst_two_step_separated(0.5e-9), 0);
    ck_assert_int_eq(gst_two_step_separated(-0.5e-9), 0);
    ck_assert_int_eq(gst_two_step_separated(-2e-9), -1);
    ck_assert_int_eq(gst_two_step_separated(gst_two_step_exponent(0.4, 0.3, 3)), 0);
    ck_assert_uint_eq(gst_two_step_count(0.4, 0.3, 20), 2);
    ck_assert_uint_eq(gst_two_step_count(0.25, 0.4, 20), 1);
    ck_assert_uint_eq(gst_two_step_count(0, 0, 20), 0);
    ck_assert_uint_eq(gst_two_step_count(0.45, 0.499, 20), 9);
    ck_assert_uint_eq(gst_two_step_count(0.45, 0.499, 4), 4);
    ck_assert_uint_eq(gst_two_step_count(0.4999999, 0.499, 1000000000), 4990000 - 1);
}
END_TEST

/* ---- reference table ---------------------------------------------------------------------------- */

static const struct {
    const char *target;
    gst_second_batch batch;
    size_t order;
    double overlap[5], half; /* half a unit of the last digit printed */
} printed[] = {
    {"tanh", GST_BATCH_FRESH, 3, {0.807, 0, 0.066, 0}, 0.51e-3},
    {"tanh", GST_BATCH_REUSED, 3, {0.807, 0, 0.233, 0}, 0.51e-3},
    {"z+h2(z)", GST_BATCH_FRESH, 3, {0.707, 0, 0.105, 0.079}, 0.51e-3},
    {"z+h2(z)", GST_BATCH_REUSED, 3, {0.707, 0.056, 0.194, 0.239}, 0.51e-3},
    {SINES, GST_BATCH_FRESH, 4, {0, 0, 0, 0, 0}, 0},
    {SINES, GST_BATCH_REUSED, 4, {0, 0, 0.2506, 0, 0.0586}, 0.51e-4},
};

START_TEST(reference_overlaps)
{
    gst_two_step_overlaps found =
        overlaps_of(printed[_i].target, 0.5, 0.5, 0, printed[_i].order, printed[_i].batch);
    for (size_t k = 0; k <= printed[_i].order; k++) {
        ASSERT_NEAR(found.overlap[k], printed[_i].overlap[k], printed[_i].half);
        ck_assert(printed[_i].overlap[k] != 0 || found.overlap[k] == 0);
    }
}
END_TEST

/* ---- another quadrature ------------------------------------------------------------------------- */

/* The formulas of theory 9 by a plain sum over z, u and xi, powers of kap, unnormalised. */
typedef struct {
    size_t order;
    double square[2 * L_MAX + 1], z[L_MAX + 1], u[L_MAX + 1], one[L_MAX + 1];
} plain;

static void plain_add(plain *p, double w, double kap, double y, double z, double u)
{
    double power = 1;
    for (size_t k = 0; k <= 2 * p->order; k++, power *= kap) {
        p->square[k] += w * power * y * y;
        if (k > p->order)
            continue;
        p->z[k] += w * power * y * z;
        p->u[k] += w * power * y * u;
        p->one[k] += w * power * y;
    }
}

static double g_of(const gst_target *target, double z)
{
    double value;
    gst_expression_evaluate(gst_target_expression(target), 1, &z, &value, NULL);
    return value;
}

static void plain_moments(plain *p, const gst_two_step *problem)
{
    enum { NODES = 24, CELLS = 520 };
    double x[NODES], w[NODES], C1 = 0, Y2 = problem->noise;
    int reused = problem->batch == GST_BATCH_REUSED;
    ck_assert_int_eq(gst_rule_hermite(NODES, x, w), GST_OK);
    *p = (plain){.order = problem->order};
    for (int pass = 0; pass < 2; pass++) {
        double s = sqrt((reused ? problem->phi : problem->phi1) * Y2);
        for (int i = 0; i <= CELLS; i++) {
            double z = 26.0 * i / CELLS - 13;
            double wz = 26.0 / CELLS * exp(-z * z / 2) / sqrt(2 * acos(-1.0));
            double g = g_of(problem->target, z);
            C1 += pass == 0 ? wz * g * z : 0;
            Y2 += pass == 0 ? wz * g * g : 0;
            for (int a = 0; pass == 1 && a < NODES * NODES; a++) {
                double u = x[a % NODES], y = g + sqrt(problem->noise) * x[a / NODES];
                plain_add(p, wz * w[a % NODES] * w[a / NODES],
                          C1 * z + s * u + (reused ? problem->phi * y : 0), y, z, u);
            }
        }
    }
}

static const char *const analytic[] = {"tanh", "sin(1.3*z)+0.4", "cos(z)+0.5*erf(z)", "z+h2(z)",
                                       SINES,  "he3(z)-0.3*z"};

START_TEST(gram_matrices_by_another_quadrature)
{
    gst_target *target = target_of(analytic[_i / 2]);
    gst_two_step problem = problem_of(target, 0.73, 3, _i % 2 ? GST_BATCH_REUSED : GST_BATCH_FRESH);
    double gram[16], projection[4], phi = problem.phi;
    plain p;
    problem.phi1 = 0.41;
    problem.noise = 0.3;
    plain_moments(&p, &problem);
    ck_assert_int_ge(gst_two_step_gram(&problem, gram, projection, NULL), 0);
    for (size_t j = 0; j < 4; j++) {
        for (size_t k = 0; k < 4; k++) {
            double want = phi * p.square[j + k] + p.z[j] * p.z[k] + p.u[j] * p.u[k];
            if (problem.batch == GST_BATCH_REUSED)
                want += phi * ((j > 0 ? (double)j * p.one[j - 1] * p.square[k] : 0) +
                               (k > 0 ? (double)k * p.one[k - 1] * p.square[j] : 0));
            double scale = phi * sqrt(p.square[2 * j] * p.square[2 * k]);
            ASSERT_NEAR(gram[j * 4 + k], want, 1e-11 * (fabs(want) + scale));
        }
        ASSERT_NEAR(projection[j], p.z[j], 1e-11 * sqrt(p.square[2 * j]));
    }
    gst_target_free(target);
}
END_TEST

/* The overlaps, by Hermite polynomials, are those of the Cholesky factor of that Gram matrix of powers. */
START_TEST(overlaps_are_those_of_the_gram_matrix)
{
    enum { N = 5 };
    gst_target *target = target_of(analytic[_i / 2]);
    gst_two_step problem =
        problem_of(target, 0.73, N - 1, _i % 2 ? GST_BATCH_REUSED : GST_BATCH_FRESH);
    double G[N * N], t[N], sum = 0;
    problem.noise = 0.1;
    ck_assert_int_ge(gst_two_step_gram(&problem, G, t, NULL), 0);
    gst_two_step_overlaps found = solve(&problem);
    for (size_t k = 0; k < N; k++) {
        for (size_t j = 0; j <= k; j++) {
            for (size_t i = 0; i < j; i++)
                G[k * N + j] -= G[k * N + i] * G[j * N + i];
            if (j < k)
                t[k] -= (G[k * N + j] /= G[j * N + j]) * t[j];
        }
        G[k * N + k] = sqrt(G[k * N + k]);
        t[k] /= G[k * N + k];
        ASSERT_NEAR(found.overlap[k], fabs(t[k]), 1e-8);
        sum += found.overlap[k] * found.overlap[k];
    }
    ck_assert(sum < 1);
    gst_target_free(target);
}
END_TEST

/* ---- closed forms and symmetries ---------------------------------------------------------------- */

/* b_0 = C1 w* + noise of variance phi Y2, fresh or not. */
START_TEST(first_direction)
{
    gst_second_batch batch = _i ? GST_BATCH_REUSED : GST_BATCH_FRESH;
    gst_two_step_overlaps found = overlaps_of("relu(z)", 1.37, 0.61, 0.29, 2, batch);
    ASSERT_CLOSE(found.overlap[0], 0.5 / sqrt(0.25 + 1.37 * (0.5 + 0.29)), 1e-12);
}
END_TEST

/* y -> c y changes nothing; a rotated single index is a single index. */
START_TEST(scale_and_rotation)
{
    gst_second_batch batch = _i ? GST_BATCH_REUSED : GST_BATCH_FRESH;
    gst_two_step_overlaps one = overlaps_of("tanh(1.25*z+0.3)", 0.7, 0.9, 0.04, 3, batch);
    gst_two_step_overlaps scaled = overlaps_of("1e3*tanh(1.25*z+0.3)", 0.7, 0.9, 4e4, 3, batch);
    gst_two_step_overlaps turned = overlaps_of("tanh(0.75*z1-z4+0.3)", 0.7, 0.9, 0.04, 3, batch);
    for (size_t k = 0; k <= 3; k++) {
        ck_assert(one.overlap[k] > 1e-3);
        ASSERT_NEAR(one.overlap[k], scaled.overlap[k], 1e-11);
        ASSERT_NEAR(one.overlap[k], turned.overlap[k], 1e-11);
    }
}
END_TEST

/* Fresh batches with C1 = 0, and targets that are even in all their variables even when the batch is used
 * again: every alignment vanishes exactly. */
static const struct {
    const char *target;
    int reused;
} blind[] = {
    {SINES, 0}, {"he3(z)", 0}, {"h2", 0},           {"z1*z2", 0},  {"abs(z)", 0},
    {"h2", 1},  {"abs(z)", 1}, {"cos(2*z)+z^2", 1}, {"he4(z)", 1}, {"cos(z1)*z2^2", 1},
};

START_TEST(blind_targets)
{
    gst_second_batch batch = blind[_i].reused ? GST_BATCH_REUSED : GST_BATCH_FRESH;
    gst_two_step_overlaps found = overlaps_of(blind[_i].target, 0.5, 0.8, 0.1, 5, batch);
    for (size_t k = 0; k <= 5; k++)
        ck_assert_msg(found.overlap[k] == 0, "%s: k = %zu: %g", blind[_i].target, k,
                      found.overlap[k]);
}
END_TEST

/* What reuse buys: an odd target of information exponent 3 at even k only. */
START_TEST(reuse_aligns)
{
    gst_two_step_overlaps found = overlaps_of(SINES, 1.2, 1.2, 0.2, 6, GST_BATCH_REUSED);
    for (size_t k = 0; k <= 6; k++)
        ck_assert(k >= 2 && k % 2 == 0 ? found.overlap[k] > 1e-3 : found.overlap[k] == 0);
}
END_TEST

/* Large samples, fresh: b_0 is w*, and nothing is left for the others; with reuse as well. */
START_TEST(large_samples)
{
    gst_second_batch batch = _i ? GST_BATCH_REUSED : GST_BATCH_FRESH;
    gst_two_step_overlaps found = overlaps_of("tanh(z)+0.3*cos(z)", 1e-6, 1e-6, 0.1, 2, batch);
    ASSERT_NEAR(found.overlap[0], 1, 1e-5);
    ck_assert(found.overlap[1] < 2e-3 && found.overlap[2] < 2e-3);
}
END_TEST

/* ---- what is refused ---------------------------------------------------------------------------- */

/* E y^{2L+2} of exp(z^2/20) is finite for L = 3 only; fresh batches only need E y^2. */
START_TEST(divergent_moments)
{
    gst_target *target = target_of("exp(z^2/20)");
    gst_message message = {""};
    gst_two_step_overlaps found;
    gst_two_step problem = problem_of(target, 0.5, 3, GST_BATCH_REUSED);
    ck_assert_int_eq(gst_two_step_overlaps_compute(&problem, 1e-10, &found, &message), GST_OK);
    problem.order = 4;
    ck_assert_int_eq(gst_two_step_overlaps_compute(&problem, 1e-10, &found, &message), GST_INVALID);
    ck_assert(strstr(message.text, "E[kappa^8 y^2]") != NULL);
    problem.batch = GST_BATCH_FRESH;
    ck_assert_int_eq(gst_two_step_overlaps_compute(&problem, 1e-10, &found, &message), GST_OK);
    gst_target_free(target);
}
END_TEST

START_TEST(bad_problems)
{
    gst_target *target = target_of("sin");
    const gst_two_step good = problem_of(target, 0.5, 3, GST_BATCH_FRESH);
    gst_two_step bad[5] = {good, good, good, good, good};
    static const char *const names[5] = {"phi: ", "phi1: ", "noise: ", "order: ", "order: "};
    struct {
        gst_two_step_overlaps found;
        int after[4]; /* is not written to, however large the order */
    } box = {.after = {7, 7, 7, 7}};
    bad[0].phi = 0;
    bad[1].phi1 = NAN;
    bad[2].noise = -1e-9;
    bad[3].order = 0;
    bad[4].order = L_MAX + 1;
    for (int i = 0; i < 5; i++) {
        gst_message message = {""};
        ck_assert_int_eq(gst_two_step_overlaps_compute(&bad[i], 1e-10, &box.found, &message),
                         GST_INVALID);
        for (int j = 0; j < 4; j++)
            ck_assert_int_eq(box.after[j], 7);
        for (int k = 0; k <= L_MAX; k++)
            ck_assert(box.found.status[k] == GST_FAILED && isnan(box.found.overlap[k]));
        ck_assert_msg(strncmp(message.text, names[i], strlen(names[i])) == 0, "%s", message.text);
    }
    gst_target_free(target);
}
END_TEST

START_TEST(heavy_targets)
{
    static const struct {
        const char *text;
        int heavy;
    } known[] = {{"tanh", 0},   {"z+h2(z)", 0},  {"he3(z)", 1},     {"z1*z2*z3", 1},
                 {"exp(z)", 1}, {"z1*z2", 0},    {"tanh(z)^3", 0},  {"relu(z)", 0},
                 {"z^8", 1},    {"sin(z)*z", 0}, {"z^3/(1+z^2)", 0}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        gst_target *target = target_of(known[i].text);
        ck_assert_msg(gst_two_step_is_heavy(target) == known[i].heavy, "%s", known[i].text);
        gst_target_free(target);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("two steps");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, exponents_and_their_boundary);
    tcase_add_loop_test(cases, reference_overlaps, 0, COUNT(printed));
    tcase_add_loop_test(cases, gram_matrices_by_another_quadrature, 0, 2 * COUNT(analytic));
    tcase_add_loop_test(cases, overlaps_are_those_of_the_gram_matrix, 0, 2 * COUNT(analytic));
    tcase_add_loop_test(cases, first_direction, 0, 2);
    tcase_add_loop_test(cases, scale_and_rotation, 0, 2);
    tcase_add_loop_test(cases, blind_targets, 0, COUNT(blind));
    tcase_add_test(cases, reuse_aligns);
    tcase_add_loop_test(cases, large_samples, 0, 2);
    tcase_add_test(cases, divergent_moments);
    tcase_add_test(cases, bad_problems);
    tcase_add_test(cases, heavy_targets);
    return run_cases("two steps", cases);
}
