/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_complex.c - both bulks at complex hats: equal to the real path on the real axis, and analytic.
 *
 * A hat moved by 1e-20 i carries the derivative of the map in its imaginary part; iterating the complex
 * equations until that has settled shares nothing with the linear solve of the real tangent. */
#include "solver/readout/resolution.h"
#include "tests/network.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_MAX = 32, DIRECTIONS_MAX = 32 };

#define STEP 1e-20
#define CLOSE 1e-11

static const char *const networks[] = {
    "--activation tanh --target sin(z) --eta 2.3 --alpha0 0.83 --noise 0.11 --bulk exact",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.5,-0.7:0.5 --eta 2.3 "
    "--alpha0 0.83 --noise 0.11 --bulk exact",
    "--activation tanh(z+0.4) --target sin(z1)+0.2*z2^2 --second-layer 1:0.3,-0.7:0.5,0.4:0.2 "
    "--eta 1.9 --alpha0 1.31 --bulk exact",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.5,-0.7:0.5 --eta 2.3 "
    "--alpha0 0.83 --noise 0.11 --bulk isotropic",
    "--activation relu --target z1+z1*z2 --second-layer 1:0.4,-1:0.6 --eta 1.1 --alpha0 inf",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--eta 1.3 --second-layer 1:0.4,-0.6:0.6",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --covariance levels:2.3,0.2;0.9,0.5;0.1,0.3 "
    "--alpha0 1.3 --eta 1.3 --noise 0.1 --bulk exact --second-layer 1:0.4,-0.6:0.6",
};

/* One solved level and what the real path says there. */
typedef struct {
    network net;
    gst_features *features;
    gst_resolution resolution;
    double complex hat[LENGTH_MAX], x[LENGTH_MAX];
} solved_level;

static void open_level(solved_level *s, const char *options)
{
    gst_risk risk;
    gst_point point = {1.73, 1.12, 0.037, 0.11, INFINITY};
    gst_solve_options solve = gst_solve_defaults();
    network_make(&s->net, "%s", options);
    s->features = network_features(&s->net);
    ck_assert_int_eq(gst_resolution_alloc(&s->resolution, s->features, 0, 0), GST_OK);
    ck_assert_int_eq(gst_resolution_solve(&s->resolution, &point, &solve, NULL, &risk), GST_OK);
    for (size_t a = 0; a < s->resolution.state->L; a++) {
        s->hat[a] = s->resolution.state->hat[a];
        s->x[a] = s->resolution.state->x[a];
    }
}

static void close_level(solved_level *s)
{
    gst_resolution_clear(&s->resolution);
    gst_features_free(s->features);
    network_clear(&s->net);
}

START_TEST(real_axis)
{
    solved_level s;
    double N[DIRECTIONS_MAX * DIRECTIONS_MAX];
    double complex Nc[DIRECTIONS_MAX * DIRECTIONS_MAX];
    open_level(&s, networks[_i]);
    gst_bulk *bulk = s.resolution.bulk;
    size_t size = bulk->K * (bulk->m + bulk->q + 1);
    ck_assert_int_eq(bulk->type->directions(bulk, N), GST_OK);
    ck_assert_int_eq(bulk->type->map_complex(bulk, 1.12, s.hat, s.x), GST_OK);
    for (size_t a = 0; a < bulk->L; a++)
        ck_assert_double_le(cabs(s.x[a] - s.resolution.state->x[a]), CLOSE * cabs(s.x[a]));
    ck_assert_int_eq(bulk->type->directions_complex(bulk, Nc), GST_OK);
    for (size_t i = 0; i < size * size; i++)
        ck_assert_double_le(cabs(Nc[i] - N[i]), CLOSE * (1.0 + fabs(N[i])));
    close_level(&s);
}
END_TEST

START_TEST(complex_step_is_the_tangent)
{
    solved_level s;
    open_level(&s, networks[_i]);
    gst_bulk *bulk = s.resolution.bulk;
    for (size_t a = 0; a < bulk->L; a++) {
        double direction[LENGTH_MAX] = {0.0}, tangent[LENGTH_MAX];
        double complex hat[LENGTH_MAX], x[LENGTH_MAX];
        direction[a] = 1.0;
        ck_assert_int_eq(bulk->type->tangent(bulk, direction, tangent), GST_OK);
        memcpy(hat, s.hat, sizeof hat);
        memcpy(x, s.x, sizeof x);
        hat[a] += STEP * I;
        ck_assert_int_eq(bulk->type->map_complex(bulk, 1.12, hat, x), GST_OK);
        for (size_t b = 0; b < bulk->L; b++)
            ck_assert_double_le(fabs(cimag(x[b]) / STEP - tangent[b]),
                                CLOSE * (1e-2 + fabs(tangent[b])));
    }
    close_level(&s);
}
END_TEST

/* At D + i e the resolvent's trace V2 has an imaginary part of the opposite sign, in every group. */
START_TEST(stieltjes_sign)
{
    solved_level s;
    open_level(&s, networks[_i]);
    gst_bulk *bulk = s.resolution.bulk;
    size_t first = gst_packed_value(bulk->K, 0);
    for (size_t g = 0; g < bulk->K; g++)
        s.hat[first + g] += 0.3 * I;
    ck_assert_int_eq(bulk->type->map_complex(bulk, 1.12, s.hat, s.x), GST_OK);
    for (size_t g = 0; g < bulk->K; g++)
        ck_assert_double_lt(cimag(s.x[first + g]), 0.0);
    close_level(&s);
}
END_TEST

int main(void)
{
    const int count = sizeof networks / sizeof *networks;
    Suite *suite = suite_create("complex");
    TCase *bulks = tcase_create("bulks");
    tcase_add_loop_test(bulks, real_axis, 0, count);
    tcase_add_loop_test(bulks, complex_step_is_the_tangent, 0, count);
    tcase_add_loop_test(bulks, stieltjes_sign, 0, count);
    suite_add_tcase(suite, bulks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
