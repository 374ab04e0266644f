/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_trajectory.c - several giant steps on finite batches: printed stages of two cases, what must not matter, what is
 * refused. */
#include "models/training/trajectory.h"

#include <stdlib.h>
#include <string.h>

#include "models/training/regime.h"
#include "tests/steps.h"

static const gst_label_resolution fine = {.order = 384, .spikes = 192, .nodes = 60};

/* ---- averages over the samples of a step ------------------------------------------------------- */

static double square_of(const gst_step_law *law)
{
    double sum = 0;
    for (size_t k = 0; k < law->n; k++)
        sum += law->node[k].weight * law->node[k].labels->moment[2];
    return sum;
}

/* E b and E b^2. */
static double b_mean(const gst_step_law *law, size_t g, int power)
{
    double sum = 0;
    for (size_t k = 0; k < law->n; k++)
        sum += law->node[k].weight * pow(law->node[k].b[g], power) *
               law->node[k].labels->moment[power];
    return sum;
}

static double l2_of(const gst_step_law *law, size_t g)
{
    double first = b_mean(law, g, 1);
    return (1 + first) * (1 + first) + law->phi * b_mean(law, g, 2);
}

/* ---- stages of two cases ------------------------------------------------------------------------ */

typedef struct {
    const char *options;
    double eta, alpha0;
    /* step 1 */
    double ob1, l21, D1, Om1, psi1[4];
    /* step 2, found by it: c, E yt^2; psi on z and on the part of omega beyond the target */
    double c, square, ob2, l22, D2, Om2, psi2[4][2];
    double U, c2, gamma, digits;
} staged;

static const staged stages[] = {
    {.options = "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1)",
     .eta = 3,
     .alpha0 = 4,
     .ob1 = -0.1007458321,
     .l21 = 0.5923077417,
     .D1 = 0.969222913,
     .Om1 = 0.669619774,
     .psi1 = {1.6859788424, -0.4253109622, -1.0239249833, -0.1927022110},
     .c = 0.8827431656,
     .square = 1.2812023644,
     .ob2 = 0.0141024808,
     .l22 = 1.1545086191,
     .D2 = 1.0485165704,
     .Om2 = 0.4417317182,
     .psi2 = {{0.1216067809, -0.4599673538},
              {0.0094215548, 0.0278851931},
              {-0.0397522934, 0.1073957586},
              {-0.0823821548, -0.0049520967}},
     .U = 1.9588808487,
     .c2 = 1.0652431676,
     .gamma = 0.9227644573,
     .digits = 1.2e-10},
    {.options = "--activation tanh --target sin",
     .eta = 3,
     .alpha0 = 2,
     .ob1 = 0,
     .l21 = 1,
     .D1 = 1.0815852297,
     .Om1 = 0.4770533876,
     .psi1 = {1.1021368870, -0.3307976152, -1.3231904607, -0.0303867132},
     .c = 1.1897320046,
     .square = 0.1921591056,
     .ob2 = 0.0124357943,
     .l22 = 1.1019859912,
     .D2 = 1.0528202762,
     .Om2 = 0.3363069729,
     .psi2 = {{NAN}},
     .U = 1.502107255402,
     .c2 = 1.370024168452,
     .gamma = 0.918650137543,
     .digits = 6e-11},
};

static void check_second_step(const gst_step_law *law, const staged *s)
{
    const gst_features *f = law->before;
    ck_assert_uint_eq(f->m, 1);
    ck_assert_uint_eq(f->q, 1);
    ASSERT_NEAR(f->c[0], s->c, s->digits);
    ASSERT_NEAR(square_of(law), s->square, s->digits);
    ASSERT_NEAR(b_mean(law, 0, 1) / s->eta, s->ob2, s->digits);
    ASSERT_NEAR(l2_of(law, 0), s->l22, s->digits);
    ASSERT_NEAR(law->D[0], s->D2, s->digits);
    ASSERT_NEAR(law->Om[0], s->Om2, s->digits);
    for (size_t kind = 0; kind < 4 && !isnan(s->psi2[0][0]); kind++) {
        double along = psi_mean(law, 0, (gst_psi)kind, 0),
               rest = psi_mean(law, 0, (gst_psi)kind, 1);
        double z = f->gamma[0] * along + f->rest[0] * rest;
        ASSERT_NEAR(z, s->psi2[kind][0], s->digits);
        ASSERT_NEAR((along - f->gamma[0] * z) / sqrt(1 - f->gamma[0] * f->gamma[0]),
                    s->psi2[kind][1], s->digits);
    }
}

