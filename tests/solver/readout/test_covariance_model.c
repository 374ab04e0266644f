/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_covariance_model.c - learning curves on inputs of any covariance: reference numbers of an independent program, limits,
 * and the same law told in other ways. */
#include "solver/bulk/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "tests/network.h"

#define TWO "--covariance 'levels:1.6,0.5;0.4,0.5' "
#define COMMON "--alpha 3 --lambda 0.05 --noise 0.05 --bulk exact "
#define SIN "--activation tanh --target sin " COMMON
#define TC "--activation tanh(z+0.5) --target 'tanh(z)+0.5*cos(z)' " COMMON

/* ---- reference numbers -------------------------------------------------------------------------- */

/* Test and train errors; digits: as many as are printed. */
static const struct {
    const char *options;
    double test, train, digits;
} references[] = {
    {SIN TWO "--alpha0 0", .251667129451, .130384411240, 6e-13},
    {SIN TWO "--eta 3", .118838694407, .062641663185, 6e-13},
    {SIN TWO "--eta 3 --width 400", .119111506843, .062759664151, 6e-13},
    {TC TWO "--eta 1.5 --steps 2", .116273841903, .063870399928, 6e-13},
    {TC TWO "--eta 1.5 --steps 2 --width 400", .116724681503, .064068005040, 6e-13},
    {TC TWO "--eta 3 --alpha0 2", .231461037602, .115331758688, 6e-13},
    {TC TWO "--eta 3 --alpha0 2 --width 500", .231721710741, .115445491703, 6e-13},
    {TC TWO "--eta 3 --alpha0 2 --bulk isotropic", .229741852980, .113720694868, 6e-13},
    {TC TWO "--eta 3 --alpha0 .5 --second-layer 1,-.5", .346204955581, .183352589557, 2e-12},
    {TC TWO "--eta 1.5 --steps 2 --width 400 --second-layer 1,-.5", .11422, .06053, 5e-6},
};

START_TEST(reference_numbers)
{
    gst_risk risk = solved("%s", references[_i].options);
    ASSERT_NEAR(risk.test_error, references[_i].test, references[_i].digits);
    ASSERT_NEAR(risk.train_error, references[_i].train, references[_i].digits);
}
END_TEST

/* omega_k ~ 1/(k/400 + shift), T_k ~ omega_k. */
static gst_data *empirical(double shift)
{
    enum { D = 400 };
    double omega[D], weight[D];
    gst_message message = {""};
    gst_data *data;
    for (size_t k = 0; k < D; k++) {
        omega[k] = 1 / ((double)(k + 1) / D + shift);
        weight[k] = 1;
    }
    ck_assert_int_eq(gst_covariance_nodes(&data, D, omega, weight, 1, NULL, NAN, &message), GST_OK);
    return data;
}

static const struct {
    const char *options;
    double shift, test, train;
} spectra[] = {
    {TC "--eta 3", 0.1, .190812395827, .098308117592},
    {TC "--eta 3 --width 400", 0.1, .191086571310, .098419488188},
    {SIN "--alpha0 0 --width 400", 0, .210194258006, .113451315280},
};

START_TEST(empirical_spectra)
{
    network n;
    network_make(&n, "%s", spectra[_i].options);
    gst_data *data = empirical(spectra[_i].shift);
    n.problem.data = data;
    gst_solution *found;
    gst_risk risk = network_solve(&n, &found);
    ASSERT_NEAR(risk.test_error, spectra[_i].test, 6e-13);
    ASSERT_NEAR(risk.train_error, spectra[_i].train, 6e-13);
    gst_solution_free(found);
    network_clear(&n);
    gst_covariance_free(data);
}
END_TEST

