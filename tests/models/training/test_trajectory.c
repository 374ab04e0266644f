/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_trajectory.c - several giant steps on finite batches: numbers of an independent computation (numpy, trapezoid
 * rules over the target's variables and the normalised omega_g), and what must not matter. */
#include "models/training/trajectory.h"

#include <stdlib.h>
#include <string.h>

#include "models/tables/moments.h"
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

/* ---- reference numbers -------------------------------------------------------------------------- */

enum { STEPS = 3, GROUPS = 2 };

/* omega_g.omega_h (first, second, cross), w*_j.omega_g, c_g, E(g - f)^2 of the trained network; D and Om of each step and
 * group; psi.w*_j of the last step's vectors, [kind*r + j] of group 0. */
typedef struct {
    const char *options;
    double eta[STEPS], alpha0[STEPS];
    double square[3], target[GROUPS * 2], c[GROUPS], own, D[STEPS][GROUPS], Om[STEPS][GROUPS];
    double psi[8], tol, own_tol;
} reference;

#define INF INFINITY
static const reference references[] = {
    /* finite, then infinite, and the reverse */
    {"--activation tanh(z+0.5) --target z+sqrt(z^2+0.1)",
     {3, 2},
     {4, INF},
     {3.7292971113103},
     {1.7670500296529},
     {0.9332408795488},
     1.1929937786041311,
     {{0.9692229130204}, {0.9861036829437}},
     {{0.6696197739621}, {0}},
     {0.0810711872625, 0.006281036543, 0.0228037027121, 0},
     1e-11,
     1e-11},
    {"--activation tanh(z+0.5) --target z+sqrt(z^2+0.1)",
     {2, 3},
     {INF, 4},
     {1.4078936095699},
     {1.148103904916},
     {0.4976154335316},
     1.0864170667899749,
     {{0.9235407062517}, {0.7370558893443}},
     {{0}, {0.1500013443213}},
     {0.024118009989, 0.1534758712908, 0.1858314994131, -0.0629960984079},
     1e-11,
     1e-11},
    {"--activation tanh(z+0.5) --target z+sqrt(z^2+0.1)",
     {2, 1.5, 1},
     {INF, 4, INF},
     {1.3042456071078},
     {1.1374968820311},
     {0.4842380369492},
     1.0604462143236506,
     {{0.9235407062517}, {0.8300453142041}, {0.8722167860205}},
     {{0}, {0.0580708256182}, {0}},
     {0.0014519821097, 0.0510217879649, 0.1045454157045, 0},
     1e-11,
     1e-11},
    /* two spikes, label noise */
    {"--activation tanh(z+0.5) --target tanh(2*z) --second-layer 1:0.6,-0.5:0.4 --noise 0.1",
     {2.5, 1.5, 1},
     {1, 3, 2},
     {2.9237040390908, 0.8061512470936, -1.5259112195596},
     {1.4218160115573, -0.7766905866693},
     {1.6077298393943, 1.0301660098808},
     0.27708260437816734,
     {{1.1441399404172, 1.0277332944258},
      {0.9983790901545, 0.9952893727171},
      {0.9874995568429, 0.9897640692284}},
     {{2.0098334847027, 0.2754716318182},
      {0.1608591070353, 0.0248183733355},
      {0.0818811978908, 0.0130760566977}},
     {0.1394672409285, -0.0138504278286, -0.0909070201427, -0.0046657219269},
     1e-10,
     1e-6},
    /* kinks */
    {"--activation relu --target z+0.5*z^2 --noise 0.05",
     {1, 1},
     {2, 3},
     {1.2619732610528},
     {0.9942856523193},
     {1.2815904001557},
     0.643412779404181,
     {{1.0403161971088}, {1.0075632298493}},
     {{0.3828639970861}, {0.3344540924025}},
     {0.4942856523194, -0.0296799369084, -0.2112788772065, -0.1278153056395},
     1e-11,
     1e-11},
    /* two variables */
    {"--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:1,-1:1",
     {2, 2},
     {5, 5},
     {2.4050852593123, 2.4050852593123, -2.3578139745139},
     {1.4460359454621, -1.4460359454621, -0.1223486527264, -0.1223486527264},
     {1.1030715793621, 1.1030715793621},
     1.2537749648921026,
     {{1.0461232608713, 1.0461232608713}, {0.9442562452059, 0.9442562452059}},
     {{0.4340686625084, 0.4340686625084}, {0.271888289799, 0.271888289799}},
     {0.3220500505351, -0.1223486527264, -0.0143426065301, 0.0493957129356, -0.1170284797974,
      0.2115866857691, -0.0808042907228, -0.0061389594232},
     1e-11,
     1e-7},
    {"--activation tanh(z+0.5) --target tanh(1.5*z1)+0.7*tanh(z1*z2)+0.5*z2 "
     "--second-layer 1:0.6,-1:0.4",
     {2.5, 2.5},
     {0.7, 1.2},
     {4.4364553638219, 4.5597220266182, -4.4669260316357},
     {1.2833781860086, -1.3026414648567, 0.9015494516904, -0.9334805150723},
     {2.4882960411204, 2.3381023800581},
     0.533998879776318,
     {{1.2444391566006, 1.233370235696}, {1.0803041942811, 1.0737944418808}},
     {{4.4849017002098, 5.5390937629994}, {3.0000076795265, 2.9238068297576}},
     {0.3153067972424, 0.1990582673611, -0.0284039328191, -0.0138447488641, -0.2404204894239,
      -0.1416991373208, 0.1054237308378, -0.0052128182885},
     3e-7,
     1e-6},
};

/* Step sizes and batches, step by step. */
static void set_schedule(network *n, size_t steps, const double *eta, const double *alpha0)
{
    n->problem.training.steps = n->problem.training.listed = steps;
    for (size_t i = 0; i < steps; i++)
        n->problem.training.step[i] = (gst_step){.eta = eta[i], .alpha0 = alpha0[i]};
}

static gst_features *trained(const network *n, int half)
{
    gst_features *f = NULL;
    gst_message message = {""};
    int status = gst_features_trained(&f, &n->problem, half, &message);
    ck_assert_msg(status == GST_OK, "%d: %s", status, message.text);
    return f;
}

static double rows_product(const gst_features *f, size_t g, size_t h)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum += f->U[g * f->m + l] * f->U[h * f->m + l];
    return sum;
}

