/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum.c - the spectrum of the features: closed forms, equations solved by another route, moments,
 * reference numbers. */
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "solver/spectrum/resolvent.h"
#include "giantstep/spectrum.h"

#define PI 3.14159265358979323846
enum { INTERVALS = 400, GROUPS = 8, ROOM = 16 };

static const char relu_case[] =
    "--activation relu --spike 2,1,-1,-2 --bulk exact --alpha 2 --beta 1";
static const char batch_case[] =
    "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 --eta 3 "
    "--alpha0 0.5 --noise 0.02 --bulk exact --alpha 2 --beta 1";

typedef struct {
    network net;
    gst_spectrum *spectrum;
    const gst_support *support;
    int status; /* of the support */
} opened;

static void open_spectrum(opened *o, const char *options)
{
    gst_message message = {""};
    network_make(&o->net, "%s", options);
    int status = gst_spectrum_alloc(&o->spectrum, &o->net.problem, o->net.point.alpha,
                                    o->net.point.beta, 1e-10, NULL, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", options, message.text);
    o->status = gst_spectrum_find(o->spectrum, &message);
    ck_assert_msg(o->status >= 0, "%s: %s", options, message.text);
    o->support = gst_spectrum_support(o->spectrum);
    size_t K, m;
    gst_features *f = network_features(&o->net);
    gst_spectrum_shape(o->spectrum, &K, &m);
    ck_assert(K == f->K && m == f->m);
    gst_features_free(f);
}

static void close_spectrum(opened *o)
{
    gst_spectrum_free(o->spectrum);
    network_clear(&o->net);
}

static double density_at(opened *o, double x)
{
    double group[GROUPS];
    gst_spectral_value value = gst_spectrum_density(o->spectrum, x, group);
    ck_assert_int_eq(value.status, GST_OK);
    return value.value;
}

/* ---- closed forms ------------------------------------------------------------------------------- */

/* mu1 = 0: independent features of variance 2, Phi^T Phi/p = 2 rho times a sample covariance of ratio 1/rho. */
START_TEST(marchenko_pastur)
{
    opened o;
    double rho = 1.373, scale = 2 * rho, root = 1 / sqrt(rho);
    double low = scale * (1 - root) * (1 - root), high = scale * (1 + root) * (1 + root);
    open_spectrum(&o, "--activation he2 --alpha0 0 --alpha 1.373 --beta 1");
    ck_assert_int_eq((int)o.support->bulks, 1);
    ASSERT_CLOSE(o.support->low[0], low, 1e-11);
    ASSERT_CLOSE(o.support->high[0], high, 1e-11);
    for (int i = 1; i < 40; i++) {
        double x = low + (high - low) * i / 40.0;
        double exact = rho * sqrt((high - x) * (x - low)) / (2 * PI * scale * x);
        ASSERT_CLOSE(density_at(&o, x), exact, 1e-10);
    }
    ck_assert(density_at(&o, low * 0.999) == 0 && density_at(&o, high * 1.001) == 0);
    close_spectrum(&o);
}
END_TEST

/* Roots of (1-t)(1-beta t)(rho-t) = -x t by simultaneous iteration; the imaginary part of the complex pair. */
static double cubic_imaginary(double rho, double beta, double x)
{
    double complex t[3] = {0.4 + 0.9 * I, -0.65 + 0.72 * I, 1.3 - 0.2 * I};
    double largest = 0;
    for (int pass = 0; pass < 500; pass++) {
        for (int i = 0; i < 3; i++) {
            double complex f = (1 - t[i]) * (1 - beta * t[i]) * (rho - t[i]) + x * t[i];
            t[i] -= f / (-beta * (t[i] - t[(i + 1) % 3]) * (t[i] - t[(i + 2) % 3]));
        }
    }
    for (int i = 0; i < 3; i++)
        largest = fmax(largest, cimag(t[i]));
    return largest;
}

/* Linear features are X W^T: with t = 1 - lambda V2, (1-t)(1-beta t)(rho-t) = lambda t; atom where p > d. */
START_TEST(product_of_gaussians)
{
    static const double cases[][2] = {{2.1, 0.7}, {1.7, 1.9}, {0.6, 1.2}};
    double alpha = cases[_i][0], beta = cases[_i][1], rho = alpha / beta;
    char options[128];
    opened o;
    snprintf(options, sizeof options, "--activation linear --alpha0 0 --alpha %g --beta %g", alpha,
             beta);
    open_spectrum(&o, options);
    ASSERT_NEAR(o.support->atom, 1 - fmin(1, fmin(1 / beta, rho)), 1e-14);
    ASSERT_NEAR(o.support->mass, 1, 1e-10);
    for (int i = 1; i < 20; i++) {
        double x = o.support->low[0] + (o.support->high[0] - o.support->low[0]) * i / 20.0;
        ASSERT_CLOSE(density_at(&o, x), cubic_imaginary(rho, beta, x) / (PI * x), 1e-10);
    }
    close_spectrum(&o);
}
END_TEST

/* ---- the equations by another route -------------------------------------------------------------- */

static const char *const networks[] = {
    "--activation relu --spike 2,1,-1,-2 --second-layer 1:0.2,1:0.3,1:0.4,1:0.1",
    "--activation relu --target z1+z1*z2 --second-layer 1:0.4,-1:0.6 --eta 1.1 --alpha0 inf",
    "--activation tanh --target sin(z) --eta 2.3 --alpha0 0.83 --noise 0.11 --bulk exact",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.5,-0.7:0.5 --eta 2.3 "
    "--alpha0 0.83 --noise 0.11 --bulk exact",
    "--activation tanh(z+0.4) --target sin(z1)+0.2*z2^2 --second-layer 1:0.3,-0.7:0.5,0.4:0.2 "
    "--eta 1.9 --alpha0 1.31 --bulk exact",
};

/* At the hats of Newton's solution the damped iteration of the bulk alone must come back to it; and the
 * rate is the derivative. */
START_TEST(newton_solves_the_bulk)
{
    network net;
    gst_resolution resolution;
    gst_resolvent r;
    double complex x[64], before[8];
    double step = 1e-5;
    network_make(&net, "%s", networks[_i]);
    gst_features *features = network_features(&net);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, features, 0, 0), GST_OK);
    ck_assert_int_eq(gst_resolvent_alloc(&r, &resolution, 1.73, 1.12), GST_OK);
    ck_assert_int_eq(gst_resolvent_start(&r, 0.6 + 0.4 * I), GST_OK);
    ck_assert_int_eq(gst_resolvent_evaluate(&r, r.z), GST_OK);
    memcpy(x, r.w, r.L * sizeof *x);
    ck_assert_int_eq(resolution.bulk->type->map_complex(resolution.bulk, 1.12, r.hat, x), GST_OK);
    for (size_t a = 0; a < r.L; a++)
        ck_assert_double_le(cabs(x[a] - r.w[a]), 1e-11 * (cabs(x[a]) + 1e-3));
    for (size_t g = 0; g < r.K; g++) {
        ck_assert_double_gt(cimag(gst_resolvent_value(&r, g)), 0.0);
        before[g] = gst_resolvent_value(&r, g);
    }
    double complex rate = r.rate[gst_packed_value(r.K, 0)];
    ck_assert_int_eq(gst_resolvent_follow(&r, r.z + step), GST_OK);
    ck_assert_double_le(cabs((gst_resolvent_value(&r, 0) - before[0]) / step - rate),
                        1e-3 * cabs(rate));
    gst_resolvent_clear(&r);
    gst_resolution_clear(&resolution);
    gst_features_free(features);
    network_clear(&net);
}
END_TEST

