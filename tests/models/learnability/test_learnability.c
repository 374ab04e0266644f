/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_learnability.c - leap, staircase and floors: targets whose answer is known, the same targets in other
 * bases, identities (Parseval, orthonormality, scale), refusals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "giantstep/learnability.h"
#include "models/learnability/hermite_tensor.h"
#include "models/learnability/subspace.h"
#include "tests/numbers.h"

enum { R = GST_TARGET_DIM_MAX };

static gst_target *compile(const char *text)
{
    gst_target *target = NULL;
    gst_message message = {""};
    ck_assert_msg(gst_target_compile(&target, text, &message) == GST_OK, "%s: %s", text,
                  message.text);
    return target;
}

static gst_learnability learn(const char *text)
{
    gst_learnability_options options = gst_learnability_defaults();
    gst_learnability answer;
    gst_message message = {""};
    gst_target *target = compile(text);
    int status = gst_learnability_compute(target, &options, &answer, &message);
    ck_assert_msg(status == GST_OK && answer.status == GST_OK, "%s: %s", text, message.text);
    gst_target_free(target);
    return answer;
}

/* The projector on the first t rows. */
static void projector(size_t r, size_t t, const double *rows, double *P)
{
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++) {
            P[i * r + j] = 0;
            for (size_t l = 0; l < t; l++)
                P[i * r + j] += rows[l * r + i] * rows[l * r + j];
        }
}

static void assert_orthonormal(size_t r, size_t t, const double *rows)
{
    for (size_t a = 0; a < t; a++)
        for (size_t b = 0; b <= a; b++) {
            double dot = 0;
            for (size_t j = 0; j < r; j++)
                dot += rows[a * r + j] * rows[b * r + j];
            ASSERT_NEAR(dot, a == b, 1e-13);
        }
}

/* ---- known answers ------------------------------------------------------------------------------ */

/* Step t learns up to dimension[t]; floors; the directions of all steps; the leap's directions. */
typedef struct {
    const char *text;
    size_t r, leap, rows, dimension[4], leap_dimension;
    double floor[4], direction[9], leap_direction[9];
} known;

#define H 0.70710678118654752440  /* 1/sqrt(2) */
#define KINK 0.92881507217615020  /* 1/sqrt(1 + 1/(2 pi)) */
#define SLOPE 0.37054360296517470 /* KINK/sqrt(2 pi) */

/* relu(z1)*z2 + z1: floor at step 1 by nested adaptive quadrature in another program. */
/* clang-format off */
static const known cases[] = {
    {"z1 + z1*z2 + z1*z2*z3", 3, 1, 4, {0, 1, 2, 3}, 1, {2, 1, 0, 0},
     {1, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 0, 0}},
    {"z1*z2*z3", 3, 3, 1, {0}, 3, {1}, {0}, {1, 0, 0, 0, 1, 0, 0, 0, 1}},
    {"z1 + z2 + z1^2 - z2^2", 2, 1, 3, {0, 1, 2}, 1, {4, 0, 0}, {H, H, H, -H}, {H, H}},
    {"h2(z1) + z2", 2, 1, 2, {0, 1}, 1, {1, 1}, {0, 1}, {0, 1}},
    {"h3(z1)", 1, 3, 1, {0}, 1, {1}, {0}, {1}},
    {"tanh(z1)*z2 + z1", 2, 1, 3, {0, 1, 2}, 1, {0.394294490397842, 0, 0}, {1, 0, 0, 1}, {1, 0}},
    {"sign(z1)*z2 + z1", 2, 1, 3, {0, 1, 2}, 1, {1, 0, 0}, {1, 0, 0, 1}, {1, 0}},
    {"relu(z1)*z2 + z1", 2, 1, 3, {0, 1, 2}, 1, {0.3408450569081046, 0.0972397094661, 0},
     {KINK, SLOPE, SLOPE, -KINK}, {KINK, SLOPE}},
    {"-z1 - z2", 2, 1, 2, {0, 1}, 1, {0, 0}, {H, H}, {H, H}},
    /* two directions in one step, the stronger first; equal ones follow the axes */
    {"z1 + z1*z2 + 2*h2(z1)*z3", 3, 1, 3, {0, 1, 3}, 1, {5, 0, 0},
     {1, 0, 0, 0, 0, 1, 0, 1, 0}, {1, 0, 0}},
    {"z1 + z1*z2 + h2(z1)*z3", 3, 1, 3, {0, 1, 3}, 1, {2, 0, 0},
     {1, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 0, 0}},
    {"z1 + z1*z2 + 2*z1*z3", 3, 1, 3, {0, 1, 2}, 1, {5, 0, 0},
     {1, 0, 0, 0, 0.44721359549995794, 0.89442719099991588}, {1, 0, 0}},
    {"h2(z1) - h2(z2) + 0.3*z1*z2^2 - 0.3*z1", 2, 2, 1, {0}, 2, {2.18}, {0}, {1, 0, 0, 1}},
};
/* clang-format on */