static double target_product(const gst_features *f, size_t j, size_t g)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum += f->gamma[j * f->m + l] * f->U[g * f->m + l];
    return sum;
}

static void check_features(const gst_features *f, const reference *r)
{
    for (size_t g = 0; g < f->K; g++) {
        ASSERT_NEAR(rows_product(f, g, g), r->square[g], r->tol);
        ASSERT_NEAR(f->c[g], r->c[g], r->tol);
        for (size_t j = 0; j < f->r; j++)
            ASSERT_NEAR(target_product(f, j, g), r->target[j * f->K + g], r->tol);
    }
    if (f->K > 1)
        ASSERT_NEAR(rows_product(f, 0, 1), r->square[2], r->tol);
}

/* E(g - f)^2 by the tables over kappa. */
static double own_error(gst_features *f, const network *n, int half)
{
    gst_moments *moments;
    size_t order = f->m > 1 ? 48 : 192;
    ck_assert_int_ge(gst_moments_tabulate(&moments, f, n->activation, n->target, order, half), 0);
    double error = gst_moments_own_error(moments, &n->layer);
    gst_moments_free(moments);
    return error;
}

START_TEST(reference_features)
{
    const reference *r = &references[_i];
    network n;
    network_make(&n, "%s", r->options);
    set_schedule(&n, r->eta[2] > 0 ? 3 : 2, r->eta, r->alpha0);
    for (int half = 0; half < 2; half++) {
        gst_features *f = trained(&n, half);
        check_features(f, r);
        ASSERT_NEAR(own_error(f, &n, half), r->own, r->own_tol);
        gst_features_free(f);
    }
    network_clear(&n);
}
END_TEST

START_TEST(reference_trajectories)
{
    const reference *r = &references[_i];
    network n;
    network_make(&n, "%s", r->options);
    set_schedule(&n, r->eta[2] > 0 ? 3 : 2, r->eta, r->alpha0);
    size_t dim = gst_target_dim(n.target);
    for (int half = 0; half < 2; half++) {
        gst_label_resolution at = {
            .order = dim > 1 ? 96 : 384, .spikes = 192, .nodes = 20, .half = half};
        gst_trajectory *t = trajectory_of(&n, at);
        ck_assert_uint_eq(t->steps, n.problem.training.steps);
        for (size_t i = 0; i < t->steps; i++) {
            for (size_t g = 0; g < n.layer.K; g++) {
                ASSERT_NEAR(t->step[i].D[g], r->D[i][g], r->tol);
                ASSERT_NEAR(t->step[i].Om[g], r->Om[i][g], 30 * r->tol);
            }
        }
        const gst_step_law *last = &t->step[t->steps - 1];
        const gst_features *f = last->before;
        for (size_t i = 0; i < 4 * dim; i++) {
            double sum = 0;
            for (size_t a = 0; a < f->m + f->q; a++)
                sum +=
                    (a < f->m ? f->gamma[i % dim * f->m + a] : f->rest[i % dim * f->q + a - f->m]) *
                    psi_mean(last, 0, (gst_psi)(i / dim), a);
            ASSERT_NEAR(sum, r->psi[i], r->tol);
        }
        check_features(t->state[t->steps], r);
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
    tcase_add_loop_test(cases, reference_features, 0, COUNT(references));
    tcase_add_loop_test(cases, reference_trajectories, 0, COUNT(references));
    tcase_add_test(cases, order_and_number_of_groups);
    tcase_add_test(cases, steps_that_are_none);
    tcase_add_test(cases, large_batches);
    tcase_add_test(cases, spike_without_overlap);
    tcase_add_loop_test(cases, refused, 0, COUNT(refusals));
    tcase_add_test(cases, singular_slopes_on_the_population);
    return run_cases("trajectory", cases);
}