/* Two groups, two directions, two steps, T_j that do not commute with anything. */
START_TEST(two_directions)
{
    const double omega[] = {1.6, 0.4}, weight[] = {0.5, 0.5};
    const double T[] = {.8, .1, .1, .5, .2, -.1, -.1, .5};
    network n;
    gst_data *data;
    gst_message message = {""};
    network_make(&n, "--activation tanh(z+.5) --target z1+z1*z2 --alpha 3 --lambda 0.05 --eta 2 "
                     "--steps 2 --second-layer 1,-1 --bulk exact");
    ck_assert_int_eq(gst_covariance_nodes(&data, 2, omega, weight, 2, T, NAN, &message), GST_OK);
    n.problem.data = data;
    gst_solution *found;
    gst_risk risk = network_solve(&n, &found);
    ASSERT_NEAR(risk.test_error, 1.210298590950, 2e-11);
    ASSERT_NEAR(risk.train_error, .894306835938, 2e-11);
    gst_solution_free(found);
    n.point.width = 400;
    risk = network_solve(&n, &found);
    ASSERT_NEAR(risk.test_error, 1.210939429404, 2e-11);
    gst_features *f = network_features(&n);
    ASSERT_NEAR(f->c[0], .885031859875, 2e-11);
    ASSERT_NEAR(f->c[1], .826266136472, 2e-11);
    double square[3] = {0};
    for (size_t l = 0; l < 2; l++) {
        square[0] += f->U[l] * f->U[l];
        square[1] += f->U[l] * f->U[2 + l];
        square[2] += f->U[2 + l] * f->U[2 + l];
    }
    ASSERT_NEAR(square[0], 1.697186726 * 1.697186726, 4e-9);
    ASSERT_NEAR(square[1], -1.697186726 * 1.685035790, 4e-9);
    ASSERT_NEAR(square[2], 1.685035790 * 1.685035790 + .297372503 * .297372503, 4e-9);
    gst_features_free(f);
    gst_solution_free(found);
    network_clear(&n);
    gst_covariance_free(data);
}
END_TEST

/* ---- features ----------------------------------------------------------------------------------- */

/* One spike and one residual direction; C as (vv, v zeta, v delta, zeta zeta, zeta delta, delta delta). */
static const struct {
    const char *options;
    double c, U, gamma, C[6], digits;
} states[] = {
    {SIN TWO "--eta 3",
     1,
     1.5895244234516,
     .9429903335829,
     {1.745416429889, -.147692307692, -2.938831928730, .418461538462, 0, 5.124143362761},
     1e-12},
    {TC TWO "--eta 1.5 --steps 2",
     .811277214709,
     .94770700955,
     .95939527076,
     {1.479061249659, -.160035297213, -1.187575912312, .413789551643, -.039288212075,
      1.399327004350},
     6e-12},
    {TC TWO "--eta 3 --alpha0 2",
     1.310230734602,
     1.767654073133,
     .785697324847,
     {4.3109628024, -.2435915269, -3.5649243690, 1.4085805403, .0089270869, 6.6677107019},
     6e-11},
};

