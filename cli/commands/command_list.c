/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_list.c - `giantstep list`: the functions that may be named, with their Hermite coefficients
 * E[f He_k]/sqrt(k!), k = 0..6, and what --second-layer takes. */
#include <math.h>
#include <stdio.h>

#include "integrals/expectation.h"
#include "models/functions/expression.h"
#include "cli/commands/run.h"
#include "cli/tables/preamble.h"
#include "cli/process/report.h"
#include "cli/tables/table.h"

enum { ORDER = 6, COLUMNS = ORDER + 5 };

static const char *const names[COLUMNS] = {"name", "c0", "c1",    "c2",     "c3",         "c4",
                                           "c5",   "c6", "error", "status", "description"};

static const struct {
    const char *key, *value;
} notes[] = {
    {"list.coefficients", "c_k = E[f(z) He_k(z)]/sqrt(k!), z ~ N(0,1)"},
    {"list.expressions",
     "names are called as name(expr) and combine with + - * / ^, numbers, pi, e"},
    {"list.two-variable", "min(a, b), max(a, b)"},
    {"list.second-layer", "A:weight,... (weights normalised, 1 where left out), ones, rademacher "
                          "(1,-1), gaussian:K (K-point Gauss rule); "
                          "laws, at finite width: gaussian (N(0,1)), uniform (on [-sqrt 3, sqrt "
                          "3]), table:FILE (its values, one a line)"},
};

static void evaluate(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, NULL);
}

/* Normalised coefficients and the largest error; a status. */
static int coefficients(gst_expression *f, double c[ORDER + 1], double *error)
{
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {
        .kinks = gst_expression_kinks(f), .components = 1, .f = evaluate, .params = f};
    double errors[ORDER + 1], norm = 1;
    int status = gst_hermite_coefficients(&e, ORDER, &options, c, errors);
    *error = status < 0 ? NAN : 0;
    for (size_t k = 0; k <= ORDER; k++) {
        norm *= k > 0 ? sqrt((double)k) : 1;
        c[k] = status < 0 ? NAN : c[k] / norm;
        if (status >= 0)
            *error = fmax(*error, errors[k] / norm);
    }
    return status;
}

/* GST_OK, or the status that ends the table. */
static int write_function(gst_table *table, const char *name, const char *text)
{
    gst_expression *f = NULL;
    double c[ORDER + 1], error;
    gst_cell cells[COLUMNS];
    int status = gst_expression_compile(&f, name, 1, NULL);
    if (status < 0) /* a function of two variables */
        return status == GST_NO_MEMORY ? status : GST_OK;
    status = coefficients(f, c, &error);
    cells[0] = gst_cell_text(name);
    for (size_t k = 0; k <= ORDER; k++)
        cells[1 + k] = gst_cell_number(fabs(c[k]) < 1e-15 ? 0 : c[k]);
    cells[ORDER + 2] = gst_cell_number(error);
    cells[ORDER + 3] = gst_cell_text(gst_status_name(status));
    cells[ORDER + 4] = gst_cell_text(text ? text : "");
    if (status != GST_NO_MEMORY)
        gst_table_row(table, COLUMNS, cells);
    gst_expression_free(f);
    return status == GST_NO_MEMORY ? status : GST_OK;
}

int gst_command_list(const gst_settings *settings)
{
    const char *name;
    gst_output output;
    gst_table table;
    int code = gst_output_open(&output, settings, NULL);
    if (code != 0)
        return code;
    gst_table_begin(&table, &output,
                    (gst_table_format)gst_setting_number(settings, GST_OPTION_FORMAT));
    gst_preamble_write(&table, settings);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        gst_table_meta(&table, notes[i].key, notes[i].value);
    gst_table_header(&table, COLUMNS, names);
    int status = GST_OK;
    for (size_t i = 0; status == GST_OK && (name = gst_expression_function_name(i)) != NULL; i++)
        status = write_function(&table, name, gst_expression_function_text(i));
    if (status != GST_OK) {
        int said = output.failed;
        gst_output_drop(&output);
        return said ? GST_EXIT_RUNTIME : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    }
    gst_table_end(&table);
    return gst_output_close(&output, 1);
}
