/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_dynamics.c - `giantstep steps`: U and c of every group after each step, with --covariance the
 * covariance of the special directions, with --simulate the same of trained networks. */
#include <float.h>
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "models/training/population.h"
#include "cli/process/farm.h"
#include "cli/tables/flagged.h"
#include "cli/process/interrupt.h"
#include "cli/tables/items.h"
#include "base/memory.h"
#include "validate/networks/overlap_simulation.h"
#include "cli/tables/preamble.h"
#include "cli/options/setup.h"
#include "cli/options/fields.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/commands/steps/steps.h"

enum {
    S = GST_TARGET_DIM_MAX + 1,
    NUMBERS = S + S * S, /* U, c, C of one group */
    NAME = 24,
    COLUMNS_MAX = 6 + 3 * NUMBERS
};

/* Where an average missed its tolerance, theory and companion may have more error in common than converged
 * ones: their difference counts so many times. */
#define DOUBT 10.0

/* Laws after steps 0 .. T, theory and its companion on other nodes: [(t*K + g)*numbers + i], i over U, c,
 * C; the same of networks with standard errors.  shown: numbers printed. */
typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    gst_problem problem;
    size_t T, K, r, numbers, shown;
    int covariance, simulate, population; /* theory at alpha0 = inf */
    double *theory, *companion, *mean, *sem;
    int *quality; /* [t]: GST_OK, or GST_LOOSE: an average up to step t missed its own tolerance */
    gst_overlap_simulation simulation;
    gst_items items;       /* its replicates */
    size_t parallel, done; /* side by side; those that are there */
    int blas_threads;
    gst_progress progress;
} steps;

/* ---- theory ------------------------------------------------------------------------------------- */

static double *record(const steps *s, double *laws, size_t t, size_t g)
{
    return laws + (t * s->K + g) * s->numbers;
}

static void keep_law(const steps *s, const gst_row_law *law, double *laws)
{
    size_t r = s->r, square = (r + 1) * (r + 1);
    for (size_t g = 0; g < s->K; g++) {
        double *to = record(s, laws, law->steps, g);
        memcpy(to, law->U + g * r, r * sizeof *to);
        to[r] = law->c[g];
        memcpy(to + r + 1, law->C + g * square, square * sizeof *to);
    }
}

/* The laws from step t on are no better than this. */
static void lower_quality(steps *s, size_t t, int status)
{
    for (; status == GST_LOOSE && t <= s->T; t++)
        s->quality[t] = GST_LOOSE;
}

static int follow_population(steps *s, int half, double *laws)
{
    gst_row_law *law;
    int status = gst_row_law_alloc(&law, s->K, s->r);
    if (status != GST_OK)
        return status;
    keep_law(s, law, laws);
    while (law->steps < s->T && status >= 0) {
        status = gst_row_law_step(law, s->problem.activation, s->problem.target, s->problem.layer,
                                  gst_training_step(&s->problem.training, law->steps)->eta, half);
        lower_quality(s, law->steps, status);
        if (status >= 0)
            keep_law(s, law, laws);
    }
    gst_row_law_free(law);
    return status;
}

/* One step on a finite batch: the mean overlaps U gamma with the target's variables, and c. */
static int follow_batch(steps *s, int half, double *laws)
{
    gst_row_law *law;
    gst_features *features;
    int status = gst_row_law_alloc(&law, s->K, s->r);
    if (status != GST_OK)
        return status;
    keep_law(s, law, laws);
    gst_row_law_free(law);
    status = gst_features_train(&features, &s->problem, half, NULL);
    for (size_t g = 0; status >= 0 && g < s->K; g++) {
        double *to = record(s, laws, 1, g);
        for (size_t j = 0; j < s->r; j++)
            to[j] = features->U[g] * features->gamma[j];
        to[s->r] = features->c[g];
    }
    gst_features_free(features);
    lower_quality(s, 1, status);
    return status;
}

