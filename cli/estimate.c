/* SPDX-License-Identifier: GPL-3.0-or-later */
/* estimate.c - what a run would cost, from really computing a few rows.
 *
 * The first row pays for the model (its tables), the next few, spread over the first chunk's length, for
 * the readout: seconds = (models*model + rows*row)/threads, where every thread builds at least one
 * model. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "farm.h"
#include "interrupt.h"
#include "memory.h"
#include "progress.h"
#include "report.h"
#include "grid_table.h"

enum { SAMPLE = 16 };

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

/* Time the first row twice, then others; returns a status. */
static int measure(const gst_grid_table *job, double *values, cost *c)
{
    gst_message reason;
    size_t rows = job->grid->curve < SAMPLE ? job->grid->curve : SAMPLE;
    double before = gst_seconds();
    c->base = peak_memory();
    int status = job->row(job->context, 0, 0, values, &reason);
    double after = gst_seconds();
    size_t done = 0;
    while (done < rows && !is_fatal(status) && *gst_interrupt_flag() == 0) {
        size_t row = done++ * job->grid->curve / rows;
        status = job->row(job->context, 0, row, values, &reason);
        if (gst_seconds() - after > 1)
            break;
    }
    c->row = done > 0 ? (gst_seconds() - after) / (double)done : 0;
    c->model = after - before > c->row ? after - before - c->row : 0;
    c->memory = peak_memory() - c->base;
    return status;
}

static void print(const gst_grid_table *job, size_t models, const cost *c)
{
    double threads = (double)job->threads, rows = (double)job->grid->rows;
    double builds = (double)(models > job->threads ? models : job->threads);
    double slots = (double)gst_farm_slots(job->threads) * GST_CHUNK *
                   (sizeof(gst_message) + 8 * (double)job->columns);
    for (size_t axis = 0; axis < GST_AXES; axis++)
        if (job->grid->count[axis] > 1)
            printf("%s: %zu\n", gst_option_table[gst_axis_option(axis)].name,
                   job->grid->count[axis]);
    printf("rows: %zu\n", job->grid->rows);
    printf("models: %zu\n", models);
    printf("threads: %zu\n", job->threads);
    printf("memory_megabytes: %.0f\n", c->base + threads * c->memory + slots / 1e6);
    printf("seconds: %.3g\n", (builds * c->model + rows * c->row) / threads);
}

int gst_grid_table_estimate(const gst_grid_table *job, size_t models)
{
    cost c;
    double *values = gst_alloc_doubles(job->columns + 1);
    if (!values)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = measure(job, values, &c);
    free(values);
    if (*gst_interrupt_flag() != 0)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    if (is_fatal(status)) {
        gst_report(0, "%s", gst_status_name(status));
        return gst_exit_of_status(status);
    }
    print(job, models, &c);
    return 0;
}
