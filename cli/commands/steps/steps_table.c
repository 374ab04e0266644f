/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_table.c - the table of `giantstep steps': a row per step and group. */
#include "cli/commands/steps/steps_laws.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "cli/tables/flagged.h"
#include "cli/tables/preamble.h"
#include "models/functions/compiled_target.h"

enum {
    S = GST_TARGET_DIM_MAX + 1,
    NUMBERS = S + S * S, /* U, c, C of one group */
    NAME = 24,
    COLUMNS_MAX = 9 + 3 * NUMBERS
};

/* Where an average missed its tolerance, theory and companion may have more error in common than converged
 * ones: their difference counts so many times. */
#define DOUBT 10.0

/* Name of number i with a suffix: c, U_j, C_a_b; j, a, b the variables' own indices, the norm last. */
static void name_number(const gst_steps *s, size_t i, const char *suffix, char *name)
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
static size_t in_column(const gst_steps *s, size_t i)
{
    return i == 0 ? s->r : i <= s->r ? i - 1 : i;
}

static void write_header(const gst_steps *s, gst_table *table)
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
    snprintf(text[n++], NAME, "own_error");
    if (s->simulate) {
        snprintf(text[n++], NAME, "own_error_sim");
        snprintf(text[n++], NAME, "own_error_sem");
    }
    for (size_t i = 0; i < n; i++)
        names[i] = text[i];
    gst_table_header(table, n, names);
}

/* Largest difference of theory and companion among the numbers shown, and rounding: of group g after step t.  size: the
 * largest of the numbers. */
static double law_error(const gst_steps *s, size_t t, size_t g, double *size)
{
    const double *theory = gst_steps_record(s, s->theory, t, g),
                 *companion = gst_steps_record(s, s->companion, t, g);
    const gst_steps_state *state = &s->state[t];
    double error = 0.0;
    *size = 0.0;
    for (size_t i = 0; i < s->shown; i++) {
        double difference = fabs(theory[i] - companion[i]);
        error = difference <= error ? error : difference;
        *size = fmax(*size, fabs(theory[i]));
    }
    error = (state->quality == GST_OK ? error : DOUBT * error) + 4.0 * DBL_EPSILON * *size;
    *size = fmax(*size, state->own);
    return state->own_error <= error ? error : state->own_error;
}

/* The theory's part of a row, in front of the networks'. */
static size_t put_theory(const gst_steps *s, size_t t, size_t g, double error, const char *status,
                         gst_cell *cells)
{
    const double *theory = gst_steps_record(s, s->theory, t, g);
    size_t n = 0, base = s->r + 1;
    cells[n++] = gst_cell_number((double)t);
    cells[n++] = gst_cell_number((double)(g + 1));
    cells[n++] = gst_cell_number(s->setup.layer.A[g]);
    cells[n++] = gst_cell_number(s->setup.layer.pi[g]);
    for (size_t i = 0; i < base; i++)
        cells[n++] = gst_cell_number(theory[in_column(s, i)]);
    cells[n++] = gst_cell_number(error);
    cells[n++] = gst_cell_text(status);
    for (size_t i = base; i < s->shown; i++)
        cells[n++] = gst_cell_number(theory[i]);
    return n;
}

/* GST_OK, also where there is no theory to be loose, or GST_LOOSE. */
static int write_row(const gst_steps *s, gst_table *table, size_t t, size_t g)
{
    gst_cell cells[COLUMNS_MAX];
    const gst_steps_state *state = &s->state[t];
    double size, error = law_error(s, t, g, &size);
    double tol = gst_setting_number(s->settings, GST_OPTION_TOL);
    int known = state->quality >= 0;
    int status = error <= tol * size || !known ? GST_OK : GST_LOOSE;
    size_t own = (s->T + 1) * s->K * s->numbers + t;
    size_t n =
        put_theory(s, t, g, known ? error : NAN, known ? gst_status_name(status) : "none", cells);
    for (size_t i = 0; s->simulate && i < s->shown; i++) {
        cells[n++] = gst_cell_number(gst_steps_record(s, s->mean, t, g)[in_column(s, i)]);
        cells[n++] = gst_cell_number(gst_steps_record(s, s->sem, t, g)[in_column(s, i)]);
    }
    cells[n++] = gst_cell_number(state->own);
    if (s->simulate) {
        cells[n++] = gst_cell_number(s->mean[own]);
        cells[n++] = gst_cell_number(s->sem[own]);
    }
    gst_table_row(table, n, cells);
    return status;
}

/* n0/d of the batches drawn, which are those of the theory. */
static void write_batches(const gst_steps *s, gst_table *table)
{
    const gst_training *t = &s->problem.training;
    char text[GST_SCHEDULE_MAX * 32] = "";
    size_t length = 0;
    for (size_t i = 0; i < t->listed; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, i > 0 ? ",%.15g" : "%.15g",
                                   t->step[i].alpha0);
    gst_table_meta(table, "theory.alpha0", text);
}

int gst_steps_table(const gst_steps *s)
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
        write_batches(s, &table);
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
