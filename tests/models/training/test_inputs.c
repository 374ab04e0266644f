/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_inputs.c - second layers, spikes, and the refusal of every bad value, one
 * field at a time, with the option or the fault in the message. */
#include <stdio.h>
#include <string.h>

#include "models/training/regime.h"
#include "tests/network.h"

/* ---- second layers ------------------------------------------------------------------------------ */

START_TEST(list_is_normalised)
{
    const double A[3] = {2, -1.25, 0.5}, pi[3] = {0.375, 0.125, 0.5};
    gst_second_layer layer;
    ck_assert_int_eq(gst_second_layer_parse(&layer, "2:3,-1.25:1,.5:4e0", NULL), GST_OK);
    ck_assert_uint_eq(layer.K, 3);
    for (size_t g = 0; g < 3; g++) {
        ck_assert_double_eq(layer.A[g], A[g]);
        ck_assert_double_eq(layer.pi[g], pi[g]);
    }
    gst_second_layer_clear(&layer);
    gst_second_layer_clear(&layer);
    ck_assert_int_eq(gst_second_layer_parse(&layer, "ones", NULL), GST_OK);
    ck_assert(layer.K == 1 && layer.A[0] == 1 && layer.pi[0] == 1);
    gst_second_layer_clear(&layer);
    ck_assert_int_eq(gst_second_layer_parse(&layer, "1,-2:3,0.5", NULL), GST_OK);
    const double values[] = {1, -2, 0.5}, fractions[] = {0.2, 0.6, 0.2};
    for (size_t g = 0; g < 3; g++)
        ck_assert(layer.A[g] == values[g] && fabs(layer.pi[g] - fractions[g]) < 1e-16);
    gst_second_layer_clear(&layer);
}
END_TEST

START_TEST(gaussian_layer_has_gaussian_moments)
{
    for (size_t K = 1; K <= 64; K++) {
        char text[32];
        gst_second_layer layer;
        snprintf(text, sizeof text, "gaussian:%zu", K);
        ck_assert_int_eq(gst_second_layer_parse(&layer, text, NULL), GST_OK);
        ck_assert_uint_eq(layer.K, K);
        double exact = 1;
        for (size_t power = 0; power < 2 * K && power < 12; power++) {
            double sum = 0;
            for (size_t g = 0; g < K; g++)
                sum += layer.pi[g] * pow(layer.A[g], (double)power);
            exact *= power > 0 && power % 2 == 0 ? (double)power - 1 : 1;
            ck_assert_double_eq_tol(sum / exact, power % 2 == 0, 3e-14);
        }
        gst_second_layer_clear(&layer);
    }
}
END_TEST

static const struct {
    const char *text, *named;
} bad_layers[] = {
    {"", "''"},
    {"1:", "'1:'"},
    {":1", "':1'"},
    {"1:0", "0"},
    {"1:-0.3", "-0.3"},
    {"1:nan", "'1:nan'"},
    {"inf:1", "'inf:1'"},
    {"1:1,", "''"},
    {",1:1", "''"},
    {"1:1,2:1 ", "'2:1 '"},
    {" 1:1", "' 1:1'"},
    {"1:1;2:1", "1:1;2"},
    {"1e999:1", "1e999"},
    {"1:1e-999", "0"},
    {"0x1:1", "'0x1:1'"},
    {"Ones", "'Ones'"},
    {"gaussians", "'gauss"},
    {"uniform:3", "'uniform:3'"},
    {"table:x", "'table:x'"},
    {"gaussian:", "gaussian:"},
    {"gaussian:0", "gaussian:"},
    {"gaussian:65", "gaussian:"},
    {"gaussian:2.5", "gaussian:"},
    {"gaussian:-3", "gaussian:"},
    {"gaussian:3x", "gaussian:"},
    {"1:1e308,2:1e308", "finite"},
    {"1:1:1", "'1:1:1'"},
};

