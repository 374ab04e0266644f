/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_target.c - the mean label as a target: what tabulates and cuts a target does the same for it.
 *
 *   y = sign(g + sqrt(Delta) n):  P(y = 1|z) = Phi(g/sqrt(Delta)),  E[y|z] = erf(g/sqrt(2 Delta)). */
#include "models/training/label_target.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include "base/memory.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function's name alone stands for the function of z1. */
static const char *argument_of(const char *text)
{
    for (size_t i = 0; gst_expression_function_name(i); i++)
        if (strcmp(text, gst_expression_function_name(i)) == 0)
            return "(z1)";
    return "";
}

int gst_label_target(gst_target **mean, const gst_target *target, gst_labels labels, double noise)
{
    const char *g = gst_target_text(target), *argument = argument_of(g);
    size_t size = strlen(g) + 64;
    char *text = gst_alloc(size, 1);
    *mean = NULL;
    if (!text)
        return GST_NO_MEMORY;
    if (labels == GST_LABELS_REAL)
        snprintf(text, size, "%s", g);
    else if (noise > 0.0)
        snprintf(text, size, "erf(%.17g*(%s%s))", 1.0 / sqrt(2.0 * noise), g, argument);
    else
        snprintf(text, size, "sign(%s%s)", g, argument);
    int status = gst_target_compile_like(mean, text, target, NULL);
    free(text);
    return status;
}

int gst_label_variance(const gst_target *mean, gst_labels labels, double noise, int half,
                       double *variance)
{
    gst_target_moments m;
    *variance = noise;
    if (labels == GST_LABELS_REAL)
        return GST_OK;
    int status = gst_target_moments_compute(mean, half, &m);
    *variance = 1.0 - m.variance - m.mean * m.mean;
    return status;
}

int gst_label_mean(const gst_problem *problem, gst_problem *of_mean, gst_target **mean)
{
    *of_mean = *problem;
    *mean = NULL;
    if (problem->labels == GST_LABELS_REAL)
        return GST_OK;
    int status = gst_label_target(mean, problem->target, problem->labels, problem->training.noise);
    of_mean->target = *mean;
    of_mean->labels = GST_LABELS_REAL;
    return status;
}

int gst_label_floor(const gst_problem *problem, double *floor)
{
    gst_target *mean;
    double noise = problem->training.noise;
    *floor = noise;
    if (problem->labels == GST_LABELS_REAL)
        return GST_OK;
    *floor = NAN;
    int status = gst_label_target(&mean, problem->target, problem->labels, noise);
    if (status < 0)
        return status;
    status = gst_label_variance(mean, problem->labels, noise, 0, floor);
    gst_target_free(mean);
    return status;
}