/* Densities from the complex axis, integrated, are the ordinary positive solution. */
START_TEST(transform_is_the_integral_of_the_density)
{
    opened o;
    double x[INTERVALS], group[GROUPS], sum = 0, lambda = 0.37;
    open_spectrum(&o, relu_case);
    size_t n = gst_spectrum_grid(o.support, INTERVALS, x);
    double a = sqrt(o.support->low[0]), b = sqrt(o.support->high[0]);
    for (size_t i = 0; i < n; i++) {
        double slope = sqrt(x[i]) * (b - a) * sin(PI * (double)(i + 1) / INTERVALS);
        sum += density_at(&o, x[i]) * slope * PI / INTERVALS / (x[i] + lambda);
    }
    gst_spectral_value value = gst_spectrum_stieltjes(o.spectrum, lambda, group);
    ASSERT_CLOSE(sum, value.value, 1e-10);
    ASSERT_CLOSE(group[0] + group[1] + group[2] + group[3], value.value, 1e-14);
    close_spectrum(&o);
}
END_TEST

/* ---- moments ------------------------------------------------------------------------------------ */

/* sum x^k density over a bulk, by a rule of its own. */
static double moment(opened *o, int k)
{
    double sum = 0;
    for (size_t b = 0; b < o->support->bulks; b++) {
        double low = sqrt(o->support->low[b]), high = sqrt(o->support->high[b]);
        for (int i = 1; i < INTERVALS; i++) {
            double theta = PI * i / INTERVALS, root = low + (high - low) * pow(sin(theta / 2), 2);
            sum += pow(root * root, k) * density_at(o, root * root) * root * (high - low) *
                   sin(theta) * PI / INTERVALS;
        }
    }
    return sum;
}

