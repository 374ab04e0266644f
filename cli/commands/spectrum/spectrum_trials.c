/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_trials.c - `giantstep spectrum --simulate`: a histogram of eigenvalues beside the theory at the
 * realised n/d, p/d, n0/d of the batches and group fractions. */
#include "validate/networks/spectrum_simulation.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "validate/networks/blas.h"
#include "cli/options/fields.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/commands/spectrum/spectrum_job.h"

enum { BINS = 60, BINS_MAX = 100000, OUTLIERS_MAX = 64 };

typedef struct {
    gst_spectrum_job *job;
    gst_spectrum_simulation simulation;
    gst_items items; /* the replicates */
    gst_progress progress;
    gst_second_layer layer; /* with the realised fractions */
    size_t trials, p, n, size;
    size_t parallel, done; /* replicates side by side; those that are there */
    int blas_threads;
    double *values; /* trials x size, each in increasing order */
    double distance, distance_sem;
    size_t outliers;
    gst_outlier *outlier;
    double *simulated, *simulated_sem; /* of the outliers */
} simulated;

/* ---- sizes -------------------------------------------------------------------------------------- */

/* The theory of the sizes that are drawn. */
static int realise(simulated *s)
{
    gst_spectrum_job *job = s->job;
    gst_message message = {""};
    const gst_second_layer *layer = job->problem.layer;
    size_t group[GST_GROUPS_MAX];
    int status = gst_spectrum_simulation_measure(&s->simulation, &s->p, &s->n, group, &message);
    if (status < 0)
        return gst_setting_refuse_status(job->settings, GST_OPTION_D, status, message.text);
    s->size = s->n < s->p ? s->n : s->p;
    s->layer = (gst_second_layer){.K = layer->K, .A = layer->A, .pi = gst_alloc_doubles(layer->K)};
    s->values = gst_alloc_doubles(s->trials * s->size);
    s->outlier = gst_alloc(OUTLIERS_MAX, sizeof *s->outlier);
    s->simulated = gst_alloc_doubles(2 * OUTLIERS_MAX);
    if (!s->layer.pi || !s->values || !s->outlier || !s->simulated)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->simulated_sem = s->simulated + OUTLIERS_MAX;
    for (size_t g = 0; g < layer->K; g++) {
        s->layer.pi[g] = (double)group[g] / (double)s->p;
        if (group[g] == 0)
            return gst_setting_refuse(job->settings, GST_OPTION_D, NULL, "leaves group %zu empty",
                                      g + 1);
    }
    gst_spectrum_free(job->spectrum);
    job->problem.layer = &s->layer;
    job->problem.training = gst_training_realised(&job->problem.training, s->simulation.d);
    double d = (double)s->simulation.d;
    status = gst_spectrum_alloc(&job->spectrum, &job->problem, (double)s->n / d, (double)s->p / d,
                                gst_setting_number(job->settings, GST_OPTION_TOL),
                                gst_interrupt_flag(), &message);
    if (status < 0)
        return gst_report_fields(gst_exit_of_status(status), message.text);
    return 0;
}

