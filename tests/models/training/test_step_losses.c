/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_step_losses.c - giant steps on labels +-1 and with losses other than the squared one: against numbers of another
 * code, closed forms, and problems of which they must be the same. */
#include <gsl/gsl_math.h>
#include <string.h>

#include "models/loss/loss.h"
#include "models/tables/moments.h"
#include "models/training/label_target.h"
#include "models/training/step_means.h"
#include "tests/steps.h"

/* What options cannot say. */
typedef struct {
    const char *options, *step_loss;
    gst_labels labels;
} training;

static void make(network *n, gst_loss *loss, const training *of)
{
    gst_message message = {""};
    network_make(n, "%s --bulk exact", of->options);
    ck_assert_msg(gst_loss_parse(of->step_loss, loss, &message) == GST_OK, "%s", message.text);
    n->problem.training.loss = loss;
    n->problem.labels = of->labels;
    ck_assert_msg(gst_problem_validate(&n->problem, &message) == GST_OK, "%s", message.text);
}

static double size_of(const gst_features *f, size_t g)
{
    return sqrt(rows_product(f, g, g));
}

/* ---- against another code ----------------------------------------------------------------------- */

/* |omega_g|, w*_j.omega_g, c_g, and C_g between spike and norm.  The first four rows are theory-losses A.10's. */
static const struct {
    training of;
    double tol, length[2], overlap[2][2], c[2], C[2];
} references[] = {
    {{"--alpha0 2 --eta 3 --activation tanh(z+0.5) --target z --noise 0.1", "squared",
      GST_LABELS_SIGN},
     2e-12,
     {1.786176186229},
     {{1.786176186229 * 0.718077872613}},
     {1.839213703256},
     {0}},
    {{"--eta 3 --target z --noise 0.1", "squared", GST_LABELS_SIGN},
     1e-10,
     {1.3823769947},
     {{1.3823769947}},
     {1},
     {-1.6596378127}},
    {{"--eta 4 --activation tanh(z+0.5) --second-layer 1:1,-0.5:1 --target z --noise 0.1",
      "squared", GST_LABELS_SIGN},
     1e-8,
     {1.71015146, 0.85507573},
     {{1.71015146}, {-0.85507573}},
     {1.1017909025, 0.9509543053},
     {-1.9012893061, 0.8205001726}},
    {{"--eta 4 --activation tanh(z+0.5) --second-layer 1:1,-0.5:1 --target z", "squared",
      GST_LABELS_SIGN},
     1e-8,
     {1.79362198, 0.89681099},
     {{1.79362198}, {-0.89681099}},
     {1.1017909025, 0.9509543053},
     {NAN, NAN}},
    {{"--steps 2 --eta 5 --activation tanh(z+0.5) --second-layer 1:1,-1:1 --target z1+z1*z2 "
      "--noise "
      "0.2",
      "logistic", GST_LABELS_SIGN},
     2e-12,
     {1.0687010713081, 1.0687010713081},
     {{1.0654051814177, -0.0838676291707}, {-1.0654051814177, -0.0838676291707}},
     {0.757043839423, 0.757043839423},
     {NAN, NAN}},
    {{"--schedule 3:2,3:2 --activation tanh(z+0.5) --target z --noise 0.1", "logistic",
      GST_LABELS_SIGN},
     2e-12,
     {1.2512512469126},
     {{1.0576965285092}},
     {1.1524851940176},
     {0}},
    {{"--schedule 4:3,2:1.5 --activation tanh(z+0.5) --second-layer 1:0.6,-0.5:0.4 --target z "
      "--noise 0.3",
      "logistic", GST_LABELS_SIGN},
     2e-12,
     {1.2213776922140, 0.6453656647335},
     {{1.0203797106611}, {-0.5399639796371}},
     {1.1170913068305, 0.9781393577497},
     {0, 0}},
    {{"--schedule 3:2,2:3 --activation tanh(z+0.5) --target tanh(2*z) --noise 0.1", "huber:0.4",
      GST_LABELS_REAL},
     1e-11,
     {0.8487319890602},
     {{0.7394854865884}},
     {1.1072972767669},
     {0}},
};

START_TEST(reference_numbers)
{
    network n;
    gst_loss loss;
    make(&n, &loss, &references[_i].of);
    for (int half = 0; half < 2; half++) {
        gst_features *f = trained(&n, half);
        size_t s = f->m + f->q + 1;
        double tol = references[_i].tol;
        for (size_t g = 0; g < f->K; g++) {
            ASSERT_NEAR(size_of(f, g), references[_i].length[g], tol);
            ASSERT_NEAR(f->c[g], references[_i].c[g], fmin(tol, 2e-10));
            for (size_t j = 0; j < f->r; j++)
                ASSERT_NEAR(target_product(f, j, g), references[_i].overlap[g][j], tol);
            if (!isnan(references[_i].C[g]))
                ASSERT_NEAR(f->C[g * s * s + s - 1], references[_i].C[g], 2e-10);
        }
        gst_features_free(f);
    }
    network_clear(&n);
}
END_TEST

