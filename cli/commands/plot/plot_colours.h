/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_colours.h - a colour for each pair of quantity and outer values, whatever table it is from. */
#ifndef GST_PLOT_COLOURS_H
#define GST_PLOT_COLOURS_H

#include "cli/commands/plot/plot_figure.h"

/* Sets the colours, counts quantities; leaves out the theory over a histogram where the density itself is there, and
 * adds the tables' names where nothing else tells their curves apart. */
void gst_plot_colours(gst_plot_figure *figure);

#endif