static void check_known(const known *k)
{
    gst_learnability a = learn(k->text);
    ck_assert_msg(a.r == k->r && a.leap.order == k->leap && a.rows == k->rows &&
                      a.leap.dimension == k->leap_dimension,
                  "%s: leap %zu, %zu rows, leap dimension %zu", k->text, a.leap.order, a.rows,
                  a.leap.dimension);
    ck_assert(a.leap_exponent == (double)k->leap);
    ck_assert(k->r > 1 ? isnan(a.information_exponent) : a.information_exponent == (double)k->leap);
    for (size_t t = 0; t < a.rows; t++) {
        const gst_staircase_row *row = &a.row[t];
        ck_assert_uint_eq(row->dimension, k->dimension[t]);
        ASSERT_NEAR(row->floor, k->floor[t], 1e-12);
        ASSERT_NEAR(row->error, 0, 1e-10 * a.variance);
        for (size_t i = 0; i < a.r; i++)
            for (size_t j = 0; j < a.r; j++) {
                if (i < row->dimension)
                    ASSERT_NEAR(row->direction[i * a.r + j], k->direction[i * a.r + j], 1e-12);
                else
                    ck_assert(isnan(row->direction[i * a.r + j]));
            }
    }
    for (size_t i = 0; i < k->leap_dimension * k->r; i++)
        ASSERT_NEAR(a.leap.direction[i], k->leap_direction[i], 1e-12);
}

START_TEST(known_answers)
{
    check_known(&cases[_i]);
}
END_TEST

/* ---- other bases -------------------------------------------------------------------------------- */

/* A random orthogonal matrix: Gram-Schmidt on random rows. */
static void random_rotation(unsigned long long *state, size_t r, double *Q)
{
    fill(state, r * r, Q);
    for (size_t i = 0; i < r; i++) {
        double length = 0;
        for (size_t pass = 0; pass < 2; pass++)
            for (size_t l = 0; l < i; l++) {
                double dot = 0;
                for (size_t j = 0; j < r; j++)
                    dot += Q[i * r + j] * Q[l * r + j];
                for (size_t j = 0; j < r; j++)
                    Q[i * r + j] -= dot * Q[l * r + j];
            }
        for (size_t j = 0; j < r; j++)
            length += Q[i * r + j] * Q[i * r + j];
        for (size_t j = 0; j < r; j++)
            Q[i * r + j] /= sqrt(length);
    }
}

/* g(Q z): every z_i becomes (Q_i1*z1 + ..). */
static void rotate_text(const char *text, size_t r, const double *Q, char *out, size_t room)
{
    size_t length = 0;
    for (const char *c = text; *c; c++) {
        if (*c != 'z') {
            length += (size_t)snprintf(out + length, room - length, "%c", *c);
            continue;
        }
        size_t i = (size_t)(*++c - '1');
        for (size_t j = 0; j < r; j++)
            length +=
                (size_t)snprintf(out + length, room - length, "%s(%.17g)*z%zu%s",
                                 j == 0 ? "(" : "+", Q[i * r + j], j + 1, j + 1 == r ? ")" : "");
    }
    ck_assert(length < room);
}

