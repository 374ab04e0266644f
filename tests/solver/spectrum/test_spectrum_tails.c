/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_tails.c - bulks without an edge: unbounded features, unbounded labels of the batch.  Mass and
 * first moment, which is a trace of the features' covariance, to the tolerance that rows are judged by. */
#include <stdlib.h>

#include "models/training/label_law.h"
#include "models/tables/moments.h"
#include "tests/network.h"
#include "solver/spectrum/resolvent.h"
#include "giantstep/spectrum.h"

#define PI 3.14159265358979323846
/* The Gauss rule is in yt/sqrt(s^2 + yt^2): its high moments are good to about this. */
#define MOMENT_CLOSE 2e-6

/* rho E[c mu1^2 + mu2^2], one group. */
static double trace(const network *net)
{
    gst_moments *t;
    gst_features *f = network_features(net);
    double sum = 0;
    ck_assert_int_ge(
        gst_moments_tabulate(&t, f, net->problem.activation, net->problem.target, 256, 0), 0);
    for (size_t k = 0; k < t->n; k++)
        sum += t->w[k] * (f->c[0] * t->mu1[k] * t->mu1[k] + t->mu2sq[k]);
    gst_moments_free(t);
    gst_features_free(f);
    return sum * net->point.alpha / net->point.beta;
}

