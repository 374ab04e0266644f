/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_trajectory.c - several giant steps on finite batches: numbers of an independent computation (numpy, trapezoid
 * rules over the target's variables and the normalised omega_g), and what must not matter. */
#include "models/training/trajectory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/training/regime.h"
#include "tests/network.h"

static const gst_label_resolution fine = {.order = 384, .spikes = 192, .nodes = 60};

static gst_trajectory *trajectory_of(const network *n, gst_label_resolution at)
{
    gst_trajectory *t = NULL;
    gst_message message = {""};
    int status = gst_trajectory_build(&t, &n->problem, at, &message);
    ck_assert_msg(status == GST_OK, "%d: %s", status, message.text);
    return t;
}

/* ---- averages over the samples of a step ------------------------------------------------------- */

/* E[w(kappa) yt^p F], F = 1 (a = s), or coordinate a < m + q: by the moments of the labels' laws. */
static double sample_mean(const gst_step_node *node, size_t m, size_t q, int p, size_t a)
{
    if (a < m || a >= m + q)
        return node->labels->moment[p] * (a < m ? node->kappa[a] : 1);
    return node->labels->linear[(size_t)(p - 1) * q + a - m];
}

static double psi_mean(const gst_step_law *law, size_t g, gst_psi kind, size_t a)
{
    double sum = 0;
    for (size_t k = 0; k < law->n; k++)
        for (int p = 1; p <= GST_PSI_POWERS; p++)
            sum += law->node[k].weight *
                   law->node[k].psi[(g * GST_PSI_KINDS + kind) * GST_PSI_POWERS + (size_t)p - 1] *
                   sample_mean(&law->node[k], law->before->m, law->before->q, p, a);
    return sum;
}

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

int main(void)
{
    TCase *cases = tcase_create("trajectory");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, stages_of_two_steps, 0, COUNT(stages));
    return run_cases("trajectory", cases);
}
