/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep_map.c - `giantstep twostep --map`: over the square of exponents, how many directions separate and
 * what the best of them, and all of them together, know of the target. */
#include <math.h>

#include "cli/tables/flagged.h"
#include "cli/process/report.h"
#include "cli/commands/twostep/twostep.h"

/* Exponents 0, 0.0125, .., 0.4875. */
enum { SIDE = 40, COLUMNS = 9 };
#define SPACING 0.0125

static const char *const names[COLUMNS] = {"a1",         "a2",         "separated_count",
                                           "best_fresh", "best_reuse", "span_fresh",
                                           "span_reuse", "error",      "status"};

/* Over the directions that separate. */
typedef struct {
    double best, square, error;
    int status;
} summary;

static void add_direction(const gst_two_step_overlaps *overlaps, size_t k, summary *s)
{
    double overlap = overlaps->overlap[k];
    s->best = s->best >= overlap ? s->best : overlap;
    s->square += overlap * overlap;
    s->error += overlaps->error[k];
    if (s->status == GST_OK || overlaps->status[k] < 0)
        s->status = overlaps->status[k];
}

static summary summarise(double a1, double a2, size_t order, const gst_two_step_overlaps *overlaps)
{
    summary s = {0};
    for (size_t k = 0; k <= order; k++)
        if (gst_two_step_separated(gst_two_step_exponent(a1, a2, k)) > 0)
            add_direction(overlaps, k, &s);
    return s;
}

static void write_point(const gst_twostep *t, double a1, double a2,
                        const gst_two_step_overlaps *overlaps, gst_table *table,
                        gst_flagged *flagged)
{
    summary fresh = summarise(a1, a2, t->order, &overlaps[GST_BATCH_FRESH]);
    summary reuse = summarise(a1, a2, t->order, &overlaps[GST_BATCH_REUSED]);
    int status = fresh.status != GST_OK && reuse.status >= 0 ? fresh.status : reuse.status;
    gst_cell cells[COLUMNS] = {
        gst_cell_number(a1),
        gst_cell_number(a2),
        gst_cell_number((double)gst_two_step_count(a1, a2, t->order)),
        gst_cell_number(fresh.best),
        gst_cell_number(reuse.best),
        gst_cell_number(sqrt(fresh.square)),
        gst_cell_number(sqrt(reuse.square)),
        gst_cell_number(fmax(fresh.error, reuse.error)),
        gst_cell_text(gst_status_name(status)),
    };
    gst_table_row(table, COLUMNS, cells);
    gst_flagged_add(flagged, status, "an overlap is not ok, see the table of terms");
}

int gst_twostep_map(const gst_twostep *t)
{
    gst_two_step_overlaps overlaps[GST_TWOSTEP_BATCHES];
    gst_flagged flagged = {0};
    gst_output output;
    gst_table table;
    int code = gst_twostep_overlaps(t, overlaps);
    if (code == 0)
        code = gst_twostep_open(t, &output, &table, SIDE * SIDE, COLUMNS, names);
    if (code != 0)
        return code;
    for (size_t i = 0; i < SIDE; i++) {
        for (size_t j = 0; j < SIDE; j++)
            write_point(t, SPACING * (double)i, SPACING * (double)j, overlaps, &table, &flagged);
        if (i + 1 < SIDE)
            gst_table_scan(&table);
    }
    gst_table_end(&table);
    code = gst_output_close(&output, 1);
    return code != 0 ? code : gst_flagged_report(&flagged, SIDE * SIDE);
}
