/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_samples.c - the batches of a training at a finite dimension. */
#include <math.h>

#include "giantstep/simulation.h"
#include "giantstep/problem.h"

size_t gst_step_samples(const gst_step *step, size_t d)
{
    int drawn = gst_step_acts(step) && isfinite(step->alpha0);
    return drawn ? (size_t)fmin(floor(step->alpha0 * (double)d + 0.5), 0x1p53) : 0;
}

gst_training gst_training_realised(const gst_training *training, size_t d)
{
    gst_training realised = *training;
    for (size_t i = 0; i < realised.listed; i++)
        if (gst_step_acts(&realised.step[i]) && isfinite(realised.step[i].alpha0))
            realised.step[i].alpha0 = (double)gst_step_samples(&training->step[i], d) / (double)d;
    return realised;
}