static int compute_theory(steps *s)
{
    int (*follow)(steps *, int, double *) = s->population ? follow_population : follow_batch;
    int full = follow(s, 0, s->theory), half = full < 0 ? full : follow(s, 1, s->companion);
    if (half < 0 && half != GST_FAILED)
        return gst_report(gst_exit_of_status(half), "%s", gst_status_name(half));
    if (half < 0)
        return gst_report(GST_EXIT_RUNTIME,
                          "a step leaves a row of length zero or weights that are not finite");
    return 0;
}

/* ---- simulation --------------------------------------------------------------------------------- */

/* items.h's work, take and advance. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const steps *s = context;
    (void)thread;
    return gst_overlap_replicate(&s->simulation, item, payload, reason);
}

static int take(void *context, size_t item, const gst_item *result)
{
    steps *s = context;
    if (result->status < 0)
        s->items.failure = *result->reason;
    else
        gst_overlap_add(gst_overlap_size(&s->simulation), item, result->payload, s->mean, s->sem);
    return result->status;
}

static void advance(void *context, size_t item)
{
    steps *s = context;
    (void)item;
    gst_progress_update(&s->progress, ++s->done);
}

static int open_items(steps *s)
{
    double axes[GST_AXES];
    gst_message message = {""};
    gst_grid_point(&s->grid, 0, axes);
    s->simulation = (gst_overlap_simulation){
        .problem = &s->problem,
        .d = (size_t)axes[GST_AXIS_D],
        .p = (size_t)floor(axes[GST_AXIS_BETA] * axes[GST_AXIS_D] + 0.5),
        .n0 = (size_t)floor(axes[GST_AXIS_ALPHA0] * axes[GST_AXIS_D] + 0.5),
        .trials = (size_t)gst_setting_number(s->settings, GST_OPTION_TRIALS),
        .seed = (uint64_t)gst_setting_number(s->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
    int status = gst_overlap_check(&s->simulation, &message);
    if (status < 0)
        return gst_setting_refuse_status(s->settings, GST_OPTION_D, status, message.text);
    s->items.bytes = gst_overlap_size(&s->simulation) * sizeof(double);
    s->items.work = work;
    s->items.take = take;
    s->items.advance = advance;
    s->items.context = s;
    double weights = (double)s->simulation.p * (double)s->simulation.d;
    s->parallel = gst_items_threads(s->settings, s->simulation.trials, weights, &s->blas_threads);
    return gst_items_open(&s->items, s->settings, s->simulation.trials, s->parallel, NULL);
}

static int compute_simulation(steps *s, int *table)
{
    size_t trials = s->simulation.trials;
    gst_message message = {""};
    *table = 0;
    if (gst_dense_prepare(s->parallel, s->blas_threads, &message) < 0)
        return gst_report_fields(GST_EXIT_RUNTIME, message.text);
    gst_progress_begin(&s->progress, trials,
                       gst_setting_is_on(s->settings, GST_OPTION_QUIET) || gst_farm_rank() > 0);
    s->progress.unit = "replicates";
    int status = gst_items_run(&s->items, 0, trials, s->parallel);
    gst_progress_end(&s->progress);
    gst_overlap_sem(gst_overlap_size(&s->simulation), trials, s->sem);
    return gst_items_end(&s->items, status, table);
}

/* ---- the table ---------------------------------------------------------------------------------- */

/* Name of number i with a suffix: c, U_j, C_a_b; j, a, b the variables' own indices, the norm last. */
static void name_number(const steps *s, size_t i, const char *suffix, char *name)
{
    const gst_expression *target = gst_target_expression(s->problem.target);
    size_t r = s->r, index[S];
    for (size_t j = 0; j < r; j++)
        index[j] = gst_expression_variable(target, j);
    index[r] = index[r - 1] + 1;
    if (i == r)
        snprintf(name, NAME, "c%s", suffix);
    else if (i < r)
        snprintf(name, NAME, "U_%zu%s", index[i], suffix);
    else
        snprintf(name, NAME, "C_%zu_%zu%s", index[(i - r - 1) / (r + 1)],
                 index[(i - r - 1) % (r + 1)], suffix);
}

