/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.c - what the activation does with the directions of two_step.h. */
#include "two_step_network.h"

#include <math.h>

static void evaluate(size_t n, const double *z, double *out, void *params)
{
    const gst_expression *const *sigma = params;
    gst_expression_evaluate(*sigma, n, z, out, NULL);
}

int gst_two_step_coefficients(const gst_activation *activation, size_t order, double *coefficient)
{
    gst_expectation_options options = gst_expectation_defaults();
    double hermite[GST_TWO_STEP_ORDER_MAX + 2], error[GST_TWO_STEP_ORDER_MAX + 2], scale = 1;
    const gst_expression *sigma = gst_activation_expression(activation);
    gst_expectand e = {gst_expression_kinks(sigma), 1, evaluate, &sigma, 0};
    if (order > GST_TWO_STEP_ORDER_MAX)
        return GST_INVALID;
    int status = gst_hermite_coefficients(&e, order + 1, &options, hermite, error);
    for (size_t k = 0; status >= 0 && k <= order; k++) {
        if (k > 0)
            scale *= hermite[1] / (double)k;
        coefficient[k] = fabs(hermite[k + 1]) <= error[k + 1] ? 0 : scale * hermite[k + 1];
    }
    return status;
}
