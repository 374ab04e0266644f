/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trained.c - features after any number of giant steps on fresh batches, finite or not (docs/theory, training): the
 * rows step by step (rows.h). */
#include "models/training/regime.h"
#include "giantstep/problem.h"
#include "models/training/rows.h"

int gst_features_trained(gst_features **features, const gst_problem *problem, int half,
                         gst_message *message)
{
    const gst_training *training = &problem->training;
    gst_rows rows, next;
    gst_step_labels labels;
    int worst = GST_OK, status = gst_step_labels_init(&labels, problem, message);
    if (status != GST_OK)
        return status;
    status = gst_rows_start(&rows, problem);
    if (status != GST_OK)
        worst = gst_fail(message, status, "no memory");
    for (size_t i = 0; i < training->steps && worst >= 0; i++) {
        const gst_step *step = gst_training_step(training, i);
        if (!gst_step_acts(step))
            continue;
        status = gst_rows_step(&next, &rows, &labels, step, i + 1, half, message);
        worst = status != GST_OK ? status : worst;
        gst_rows_clear(&rows);
        rows = next;
    }
    gst_step_labels_clear(&labels);
    if (worst < 0) {
        gst_rows_clear(&rows);
        return worst;
    }
    *features = rows.f;
    return worst;
}