static void set_simulation(simulated *s)
{
    const gst_settings *settings = s->job->settings;
    int kind = (int)gst_setting_number(settings, GST_OPTION_WEIGHTS);
    gst_weights weights = kind == 1 ? GST_WEIGHTS_GD : GST_WEIGHTS_SRF;
    s->trials = (size_t)gst_setting_number(settings, GST_OPTION_TRIALS);
    s->simulation = (gst_spectrum_simulation){
        .problem = &s->job->problem,
        .weights = kind == 0 ? gst_weights_choose(&s->job->problem) : weights,
        .d = (size_t)s->job->axes[GST_AXIS_D],
        .alpha = s->job->axes[GST_AXIS_ALPHA],
        .beta = s->job->axes[GST_AXIS_BETA],
        .precision = (gst_precision)gst_setting_number(settings, GST_OPTION_PRECISION),
        .seed = (uint64_t)gst_setting_number(settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
}

/* ---- replicates --------------------------------------------------------------------------------- */

/* items.h's work. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const simulated *s = context;
    (void)thread;
    return gst_spectrum_simulation_run(&s->simulation, item, payload, 0, NULL, reason);
}

/* items.h's take. */
static int take(void *context, size_t item, const gst_item *result)
{
    simulated *s = context;
    memcpy(s->values + item * s->size, result->payload, s->size * sizeof *s->values);
    if (result->status < 0)
        s->items.failure = *result->reason;
    return result->status;
}

/* items.h's advance. */
static void advance(void *context, size_t item)
{
    simulated *s = context;
    (void)item;
    gst_progress_update(&s->progress, ++s->done);
}

static int open_items(simulated *s)
{
    s->items.bytes = s->size * sizeof *s->values;
    s->items.work = work;
    s->items.take = take;
    s->items.advance = advance;
    s->items.context = s;
    s->parallel = gst_items_threads(s->job->settings, s->trials,
                                    (double)s->p * fmax((double)s->simulation.d, (double)s->n),
                                    &s->blas_threads);
    return gst_items_open(&s->items, s->job->settings, s->trials, s->parallel, NULL);
}

/* Large replicates one at a time, with all threads in their linear algebra. */
static int draw(simulated *s, int *table)
{
    const gst_settings *settings = s->job->settings;
    gst_message message = {""};
    if (gst_dense_prepare(s->parallel, s->blas_threads, &message) < 0)
        return gst_report_fields(GST_EXIT_RUNTIME, message.text);
    gst_progress_begin(&s->progress, s->trials,
                       gst_setting_is_on(settings, GST_OPTION_QUIET) || gst_farm_rank() > 0);
    int status = gst_items_run(&s->items, 0, s->trials, s->parallel);
    gst_progress_end(&s->progress);
    return gst_items_end(&s->items, status, table);
}

static void mean_and_sem(size_t n, const double *values, double *mean, double *sem)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (values[i] - *mean) * (values[i] - *mean);
    *sem = n > 1 ? sqrt(square / (double)(n - 1) / (double)n) : NAN;
}

static int measure_distance(simulated *s)
{
    double *below = gst_alloc_doubles(s->size + s->trials), *distance = below + s->size;
    if (!below)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t i = 0; i < s->trials; i++) {
        gst_spectrum_distribution(s->job->spectrum, s->size, s->values + i * s->size, below);
        distance[i] = gst_spectrum_distance(s->p, s->size, below);
    }
    mean_and_sem(s->trials, distance, &s->distance, &s->distance_sem);
    free(below);
    return 0;
}

/* ---- outliers ----------------------------------------------------------------------------------- */

/* Outliers above all bulks. */
static size_t count_top(const simulated *s)
{
    const gst_support *support = gst_spectrum_support(s->job->spectrum);
    size_t top = 0;
    while (top < s->outliers &&
           s->outlier[s->outliers - 1 - top].x > support->high[support->bulks - 1])
        top++;
    return top;
}

/* The eigenvalue that belongs to outlier k: of the same rank above the bulks, else the nearest. */
static double partner(const simulated *s, size_t k, const double *values)
{
    size_t rank = s->outliers - 1 - k, best = 0;
    if (rank < count_top(s) && rank < s->size)
        return values[s->size - 1 - rank];
    for (size_t i = 1; i < s->size; i++)
        best = fabs(values[i] - s->outlier[k].x) < fabs(values[best] - s->outlier[k].x) ? i : best;
    return values[best];
}

static int find_outliers(simulated *s)
{
    double *values = gst_alloc_doubles(s->trials);
    if (!values)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = gst_spectrum_outliers(s->job->spectrum, (double)s->p, OUTLIERS_MAX, s->outlier,
                                       &s->outliers);
    s->outliers = s->outliers < OUTLIERS_MAX ? s->outliers : OUTLIERS_MAX;
    for (size_t k = 0; status >= 0 && k < s->outliers; k++) {
        for (size_t i = 0; i < s->trials; i++)
            values[i] = partner(s, k, s->values + i * s->size);
        mean_and_sem(s->trials, values, &s->simulated[k], &s->simulated_sem[k]);
    }
    free(values);
    return status < 0 ? gst_report(GST_EXIT_ROWS, "the search for outliers failed") : 0;
}

/* ---- histogram ---------------------------------------------------------------------------------- */

