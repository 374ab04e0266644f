/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_table.c - verdicts, and the table of `giantstep validate`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tables/output.h"
#include "cli/tables/preamble.h"
#include "cli/process/report.h"
#include "cli/tables/table.h"
#include "cli/commands/validate/validation.h"

/* Columns up to the verdict, and those of losses and classes behind it. */
enum {
    COLUMNS = 20,
    VERDICT = COLUMNS - 1,
    LOSS_COLUMNS = 8,
    MOST = COLUMNS + LOSS_COLUMNS + 1,
    REASONS = 8
};

static const char *const names[COLUMNS + LOSS_COLUMNS] = {"eta",
                                                          "alpha0",
                                                          "steps",
                                                          "noise",
                                                          "beta",
                                                          "lambda",
                                                          "alpha",
                                                          "d",
                                                          "p",
                                                          "trials",
                                                          "theory_excess",
                                                          "limit_excess",
                                                          "sim_excess",
                                                          "sim_sem",
                                                          "z",
                                                          "theory_train",
                                                          "sim_train",
                                                          "sim_train_sem",
                                                          "z_train",
                                                          "verdict",
                                                          "theory_test_loss",
                                                          "sim_test_loss",
                                                          "sim_test_loss_sem",
                                                          "z_test_loss",
                                                          "theory_test_class",
                                                          "sim_test_class",
                                                          "sim_test_class_sem",
                                                          "z_test_class"};

static const double *trials_of(const gst_validation *v, size_t quantity, size_t rung, size_t point)
{
    return v->sim[quantity] + (point * v->rungs + rung) * v->plan.trials;
}

static double theory_of(const gst_validation *v, size_t quantity, size_t rung, size_t point)
{
    const gst_risk *risk = &v->theory[rung * v->plan.points + point];
    return gst_validation_theory(risk, quantity);
}

/* ---- what stderr says --------------------------------------------------------------------------- */

/* Why points are undecided, each reason once. */
static void note_undecided(const gst_validation *v)
{
    for (size_t i = 0; i < v->tests; i++) {
        const char *reason = v->found[i].reason;
        size_t count = 0, k = 0;
        while (k < i && strcmp(v->found[k].reason, reason) != 0)
            k++;
        if (*reason == '\0' || k < i)
            continue;
        for (k = 0; k < v->tests; k++)
            count += strcmp(v->found[k].reason, reason) == 0;
        gst_report(0, "%zu of %zu tests undecided: %s", count, v->tests, reason);
    }
}

/* The training of a point. */
static void name_training(const gst_validation *v, const double axes[GST_AXES], char text[120])
{
    const char *schedule = gst_setting_text(v->plan.settings, GST_OPTION_SCHEDULE);
    if (schedule)
        snprintf(text, 120, "schedule %.100s", schedule);
    else
        snprintf(text, 120, "eta %g alpha0 %g steps %g", axes[GST_AXIS_ETA], axes[GST_AXIS_ALPHA0],
                 axes[GST_AXIS_STEPS]);
}

static void note_disagreements(const gst_validation *v)
{
    size_t told = 0;
    for (size_t i = 0; i < v->tests; i++) {
        const gst_finding *f = &v->found[i];
        size_t point = v->test[i].point;
        double axes[GST_AXES];
        char training[120];
        if (f->verdict != GST_VERDICT_DISAGREE || told++ >= REASONS)
            continue;
        gst_validation_axes(v, 0, point, axes);
        name_training(v, axes, training);
        gst_report(0,
                   "%s disagrees at %s noise %g beta %g lambda %g alpha %g: "
                   "simulation - theory tends to %.3g +- %.2g (%.3g%% of theory), adjusted p %.2g",
                   gst_validation_quantity(v->test[i].quantity), training, axes[GST_AXIS_NOISE],
                   axes[GST_AXIS_BETA], v->lambda[point], axes[GST_AXIS_ALPHA], f->a, f->error,
                   100 * f->a / f->scale, f->adjusted);
    }
    if (told > REASONS)
        gst_report(0, "%zu more tests disagree", told - REASONS);
}

/* ---- the table ---------------------------------------------------------------------------------- */

static void write_count(gst_table *table, const char *key, size_t count)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", count);
    gst_table_meta(table, key, text);
}

static void write_part(gst_table *table, const char *key, double part)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", part);
    gst_table_meta(table, key, text);
}

