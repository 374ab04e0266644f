/* SPDX-License-Identifier: GPL-3.0-or-later */
/* squared.c - the squared loss l = (y - f)^2/2. */
#include "base/wide.h"
#include "models/loss/loss.h"

static void slope(size_t n, double *residual)
{
    (void)n;
    (void)residual;
}

GST_WIDE_CLONES
static void respond(size_t n, double rho, const double *restrict w, double *restrict V,
                    double *restrict weight)
{
    for (size_t k = 0; k < n; k++) {
        double inverse = 1.0 / V[k];
        weight[k] = rho * w[k] * inverse;
        V[k] = weight[k] * inverse;
    }
}

const gst_loss gst_loss_squared = {.name = "squared", .slope = slope, .respond = respond};