/* Q^T P Q = P'. */
static void assert_rotated(size_t r, const double *Q, const double *P, const double *rotated)
{
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++) {
            double sum = 0;
            for (size_t a = 0; a < r; a++)
                for (size_t b = 0; b < r; b++)
                    sum += Q[a * r + i] * P[a * r + b] * Q[b * r + j];
            ASSERT_NEAR(rotated[i * r + j], sum, 1e-10);
        }
}

/* Subspaces rotate; exponents, sizes, gains and floors stay. */
START_TEST(basis_independence)
{
    const known *k = &cases[_i];
    unsigned long long state = 100 + (unsigned long long)_i;
    double Q[R * R], P[R * R], rotated[R * R];
    char text[4000];
    if (k->r == 1)
        return;
    random_rotation(&state, k->r, Q);
    rotate_text(k->text, k->r, Q, text, sizeof text);
    gst_learnability a = learn(k->text), b = learn(text);
    ck_assert(a.leap.order == b.leap.order && a.rows == b.rows);
    ck_assert_uint_eq(a.leap.dimension, b.leap.dimension);
    ASSERT_NEAR(a.leap.size, b.leap.size, 1e-11);
    projector(k->r, a.leap.dimension, a.leap.direction, P);
    projector(k->r, b.leap.dimension, b.leap.direction, rotated);
    assert_rotated(k->r, Q, P, rotated);
    for (size_t t = 0; t < a.rows; t++) {
        size_t dimension = a.row[t].dimension;
        ck_assert_uint_eq(b.row[t].dimension, dimension);
        assert_orthonormal(k->r, dimension, b.row[t].direction);
        ASSERT_NEAR(b.row[t].floor, a.row[t].floor, 1e-9);
        for (size_t i = 0; i < dimension; i++)
            ASSERT_NEAR(b.row[t].gain[i], a.row[t].gain[i], 1e-10);
        projector(k->r, dimension, a.row[t].direction, P);
        projector(k->r, dimension, b.row[t].direction, rotated);
        assert_rotated(k->r, Q, P, rotated);
    }
}
END_TEST

/* ---- identities --------------------------------------------------------------------------------- */

/* The orders' parts of the variance of a polynomial of degree 6 add up to one; strengths to the size; order 1
 * is the first step of the staircase, and the floor what it leaves. */
START_TEST(parseval)
{
    gst_target *target = compile("z1 - 0.4*z2^2*z1 + 0.3*z1^3*z3^2*z2 + h4(z2)*z3 + (z1+z3)^2");
    gst_target_moments moments;
    double sum = 0;
    ck_assert_int_eq(gst_target_moments_compute(target, 0, &moments), GST_OK);
    for (size_t m = 1; m <= GST_HERMITE_ORDER_MAX; m++) {
        gst_hermite_tensor tensor;
        double squares = 0;
        ck_assert_int_eq(gst_hermite_tensor_compute(target, &moments, m, 1e-9, &tensor), GST_OK);
        assert_orthonormal(3, tensor.dimension, tensor.direction);
        for (size_t i = 0; i < tensor.dimension; i++)
            squares += tensor.strength[i] * tensor.strength[i];
        ASSERT_NEAR(squares, tensor.size * tensor.size, 1e-12);
        sum += squares;
    }
    ASSERT_NEAR(sum, 1, 1e-11);
    gst_target_free(target);
    gst_learnability a = learn("sin(z1 + 0.3) + 0.2*z2*z1");
    ASSERT_CLOSE(a.row[0].floor, a.variance * (1 - a.leap.size * a.leap.size), 1e-11);
    ASSERT_CLOSE(a.row[1].gain[0], a.leap.strength[0], 1e-11);
    ASSERT_NEAR(a.row[1].direction[1], a.leap.direction[1], 1e-11);
}
END_TEST

/* E[g z3]/sqrt(Var g) of a target whose variance no rule has to more than ten digits: the trapezoid rule of 1200 intervals
 * on [-12, 12] per variable.  The error of the variance is part of it (1.8e-14 was said of 3.8e-11). */
