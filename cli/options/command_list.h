/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_list.h - every command, once.
 *
 * This list generates the help texts, the manual page, and the functions that main.c runs.  Columns of
 *   X(name, letter, operand, help, axes)
 *   letter   how option_list.h refers to it
 *   operand  what may follow the name besides options, or NULL
 *   axes     what its help says of AXIS, NULL: lists and ranges
 * gst_command_NAME(settings) runs it and returns an exit code. */
#ifndef GST_COMMAND_LIST_H
#define GST_COMMAND_LIST_H

/* clang-format off */
#define GST_COMMAND_LIST(X) \
X(curve, 'c', NULL, "theory: one row per point of the grid", NULL) \
X(simulate, 's', NULL, "Monte Carlo at finite d on the same grid", NULL) \
X(validate, 'v', NULL, "theory against simulation over a ladder of d, with a verdict", NULL) \
X(bounds, 'b', NULL, "upper, lower and kernel bounds; the functions that attain them", NULL) \
X(spectrum, 'p', NULL, "density of the feature covariance; edges, atom, outliers", \
  "AXIS is one value: the command takes one parameter point.") \
X(steps, 't', NULL, "per step and group: spikes and bulk; learnability of the target", \
  "AXIS is one value: the command takes one parameter point.") \
X(twostep, 'w', NULL, "spikes and alignments of two steps at linear width", \
  "AXIS is one value, for --d also a list a,b,c or a range from:to:count[:log].") \
X(regimes, 'r', NULL, "every step size eta p^(s-1/2): stages and thresholds of s, spikes, bounds", \
  "AXIS is one value: the command takes one parameter point.") \
X(merge, 'm', "FILE...", "the shards of a table put together", NULL) \
X(plot, 'g', "TABLE...", "a picture of tables by gnuplot: in a file, a script or the terminal", NULL) \
X(list, 'l', NULL, "functions by name with their Hermite coefficients", NULL) \
X(info, 'i', NULL, "version, build, library versions, bound BLAS", NULL) \
X(help, 'h', "COMMAND", "this text, or the options of a command", NULL)
/* clang-format on */

#endif
