/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_state.c - a state is what its header says, at order parameters that solve nothing, by plain sums and differences;
 * sections 3 and 6 by their formulas; a solution has its shape. */
#include <string.h>

#include "solver/bulk/isotropic.h"
#include "solver/readout/averages.h"
#include "solver/readout/finite_width.h"
#include "giantstep/model.h"
#include "tests/network.h"

enum { MOST = 16, GROUPS = 3 };

#define SHIFTED "--activation 'tanh(z+0.37)' --target 'sin(z1)+0.3*cos(2*z1)' "

static const char *const cases[] = {
    SHIFTED "--second-layer 1:0.3,-0.6:0.7 --eta 1.7",
    "--activation 'gelu(z-0.2)' --target z1+z1*z2 --steps 2 --eta 1.3",
    "--activation 'erf(z+0.4)' --target z1+0.4*z2 --second-layer 0.7:1,-0.4:2,1.1:1 --eta 2.1",
};

typedef struct {
    network n;
    gst_features *f;
    gst_moments *moments;
    gst_bulk *bulk;
    gst_averages *averages;
    const gst_state *s;
    gst_scaled_point point;
    double x[MOST]; /* positive, near no solution */
} problem;

static void problem_open(problem *p, const char *options)
{
    network_make(&p->n, "%s", options);
    p->f = network_features(&p->n);
    const gst_problem *t = &p->n.problem;
    ck_assert_int_ge(gst_moments_tabulate(&p->moments, p->f, t->activation, t->target, 48, 0), 0);
    ck_assert_int_eq(gst_bulk_isotropic_alloc(&p->bulk, p->f, NULL), GST_OK);
    ck_assert_int_eq(gst_averages_alloc(&p->averages, p->moments, p->bulk, NULL), GST_OK);
    p->s = gst_averages_state(p->averages);
    p->point = gst_scale_point(1.373, 0.83, 0.037, 0.11, 431);
    size_t K = p->s->K;
    ck_assert(p->s->L <= MOST && K <= GROUPS);
    for (size_t g = 0; g < K; g++) {
        p->x[gst_packed_value(K, g)] = 0.6 + 0.17 * (double)g;
        for (size_t h = g; h < K; h++)
            p->x[gst_packed_pair(K, g, h)] = g == h ? 0.8 - 0.1 * (double)g : 0.07;
    }
}

static void problem_clear(problem *p)
{
    gst_averages_free(p->averages);
    gst_bulk_free(p->bulk);
    gst_moments_free(p->moments);
    gst_features_free(p->f);
    network_clear(&p->n);
}

/* Row a of B at node k from the moments. */
static double response(const gst_moments *t, size_t g, size_t h, size_t k)
{
    return t->mu1[g * t->n + k] * t->mu1[h * t->n + k];
}

static double V_at(const problem *p, size_t k)
{
    const gst_moments *t = p->moments;
    double V = 0;
    for (size_t g = 0; g < t->K; g++) {
        V += t->mu2sq[g * t->n + k] * p->x[gst_packed_value(t->K, g)];
        for (size_t h = 0; h < t->K; h++)
            V += response(t, g, h, k) * p->x[gst_packed_pair(t->K, g, h)];
    }
    return V;
}

