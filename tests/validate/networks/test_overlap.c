/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_overlap.c - empirical U, c, C of a network: against plain sums on rows made by hand, and against the
 * theory of one step.  The statistical test has a fixed seed; 4.5 standard errors, 16 comparisons: false alarm
 * 1e-4. */
#include <stdlib.h>
#include <string.h>

#include "validate/networks/giant_step.h"
#include "tests/network.h"
#include "validate/networks/overlap.h"

enum { D = 7, P = 11 };

/* Rows with large common parts, so that sums that are not centred would lose digits. */
static void make_rows(gst_first_layer *layer)
{
    unsigned long long state = 3;
    fill(&state, P * D, layer->W);
    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < D; j++)
            layer->W[i * D + j] += i < layer->first[1] ? 3.0 : -2.0 - (double)j;
}

static size_t group_size(const gst_first_layer *layer, size_t g)
{
    return layer->first[g + 1] - layer->first[g];
}

/* Mean of w_j (j < D), or of |w - shift|^2 (j = D; shift NULL: 0). */
static long double plain_mean(const gst_first_layer *layer, size_t g, size_t j,
                              const long double *shift)
{
    long double sum = 0;
    for (size_t i = layer->first[g]; i < layer->first[g + 1]; i++) {
        const double *w = layer->W + i * D;
        if (j < D)
            sum += w[j];
        for (size_t k = 0; j == D && k < D; k++)
            sum += powl(w[k] - (shift ? shift[k] : 0), 2);
    }
    return sum / (long double)group_size(layer, g);
}

/* d Cov of (w_0, w_1, |w - row|^2), entry (a, b); row: the mean of the group. */
static long double plain_covariance(const gst_first_layer *layer, size_t g, size_t a, size_t b,
                                    const long double *row)
{
    long double sum = 0, mean = plain_mean(layer, g, D, row);
    for (size_t i = layer->first[g]; i < layer->first[g + 1]; i++) {
        const double *w = layer->W + i * D;
        long double e[3] = {w[0] - row[0], w[1] - row[1], -mean};
        for (size_t j = 0; j < D; j++)
            e[2] += powl(w[j] - row[j], 2);
        sum += e[a] * e[b];
    }
    return D * sum / (long double)(group_size(layer, g) - 1);
}

START_TEST(plain_sums)
{
    network n;
    gst_first_layer layer;
    gst_overlaps o;
    network_make(&n, "--target 'z1 + z1*z2' --second-layer 1:0.6,-1:0.4");
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, P, (gst_random){1, 0}), GST_OK);
    ck_assert_int_eq(gst_overlaps_init(&o, 2, 2), GST_OK);
    make_rows(&layer);
    ck_assert_int_eq(gst_overlaps_measure(&o, &layer), GST_OK);
    for (size_t g = 0; g < 2; g++) {
        const double *U = o.U + g * 2, *C = o.C + g * 9;
        long double row[D];
        double size = (double)group_size(&layer, g);
        for (size_t j = 0; j < D; j++)
            row[j] = plain_mean(&layer, g, j, NULL);
        ck_assert_uint_eq(o.count[g], group_size(&layer, g));
        for (size_t j = 0; j < 2; j++)
            ASSERT_CLOSE(U[j], (double)row[j], 1e-14);
        ASSERT_CLOSE(o.length2[g], (double)plain_mean(&layer, g, D, NULL), 1e-14);
        ASSERT_CLOSE(o.c[g], (double)plain_mean(&layer, g, D, row) * size / (size - 1), 1e-13);
        ASSERT_CLOSE(o.c_error[g], sqrt(C[8] / D / size) * size / (size - 1), 1e-14);
        for (size_t a = 0; a < 3; a++)
            for (size_t b = 0; b < 3; b++)
                ASSERT_NEAR(C[a * 3 + b], (double)plain_covariance(&layer, g, a, b, row), 1e-10);
        ASSERT_CLOSE(o.U_error[g * 2], sqrt(C[0] / D / (double)o.count[g]), 1e-14);
        ck_assert(o.projection[g] >= hypot(U[0], U[1]));
    }
    gst_overlaps_clear(&o);
    ck_assert_int_eq(gst_overlaps_init(&o, 2, 1), GST_OK);
    ck_assert_int_eq(gst_overlaps_measure(&o, &layer), GST_INVALID);
    gst_overlaps_clear(&o);
    gst_overlaps_clear(&o);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* A group of one neuron has no spread, a group of none has nothing. */
START_TEST(small_groups)
{
    network n;
    gst_first_layer layer;
    gst_overlaps o;
    network_make(&n, "--target z1 --second-layer 1:0.5,2:0.4,-1:0.1");
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, 2, (gst_random){1, 0}), GST_OK);
    ck_assert_int_eq(gst_overlaps_init(&o, 3, 1), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    ck_assert_int_eq(gst_overlaps_measure(&o, &layer), GST_OK);
    ck_assert(o.count[0] == 1 && o.count[2] == 0);
    ck_assert(o.U[0] == layer.W[0] && isnan(o.U_error[0]) && isnan(o.C[0]));
    ASSERT_CLOSE(o.length2[0], 1, 1e-14);
    ck_assert(isnan(o.c[0]) && isnan(o.c_error[0]));
    ck_assert(isnan(o.U[2]) && isnan(o.c[2]) && isnan(o.projection[2]) && isnan(o.C[4 * 3 - 1]));
    gst_overlaps_clear(&o);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Case T of the theory note after one step, batch 400 d: U, c within errors and the batch's 1/alpha0. */
START_TEST(one_step)
{
    enum { DIM = 100, WIDTH = 400, RATIO = 400 };
    network n;
    gst_first_layer layer;
    gst_overlaps o;
    network_make(&n, "--activation 'tanh(z+0.5)' --target 'z1 + z1*z2' --second-layer 1:0.5,-1:0.5 "
                     "--eta 2");
    n.problem.training.step[0].alpha0 = RATIO;
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, DIM, WIDTH, (gst_random){6, 0}),
                     GST_OK);
    ck_assert_int_eq(gst_overlaps_init(&o, 2, 2), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_OK);
    ck_assert_int_eq(gst_overlaps_measure(&o, &layer), GST_OK);
    for (size_t g = 0; g < 2; g++) {
        double sign = g == 0 ? 1 : -1, batch = 4 * sqrt(4.0 / RATIO / DIM);
        ASSERT_NEAR(o.U[g * 2], sign * 1.1239858949, 4.5 * (o.U_error[g * 2] + batch));
        ASSERT_NEAR(o.U[g * 2 + 1], 0, 4.5 * (o.U_error[g * 2 + 1] + batch));
        ASSERT_NEAR(o.c[g], 1, 4.5 * o.c_error[g] + 8.0 / RATIO + batch);
        ASSERT_NEAR(o.C[g * 9], 1.1130151996, 4.5 * 1.12 * sqrt(2.0 / (WIDTH / 2)) + 0.1);
    }
    ASSERT_NEAR(o.C[1], -0.6723546672, 4.5 * 1.3 / sqrt(WIDTH / 2.0));
    gst_overlaps_clear(&o);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("overlap");
    tcase_add_test(cases, plain_sums);
    tcase_add_test(cases, small_groups);
    tcase_add_test(cases, one_step);
    return run_cases("overlap", cases);
}