/* D and Om of both steps on finite batches. */
static const struct {
    training of;
    double D[2][2], Om[2][2];
} laws[] = {
    {{"--schedule 3:2,3:2 --activation tanh(z+0.5) --target z --noise 0.1", "logistic",
      GST_LABELS_SIGN},
     {{1.0403071895877}, {0.9724640052219}},
     {{0.3187782295437}, {0.2565611368061}}},
    {{"--schedule 4:3,2:1.5 --activation tanh(z+0.5) --second-layer 1:0.6,-0.5:0.4 --target z "
      "--noise 0.3",
      "logistic", GST_LABELS_SIGN},
     {{1.0426864192131, 1.0073547880722}, {0.9672730113758, 0.9884863180262}},
     {{0.3557965123251, 0.0743853285314}, {0.1538803615921, 0.0318858705910}}},
    {{"--schedule 3:2,2:3 --activation tanh(z+0.5) --target tanh(2*z) --noise 0.1", "huber:0.4",
      GST_LABELS_REAL},
     {{1.0239165514149}, {0.9924479795124}},
     {{0.1552365024376}, {0.0407998355714}}},
};

START_TEST(laws_of_two_steps)
{
    network n;
    gst_loss loss;
    make(&n, &loss, &laws[_i].of);
    for (int half = 0; half < 2; half++) {
        const gst_label_resolution at = {.order = 192, .spikes = 96, .nodes = 30, .half = half};
        gst_trajectory *t = trajectory_of(&n, at);
        for (size_t k = 0; k < 2; k++)
            for (size_t g = 0; g < t->state[0]->K; g++) {
                ASSERT_NEAR(t->step[k].D[g], laws[_i].D[k][g], 3e-12);
                ASSERT_NEAR(t->step[k].Om[g], laws[_i].Om[k][g], 3e-12);
            }
        gst_trajectory_free(t);
    }
    network_clear(&n);
}
END_TEST

/* Labels +-1 have two residuals at every kappa, and the rows move by the law's own moments. */
START_TEST(laws_and_rows_agree)
{
    network n;
    gst_loss loss;
    make(&n, &loss, &laws[_i].of);
    const gst_label_resolution at = {.order = 192, .spikes = 96, .nodes = 30};
    gst_trajectory *t = trajectory_of(&n, at);
    for (size_t k = 0; k < 2; k++) {
        const gst_step_law *law = &t->step[k];
        const gst_features *old = t->state[k], *now = t->state[k + 1];
        for (size_t i = 0; i < law->n && loss.margin; i++)
            ck_assert_uint_le(law->node[i].labels->n, 2);
        for (size_t g = 0; g < now->K; g++) {
            double moved = target_product(now, 0, g) - target_product(old, 0, g), sum = 0;
            for (size_t a = 0; a < old->m + old->q; a++)
                sum += psi_mean(law, g, GST_PSI_MEAN, a) *
                       (a < old->m ? old->gamma[a] : old->rest[a - old->m]);
            ASSERT_NEAR(moved, sum, 1e-11);
        }
    }
    gst_trajectory_free(t);
    network_clear(&n);
}
END_TEST

