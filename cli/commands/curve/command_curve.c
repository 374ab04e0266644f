/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_curve.c - `giantstep curve`: the theory at every point of the grid.
 *
 * Each thread keeps the model of its current training (curve_model.h).  The first model of the grid is built before the
 * output is opened, so that bad input leaves no trace. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/run.h"
#include "cli/commands/curve/curve_model.h"
#include "giantstep/features.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/options/fields.h"
#include "cli/options/search_ranges.h"
#include "cli/options/setup.h"
#include "models/training/regime.h"
#include "cli/process/report.h"
#include "cli/tables/grid_table.h"
#include "cli/tables/rows.h"

enum { NOTES = 4 };

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_curve_setup all;
    gst_solve_options options;
    size_t threads;
    gst_curve_model *workers;
    size_t seen,
        rare; /* rows written; of these, with more than RARE of their excess risk from rare samples */
    double most; /* the largest rare_share */
    size_t notes;
    struct {
        gst_message text;
        size_t rows;
    } note[NOTES]; /* what there is to say of rows that are ok */
} curve;

/* Part of the excess risk above which stderr says that rare samples make it. */
#define RARE 0.05

/* grid_table.h's begin. */
static void begin_chunk(void *context, size_t thread)
{
    gst_curve_model *w = &((curve *)context)->workers[thread];
    if (w->model)
        gst_model_reset(w->model);
    if (w->plane)
        gst_plane_reset(w->plane);
}

/* The best eta, then the order parameters of its own model. */
static int solve_plane(const curve *c, gst_curve_model *w, const gst_point *point, gst_risk *risk,
                       gst_minimiser at[2], gst_message *reason)
{
    gst_risk again;
    gst_point best = *point;
    int status = gst_plane_solve(w->plane, point, &c->options, risk, at, reason);
    gst_model *model = gst_plane_model(w->plane);
    if (status < 0 || !c->all.columns.order_parameters)
        return status;
    best.lambda = risk->lambda;
    int other = gst_curve_model_have_solution(w, model, reason);
    if (other == GST_OK)
        other = gst_model_solve(model, &best, &c->options, &again, w->solution);
    return other < 0 ? other : status;
}

static int solve(const curve *c, gst_curve_model *w, const double axes[GST_AXES], gst_risk *risk,
                 gst_minimiser at[2], gst_message *reason)
{
    gst_point point = {.alpha = axes[GST_AXIS_ALPHA],
                       .beta = axes[GST_AXIS_BETA],
                       .lambda = axes[GST_AXIS_LAMBDA],
                       .noise = axes[GST_AXIS_NOISE],
                       .width = axes[GST_AXIS_WIDTH]};
    gst_solution *solution = c->all.columns.order_parameters ? w->solution : NULL;
    if (c->all.columns.best_lambda)
        point.lambda = 1;
    if (c->all.columns.eta_error)
        return solve_plane(c, w, &point, risk, at, reason);
    if (!c->all.columns.best_lambda)
        return gst_model_solve(w->model, &point, &c->options, risk, solution);
    int status = gst_model_optimise_lambda(w->model, &point, c->all.lambda.low, c->all.lambda.high,
                                           &c->options, risk, solution);
    int inside =
        status >= 0 && risk->lambda > c->all.lambda.low && risk->lambda < c->all.lambda.high;
    if (!inside || !c->all.columns.lambda_error)
        return status;
    int other = gst_model_lambda_error(w->model, &point, &c->options, risk, &at[1].error);
    return other < 0 ? other : status;
}

/* grid_table.h's row. */
static int compute_row(void *context, size_t thread, size_t row, double *values,
                       gst_message *reason)
{
    const curve *c = context;
    gst_curve_model *w = &c->workers[thread];
    double axes[GST_AXES];
    gst_grid_point(&c->grid, row, axes);
    gst_risk risk = gst_risk_failed(NAN, "");
    gst_minimiser at[2] = {{.value = NAN, .error = NAN}, {.value = NAN, .error = NAN}};
    int status = gst_curve_model_select_row(w, &c->all, axes);
    if (status < 0) {
        *reason = w->failure;
        status = status == GST_INVALID ? GST_FAILED : status; /* not so the whole grid: try_first */
    } else {
        status = solve(c, w, axes, &risk, at, reason);
        int silent = status < 0 && !(risk.reason && risk.reason[0]);
        const char *said = status == GST_OK && risk.note ? risk.note : risk.reason;
        if (silent)
            said = gst_status_name(status);
        if (status >= 0 && *said == '\0')
            reason->text[0] = '\0';
        else if (reason->text[0] == '\0' || status >= 0)
            gst_fail(reason, status, "%s", said);
    }
    gst_curve_columns_fill(&c->all.columns, axes, &risk, status < 0 ? NULL : w->solution, at,
                           values);
    return status;
}

