/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_read.h - a table of any command, read for a picture. */
#ifndef GST_PLOT_READ_H
#define GST_PLOT_READ_H

#include "cli/commands/plot/plot_table.h"

/* Read a tsv, csv or json table; "-": standard input.  0 or an exit code, the message printed.  On any return the
 * caller clears the table. */
int gst_plot_table_read(gst_plot_table *table, const char *path);

#endif
