/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_cells.c - what the cells of a table's rows must be, or may be, by the settings alone.
 *
 * In tables over the grid (curve, bounds, simulate) the axes, the sizes p and n, and the replicate or the number
 * of trials follow from the row's number; every other cell is a number, but for a few columns of words. */
#include "cli/tables/known_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "cli/options/search_ranges.h"
#include "cli/process/report.h"
#include "cli/tables/table.h"

/* After the axes. */
enum { P = GST_AXES, N, TRIALS, REPLICATE, NUMBER, WORD };

static const struct {
    const char *name;
    int kind;
} columns[] = {
    {"d", GST_AXIS_D},
    {"eta", GST_AXIS_ETA},
    {"step_exponent", GST_AXIS_EXPONENT},
    {"alpha0", GST_AXIS_ALPHA0},
    {"steps", GST_AXIS_STEPS},
    {"noise", GST_AXIS_NOISE},
    {"beta", GST_AXIS_BETA},
    {"lambda", GST_AXIS_LAMBDA},
    {"width", GST_AXIS_WIDTH},
    {"alpha", GST_AXIS_ALPHA},
    {"p", P},
    {"n", N},
    {"trials", TRIALS},
    {"replicate", REPLICATE},
    {"status", WORD},
    {"verdict", WORD},
    {"batch", WORD},
    {"singular_value_status", WORD},
    {"separated", WORD},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static int is_on_grid(const gst_settings *settings)
{
    return strchr("csb", settings->command->letter) != NULL &&
           !gst_setting_is_on(settings, GST_OPTION_FUNCTIONS);
}

/* An axis that is searched comes out with its minimiser. */
static int is_searched(const gst_settings *settings, int axis)
{
    gst_option_id id = gst_axis_option((size_t)axis);
    const char *text = gst_setting_text(settings, id);
    return gst_optimise_has(settings, id) || !text ||
           (gst_option_table[id].words && gst_words_find(gst_option_table[id].words, text) >= 0);
}

static int kind_of(const gst_known_cells *cells, const char *name)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        int kind = columns[i].kind;
        if (strcmp(name, columns[i].name) != 0)
            continue;
        if (kind == WORD)
            return WORD;
        if (!cells->ordered || (kind < GST_AXES && is_searched(cells->settings, kind)))
            return NUMBER;
        return kind;
    }
    return NUMBER;
}

int gst_known_cells_build(gst_known_cells *cells, const gst_settings *settings, const char *header,
                          char separator)
{
    *cells = (gst_known_cells){
        .settings = settings, .ordered = is_on_grid(settings), .inner = 1, .trials = 1};
    int code = cells->ordered ? gst_grid_build(&cells->grid, settings) : 0;
    if (code != 0)
        return code;
    if (cells->ordered)
        cells->inner = cells->grid.count[GST_AXIS_LAMBDA] * cells->grid.count[GST_AXIS_ALPHA];
    if (gst_setting_is_on(settings, GST_OPTION_RAW))
        cells->trials = (size_t)gst_setting_number(settings, GST_OPTION_TRIALS);
    cells->columns = gst_list_length(header, separator);
    cells->kind = gst_alloc(cells->columns, sizeof *cells->kind);
    cells->name = gst_alloc(cells->columns, sizeof *cells->name);
    for (size_t i = 0; cells->kind && cells->name && i < cells->columns; i++) {
        size_t length = 0;
        while (header[length] != '\0' && header[length] != separator)
            length++;
        cells->name[i] = gst_alloc(length + 1, 1);
        if (!cells->name[i])
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
        memcpy(cells->name[i], header, length);
        cells->kind[i] = kind_of(cells, cells->name[i]);
        header += length + 1;
    }
    return cells->kind && cells->name ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

void gst_known_cells_clear(gst_known_cells *cells)
{
    for (size_t i = 0; cells->name && i < cells->columns; i++)
        free(cells->name[i]);
    free(cells->name);
    free(cells->kind);
    gst_grid_clear(&cells->grid);
    *cells = (gst_known_cells){0};
}

/* What an ordered column holds in a row; axes are those of its point. */
static double value_of(const gst_known_cells *cells, int kind, size_t replicate,
                       const double axes[GST_AXES])
{
    int trained = kind == GST_AXIS_ETA || kind == GST_AXIS_ALPHA0 || kind == GST_AXIS_STEPS;
    if (trained && gst_setting_text(cells->settings, GST_OPTION_SPIKE))
        return NAN;
    if (kind == P || kind == N)
        return floor(axes[kind == P ? GST_AXIS_BETA : GST_AXIS_ALPHA] * axes[GST_AXIS_D] + 0.5);
    if (kind == TRIALS)
        return gst_setting_number(cells->settings, GST_OPTION_TRIALS);
    return kind == REPLICATE ? (double)replicate : axes[kind];
}

static int is_number(const char *text)
{
    double value;
    const char *end = gst_number_read(text, &value);
    return (end && *end == '\0') || strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0 ||
           strcmp(text, "-inf") == 0;
}

static int refuse(gst_message *fault, size_t row, const char *name, const char *text,
                  const char *wanted)
{
    return gst_fail(fault, GST_EXIT_USAGE, "row %zu has %.40s '%.40s', %s%s", row + 1, name, text,
                    wanted ? "this table " : "which is not a number", wanted ? wanted : "");
}

int gst_known_cells_check(const gst_known_cells *cells, size_t row, const char *line,
                          char separator, gst_message *fault)
{
    double axes[GST_AXES];
    size_t group = row / cells->inner, replicate = group % cells->trials;
    if (cells->ordered)
        gst_grid_point(&cells->grid, group / cells->trials * cells->inner + row % cells->inner,
                       axes);
    for (size_t i = 0; i < cells->columns; i++) {
        char text[64], wanted[32];
        size_t length = 0;
        while (line[length] != '\0' && line[length] != separator)
            length++;
        snprintf(text, sizeof text, "%.*s", length < 63 ? (int)length : 63, line);
        line += length + (line[length] != '\0');
        if (cells->kind[i] == WORD)
            continue;
        if (!is_number(text) || length >= sizeof text)
            return refuse(fault, row, cells->name[i], text, NULL);
        if (cells->kind[i] == NUMBER)
            continue;
        gst_number_print(value_of(cells, cells->kind[i], replicate, axes), wanted);
        if (strcmp(text, wanted) != 0)
            return refuse(fault, row, cells->name[i], text, wanted);
    }
    return 0;
}
