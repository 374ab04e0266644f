/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_axis.c - lines: the texts of --alpha, --lambda and --steps.  A grid whose values are allowed, or a refusal. */
#include <math.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "cli/options/grid.h"

static void check(const gst_grid *grid)
{
    double last[GST_AXES];
    fuzz_check(grid->rows >= 1 && grid->curve >= 1, "a grid has rows");
    gst_grid_point(grid, grid->rows - 1, last);
    for (size_t i = 0; i < grid->count[GST_AXIS_ALPHA]; i++)
        fuzz_check(grid->values[GST_AXIS_ALPHA][i] > 0 && isfinite(grid->values[GST_AXIS_ALPHA][i]),
                   "alpha is positive");
    for (size_t i = 0; i < grid->count[GST_AXIS_STEPS]; i++)
        fuzz_check(grid->values[GST_AXIS_STEPS][i] == floor(grid->values[GST_AXIS_STEPS][i]),
                   "steps are integers");
    fuzz_check(last[GST_AXIS_ALPHA] ==
                   grid->values[GST_AXIS_ALPHA][grid->count[GST_AXIS_ALPHA] - 1],
               "the last row has the last alpha");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char program[] = "giantstep", name[] = "curve", alpha[] = "--alpha", lambda[] = "--lambda",
         steps[] = "--steps", *line[3], *text = fuzz_text(data, size);
    if (fuzz_lines(text, 3, line) == 3) {
        char *argv[] = {program, name, alpha, line[0], lambda, line[1], steps, line[2], NULL};
        gst_settings settings;
        gst_grid grid = {0};
        if (gst_settings_read(&settings, gst_command_find(name), 8, argv) == 0 &&
            gst_grid_build(&grid, &settings) == 0)
            check(&grid);
        gst_grid_clear(&grid);
        gst_settings_clear(&settings);
    }
    free(text);
    return 0;
}