/* The i-th number in the order of the columns: c before U. */
static size_t in_column(const steps *s, size_t i)
{
    return i == 0 ? s->r : i <= s->r ? i - 1 : i;
}

static void write_header(const steps *s, gst_table *table)
{
    static const char *const first[] = {"step", "group", "a", "fraction"};
    char text[COLUMNS_MAX][NAME];
    const char *names[COLUMNS_MAX];
    size_t n = 0, base = s->r + 1;
    for (size_t i = 0; i < 4; i++)
        snprintf(text[n++], NAME, "%s", first[i]);
    for (size_t i = 0; i < base; i++)
        name_number(s, in_column(s, i), "", text[n++]);
    snprintf(text[n++], NAME, "error");
    snprintf(text[n++], NAME, "status");
    for (size_t i = base; i < s->shown; i++)
        name_number(s, i, "", text[n++]);
    for (size_t i = 0; s->simulate && i < s->shown; i++) {
        name_number(s, in_column(s, i), "_sim", text[n++]);
        name_number(s, in_column(s, i), "_sem", text[n++]);
    }
    for (size_t i = 0; i < n; i++)
        names[i] = text[i];
    gst_table_header(table, n, names);
}

/* Largest difference of theory and companion among the numbers shown, and rounding: of group g after step t. */
static double law_error(const steps *s, size_t t, size_t g, double *size)
{
    const double *theory = record(s, s->theory, t, g), *companion = record(s, s->companion, t, g);
    double error = 0.0;
    *size = 0.0;
    for (size_t i = 0; i < s->shown; i++) {
        error = fmax(error, fabs(theory[i] - companion[i]));
        *size = fmax(*size, fabs(theory[i]));
    }
    return (s->quality[t] == GST_OK ? error : DOUBT * error) + 4.0 * DBL_EPSILON * *size;
}

static int write_row(const steps *s, gst_table *table, size_t t, size_t g)
{
    gst_cell cells[COLUMNS_MAX];
    const double *theory = record(s, s->theory, t, g);
    double size, error = law_error(s, t, g, &size);
    double tol = gst_setting_number(s->settings, GST_OPTION_TOL);
    int status = error <= tol * size ? GST_OK : GST_LOOSE;
    size_t n = 0, base = s->r + 1;
    cells[n++] = gst_cell_number((double)t);
    cells[n++] = gst_cell_number((double)(g + 1));
    cells[n++] = gst_cell_number(s->setup.layer.A[g]);
    cells[n++] = gst_cell_number(s->setup.layer.pi[g]);
    for (size_t i = 0; i < base; i++)
        cells[n++] = gst_cell_number(theory[in_column(s, i)]);
    cells[n++] = gst_cell_number(error);
    cells[n++] = gst_cell_text(gst_status_name(status));
    for (size_t i = base; i < s->shown; i++)
        cells[n++] = gst_cell_number(theory[i]);
    for (size_t i = 0; s->simulate && i < s->shown; i++) {
        cells[n++] = gst_cell_number(record(s, s->mean, t, g)[in_column(s, i)]);
        cells[n++] = gst_cell_number(record(s, s->sem, t, g)[in_column(s, i)]);
    }
    gst_table_row(table, n, cells);
    return status;
}

static int write_table(const steps *s)
{
    gst_output output;
    gst_table table;
    gst_flagged flagged = {.count = 0};
    int code =
        gst_output_open(&output, s->settings, s->simulate ? gst_items_file(&s->items) : NULL);
    if (code != 0)
        return code;
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(s->settings, GST_OPTION_FORMAT));
    gst_preamble_write(&table, s->settings);
    if (s->simulate)
        gst_table_meta(&table, "theory.alpha0",
                       s->population ? "inf" : gst_setting_text(s->settings, GST_OPTION_ALPHA0));
    gst_preamble_write_run(&table, s->settings, 1);
    gst_table_checksums(&table, (s->T + 1) * s->K);
    write_header(s, &table);
    for (size_t t = 0; t <= s->T; t++) {
        for (size_t g = 0; g < s->K; g++) {
            int status = write_row(s, &table, t, g);
            if (status != GST_OK)
                gst_flagged_add(&flagged, status, "the quadrature error misses the tolerance");
        }
    }
    gst_table_end(&table);
    code = gst_output_close(&output, 1);
    return code != 0 ? code : gst_flagged_report(&flagged, (s->T + 1) * s->K);
}

