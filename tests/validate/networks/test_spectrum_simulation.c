/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_simulation.c - eigenvalues of drawn and trained networks against the theory.
 *
 * Seeds are fixed.  Means over replicates are allowed 4 standard errors plus the O(1/p) or, at an edge,
 * O(p^{-2/3}) that the limit leaves out: a right program with other seeds would fail in less than 1e-4. */
#include <stdlib.h>

#include "tests/network.h"
#include "giantstep/spectrum.h"
#include "validate/networks/spectrum_simulation.h"

enum { ROOM = 8, SIZE_MAX_TEST = 600 };

typedef struct {
    network net;
    gst_spectrum *spectrum;
    gst_spectrum_simulation simulation;
    size_t p, n;
    double values[SIZE_MAX_TEST], below[SIZE_MAX_TEST];
} case_state;

static void open_case(case_state *c, const char *options, size_t d)
{
    gst_message message = {""};
    network_make(&c->net, "%s", options);
    ck_assert_int_eq(gst_spectrum_alloc(&c->spectrum, &c->net.problem, c->net.point.alpha,
                                        c->net.point.beta, 1e-10, NULL, &message),
                     GST_OK);
    ck_assert_int_eq(gst_spectrum_find(c->spectrum, &message), GST_OK);
    c->simulation = (gst_spectrum_simulation){&c->net.problem,
                                              gst_weights_choose(&c->net.problem),
                                              d,
                                              c->net.point.alpha,
                                              c->net.point.beta,
                                              5,
                                              GST_PRECISION_DOUBLE,
                                              NULL};
    ck_assert_int_eq(gst_spectrum_simulation_measure(&c->simulation, &c->p, &c->n, NULL, &message),
                     GST_OK);
}

static void close_case(case_state *c)
{
    gst_spectrum_free(c->spectrum);
    network_clear(&c->net);
}

/* Mean over replicates of the distance of distributions and of the largest eigenvalue but `skip`. */
static void draw(case_state *c, size_t trials, size_t skip, double *distance, double *largest,
                 double *sem)
{
    gst_message message;
    size_t size = c->n < c->p ? c->n : c->p;
    double sum = 0, square = 0;
    *distance = 0;
    for (size_t i = 0; i < trials; i++) {
        ck_assert_int_eq(
            gst_spectrum_simulation_run(&c->simulation, i, c->values, 0, NULL, &message), GST_OK);
        gst_spectrum_distribution(c->spectrum, size, c->values, c->below);
        *distance += gst_spectrum_distance(c->p, size, c->below) / (double)trials;
        double x = c->values[size - 1 - skip];
        sum += x;
        square += x * x;
    }
    *largest = sum / (double)trials;
    *sem = sqrt((square / (double)trials - *largest * *largest) / (double)(trials - 1));
}

/* The largest of p eigenvalues lies below the edge by 1.2 standard deviations of its own, both shrinking like
 * p^{-2/3}; the distance of the distributions shrinks like 1/p. */
START_TEST(edges_and_distance)
{
    static const struct {
        const char *options;
        size_t skip;
    } cases[] = {
        {"--activation tanh --alpha0 0 --alpha 1.9 --beta 1.2", 0},
        {"--activation tanh --target sin --eta 2 --alpha0 1.5 --bulk exact --alpha 1.9 --beta 1.2",
         1},
        {"--activation tanh --alpha0 0 --alpha 0.7 --beta 1.4", 0},
    };
    static const size_t d[] = {60, 240};
    double distance[2], miss[2], largest, sem;
    static case_state c;
    for (size_t i = 0; i < 2; i++) {
        open_case(&c, cases[_i].options, d[i]);
        draw(&c, 20, cases[_i].skip, &distance[i], &largest, &sem);
        const gst_support *s = gst_spectrum_support(c.spectrum);
        miss[i] = s->high[s->bulks - 1] - largest;
        ck_assert_double_gt(miss[i], -4 * sem);
        ck_assert_double_lt(miss[i], 2.5 * sem * sqrt(20) + 4 * sem);
        close_case(&c);
    }
    double shrink = distance[1] / distance[0] * 4, edge = miss[1] / miss[0] * pow(4, 2.0 / 3);
    ck_assert_msg(shrink > 0.6 && shrink < 1.6, "distances %g %g", distance[0], distance[1]);
    ck_assert_msg(edge > 0.3 && edge < 2.0, "misses %g %g", miss[0], miss[1]);
}
END_TEST

/* Outliers and squared overlaps of their eigenvectors. */
START_TEST(outliers_and_overlaps)
{
    static const char *const cases[] = {
        "--activation tanh(z+0.3) --target z1+z1*z2 --second-layer 1:.6,-1:.4 --eta 2 --alpha0 inf "
        "--alpha 2 --beta 1.5",
        "--activation relu --spike 1.5,-0.5 --second-layer 1:0.5,-1:0.5 --alpha 1.2 --beta 1.5",
    };
    enum { TRIALS = 12, TOP = 2 };
    static case_state c;
    gst_message message;
    gst_outlier theory[ROOM];
    gst_simulated_vector vectors[TOP];
    double sum[TOP][4] = {{0}}, square[TOP][4] = {{0}};
    size_t count;
    open_case(&c, cases[_i], 200);
    ck_assert_int_eq(gst_spectrum_outliers(c.spectrum, (double)c.p, ROOM, theory, &count), GST_OK);
    ck_assert_int_ge((int)count, TOP);
    for (size_t i = 0; i < TRIALS; i++) {
        ck_assert_int_eq(
            gst_spectrum_simulation_run(&c.simulation, i, c.values, TOP, vectors, &message),
            GST_OK);
        for (size_t k = 0; k < TOP; k++) {
            double found[] = {vectors[k].value, pow(vectors[k].mean[0], 2),
                              pow(vectors[k].mean[1], 2), pow(vectors[k].spike[0], 2)};
            for (size_t j = 0; j < 4; j++) {
                sum[k][j] += found[j];
                square[k][j] += found[j] * found[j];
            }
        }
    }
    for (size_t k = 0; k < TOP; k++) {
        const gst_outlier *t = &theory[count - TOP + k];
        double want[] = {t->x, pow(t->mean[0], 2), pow(t->mean[1], 2), pow(t->spike[0], 2)};
        for (size_t j = 0; j < 4; j++) {
            double mean = sum[k][j] / TRIALS, size = j == 0 ? want[0] : 1;
            double sem = sqrt((square[k][j] / TRIALS - mean * mean) / (TRIALS - 1));
            ck_assert_msg(fabs(mean - want[j]) <= 4 * sem + 0.01 * size,
                          "outlier %zu, number %zu: %g +- %g, theory %g", k, j, mean, sem, want[j]);
        }
    }
    close_case(&c);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum simulation");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, edges_and_distance, 0, 3);
    tcase_add_loop_test(cases, outliers_and_overlaps, 0, 2);
    return run_cases("spectrum simulation", cases);
}
