/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_columns.c - which columns are an axis of the picture, and which tell curves apart. */
#include "cli/commands/plot/plot_columns.h"

#include <string.h>

#include "base/nearest.h"
#include "cli/process/report.h"

static size_t find(const gst_plot_table *table, const char *name)
{
    return gst_plot_table_column(table, name, strlen(name));
}

int gst_plot_columns_check(const gst_plot_columns *b, gst_option_id id, const char *name,
                           size_t length)
{
    gst_nearest nearest = {0};
    for (size_t i = 0; i < b->count; i++) {
        if (gst_plot_table_column(&b->tables[i], name, length) < b->tables[i].columns)
            return 0;
        for (size_t c = 0; c < b->tables[i].columns; c++)
            gst_nearest_try(&nearest, name, length, b->tables[i].names[c]);
    }
    return gst_report(GST_EXIT_USAGE, "--%s: '%.*s' is no column of '%.200s'%s%s%s",
                      gst_option_table[id].name, length < 100 ? (int)length : 100, name,
                      b->tables[0].path, nearest.known ? ", did you mean " : "",
                      nearest.known ? nearest.known : "", nearest.known ? "?" : "");
}

static int varies(const gst_plot_table *table, const char *name)
{
    size_t column = find(table, name);
    for (size_t row = 1; column < table->columns && row < table->rows; row++)
        if (strcmp(gst_plot_table_text(table, row, column),
                   gst_plot_table_text(table, 0, column)) != 0)
            return 1;
    return 0;
}

int gst_plot_columns_vary(const gst_plot_columns *b, const char *name)
{
    const char *first = NULL;
    for (size_t i = 0; i < b->count; i++) {
        const gst_plot_table *table = &b->tables[i];
        size_t column = find(table, name);
        if (column == table->columns)
            continue;
        const char *text = gst_plot_table_text(table, 0, column);
        if (varies(table, name) || (first && strcmp(first, text) != 0))
            return 1;
        first = text;
    }
    return 0;
}

/* Whether x has one value of the column everywhere, as d has of the width; then it tells no curves apart. */
static int follows(const gst_plot_table *table, const char *name, const char *x)
{
    size_t column = find(table, name), along = find(table, x);
    for (size_t row = 1; column < table->columns && row < table->rows; row++)
        for (size_t k = 0; k < row && along < table->columns; k++)
            if (strcmp(gst_plot_table_text(table, row, along),
                       gst_plot_table_text(table, k, along)) == 0 &&
                strcmp(gst_plot_table_text(table, row, column),
                       gst_plot_table_text(table, k, column)) != 0)
                return 0;
    return along < table->columns && varies(table, name) && varies(table, x);
}

/* A column that was minimised over: --optimise, --lambda opt. */
static int is_optimum(const gst_plot_table *table, const char *name)
{
    size_t length, size = strlen(name);
    const char *axes = gst_plot_table_value(table, "optimise", &length);
    const char *ridge = gst_plot_table_value(table, "lambda", &length);
    if (strcmp(name, "lambda") == 0 && ridge && strncmp(ridge, "opt", 3) == 0)
        return 1;
    for (; axes; axes = axes[strcspn(axes, ",\n")] == ',' ? axes + strcspn(axes, ",") + 1 : NULL)
        if (strncmp(axes, name, size) == 0 && strchr(",\n", axes[size]))
            return 1;
    return 0;
}

/* Whether it is no axis of its own in some table. */
static int is_dependent(const gst_plot_columns *b, const char *name, const char *x)
{
    for (size_t i = 0; i < b->count; i++)
        if (is_optimum(&b->tables[i], name) || follows(&b->tables[i], name, x))
            return 1;
    return 0;
}

const char *gst_plot_columns_innermost(const gst_plot_columns *b)
{
    static const char *const order[] = {"alpha", "width",  "lambda", "beta", "noise",
                                        "steps", "alpha0", "eta",    "d"};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < b->count; i++)
            if (varies(&b->tables[i], order[k]) && !is_optimum(&b->tables[i], order[k]))
                return order[k];
    return find(&b->tables[0], "alpha") < b->tables[0].columns ? "alpha" : b->tables[0].names[0];
}

static int add_by(gst_plot_columns *b, const char *name, size_t length, const char *x)
{
    if (b->by_count == GST_PLOT_BY || length >= sizeof *b->by)
        return gst_report(GST_EXIT_USAGE, "--by: too many columns");
    if (strlen(x) == length && strncmp(x, name, length) == 0)
        return 0;
    memcpy(b->by[b->by_count], name, length);
    b->by[b->by_count++][length] = '\0';
    return 0;
}

/* The items of a list of columns; id: the option that lists them. */
static int add_by_list(gst_plot_columns *b, const char *list, const char *x, gst_option_id id)
{
    int code = 0;
    for (const char *name = list; code == 0; name += strcspn(name, ",") + 1) {
        size_t length = strcspn(name, ",");
        code = id < GST_OPTIONS ? gst_plot_columns_check(b, id, name, length) : 0;
        if (code == 0)
            code = add_by(b, name, length, x);
        if (name[length] == '\0')
            break;
    }
    return code;
}

int gst_plot_columns_choose(gst_plot_columns *b, const gst_plot_kind *kind, const char *x)
{
    const char *given = gst_setting_text(b->settings, GST_OPTION_BY);
    int code = 0;
    b->by_count = 0;
    if (given)
        return add_by_list(b, given, x, GST_OPTION_BY);
    for (size_t i = 0; code == 0 && gst_plot_axes[i]; i++)
        if (gst_plot_columns_vary(b, gst_plot_axes[i]) && !is_dependent(b, gst_plot_axes[i], x))
            code = add_by(b, gst_plot_axes[i], strlen(gst_plot_axes[i]), x);
    return code == 0 && kind && kind->by ? add_by_list(b, kind->by, x, GST_OPTIONS) : code;
}

int gst_plot_columns_same(const gst_plot_columns *b, const gst_plot_table *table, size_t row,
                          size_t other)
{
    for (size_t i = 0; i < b->by_count; i++) {
        size_t column = find(table, b->by[i]);
        if (column < table->columns && strcmp(gst_plot_table_text(table, row, column),
                                              gst_plot_table_text(table, other, column)) != 0)
            return 0;
    }
    return 1;
}
