/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coupled_model.c - models with any loss and labels +-1: status and errors of their answers, limits, what is refused,
 * the best ridge by several criteria, the threshold of separability. */
#include <string.h>

#include "models/loss/loss.h"
#include "tests/network.h"

/* Given spikes: exact-norm rows.  The first is a finite batch's with a bulk of the same variance. */
static const char *const networks[] = {
    ("--activation tanh(z+0.5) --target linear --spike 1.786176186229 --overlap 0.718077872613 "
     "--bulk-variance 1.839213703256 --alpha 2 --lambda 0.05 --noise 0.1 --width 400"),
    ("--activation tanh(z+0.4) --target z1+z2 --spike 1.5,-1,0.6 --overlap 0.8,0.3 --second-layer "
     "1:1,1:2,1:1 --alpha 1.7 --lambda 0.03 --noise 0.2 --width 300"),
};

static gst_model *open_model(network *n, int which, gst_loss *loss, const char *name,
                             gst_labels labels)
{
    gst_model *model;
    gst_message message = {""};
    network_make(n, "%s", networks[which]);
    ck_assert_int_eq(gst_loss_parse(name, loss, NULL), GST_OK);
    n->problem.loss = loss;
    n->problem.labels = labels;
    n->problem.training.noise = n->point.noise;
    ck_assert_msg(gst_model_alloc(&model, &n->problem, &message) == GST_OK, "%s", message.text);
    return model;
}

/* Answers are GST_OK with an error below the tolerance, and agree with the numbers of another code. */
START_TEST(reference_numbers)
{
    static const struct {
        const char *loss;
        double test_loss, test_class;
    } want[] = {{"squared", 0.4197942396, 0.2578290276}, {"logistic", 0.5196258019, 0.2417083907}};
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, want[_i].loss, GST_LABELS_SIGN);
    gst_risk risk = model_risk(model, &n.point, NULL);
    ASSERT_NEAR(risk.test_loss, want[_i].test_loss, 1e-10);
    ASSERT_NEAR(risk.test_class, want[_i].test_class, 1e-10);
    ck_assert(risk.quad_error <= 1e-10 * (risk.excess_risk + 1) && risk.note[0] == '\0');
    ck_assert_double_eq(gst_model_target_variance(model), 1);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* No spike: labels that are no probit are averaged over the residual directions node by node, by as many nodes as it takes;
 * groups a sign apart are the same network.  The number of another code is good to 1e-4. */
START_TEST(untrained)
{
    static const struct {
        const char *second_layer;
        double eta;
    } of[] = {{"ones", 0}, {"1,-1", 0}, {"ones", 1e-5}};
    gst_risk risk[3];
    for (size_t i = 0; i < 3; i++) {
        network n;
        gst_loss loss;
        gst_solve_options options = gst_solve_defaults();
        options.tol = i == 0 ? options.tol : 1e-7;
        network_make(
            &n,
            "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer %s --eta %g --alpha 3 "
            "--lambda 0.05 --noise 0.2",
            of[i].second_layer, of[i].eta);
        ck_assert_int_eq(gst_loss_parse("logistic", &loss, NULL), GST_OK);
        n.problem.loss = &loss;
        n.problem.labels = GST_LABELS_SIGN;
        n.problem.training.noise = n.point.noise;
        gst_model *model = network_model(&n);
        ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk[i], NULL), GST_OK);
        gst_model_free(model);
        network_clear(&n);
    }
    ASSERT_NEAR(risk[0].test_loss, 0.708233582, 1e-9);
    ASSERT_NEAR(risk[0].test_loss, 0.708209634, 1e-4);
    ASSERT_NEAR(risk[0].test_class, 0.394730430, 1e-4);
    ASSERT_NEAR(risk[0].train_loss, 0.464794234, 1e-4);
    for (size_t i = 1; i < 3; i++) {
        ASSERT_NEAR(risk[i].test_loss, risk[0].test_loss, 1e-6);
        ASSERT_NEAR(risk[i].test_class, risk[0].test_class, 1e-6);
        ASSERT_NEAR(risk[i].train_loss, risk[0].train_loss, 1e-6);
    }
}
END_TEST

/* At infinite width the difference of two groups is a feature at no cost however small the step: where it is lost to
 * rounding, the answer is that without it and not GST_OK; where it nearly is, rounding decides whether the iteration settles, not
 * where it does. */
