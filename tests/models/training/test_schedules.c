/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_schedules.c - giant steps of different sizes on batches of different sizes: numbers of an independent program
 * (numpy, trapezoid rules over the target's variables and the normalised omega_g). */
#include "models/tables/moments.h"
#include "models/training/trajectory.h"
#include "tests/steps.h"

/* ---- reference numbers -------------------------------------------------------------------------- */

enum { STEPS = 3, GROUPS = 2 };

/* omega_g.omega_h (first, second, cross), w*_j.omega_g, c_g, E(g - f)^2 of the trained network; D and Om of each step
 * and group; psi.w*_j of the last step's vectors, [kind*r + j] of group 0. */
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
    size_t order = f->m > 1 ? 96 : 192;
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
            .order = dim > 1 ? 160 : 384, .spikes = 192, .nodes = 40, .half = half};
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

int main(void)
{
    TCase *cases = tcase_create("schedules");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, reference_features, 0, COUNT(references));
    tcase_add_loop_test(cases, reference_trajectories, 0, COUNT(references));
    return run_cases("schedules", cases);
}
