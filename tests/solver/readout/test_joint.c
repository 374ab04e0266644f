/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_joint.c - the linearised equations solved with a bulk's own unknowns beside the order parameters: their residual by
 * tangents, and by differences of the map, at order parameters that solve nothing. */
#include <string.h>

#include "solver/readout/averages.h"
#include "tests/network.h"

enum { MOST = 27 };

static const char *const cases[] = {
    "--activation tanh(z+0.3) --target sin(z)+0.4 --second-layer gaussian:6 --eta 1.3 --alpha0 1.7",
    "--activation tanh(z+0.3) --target sin(z)+0.2*z^2 --second-layer gaussian:4 --schedule "
    "1.3:2,2:0.7",
};

typedef struct {
    network n;
    gst_features *f;
    gst_moments *moments;
    gst_bulk *bulk;
    gst_averages *averages;
    const gst_state *s;
    gst_scaled_point point;
    double x[MOST];
} problem;

static void problem_open(problem *p, const char *options)
{
    const gst_label_resolution resolution = {.order = 64, .spikes = 32, .nodes = 24};
    network_make(&p->n, "%s --bulk exact", options);
    p->f = network_features(&p->n);
    const gst_problem *t = &p->n.problem;
    ck_assert_int_ge(gst_moments_tabulate(&p->moments, p->f, t->activation, t->target, 48, 0), 0);
    ck_assert_int_ge(gst_bulk_alloc(&p->bulk, p->f, resolution), 0);
    ck_assert_int_eq(gst_averages_alloc(&p->averages, p->moments, p->bulk, NULL), GST_OK);
    p->s = gst_averages_state(p->averages);
    p->point = gst_scale_point(1.373, 0.83, 0.037, 0.11, 431);
    size_t K = p->s->K;
    ck_assert(p->s->L <= MOST && p->s->joint);
    for (size_t g = 0; g < K; g++) {
        p->x[gst_packed_value(K, g)] = 0.6 + 0.07 * (double)g;
        for (size_t h = g; h < K; h++)
            p->x[gst_packed_pair(K, g, h)] = g == h ? 0.8 - 0.1 * (double)g : 0.02;
    }
    ck_assert_int_eq(gst_averages_map_sloped(p->averages, &p->point, p->x), GST_OK);
    ck_assert_int_eq(gst_averages_linearise(p->averages), GST_OK);
}

static void problem_clear(problem *p)
{
    gst_averages_free(p->averages);
    gst_bulk_free(p->bulk);
    gst_moments_free(p->moments);
    gst_features_free(p->f);
    network_clear(&p->n);
}

/* dhat_a = - sum_b rho E[B_a B_b/(t+V)^2] multiplicity_b y_b. */
static void hats_along(const gst_state *s, const double *y, double *dhat)
{
    size_t n = s->moments->n;
    memset(dhat, 0, s->L * sizeof *dhat);
    for (size_t k = 0; k < s->active; k++) {
        double V = 0;
        for (size_t b = 0; b < s->L; b++)
            V += s->multiplicity[b] * s->B[b * n + k] * y[b];
        for (size_t a = 0; a < s->L; a++)
            dhat[a] -= s->weight2[k] * s->B[a * n + k] * V;
    }
}

static void by_tangents(const problem *p, const double *y, const double *b)
{
    double dhat[MOST], left[MOST];
    hats_along(p->s, y, dhat);
    memcpy(left, y, p->s->L * sizeof *left);
    gst_state_subtract_response(p->s, dhat, left);
    for (size_t a = 0; a < p->s->L; a++)
        ASSERT_NEAR(left[a], b[a], 1e-15);
}

static void by_differences(problem *p, const double *y, const double *b)
{
    const double h = 1e-5;
    size_t L = p->s->L;
    double beside[MOST], map[2][MOST];
    for (int side = 0; side < 2; side++) {
        for (size_t a = 0; a < L; a++)
            beside[a] = p->x[a] + (side ? h : -h) * y[a];
        ck_assert_int_eq(gst_averages_map(p->averages, &p->point, beside), GST_OK);
        memcpy(map[side], p->s->mapped, L * sizeof *map[side]);
    }
    for (size_t a = 0; a < L; a++)
        ASSERT_NEAR(y[a] - (map[1][a] - map[0][a]) / (2 * h), b[a], 1e-8);
}

START_TEST(solutions)
{
    problem p;
    double b[MOST], y[MOST];
    problem_open(&p, cases[_i]);
    for (size_t a = 0; a < p.s->L; a++)
        y[a] = b[a] = 0.01 * cos(3.0 * (double)a);
    gst_state_solve(p.s, y);
    by_tangents(&p, y, b);
    by_differences(&p, y, b);
    problem_clear(&p);
}
END_TEST

int main(void)
{
    TCase *cases_ = tcase_create("joint");
    tcase_add_loop_test(cases_, solutions, 0, COUNT(cases));
    return run_cases("joint", cases_);
}