START_TEST(bad_layer)
{
    gst_second_layer layer;
    gst_message message = {""};
    ck_assert_int_eq(gst_second_layer_parse(&layer, bad_layers[_i].text, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, bad_layers[_i].named), "'%s': %s", bad_layers[_i].text,
                  message.text);
    ck_assert(layer.K == 0 && !layer.A && !layer.pi);
}
END_TEST

/* ---- spikes ------------------------------------------------------------------------------------- */

START_TEST(spikes_in_their_places)
{
    gst_spikes s;
    ck_assert_int_eq(
        gst_spikes_parse(&s, 2, "1,0.5,-3;0,2,7", "0.6,0.1;-0.2,.7", "1.2,0.3,4", NULL), GST_OK);
    ck_assert(s.K == 3 && s.m == 2 && s.r == 2);
    const double U[6] = {1, 0, 0.5, 2, -3, 7}, gamma[4] = {0.6, -0.2, 0.1, 0.7},
                 c[3] = {1.2, 0.3, 4};
    ck_assert_mem_eq(s.U, U, sizeof U);
    ck_assert_mem_eq(s.gamma, gamma, sizeof gamma);
    ck_assert_mem_eq(s.c, c, sizeof c);
    gst_spikes_clear(&s);
    ck_assert_int_eq(gst_spikes_parse(&s, 1, "-1.5,2", NULL, "0.25", NULL), GST_OK);
    ck_assert(s.K == 2 && s.m == 1 && s.gamma[0] == 1 && s.c[0] == 0.25 && s.c[1] == 0.25);
    gst_spikes_clear(&s);
    ck_assert_int_eq(gst_spikes_parse(&s, 1, "1;2", "0.6;0.8", NULL, NULL), GST_OK);
    ck_assert(s.K == 1 && s.m == 2 && s.c[0] == 1);
    gst_spikes_clear(&s);
    gst_spikes_clear(&s);
}
END_TEST

static const struct {
    size_t r;
    const char *spike, *overlap, *variance, *named;
} bad_spikes[] = {
    {1, "", NULL, NULL, "spike: ''"},
    {1, "1,x", NULL, NULL, "spike: 'x'"},
    {1, "1,", NULL, NULL, "spike: ''"},
    {1, " 1", NULL, NULL, "spike: ' 1'"},
    {1, "nan", NULL, NULL, "spike: 'nan'"},
    {1, "1e400", NULL, NULL, "spike: '1e400'"},
    {1, "1,2;3", "0.5;0.5", NULL, "spike: '1,2;3' has lists of 2 and of 1"},
    {1, "1;2;3;4;5", "0;0;0;0;0", NULL, "more than 4 spikes"},
    {1, "1;2", NULL, NULL, "overlap"},
    {2, "1", NULL, NULL, "overlap"},
    {1, "1", "0.5,0.5", NULL, "overlap: '0.5,0.5'"},
    {2, "1", "0.5;0.5", NULL, "overlap: '0.5;0.5'"},
    {2, "1;2", "0.5,0.5", NULL, "overlap: '0.5,0.5'"},
    {2, "1;2", "0.5,0.5;0.1", NULL, "overlap"},
    {1, "1", "1.000001", NULL, "overlap: '1.000001' is an overlap larger"},
    {1, "1", "-1.000001", NULL, "overlap: '-1.000001' is an overlap larger"},
    {1, "1;2", "0.8;0.7", NULL, "overlap: '0.8;0.7' is an overlap larger"},
    {2, "1;2", "0.9,0.5;0.3,0.2", NULL, "larger than one"},
    {1, "1", "inf", NULL, "overlap: 'inf'"},
    {1, "1", "", NULL, "overlap: ''"},
    {1, "1,2,3", "1", "1,2", "bulk_variance: '1,2' has 2 values"},
    {1, "1,2", "1", "1;2", "bulk_variance: '1;2'"},
    {1, "1,2", "1", "0", "bulk_variance: 0"},
    {1, "1,2", "1", "1,-0.5", "bulk_variance: -0.5"},
    {1, "1,2", "1", "nan", "bulk_variance: 'nan'"},
    {1, "1,2", "1", "", "bulk_variance: ''"},
};