/* One group, isotropic: traces of one and two factors of the features' covariance,
 *   m1 = rho E tau,  m2 = rho^2 (a^2 (1 + beta) + 2 a b + b^2) + rho E tau^2,
 *   a = c E mu1^2, b = E mu2^2, tau(kappa) = c mu1^2 + mu2^2. */
START_TEST(traces)
{
    static const char *const cases[] = {
        "--activation relu --spike 1.3 --bulk-variance 0.8 --alpha 1.9 --beta 1.3",
        "--activation tanh(z+0.4) --alpha0 0 --alpha 0.8 --beta 1.7",
        "--activation z+0.01*he3(z) --alpha0 0 --alpha 2 --beta 3",
    };
    opened o;
    gst_moments *t;
    open_spectrum(&o, cases[_i]);
    double beta = o.net.point.beta, rho = o.net.point.alpha / beta, a = 0, b = 0, square = 0;
    gst_features *f = network_features(&o.net);
    ck_assert_int_ge(
        gst_moments_tabulate(&t, f, o.net.problem.activation, o.net.problem.target, 256, 0), 0);
    for (size_t k = 0; k < t->n; k++) {
        double linear = f->c[0] * t->mu1[k] * t->mu1[k], tau = linear + t->mu2sq[k];
        a += t->w[k] * linear;
        b += t->w[k] * t->mu2sq[k];
        square += t->w[k] * tau * tau;
    }
    ASSERT_NEAR(moment(&o, 0) + o.support->atom, 1, 1e-9);
    ASSERT_CLOSE(moment(&o, 1), rho * (a + b), 1e-9);
    ASSERT_CLOSE(moment(&o, 2), rho * rho * (a * a * (1 + beta) + 2 * a * b + b * b) + rho * square,
                 1e-9);
    gst_moments_free(t);
    gst_features_free(f);
    close_spectrum(&o);
}
END_TEST

/* ---- support ------------------------------------------------------------------------------------ */

/* Nearly linear features with p > d: the rank-d part and the rest part from each other. */
START_TEST(two_bulks)
{
    opened o;
    open_spectrum(&o, "--activation z+0.01*he3(z) --alpha0 0 --alpha 2 --beta 3");
    ck_assert_int_eq((int)o.support->bulks, 2);
    ASSERT_NEAR(o.support->atom, 1.0 / 3, 1e-15);
    ASSERT_NEAR(o.support->mass, 1, 1e-10);
    for (size_t b = 0; b < 2; b++) {
        double low = o.support->low[b], high = o.support->high[b], h = 1e-7;
        ck_assert(density_at(&o, low * (1 - h)) == 0 && density_at(&o, high * (1 + h)) == 0);
        ck_assert(density_at(&o, low * (1 + h)) > 0 && density_at(&o, high * (1 - h)) > 0);
        /* the density is a root: extrapolating its square gives the edge */
        double near = density_at(&o, high * (1 - 1e-6)), far = density_at(&o, high * (1 - 2e-6));
        double edge = high * (1 - 1e-6) + 1e-6 * high * near * near / (far * far - near * near);
        ASSERT_CLOSE(edge, high, 1e-8);
    }
    double gap = sqrt(o.support->high[0] * o.support->low[1]);
    ck_assert(density_at(&o, gap) == 0);
    close_spectrum(&o);
}
END_TEST