START_TEST(nearly_collinear)
{
    static const double eta[] = {1e-2, 1e-4, 1e-7};
    gst_risk risk[3];
    for (size_t i = 0; i < 3; i++) {
        network n;
        gst_loss loss;
        gst_solve_options options = gst_solve_defaults();
        options.tol = 1e-6;
        network_make(
            &n,
            "--activation tanh(z+0.5) --target z1 --second-layer 1,-1 --eta %g --alpha 1.5 "
            "--lambda 0.05 --noise 0.2",
            eta[i]);
        ck_assert_int_eq(gst_loss_parse("logistic", &loss, NULL), GST_OK);
        n.problem.loss = &loss;
        n.problem.labels = GST_LABELS_SIGN;
        n.problem.training.noise = n.point.noise;
        gst_model *model = network_model(&n);
        int status = gst_model_solve(model, &n.point, &options, &risk[i], NULL);
        ck_assert(i == 1 ? status >= GST_OK : status == (i == 0 ? GST_OK : GST_LOOSE));
        gst_model_free(model);
        network_clear(&n);
    }
    ASSERT_NEAR(risk[0].test_loss, risk[1].test_loss, 1e-4);
    ck_assert(fabs(risk[2].test_loss - risk[1].test_loss) <= risk[2].quad_error);
    ck_assert(strstr(risk[2].reason, "collinear") != NULL);
}
END_TEST

/* Every loss on two target directions, three groups: the squared error of the prediction in two ways; its order
 * parameters; a point answered from another and cold. */
START_TEST(every_loss)
{
    const gst_loss *row = gst_loss_row((size_t)_i);
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 1, &loss, row->parameter_name ? "huber:0.3" : row->name,
                                  row->margin ? GST_LABELS_SIGN : GST_LABELS_REAL);
    size_t K, m, q;
    gst_solution *solution = model_solution(model);
    gst_risk cold = model_risk(model, &n.point, solution);
    gst_model_shape(model, &K, &m, &q);
    ck_assert(K == 3 && m == 1 && q == 2);
    ck_assert(cold.test_error > cold.excess_risk && isnan(cold.rare_share));
    ck_assert(isnan(cold.test_class) == !row->margin && isnan(cold.train_class) == !row->margin);
    ck_assert(isnan(cold.test_loss) == !strcmp(row->name, "max-margin"));
    double floor_ = cold.test_error - cold.excess_risk;
    if (!row->margin)
        ASSERT_CLOSE(floor_, n.point.noise, 1e-9);
    for (size_t g = 0; g < K; g++)
        ck_assert(solution->V2[g] > 0 && solution->q2[g] > 0 && solution->Q[g * K + g] > 0);
    gst_point other = n.point;
    other.alpha = 1.1;
    model_risk(model, &other, NULL);
    gst_risk warm = model_risk(model, &n.point, NULL);
    ASSERT_CLOSE(warm.excess_risk, cold.excess_risk, 1e-8);
    gst_model_reset(model);
    gst_risk again = model_risk(model, &n.point, NULL);
    ck_assert(again.excess_risk == cold.excess_risk && again.iterations == cold.iterations);
    gst_solution_free(solution);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* The noise of labels is the point's: a model asked at several answers as one made for each. */
START_TEST(noise_of_point)
{
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, "logistic", GST_LABELS_SIGN);
    double at[2];
    for (int k = 0; k < 2; k++) {
        n.point.noise = k ? 0.4 : 0.02;
        at[k] = model_risk(model, &n.point, NULL).test_class;
    }
    ck_assert(at[1] > at[0] + 0.02);
    gst_model_free(model);
    n.problem.training.noise = n.point.noise;
    ck_assert_int_eq(gst_model_alloc(&model, &n.problem, NULL), GST_OK);
    ASSERT_CLOSE(model_risk(model, &n.point, NULL).test_class, at[1], 1e-9);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* Noiseless labels, whose probability jumps, at kappa and at s. */
START_TEST(noiseless)
{
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, "logistic", GST_LABELS_SIGN);
    n.point.noise = 0;
    gst_risk risk = model_risk(model, &n.point, NULL);
    n.point.noise = 1e-4;
    gst_risk near = model_risk(model, &n.point, NULL);
    ASSERT_NEAR(risk.test_class, near.test_class, 3e-3);
    ASSERT_CLOSE(risk.test_error, risk.excess_risk, 1e-12);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* A large ridge leaves outputs so little variance that hinges jump from node to node of the first order, where nothing settles;
 * a ridge so large that no order tried sees them fails for that reason, as does no minimum, at once. */