static void write_preamble(gst_table *table, const gst_validation *v)
{
    size_t count[3] = {0}, rare = 0;
    for (size_t point = 0; point < v->plan.points; point++)
        count[v->verdict[point]]++;
    for (size_t i = 0; i < v->tests; i++)
        rare += v->found[i].reason == gst_validation_rare_reason;
    gst_preamble_write(table, v->plan.settings);
    write_part(table, "verdict.level", v->rule.level);
    write_part(table, "verdict.negligible", v->rule.negligible);
    write_part(table, "verdict.resolution", v->rule.resolution);
    write_part(table, "verdict.rare_share", GST_VALIDATION_RARE);
    write_count(table, "verdict.shortest_ladder", v->rule.shortest);
    write_count(table, "verdict.tests", v->tests);
    write_count(table, "verdict.points", v->plan.points);
    write_count(table, "verdict.agree", count[GST_VERDICT_AGREE]);
    write_count(table, "verdict.undecided", count[GST_VERDICT_UNDECIDED]);
    write_count(table, "verdict.disagree", count[GST_VERDICT_DISAGREE]);
    write_count(table, "verdict.rare_samples", rare);
    gst_preamble_write_run(table, v->plan.settings, v->plan.threads);
    char threads[32];
    gst_simulate_plan_blas_threads(&v->plan, threads);
    gst_table_meta(table, "run.blas_threads", threads);
    gst_table_checksums(table, v->plan.grid.rows);
}

static size_t count_columns(const gst_validation *v)
{
    return v->quantities > 2 ? COLUMNS + LOSS_COLUMNS : COLUMNS;
}

/* theory, mean, sem, z of a quantity. */
static void measure(const gst_validation *v, size_t quantity, size_t rung, size_t point,
                    double four[4])
{
    four[0] = theory_of(v, quantity, rung, point);
    gst_mean_sem(v->plan.trials, trials_of(v, quantity, rung, point), &four[1], &four[2]);
    four[3] = (four[1] - four[0]) / four[2];
}

static void write_row(gst_table *table, const gst_validation *v, size_t rung, size_t point)
{
    double axes[GST_AXES], four[GST_VALIDATION_QUANTITIES][4];
    gst_cell cells[MOST];
    gst_validation_axes(v, rung, point, axes);
    for (size_t q = 0; q < v->quantities; q++)
        measure(v, q, rung, point, four[q]);
    const double values[VERDICT] = {
        axes[GST_AXIS_ETA],
        axes[GST_AXIS_ALPHA0],
        axes[GST_AXIS_STEPS],
        axes[GST_AXIS_NOISE],
        axes[GST_AXIS_BETA],
        v->lambda[point],
        axes[GST_AXIS_ALPHA],
        axes[GST_AXIS_D],
        (double)v->plan.block[rung * v->blocks + point / v->plan.inner].sizes.p,
        (double)v->plan.trials,
        four[0][0],
        v->limit[point].excess_risk,
        four[0][1],
        four[0][2],
        four[0][3],
        four[1][0],
        four[1][1],
        four[1][2],
        four[1][3],
    };
    for (size_t c = 0; c < VERDICT; c++)
        cells[c] = gst_cell_number(values[c]);
    cells[VERDICT] = gst_cell_text(gst_verdict_name(v->verdict[point]));
    for (size_t q = 2; q < v->quantities; q++)
        for (size_t i = 0; i < 4; i++)
            cells[COLUMNS + 4 * (q - 2) + i] = gst_cell_number(four[q][i]);
    size_t count = count_columns(v);
    if (v->plan.grid.scaled)
        cells[count++] = gst_cell_number(axes[GST_AXIS_EXPONENT]);
    gst_table_row(table, count, cells);
}

static void write_header(gst_table *table, const gst_validation *v)
{
    const char *all[MOST];
    size_t count = count_columns(v);
    memcpy(all, names, count * sizeof *all);
    if (v->plan.grid.scaled)
        all[count++] = "step_exponent";
    gst_table_header(table, count, all);
}

static int write_table(const gst_validation *v)
{
    gst_output output;
    gst_table table;
    int code = gst_output_open(&output, v->plan.settings, gst_items_file(&v->items));
    if (code != 0)
        return code;
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(v->plan.settings, GST_OPTION_FORMAT));
    write_preamble(&table, v);
    write_header(&table, v);
    for (size_t row = 0; row < v->plan.grid.rows; row++) {
        if (row > 0 && v->plan.grid.curve > 1 && row % v->plan.grid.curve == 0)
            gst_table_gap(&table);
        write_row(&table, v, row / v->plan.points, row % v->plan.points);
    }
    gst_table_end(&table);
    return gst_output_close(&output, 1);
}

int gst_validation_conclude(gst_validation *v)
{
    int status = gst_validation_settle(v), disagree = 0;
    if (status != GST_OK)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t point = 0; point < v->plan.points; point++)
        disagree |= v->verdict[point] == GST_VERDICT_DISAGREE;
    int code = write_table(v);
    if (code != 0)
        return code;
    code = gst_flagged_report(&v->flagged, v->plan.grid.rows);
    note_undecided(v);
    note_disagreements(v);
    return gst_exit_worse(code, disagree ? GST_EXIT_DISAGREE : 0);
}
