/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep_predict.c - `giantstep twostep --singular-values`: the leading singular values of the first layer at
 * finite width, for every d. */
#include <math.h>

#include "cli/commands/twostep/twostep.h"
#include "cli/process/report.h"
#include "cli/tables/flagged.h"

enum { COLUMNS = 12 };

static const char *const names[COLUMNS] = {"d",        "width",    "batch",          "k",
                                           "exponent", "strength", "singular_value", "overlap",
                                           "edge",     "outliers", "error",          "status"};

const char *const gst_twostep_batch_names[GST_TWOSTEP_BATCHES] = {"fresh", "reuse"};

const char gst_twostep_unsettled[] = "the last terms still change the singular value: no "
                                     "prediction at this width and phi, unless a larger --order "
                                     "settles it";

/* The own slopes of a reused batch want derivatives that the activation may not have. */
static void note_kinks(const gst_twostep *t, const gst_two_step_network *network)
{
    if (network->batch == GST_BATCH_REUSED && network->smooth <= t->order)
        gst_report(
            0,
            "note: --activation: '%.200s': joint means of its derivatives not found from k = "
            "%zu on, predictions for a reused batch take the mean slope there",
            gst_setting_text(t->settings, GST_OPTION_ACTIVATION),
            network->smooth > 0 ? network->smooth : 1);
}

int gst_twostep_networks(const gst_twostep *t, gst_two_step_network networks[GST_TWOSTEP_BATCHES])
{
    gst_message message = {""};
    for (int batch = 0; batch < GST_TWOSTEP_BATCHES; batch++) {
        gst_two_step problem = gst_twostep_problem(t, (gst_second_batch)batch);
        int status =
            gst_two_step_network_prepare(&problem, t->activation, &networks[batch], &message);
        if (status < 0)
            return gst_setting_refuse_status(t->settings, GST_OPTION_TARGET, status, message.text);
        note_kinks(t, &networks[batch]);
    }
    return 0;
}

double gst_twostep_width(const gst_twostep *t, size_t rung)
{
    return floor(t->beta * t->grid.values[GST_AXIS_D][rung] + 0.5);
}

int gst_twostep_prediction(const gst_twostep *t, const gst_two_step_network *network, size_t rung,
                           gst_two_step_prediction *prediction)
{
    int status = gst_two_step_network_predict(network, t->a1, t->a2, gst_twostep_width(t, rung),
                                              t->grid.values[GST_AXIS_D][rung], prediction);
    if (status < 0)
        return gst_report(GST_EXIT_RUNTIME, "singular values: %s", gst_status_name(status));
    return 0;
}

static void write_rows(const gst_twostep *t, size_t rung, int batch,
                       const gst_two_step_prediction *p, gst_table *table, gst_flagged *flagged)
{
    for (size_t k = 0; k <= t->order; k++) {
        gst_cell cells[COLUMNS] = {
            gst_cell_number(t->grid.values[GST_AXIS_D][rung]),
            gst_cell_number(gst_twostep_width(t, rung)),
            gst_cell_text(gst_twostep_batch_names[batch]),
            gst_cell_number((double)k),
            gst_cell_number(gst_two_step_exponent(t->a1, t->a2, k)),
            gst_cell_number(p->strength[k]),
            gst_cell_number(p->value[k]),
            gst_cell_number(p->overlap[k]),
            gst_cell_number(p->edge),
            gst_cell_number((double)p->outliers),
            gst_cell_number(p->error[k]),
            gst_cell_text(gst_status_name(p->status[k])),
        };
        gst_table_row(table, COLUMNS, cells);
        gst_flagged_add(flagged, p->status[k], gst_twostep_unsettled);
    }
}

static int check_widths(const gst_twostep *t)
{
    for (size_t rung = 0; rung < t->grid.count[GST_AXIS_D]; rung++)
        if (!(gst_twostep_width(t, rung) >= 1))
            return gst_setting_refuse(t->settings, GST_OPTION_BETA, NULL,
                                      "gives no neurons at d = %.15g",
                                      t->grid.values[GST_AXIS_D][rung]);
    return 0;
}

int gst_twostep_predict(const gst_twostep *t)
{
    gst_two_step_network networks[GST_TWOSTEP_BATCHES];
    gst_two_step_prediction p;
    gst_flagged flagged = {0};
    gst_output output;
    gst_table table;
    size_t rows = t->grid.count[GST_AXIS_D] * GST_TWOSTEP_BATCHES * (t->order + 1);
    int code = check_widths(t);
    if (code == 0)
        code = gst_twostep_networks(t, networks);
    if (code == 0)
        code = gst_twostep_open(t, &output, &table, rows, COLUMNS, names);
    if (code != 0)
        return code;
    for (size_t rung = 0; rung < t->grid.count[GST_AXIS_D]; rung++) {
        for (int batch = 0; batch < GST_TWOSTEP_BATCHES && code == 0; batch++) {
            code = gst_twostep_prediction(t, &networks[batch], rung, &p);
            if (code == 0)
                write_rows(t, rung, batch, &p, &table, &flagged);
        }
    }
    gst_table_end(&table);
    code = gst_exit_worse(gst_output_close(&output, code == 0), code);
    return code != 0 ? code : gst_flagged_report(&flagged, rows);
}
