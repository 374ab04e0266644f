/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_edges.c - what ends a bulk and what it weighs: tails of rare samples at n < p, averages with zeros
 * of 1 + V near the axis, sharp features of the density. */
#include <complex.h>
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "solver/readout/averages.h"
#include "solver/spectrum/pole_corrections.h"
#include "giantstep/spectrum.h"
#include "validate/networks/spectrum_simulation.h"

enum { GRID = 100, GROUPS = 8 };

/* ---- averages near a zero of 1 + V -------------------------------------------------------------- */

static gst_averages *tabulate(const network *net, const gst_features *f, gst_bulk *bulk,
                              size_t order, gst_moments **moments)
{
    gst_averages *averages;
    ck_assert_int_ge(
        gst_moments_tabulate(moments, f, net->problem.activation, net->problem.target, order, 0),
        0);
    ck_assert_int_eq(gst_averages_alloc(&averages, *moments, bulk, NULL), GST_OK);
    return averages;
}

/* sum_k w a b/(1+V)^power with (poles) or without what the rule misses; *size: sum of moduli. */
static double complex average(const gst_state *e, const double complex *V, int with_poles,
                              const double *a, const double *b, int power, double *size)
{
    const gst_moments *t = e->moments;
    double *re = malloc(2 * t->n * sizeof *re), *im = re + t->n;
    double complex sum = 0;
    gst_poles poles;
    *size = 0;
    for (size_t k = 0; k < t->n; k++) {
        double complex one = 1;
        for (size_t i = 0; i < e->L; i++)
            one += e->multiplicity[i] * V[i] * e->B[i * t->n + k];
        re[k] = creal(one);
        im[k] = cimag(one);
        double complex term = t->w[k] * a[k] * b[k] / (power == 1 ? one : one * one);
        sum += term;
        *size += cabs(term);
    }
    if (with_poles) {
        ck_assert_int_eq(gst_poles_alloc(&poles, t), GST_OK);
        gst_poles_find(&poles, re, im);
        ck_assert_int_ge((int)poles.count, 1);
        sum += power == 1 ? gst_poles_miss(&poles, a, b) : gst_poles_miss_square(&poles, a, b);
        gst_poles_clear(&poles);
    }
    free(re);
    return sum;
}

/* A coarse mesh with zeros a fraction of a node from the axis, against 12288 intervals alone. */
START_TEST(coarse_mesh_and_poles_are_a_fine_mesh)
{
    static const struct {
        const char *options;
        size_t order;
        double complex V[2];
    } cases[] = {
        {"--activation tanh --target sin --eta 3 --alpha0 inf", 192, {-3 + 0.3 * I, -30 + 1.5 * I}},
        {"--activation tanh --target sin --eta 3 --alpha0 inf", 192, {-3 + 0.3 * I, -300 + 9 * I}},
        {"--activation relu --eta 3 --alpha0 inf", 384, {-2 + 0.1 * I, -200 + 8 * I}},
        {"--activation z+0.3*he2(z) --eta 1 --alpha0 inf",
         192,
         {-0.2 + 0.01 * I, -0.1 + 0.005 * I}},
    };
    network net;
    gst_bulk *bulk;
    gst_moments *coarse_moments, *fine_moments;
    network_make(&net, "%s", cases[_i].options);
    gst_features *f = network_features(&net);
    ck_assert_int_eq(gst_bulk_isotropic_alloc(&bulk, f, NULL), GST_OK);
    gst_averages *coarse_averages = tabulate(&net, f, bulk, cases[_i].order, &coarse_moments);
    gst_averages *fine_averages = tabulate(&net, f, bulk, 12288, &fine_moments);
    const gst_state *coarse = gst_averages_state(coarse_averages);
    const gst_state *fine = gst_averages_state(fine_averages);
    double plain_miss = 0, size, ignored;
    for (size_t a = 0; a < 2; a++) {
        for (int power = 1; power <= 2; power++) {
            const double *x = coarse->B + a * coarse_moments->n, *X = fine->B + a * fine_moments->n;
            double complex exact = average(fine, cases[_i].V, 0, X, X, power, &size);
            double complex found = average(coarse, cases[_i].V, 1, x, x, power, &ignored);
            double complex plain = average(coarse, cases[_i].V, 0, x, x, power, &ignored);
            ck_assert_msg(cabs(found - exact) <= 1e-9 * size, "row %zu, power %d: %g of %g", a,
                          power, cabs(found - exact), size);
            plain_miss = fmax(plain_miss, cabs(plain - exact) / cabs(exact));
        }
    }
    ck_assert_double_gt(plain_miss, 1e-5); /* there was something to miss */
    gst_averages_free(coarse_averages);
    gst_averages_free(fine_averages);
    gst_moments_free(coarse_moments);
    gst_moments_free(fine_moments);
    gst_bulk_free(bulk);
    gst_features_free(f);
    network_clear(&net);
}
END_TEST