START_TEST(bad_spike)
{
    gst_spikes s;
    gst_message message = {""};
    ck_assert_int_eq(gst_spikes_parse(&s, bad_spikes[_i].r, bad_spikes[_i].spike,
                                      bad_spikes[_i].overlap, bad_spikes[_i].variance, &message),
                     GST_INVALID);
    ck_assert_msg(strstr(message.text, bad_spikes[_i].named), "%s: %s", bad_spikes[_i].named,
                  message.text);
    ck_assert(!s.U && !s.gamma && !s.c);
}
END_TEST

/* ---- networks ----------------------------------------------------------------------------------- */

static const struct {
    const char *options, *named;
    int status;
} networks[] = {
    {"--eta nan", "eta: ", GST_INVALID},
    {"--eta inf", "eta: ", GST_INVALID},
    {"--alpha0 -0.1", "alpha0: ", GST_INVALID},
    {"--alpha0 nan", "alpha0: ", GST_INVALID},
    {"--noise -1e-9", "noise: ", GST_INVALID},
    {"--noise nan", "noise: ", GST_INVALID},
    {"--noise inf", "noise: ", GST_INVALID},
    {"--activation sign", "discontinuous", GST_INVALID},
    {"--activation step(z-0.3)+z", "discontinuous", GST_INVALID},
    {"--activation sign --alpha0 2.2", "discontinuous", GST_INVALID},
    {"--activation sign --alpha0 0", "", GST_OK},
    {"--activation sign --eta 0", "", GST_OK},
    {"--activation sign --steps 0", "", GST_OK},
    {"--activation sign --spike 1.3", "", GST_OK},
    {"--activation z*step(z)", "", GST_OK},
    {"--steps 2 --alpha0 2.2", "bulk: ", GST_INVALID},
    {"--steps 2 --alpha0 2.2 --bulk exact", "", GST_OK},
    {"--steps 2", "", GST_OK},
    {"--steps 2 --alpha0 0", "", GST_OK},
    {"--bulk exact --alpha0 1.7", "", GST_OK},
    {"--bulk exact --alpha0 1.7 --steps 0", "", GST_OK},
    {"--bulk exact --alpha0 0", "", GST_OK},
    {"--bulk exact --alpha0 inf", "", GST_OK},
    {"--spike 1,2 --second-layer 1:1,1:2,1:3", "layer: ", GST_INVALID},
    {"--activation 2", "depend", GST_INVALID},
    {"--activation z2", "", GST_INVALID},
    {"--activation log", "not finite", GST_INVALID},
    {"--activation 0,5*z", "column", GST_INVALID},
    {"--activation tanh(z", "column", GST_INVALID},
    {"--activation swish(z)", "column", GST_INVALID},
    {"--target 3.7", "constant", GST_INVALID},
    {"--target z1-z1", "constant", GST_INVALID},
    {"--target log(z1)", "not finite", GST_INVALID},
    {"--target 1/z1", "do not converge", GST_INVALID},
    {"--target exp(z1^2)", "converge", GST_INVALID},
    {"--target exp(0.3*z1^2)", "converge", GST_INVALID},
    {"--target z1+z2*z3+z4+z5", "5 variables", GST_INVALID},
    {"--target z10", "column", GST_INVALID},
    {"--target 0,5*z1", "column", GST_INVALID},
    {"--target z3*z7+z9", "", GST_OK},
};

START_TEST(network_is_checked)
{
    network n;
    gst_message message = {""};
    int status = network_open(&n, networks[_i].options, &message);
    if (status == GST_OK)
        status = gst_regime_check(&n.problem, &message);
    ck_assert_msg(status == networks[_i].status, "%s: %d %s", networks[_i].options, status,
                  message.text);
    ck_assert_msg(strstr(message.text, networks[_i].named), "%s: %s", networks[_i].options,
                  message.text);
    network_clear(&n);
}
END_TEST