START_TEST(stages_of_two_steps)
{
    const staged *s = &stages[_i];
    network n;
    network_make(&n, "%s --steps 2 --eta %g --alpha0 %g", s->options, s->eta, s->alpha0);
    for (int half = 0; half < 2; half++) {
        gst_label_resolution at = fine;
        at.half = half;
        gst_trajectory *t = trajectory_of(&n, at);
        ck_assert_uint_eq(t->steps, 2);
        const gst_step_law *first = &t->step[0];
        ck_assert_ptr_eq(first->before, t->state[0]);
        ck_assert_uint_eq(first->n, 1);
        ASSERT_NEAR(b_mean(first, 0, 1) / s->eta, s->ob1, s->digits);
        ASSERT_NEAR(l2_of(first, 0), s->l21, s->digits);
        ASSERT_NEAR(first->D[0], s->D1, s->digits);
        ASSERT_NEAR(first->Om[0], s->Om1, s->digits);
        for (size_t kind = 0; kind < 4; kind++)
            ASSERT_NEAR(psi_mean(first, 0, (gst_psi)kind, 0), s->psi1[kind], s->digits);
        check_second_step(&t->step[1], s);
        ASSERT_NEAR(t->state[2]->U[0], s->U, s->digits);
        ASSERT_NEAR(t->state[2]->c[0], s->c2, s->digits);
        ASSERT_NEAR(t->state[2]->gamma[0], s->gamma, s->digits);
        gst_trajectory_free(t);
    }
    network_clear(&n);
}
END_TEST

/* ---- what must not matter ----------------------------------------------------------------------- */

#define TWO_GROUPS "--activation tanh(z+0.4) --target tanh(1.5*z1)+0.4*z1*z2 --noise 0.1 "

static void compare_groups(const gst_features *a, size_t g, const gst_features *b, size_t h)
{
    ASSERT_CLOSE(a->c[g], b->c[h], 1e-12);
    ASSERT_CLOSE(rows_product(a, g, g), rows_product(b, h, h), 1e-12);
    for (size_t j = 0; j < a->r; j++)
        ASSERT_NEAR(target_product(a, j, g), target_product(b, j, h), 1e-12);
}

/* Groups in another order; one group as two equal ones. */
START_TEST(order_and_number_of_groups)
{
    static const double eta[] = {1.5, 2}, alpha0[] = {1.3, 2.7};
    network a, b, c;
    network_make(&a, TWO_GROUPS "--second-layer 1:0.6,-0.7:0.4");
    network_make(&b, TWO_GROUPS "--second-layer -0.7:0.4,1:0.6");
    network_make(&c, TWO_GROUPS "--second-layer 1:0.25,-0.7:0.4,1:0.35");
    set_schedule(&a, 2, eta, alpha0);
    set_schedule(&b, 2, eta, alpha0);
    set_schedule(&c, 2, eta, alpha0);
    gst_features *f = trained(&a, 0), *turned = trained(&b, 0), *split = trained(&c, 0);
    ck_assert_uint_eq(f->m, 2);
    ck_assert_uint_eq(split->m, 2);
    compare_groups(f, 0, turned, 1);
    compare_groups(f, 1, turned, 0);
    compare_groups(f, 0, split, 0);
    compare_groups(f, 0, split, 2);
    compare_groups(f, 1, split, 1);
    ASSERT_CLOSE(rows_product(f, 0, 1), rows_product(turned, 0, 1), 1e-12);
    ASSERT_CLOSE(rows_product(f, 0, 1), rows_product(split, 1, 2), 1e-12);
    gst_label_resolution at = {.order = 64, .spikes = 96, .nodes = 20};
    gst_trajectory *t = trajectory_of(&a, at), *s = trajectory_of(&c, at);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_CLOSE(t->step[i].Om[0], s->step[i].Om[0], 1e-11);
        ASSERT_CLOSE(t->step[i].Om[0], s->step[i].Om[2], 1e-11);
        ASSERT_CLOSE(t->step[i].D[1], s->step[i].D[1], 1e-11);
    }
    gst_trajectory_free(t);
    gst_trajectory_free(s);
    gst_features_free(f);
    gst_features_free(turned);
    gst_features_free(split);
    network_clear(&a);
    network_clear(&b);
    network_clear(&c);
}
END_TEST