/* Bins of equal width on the support, and as many more as the eigenvalues that are no outliers need. */
static int lay_bins(const simulated *s, double *start, double *width, size_t *bins)
{
    const gst_support *support = gst_spectrum_support(s->job->spectrum);
    double low = support->low[0], high = support->high[support->bulks - 1];
    size_t top = count_top(s);
    double least = low, most = high;
    for (size_t i = 0; i < s->trials; i++) {
        const double *values = s->values + i * s->size;
        least = fmin(least, values[0]);
        if (top < s->size)
            most = fmax(most, values[s->size - 1 - top]);
    }
    *width = (high - low) / BINS;
    double below = ceil((low - least) / *width), above = ceil((most - high) / *width);
    if (!(below + above + BINS <= BINS_MAX))
        return gst_report(GST_EXIT_ROWS, "eigenvalues too far from the bulks for a histogram");
    *bins = BINS + (size_t)below + (size_t)above;
    *start = low - below * *width;
    return 0;
}

static int fill_histogram(const simulated *s, gst_spectrum_table *t)
{
    static const char *const names[] = {"x_low", "x_high", "count", "density", "theory"};
    double start = 0, width = 0, edges[2], below[2];
    size_t bins = 0;
    int code = lay_bins(s, &start, &width, &bins);
    if (code == 0)
        code = gst_spectrum_table_alloc(t, 5, bins);
    for (size_t c = 0; code == 0 && c < 5; c++)
        strcpy(t->names[c], names[c]);
    for (size_t b = 0; code == 0 && b < bins; b++) {
        double *row = t->values + 5 * b, total = (double)s->p * (double)s->trials;
        edges[0] = fmax(start + (double)b * width, 0);
        edges[1] = start + (double)(b + 1) * width;
        gst_spectrum_distribution(s->job->spectrum, 2, edges, below);
        if (!(edges[0] > 0))
            below[0] = gst_spectrum_support(s->job->spectrum)->atom;
        row[0] = edges[0];
        row[1] = edges[1];
        for (size_t i = 0; i < s->trials * s->size; i++)
            row[2] += s->values[i] >= edges[0] && s->values[i] < edges[1];
        row[3] = row[2] / (total * (edges[1] - edges[0]));
        row[4] = (below[1] - below[0]) / (edges[1] - edges[0]);
    }
    return code;
}

/* Lines of the preamble. */
static void write_meta(const void *context, gst_table *out)
{
    const simulated *s = context;
    double sizes[] = {(double)s->p, (double)s->n}, x[OUTLIERS_MAX];
    gst_spectrum_meta_support(s->job, out);
    gst_spectrum_meta_numbers(out, "spectrum.p", 1, sizes);
    gst_spectrum_meta_numbers(out, "spectrum.n", 1, sizes + 1);
    gst_spectrum_meta_numbers(out, "spectrum.ks", 1, &s->distance);
    gst_spectrum_meta_numbers(out, "spectrum.ks_sem", 1, &s->distance_sem);
    for (size_t k = 0; k < s->outliers; k++)
        x[k] = s->outlier[k].x;
    gst_spectrum_meta_numbers(out, "spectrum.outliers", s->outliers, x);
    gst_spectrum_meta_numbers(out, "spectrum.outliers_simulated", s->outliers, s->simulated);
    gst_spectrum_meta_numbers(out, "spectrum.outliers_sem", s->outliers, s->simulated_sem);
}

/* The replicates; the theory only if there is a table to write. */
static int simulate(simulated *s, int *status, int *table)
{
    set_simulation(s);
    int code = realise(s);
    if (code == 0)
        code = open_items(s);
    if (code != 0 || s->items.complete)
        return code != 0 ? code : s->items.exit_code;
    if (gst_farm_rank() == 0 && !s->items.partial)
        code = gst_spectrum_prepare_support(s->job, status);
    return code == 0 ? draw(s, table) : code;
}

int gst_spectrum_write_simulation(gst_spectrum_job *job)
{
    simulated s = {.job = job};
    gst_spectrum_table t = {0};
    int status = GST_OK, table = 0;
    int code = simulate(&s, &status, &table);
    job->file = gst_items_file(&s.items);
    if (code == 0 && table)
        code = measure_distance(&s);
    if (code == 0 && table)
        code = find_outliers(&s);
    if (code == 0 && table)
        code = fill_histogram(&s, &t);
    if (code == 0 && table)
        code = gst_spectrum_table_write(job, &t, write_meta, &s);
    gst_items_close(&s.items, code);
    gst_spectrum_table_clear(&t);
    free(s.layer.pi);
    free(s.values);
    free(s.outlier);
    free(s.simulated);
    return code == 0 && status == GST_LOOSE ? GST_EXIT_ROWS : code;
}