/* Notes of rows that are ok, each kind counted. */
static void count_note(curve *c, const char *note)
{
    size_t k = 0;
    while (k < c->notes && strcmp(c->note[k].text.text, note) != 0)
        k++;
    if (k == NOTES)
        return;
    if (k == c->notes) {
        gst_fail(&c->note[k].text, GST_OK, "%s", note);
        c->notes++;
    }
    c->note[k].rows++;
}

/* grid_table.h's seen. */
static void see_row(void *context, const double *values, int status, const char *reason)
{
    curve *c = context;
    c->seen++;
    if (status == GST_OK && *reason != '\0')
        count_note(c, reason);
    c->rare += values[GST_CURVE_RARE_SHARE] > RARE;
    c->most = fmax(c->most, values[GST_CURVE_RARE_SHARE]);
}

static void note_rows(const curve *c)
{
    for (size_t k = 0; k < c->notes; k++)
        gst_report(0, "%zu of %zu rows: %s", c->note[k].rows, c->seen, c->note[k].text.text);
    if (c->rare > 0)
        gst_report(0,
                   "%zu of %zu rows: up to %.3g%% of excess_risk is made by samples rarer than "
                   "networks of this size meet (column rare_share), which may differ by as much",
                   c->rare, c->seen, 100 * c->most);
}

/* Call visit for every training of the grid, until it returns non-zero. */
static int each_training(const curve *c, int (*visit)(const gst_problem *problem, void *context),
                         void *context)
{
    gst_problem previous = {0};
    double axes[GST_AXES];
    size_t inner = c->grid.count[GST_AXIS_ALPHA]; /* steps that scale depend on the width */
    if (!c->grid.scaled)
        inner *= c->grid.count[GST_AXIS_BETA] * c->grid.count[GST_AXIS_LAMBDA] *
                 c->grid.count[GST_AXIS_WIDTH];
    for (size_t row = 0; row < c->grid.rows; row += inner) {
        gst_grid_point(&c->grid, row, axes);
        gst_problem problem = gst_setup_problem(&c->all.setup, axes);
        gst_problem key = gst_problem_key(&problem);
        int code = row > 0 && gst_problem_equal(&key, &previous) ? 0 : visit(&problem, context);
        if (code != 0)
            return code;
        previous = key;
    }
    return 0;
}

/* Trainings that differ in what the features depend on; equal values of an axis count each. */
static double count_models(const curve *c)
{
    const size_t *count = c->grid.count;
    double finite = 0, all = (double)count[GST_AXIS_ALPHA0];
    const gst_training *listed = &c->all.setup.problem.training;
    int sign = c->all.setup.problem.labels == GST_LABELS_SIGN; /* their mean depends on the noise */
    if (listed->spikes)
        return 1;
    if (listed->listed > 0)
        return sign || gst_training_has_batch(listed) ? (double)count[GST_AXIS_NOISE] : 1;
    for (size_t i = 0; i < count[GST_AXIS_ALPHA0]; i++) {
        double alpha0 = c->grid.values[GST_AXIS_ALPHA0][i];
        finite += (sign && alpha0 > 0) || (alpha0 > 0 && isfinite(alpha0));
    }
    double widths = c->grid.scaled ? (double)count[GST_AXIS_WIDTH] : 1;
    return (double)count[GST_AXIS_ETA] * (double)count[GST_AXIS_EXPONENT] * widths *
           (double)count[GST_AXIS_STEPS] * (all - finite + finite * (double)count[GST_AXIS_NOISE]);
}

static int widen_shape(const gst_problem *problem, void *context)
{
    gst_shape *shape = context;
    gst_features *features = NULL;
    gst_message message = {""};
    int status = gst_features_train(&features, problem, 0, &message);
    if (status == GST_FAILED)
        return 0;
    if (status < 0)
        return gst_report_fields(gst_exit_of_status(status), message.text);
    shape->m = features->m > shape->m ? features->m : shape->m;
    shape->q = features->q > shape->q ? features->q : shape->q;
    gst_features_free(features);
    return *gst_interrupt_flag() == 0 ? 0 : GST_EXIT_SIGNAL + *gst_interrupt_flag();
}

