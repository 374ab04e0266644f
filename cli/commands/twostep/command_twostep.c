/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_twostep.c - `giantstep twostep`: the terms of the second of two steps at linear width, which of
 * them leave the bulk, and what their directions know of the target. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands/run.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"
#include "cli/commands/twostep/twostep.h"
#include "cli/process/report.h"
#include "cli/tables/flagged.h"
#include "cli/tables/items.h"
#include "cli/tables/preamble.h"
#include "models/functions/activation_moments.h"

enum { COLUMNS = 8 };

static const char *const names[COLUMNS] = {
    "k",     "exponent", "separated",  "overlap_fresh", "overlap_reuse",
    "error", "status",   "coefficient"};

/* ---- the table of terms ------------------------------------------------------------------------- */

static double worse(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

static void write_term(gst_table *table, const gst_twostep *t, size_t k, double coefficient,
                       const gst_two_step_overlaps *fresh, const gst_two_step_overlaps *reuse,
                       gst_flagged *flagged)
{
    double exponent = gst_two_step_exponent(t->a1, t->a2, k);
    int status = fresh->status[k] != GST_OK ? fresh->status[k] : reuse->status[k];
    if (reuse->status[k] < 0)
        status = reuse->status[k];
    gst_cell cells[COLUMNS] = {
        gst_cell_number((double)k),
        gst_cell_number(exponent),
        gst_cell_text(gst_twostep_separated(exponent)),
        gst_cell_number(fresh->overlap[k]),
        gst_cell_number(reuse->overlap[k]),
        gst_cell_number(worse(fresh->error[k], reuse->error[k])),
        gst_cell_text(gst_status_name(status)),
        gst_cell_number(coefficient),
    };
    gst_table_row(table, COLUMNS, cells);
    gst_flagged_add(flagged, status,
                    status < 0 ? "the direction depends on those before it, or its moments are too "
                                 "inaccurate to tell"
                               : "quadrature error above the tolerance");
}

static int write_terms(const gst_twostep *t)
{
    gst_two_step_overlaps overlaps[GST_TWOSTEP_BATCHES];
    double coefficient[GST_TWO_STEP_ORDER_MAX + 1];
    gst_flagged flagged = {0};
    gst_output output;
    gst_table table;
    int code = gst_twostep_overlaps(t, overlaps);
    if (code != 0)
        return code;
    int status = gst_two_step_coefficients(t->activation, t->order, coefficient);
    if (status == GST_NO_MEMORY)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (status < 0)
        return gst_setting_refuse_status(t->settings, GST_OPTION_ACTIVATION, GST_INVALID,
                                         "has Hermite coefficients that do not converge");
    code = gst_twostep_open(t, &output, &table, t->order + 1, COLUMNS, names);
    if (code != 0)
        return code;
    for (size_t k = 0; k <= t->order; k++)
        write_term(&table, t, k, coefficient[k], &overlaps[GST_BATCH_FRESH],
                   &overlaps[GST_BATCH_REUSED], &flagged);
    gst_table_end(&table);
    code = gst_output_close(&output, 1);
    return code != 0 ? code : gst_flagged_report(&flagged, t->order + 1);
}

/* ---- settings ----------------------------------------------------------------------------------- */

static int read_exponents(gst_twostep *t)
{
    size_t count;
    double *values;
    int code = gst_axis_read(t->settings, GST_OPTION_EXPONENTS, &count, &values);
    if (code == 0 && count != 2)
        code = gst_setting_refuse(t->settings, GST_OPTION_EXPONENTS, NULL, "is not two numbers");
    for (size_t i = 0; code == 0 && i < 2; i++)
        if (!(values[i] >= 0 && values[i] < 0.5))
            code = gst_setting_refuse(t->settings, GST_OPTION_EXPONENTS, NULL,
                                      "has %.15g, outside [0, 0.5)", values[i]);
    if (code == 0) {
        t->a1 = values[0];
        t->a2 = values[1];
    }
    free(values);
    return code;
}

/* The one value of an axis that is none here. */
static int read_single(const gst_twostep *t, size_t axis, double *value)
{
    if (t->grid.count[axis] != 1)
        return gst_setting_refuse(t->settings, gst_axis_option(axis), NULL, "is not one value");
    *value = t->grid.values[axis][0];
    return 0;
}

static int read_numbers(gst_twostep *t)
{
    const gst_settings *settings = t->settings;
    double order = gst_setting_number(settings, GST_OPTION_ORDER);
    if (order > GST_TWO_STEP_ORDER_MAX)
        return gst_setting_refuse(settings, GST_OPTION_ORDER, NULL, "is above %d",
                                  GST_TWO_STEP_ORDER_MAX);
    t->order = (size_t)order;
    t->tol = gst_setting_number(settings, GST_OPTION_TOL);
    t->phi = t->phi1 = gst_setting_number(settings, GST_OPTION_PHI);
    if (gst_setting_text(settings, GST_OPTION_PHI1))
        t->phi1 = gst_setting_number(settings, GST_OPTION_PHI1);
    int code = read_exponents(t);
    if (code == 0)
        code = gst_grid_build(&t->grid, settings);
    if (code == 0)
        code = read_single(t, GST_AXIS_NOISE, &t->noise);
    return code == 0 ? read_single(t, GST_AXIS_BETA, &t->beta) : code;
}

static int compile(gst_twostep *t)
{
    const gst_settings *settings = t->settings;
    gst_message message = {""};
    int status = gst_activation_compile(
        &t->activation, gst_setting_text(settings, GST_OPTION_ACTIVATION), &message);
    if (status < 0)
        return gst_setting_refuse_status(settings, GST_OPTION_ACTIVATION, status, message.text);
    if (gst_activation_is_discontinuous(t->activation))
        return gst_setting_refuse(settings, GST_OPTION_ACTIVATION, NULL,
                                  "is discontinuous and has no gradient");
    status =
        gst_target_compile(&t->target, gst_setting_text(settings, GST_OPTION_TARGET), &message);
    if (status < 0)
        return gst_setting_refuse_status(settings, GST_OPTION_TARGET, status, message.text);
    return 0;
}

static const struct {
    gst_option_id flag;
    int (*write)(const gst_twostep *t);
} tables[] = {
    {GST_OPTION_MAP, gst_twostep_map},
    {GST_OPTION_SINGULAR_VALUES, gst_twostep_predict},
    {GST_OPTION_SIMULATE, gst_twostep_simulate},
};

/* One of the tables at a time. */
static int check_tables(const gst_settings *settings)
{
    const char *first = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (!gst_setting_is_on(settings, tables[i].flag))
            continue;
        if (first)
            return gst_setting_refuse(settings, tables[i].flag, NULL, "excludes --%s", first);
        first = gst_option_table[tables[i].flag].name;
    }
    return 0;
}

static int (*find_table(const gst_settings *settings))(const gst_twostep *t)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (gst_setting_is_on(settings, tables[i].flag))
            return tables[i].write;
    return write_terms;
}

int gst_command_twostep(const gst_settings *settings)
{
    gst_twostep t = {.settings = settings};
    int code = check_tables(settings);
    if (code == 0)
        code = read_numbers(&t);
    if (code == 0)
        code = gst_items_check(settings, GST_OPTION_SIMULATE);
    if (code == 0)
        code = compile(&t);
    if (code == 0)
        code = find_table(settings)(&t);
    gst_activation_free(t.activation);
    gst_target_free(t.target);
    gst_grid_clear(&t.grid);
    return code;
}
