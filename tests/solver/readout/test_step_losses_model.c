/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_step_losses_model.c - from giant steps on labels +-1 or with other losses to the errors of a readout: theory-losses
 * A.10, and after two steps on finite batches another code's numbers (half the test and training error of least squares,
 * which that code has for any law of the residual labels). */
#include <string.h>

#include "models/loss/loss.h"
#include "tests/network.h"

static const struct {
    const char *options, *step_loss, *loss;
    gst_labels labels;
    double test_loss, test_class, train_loss, train_class, tol;
} cases[] = {
    /* a finite batch */
    {"--alpha0 2 --eta 3 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05 "
     "--width 400",
     "squared", "squared", GST_LABELS_SIGN, 0.4297261246, 0.2665227134, 0.1359845368, 0.0611099170,
     1e-10},
    {"--alpha0 2 --eta 3 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05 "
     "--width 400",
     "squared", "logistic", GST_LABELS_SIGN, 0.5349477449, 0.2504546841, 0.2861595902, 0.0954118317,
     1e-10},
    {"--alpha0 2 --eta 3 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05 "
     "--width 400",
     "squared", "hinge", GST_LABELS_SIGN, 0.6451927570, 0.2668876403, 0.1661997724, 0.0683015974,
     1e-10},
    {"--alpha0 2 --eta 3 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05",
     "squared", "logistic", GST_LABELS_SIGN, 0.5347741023, 0.2503385913, NAN, NAN, 1e-10},
    /* populations */
    {"--eta 3 --target z --noise 0.1 --alpha 2 --lambda 0.01 --width 400", "squared", "logistic",
     GST_LABELS_SIGN, 0.360191481740, 0.124054899164, 0.047731901186, 0.002934543451, 2e-12},
    {"--eta 4 --activation tanh(z+0.5) --second-layer 1:1,-0.5:1 --target z --noise 0.1 --alpha 2 "
     "--lambda 0.01 --width 400",
     "squared", "logistic", GST_LABELS_SIGN, 0.351569034395, 0.123054694275, 0.049109215826,
     0.002932187856, 2e-12},
    {"--eta 4 --activation tanh(z+0.5) --second-layer 1:1,-0.5:1 --target z --alpha 4 --lambda 0.3 "
     "--width 400",
     "squared", "logistic", GST_LABELS_SIGN, 0.0589976495, 0.0138743545, 0.0479742980, 0.0033262077,
     1e-10},
    /* two steps on finite batches */
    {"--schedule 3:2,3:2 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05",
     "logistic", "squared", GST_LABELS_SIGN, 0.7481389412988 / 2, NAN, 0.2402519846751 / 2, NAN,
     1e-11},
    {"--schedule 3:2,3:2 --activation tanh(z+0.5) --target z --noise 0.1 --alpha 2 --lambda 0.05 "
     "--width 400",
     "logistic", "squared", GST_LABELS_SIGN, 0.7485202907714 / 2, NAN, 0.2403856420840 / 2, NAN,
     1e-11},
    {"--schedule 4:3,2:1.5 --activation tanh(z+0.5) --second-layer 1:0.6,-0.5:0.4 --target z "
     "--noise 0.3 --alpha 2 --lambda 0.05 --width 400",
     "logistic", "squared", GST_LABELS_SIGN, 0.8081535533263 / 2, NAN, 0.2775640939347 / 2, NAN,
     1e-10},
    {"--schedule 3:2,2:3 --activation tanh(z+0.5) --target tanh(2*z) --noise 0.1 --alpha 2 "
     "--lambda 0.05",
     "huber:0.4", "squared", GST_LABELS_REAL, 0.4508038686717 / 2, NAN, 0.1555666540674 / 2, NAN,
     1e-10},
    {"--schedule 3:2,2:3 --activation tanh(z+0.5) --target tanh(2*z) --noise 0.1 --alpha 2 "
     "--lambda 0.05 --width 400",
     "huber:0.4", "squared", GST_LABELS_REAL, 0.4511332423499 / 2, NAN, 0.1556953519197 / 2, NAN,
     1e-10},
};

START_TEST(errors_of_a_readout)
{
    network n;
    gst_loss step, loss;
    gst_message message = {""};
    network_make(&n, "%s --bulk exact", cases[_i].options);
    ck_assert_int_eq(gst_loss_parse(cases[_i].step_loss, &step, &message), GST_OK);
    ck_assert_int_eq(gst_loss_parse(cases[_i].loss, &loss, &message), GST_OK);
    n.problem.labels = cases[_i].labels;
    n.problem.loss = &loss;
    n.problem.training.loss = &step;
    gst_risk risk = network_solve(&n, NULL);
    double tol = cases[_i].tol;
    ASSERT_NEAR(risk.test_loss, cases[_i].test_loss, tol);
    if (!isnan(cases[_i].test_class))
        ASSERT_NEAR(risk.test_class, cases[_i].test_class, tol);
    if (!isnan(cases[_i].train_loss))
        ASSERT_NEAR(risk.train_loss, cases[_i].train_loss, tol);
    if (!isnan(cases[_i].train_class))
        ASSERT_NEAR(risk.train_class, cases[_i].train_class, tol);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("readouts after steps with other losses");
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, errors_of_a_readout, 0, COUNT(cases));
    return run_cases("step losses and models", all);
}
