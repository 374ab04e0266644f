/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_gnuplot.h - gnuplot run on a script. */
#ifndef GST_PLOT_GNUPLOT_H
#define GST_PLOT_GNUPLOT_H

#include <stdio.h>

/* Run it on `script', a file read from its start; what it prints goes to `printed'.  The program is that of the
 * environment's GNUPLOT, else `gnuplot'.  0 or an exit code, its first complaint printed. */
int gst_plot_gnuplot_run(FILE *script, FILE *printed);

#endif
