/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validation.c - what the parts of `giantstep validate' share. */
#include "cli/commands/validate/validation.h"

void gst_validation_axes(const gst_validation *v, size_t rung, size_t point, double axes[GST_AXES])
{
    gst_grid_point(&v->plan.grid, rung * v->plan.points + point, axes);
}
