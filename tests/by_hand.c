/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_hand.c - features made by hand. */
#include "tests/by_hand.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"

#include <stdint.h>

#include "models/training/bulk_law.h"
#include "tests/numbers.h"

void by_hand_open(by_hand *b, const hand_case *of, const char *loss, gst_labels labels,
                  double noise, size_t index, int half)
{
    gst_activation *activation;
    gst_target *target;
    *b = (by_hand){.of = *of};
    ck_assert_int_eq(gst_activation_compile(&activation, of->activation, NULL), GST_OK);
    ck_assert_int_eq(gst_target_compile(&target, of->target, NULL), GST_OK);
    ck_assert_int_eq(gst_loss_parse(loss, &b->loss, NULL), GST_OK);
    b->rest = sqrt(1.0 - of->gamma * of->gamma);
    b->f = (gst_features){.K = of->K,
                          .m = 1,
                          .q = of->gamma < 1.0,
                          .r = 1,
                          .pi = b->of.pi,
                          .U = b->of.U,
                          .c = b->of.c,
                          .C = b->of.C,
                          .gamma = &b->of.gamma,
                          .rest = &b->rest,
                          .problem = {.target = target,
                                      .activation = activation,
                                      .loss = &b->loss,
                                      .labels = labels,
                                      .training = {.noise = noise}},
                          .bulk = &gst_bulk_law_isotropic};
    ck_assert_int_eq(gst_resolution_alloc(&b->r, &b->f, index, half), GST_OK);
}

void by_hand_clear(by_hand *b)
{
    gst_resolution_clear(&b->r);
    gst_activation_free((gst_activation *)(uintptr_t)b->f.problem.activation);
    gst_target_free((gst_target *)(uintptr_t)b->f.problem.target);
}

gst_risk by_hand_solve(by_hand *b, double alpha, double beta, double lambda, double noise,
                       double width)
{
    gst_solve_options options = gst_solve_defaults();
    const gst_point point = {
        .alpha = alpha, .beta = beta, .lambda = lambda, .noise = noise, .width = width};
    gst_risk risk;
    int status = gst_resolution_solve(&b->r, &point, &options, NULL, &risk);
    ck_assert_msg(status == GST_OK, "alpha=%g lambda=%g: %s, %s", alpha, lambda,
                  gst_status_name(status), risk.reason);
    ck_assert(risk.residual <= options.tol);
    return risk;
}
