/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_scales.h - linear or logarithmic: what --log says, else what the values say. */
#ifndef GST_PLOT_SCALES_H
#define GST_PLOT_SCALES_H

#include "cli/commands/plot/plot_figure.h"

/* Sets log_x and log_y.  log: NULL, or the word of --log. */
void gst_plot_scales(gst_plot_figure *figure, const char *log);

#endif
