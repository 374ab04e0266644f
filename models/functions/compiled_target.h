/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compiled_target.h - what the library asks of a target besides its moments. */
#ifndef GST_COMPILED_TARGET_H
#define GST_COMPILED_TARGET_H

#include <stddef.h>

#include "models/functions/expression.h"

typedef struct gst_target gst_target;

const gst_expression *gst_target_expression(const gst_target *target);

/* As a function of the same variables as another target; status as gst_target_compile. */
int gst_target_compile_like(gst_target **target, const char *text, const gst_target *other,
                            gst_message *message);

/* The shortest panel on which g is resolved along its variables (target_panels.h): what a mesh has to see. */
double gst_target_finest_panel(const gst_target *target);

/* Relative error of sqrt(Var g), by what two rules make of Var g. */
double gst_target_deviation_error(const gst_target *target);

#endif
