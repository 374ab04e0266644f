/* SPDX-License-Identifier: GPL-3.0-or-later */
/* risk.c - a row without a value: every number is NaN. */
#include "solver/readout/resolution.h"

#include <math.h>

gst_risk gst_risk_failed(double lambda, const char *reason)
{
    return (gst_risk){.excess_risk = NAN,
                      .test_error = NAN,
                      .train_error = NAN,
                      .test_loss = NAN,
                      .train_loss = NAN,
                      .test_class = NAN,
                      .train_class = NAN,
                      .lambda = lambda,
                      .residual = NAN,
                      .quad_error = NAN,
                      .excess_low = NAN,
                      .excess_high = NAN,
                      .rare_share = NAN,
                      .status = GST_FAILED,
                      .reason = reason,
                      .note = ""};
}
