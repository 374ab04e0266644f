/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_table.c - tables of `giantstep spectrum`: density, Stieltjes transform, outliers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/tables/flagged.h"
#include "cli/options/fields.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/tables/preamble.h"
#include "cli/process/report.h"
#include "cli/commands/spectrum/spectrum_job.h"

/* Edges less certain than this, relative, are worth a note. */
#define EDGE_NOTE 1e-6

/* Rows of the default grid, about. */
enum { GRID_POINTS = 400, INTERVALS_LEAST = 64, OUTLIERS_MAX = 1024 };

/* ---- tables in memory --------------------------------------------------------------------------- */

int gst_spectrum_table_alloc(gst_spectrum_table *table, size_t columns, size_t rows)
{
    *table = (gst_spectrum_table){.columns = columns, .rows = rows, .status_column = columns};
    table->names = gst_alloc(columns, sizeof *table->names);
    table->values = gst_alloc_doubles(columns * rows);
    table->status = gst_alloc(rows, sizeof *table->status);
    if (table->names && table->values && table->status)
        return 0;
    return gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

void gst_spectrum_table_clear(gst_spectrum_table *table)
{
    free(table->names);
    free(table->values);
    free(table->status);
}

/* name, or name_i if i > 0. */
static void name_column(gst_spectrum_table *table, size_t column, const char *name, size_t i)
{
    if (i > 0)
        snprintf(table->names[column], sizeof *table->names, "%s_%zu", name, i);
    else
        snprintf(table->names[column], sizeof *table->names, "%s", name);
}

static void write_rows(const gst_spectrum_table *t, gst_table *out, gst_cell *cells,
                       gst_flagged *flagged)
{
    for (size_t row = 0; row < t->rows; row++) {
        for (size_t c = 0; c < t->columns; c++)
            cells[c] = gst_cell_number(t->values[row * t->columns + c]);
        if (t->status_column < t->columns) {
            cells[t->status_column].text = gst_status_name(t->status[row]);
            gst_flagged_add(flagged, t->status[row], t->reason);
        }
        gst_table_row(out, t->columns, cells);
    }
}

int gst_spectrum_table_write(const gst_spectrum_job *job, const gst_spectrum_table *t,
                             void (*meta)(const void *context, gst_table *out), const void *context)
{
    gst_flagged flagged = {0};
    gst_output output;
    gst_table out;
    gst_cell *cells = gst_alloc(t->columns, sizeof *cells);
    const char **names = gst_alloc(t->columns, sizeof *names);
    int code = cells && names ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (code == 0)
        code = gst_output_open(&output, job->settings, job->file);
    if (code == 0) {
        for (size_t c = 0; c < t->columns; c++)
            names[c] = t->names[c];
        gst_table_begin(&out, &output,
                        (gst_table_format)gst_setting_number(job->settings, GST_OPTION_FORMAT));
        gst_preamble_write(&out, job->settings);
        if (meta)
            meta(context, &out);
        gst_preamble_write_run(&out, job->settings, 1);
        gst_table_checksums(&out, t->rows);
        gst_table_header(&out, t->columns, names);
        write_rows(t, &out, cells, &flagged);
        gst_table_end(&out);
        code = gst_output_close(&output, 1);
    }
    if (code == 0)
        code = gst_flagged_report(&flagged, t->rows);
    free(cells);
    free(names);
    return code;
}

/* ---- the support -------------------------------------------------------------------------------- */

static void note_tails(const gst_support *s)
{
    static const char text[] =
        "note: no edge at %.3g: rare samples, as rare as one likes, make up the density "
        "%s it; the bulk is cut where next to nothing is left";
    for (size_t b = 0; b < s->bulks; b++) {
        if (s->low_kind[b] == GST_EDGE_TAIL)
            gst_report(0, text, s->low[b], "below");
        if (s->high_kind[b] == GST_EDGE_TAIL)
            gst_report(0, text, s->high[b], "above");
    }
}

int gst_spectrum_prepare_support(gst_spectrum_job *job, int *status)
{
    gst_message message = {""};
    *status = gst_spectrum_find(job->spectrum, &message);
    if (*status == GST_INTERRUPTED)
        return gst_report(GST_EXIT_RUNTIME, "interrupted");
    if (*status == GST_FAILED)
        return gst_report_fields(GST_EXIT_ROWS, message.text);
    if (*status < 0)
        return gst_report_fields(gst_exit_of_status(*status), message.text);
    const gst_support *s = gst_spectrum_support(job->spectrum);
    note_tails(s);
    if (!(s->edge_error <= EDGE_NOTE * s->high[s->bulks - 1]))
        gst_report(0, "note: edges uncertain by %.3g", s->edge_error);
    if (*status == GST_LOOSE)
        gst_report(0, "the mass is 1%+.3g within %.1g: part of the bulk may be missing",
                   s->mass - 1, s->mass_error);
    return 0;
}

void gst_spectrum_meta_numbers(gst_table *out, const char *key, size_t count, const double *values)
{
    char *text = gst_alloc(32 * count + 1, 1), *end = text;
    if (!text && !out->output->failed)
        gst_report(0, "not enough memory");
    if (!text)
        out->output->failed = 1; /* nothing more is written */
    for (size_t i = 0; text && i < count; i++)
        end += snprintf(end, 32, "%s%.15g", i > 0 ? "," : "", values[i]);
    gst_table_meta(out, key, text && count > 0 ? text : "none");
    free(text);
}

/* root, hard or tail for every edge. */
static void meta_kinds(gst_table *out, const gst_support *s)
{
    char text[GST_BULKS_MAX * 12 + 1] = "", *end = text;
    for (size_t b = 0; b < s->bulks; b++)
        end += snprintf(end, 12, "%s%s,%s", b > 0 ? "," : "", gst_edge_kind_name(s->low_kind[b]),
                        gst_edge_kind_name(s->high_kind[b]));
    gst_table_meta(out, "spectrum.edge_kinds", text);
}

void gst_spectrum_meta_support(const void *context, gst_table *out)
{
    const gst_spectrum_job *job = context;
    const gst_support *s = gst_spectrum_support(job->spectrum);
    double edges[2 * GST_BULKS_MAX];
    for (size_t b = 0; b < s->bulks; b++) {
        edges[2 * b] = s->low[b];
        edges[2 * b + 1] = s->high[b];
    }
    gst_spectrum_meta_numbers(out, "spectrum.edges", 2 * s->bulks, edges);
    meta_kinds(out, s);
    gst_spectrum_meta_numbers(out, "spectrum.edge_error", 1, &s->edge_error);
    gst_spectrum_meta_numbers(out, "spectrum.atom", 1, &s->atom);
    gst_spectrum_meta_numbers(out, "spectrum.mass", 1, &s->mass);
    gst_spectrum_meta_numbers(out, "spectrum.mass_error", 1, &s->mass_error);
}

/* ---- density ------------------------------------------------------------------------------------ */

static int take_grid(gst_spectrum_job *job)
{
    const gst_support *support = gst_spectrum_support(job->spectrum);
    size_t intervals = GRID_POINTS / support->bulks;
    if (job->list)
        return 0;
    if (intervals < INTERVALS_LEAST)
        intervals = INTERVALS_LEAST;
    job->count = gst_spectrum_grid(support, intervals, NULL);
    job->list = gst_alloc_doubles(job->count);
    if (!job->list)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    gst_spectrum_grid(support, intervals, job->list);
    return 0;
}

/* Columns first, total, total_1 .. total_K, error, status, filled by value(at, group). */
static int
fill_values(gst_spectrum_job *job, gst_spectrum_table *t, const char *first, const char *total,
            gst_spectral_value (*value)(gst_spectrum *spectrum, double at, double *group))
{
    int code = gst_spectrum_table_alloc(t, job->K + 4, job->count);
    if (code != 0)
        return code;
    name_column(t, 0, first, 0);
    for (size_t g = 0; g <= job->K; g++)
        name_column(t, 1 + g, total, g);
    name_column(t, job->K + 2, "error", 0);
    name_column(t, job->K + 3, "status", 0);
    t->status_column = job->K + 3;
    t->reason = "the quadrature error misses the tolerance";
    for (size_t i = 0; i < job->count && *gst_interrupt_flag() == 0; i++) {
        double *row = t->values + i * t->columns;
        gst_spectral_value found = value(job->spectrum, job->list[i], row + 2);
        if (found.status == GST_NO_MEMORY)
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
        row[0] = job->list[i];
        row[1] = found.value;
        row[job->K + 2] = found.error;
        t->status[i] = found.status;
        if (found.status < 0)
            t->reason = "no solution could be certified";
    }
    return 0;
}

int gst_spectrum_write_density(gst_spectrum_job *job)
{
    gst_spectrum_table t = {0};
    int status, code = gst_spectrum_prepare_support(job, &status);
    if (code == 0)
        code = take_grid(job);
    if (code == 0)
        code = fill_values(job, &t, "x", "density", gst_spectrum_density);
    if (code == 0 && *gst_interrupt_flag() == 0)
        code = gst_spectrum_table_write(job, &t, gst_spectrum_meta_support, job);
    gst_spectrum_table_clear(&t);
    return code == 0 && status == GST_LOOSE ? GST_EXIT_ROWS : code;
}

int gst_spectrum_write_moments(gst_spectrum_job *job)
{
    gst_spectrum_table t = {0};
    int code = fill_values(job, &t, "lambda", "stieltjes", gst_spectrum_stieltjes);
    if (code == 0 && *gst_interrupt_flag() == 0)
        code = gst_spectrum_table_write(job, &t, NULL, NULL);
    gst_spectrum_table_clear(&t);
    return code;
}

/* ---- outliers ----------------------------------------------------------------------------------- */

static int fill_outliers(gst_spectrum_job *job, const gst_outlier *outliers, size_t count,
                         gst_spectrum_table *t)
{
    int code = gst_spectrum_table_alloc(t, 4 + job->K + job->m, count);
    if (code != 0)
        return code;
    static const char *const first[] = {"index", "outlier", "status", "error"};
    for (size_t c = 0; c < 4; c++)
        name_column(t, c, first[c], 0);
    t->status_column = 2;
    t->reason = "the quadrature error misses the tolerance";
    for (size_t g = 0; g < job->K; g++)
        name_column(t, 4 + g, "mean", g + 1);
    for (size_t l = 0; l < job->m; l++)
        name_column(t, 4 + job->K + l, "spike", l + 1);
    for (size_t i = 0; i < count; i++) {
        double *row = t->values + i * t->columns;
        row[0] = (double)(i + 1);
        row[1] = outliers[i].x;
        row[3] = outliers[i].error;
        t->status[i] = outliers[i].status;
        for (size_t g = 0; g < job->K; g++)
            row[4 + g] = outliers[i].mean[g];
        for (size_t l = 0; l < job->m; l++)
            row[4 + job->K + l] = outliers[i].spike[l];
    }
    return 0;
}

int gst_spectrum_write_outliers(gst_spectrum_job *job)
{
    gst_spectrum_table t = {0};
    size_t count = 0;
    gst_outlier *outliers = gst_alloc(OUTLIERS_MAX, sizeof *outliers);
    int status = GST_OK;
    int code = outliers ? gst_spectrum_prepare_support(job, &status)
                        : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (code == 0) {
        int found = gst_spectrum_outliers(job->spectrum, job->axes[GST_AXIS_WIDTH], OUTLIERS_MAX,
                                          outliers, &count);
        if (found < 0)
            code = gst_report(found == GST_FAILED ? GST_EXIT_ROWS : gst_exit_of_status(found),
                              "the search for outliers failed");
    }
    if (code == 0)
        code = fill_outliers(job, outliers, count < OUTLIERS_MAX ? count : OUTLIERS_MAX, &t);
    if (code == 0 && *gst_interrupt_flag() == 0)
        code = gst_spectrum_table_write(job, &t, gst_spectrum_meta_support, job);
    gst_spectrum_table_clear(&t);
    free(outliers);
    return code == 0 && status == GST_LOOSE ? GST_EXIT_ROWS : code;
}
