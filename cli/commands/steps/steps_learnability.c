/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_learnability.c - `giantstep steps --learnability`: one row per stair of the target's staircase, the
 * exponents and the directions of one giant step in the preamble. */
#include <math.h>
#include <stdio.h>

#include "cli/commands/steps/steps.h"
#include "cli/options/fields.h"
#include "cli/options/setup.h"
#include "cli/process/report.h"
#include "cli/tables/items.h"
#include "cli/tables/preamble.h"
#include "giantstep/learnability.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"

enum { R = GST_TARGET_DIM_MAX, NAME = 24, COLUMNS = 5 + R * R + R };

/* Components below this are rounding. */
static const double component_rounding = 1e-14;

/* step dimension floor direction_i_j .. error status gain_i ..; j is the variable's own index. */
typedef struct {
    char text[COLUMNS][NAME];
    const char *name[COLUMNS];
    size_t count;
} columns;

static double rounded(double component)
{
    return fabs(component) < component_rounding ? 0 : component;
}

static void name_columns(columns *c, const gst_expression *target)
{
    size_t r = gst_expression_dim(target), n = 0;
    static const char *const first[] = {"step", "dimension", "floor"}, *const then[] = {"error",
                                                                                        "status"};
    for (size_t i = 0; i < 3; i++)
        snprintf(c->text[n++], NAME, "%s", first[i]);
    for (size_t i = 1; i <= r; i++)
        for (size_t j = 0; j < r; j++)
            snprintf(c->text[n++], NAME, "direction_%zu_%zu", i,
                     gst_expression_variable(target, j));
    for (size_t i = 0; i < 2; i++)
        snprintf(c->text[n++], NAME, "%s", then[i]);
    for (size_t i = 1; i <= r; i++)
        snprintf(c->text[n++], NAME, "gain_%zu", i);
    for (size_t i = 0; i < n; i++)
        c->name[i] = c->text[i];
    c->count = n;
}

static void write_row(gst_table *table, size_t r, size_t step, const gst_staircase_row *row)
{
    gst_cell cells[COLUMNS];
    size_t n = 0;
    cells[n++] = gst_cell_number((double)step);
    cells[n++] = gst_cell_number((double)row->dimension);
    cells[n++] = gst_cell_number(row->floor);
    for (size_t i = 0; i < r * r; i++)
        cells[n++] = gst_cell_number(rounded(row->direction[i]));
    cells[n++] = gst_cell_number(row->error);
    cells[n++] = gst_cell_text(gst_status_name(row->status));
    for (size_t i = 0; i < r; i++)
        cells[n++] = gst_cell_number(row->gain[i]);
    gst_table_row(table, n, cells);
}

static void write_number(gst_table *table, const char *key, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    gst_table_meta(table, key, isnan(value) ? "nan" : text);
}

/* Rows by `;`, components by `,`. */
static void write_directions(gst_table *table, const gst_hermite_tensor *tensor)
{
    char text[R * R * 32] = "none";
    size_t length = 0;
    for (size_t i = 0; i < tensor->dimension; i++)
        for (size_t j = 0; j < tensor->r; j++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%.15g",
                                       j > 0   ? ","
                                       : i > 0 ? ";"
                                               : "",
                                       rounded(tensor->direction[i * tensor->r + j]));
    gst_table_meta(table, "leap_directions", text);
}

static void write_preamble(gst_table *table, const gst_settings *settings,
                           const gst_learnability *answer)
{
    const gst_hermite_tensor *leap = &answer->leap;
    int found = leap->order > 0;
    gst_preamble_write(table, settings);
    write_number(table, "information_exponent", answer->information_exponent);
    write_number(table, "leap_exponent", answer->leap_exponent);
    write_number(table, "leap_batch_exponent", answer->leap_exponent);
    write_number(table, "leap_step_size_exponent", (answer->leap_exponent - 1) / 2);
    write_number(table, "leap_size", found ? leap->size : NAN);
    write_number(table, "leap_size_error", found ? leap->error : NAN);
    write_directions(table, leap);
    gst_preamble_write_run(table, settings, 1);
}

static int write_table(const gst_settings *settings, const gst_target *target,
                       const gst_learnability *answer)
{
    gst_output output;
    gst_table table;
    columns c;
    int code = gst_output_open(&output, settings, NULL);
    if (code != 0)
        return code;
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(settings, GST_OPTION_FORMAT));
    write_preamble(&table, settings, answer);
    name_columns(&c, gst_target_expression(target));
    gst_table_header(&table, c.count, c.name);
    for (size_t step = 0; step < answer->rows; step++)
        write_row(&table, answer->r, step, &answer->row[step]);
    gst_table_end(&table);
    return gst_output_close(&output, 1);
}

static int run(const gst_settings *settings, const gst_target *target)
{
    gst_learnability_options options = gst_learnability_defaults();
    gst_learnability answer;
    gst_message message = {""};
    options.tol = gst_setting_number(settings, GST_OPTION_TOL);
    int status = gst_learnability_compute(target, &options, &answer, &message);
    if (status == GST_NO_MEMORY || (status < 0 && answer.rows == 0))
        return gst_report(GST_EXIT_RUNTIME, "--target: %s: %s",
                          gst_fields_to_options(message.text).text, gst_status_name(status));
    int code = write_table(settings, target, &answer);
    if (code != 0)
        return code;
    if (answer.leap.order == 0)
        gst_report(0, "note: no Hermite tensor of the target up to order %d is larger than --tol",
                   GST_HERMITE_ORDER_MAX);
    if (status != GST_OK)
        gst_report(0, "%s: %s", gst_status_name(status), gst_fields_to_options(message.text).text);
    return status != GST_OK ? GST_EXIT_ROWS : 0;
}

/* Learnability is the target's alone, but what else is given must still be a parameter point. */
static int check(const gst_settings *settings)
{
    static const gst_option_id excluded[] = {GST_OPTION_COVARIANCE, GST_OPTION_SIMULATE,
                                             GST_OPTION_REUSE};
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
        if (gst_setting_is_on(settings, excluded[i]))
            return gst_setting_refuse(settings, excluded[i], NULL, "is excluded by --learnability");
    gst_grid grid;
    int code = gst_grid_build(&grid, settings);
    if (code == 0)
        code = gst_grid_check_point(&grid, settings);
    gst_grid_clear(&grid);
    return code;
}

int gst_steps_learnability(const gst_settings *settings)
{
    gst_setup setup = {0};
    int code = check(settings);
    if (code == 0)
        code = gst_items_check(settings, GST_OPTION_SIMULATE);
    if (code == 0)
        code = gst_setup_compile(&setup, settings);
    if (code == 0)
        code = run(settings, setup.target);
    gst_setup_clear(&setup);
    return code;
}
