/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_bounds.c - `giantstep bounds`: bounds on the excess risk after one step with the population
 * gradient, or the functions of kappa that attain them. */
#include <math.h>
#include <stdlib.h>

#include "giantstep/bounds.h"
#include "cli/commands/bounds/bounds_separability.h"
#include "cli/commands/run.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/tables/preamble.h"
#include "cli/options/schedule.h"
#include "cli/options/separability_options.h"
#include "cli/options/setup.h"
#include "cli/options/fields.h"
#include "cli/process/report.h"
#include "cli/tables/grid_table.h"
#include "cli/tables/rows.h"

enum { POINTS = 161, FUNCTIONS = 5, COLUMNS = 6, STATUS = 5 };

static const char *const bound_names[COLUMNS] = {"eta",    "upper", "lower", "lower_published",
                                                 "kernel", "status"};
static const char *const function_names[FUNCTIONS] = {"kappa", "target", "upper", "lower",
                                                      "lower_published"};

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    double tol;
} bounds;

/* The bounds are those of one step with the population gradient. */
static int check_schedule(const bounds *b)
{
    gst_training training = {.steps = 0};
    int code = gst_schedule_read(b->settings, &training);
    if (code != 0 || training.steps == 0)
        return code;
    if (training.steps > 1)
        return gst_setting_refuse(b->settings, GST_OPTION_SCHEDULE, NULL,
                                  "has %zu steps, the bounds are those of one", training.steps);
    return isinf(training.step[0].alpha0)
               ? 0
               : gst_setting_refuse(b->settings, GST_OPTION_SCHEDULE, NULL,
                                    "has alpha0 %g, the bounds need inf", training.step[0].alpha0);
}

static int check(const bounds *b)
{
    const gst_settings *settings = b->settings;
    int code = gst_separability_check(settings);
    if (code != 0)
        return code;
    if (gst_setting_text(settings, GST_OPTION_SCHEDULE))
        return check_schedule(b);
    for (size_t i = 0; i < b->grid.count[GST_AXIS_ALPHA0]; i++)
        if (!isinf(b->grid.values[GST_AXIS_ALPHA0][i]))
            return gst_setting_refuse(settings, GST_OPTION_ALPHA0, NULL, "is not inf");
    for (size_t i = 0; i < b->grid.count[GST_AXIS_STEPS]; i++)
        if (b->grid.values[GST_AXIS_STEPS][i] != 1)
            return gst_setting_refuse(settings, GST_OPTION_STEPS, NULL, "is not 1");
    if (b->grid.count[GST_AXIS_ALPHA0] > 1)
        return gst_setting_refuse(settings, GST_OPTION_ALPHA0, NULL, "is not one value");
    if (b->grid.count[GST_AXIS_STEPS] > 1)
        return gst_setting_refuse(settings, GST_OPTION_STEPS, NULL, "is not one value");
    return 0;
}

static int check_functions(const bounds *b)
{
    if (b->grid.rows > 1)
        return gst_setting_refuse(b->settings, GST_OPTION_ETA, NULL,
                                  "has several values, --functions takes one");
    if (b->setup.layer.K > 1)
        return gst_setting_refuse(b->settings, GST_OPTION_SECOND_LAYER, NULL,
                                  "has %zu groups, --functions takes one", b->setup.layer.K);
    return 0;
}

static gst_problem row_problem(const bounds *b, size_t row, double axes[GST_AXES])
{
    gst_grid_point(&b->grid, row, axes);
    return gst_setup_problem(&b->setup, axes);
}

