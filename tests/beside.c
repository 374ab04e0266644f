/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside.c - one replicate is a pair of networks of the same number and of the seeds d and 2d. */
#include "tests/beside.h"

static void theory_at(network *n, size_t d, double tol, double *theory)
{
    const gst_training asked = n->problem.training;
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    options.tol = tol;
    n->point.width = n->point.beta * (double)d;
    n->problem.training = gst_training_realised(&asked, d);
    gst_model *model = network_model(n);
    ck_assert_int_eq(gst_model_solve(model, &n->point, &options, &risk, NULL), GST_OK);
    gst_model_free(model);
    n->problem.training = asked;
    theory[0] = risk.excess_risk;
    theory[1] = risk.train_error;
    theory[2] = risk.test_loss;
    theory[3] = risk.test_class;
}

void beside_theory(beside *b, network *n, size_t d, double tol)
{
    theory_at(n, d, tol, b->theory[0]);
    theory_at(n, 2 * d, tol, b->theory[1]);
}

static void replicate(const network *n, gst_weights weights, size_t d, size_t number, size_t times,
                      const double *theory, double *off)
{
    gst_message message = {""};
    gst_sample sample;
    gst_simulation s = {.problem = &n->problem,
                        .weights = weights,
                        .d = d,
                        .beta = n->point.beta,
                        .alphas = &n->point.alpha,
                        .alpha_count = 1,
                        .lambdas = &n->point.lambda,
                        .lambda_count = 1,
                        .test_samples = times * d,
                        .seed = d};
    int status = gst_simulation_run(&s, number, &sample, &message);
    ck_assert_msg(status == GST_OK && sample.status == GST_OK, "%s", message.text);
    off[0] = sample.excess_risk - theory[0];
    off[1] = sample.train_error - theory[1];
    off[2] = sample.test_loss - theory[2];
    off[3] = sample.test_class - theory[3];
}

void beside_measure(beside *b, const network *n, gst_weights weights, size_t d, size_t count,
                    size_t times)
{
    size_t numbers = n->problem.labels == GST_LABELS_SIGN ? BESIDE_NUMBERS : 2;
    double off[2][BESIDE_NUMBERS];
    b->off = (pairs){0};
    for (size_t k = 0; k < count; k++) {
        replicate(n, weights, d, k, times, b->theory[0], off[0]);
        replicate(n, weights, 2 * d, k, times, b->theory[1], off[1]);
        pairs_add(&b->off, numbers, off[0], off[1]);
    }
}

static size_t first;

static const char *name_of(size_t i)
{
    static const char *const names[BESIDE_NUMBERS] = {"excess risk", "train error", "test loss",
                                                      "test class"};
    return names[first + i];
}

void beside_check(const beside *b, size_t from, double level, double blunt)
{
    const double none[BESIDE_NUMBERS] = {0};
    static pairs rest;
    rest = (pairs){.count = b->off.count - from, .replicates = b->off.replicates};
    for (size_t i = 0; i < rest.count; i++) {
        rest.mean[i] = b->off.mean[from + i];
        rest.square[i] = b->off.square[from + i];
    }
    first = from;
    pairs_check(&rest, none, level, blunt, name_of);
}