START_TEST(states_after_steps)
{
    static const size_t row[] = {0, 0, 0, 1, 1, 2}, column[] = {0, 1, 2, 1, 2, 2};
    network n;
    network_make(&n, "%s", states[_i].options);
    gst_features *f = network_features(&n);
    double C[9], digits = states[_i].digits;
    ck_assert_uint_eq(f->m, 1);
    ck_assert_uint_eq(f->q, 1);
    ASSERT_NEAR(f->c[0], states[_i].c, digits);
    ASSERT_NEAR(f->U[0], states[_i].U, fmax(digits, 1e-11));
    ASSERT_NEAR(f->gamma[0], states[_i].gamma, fmax(digits, 1e-11));
    ck_assert_int_eq(gst_bulk_covariance(f, 0, C), GST_OK);
    for (size_t i = 0; i < 6; i++)
        ASSERT_NEAR(C[row[i] * 3 + column[i]], states[_i].C[i], digits);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* ---- limits and identities ---------------------------------------------------------------------- */

static void same(const char *one, const char *two, double tol)
{
    gst_risk a = solved("%s", one), b = solved("%s", two);
    ASSERT_CLOSE(a.test_error, b.test_error, tol);
    ASSERT_CLOSE(a.train_error, b.train_error, tol);
}

#define FLAT " --covariance levels:0.7,0.3;0.7,0.2 "
static const struct {
    const char *one, *two;
    double tol;
} equal[] = {
    /* a flat spectrum is none */
    {SIN "--eta 2.3 --alpha0 0" FLAT, SIN "--eta 2.3 --alpha0 0", 1e-13},
    {TC "--eta 2.3 --width 300" FLAT, TC "--eta 2.3 --width 300", 1e-12},
    {TC "--eta 1.3 --steps 3 --second-layer 1,-0.4" FLAT,
     TC "--eta 1.3 --steps 3 --second-layer 1,-0.4", 1e-10},
    {TC "--eta 2.3 --alpha0 1.7 --second-layer 1,-0.4" FLAT,
     TC "--eta 2.3 --alpha0 1.7 --second-layer 1,-0.4", 1e-12},
    {TC "--eta 2.3 --alpha0 1.7 --bulk isotropic" FLAT,
     TC "--eta 2.3 --alpha0 1.7 --bulk isotropic", 1e-12},
    {SIN "--eta 2.3 --alpha0 1.7 --width 300" FLAT, SIN "--eta 2.3 --alpha0 1.7 --width 300",
     1e-12},
    /* equal groups are one; a step of size zero is none */
    {TC TWO "--eta 2.3 --alpha0 1.7 --second-layer 1,1", TC TWO "--eta 2.3 --alpha0 1.7", 1e-11},
    {TC TWO "--eta 2.3 --steps 2 --second-layer 1,1", TC TWO "--eta 2.3 --steps 2", 1e-11},
    {TC TWO "--eta 0 --alpha0 1.7", TC TWO "--alpha0 0", 1e-13},
    /* many samples are the population */
    {TC TWO "--eta 2.3 --alpha0 1e9 --second-layer 1,-0.4",
     TC TWO "--eta 2.3 --second-layer 1,-0.4", 1e-8},
    {SIN TWO "--eta 2.3 --alpha0 1e9", SIN TWO "--eta 2.3", 1e-8},
};

START_TEST(equal_numbers)
{
    same(equal[_i].one, equal[_i].two, equal[_i].tol);
}
END_TEST

/* Losses whose readout solves all equations at once: the squared one of labels that are signs is both. */
START_TEST(losses_take_the_bulk)
{
    gst_risk flat, none;
    network n, plain;
    network_make(&n, TC FLAT "--eta 2.3 --alpha0 1.7");
    network_make(&plain, TC "--eta 2.3 --alpha0 1.7");
    n.problem.labels = plain.problem.labels = GST_LABELS_SIGN;
    gst_solution *one, *two;
    flat = network_solve(&n, &one);
    none = network_solve(&plain, &two);
    ASSERT_CLOSE(flat.test_class, none.test_class, 1e-11);
    ASSERT_CLOSE(flat.test_error, none.test_error, 1e-11);
    gst_solution_free(one);
    gst_solution_free(two);
    network_clear(&n);
    network_clear(&plain);
}
END_TEST

static const char *const without_theory[] = {
    "--activation tanh " TWO "--eta 1 --alpha0 2 --steps 2 --bulk exact",
    "--activation tanh " TWO "--eta 1 --alpha0 2 --steps 2 --bulk isotropic",
    "--activation tanh " TWO "--spike 1",
};

START_TEST(no_theory)
{
    network n;
    gst_features *f;
    gst_message message = {""};
    network_make(&n, "%s", without_theory[_i]);
    ck_assert_int_eq(gst_features_train(&f, &n.problem, 0, &message), GST_INVALID);
    ck_assert(message.text[0] != '\0');
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("covariance");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, reference_numbers, 0, COUNT(references));
    tcase_add_loop_test(cases, empirical_spectra, 0, COUNT(spectra));
    tcase_add_test(cases, two_directions);
    tcase_add_loop_test(cases, states_after_steps, 0, COUNT(states));
    tcase_add_loop_test(cases, equal_numbers, 0, COUNT(equal));
    tcase_add_test(cases, losses_take_the_bulk);
    tcase_add_loop_test(cases, no_theory, 0, COUNT(without_theory));
    return run_cases("covariance_model", cases);
}
