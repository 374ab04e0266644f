/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bounds_separability.c - `giantstep bounds --separability': alpha_c = n/d, up to which some readout on the features
 * classifies all samples, and beyond which none does (docs/theory, convex losses).
 *
 * Rows follow the axes eta, alpha0, steps, noise, beta, width.  Each thread keeps the model of its current training and
 * builds another when its key changes. */
#include "cli/commands/bounds/bounds_separability.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/options/fields.h"
#include "cli/options/setup.h"
#include "cli/process/interrupt.h"
#include "cli/process/report.h"
#include "cli/tables/grid_table.h"
#include "cli/tables/rows.h"

enum { COLUMNS = 9, STATUS = 8 };

static const char *const names[COLUMNS] = {"eta",   "alpha0",  "steps", "noise", "beta",
                                           "width", "alpha_c", "error", "status"};

typedef struct {
    int built; /* the fields below are of the problem of this key */
    gst_problem key;
    gst_model *model; /* NULL: it could not be built, see status and failure */
    int status;
    gst_message failure;
} worker;

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    gst_solve_options options;
    size_t threads;
    worker *workers;
} separability;

static int select_model(worker *w, const gst_problem *problem)
{
    gst_problem key = gst_problem_key(problem);
    key.training.noise = problem->training.noise; /* the mean of a label of +-1 depends on it */
    if (w->built && gst_problem_equal(&key, &w->key))
        return w->status;
    gst_model_free(w->model);
    *w = (worker){.built = 1, .key = key};
    w->status = gst_model_alloc(&w->model, problem, &w->failure);
    if (w->status < 0)
        w->model = NULL;
    return w->status;
}

/* grid_table.h's begin. */
static void begin_chunk(void *context, size_t thread)
{
    worker *w = &((separability *)context)->workers[thread];
    if (w->model)
        gst_model_reset(w->model);
}

static void say(gst_message *reason, int status, const char *text)
{
    if (reason->text[0] == '\0')
        gst_fail(reason, status, "%s", text && *text ? text : gst_status_name(status));
}

static int solve(const separability *s, worker *w, const double axes[GST_AXES],
                 gst_separability *found, gst_message *reason)
{
    gst_point point = {
        .beta = axes[GST_AXIS_BETA], .noise = axes[GST_AXIS_NOISE], .width = axes[GST_AXIS_WIDTH]};
    gst_problem problem = gst_setup_problem(&s->setup, axes);
    int status = select_model(w, &problem);
    if (status < 0) {
        *reason = w->failure;
        return status == GST_INVALID ? GST_FAILED : status;
    }
    status = gst_model_separability(w->model, &point, &s->options, found);
    if (status != GST_OK)
        say(reason, status, found->reason);
    return status;
}

/* grid_table.h's row. */
static int compute_row(void *context, size_t thread, size_t row, double *values,
                       gst_message *reason)
{
    static const size_t order[] = {GST_AXIS_ETA,   GST_AXIS_ALPHA0, GST_AXIS_STEPS,
                                   GST_AXIS_NOISE, GST_AXIS_BETA,   GST_AXIS_WIDTH};
    const separability *s = context;
    gst_separability found = {.alpha_c = NAN, .error = NAN};
    double axes[GST_AXES];
    gst_grid_point(&s->grid, row, axes);
    int status = solve(s, &s->workers[thread], axes, &found, reason);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        *values++ = axes[order[i]];
    *values++ = status < 0 ? NAN : found.alpha_c;
    *values = status < 0 ? NAN : found.error;
    return status;
}

static int check(const gst_settings *settings)
{
    if (gst_setting_is_on(settings, GST_OPTION_FUNCTIONS))
        return gst_setting_refuse(settings, GST_OPTION_FUNCTIONS, NULL,
                                  "does not go with --separability");
    if (gst_loss_options_labels(settings) != GST_LABELS_SIGN)
        return gst_setting_refuse(settings, GST_OPTION_SEPARABILITY, NULL,
                                  "needs --labels sign or --cluster-labels");
    return 0;
}

static int prepare(separability *s)
{
    int code = check(s->settings);
    if (code == 0)
        code = gst_grid_build(&s->grid, s->settings);
    if (code == 0)
        code = gst_rows_check(s->settings);
    if (code == 0)
        code = gst_setup_build(&s->setup, s->settings, &s->grid);
    if (code != 0)
        return code;
    s->options = gst_solve_defaults();
    s->options.tol = gst_setting_number(s->settings, GST_OPTION_TOL);
    s->options.stop = gst_interrupt_flag();
    s->threads = gst_grid_table_threads(s->settings, &s->grid);
    s->workers = gst_alloc(s->threads, sizeof *s->workers);
    return s->workers ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

/* The first model, before the output is opened: what has no number for a row is not refused. */
static int try_first(const separability *s)
{
    double axes[GST_AXES];
    gst_grid_point(&s->grid, 0, axes);
    gst_problem first = gst_setup_problem(&s->setup, axes);
    worker *w = &s->workers[0];
    int status = select_model(w, &first);
    if (status >= 0 || status == GST_FAILED)
        return 0;
    return gst_report_fields(gst_exit_of_status(status), w->failure.text);
}

static int run(separability *s)
{
    gst_grid_table job = {
        .settings = s->settings,
        .grid = &s->grid,
        .columns = COLUMNS,
        .status_column = STATUS,
        .names = names,
        .threads = s->threads,
        .begin = begin_chunk,
        .row = compute_row,
        .context = s,
    };
    size_t models = s->grid.rows / (s->grid.count[GST_AXIS_BETA] * s->grid.count[GST_AXIS_WIDTH]);
    if (gst_setting_is_on(s->settings, GST_OPTION_DRY_RUN))
        return gst_grid_table_estimate(&job, models);
    int code = try_first(s);
    return code == 0 ? gst_grid_table_run(&job) : code;
}

int gst_bounds_separability(const gst_settings *settings)
{
    separability s = {.settings = settings};
    int code = prepare(&s);
    if (code == 0)
        code = run(&s);
    for (size_t i = 0; s.workers && i < s.threads; i++)
        gst_model_free(s.workers[i].model);
    free(s.workers);
    gst_setup_clear(&s.setup);
    gst_grid_clear(&s.grid);
    return code;
}