/* ---- points and options ------------------------------------------------------------------------- */

static const gst_point good_point = {1.373, 0.83, 0.037, 0.11, 431};

static const struct {
    gst_point point;
    const char *named;
} points[] = {
    {{0, 0.83, 0.037, 0.11, 431}, "alpha: 0"},
    {{-1, 0.83, 0.037, 0.11, 431}, "alpha: -1"},
    {{NAN, 0.83, 0.037, 0.11, 431}, "alpha: nan"},
    {{INFINITY, 0.83, 0.037, 0.11, 431}, "alpha: inf"},
    {{1.373, 0, 0.037, 0.11, 431}, "beta: 0"},
    {{1.373, -0.2, 0.037, 0.11, 431}, "beta: -0.2"},
    {{1.373, NAN, 0.037, 0.11, 431}, "beta: nan"},
    {{1.373, INFINITY, 0.037, 0.11, 431}, "beta: inf"},
    {{1.373, 0.83, -1e-12, 0.11, 431}, "lambda: -1e-12"},
    {{1.373, 0.83, NAN, 0.11, 431}, "lambda: nan"},
    {{1.373, 0.83, INFINITY, 0.11, 431}, "lambda: inf"},
    {{1.373, 0.83, 0.037, -0.1, 431}, "noise: -0.1"},
    {{1.373, 0.83, 0.037, NAN, 431}, "noise: nan"},
    {{1.373, 0.83, 0.037, INFINITY, 431}, "noise: inf"},
    {{1.373, 0.83, 0.037, 0.11, 0}, "width: 0"},
    {{1.373, 0.83, 0.037, 0.11, -7}, "width: -7"},
    {{1.373, 0.83, 0.037, 0.11, NAN}, "width: nan"},
};

START_TEST(bad_point)
{
    gst_message message = {""};
    gst_model *model;
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    network n;
    ck_assert_int_eq(gst_point_validate(&good_point, NULL), GST_OK);
    ck_assert_int_eq(gst_point_validate(&points[_i].point, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, points[_i].named), "%s", message.text);
    network_make(&n, "--alpha0 0");
    ck_assert_int_eq(gst_model_alloc(&model, &n.problem, NULL), GST_OK);
    ck_assert_int_eq(gst_model_solve(model, &points[_i].point, &options, &risk, NULL), GST_INVALID);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

START_TEST(bad_options)
{
    const struct {
        double damping, tol;
        const char *named;
    } list[] = {
        {0, 1e-9, "damping: 0"},     {-0.5, 1e-9, "damping: -0.5"}, {1.01, 1e-9, "damping: 1.01"},
        {NAN, 1e-9, "damping: nan"}, {0.5, 0.9e-14, "tol: 9e-15"},  {0.5, 0.11, "tol: 0.11"},
        {0.5, NAN, "tol: nan"},      {0.5, -1e-9, "tol: -1e-09"},
    };
    gst_solve_options options = gst_solve_defaults();
    ck_assert_int_eq(gst_solve_validate(&options, NULL), GST_OK);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        gst_message message = {""};
        options.damping = list[i].damping;
        options.tol = list[i].tol;
        ck_assert_int_eq(gst_solve_validate(&options, &message), GST_INVALID);
        ck_assert_msg(strstr(message.text, list[i].named), "%s", message.text);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("inputs");
    tcase_add_test(cases, list_is_normalised);
    tcase_add_test(cases, gaussian_layer_has_gaussian_moments);
    tcase_add_loop_test(cases, bad_layer, 0, COUNT(bad_layers));
    tcase_add_test(cases, spikes_in_their_places);
    tcase_add_loop_test(cases, bad_spike, 0, COUNT(bad_spikes));
    tcase_add_loop_test(cases, network_is_checked, 0, COUNT(networks));
    tcase_add_loop_test(cases, bad_point, 0, COUNT(points));
    tcase_add_test(cases, bad_options);
    return run_cases("inputs", cases);
}