/* V, weights, V1h and D of theory 3. */
START_TEST(hats_are_averages)
{
    problem p;
    problem_open(&p, cases[_i]);
    const gst_moments *t = p.moments;
    double rho = p.point.rho, V1h[GROUPS][GROUPS] = {{0}}, D[GROUPS] = {0};
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.x), GST_OK);
    ck_assert(p.s->active <= t->n && t->share[p.s->active - 1] > 1e-20);
    ck_assert(p.s->active == t->n || t->share[p.s->active] <= 1e-20);
    for (size_t k = 0; k < t->n; k++) {
        double one = p.point.shift + V_at(&p, k);
        if (k < p.s->active) {
            ASSERT_CLOSE(p.s->weight[k], rho * t->w[k] / one, 1e-13);
            ASSERT_CLOSE(p.s->weight2[k], rho * t->w[k] / (one * one), 1e-13);
        }
        for (size_t g = 0; g < t->K; g++) {
            D[g] += rho * t->w[k] * t->mu2sq[g * t->n + k] / one;
            for (size_t h = 0; h < t->K; h++)
                V1h[g][h] += rho * t->w[k] * response(t, g, h, k) / one;
        }
    }
    for (size_t g = 0; g < t->K; g++) {
        ck_assert_double_eq(gst_state_V2(p.s, g), p.x[gst_packed_value(t->K, g)]);
        ASSERT_CLOSE(p.s->hat[gst_packed_value(t->K, g)], D[g] + p.point.ridge, 1e-12);
        for (size_t h = 0; h < t->K; h++)
            ASSERT_CLOSE(p.s->hat[gst_packed_pair(t->K, g, h)], V1h[g][h], 1e-12);
    }
    problem_clear(&p);
}
END_TEST

/* (I - T') y = b: y is what the difference of the map along y makes b of. */
START_TEST(solve_inverts_the_linearised_map)
{
    const double h = 1e-5;
    problem p;
    problem_open(&p, cases[_i]);
    size_t L = p.s->L;
    double b[MOST], y[MOST], beside[MOST], map[2][MOST];
    for (size_t a = 0; a < L; a++)
        y[a] = b[a] = 0.01 * cos(3.0 * (double)a);
    ck_assert_int_eq(gst_averages_map_sloped(p.averages, &p.point, p.x), GST_OK);
    ck_assert_int_eq(gst_averages_linearise(p.averages), GST_OK);
    gst_state_solve(p.s, y);
    for (int side = 0; side < 2; side++) {
        for (size_t a = 0; a < L; a++)
            beside[a] = p.x[a] + (side ? h : -h) * y[a];
        ck_assert_int_eq(gst_averages_map(p.averages, &p.point, beside), GST_OK);
        memcpy(map[side], p.s->mapped, L * sizeof *map[side]);
    }
    for (size_t a = 0; a < L; a++)
        ASSERT_NEAR(y[a] - (map[1][a] - map[0][a]) / (2 * h), b[a], 1e-8);
    problem_clear(&p);
}
END_TEST

/* The plain map iterated on the state's own x goes to where its residual is rounding. */
START_TEST(map_of_its_own_point)
{
    problem p;
    problem_open(&p, cases[_i]);
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.x), GST_OK);
    double first = gst_state_residual(p.s);
    for (int i = 0; i < 2000; i++)
        ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.s->mapped), GST_OK);
    ck_assert_double_gt(first, 1e-3);
    ck_assert_double_lt(gst_state_residual(p.s), 1e-13);
    double residual = gst_state_residual(p.s);
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.s->x), GST_OK);
    ck_assert_double_eq(gst_state_residual(p.s), residual);
    problem_clear(&p);
}
END_TEST

/* ---- theory 3 and 6 ----------------------------------------------------------------------------- */

/* Ehat = V1h (I + Tc V1h)^{-1}, V2 = pi/(D + c Ehat_gg), V1 = (1/beta) Tc (I + V1h Tc)^{-1}, by residuals. */
START_TEST(isotropic_bulk_by_its_equations)
{
    problem p;
    problem_open(&p, cases[_i]);
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.x), GST_OK);
    gst_isotropic *b = (gst_isotropic *)p.bulk;
    size_t K = p.s->K;
    const double *D = p.s->hat + gst_packed_value(K, 0), *c = p.f->c, beta = p.point.beta;
    double Tc[GROUPS], V2[GROUPS], x[MOST];
    ck_assert_int_eq(gst_isotropic_Ehat(b), GST_OK);
    gst_isotropic_V2(b, D, V2);
    gst_isotropic_V1(b, x);
    for (size_t g = 0; g < K; g++) {
        double solution = p.s->mapped[gst_packed_value(K, g)];
        Tc[g] = beta * c[g] * solution;
        ASSERT_CLOSE(V2[g], solution, 1e-12);
        ASSERT_CLOSE(V2[g] * (D[g] + c[g] * b->E[g * K + g]), p.f->pi[g], 1e-13);
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++) {
            double E = b->E[g * K + h], V1 = beta * x[gst_packed_pair(K, g, h)];
            for (size_t k = 0; k < K; k++) {
                E += b->E[g * K + k] * Tc[k] * b->V1h[k * K + h];
                V1 += beta * x[gst_packed_pair(K, g, k)] * b->V1h[k * K + h] * Tc[h];
            }
            ASSERT_NEAR(E, b->V1h[g * K + h], 1e-13);
            ASSERT_NEAR(V1, g == h ? Tc[g] : 0, 1e-13);
        }
    }
    problem_clear(&p);
}
END_TEST

