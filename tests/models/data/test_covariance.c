/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_covariance.c - spectra from texts, files and nodes: scaling, merging, teachers, the rule of a power law against sums in
 * closed form, the spectrum in d dimensions, and what is refused. */
#include "models/data/covariance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/numbers.h"

static gst_data *parsed(const char *text, double source)
{
    gst_message message = {""};
    gst_data *data;
    int status = gst_covariance_parse(&data, text, source, NAN, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    return data;
}

/* Sums over the nodes of a rule of mu omega^k and of the share, times omega^k. */
static double moment(const gst_data *data, int half, double k, int of_teacher)
{
    const gst_covariance_rule *rule = gst_covariance_rule_of(data->covariance, half);
    double sum = 0;
    for (size_t j = 0; j < rule->J; j++)
        sum += (of_teacher ? rule->share[j] : rule->mu[j]) * pow(rule->omega[j], k);
    return sum;
}

START_TEST(levels_are_scaled_and_merged)
{
    gst_data *data = parsed("levels:3,1;0.75,2;3,0.5;0.2,0.5", 1.7);
    double trace = (1.5 * 3 + 2 * 0.75 + 0.5 * 0.2) / 4, omega, mu;
    ck_assert_uint_eq(gst_covariance_count(data), 3);
    gst_covariance_node(data, 0, &omega, &mu);
    ASSERT_CLOSE(omega, 3 / trace, 1e-15);
    ASSERT_CLOSE(mu, 0.375, 1e-15);
    gst_covariance_node(data, 2, &omega, &mu);
    ASSERT_CLOSE(omega, 0.2 / trace, 1e-15);
    ASSERT_CLOSE(moment(data, 0, 1, 0), 1, 1e-15);
    ASSERT_CLOSE(moment(data, 0, 0, 1), 1, 1e-15);
    const double *share = data->covariance->rule[0].share;
    ASSERT_CLOSE(share[1] / share[0], 2 / 1.5 * pow(0.25, 1.7), 1e-14);
    gst_covariance_free(data);
}
END_TEST

/* Mean of (u + s)^(-a k) over (0, 1). */
static double power_mean(double a, double s, double k)
{
    double e = 1 - a * k;
    return fabs(e) < 1e-12 ? log1p(1 / s) : (pow(1 + s, e) - pow(s, e)) / e;
}

static const struct {
    double a, shift;
} powers[] = {{0.4, 1e-3}, {1, 0.1}, {1.5, 1e-3}, {0, 0.3}, {2.2, 0.013}, {1, 1e-6}};

START_TEST(power_laws_have_their_moments)
{
    char text[64];
    double a = powers[_i].a, s = powers[_i].shift, trace = power_mean(a, s, 1);
    snprintf(text, sizeof text, "power:%.17g:%.17g", a, s);
    gst_data *data = parsed(text, 0.6);
    for (int half = 0; half < 2; half++) {
        for (int k = 1; k <= 5; k++)
            ASSERT_CLOSE(moment(data, half, k, 0), power_mean(a, s, k) / pow(trace, k), 1e-12);
        ASSERT_CLOSE(moment(data, half, 1.3, 1),
                     power_mean(a, s, 1.9) / power_mean(a, s, 0.6) / pow(trace, 1.3), 1e-12);
        /* a resolvent, against the other rule, which has no node of it */
        double sum[2] = {0};
        for (int i = 0; i < 2; i++) {
            const gst_covariance_rule *rule = gst_covariance_rule_of(data->covariance, i);
            for (size_t j = 0; j < rule->J; j++)
                sum[i] += rule->mu[j] * rule->omega[j] / (1 + 17.3 * rule->omega[j]);
        }
        ASSERT_CLOSE(sum[0], sum[1], 1e-12);
    }
    gst_covariance_free(data);
}
END_TEST

static const char *const laws[] = {"levels:1.6,0.5;0.4,0.5", "levels:8,0.13;1,0.87",
                                   "power:0.8:0.01", "power:1:0.05"};

/* Trace, teacher, order; and averages become those of the law. */
START_TEST(spectra_in_d_dimensions)
{
    enum { D = 301, R = 2 };
    static double omega[D], energy[D * R * R];
    gst_data *data = parsed(laws[_i], NAN);
    double trace = 0, teacher = 0, off = 0, resolvent = 0, want = 0;
    gst_covariance_realise(data->covariance, D, R, omega, energy);
    for (size_t k = 0; k < D; k++) {
        trace += omega[k] / D;
        teacher += energy[k * R * R];
        off += fabs(energy[k * R * R + 1]);
        resolvent += omega[k] / (1 + omega[k]) / D;
        ck_assert(k == 0 || omega[k] <= omega[k - 1]);
    }
    const gst_covariance_rule *rule = gst_covariance_rule_of(data->covariance, 0);
    for (size_t j = 0; j < rule->J; j++)
        want += rule->mu[j] * rule->omega[j] / (1 + rule->omega[j]);
    ASSERT_CLOSE(trace, 1, 1e-12);
    ASSERT_CLOSE(teacher, 1, 1e-12);
    ASSERT_NEAR(off, 0, 0);
    ASSERT_CLOSE(resolvent, want, 2e-3);
    gst_covariance_free(data);
}
END_TEST

/* Whole numbers of eigenvectors are those of the levels. */
START_TEST(levels_are_whole)
{
    double omega[20], energy[20];
    gst_data *data = parsed("levels:1.6,0.5;0.4,0.5", NAN);
    gst_covariance_realise(data->covariance, 20, 1, omega, energy);
    for (size_t k = 0; k < 20; k++) {
        ASSERT_CLOSE(omega[k], k < 10 ? 1.6 : 0.4, 1e-15);
        ASSERT_CLOSE(energy[k], k < 10 ? 0.08 : 0.02, 1e-14);
    }
    gst_covariance_free(data);
}
END_TEST

/* T_j that are no multiples of the identity, in any order, and merged. */
START_TEST(nodes_with_a_teacher)
{
    const double omega[] = {0.4, 1.6, 0.4}, weight[] = {0.3, 0.5, 0.2};
    const double T[] = {.1, -.05, -.05, .2, .8, .1, .1, .5, .1, -.05, -.05, .3};
    double found[4];
    gst_message message = {""};
    gst_data *data;
    ck_assert_int_eq(gst_covariance_nodes(&data, 3, omega, weight, 2, T, NAN, &message), GST_OK);
    ck_assert_uint_eq(gst_covariance_count(data), 2);
    gst_covariance_teacher(data->covariance, 0, 1, 2, found);
    ASSERT_CLOSE(found[0], 0.2, 1e-15);
    ASSERT_CLOSE(found[1], -0.1, 1e-15);
    ASSERT_CLOSE(found[3], 0.5, 1e-15);
    gst_covariance_free(data);
    double bad[12];
    memcpy(bad, T, sizeof bad);
    bad[0] = 0.2;
    ck_assert_int_eq(gst_covariance_nodes(&data, 3, omega, weight, 2, bad, NAN, &message),
                     GST_INVALID);
    ck_assert_ptr_null(data);
}
END_TEST

/* ---- files -------------------------------------------------------------------------------------- */

static int from_file(const char *content, double source, gst_data **data, gst_message *message)
{
    char name[] = "/tmp/spectrumXXXXXX", text[64];
    int descriptor = mkstemp(name);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq((int)write(descriptor, content, strlen(content)), (int)strlen(content));
    close(descriptor);
    snprintf(text, sizeof text, "file:%s", name);
    int status = gst_covariance_parse(data, text, source, NAN, message);
    unlink(name);
    return status;
}

START_TEST(files_say_the_teacher)
{
    gst_message message = {""};
    gst_data *data;
    double T[4];
    int status = from_file("# omega weight s1 s2\n2 1 0.5 0\n\n1, 3, 1, 4 # more\r\n0.5\t2\t0 1\n",
                           NAN, &data, &message);
    ck_assert_msg(status == GST_OK, "%s", message.text);
    ck_assert_uint_eq(data->covariance->r, 2);
    gst_covariance_teacher(data->covariance, 0, 1, 2, T);
    ASSERT_CLOSE(T[0], 0.5, 1e-15);     /* 1/(2*0.5 + 1) */
    ASSERT_CLOSE(T[3], 4 / 4.5, 1e-15); /* 4/(4 + 0.5) */
    gst_covariance_free(data);
    ck_assert_int_eq(from_file("2\n1\n1\n", NAN, &data, &message), GST_OK);
    ck_assert_uint_eq(gst_covariance_count(data), 2);
    gst_covariance_free(data);
}
END_TEST

static const struct {
    const char *content;
    double source;
    const char *says;
} bad_files[] = {
    {"1 1\n2\n", NAN, ":2: has not as many"},
    {"1\n\n0\n", NAN, ":3: the eigenvalue is not positive"},
    {"1 0\n", NAN, ":1: the weight is not positive"},
    {"1 1 -1\n", NAN, ":1: an energy is negative"},
    {"1 inf\n", NAN, ":1: is not omega"},
    {"1 1 1 1 1 1 1\n", NAN, ":1: is not omega"},
    {"x\n", NAN, ":1: is not omega"},
    {"# nothing\n", NAN, "has no eigenvalues"},
    {"1 1 0\n2 1 0\n", NAN, "the energies of direction 1"},
    {"1 1 1\n", 1, "teacher_source: 1 is excluded"},
};

START_TEST(bad_files_are_refused)
{
    gst_message message = {""};
    gst_data *data;
    int status = from_file(bad_files[_i].content, bad_files[_i].source, &data, &message);
    ck_assert_int_eq(status, GST_INVALID);
    ck_assert_ptr_null(data);
    ck_assert_msg(strstr(message.text, bad_files[_i].says) != NULL, "%s", message.text);
}
END_TEST

static const struct {
    const char *text;
    double source;
} bad_texts[] = {
    {"power", NAN},         {"power:", NAN},        {"power:-1:0.1", NAN},
    {"power:1", NAN},       {"power:1:0", NAN},     {"power:1:-2", NAN},
    {"power:1:0.1:3", NAN}, {"power:inf:0.1", NAN}, {"levels:", NAN},
    {"levels:1", NAN},      {"levels:1,0", NAN},    {"levels:0,1", NAN},
    {"levels:1,1;", NAN},   {"levels:1,1,1", NAN},  {"file:/no/such", NAN},
    {"Identity", NAN},      {"power:1:1e-3", 1e4},  {"levels:1,1e308;2,1e308", NAN},
};

START_TEST(bad_texts_are_refused)
{
    gst_message message = {""};
    gst_data *data;
    int status =
        gst_covariance_parse(&data, bad_texts[_i].text, bad_texts[_i].source, NAN, &message);
    ck_assert_msg(status == GST_INVALID, "%s: %d", bad_texts[_i].text, status);
    ck_assert_ptr_null(data);
    ck_assert(strncmp(message.text, "covariance: ", 12) == 0 ||
              strncmp(message.text, "teacher_source: ", 16) == 0);
}
END_TEST

START_TEST(identity_and_default_shift)
{
    gst_message message = {""};
    gst_data *data, *other;
    ck_assert_int_eq(gst_covariance_parse(&data, "identity", NAN, NAN, &message), GST_OK);
    ck_assert_ptr_null(data);
    ck_assert_int_eq(gst_covariance_parse(&data, "power:0.7", NAN, 250, &message), GST_OK);
    other = parsed("power:0.7:0.004", NAN);
    ASSERT_CLOSE(moment(data, 0, 3, 0), moment(other, 0, 3, 0), 1e-15);
    gst_covariance_free(data);
    gst_covariance_free(other);
}
END_TEST

/* Points of a Gauss rule for N(0, I_L): weights that add up to 1; eigenvalues of many eigenvectors are none's label. */
START_TEST(top_eigenvectors_are_made_explicit)
{
    static const size_t points[GST_EXPLICIT_MAX + 1] = {1, 5, 16};
    gst_data *data;
    gst_message message = {""};
    double sum = 0.0;
    size_t L = (size_t)_i;
    ck_assert_int_eq(gst_covariance_parse(&data, "power:1:0.0025", NAN, 400.0, NULL), GST_OK);
    ck_assert_uint_eq(gst_covariance_points(data), 1);
    ASSERT_NEAR(gst_covariance_point_weight(data, 0), 1.0, 0.0);
    ck_assert_int_eq(gst_covariance_make_explicit(&data, L, 400.0, NULL), GST_OK);
    ck_assert_uint_eq(gst_covariance_points(data), points[L]);
    for (size_t k = 0; k < points[L]; k++) {
        ck_assert_double_gt(gst_covariance_point_weight(data, k), 0.0);
        sum += gst_covariance_point_weight(data, k);
    }
    ASSERT_NEAR(sum, 1.0, 1e-14);
    ck_assert_int_eq(gst_covariance_make_explicit(&data, GST_EXPLICIT_MAX + 1, 400.0, &message),
                     GST_INVALID);
    ck_assert(strncmp(message.text, "explicit: ", 10) == 0);
    gst_covariance_free(data);
    ck_assert_int_eq(gst_covariance_parse(&data, "levels:1.6,0.5;0.4,0.5", NAN, NAN, NULL), GST_OK);
    ck_assert_int_eq(gst_covariance_make_explicit(&data, L, 400.0, &message), GST_INVALID);
    gst_covariance_free(data);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("covariance");
    tcase_add_loop_test(cases, top_eigenvectors_are_made_explicit, 1, GST_EXPLICIT_MAX + 1);
    tcase_add_test(cases, levels_are_scaled_and_merged);
    tcase_add_loop_test(cases, power_laws_have_their_moments, 0, COUNT(powers));
    tcase_add_loop_test(cases, spectra_in_d_dimensions, 0, COUNT(laws));
    tcase_add_test(cases, levels_are_whole);
    tcase_add_test(cases, nodes_with_a_teacher);
    tcase_add_test(cases, files_say_the_teacher);
    tcase_add_loop_test(cases, bad_files_are_refused, 0, COUNT(bad_files));
    tcase_add_loop_test(cases, bad_texts_are_refused, 0, COUNT(bad_texts));
    tcase_add_test(cases, identity_and_default_shift);
    return run_cases("covariance", cases);
}