/* E(E[y|x] - f)^2 after both steps, of the network as it was trained. */
START_TEST(own_error)
{
    network n;
    gst_loss loss;
    gst_target *mean;
    gst_moments *moments;
    make(&n, &loss, &laws[0].of);
    gst_features *f = trained(&n, 0);
    ck_assert_int_eq(gst_label_target(&mean, n.target, GST_LABELS_SIGN, 0.1), GST_OK);
    ck_assert_int_eq(gst_moments_tabulate(&moments, f, n.activation, mean, 96, 0), GST_OK);
    ASSERT_NEAR(gst_moments_own_error(moments, &n.layer), 0.3527683475059, 1e-12);
    gst_moments_free(moments);
    gst_target_free(mean);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* One logistic step on the population: yt = y/2 at an output of zero, so that U = (eta/2) E sigma' E[y z_1], with
 * E[y z_1|z_2] = sqrt(2/pi) (1 + z_2)/sqrt((1 + z_2)^2 + Delta) for y = sign(z_1 + z_1 z_2 + sqrt(Delta) n). */
START_TEST(closed_form_of_a_first_step)
{
    const training of = {"--eta 5 --activation tanh(z+0.5) --second-layer 1:1,-1:1 --target "
                         "z1+z1*z2 --noise 0.2",
                         "logistic", GST_LABELS_SIGN};
    network n;
    gst_loss loss;
    double slope = 0, overlap = 0, h = 1.0 / 256;
    make(&n, &loss, &of);
    for (double z = -10; z <= 10; z += h) { /* poles at -1 +- 0.45 i: e^{-2 pi 0.45/h} */
        double w = h * exp(-z * z / 2) / (M_SQRT2 * M_SQRTPI), t = tanh(z + 0.5), u = 1 + z;
        slope += w * (1 - t * t);
        overlap += w * sqrt(2 / M_PI) * u / sqrt(u * u + 0.2);
    }
    gst_features *f = trained(&n, 0);
    ASSERT_NEAR(fabs(f->U[0]), 2.5 * slope * overlap, 1e-12);
    ASSERT_NEAR(f->c[0], 1, 1e-13);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* ---- the same training in two ways -------------------------------------------------------------- */

typedef struct {
    training one, two;
    double tol;
} twin;

static const twin twins[] = {
    /* a population sees the mean label alone */
    {{"--steps 2 --eta 2.3 --activation tanh(z+0.4) --second-layer 1:0.6,-0.7:0.4 --target "
      "z1+z1*z2 "
      "--noise 0.5",
      "squared", GST_LABELS_SIGN},
     {"--steps 2 --eta 2.3 --activation tanh(z+0.4) --second-layer 1:0.6,-0.7:0.4 --target "
      "erf(z1+z1*z2)",
      "squared", GST_LABELS_REAL},
     1e-12},
    /* signs without noise are their mean */
    {{"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target z-0.3", "squared",
      GST_LABELS_SIGN},
     {"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target sign(z-0.3)", "squared",
      GST_LABELS_REAL},
     1e-12},
    /* yt = y/2 at an output of zero */
    {{"--alpha0 1.3 --eta 4.2 --target z1+0.3*z1*z2 --noise 0.3", "logistic", GST_LABELS_SIGN},
     {"--alpha0 1.3 --eta 2.1 --target z1+0.3*z1*z2 --noise 0.3", "squared", GST_LABELS_SIGN},
     1e-12},
    /* a cut that nothing reaches: without noise, with noise, on populations */
    {{"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target sin(1.3*z)", "huber:2.1",
      GST_LABELS_REAL},
     {"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target sin(1.3*z)", "squared",
      GST_LABELS_REAL},
     1e-11},
    {{"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target sin(1.3*z) --noise 0.2",
      "huber:6", GST_LABELS_REAL},
     {"--schedule 2.3:1.7,1.1:3 --activation tanh(z+0.4) --target sin(1.3*z) --noise 0.2",
      "squared", GST_LABELS_REAL},
     1e-11},
    {{"--steps 2 --eta 2.3 --activation tanh(z+0.4) --target z1+0.3*z1*z2 --noise 0.01", "huber:40",
      GST_LABELS_REAL},
     {"--steps 2 --eta 2.3 --activation tanh(z+0.4) --target z1+0.3*z1*z2 --noise 0.01", "squared",
      GST_LABELS_REAL},
     1e-11},
    /* at an output of zero a cut is part of the target */
    {{"--alpha0 1.3 --eta 4.2 --target z1+0.3*z2", "huber:0.7", GST_LABELS_REAL},
     {"--alpha0 1.3 --eta 4.2 --target max(-0.7,min(0.7,z1+0.3*z2))", "squared", GST_LABELS_REAL},
     1e-8},
    {{"--schedule 4.2:inf --target 2*z", "huber:0.7", GST_LABELS_REAL},
     {"--schedule 4.2:inf --target max(-0.7,min(0.7,2*z))", "squared", GST_LABELS_REAL},
     1e-12},
    /* little noise rounds the kinks of the cut a little */
    {{"--steps 2 --eta 2.3 --activation tanh(z+0.4) --target z --noise 1e-12", "huber:0.7",
      GST_LABELS_REAL},
     {"--steps 2 --eta 2.3 --activation tanh(z+0.4) --target z", "huber:0.7", GST_LABELS_REAL},
     1e-11},
    {{"--schedule 2.3:2,2.3:2 --activation tanh(z+0.4) --target z --noise 1e-10", "huber:0.7",
      GST_LABELS_REAL},
     {"--schedule 2.3:2,2.3:2 --activation tanh(z+0.4) --target z", "huber:0.7", GST_LABELS_REAL},
     1e-7},
};

static void compare_rows(const gst_features *a, const gst_features *b, double tol)
{
    size_t s = a->m + a->q + 1;
    ck_assert(a->m == b->m && a->q == b->q);
    for (size_t g = 0; g < a->K; g++) {
        ASSERT_NEAR(size_of(a, g), size_of(b, g), tol);
        ASSERT_NEAR(a->c[g], b->c[g], tol);
        for (size_t j = 0; j < a->r; j++)
            ASSERT_NEAR(target_product(a, j, g), target_product(b, j, g), tol);
        for (size_t i = 0; i < s * s; i++)
            ASSERT_NEAR(a->C[g * s * s + i], b->C[g * s * s + i], 10 * tol);
    }
}

/* Rows, and on finite batches what the steps do to the bulk. */
START_TEST(twins_agree)
{
    const twin *of = &twins[_i];
    network n[2];
    gst_loss loss[2];
    gst_features *f[2];
    gst_trajectory *t[2] = {NULL, NULL};
    const gst_label_resolution at = {.order = 192, .spikes = 96, .nodes = 40};
    make(&n[0], &loss[0], &of->one);
    make(&n[1], &loss[1], &of->two);
    for (int i = 0; i < 2; i++) {
        f[i] = trained(&n[i], 0);
        if (isfinite(n[0].problem.training.step[0].alpha0))
            t[i] = trajectory_of(&n[i], at);
    }
    compare_rows(f[0], f[1], of->tol);
    for (size_t k = 0; t[0] && k < t[0]->steps; k++) {
        const gst_step_law *p = &t[0]->step[k], *q = &t[1]->step[k];
        for (size_t g = 0; g < f[0]->K; g++) {
            ASSERT_NEAR(p->D[g], q->D[g], of->tol);
            ASSERT_NEAR(p->Om[g], q->Om[g], 2 * of->tol);
        }
    }
    for (int i = 0; i < 2; i++) {
        gst_trajectory_free(t[i]);
        gst_features_free(f[i]);
        network_clear(&n[i]);
    }
}
END_TEST

/* ---- two routes --------------------------------------------------------------------------------- */

static const training moved[] = {
    {"--eta 2.3 --activation tanh(z+0.4) --target z-0.2 --noise 0.3", "logistic", GST_LABELS_SIGN},
    {"--eta 2.3 --activation tanh(z+0.4) --target z-0.2", "logistic", GST_LABELS_SIGN},
    {"--eta 2.3 --activation tanh(z+0.4) --target 1.3*z", "huber:0.5", GST_LABELS_REAL},
    {"--eta 2.3 --activation tanh(z+0.4) --target 1.3*z --noise 1e-5", "huber:0.5",
     GST_LABELS_REAL},
    {"--eta 2.3 --activation tanh(z+0.4) --target tanh(20*z) --noise 1e-3", "huber:0.5",
     GST_LABELS_REAL},
};

/* Once populations have moved the rows: adaptive integrals over the target's own variables, and meshes over the spikes. */
START_TEST(populations_and_meshes_agree)
{
    network n;
    gst_loss loss;
    gst_step_labels labels;
    make(&n, &loss, &moved[_i]);
    gst_features *f = trained(&n, 0);
    ck_assert(f->m == 1 && f->q == 0);
    ck_assert_int_eq(gst_step_labels_init(&labels, &n.problem, NULL), GST_OK);
    for (int half = 0; half < 2; half++) {
        gst_step_means one, two;
        ck_assert_int_eq(gst_step_means_population(&one, f, &labels, half), GST_OK);
        ck_assert_int_eq(gst_step_means_batch(&two, f, &labels, half), GST_OK);
        ASSERT_CLOSE(one.square, two.square, 1e-12);
        ASSERT_NEAR(one.drift[0], two.drift[0], 1e-12);
        ASSERT_NEAR(one.second[0], two.second[0], 1e-12);
        gst_step_means_clear(&one);
        gst_step_means_clear(&two);
    }
    gst_step_labels_clear(&labels);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("step losses");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, reference_numbers, 0, COUNT(references));
    tcase_add_loop_test(cases, laws_of_two_steps, 0, COUNT(laws));
    tcase_add_loop_test(cases, laws_and_rows_agree, 0, COUNT(laws));
    tcase_add_test(cases, own_error);
    tcase_add_test(cases, closed_form_of_a_first_step);
    tcase_add_loop_test(cases, twins_agree, 0, COUNT(twins));
    tcase_add_loop_test(cases, populations_and_meshes_agree, 0, COUNT(moved));
    return run_cases("step losses", cases);
}