START_TEST(finite_width_terms)
{
    problem p;
    problem_open(&p, cases[_i]);
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.x), GST_OK);
    for (size_t g = 0; g < p.s->K; g++) {
        double pV2 = 431 * p.x[gst_packed_value(p.s->K, g)], m = 0.7 - (double)g;
        double force = gst_finite_width_force(p.s, g, m), root = gst_finite_width_cost_root(p.s, g);
        ASSERT_CLOSE(gst_finite_width_cost(p.s, g), 1 / pV2, 1e-15);
        ASSERT_CLOSE(root * root, 1 / pV2, 1e-15);
        ASSERT_CLOSE(force, m / pV2, 1e-15);
        ASSERT_CLOSE(gst_finite_width_source(p.s, force), 431 * m * m / (pV2 * pV2), 1e-14);
    }
    p.point.width = INFINITY;
    ck_assert_int_eq(gst_averages_map(p.averages, &p.point, p.x), GST_OK);
    ck_assert(gst_finite_width_cost(p.s, 0) == 0 && gst_finite_width_cost_root(p.s, 0) == 0);
    ck_assert(gst_finite_width_force(p.s, 0, 0.7) == 0 && gst_finite_width_source(p.s, 0) == 0);
    problem_clear(&p);
}
END_TEST

/* ---- solutions ---------------------------------------------------------------------------------- */

/* Each shape in turn wrong by one. */
START_TEST(solution_of_another_shape)
{
    network n;
    gst_risk risk;
    gst_solution *solution;
    size_t shape[3];
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", cases[2]);
    gst_model *model = network_model(&n);
    gst_model_shape(model, &shape[0], &shape[1], &shape[2]);
    for (int wrong = 0; wrong < 4; wrong++) {
        size_t s[3] = {shape[0], shape[1], shape[2]};
        if (wrong < 3)
            s[wrong]++;
        ck_assert_int_eq(gst_solution_alloc(&solution, s[0], s[1], s[2]), GST_OK);
        int status = gst_model_solve(model, &n.point, &options, &risk, solution);
        ck_assert_int_eq(status, wrong < 3 ? GST_INVALID : GST_OK);
        ck_assert(wrong < 3 ? solution->V2[0] == 0 : solution->V2[0] > 0);
        gst_solution_free(solution);
    }
    gst_solution_free(NULL);
    ck_assert_int_eq(gst_solution_alloc(&solution, (size_t)-1, 1, 1), GST_NO_MEMORY);
    ck_assert_ptr_null(solution);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("state");
    tcase_add_loop_test(all, hats_are_averages, 0, COUNT(cases));
    tcase_add_loop_test(all, solve_inverts_the_linearised_map, 0, COUNT(cases));
    tcase_add_loop_test(all, map_of_its_own_point, 0, COUNT(cases));
    tcase_add_loop_test(all, isotropic_bulk_by_its_equations, 0, COUNT(cases));
    tcase_add_loop_test(all, finite_width_terms, 0, COUNT(cases));
    tcase_add_test(all, solution_of_another_shape);
    return run_cases("state", all);
}
