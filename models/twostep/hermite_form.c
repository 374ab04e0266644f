/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite_form.c - Hermite coefficients of the derivative of the activation, as two steps at linear width need them. */
#include "models/twostep/hermite_form.h"
#include "giantstep/two_step.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"

#include "integrals/expectation.h"

#include <math.h>

static void evaluate(size_t n, const double *z, double *out, void *params)
{
    const gst_expression *const *sigma = params;
    gst_expression_evaluate(*sigma, n, z, out, NULL);
}

int gst_two_step_hermite(const gst_activation *activation, size_t order, double *hermite)
{
    gst_expectation_options options = gst_expectation_defaults();
    double value[GST_TWO_STEP_ORDER_MAX + 2], error[GST_TWO_STEP_ORDER_MAX + 2];
    const gst_expression *sigma = gst_activation_expression(activation);
    gst_expectand e = {
        .kinks = gst_expression_kinks(sigma), .components = 1, .f = evaluate, .params = &sigma};
    if (order > GST_TWO_STEP_ORDER_MAX)
        return GST_INVALID;
    int status = gst_hermite_coefficients(&e, order + 1, &options, value, error);
    for (size_t k = 0; status >= 0 && k <= order; k++)
        hermite[k] = fabs(value[k + 1]) <= error[k + 1] ? 0 : value[k + 1];
    return status;
}