START_TEST(unit_has_an_error)
{
    const double size = 0.7199572286066908;
    gst_target *target = compile("tanh(z1*z2)+sin(z3)");
    gst_target_moments moments;
    gst_hermite_tensor tensor;
    ck_assert_int_ge(gst_target_moments_compute(target, 0, &moments), 0);
    ck_assert_int_ge(gst_hermite_tensor_compute(target, &moments, 1, 1e-10, &tensor), 0);
    ck_assert(fabs(tensor.size - size) <= tensor.error && tensor.error < 1e-8);
    gst_target_free(target);
}
END_TEST

/* The singular values of the matrix of order two: z1 z2 + 0.5 h2(z1) sqrt(2) has the form [[1, 1], [1, 0]]. */
START_TEST(second_order_is_a_matrix)
{
    gst_learnability a = learn("z1*z2 + 0.5*(z1^2 - 1)");
    double golden = (1 + sqrt(5)) / 2, norm = sqrt(3), v = 1 / hypot(1, golden);
    ck_assert(a.leap.order == 2 && a.leap.dimension == 2 && a.rows == 1);
    ASSERT_CLOSE(a.leap.strength[0], golden / norm, 1e-13);
    ASSERT_CLOSE(a.leap.strength[1], (golden - 1) / norm, 1e-13);
    ASSERT_CLOSE(a.leap.direction[0], golden * v, 1e-13);
    ASSERT_CLOSE(a.leap.direction[1], v, 1e-13);
}
END_TEST

/* 1e6 g + 5 learns what g learns. */
START_TEST(scale_and_offset)
{
    gst_learnability a = learn("tanh(z1)*z2 + z1"), b = learn("1e6*(tanh(z1)*z2 + z1) + 5");
    ck_assert(a.rows == b.rows && a.leap.order == b.leap.order);
    for (size_t t = 0; t < a.rows; t++) {
        ASSERT_NEAR(b.row[t].floor / 1e12, a.row[t].floor, 1e-12);
        for (size_t i = 0; i < 4 && i / 2 < a.row[t].dimension; i++)
            ASSERT_NEAR(b.row[t].direction[i], a.row[t].direction[i], 1e-12);
    }
}
END_TEST

/* sin(2z) - 2 e^{-3/2} sin(z): bounded, information exponent 3; order 7 is beyond what is looked at; what is
 * smaller than the tolerance is zero. */
START_TEST(exponents)
{
    gst_learnability a = learn("sin(2*z1) - 2*exp(-1.5)*sin(z1)");
    ck_assert(a.information_exponent == 3 && a.leap_exponent == 3 && a.rows == 1);
    a = learn("z1^7 - 21*z1^5 + 105*z1^3 - 105*z1");
    ck_assert(isnan(a.information_exponent) && isnan(a.leap_exponent) && a.leap.order == 0);
    ck_assert_uint_eq(a.rows, 1);
    ASSERT_CLOSE(a.row[0].floor, 5040, 1e-11);
    ck_assert(learn("1e-9*z1 + z1^2").leap.order == 1);
    ck_assert(learn("1e-11*z1 + z1^2").leap.order == 2);
    ck_assert_uint_eq(learn("z1 + 1e-9*z1*z2").rows, 3);
    ck_assert_uint_eq(learn("z1 + 1e-11*z1*z2").rows, 2);
}
END_TEST

