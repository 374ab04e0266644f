/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chain.c - the trained bulk at random hats: its tangent, the special directions and their tangent, each
 * against differences of the map and against complex steps; symmetry, singular V1h, starts. */
#include <complex.h>
#include <stdlib.h>
#include <string.h>

#include "solver/bulk/bulk.h"
#include "tests/network.h"

enum { GROUPS = 6, LENGTH = 27, SIZE = GROUPS * 4, TRIALS = 4 };

#define STEP 1e-20

static const char *const networks[] = {
    "--activation tanh --target sin(z) --eta 2.3 --alpha0 0.83 --noise 0.11",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --eta 2.1 --alpha0 0.41",
    "--activation erf(1.3*z) --target sin(z)+0.4 --second-layer 1:0.4,-1:0.6 --eta -1.7 --alpha0 "
    "3.1",
    "--activation tanh(z+0.4) --target z1+z1*tanh(z2) --second-layer 1:0.3,-0.7:0.7 --eta 1.6 "
    "--alpha0 1.31 --noise 0.2",
    "--activation softplus(z) --target cos(z)+z --second-layer 1:0.3,-0.7:0.5,0.4:0.2 --eta 0.9 "
    "--alpha0 0.6",
    "--activation tanh --target sin(z1)+0.2*z2^2 --second-layer 1:0.3,-0.7:0.5,0.4:0.2 --eta 2.9 "
    "--alpha0 7.3 --noise 0.1",
    /* several steps */
    "--activation tanh --target sin(z) --steps 2 --eta 2.3 --alpha0 0.83 --noise 0.11",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --steps 3 --eta 1.6 --alpha0 1.7",
    "--activation tanh(z+0.3) --target sin(z)+0.5*z^2 --schedule 2:1.5,1:inf,3:4 --noise 0.2",
    "--activation tanh(z+0.3) --target sin(z)+0.4 --second-layer 1:0.4,-0.6:0.6 --schedule "
    "1.3:inf,2:0.7",
    "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:0.6,-1:0.4 --schedule 2:5,1:3",
    /* many unknowns: by products */
    "--activation tanh(z+0.3) --target sin(z)+0.4 --second-layer gaussian:6 --eta 1.3 --alpha0 1.7",
    "--activation tanh(z+0.3) --target sin(z)+0.2*z^2 --second-layer gaussian:4 --schedule "
    "1.3:2,2:0.7",
    /* inputs of any covariance: the spectral and the coloured bulk */
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--alpha0 0 --second-layer 1:0.4,-0.6:0.6",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--steps 2 --eta 1.3",
    "--activation tanh(z+0.3) --target z1+z1*tanh(z2) --covariance power:0.7:0.05 "
    "--second-layer 1:0.3,-0.7:0.7 --eta 1.6",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--alpha0 1.3 --eta 1.3 --noise 0.1",
    "--activation tanh(z+0.3) --target z1+z1*tanh(z2) --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--second-layer 1:0.3,-0.7:0.7 --eta 1.6 --alpha0 2.2",
};

typedef struct {
    network net;
    gst_features *f;
    gst_bulk *bulk;
    size_t K, L, n;
    double beta, hat[LENGTH], x[LENGTH];
} bulk_case;

static void bulk_open(bulk_case *b, const char *options)
{
    network_make(&b->net, "%s --bulk exact", options);
    b->f = network_features(&b->net);
    b->K = b->f->K;
    b->L = gst_packed_length(b->K);
    b->n = b->K * (b->f->m + b->f->q + 1);
    ck_assert(b->L <= LENGTH && b->n <= SIZE);
    const gst_label_resolution resolution = {.order = 128, .spikes = 48, .nodes = 40};
    ck_assert_int_ge(gst_bulk_alloc(&b->bulk, b->f, resolution), 0);
}

static void bulk_close(bulk_case *b)
{
    gst_bulk_free(b->bulk);
    gst_features_free(b->f);
    network_clear(&b->net);
}

/* A random hat with V1h of the given rank, and the map there from a cold start. */
static void draw(bulk_case *b, unsigned long long *state, size_t rank)
{
    double V1h[GROUPS * GROUPS];
    fill_square(state, b->K, rank, 0, V1h);
    for (size_t g = 0; g < b->K; g++) {
        for (size_t h = g; h < b->K; h++)
            b->hat[gst_packed_pair(b->K, g, h)] = V1h[g * b->K + h];
        b->hat[gst_packed_value(b->K, g)] = 0.05 + uniform(state);
    }
    b->beta = 0.4 + 2 * uniform(state);
    memset(b->x, 0, sizeof b->x);
    ck_assert_int_eq(b->bulk->type->map(b->bulk, b->beta, b->hat, b->x), GST_OK);
}

