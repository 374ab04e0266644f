/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_cells.h - what the cells of a table's rows must be, or may be, by the settings alone. */
#ifndef GST_KNOWN_CELLS_H
#define GST_KNOWN_CELLS_H

#include <stddef.h>

#include "cli/options/grid.h"
#include "cli/options/settings.h"
#include "giantstep/status.h"

/* kind[column]: an axis of the grid, or one of the private kinds of known_cells.c.  Rows follow the grid only if
 * `ordered`. */
typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    int ordered;
    size_t inner, trials; /* rows of a block; replicates, 1 without --raw */
    size_t columns;
    int *kind;
    char **name;
} gst_known_cells;

/* For the columns of `header`.  0 or an exit code, the message printed; the caller clears it on any return. */
int gst_known_cells_build(gst_known_cells *cells, const gst_settings *settings, const char *header,
                          char separator);
void gst_known_cells_clear(gst_known_cells *cells);

/* Compare row `row` of the whole table, `length` bytes; 0, or GST_EXIT_USAGE with the first wrong cell in the
 * message. */
int gst_known_cells_check(const gst_known_cells *cells, size_t row, const char *line,
                          char separator, gst_message *fault);

#endif
