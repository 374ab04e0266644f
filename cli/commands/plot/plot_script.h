/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_script.h - a picture as a script of gnuplot, its data included. */
#ifndef GST_PLOT_SCRIPT_H
#define GST_PLOT_SCRIPT_H

#include <stdio.h>

#include "cli/commands/plot/plot_figure.h"

/* NONE: of a script to be edited, which opens a window. */
typedef enum {
    GST_PLOT_NONE,
    GST_PLOT_DUMB,
    GST_PLOT_PDF,
    GST_PLOT_PNG,
    GST_PLOT_SVG
} gst_plot_terminal;

/* output: file of the picture, NULL: standard output; wide, high: characters of DUMB, colours: it has them. */
typedef struct {
    gst_plot_terminal terminal;
    const char *output;
    int wide, high, colours;
} gst_plot_page;

void gst_plot_script_write(const gst_plot_figure *figure, const gst_plot_page *page, FILE *file);

#endif