START_TEST(jumps)
{
    static const double lambda[] = {10, 20, 1e3, 0.1};
    network n;
    gst_loss loss;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "--activation tanh --target z --eta 3 --alpha 2 --noise %g --lambda %g",
                 _i == 3 ? 0 : 0.1, lambda[_i]);
    ck_assert_int_eq(gst_loss_parse("hinge", &loss, NULL), GST_OK);
    n.problem.loss = &loss;
    n.problem.labels = GST_LABELS_SIGN;
    n.problem.training.noise = n.point.noise;
    gst_model *model = network_model(&n);
    int status = gst_model_solve(model, &n.point, &options, &risk, NULL);
    ck_assert_int_eq(status, _i < 2 ? GST_OK : GST_FAILED);
    if (_i == 0)
        ASSERT_CLOSE(risk.excess_risk, 3.685793129507, 1e-11);
    if (_i >= 2)
        ck_assert_ptr_nonnull(strstr(risk.reason, _i == 2 ? "settle" : "no minimum"));
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

START_TEST(best_ridge)
{
    static const gst_criterion criteria[] = {GST_BEST_EXCESS_RISK, GST_BEST_TEST_LOSS,
                                             GST_BEST_TEST_CLASS};
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, "logistic", GST_LABELS_SIGN);
    gst_solve_options options = gst_solve_defaults();
    gst_risk best, beside;
    options.criterion = criteria[_i];
    ck_assert_int_ge(gst_model_optimise_lambda(model, &n.point, 1e-3, 1e4, &options, &best, NULL),
                     0);
    double least = _i == 0 ? best.excess_risk : _i == 1 ? best.test_loss : best.test_class;
    ck_assert(best.lambda > 2e-3 && best.lambda < 5e3);
    for (int side = 0; side < 2; side++) {
        n.point.lambda = best.lambda * (side ? 1.3 : 0.77);
        beside = model_risk(model, &n.point, NULL);
        double other = _i == 0   ? beside.excess_risk
                       : _i == 1 ? beside.test_loss
                                 : beside.test_class;
        ck_assert_msg(other > least, "%g at %g, %g at %g", other, n.point.lambda, least,
                      best.lambda);
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* The threshold; just below it the margin is small, beyond it a hard margin is refused. */
START_TEST(separability)
{
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, "max-margin", GST_LABELS_SIGN);
    gst_solve_options options = gst_solve_defaults();
    gst_separability found;
    gst_risk risk;
    ck_assert_int_eq(gst_model_separability(model, &n.point, &options, &found), GST_OK);
    ck_assert(found.error <= 1e-10 * found.alpha_c && found.residual <= 1e-10);
    ASSERT_NEAR(found.alpha_c, 3.111303287, 1e-9);
    n.point.alpha = 0.98 * found.alpha_c;
    risk = model_risk(model, &n.point, NULL);
    ck_assert_double_eq(risk.train_class, 0);
    n.point.alpha = 1.01 * found.alpha_c;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_FAILED);
    ck_assert(isnan(risk.excess_risk) && strstr(risk.reason, "separated"));
    n.point.beta = -1;
    ck_assert_int_eq(gst_model_separability(model, &n.point, &options, &found), GST_INVALID);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

START_TEST(refused)
{
    network n;
    gst_loss loss;
    gst_model *model = open_model(&n, 0, &loss, "huber:0.3", GST_LABELS_REAL);
    gst_solve_options options = gst_solve_defaults();
    gst_separability found;
    gst_risk risk;
    ck_assert_int_eq(gst_model_separability(model, &n.point, &options, &found), GST_INVALID);
    options.criterion = GST_BEST_TEST_CLASS;
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 0.1, 1, &options, &risk, NULL),
                     GST_INVALID);
    options = gst_solve_defaults();
    options.method = GST_METHOD_ENCLOSE;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_INVALID);
    options.method = GST_METHOD_DAMPED;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_INVALID);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("coupled model");
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, reference_numbers, 0, 2);
    tcase_add_test(cases, untrained);
    tcase_add_test(cases, nearly_collinear);
    tcase_add_loop_test(cases, every_loss, 1, 6);
    tcase_add_test(cases, noise_of_point);
    tcase_add_test(cases, noiseless);
    tcase_add_loop_test(cases, jumps, 0, 4);
    tcase_add_loop_test(cases, best_ridge, 0, 3);
    tcase_add_test(cases, separability);
    tcase_add_test(cases, refused);
    return run_cases("coupled model", cases);
}
