/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_tails.c - bulks without an edge: unbounded features, unbounded labels of the batch.  Mass and
 * first moment, which is a trace of the features' covariance, to the tolerance that rows are judged by. */
#include <stdlib.h>

#include "moments.h"
#include "network.h"
#include "spectrum.h"

#define PI 3.14159265358979323846
enum { INTERVALS = 320 };

/* rho E[c mu1^2 + mu2^2], one group. */
static double trace(const network *net)
{
    gst_moments *t;
    gst_features *f = network_features(net);
    double sum = 0;
    ck_assert_int_ge(
        gst_moments_tabulate(&t, f, net->training.activation, net->training.target, 256, 0), 0);
    for (size_t k = 0; k < t->n; k++)
        sum += t->w[k] * (f->c[0] * t->mu1[k] * t->mu1[k] + t->mu2sq[k]);
    gst_moments_free(t);
    gst_features_free(f);
    return sum * net->point.alpha / net->point.beta;
}

START_TEST(mass_and_trace)
{
    static const char *const cases[] = {
        "--activation z+0.3*he2(z) --alpha0 inf --alpha 2 --beta 1.1",
        "--activation tanh --target sin --eta 3 --alpha0 2 --noise 0.03 --bulk exact --alpha 2",
        "--activation tanh --alpha0 inf --alpha 0.7 --beta 1.3",
    };
    network net;
    gst_spectrum *s;
    gst_message message = {""};
    double mass = 0, mean = 0, group;
    network_make(&net, "%s", cases[_i]);
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.training, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    ck_assert_int_ge(gst_spectrum_find(s, &message), 0);
    const gst_support *support = gst_spectrum_support(s);
    ck_assert_int_eq((int)support->bulks, 1);
    ASSERT_NEAR(support->mass, 1, 4e-6);
    double a = sqrt(support->low[0]), b = sqrt(support->high[0]);
    for (int i = 1; i < INTERVALS; i++) {
        double theta = PI * i / INTERVALS, root = a + (b - a) * pow(sin(theta / 2), 2);
        gst_spectral_value v = gst_spectrum_density(s, root * root, &group);
        ck_assert_msg(v.status >= 0 && v.value >= 0 && v.error < 1e-4, "%g: %g +- %g", root * root,
                      v.value, v.error);
        double share = v.value * root * (b - a) * sin(theta) * PI / INTERVALS;
        mass += share;
        mean += share * root * root;
    }
    ASSERT_NEAR(mass + support->atom, 1, 5e-6);
    ASSERT_CLOSE(mean, trace(&net), 2e-5);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum tails");
    tcase_set_timeout(cases, 200);
    tcase_add_loop_test(cases, mass_and_trace, 0, 3);
    return run_cases("spectrum tails", cases);
}