/* ---- supports ----------------------------------------------------------------------------------- */

static gst_spectrum *open_spectrum(network *net, const char *options)
{
    gst_message message = {""};
    gst_spectrum *s;
    network_make(net, "%s", options);
    int status = gst_spectrum_alloc(&s, &net->problem, net->point.alpha, net->point.beta, 1e-10,
                                    NULL, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", options, message.text);
    status = gst_spectrum_find(s, &message);
    ck_assert_msg(status == GST_OK, "%s: status %d %s", options, status, message.text);
    return s;
}

/* One bulk each, all rows of its grid ok, mass 1: the density near 0 is a tail, not bands; bulks that nearly touch
 * and narrow features are resolved. */
START_TEST(one_bulk_with_its_mass)
{
    static const struct {
        const char *options;
        gst_edge_kind low, high;
    } cases[] = {
        {"--eta 3 --alpha0 inf --alpha 0.5", GST_EDGE_TAIL, GST_EDGE_ROOT},
        {"--activation erf --eta 3 --alpha0 inf --alpha 0.5", GST_EDGE_TAIL, GST_EDGE_ROOT},
        {"--activation erf --eta 1 --alpha0 inf --alpha 0.5", GST_EDGE_TAIL, GST_EDGE_ROOT},
        {"--activation sigmoid --target relu --eta 5 --alpha0 inf --alpha 0.5", GST_EDGE_TAIL,
         GST_EDGE_ROOT},
        {"--activation relu --second-layer 1:1,2:1,3:1 --spike 2.1,0.4,-1.7 --bulk-variance "
         "1.2,0.9,1.5 --target 'sin(1.4*z1)+0.2*z1^2' --overlap 0.83 --alpha 1.37 --beta 1.21",
         GST_EDGE_ROOT, GST_EDGE_ROOT},
        {"--activation z+0.3*he2(z) --eta 1 --alpha0 inf --alpha 2 --beta 1.1", GST_EDGE_ROOT,
         GST_EDGE_TAIL},
        {"--alpha0 inf --alpha 1.3 --beta 1.3", GST_EDGE_HARD, GST_EDGE_ROOT},
        {"--activation linear --alpha0 0 --alpha 2 --beta 1", GST_EDGE_HARD, GST_EDGE_ROOT},
        {"--activation z+0.3*he2(z) --alpha 0.254 --beta 0.911 --second-layer "
         "1:0.5,-0.7:0.3,0.4:0.2 --alpha0 0",
         GST_EDGE_ROOT, GST_EDGE_ROOT},
    };
    network net;
    double x[GRID], group[GROUPS], below;
    gst_spectrum *s = open_spectrum(&net, cases[_i].options);
    const gst_support *support = gst_spectrum_support(s);
    ck_assert_int_eq((int)support->bulks, 1);
    ck_assert_str_eq(gst_edge_kind_name(support->low_kind[0]), gst_edge_kind_name(cases[_i].low));
    ck_assert_str_eq(gst_edge_kind_name(support->high_kind[0]), gst_edge_kind_name(cases[_i].high));
    ck_assert_double_le(support->edge_error, 2e-7 * support->high[0]);
    ck_assert_double_le(fabs(support->mass - 1), support->mass_error + 1e-9);
    ck_assert_double_le(support->mass_error, 1e-7);
    size_t n = gst_spectrum_grid(support, GRID, x);
    for (size_t i = 0; i < n; i++) {
        gst_spectral_value value = gst_spectrum_density(s, x[i], group);
        ck_assert_msg(value.status == GST_OK && value.value > 0, "%g: %g +- %g", x[i], value.value,
                      value.error);
    }
    gst_spectrum_distribution(s, 1, &support->high[0], &below);
    ASSERT_NEAR(below, support->mass, 1e-12);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* Two bulks that a thin tail of rare samples does not join. */
START_TEST(true_gaps_stay)
{
    network net;
    gst_spectrum *s =
        open_spectrum(&net, "--activation z+0.01*he3(z) --alpha0 0 --alpha 2 --beta 3");
    const gst_support *support = gst_spectrum_support(s);
    ck_assert_int_eq((int)support->bulks, 2);
    for (size_t b = 0; b < 2; b++)
        ck_assert(support->low_kind[b] == GST_EDGE_ROOT && support->high_kind[b] == GST_EDGE_ROOT);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* ---- drawn networks ----------------------------------------------------------------------------- */

/* Eigenvalues of drawn networks below x, deep in the tail and at its rim, against the distribution function.  Seeds
 * are fixed; 4 standard errors over networks plus 1/p: a right program with another seed would fail in less than
 * 1e-3. */
START_TEST(tail_of_drawn_networks)
{
    enum { TRIALS = 40, D = 160, POINTS = 4 };
    static const double x[POINTS] = {1e-4, 1e-3, 1e-2, 0.1};
    network net;
    gst_message message = {""};
    gst_spectrum *s = open_spectrum(&net, "--eta 3 --alpha0 inf --alpha 0.5 --beta 1");
    gst_spectrum_simulation simulation = {
        &net.problem, gst_weights_choose(&net.problem), D, 0.5, 1, 3, GST_PRECISION_DOUBLE, NULL};
    double values[D], theory[POINTS], sum[POINTS] = {0}, square[POINTS] = {0};
    for (size_t i = 0; i < TRIALS; i++) {
        ck_assert_int_eq(gst_spectrum_simulation_run(&simulation, i, values, 0, NULL, &message),
                         GST_OK);
        for (size_t j = 0; j < POINTS; j++) {
            double count = 0;
            for (size_t k = 0; k < D / 2; k++)
                count += values[k] <= x[j];
            sum[j] += count / D;
            square[j] += count / D * count / D;
        }
    }
    gst_spectrum_distribution(s, POINTS, x, theory);
    for (size_t j = 0; j < POINTS; j++) {
        double mean = sum[j] / TRIALS;
        double sem = sqrt((square[j] / TRIALS - mean * mean) / (TRIALS - 1));
        ck_assert_msg(fabs(mean + 0.5 - theory[j]) <= 4 * sem + 1.0 / D,
                      "below %g: %.5f +- %.5f, theory %.5f", x[j], mean, sem, theory[j] - 0.5);
    }
    ck_assert_double_gt(theory[1] - 0.5, 5e-4); /* the tail is seen */
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum edges");
    tcase_set_timeout(cases, 200);
    tcase_add_loop_test(cases, coarse_mesh_and_poles_are_a_fine_mesh, 0, 4);
    tcase_add_loop_test(cases, one_bulk_with_its_mass, 0, 9);
    tcase_add_test(cases, true_gaps_stay);
    tcase_add_test(cases, tail_of_drawn_networks);
    return run_cases("spectrum edges", cases);
}
