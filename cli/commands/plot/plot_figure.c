/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_figure.c - tables sorted into the curves of a picture.
 *
 *   1. The x axis: --x, that of the first table's kind, or the innermost axis of the grid that varies.
 *   2. What tells curves apart: --by, or every axis that varies in some table, and the columns of the kind.
 *   3. For every table and every series of its kind (or --y), a curve for each combination of those columns, in the
 *      order of the table.
 *   4. A colour for each pair of quantity and combination, whatever table it is from. */
#include "cli/commands/plot/plot_figure.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/commands/plot/plot_colours.h"
#include "cli/commands/plot/plot_columns.h"
#include "cli/commands/plot/plot_scales.h"
#include "cli/process/report.h"

typedef struct {
    gst_plot_figure *figure;
    const gst_settings *settings;
    gst_plot_columns columns;
    const char *x; /* of tables whose kind has none */
} builder;

static size_t find(const gst_plot_table *table, const char *name)
{
    return gst_plot_table_column(table, name, strlen(name));
}

static int no_memory(void)
{
    return gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

/* ---- curves -------------------------------------------------------------------------------------- */

/* "η = 1, α0 = 5": of what varies. */
static void write_outer(const builder *b, const gst_plot_table *table, size_t row, int plain,
                        char text[300])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < b->columns.by_count; i++) {
        char symbol[100], value[100];
        size_t column = find(table, b->columns.by[i]);
        if (column == table->columns || used > 250 ||
            !gst_plot_columns_vary(&b->columns, b->columns.by[i]))
            continue;
        const char *cell = gst_plot_table_text(table, row, column);
        gst_plot_symbol(b->columns.by[i], plain, sizeof symbol, symbol);
        gst_plot_escape(strcmp(cell, "inf") == 0 ? "∞" : cell, plain, sizeof value, value);
        int wrote = snprintf(
            text + used, 300 - used, "%s%s%s%s", used > 0 ? ", " : "", symbol,
            isalpha((unsigned char)*cell) && strcmp(cell, "inf") != 0 ? " " : " = ", value);
        used += (size_t)wrote < 300 - used ? (size_t)wrote : 0;
    }
}

static gst_plot_curve *new_curve(builder *b, size_t rows)
{
    gst_plot_figure *figure = b->figure;
    gst_plot_curve *grown = realloc(figure->curves, (figure->count + 1) * sizeof *figure->curves);
    if (!grown)
        return NULL;
    figure->curves = grown;
    grown[figure->count] = (gst_plot_curve){.rows = gst_alloc(rows, sizeof(size_t))};
    return grown[figure->count].rows ? &grown[figure->count++] : NULL;
}

/* One curve for each combination of the columns `by'. */
static int add_curves(builder *b, const gst_plot_table *table, const gst_plot_series *series,
                      const gst_plot_curve *like)
{
    for (size_t first = 0; first < table->rows; first++) {
        size_t known = 0;
        while (known < first && !gst_plot_columns_same(&b->columns, table, known, first))
            known++;
        if (known < first)
            continue;
        gst_plot_curve *curve = new_curve(b, table->rows);
        if (!curve)
            return no_memory();
        size_t *rows = curve->rows;
        *curve = *like;
        curve->rows = rows;
        for (size_t row = first; row < table->rows; row++)
            if (gst_plot_columns_same(&b->columns, table, first, row))
                curve->rows[curve->count++] = row;
        curve->style = series->style;
        for (int plain = 0; plain < 2; plain++)
            write_outer(b, table, first, plain, curve->outer[plain]);
    }
    return 0;
}

/* Whether `name' is of the form, where # stands for digits; they are copied. */
static int matches(const char *form, const char *name, char digits[16])
{
    const char *mark = strchr(form, '#');
    size_t before = mark ? (size_t)(mark - form) : 0, length;
    digits[0] = '\0';
    if (!mark)
        return strcmp(form, name) == 0;
    if (strncmp(form, name, before) != 0)
        return 0;
    length = strspn(name + before, "0123456789");
    snprintf(digits, 16, "%.*s", (int)length, name + before);
    return length > 0 && strcmp(name + before + length, mark + 1) == 0;
}

/* The form with the digits in place of #. */
static void fill(const char *form, const char *digits, char text[64])
{
    size_t before = strcspn(form, "#");
    const char *after = form[before] != '\0' ? form + before + 1 : "";
    snprintf(text, 64, "%.*s%s%s", (int)before, form, form[before] ? digits : "", after);
}

/* Points on the base line: of a column, or of a list in the preamble. */
static int add_base(builder *b, const gst_plot_table *table, const gst_plot_series *series,
                    gst_plot_curve *like)
{
    size_t length;
    const char *list = gst_plot_table_value(table, series->y, &length);
    if (!list || length == 0 || strncmp(list, "nan", 3) == 0)
        return 0;
    gst_plot_curve *curve = new_curve(b, 1);
    if (!curve)
        return no_memory();
    size_t *rows = curve->rows;
    *curve = *like;
    curve->rows = rows;
    curve->list = list;
    curve->list_length = length;
    curve->style = GST_PLOT_BASE;
    return 0;
}