/* The map at hat + t direction. */
static void map_at(bulk_case *b, double t, const double *direction, double *x)
{
    double hat[LENGTH];
    for (size_t a = 0; a < b->L; a++)
        hat[a] = b->hat[a] + t * direction[a];
    memcpy(x, b->x, b->L * sizeof *x);
    ck_assert_int_eq(b->bulk->type->map(b->bulk, b->beta, hat, x), GST_OK);
}

/* (8 (f(t) - f(-t)) - (f(2t) - f(-2t)))/(12 t) from the four values. */
static double slope_of(const double *f, double t)
{
    return (8 * (f[0] - f[1]) - (f[2] - f[3])) / (12 * t);
}

static const double places[4] = {1, -1, 2, -2};

START_TEST(tangent_is_the_slope_of_the_map)
{
    unsigned long long state = 145 + (unsigned)_i;
    const double t = 1e-3;
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double direction[LENGTH], dx[LENGTH], x[4][LENGTH];
        draw(&b, &state, b.K);
        fill(&state, b.L, direction);
        ck_assert_int_eq(b.bulk->type->tangent(b.bulk, direction, dx), GST_OK);
        for (size_t i = 0; i < 4; i++)
            map_at(&b, places[i] * t, direction, x[i]);
        for (size_t a = 0; a < b.L; a++) {
            const double f[4] = {x[0][a], x[1][a], x[2][a], x[3][a]};
            double slope = slope_of(f, t);
            ASSERT_NEAR(dx[a], slope, 1e-6 * (1 + fabs(slope)));
        }
    }
    bulk_close(&b);
}
END_TEST

/* mult_a d x_a/d hat_b is symmetric: x is the gradient of a function of the hats. */
START_TEST(tangent_is_symmetric)
{
    unsigned long long state = 345 + (unsigned)_i;
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t trial = 0; trial < 2 * TRIALS; trial++) {
        double T[LENGTH * LENGTH], column[LENGTH];
        draw(&b, &state, trial % 2 ? b.K : 1);
        for (size_t a = 0; a < b.L; a++) {
            double unit[LENGTH] = {0};
            unit[a] = 1;
            ck_assert_int_eq(b.bulk->type->tangent(b.bulk, unit, column), GST_OK);
            for (size_t c = 0; c < b.L; c++)
                T[c * b.L + a] = column[c] * gst_packed_multiplicity(b.K, c);
            ck_assert_double_lt(column[a], 0);
        }
        for (size_t a = 0; a < b.L; a++) {
            for (size_t c = 0; c < a; c++)
                ASSERT_NEAR(T[a * b.L + c], T[c * b.L + a],
                            1e-11 * (fabs(T[a * b.L + a]) + fabs(T[c * b.L + c])));
        }
    }
    bulk_close(&b);
}
END_TEST

/* ---- special directions ------------------------------------------------------------------------- */

static double form(const bulk_case *b, const double *N, const double *fields)
{
    double S = 0;
    for (size_t k = 0; k < b->n * b->n; k++)
        S += fields[k / b->n] * N[k] * fields[k % b->n];
    return S;
}

START_TEST(directions_tangent_is_the_slope_of_the_form)
{
    unsigned long long state = 245 + (unsigned)_i;
    const double t = 1e-3;
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double N[SIZE * SIZE], fields[SIZE], gradient[LENGTH], x[LENGTH], S[4];
        draw(&b, &state, trial % 2 ? b.K : 1);
        fill(&state, b.n, fields);
        ck_assert_int_eq(b.bulk->type->directions(b.bulk, N), GST_OK);
        for (size_t i = 0; i < b.n; i++) {
            for (size_t j = 0; j < i; j++)
                ck_assert_double_eq(N[i * b.n + j], N[j * b.n + i]);
        }
        ck_assert_double_gt(form(&b, N, fields), 0);
        ck_assert_int_eq(b.bulk->type->directions_tangent(b.bulk, fields, gradient), GST_OK);
        for (size_t a = 0; a < b.L; a++) {
            double direction[LENGTH] = {0};
            direction[a] = b.hat[a] != 0 ? b.hat[a] : 1;
            for (size_t i = 0; i < 4; i++) {
                map_at(&b, places[i] * t, direction, x);
                ck_assert_int_eq(b.bulk->type->directions(b.bulk, N), GST_OK);
                S[i] = form(&b, N, fields);
            }
            double slope = slope_of(S, t) / direction[a];
            ASSERT_NEAR(gradient[a], slope, 1e-6 * (1 + fabs(slope) + fabs(S[0] / direction[a])));
        }
    }
    bulk_close(&b);
}
END_TEST

/* ---- complex hats ------------------------------------------------------------------------------- */