/* Subspaces by themselves: a complement is orthonormal, follows the axes, and is made of a span alone. */
START_TEST(complements)
{
    unsigned long long state = 5;
    double Q[R * R], swapped[2 * R], first[R * R], second[R * R];
    random_rotation(&state, 4, Q);
    memcpy(swapped, Q + 4, 4 * sizeof *Q);
    for (size_t j = 0; j < 4; j++)
        swapped[4 + j] = -Q[j];
    gst_subspace_complement(4, 2, Q, first);
    gst_subspace_complement(4, 2, swapped, second);
    assert_orthonormal(4, 2, first);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(first[i * 5] > 0);
        for (size_t j = 0; j < 4; j++)
            ASSERT_NEAR(first[i * 4 + j], second[i * 4 + j], 1e-14);
        for (size_t l = 0; l < 2; l++) {
            double dot = 0;
            for (size_t j = 0; j < 4; j++)
                dot += first[i * 4 + j] * Q[l * 4 + j];
            ASSERT_NEAR(dot, 0, 1e-14);
        }
    }
    double axis[3] = {0, 1, 0}, expected[6] = {1, 0, 0, 0, 0, 1};
    gst_subspace_complement(3, 1, axis, first);
    for (size_t i = 0; i < 6; i++)
        ck_assert(first[i] == expected[i]);
}
END_TEST

/* Equal singular values: whatever basis of the span the target is written in, the reduced one is printed. */
START_TEST(equal_values)
{
    static const double A[3] = {0.36, 0.48, -0.8}, B[3] = {-0.8, 0.6, 0};
    gst_learnability a = learn(
                         "(0.36*z1+0.48*z2-0.8*z3)^2 + (0.6*z2-0.8*z1)^2"), /* order 2, a plane */
        b = learn("(0.36*z1+0.48*z2-0.8*z3)*(0.6*z2-0.8*z1)*(0.48*z1+0.64*z2+0.6*z3)");
    double length = hypot(A[0], B[0]);
    ck_assert(a.leap.order == 2 && a.leap.dimension == 2);
    for (size_t j = 0; j < 3; j++)
        ASSERT_NEAR(a.leap.direction[j], (A[0] * A[j] + B[0] * B[j]) / length, 1e-13);
    for (size_t j = 0; j < 3; j++)
        ASSERT_NEAR(a.leap.direction[3 + j], (A[0] * B[j] - B[0] * A[j]) / length, 1e-13);
    ck_assert(b.leap.order == 3 && b.leap.dimension == 3);
    for (size_t i = 0; i < 9; i++)
        ASSERT_NEAR(b.leap.direction[i], i % 4 == 0, 1e-13);
}
END_TEST

START_TEST(refusals)
{
    static const double bad[] = {0, 1e-15, 0.2, -1, NAN, INFINITY};
    gst_learnability_options options = gst_learnability_defaults();
    gst_learnability answer;
    gst_hermite_tensor tensor;
    gst_target_moments moments;
    gst_target *target = compile("z1*z2");
    for (int i = 0; i < COUNT(bad); i++) {
        options.tol = bad[i];
        ck_assert_int_eq(gst_learnability_compute(target, &options, &answer, NULL), GST_INVALID);
        ck_assert_int_eq(answer.status, GST_INVALID);
    }
    ck_assert_int_eq(gst_target_moments_compute(target, 0, &moments), GST_OK);
    ck_assert_int_eq(gst_hermite_tensor_compute(target, &moments, 0, 1e-10, &tensor), GST_INVALID);
    ck_assert_int_eq(gst_hermite_tensor_compute(target, &moments, 7, 1e-10, &tensor), GST_INVALID);
    ck_assert(isnan(tensor.size) && tensor.dimension == 0);
    options = gst_learnability_defaults();
    options.evaluations = 1; /* no mesh may be refined */
    gst_target_free(target);
    target = compile("z1 + tanh(3*z1)*sin(2*z2)");
    ck_assert_int_eq(gst_learnability_compute(target, &options, &answer, NULL), GST_LOOSE);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("learnability");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, known_answers, 0, COUNT(cases));
    tcase_add_loop_test(tests, basis_independence, 0, COUNT(cases));
    tcase_add_test(tests, unit_has_an_error);
    tcase_add_test(tests, parseval);
    tcase_add_test(tests, second_order_is_a_matrix);
    tcase_add_test(tests, scale_and_offset);
    tcase_add_test(tests, exponents);
    tcase_add_test(tests, complements);
    tcase_add_test(tests, equal_values);
    tcase_add_test(tests, refusals);
    return run_cases("learnability", tests);
}
