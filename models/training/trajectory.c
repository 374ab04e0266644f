/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trajectory.c - giant steps on fresh batches, one after the other (docs/theory, the trained bulk): the rows move step
 * by step (rows.h), and each step leaves the law of its samples (step_law.h).  Steps of size zero or without samples
 * are left out. */
#include "models/training/trajectory.h"
#include "base/memory.h"
#include "giantstep/features.h"

#include <math.h>
#include <stdlib.h>

#include "models/training/regime.h"
#include "models/training/rows.h"
#include "models/training/step_law.h"

/* Nodes of the labels' laws given the spikes, and orders of their meshes, over those without, by the number of residual
 * directions: kappa takes part of what the labels vary by. */
static const struct {
    double nodes, order;
} given[] = {{0.4, 0.5}, {0.4, 0.5}, {0.6, 0.6}, {0.6, 1.0}, {0.6, 1.0}};

static void lower(gst_label_resolution *resolution, size_t q)
{
    if (resolution->dense)
        return;
    resolution->nodes = (size_t)ceil(given[q].nodes * (double)resolution->nodes);
    resolution->order = 4 * (size_t)ceil(given[q].order / 4.0 * (double)resolution->order);
}

static size_t count_steps(const gst_training *training)
{
    size_t count = 0;
    for (size_t i = 0; i < training->steps; i++)
        count += (size_t)gst_step_acts(gst_training_step(training, i));
    return count;
}

/* The next step, number `number` of the problem's; the rows move on. */
static int add_step(gst_trajectory *t, gst_rows *rows, const gst_step_labels *labels,
                    const gst_step *step, size_t number, gst_label_resolution resolution,
                    gst_message *message)
{
    gst_rows next;
    gst_label_resolution at = resolution;
    if (t->steps > 0)
        lower(&at, rows->f->q);
    int quality = gst_rows_step(&next, rows, labels, step, number, at.half, message);
    if (quality < 0) {
        gst_rows_clear(&next);
        return quality;
    }
    const gst_features *before = t->state[t->steps];
    t->state[t->steps + 1] = next.f;
    *rows = next;
    int status =
        gst_step_law_build(&t->step[t->steps], before, labels, step->eta, 1.0 / step->alpha0, at);
    t->steps++;
    if (status < 0)
        return gst_fail(message, status, "step %zu: the law of its samples could not be set up",
                        number);
    return status != GST_OK ? status : quality;
}

/* Memory for the steps, and the rows before the first. */
static int start(gst_trajectory **trajectory, gst_rows *rows, const gst_problem *problem)
{
    size_t most = count_steps(&problem->training);
    gst_trajectory *t = *trajectory = gst_alloc(1, sizeof *t);
    if (!t)
        return GST_NO_MEMORY;
    t->step = gst_alloc(most, sizeof *t->step);
    t->state = gst_alloc(most + 1, sizeof *t->state);
    int status = t->step && t->state ? gst_rows_start(rows, problem) : GST_NO_MEMORY;
    if (status == GST_OK)
        t->state[0] = rows->f;
    return status;
}

static int add_steps(gst_trajectory *t, gst_rows *rows, const gst_problem *problem,
                     const gst_step_labels *labels, gst_label_resolution resolution,
                     gst_message *message)
{
    const gst_training *training = &problem->training;
    int worst = GST_OK;
    for (size_t i = 0; i < training->steps && worst >= 0; i++) {
        const gst_step *step = gst_training_step(training, i);
        int status = gst_step_acts(step)
                         ? add_step(t, rows, labels, step, i + 1, resolution, message)
                         : GST_OK;
        worst = status != GST_OK ? status : worst;
    }
    return worst;
}

int gst_trajectory_build(gst_trajectory **trajectory, const gst_problem *problem,
                         gst_label_resolution resolution, gst_message *message)
{
    gst_rows rows = {0};
    gst_step_labels labels;
    *trajectory = NULL;
    int status = gst_step_labels_init(&labels, problem, message);
    if (status != GST_OK)
        return status;
    status = start(trajectory, &rows, problem);
    status = status == GST_OK ? add_steps(*trajectory, &rows, problem, &labels, resolution, message)
                              : gst_fail(message, status, "no memory");
    gst_step_labels_clear(&labels);
    if (status < 0) {
        gst_trajectory_free(*trajectory);
        *trajectory = NULL;
    }
    return status;
}

void gst_trajectory_free(gst_trajectory *trajectory)
{
    if (!trajectory)
        return;
    for (size_t t = 0; t < trajectory->steps; t++)
        gst_step_law_clear(&trajectory->step[t]);
    for (size_t t = 0; trajectory->state && t <= trajectory->steps; t++)
        gst_features_free(trajectory->state[t]);
    free(trajectory->step);
    free(trajectory->state);
    free(trajectory);
}

const gst_bulk_law gst_bulk_law_isotropic = {.name = "isotropic"};
const gst_bulk_law gst_bulk_law_chain = {.name = "chain", .trajectory = gst_trajectory_build};