/* Map and form at hat + i STEP unit_a, iterated in complex numbers from the real solution. */
static void complex_step(bulk_case *b, size_t a, const double *fields, double complex *x,
                         double complex *S)
{
    double complex hat[LENGTH], N[SIZE * SIZE];
    for (size_t c = 0; c < b->L; c++) {
        hat[c] = b->hat[c];
        x[c] = b->x[c];
    }
    hat[a] += STEP * I;
    ck_assert_int_eq(b->bulk->type->map_complex(b->bulk, b->beta, hat, x), GST_OK);
    ck_assert_int_eq(b->bulk->type->directions_complex(b->bulk, N), GST_OK);
    *S = 0;
    for (size_t k = 0; k < b->n * b->n; k++)
        *S += fields[k / b->n] * N[k] * fields[k % b->n];
}

/* The real path, and both tangents, by a route that shares neither their Newton iteration nor their linear
 * solves. */
START_TEST(complex_steps)
{
    unsigned long long state = 445 + (unsigned)_i;
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double N[SIZE * SIZE], fields[SIZE], gradient[LENGTH], dx[LENGTH];
        draw(&b, &state, trial % 2 ? b.K : 1);
        fill(&state, b.n, fields);
        ck_assert_int_eq(b.bulk->type->directions(b.bulk, N), GST_OK);
        double S = form(&b, N, fields);
        ck_assert_int_eq(b.bulk->type->directions_tangent(b.bulk, fields, gradient), GST_OK);
        for (size_t a = 0; a < b.L; a++) {
            double unit[LENGTH] = {0};
            double complex x[LENGTH], Sc;
            unit[a] = 1;
            ck_assert_int_eq(b.bulk->type->tangent(b.bulk, unit, dx), GST_OK);
            complex_step(&b, a, fields, x, &Sc);
            ASSERT_NEAR(creal(Sc), S, 1e-11 * S);
            ASSERT_NEAR(cimag(Sc) / STEP, gradient[a], 1e-9 * (1 + fabs(gradient[a])));
            for (size_t c = 0; c < b.L; c++) {
                ASSERT_NEAR(creal(x[c]), b.x[c], 1e-12 * (1 + fabs(b.x[c])));
                ASSERT_NEAR(cimag(x[c]) / STEP, dx[c], 1e-9 * (1 + fabs(dx[c])));
            }
        }
    }
    bulk_close(&b);
}
END_TEST

/* ---- starts ------------------------------------------------------------------------------------- */

/* From anywhere, after any other point: the cold answer. */
START_TEST(answers_do_not_depend_on_the_start)
{
    unsigned long long state = 545 + (unsigned)_i;
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t trial = 0; trial < 3 * TRIALS; trial++) {
        double cold[LENGTH], hat[LENGTH], beta, elsewhere[LENGTH];
        draw(&b, &state, b.K);
        memcpy(cold, b.x, sizeof cold);
        memcpy(hat, b.hat, sizeof hat);
        beta = b.beta;
        draw(&b, &state, b.K);
        for (size_t a = 0; a < b.L; a++)
            elsewhere[a] = b.x[a] * pow(10, 4 * uniform(&state) - 2);
        ck_assert_int_eq(b.bulk->type->map(b.bulk, beta, hat, elsewhere), GST_OK);
        for (size_t a = 0; a < b.L; a++)
            ASSERT_NEAR(elsewhere[a], cold[a], 1e-12 * (1 + fabs(cold[a])));
    }
    bulk_close(&b);
}
END_TEST

/* No batch can give D = nan or a negative D a number. */
START_TEST(bad_hats_fail)
{
    unsigned long long state = 645;
    const double bad[] = {NAN, -1, 0, INFINITY};
    bulk_case b;
    bulk_open(&b, networks[_i]);
    for (size_t i = 0; i < 4; i++) {
        double x[LENGTH] = {0};
        draw(&b, &state, b.K);
        b.hat[gst_packed_value(b.K, 0)] = bad[i];
        ck_assert_int_eq(b.bulk->type->map(b.bulk, b.beta, b.hat, x), GST_FAILED);
    }
    bulk_close(&b);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("chain");
    const int count = COUNT(networks);
    tcase_add_loop_test(cases, tangent_is_the_slope_of_the_map, 0, count);
    tcase_add_loop_test(cases, tangent_is_symmetric, 0, count);
    tcase_add_loop_test(cases, directions_tangent_is_the_slope_of_the_form, 0, count);
    tcase_add_loop_test(cases, complex_steps, 0, count);
    tcase_add_loop_test(cases, answers_do_not_depend_on_the_start, 0, count);
    tcase_add_loop_test(cases, bad_hats_fail, 0, count);
    return run_cases("chain", cases);
}