START_TEST(equal_groups_are_one)
{
    opened one, two;
    double x[INTERVALS], a[GROUPS], b[GROUPS];
    static const char rest[] = "--activation tanh(z+0.3) --eta 2 --alpha0 0.9 --alpha 2 --beta 1.4";
    char text[256];
    gst_outlier first[ROOM], second[ROOM];
    size_t found, same;
    for (int exact = 0; exact < 2; exact++) {
        snprintf(text, sizeof text, "%s --bulk %s", rest, exact ? "exact" : "isotropic");
        open_spectrum(&one, text);
        snprintf(text, sizeof text, "%s --bulk %s --second-layer 1:0.3,1:0.7", rest,
                 exact ? "exact" : "isotropic");
        open_spectrum(&two, text);
        ASSERT_CLOSE(one.support->high[0], two.support->high[0], 1e-9);
        size_t n = gst_spectrum_grid(one.support, 16, x);
        for (size_t i = 0; i < n; i++) {
            gst_spectral_value v = gst_spectrum_density(one.spectrum, x[i], a);
            gst_spectral_value w = gst_spectrum_density(two.spectrum, x[i], b);
            ASSERT_CLOSE(v.value, w.value, 1e-8);
            ASSERT_CLOSE(b[0], 0.3 * v.value, 1e-8);
        }
        gst_spectrum_outliers(one.spectrum, 500, ROOM, first, &found);
        gst_spectrum_outliers(two.spectrum, 500, ROOM, second, &same);
        ck_assert(found == same && found > 0);
        for (size_t k = 0; k < found; k++) {
            ASSERT_CLOSE(first[k].x, second[k].x, 1e-8);
            ASSERT_CLOSE(first[k].mean[0] * sqrt(0.3), second[k].mean[0], 1e-6);
        }
        close_spectrum(&one);
        close_spectrum(&two);
    }
}
END_TEST

/* ---- reference numbers -------------------------------------------------------------------------- */

START_TEST(reference_numbers)
{
    static const double outliers[] = {16.0124, 1876.816, 2127.138};
    opened o;
    double group[GROUPS];
    gst_outlier found[ROOM];
    size_t count;
    open_spectrum(&o, relu_case);
    ASSERT_NEAR(gst_spectrum_stieltjes(o.spectrum, 0.1, group).value, 2.250440977, 5e-10);
    ASSERT_NEAR(gst_spectrum_stieltjes(o.spectrum, 1, group).value, 0.637902014, 5e-10);
    ASSERT_NEAR(o.support->high[0], 3.607, 5e-4);
    ck_assert(o.status == GST_OK && o.support->edge_error < 1e-8);
    ck_assert_int_eq(gst_spectrum_outliers(o.spectrum, 1500, ROOM, found, &count), GST_OK);
    ck_assert_int_eq((int)count, 3);
    for (size_t k = 0; k < 3; k++) {
        ASSERT_CLOSE(found[k].x, outliers[k], 4e-6);
        ck_assert_int_eq(found[k].status, GST_OK);
    }
    close_spectrum(&o);
    open_spectrum(&o, batch_case);
    ck_assert_int_eq(gst_spectrum_outliers(o.spectrum, 800, ROOM, found, &count), GST_OK);
    ck_assert_int_eq((int)count, 2);
    ASSERT_NEAR(found[0].x, 67.64, 5e-3);
    ASSERT_NEAR(found[1].x, 470.8, 5e-2);
    close_spectrum(&o);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum");
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, marchenko_pastur);
    tcase_add_loop_test(cases, product_of_gaussians, 0, 3);
    tcase_add_loop_test(cases, newton_solves_the_bulk, 0, COUNT(networks));
    tcase_add_test(cases, transform_is_the_integral_of_the_density);
    tcase_add_loop_test(cases, traces, 0, 3);
    tcase_add_test(cases, two_bulks);
    tcase_add_test(cases, equal_groups_are_one);
    tcase_add_test(cases, reference_numbers);
    return run_cases("spectrum", cases);
}
