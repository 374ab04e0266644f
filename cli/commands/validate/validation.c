/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validation.c - what the parts of `giantstep validate' share. */
#include "cli/commands/validate/validation.h"

void gst_validation_axes(const gst_validation *v, size_t rung, size_t point, double axes[GST_AXES])
{
    gst_grid_point(&v->plan.grid, rung * v->plan.points + point, axes);
}

const char *gst_validation_quantity(size_t quantity)
{
    static const char *const names[GST_VALIDATION_QUANTITIES] = {"excess_risk", "train_error",
                                                                 "test_loss", "test_class"};
    return names[quantity];
}

double gst_validation_theory(const gst_risk *risk, size_t quantity)
{
    const double values[GST_VALIDATION_QUANTITIES] = {risk->excess_risk, risk->train_error,
                                                      risk->test_loss, risk->test_class};
    return values[quantity];
}
