/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_json.h - a json table of this program, read back. */
#ifndef GST_PLOT_JSON_H
#define GST_PLOT_JSON_H

#include "cli/commands/plot/plot_table.h"

/* The table from its text, which is changed.  0 or an exit code, the message printed. */
int gst_plot_json_read(gst_plot_table *table, char *text);

#endif
