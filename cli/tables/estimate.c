/* SPDX-License-Identifier: GPL-3.0-or-later */
/* estimate.c - what a run would cost: its sizes at once, then time and memory from really computing a few rows.
 *
 * The first row pays for the model (its tables), the next few, spread over the first chunk's length, for
 * the readout: seconds = (models*model + rows*row)/threads, where every thread builds at least one
 * model.  If the first row is not done after PATIENCE, that is what a model takes at least. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "cli/process/apart.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/tables/grid_table.h"

enum { SAMPLE = 16 };

/* Seconds after which no further row is timed, and after which the first one is given up. */
#define ROWS_SECONDS 0.3
#define PATIENCE 5.0

typedef struct {
    double model, row; /* seconds */
    double memory;     /* MB a thread's model takes */
    double base;       /* MB of the process before it */
} cost;

static double peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024 : 0;
}

static int is_fatal(int status)
{
    return status < 0 && status != GST_FAILED;
}

/* What is measured, and its outcome. */
typedef struct {
    const gst_grid_table *job;
    double *values;
} sample;

typedef struct {
    cost c;
    int status;
} outcome;

/* apart.h's work: time the first row twice, then others. */
static void measure(void *context, void *result)
{
    const sample *s = context;
    const gst_grid_table *job = s->job;
    outcome *to = result;
    gst_message reason;
    size_t rows = job->grid->curve < SAMPLE ? job->grid->curve : SAMPLE, done = 0;
    double before = gst_seconds();
    to->c.base = peak_memory();
    to->status = job->row(job->context, 0, 0, s->values, &reason);
    double after = gst_seconds();
    while (done < rows && !is_fatal(to->status)) {
        size_t row = done++ * job->grid->curve / rows;
        to->status = job->row(job->context, 0, row, s->values, &reason);
        if (gst_seconds() - after > ROWS_SECONDS)
            break;
    }
    to->c.row = done > 0 ? (gst_seconds() - after) / (double)done : 0;
    to->c.model = after - before > to->c.row ? after - before - to->c.row : 0;
    to->c.memory = peak_memory() - to->c.base;
}

static void print_sizes(const gst_grid_table *job, size_t models)
{
    for (size_t axis = 0; axis < GST_AXES; axis++)
        if (job->grid->count[axis] > 1)
            printf("%s: %zu\n", gst_option_table[gst_axis_option(axis)].name,
                   job->grid->count[axis]);
    printf("rows: %zu\n", job->grid->rows);
    printf("models: %zu\n", models);
    printf("threads: %zu\n", job->threads);
    fflush(stdout);
}

static void print_cost(const gst_grid_table *job, size_t models, const cost *c)
{
    double threads = (double)job->threads, rows = (double)job->grid->rows;
    double builds = (double)(models > job->threads ? models : job->threads);
    double slots = (double)gst_farm_slots(job->threads) * GST_CHUNK *
                   (sizeof(gst_message) + 8 * (double)job->columns);
    printf("memory_megabytes: %.0f\n", c->base + threads * c->memory + slots / 1e6);
    printf("seconds: %.3g\n", (builds * c->model + rows * c->row) / threads);
}

int gst_grid_table_estimate(const gst_grid_table *job, size_t models)
{
    sample s = {.job = job, .values = gst_alloc_doubles(job->columns + 1)};
    outcome o = {.c = {.model = PATIENCE, .base = peak_memory()}, .status = GST_OK};
    if (!s.values)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    print_sizes(job, models);
    int status = gst_apart_run(measure, &s, &o, sizeof o, PATIENCE);
    free(s.values);
    if (status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    if (status == GST_FAILED)
        return gst_report(GST_EXIT_RUNTIME, "the estimate failed, perhaps for want of memory");
    if (is_fatal(o.status))
        return gst_report(gst_exit_of_status(o.status), "%s", gst_status_name(o.status));
    print_cost(job, models, &o.c);
    if (status == GST_LOOSE)
        printf("estimate: at least that, the first row takes more than %g s\n", PATIENCE);
    return 0;
}
