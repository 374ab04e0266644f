/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve.c - excess risk of ridge regression after one giant step, at a few sample ratios. */
#include <giantstep/giantstep.h>

#include <math.h>
#include <stdio.h>

static int print_curve(gst_model *model)
{
    const double alphas[] = {0.5, 1.0, 2.0, 4.0};
    gst_solve_options options = gst_solve_defaults();
    gst_point point = {.beta = 1.0, .lambda = 0.1, .noise = 0.0, .width = INFINITY};
    printf("alpha  excess_risk   quad_error  status\n");
    for (size_t i = 0; i < sizeof alphas / sizeof *alphas; i++) {
        gst_risk risk;
        point.alpha = alphas[i];
        int status = gst_model_solve(model, &point, &options, &risk, NULL);
        if (status < 0)
            return status;
        printf("%5.2f  %.10f  %.0e       %s\n", point.alpha, risk.excess_risk, risk.quad_error,
               gst_status_name(risk.status));
    }
    return GST_OK;
}

int main(void)
{
    gst_message message = {""}; /* says why, when a call fails */
    gst_activation *sigma = NULL;
    gst_target *g = NULL;
    gst_second_layer layer = {0};
    gst_model *model = NULL;

    int status = gst_activation_compile(&sigma, "tanh", &message);
    if (status >= 0)
        status = gst_target_compile(&g, "sin(z1)", &message);
    if (status >= 0)
        status = gst_second_layer_parse(&layer, "1:0.5,-0.5:0.5", &message);

    /* one step of size 3 with the population gradient */
    gst_problem problem = {
        .activation = sigma,
        .target = g,
        .layer = &layer,
        .training = gst_training_equal_steps(1, 3.0, INFINITY),
    };
    if (status >= 0)
        status = gst_model_alloc(&model, &problem, &message);
    if (status >= 0)
        status = print_curve(model);
    if (status < 0)
        fprintf(stderr, "%s: %s\n", gst_status_name(status), message.text);

    gst_model_free(model);
    gst_second_layer_clear(&layer);
    gst_target_free(g);
    gst_activation_free(sigma);
    return status < 0;
}