static size_t matching_columns(const gst_plot_table *table, const char *form)
{
    char digits[16];
    size_t count = 0;
    for (size_t c = 0; c < table->columns; c++)
        count += (size_t)matches(form, table->names[c], digits);
    return count;
}

static int add_series(builder *b, const gst_plot_table *table, const gst_plot_series *series,
                      const char *x)
{
    gst_plot_curve like = {.table = table, .x = find(table, x), .title = series->title};
    char digits[16], error[64];
    size_t count = matching_columns(table, series->y);
    int code = 0;
    snprintf(like.quantity, sizeof like.quantity, "%s",
             series->quantity ? series->quantity : series->y);
    if (series->style == GST_PLOT_BASE && count == 0)
        return add_base(b, table, series, &like);
    if ((series->several && count < 2) || like.x == table->columns)
        return 0;
    for (size_t c = 0; c < table->columns && code == 0; c++) {
        if (!matches(series->y, table->names[c], digits))
            continue;
        fill(series->error ? series->error : "", digits, error);
        fill(series->quantity ? series->quantity : series->y, digits, like.quantity);
        like.y = c;
        like.error = series->error ? find(table, error) : table->columns;
        code = add_curves(b, table, series, &like);
    }
    return code;
}

/* ---- tables -------------------------------------------------------------------------------------- */

/* What --y asks for: points where the kind has the column as such, and lines else. */
static gst_plot_series asked_series(const gst_plot_kind *kind, const char *y, char error[64])
{
    snprintf(error, 64, "%.58s_sem", y);
    for (size_t i = 0; kind && i < GST_PLOT_SERIES && kind->series[i].y; i++)
        if (strcmp(kind->series[i].y, y) == 0)
            return kind->series[i];
    int points = kind && kind->series[0].style == GST_PLOT_POINTS;
    return (gst_plot_series){.y = y,
                             .error = points ? error : NULL,
                             .style = points ? GST_PLOT_POINTS : GST_PLOT_MARKED,
                             .title = kind && kind->x == NULL ? kind->series[0].title : NULL};
}

static int add_table(builder *b, const gst_plot_table *table)
{
    const gst_plot_kind *kind = gst_plot_kind_of(table);
    const char *given = gst_setting_text(b->settings, GST_OPTION_PLOT_X);
    const char *y = gst_setting_text(b->settings, GST_OPTION_Y);
    const char *x = given ? given : kind && kind->x ? kind->x : b->x;
    char error[64];
    if (!kind && !(given && y))
        return gst_report(GST_EXIT_USAGE,
                          "plot: '%.200s' is of a command without a picture of its own: give --x "
                          "and --y",
                          table->path);
    if (!b->figure->xlabel)
        b->figure->xlabel = x;
    int code = gst_plot_columns_choose(&b->columns, kind, x);
    if (y && code == 0) {
        gst_plot_series series = asked_series(kind, y, error);
        return add_series(b, table, &series, x);
    }
    for (size_t i = 0; code == 0 && i < GST_PLOT_SERIES && kind->series[i].y; i++)
        code = add_series(b, table, &kind->series[i], x);
    if (!b->figure->ylabel)
        b->figure->ylabel = kind->ylabel ? kind->ylabel : kind->series[0].y;
    return code;
}

static int check_asked(const builder *b)
{
    static const gst_option_id asked[] = {GST_OPTION_PLOT_X, GST_OPTION_Y};
    int code = 0;
    for (size_t i = 0; i < sizeof asked / sizeof *asked && code == 0; i++) {
        const char *name = gst_setting_text(b->settings, asked[i]);
        code = name ? gst_plot_columns_check(&b->columns, asked[i], name, strlen(name)) : 0;
    }
    return code;
}

/* ------------------------------------------------------------------------------------------------- */

int gst_plot_figure_build(gst_plot_figure *figure, const gst_settings *settings,
                          const gst_plot_table *tables, size_t count)
{
    builder b = {.figure = figure,
                 .settings = settings,
                 .columns = {.settings = settings, .tables = tables, .count = count}};
    *figure = (gst_plot_figure){.tables = (int)count,
                                .xlabel = gst_setting_text(settings, GST_OPTION_PLOT_X),
                                .ylabel = gst_setting_text(settings, GST_OPTION_Y)};
    int code = check_asked(&b);
    b.x = figure->xlabel ? figure->xlabel : gst_plot_columns_innermost(&b.columns);
    for (size_t i = 0; i < count && code == 0; i++)
        code = add_table(&b, &tables[i]);
    if (code == 0 && figure->count == 0)
        code = gst_report(GST_EXIT_USAGE, "plot: '%.200s' has nothing to draw over '%.100s'",
                          tables[0].path, figure->xlabel ? figure->xlabel : b.x);
    if (code != 0)
        return code;
    gst_plot_colours(figure);
    gst_plot_scales(figure, gst_setting_text(settings, GST_OPTION_LOG));
    return 0;
}

void gst_plot_figure_clear(gst_plot_figure *figure)
{
    for (size_t i = 0; i < figure->count; i++)
        free(figure->curves[i].rows);
    free(figure->curves);
    *figure = (gst_plot_figure){0};
}
