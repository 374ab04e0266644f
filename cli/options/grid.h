/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.h - the product of the axes, slowest to fastest: d eta step-exponent alpha0 steps noise beta lambda width
 * alpha. */
#ifndef GST_GRID_H
#define GST_GRID_H

#include <stddef.h>

#include "cli/options/settings.h"

enum {
    GST_AXIS_D,
    GST_AXIS_ETA,
    GST_AXIS_EXPONENT,
    GST_AXIS_ALPHA0,
    GST_AXIS_STEPS,
    GST_AXIS_NOISE,
    GST_AXIS_BETA,
    GST_AXIS_LAMBDA,
    GST_AXIS_WIDTH,
    GST_AXIS_ALPHA,
    GST_AXES
};

/* Axis values; an axis the command does not take, that was given as a word (`opt`) or is searched
 * (--optimise) has the one value NaN; a searched eta the lowest of its range.  With --schedule eta and alpha0 are NaN,
 * steps is their number.  curve: rows per curve, the length of the innermost axis with more than one value (1: none). */
typedef struct {
    size_t count[GST_AXES];
    double *values[GST_AXES];
    size_t rows, curve;
    int scaled;   /* eta is K0 of --step-exponent, */
    double width; /* and p that of `steps --width', NaN: of each row */
} gst_grid;

/* From the settings; 0 or an exit code, the message printed.  Owner: caller, gst_grid_clear. */
int gst_grid_build(gst_grid *grid, const gst_settings *settings);
void gst_grid_clear(gst_grid *grid);

/* The axis values of a row; eta is that of its steps, K0 p^(s - 1/2) with --step-exponent. */
void gst_grid_point(const gst_grid *grid, size_t row, double values[GST_AXES]);

/* Refuse an axis of several values, for commands of one parameter point. */
int gst_grid_check_point(const gst_grid *grid, const gst_settings *settings);

/* The option of an axis. */
gst_option_id gst_axis_option(size_t axis);

/* The numbers of a list `a,b,c` or a range `from:to:count[:log]` (both ends exactly) given to an option
 * of kind AXIS or LIST.  *values is allocated. */
int gst_axis_read(const gst_settings *settings, gst_option_id id, size_t *count, double **values);

#endif