START_TEST(mass_and_trace)
{
    static const struct {
        const char *options;
        int intervals; /* the last density rises from 1e-6 to 1 within 5% of x */
    } cases[] = {
        {"--activation z+0.3*he2(z) --alpha0 inf --alpha 2 --beta 1.1", 320},
        {"--activation tanh --target sin --eta 3 --alpha0 2 --noise 0.03 --bulk exact --alpha 2",
         320},
        {"--activation tanh --alpha0 inf --alpha 0.7 --beta 1.3", 2560},
        {"--activation relu --target z1+z1*z2 --alpha0 2 --bulk exact --alpha 1.3", 320},
        {"--activation relu --target z1+0.3*he2(z1) --alpha0 2 --bulk exact --alpha 1.3", 320},
    };
    int intervals = cases[_i].intervals;
    network net;
    gst_spectrum *s;
    gst_message message = {""};
    double mass = 0, mean = 0, group;
    network_make(&net, "%s", cases[_i].options);
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.problem, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    ck_assert_int_ge(gst_spectrum_find(s, &message), 0);
    const gst_support *support = gst_spectrum_support(s);
    ck_assert_int_eq((int)support->bulks, 1);
    ASSERT_NEAR(support->mass, 1, 4e-6);
    double a = sqrt(support->low[0]), b = sqrt(support->high[0]);
    for (int i = 1; i < intervals; i++) {
        double theta = PI * i / intervals, root = a + (b - a) * pow(sin(theta / 2), 2);
        gst_spectral_value v = gst_spectrum_density(s, root * root, &group);
        ck_assert_msg(v.status >= 0 && v.value >= 0 && v.error < 1e-4, "%g: %g +- %g", root * root,
                      v.value, v.error);
        double share = v.value * root * (b - a) * sin(theta) * PI / intervals;
        mass += share;
        mean += share * root * root;
    }
    ASSERT_NEAR(mass + support->atom, 1, 5e-6);
    ASSERT_CLOSE(mean, trace(&net), 2e-5);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* Far out, where nodes are a comb of narrow bands, every density is between its neighbours', up to their errors and what
 * the curve bends by: none is one on which full and companion agree by chance. */
START_TEST(smooth_tails)
{
    static const char *const options[] = {
        "--activation relu --target z1+z1*z2 --alpha0 2 --bulk exact",
        "--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 0.5 --bulk exact --alpha 2 "
        "--noise 0.1"};
    enum { ROWS = 150 };
    network net;
    gst_spectrum *s;
    gst_spectral_value v[ROWS];
    gst_message message = {""};
    double group;
    network_make(&net, "%s", options[_i]);
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.problem, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    ck_assert_int_eq(gst_spectrum_find(s, &message), GST_OK);
    double high = gst_spectrum_support(s)->high[0];
    for (int i = 0; i < ROWS; i++)
        v[i] = gst_spectrum_density(s, high * pow(1.01, i - ROWS), &group);
    for (int i = 1; i + 1 < ROWS; i++) {
        double between = sqrt(v[i - 1].value * v[i + 1].value);
        double error = v[i - 1].error + v[i].error + v[i + 1].error;
        ck_assert_int_eq(v[i].status, GST_OK);
        ck_assert_msg(v[i].value > 0 && fabs(v[i].value - between) <= error + 0.04 * between,
                      "row %d: %g, between them %g, errors %g", i, v[i].value, between, error);
    }
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* The mesh and the Gauss rule are the same law: moments, and averages of 1/(4 + y^2) with every weight. */
START_TEST(mesh_is_the_law)
{
    static const char *const targets[] = {"tanh(z)+0.5*cos(z)", "sin(z)", "z1+0.3*z1*z2"};
    static const double noises[] = {0.3, 0, 0.2};
    network net;
    gst_label_law *gauss, *mesh;
    network_make(&net, "--target '%s'", targets[_i]);
    ck_assert_int_eq(gst_label_law_build(&gauss, net.problem.target, 0.1, noises[_i], 160, 80, 0),
                     GST_OK);
    ck_assert_int_eq(gst_label_law_mesh(&mesh, net.problem.target, 0.1, noises[_i], 160, 400, 0),
                     GST_OK);
    for (size_t e = 0; e <= 4; e++)
        ASSERT_NEAR(mesh->moment[e], gauss->moment[e], MOMENT_CLOSE * (1 + fabs(gauss->moment[e])));
    ck_assert(mesh->terms == gauss->terms && mesh->n > 3 * gauss->n);
    for (size_t f = 0; f < mesh->terms; f++) {
        double a = 0, b = 0;
        for (size_t i = 0; i < mesh->n; i++)
            a += mesh->weight[f * mesh->n + i] / (4 + mesh->y[i] * mesh->y[i]);
        for (size_t i = 0; i < gauss->n; i++)
            b += gauss->weight[f * gauss->n + i] / (4 + gauss->y[i] * gauss->y[i]);
        ASSERT_NEAR(a, b, MOMENT_CLOSE * (1 + fabs(b)));
    }
    gst_label_law_free(gauss);
    gst_label_law_free(mesh);
    network_clear(&net);
}
END_TEST

/* Where the axis can be reached, the value from above is the same. */
START_TEST(from_above)
{
    static const double x[] = {0.6, 1.4, 2.3};
    network net;
    gst_resolution resolution;
    gst_resolvent r;
    double complex V2[4];
    network_make(&net, "--activation relu --spike 2,1,-1,-2");
    gst_features *features = network_features(&net);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, features, 0, 0), GST_OK);
    ck_assert_int_eq(gst_resolvent_alloc(&r, &resolution, 2, 1), GST_OK);
    for (size_t i = 0; i < 3; i++) {
        double error = gst_resolvent_tail(&r, NULL, x[i], 1e-11, V2);
        ck_assert_double_le(error, 1e-7);
        ck_assert_int_eq(gst_resolvent_axis(&r, x[i]), GST_AXIS_INSIDE);
        for (size_t g = 0; g < 4; g++)
            ck_assert_double_le(cabs(V2[g] - gst_resolvent_value(&r, g)), 1e-8);
    }
    gst_resolvent_clear(&r);
    gst_resolution_clear(&resolution);
    gst_features_free(features);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum tails");
    tcase_set_timeout(cases, 300);
    tcase_add_loop_test(cases, mesh_is_the_law, 0, 3);
    tcase_add_test(cases, from_above);
    tcase_add_loop_test(cases, mass_and_trace, 0, 5);
    tcase_add_loop_test(cases, smooth_tails, 0, 2);
    return run_cases("spectrum tails", cases);
}