/* ------------------------------------------------------------------------------------------------- */

/* One parameter point, and sizes that fit together. */
static int check(steps *s)
{
    double axes[GST_AXES];
    int code = gst_grid_check_point(&s->grid, s->settings);
    if (code != 0)
        return code;
    gst_grid_point(&s->grid, 0, axes);
    double alpha0 = axes[GST_AXIS_ALPHA0];
    s->covariance = gst_setting_is_on(s->settings, GST_OPTION_COVARIANCE);
    s->simulate = gst_setting_is_on(s->settings, GST_OPTION_SIMULATE);
    s->T = alpha0 > 0.0 ? (size_t)axes[GST_AXIS_STEPS] : 0;
    s->population = isinf(alpha0) || s->T != 1 || (s->simulate && s->covariance);
    if (s->simulate && !(alpha0 > 0.0 && isfinite(alpha0)))
        return gst_setting_refuse(s->settings, GST_OPTION_ALPHA0, NULL,
                                  "is no batch that --simulate could draw");
    if (s->covariance && !s->simulate && !s->population)
        return gst_setting_refuse(s->settings, GST_OPTION_ALPHA0, NULL,
                                  "is finite, --covariance needs inf");
    return 0;
}

/* With --simulate the networks' batches are finite, but several steps' theory is that of alpha0 = inf. */
static int build_problem(steps *s)
{
    double axes[GST_AXES], *alpha0 = s->grid.values[GST_AXIS_ALPHA0], kept = *alpha0;
    if (s->simulate && s->population)
        *alpha0 = INFINITY;
    int code = gst_setup_build(&s->setup, s->settings, &s->grid);
    *alpha0 = kept;
    gst_grid_point(&s->grid, 0, axes);
    if (code == 0) {
        s->problem = gst_setup_problem(&s->setup, axes);
        s->K = s->setup.layer.K;
        s->r = gst_target_dim(s->setup.target);
        s->numbers = gst_overlap_numbers(s->r);
        s->shown = s->covariance ? s->numbers : s->r + 1;
    }
    return code;
}

static int allocate(steps *s)
{
    size_t size = (s->T + 1) * s->K * s->numbers;
    s->theory = gst_alloc_doubles(4 * size);
    s->quality = gst_alloc(s->T + 1, sizeof *s->quality);
    if (!s->theory || !s->quality)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->companion = s->theory + size;
    s->mean = s->companion + size;
    s->sem = s->mean + size;
    return 0;
}

static int run(steps *s)
{
    int table = 1, code = s->simulate ? open_items(s) : 0;
    if (code != 0 || s->items.complete)
        return code != 0 ? code : s->items.exit_code;
    if (gst_farm_rank() == 0 && !s->items.partial)
        code = compute_theory(s);
    if (code == 0 && s->simulate)
        code = compute_simulation(s, &table);
    return code == 0 && table ? write_table(s) : code;
}

int gst_steps_dynamics(const gst_settings *settings)
{
    steps s = {.settings = settings};
    int code = gst_grid_build(&s.grid, settings);
    if (code == 0)
        code = check(&s);
    if (code == 0)
        code = gst_items_check(settings, GST_OPTION_SIMULATE);
    if (code == 0)
        code = build_problem(&s);
    if (code == 0)
        code = allocate(&s);
    if (code == 0)
        code = run(&s);
    gst_items_close(&s.items, code);
    free(s.theory);
    free(s.quality);
    gst_setup_clear(&s.setup);
    gst_grid_clear(&s.grid);
    return code;
}