static int refuse_model(gst_curve_model *w, int status)
{
    if (status >= 0 || status == GST_FAILED)
        return 0;
    return gst_report_fields(gst_exit_of_status(status), w->failure.text);
}

static double step_size(const gst_problem *problem)
{
    const gst_training *t = &problem->training;
    double largest = 0;
    for (size_t i = 0; i < t->listed; i++)
        largest = fmax(largest, fabs(t->step[i].eta));
    return largest;
}

/* each_training's visit: keep the training of the largest step. */
static int find_largest(const gst_problem *problem, void *context)
{
    gst_problem *largest = context;
    if (!(step_size(problem) <= step_size(largest)))
        *largest = *problem;
    return 0;
}

/* Build the first model, and before it that of the largest step, whose moments are the first to diverge; only
 * one that fails for want of a number is a matter of rows. */
static int try_first(const curve *c)
{
    double axes[GST_AXES];
    gst_grid_point(&c->grid, 0, axes);
    gst_problem first = gst_setup_problem(&c->all.setup, axes), largest = first;
    gst_curve_model *w = &c->workers[0];
    if (!first.training.spikes && !c->all.columns.eta_error)
        each_training(c, find_largest, &largest);
    int code = gst_problem_equal(&largest, &first)
                   ? 0
                   : refuse_model(w, gst_curve_model_select(w, &c->all, &largest));
    return code == 0 ? refuse_model(w, gst_curve_model_select(w, &c->all, &first)) : code;
}

/* Of networks that are not trained no step size is best. */
static int check_search(curve *c)
{
    static const size_t axes[] = {GST_AXIS_ALPHA0, GST_AXIS_STEPS};
    for (size_t a = 0; a < sizeof axes / sizeof *axes; a++)
        for (size_t i = 0; i < c->grid.count[axes[a]]; i++)
            if (c->grid.values[axes[a]][i] == 0)
                return gst_setting_refuse(c->settings, gst_axis_option(axes[a]), NULL,
                                          "has 0, the untrained network: no eta to --optimise");
    return gst_optimise_range(c->settings, GST_OPTION_ETA, &c->all.eta);
}

static int prepare(curve *c)
{
    gst_shape shape = {0};
    int code = gst_grid_build(&c->grid, c->settings);
    if (code == 0)
        code = gst_rows_check(c->settings);
    if (code == 0)
        code = gst_setup_build(&c->all.setup, c->settings, &c->grid);
    if (code != 0)
        return code;
    c->options = gst_setup_options(c->settings);
    c->options.rare_share = 1;
    c->threads = gst_grid_table_threads(c->settings, &c->grid);
    c->workers = gst_alloc(c->threads, sizeof *c->workers);
    if (!c->workers)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    gst_optimise_range(c->settings, GST_OPTION_LAMBDA, &c->all.lambda);
    if (gst_optimise_has(c->settings, GST_OPTION_ETA))
        code = check_search(c);
    shape.K = c->all.setup.layer.K;
    int dry = gst_setting_is_on(c->settings, GST_OPTION_DRY_RUN);
    if (c->options.order_parameters && code == 0 && !dry)
        code = each_training(c, widen_shape, &shape);
    if (code == 0)
        code = gst_curve_columns_build(&c->all.columns, c->settings, &c->all.setup.problem, shape);
    return code;
}

static int run(curve *c)
{
    gst_grid_table job = {
        .settings = c->settings,
        .grid = &c->grid,
        .columns = c->all.columns.count,
        .status_column = GST_CURVE_STATUS,
        .names = (const char *const *)c->all.columns.names,
        .timing = gst_setting_is_on(c->settings, GST_OPTION_TIMING),
        .threads = c->threads,
        .begin = begin_chunk,
        .row = compute_row,
        .seen = see_row,
        .context = c,
    };
    if (gst_setting_is_on(c->settings, GST_OPTION_DRY_RUN))
        return gst_grid_table_estimate(&job, (size_t)count_models(c));
    int code = try_first(c);
    if (code == 0)
        code = gst_grid_table_run(&job);
    note_rows(c);
    return code;
}

int gst_command_curve(const gst_settings *settings)
{
    curve c = {.settings = settings};
    int code = prepare(&c);
    if (code == 0)
        code = run(&c);
    for (size_t i = 0; c.workers && i < c.threads; i++)
        gst_curve_model_forget(&c.workers[i]);
    free(c.workers);
    gst_curve_columns_clear(&c.all.columns);
    gst_setup_clear(&c.all.setup);
    gst_grid_clear(&c.grid);
    return code;
}