/* Steps of size zero and steps without samples are no steps, and have no place in the trajectory. */
START_TEST(steps_that_are_none)
{
    static const double eta[] = {1.5, 2}, alpha0[] = {1.3, 2.7};
    static const double more[] = {0, 1.5, 3, 2, 0}, batches[] = {2, 1.3, 0, 2.7, INFINITY};
    network a, b;
    network_make(&a, TWO_GROUPS);
    network_make(&b, TWO_GROUPS);
    set_schedule(&a, 2, eta, alpha0);
    set_schedule(&b, 5, more, batches);
    gst_label_resolution at = {.order = 48, .spikes = 48, .nodes = 10};
    gst_trajectory *t = trajectory_of(&a, at), *s = trajectory_of(&b, at);
    gst_features *f = trained(&b, 0);
    ck_assert_uint_eq(s->steps, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert(t->step[i].Om[0] == s->step[i].Om[0] && t->step[i].phi == s->step[i].phi);
    ck_assert(t->state[2]->U[0] == s->state[2]->U[0] && t->state[2]->U[0] == f->U[0]);
    ck_assert(t->state[2]->c[0] == s->state[2]->c[0] && t->state[2]->c[0] == f->c[0]);
    gst_trajectory_free(t);
    gst_trajectory_free(s);
    gst_features_free(f);
    network_clear(&a);
    network_clear(&b);
}
END_TEST

/* A batch of 1e13 samples per dimension is the population. */
START_TEST(large_batches)
{
    static const double eta[] = {2, 1.5}, large[] = {1e13, 1e13}, infinite[] = {INFINITY, INFINITY};
    network a, b;
    network_make(&a, "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:1,-1:1");
    network_make(&b, "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:1,-1:1");
    set_schedule(&a, 2, eta, large);
    set_schedule(&b, 2, eta, infinite);
    gst_features *f = trained(&a, 0), *g = trained(&b, 0);
    ck_assert_uint_eq(g->m, 2);
    ck_assert_uint_eq(g->q, 0);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_CLOSE(f->c[i], g->c[i], 1e-11);
        ASSERT_CLOSE(rows_product(f, i, i), rows_product(g, i, i), 1e-11);
        for (size_t j = 0; j < 2; j++)
            ASSERT_NEAR(target_product(f, j, i), target_product(g, j, i), 1e-11);
    }
    gst_features_free(f);
    gst_features_free(g);
    network_clear(&a);
    network_clear(&b);
}
END_TEST

/* Rows that the target does not reach: z^2 has no part along z, so that w* . omega = 0 and U has no sign of gamma's. */
START_TEST(spike_without_overlap)
{
    network n;
    network_make(&n, "--activation tanh(z+0.3) --target z^2 --alpha0 2 --steps 2 --eta 1");
    gst_features *f = trained(&n, 0), *half = trained(&n, 1);
    ck_assert_uint_eq(f->m, 1);
    ck_assert_uint_eq(half->m, 1);
    ck_assert(f->U[0] > 0);
    ASSERT_CLOSE(f->U[0], half->U[0], 1e-11);
    ASSERT_NEAR(f->gamma[0], 0, 1e-12);
    gst_features_free(f);
    gst_features_free(half);
    network_clear(&n);
}
END_TEST

/* ---- what is refused ---------------------------------------------------------------------------- */

static const struct {
    const char *options;
    double alpha0[2];
    int status;
    const char *says;
} refusals[] = {
    {"--activation sqrt(abs(z+0.3)) --target sin", {2, INFINITY}, GST_FAILED, "step 1"},
    {"--activation sqrt(abs(z+0.3)) --target sin", {INFINITY, 2}, GST_FAILED, "bulk variance inf"},
    {"--activation tanh(z+0.5) --target z1+sin(3*z1)*z2+z1^2 --eta 4 --second-layer "
     "2:1,-1:1,0.5:1,-0.4:1,1.3:1,-1.7:1",
     {2, 2},
     GST_INVALID,
     "steps: "},
};

START_TEST(refused)
{
    static const double eta[] = {1.5, 1.5};
    network n;
    gst_features *f = NULL;
    gst_trajectory *t = NULL;
    gst_message message = {""};
    network_make(&n, "%s", refusals[_i].options);
    set_schedule(&n, 2, eta, refusals[_i].alpha0);
    ck_assert_int_eq(gst_features_trained(&f, &n.problem, 0, &message), refusals[_i].status);
    ck_assert_msg(strstr(message.text, refusals[_i].says) != NULL, "%s", message.text);
    ck_assert_ptr_null(f);
    gst_label_resolution at = {.order = 16, .spikes = 48, .nodes = 10};
    ck_assert_int_eq(gst_trajectory_build(&t, &n.problem, at, NULL), refusals[_i].status);
    ck_assert_ptr_null(t);
    network_clear(&n);
}
END_TEST

/* On the population singular slopes matter to no one. */
START_TEST(singular_slopes_on_the_population)
{
    static const double eta[] = {1.5, 1.5}, alpha0[] = {INFINITY, INFINITY};
    network n;
    gst_trajectory *t;
    network_make(&n, "--activation sqrt(abs(z+0.3)) --target sin");
    set_schedule(&n, 2, eta, alpha0);
    gst_label_resolution at = {.order = 96, .spikes = 96, .nodes = 20};
    ck_assert_int_ge(gst_trajectory_build(&t, &n.problem, at, NULL), 0);
    ck_assert(isfinite(t->step[1].D[0]) && isfinite(t->step[1].Om[0]));
    gst_trajectory_free(t);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("trajectory");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, stages_of_two_steps, 0, COUNT(stages));
    tcase_add_test(cases, order_and_number_of_groups);
    tcase_add_test(cases, steps_that_are_none);
    tcase_add_test(cases, large_batches);
    tcase_add_test(cases, spike_without_overlap);
    tcase_add_loop_test(cases, refused, 0, COUNT(refusals));
    tcase_add_test(cases, singular_slopes_on_the_population);
    return run_cases("trajectory", cases);
}
