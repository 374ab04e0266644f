/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.c - the product of the axes. */
#include "cli/options/grid.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options/schedule.h"
#include "cli/options/search_ranges.h"
#include "cli/options/step_exponent.h"
#include "cli/process/report.h"

static const gst_option_id axis_options[GST_AXES] = {
    [GST_AXIS_D] = GST_OPTION_D,
    [GST_AXIS_ETA] = GST_OPTION_ETA,
    [GST_AXIS_EXPONENT] = GST_OPTION_STEP_EXPONENT,
    [GST_AXIS_ALPHA0] = GST_OPTION_ALPHA0,
    [GST_AXIS_STEPS] = GST_OPTION_STEPS,
    [GST_AXIS_NOISE] = GST_OPTION_NOISE,
    [GST_AXIS_BETA] = GST_OPTION_BETA,
    [GST_AXIS_LAMBDA] = GST_OPTION_LAMBDA,
    [GST_AXIS_WIDTH] = GST_OPTION_WIDTH,
    [GST_AXIS_ALPHA] = GST_OPTION_ALPHA,
};

gst_option_id gst_axis_option(size_t axis)
{
    return axis_options[axis];
}

/* --spike and --schedule take the place of equal steps. */
static int is_absent(const gst_settings *settings, gst_option_id id)
{
    if (!gst_setting_text(settings, id) || gst_schedule_replaces(settings, id))
        return 1;
    return gst_setting_text(settings, GST_OPTION_SPIKE) && !gst_setting_is_given(settings, id) &&
           (id == GST_OPTION_ETA || id == GST_OPTION_ALPHA0 || id == GST_OPTION_STEPS);
}

/* An axis of --optimise: one value, eta's lowest, which the checks of a training can take. */
static int read_searched(gst_grid *grid, const gst_settings *settings, size_t axis)
{
    gst_range range;
    int code = gst_optimise_range(settings, axis_options[axis], &range);
    if (code != 0)
        return code;
    grid->count[axis] = 1;
    grid->values[axis] = gst_alloc_doubles(1);
    if (!grid->values[axis])
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    grid->values[axis][0] = axis == GST_AXIS_ETA ? range.low : NAN;
    return 0;
}

static int read_axis(gst_grid *grid, const gst_settings *settings, size_t axis)
{
    gst_option_id id = axis_options[axis];
    const char *text = gst_setting_text(settings, id), *words = gst_option_table[id].words;
    if (gst_optimise_has(settings, id))
        return read_searched(grid, settings, axis);
    if (!is_absent(settings, id) && !(words && gst_words_find(words, text) >= 0))
        return gst_axis_read(settings, id, &grid->count[axis], &grid->values[axis]);
    grid->count[axis] = 1;
    grid->values[axis] = gst_alloc_doubles(1);
    if (!grid->values[axis])
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    grid->values[axis][0] = NAN;
    return 0;
}

int gst_grid_build(gst_grid *grid, const gst_settings *settings)
{
    gst_training schedule = {.steps = 0};
    *grid = (gst_grid){.rows = 1, .curve = 1};
    int code = gst_schedule_read(settings, &schedule);
    if (code != 0)
        return code;
    for (size_t axis = 0; axis < GST_AXES; axis++) {
        code = read_axis(grid, settings, axis);
        if (code != 0)
            return code;
        if (grid->count[axis] > SIZE_MAX / grid->rows)
            return gst_setting_refuse(settings, axis_options[axis], NULL,
                                      "makes the grid too large");
        grid->rows *= grid->count[axis];
        if (grid->count[axis] > 1)
            grid->curve = grid->count[axis];
    }
    if (schedule.steps > 0)
        grid->values[GST_AXIS_STEPS][0] = (double)schedule.steps;
    return gst_step_exponent_apply(grid, settings);
}

void gst_grid_clear(gst_grid *grid)
{
    for (size_t axis = 0; axis < GST_AXES; axis++)
        free(grid->values[axis]);
    *grid = (gst_grid){0};
}

/* p of the networks of a row. */
static double width_of(const gst_grid *grid, const double values[GST_AXES])
{
    if (isfinite(grid->width))
        return grid->width;
    return isfinite(values[GST_AXIS_WIDTH])
               ? values[GST_AXIS_WIDTH]
               : floor(values[GST_AXIS_BETA] * values[GST_AXIS_D] + 0.5);
}

void gst_grid_point(const gst_grid *grid, size_t row, double values[GST_AXES])
{
    for (size_t axis = GST_AXES; axis-- > 0;) {
        size_t count = grid->count[axis], at = 0;
        if (count > 1) { /* divisions are slow, and most axes have one value */
            at = row % count;
            row /= count;
        }
        values[axis] = grid->values[axis][at];
    }
    if (grid->scaled)
        values[GST_AXIS_ETA] *= pow(width_of(grid, values), values[GST_AXIS_EXPONENT] - 0.5);
}

int gst_grid_check_point(const gst_grid *grid, const gst_settings *settings)
{
    for (size_t axis = 0; axis < GST_AXES; axis++)
        if (grid->count[axis] > 1)
            return gst_setting_refuse(settings, axis_options[axis], NULL,
                                      "has %zu values, %s takes one parameter point",
                                      grid->count[axis], settings->command->name);
    return 0;
}