/* grid_table.h's row. */
static int compute_row(void *context, size_t thread, size_t row, double *values,
                       gst_message *reason)
{
    const bounds *b = context;
    double axes[GST_AXES];
    gst_problem problem = row_problem(b, row, axes);
    gst_bounds found = {.upper = NAN,
                        .lower = NAN,
                        .lower_published = NAN,
                        .kernel = NAN,
                        .error = NAN,
                        .status = GST_FAILED};
    (void)thread;
    reason->text[0] = '\0';
    int status = gst_bounds_compute(&problem, b->tol, &found, reason);
    values[0] = axes[GST_AXIS_ETA];
    values[1] = status < 0 ? NAN : found.upper;
    values[2] = status < 0 ? NAN : found.lower;
    values[3] = status < 0 ? NAN : found.lower_published;
    values[4] = status < 0 ? NAN : found.kernel;
    if (status >= 0 && found.status > 0 && reason->text[0] == '\0')
        gst_fail(reason, found.status, "quadrature error %.3g", found.error);
    return status < 0 ? status : found.status;
}

static int run_table(bounds *b)
{
    gst_grid_table job = {
        .settings = b->settings,
        .grid = &b->grid,
        .columns = COLUMNS,
        .status_column = STATUS,
        .names = bound_names,
        .threads = gst_grid_table_threads(b->settings, &b->grid),
        .row = compute_row,
        .context = b,
    };
    if (gst_setting_is_on(b->settings, GST_OPTION_DRY_RUN))
        return gst_grid_table_estimate(&job, b->grid.rows);
    return gst_grid_table_run(&job);
}

/* values: FUNCTIONS arrays of POINTS. */
static int write_functions(const bounds *b, const double *values)
{
    gst_output output;
    gst_table table;
    int code = gst_output_open(&output, b->settings, NULL);
    if (code != 0)
        return code;
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(b->settings, GST_OPTION_FORMAT));
    gst_preamble_write(&table, b->settings);
    gst_preamble_write_run(&table, b->settings, 1);
    gst_table_header(&table, FUNCTIONS, function_names);
    for (size_t i = 0; i < POINTS; i++) {
        gst_cell cells[FUNCTIONS];
        for (size_t f = 0; f < FUNCTIONS; f++)
            cells[f] = gst_cell_number(values[f * POINTS + i]);
        gst_table_row(&table, FUNCTIONS, cells);
    }
    gst_table_end(&table);
    return gst_output_close(&output, 1);
}

static int run_functions(const bounds *b)
{
    gst_message message = {""};
    double axes[GST_AXES];
    gst_problem problem = row_problem(b, 0, axes);
    double *values = gst_alloc_doubles(FUNCTIONS * POINTS);
    if (!values)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t i = 0; i < POINTS; i++)
        values[i] = -4 + 8 * (double)i / (POINTS - 1);
    int status =
        gst_bounds_functions(&problem, POINTS, values, values + POINTS, values + 2 * POINTS,
                             values + 3 * POINTS, values + 4 * POINTS, &message);
    int code = status == GST_FAILED ? GST_EXIT_RUNTIME : gst_exit_of_status(status);
    if (status < 0)
        gst_report_fields(code, message.text);
    else
        code = gst_exit_worse(write_functions(b, values), status > 0 ? GST_EXIT_ROWS : 0);
    free(values);
    return code;
}

static int prepare(bounds *b)
{
    int code = gst_grid_build(&b->grid, b->settings);
    if (code == 0)
        code = check(b);
    if (code == 0)
        code = gst_rows_check(b->settings);
    if (code == 0)
        code = gst_setup_build(&b->setup, b->settings, &b->grid);
    b->tol = gst_setting_number(b->settings, GST_OPTION_TOL);
    return code;
}

int gst_command_bounds(const gst_settings *settings)
{
    bounds b = {.settings = settings};
    int functions = gst_setting_is_on(settings, GST_OPTION_FUNCTIONS);
    if (gst_setting_is_on(settings, GST_OPTION_SEPARABILITY))
        return gst_bounds_separability(settings);
    int code = prepare(&b);
    if (code == 0 && functions)
        code = check_functions(&b);
    if (code == 0)
        code = functions ? run_functions(&b) : run_table(&b);
    gst_setup_clear(&b.setup);
    gst_grid_clear(&b.grid);
    return code;
}
