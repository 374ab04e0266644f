/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_regimes.c - `giantstep regimes': every size of one step, eta = K0 p^(s - 1/2), as p -> infinity: what networks learn
 * between the thresholds of s and on them, the spike of the weights at s = 0, the bound of a giant step. */
#include <math.h>
#include <stdio.h>

#include "cli/commands/run.h"
#include "cli/options/fields.h"
#include "cli/options/setup.h"
#include "cli/process/report.h"
#include "cli/tables/flagged.h"
#include "cli/tables/preamble.h"
#include "giantstep/regimes.h"
#include "giantstep/problem.h"

enum { COLUMNS = 11 };

static const char *const names[COLUMNS] = {"kind",        "s_low",       "s_high",   "stage",
                                           "excess_risk", "train_error", "value",    "overlap",
                                           "error",       "status",      "objective"};

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    size_t order;
    gst_regimes *regimes;
    gst_weight_spike spike;
    gst_flagged flagged;
    size_t rows;
} job;

/* A row; NaN is what its kind does not have. */
typedef struct {
    const char *kind, *reason;
    double s_low, s_high, stage, excess_risk, train_error, value, overlap, error, objective;
    int status;
} row;

static const row empty = {.reason = "",
                          .s_low = NAN,
                          .s_high = NAN,
                          .stage = NAN,
                          .excess_risk = NAN,
                          .train_error = NAN,
                          .value = NAN,
                          .overlap = NAN,
                          .error = NAN,
                          .objective = NAN};

static void write_row(gst_table *table, job *j, const row *r)
{
    const double numbers[] = {r->s_low,       r->s_high, r->stage,   r->excess_risk,
                              r->train_error, r->value,  r->overlap, r->error};
    gst_cell cells[COLUMNS] = {gst_cell_text(r->kind)};
    size_t n = 1;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cells[n++] = gst_cell_number(numbers[i]);
    cells[n++] = gst_cell_text(gst_status_name(r->status));
    cells[n] = gst_cell_number(r->objective);
    gst_table_row(table, COLUMNS, cells);
    gst_flagged_add(&j->flagged, r->status, r->reason);
    j->rows++;
}

static void write_stage(gst_table *table, job *j, size_t l, int threshold)
{
    gst_stage stage;
    row r = empty;
    r.status = gst_regimes_stage(j->regimes, l, threshold, &stage);
    r.kind = threshold ? "threshold" : "stage";
    r.s_low = stage.s_low;
    r.s_high = stage.s_high;
    r.stage = (double)l;
    r.value = (double)stage.spikes;
    r.excess_risk = stage.excess_risk;
    r.train_error = stage.train_error;
    r.error = stage.error;
    r.objective = stage.objective;
    r.reason = stage.reason;
    write_row(table, j, &r);
}

static void write_weights(gst_table *table, job *j)
{
    row r = empty;
    r.kind = "weights";
    r.s_low = r.s_high = 0;
    r.value = j->spike.singular_value;
    r.overlap = j->spike.overlap;
    r.error = j->spike.error;
    r.status = j->spike.status;
    write_row(table, j, &r);
}

static void write_bound(gst_table *table, job *j)
{
    gst_step_bound bound;
    row r = empty;
    r.status = gst_regimes_bound(j->regimes, &bound);
    r.kind = "bound";
    r.s_low = r.s_high = 0.5;
    r.excess_risk = bound.kernel;
    r.value = bound.tau;
    r.overlap = bound.argument;
    r.error = bound.error;
    r.reason = bound.reason;
    write_row(table, j, &r);
}

static void write_meta(gst_table *table, const char *key, double value)
{
    char text[32];
    gst_number_print(value, text);
    gst_table_meta(table, key, text);
}

static int write_table(job *j)
{
    gst_output output;
    gst_table table;
    int code = gst_output_open(&output, j->settings, NULL);
    if (code != 0)
        return code;
    gst_regimes_weights(j->regimes, &j->spike);
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(j->settings, GST_OPTION_FORMAT));
    gst_preamble_write(&table, j->settings);
    write_meta(&table, "regimes.theta1", j->spike.theta1);
    write_meta(&table, "regimes.theta2", j->spike.theta2);
    write_meta(&table, "regimes.threshold_eta", j->spike.K0_threshold);
    gst_preamble_write_run(&table, j->settings, 1);
    gst_table_header(&table, COLUMNS, names);
    for (size_t l = 0; l <= j->order; l++)
        write_stage(&table, j, l, 0);
    for (size_t k = 1; k <= j->order; k++)
        write_stage(&table, j, k, 1);
    write_weights(&table, j);
    write_bound(&table, j);
    gst_table_end(&table);
    code = gst_output_close(&output, 1);
    return code != 0 ? code : gst_flagged_report(&j->flagged, j->rows);
}

static int build(job *j)
{
    gst_message message = {""};
    double axes[GST_AXES];
    gst_grid_point(&j->grid, 0, axes);
    gst_problem problem = {
        .activation = j->setup.activation,
        .target = j->setup.target,
        .layer = &j->setup.layer,
        .training = gst_training_equal_steps(1, axes[GST_AXIS_ETA], axes[GST_AXIS_ALPHA0])};
    gst_point point = {.alpha = axes[GST_AXIS_ALPHA],
                       .beta = axes[GST_AXIS_BETA],
                       .lambda = axes[GST_AXIS_LAMBDA],
                       .noise = axes[GST_AXIS_NOISE],
                       .width = INFINITY};
    problem.training.bulk = GST_BULK_ISOTROPIC;
    problem.training.noise = point.noise;
    int status = gst_regimes_alloc(&j->regimes, &problem, &point, j->order,
                                   gst_setting_number(j->settings, GST_OPTION_TOL), &message);
    return status < 0 ? gst_report_fields(gst_exit_of_status(status), message.text) : 0;
}

static int prepare(job *j)
{
    double order = gst_setting_number(j->settings, GST_OPTION_STAGES);
    if (order > GST_REGIMES_ORDER_MAX)
        return gst_setting_refuse(j->settings, GST_OPTION_STAGES, NULL, "is above %d",
                                  GST_REGIMES_ORDER_MAX);
    j->order = (size_t)order;
    int code = gst_grid_build(&j->grid, j->settings);
    if (code == 0)
        code = gst_grid_check_point(&j->grid, j->settings);
    return code == 0 ? gst_setup_compile(&j->setup, j->settings) : code;
}

int gst_command_regimes(const gst_settings *settings)
{
    job j = {.settings = settings};
    int code = prepare(&j);
    if (code == 0)
        code = build(&j);
    if (code == 0)
        code = write_table(&j);
    gst_regimes_free(j.regimes);
    gst_setup_clear(&j.setup);
    gst_grid_clear(&j.grid);
    return code;
}
