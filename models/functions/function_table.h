/* SPDX-License-Identifier: GPL-3.0-or-later */
/* function_table.h - a function of one variable given by numbers: a polynomial on each of many panels.
 *
 *     f(z) = sum_j c_j T_j(u),   u = ((z - low) - (high - z))/(high - low),   low <= z < high
 *
 * and its derivative by another such sum.  Outside the panels it is NaN: whatever needs it there is refused or
 * flagged, never extrapolated.
 *
 * The file, a line each, numbers separated by blanks, # begins a comment:
 *     panel LOW HIGH c_0 c_1 ...   in ascending order, each beginning where the one before ends
 *     slope d_0 d_1 ...            of the panel before: its derivative in z; without, that of the polynomial
 *     kink Z                       in ascending order: where f or f' jumps */
#ifndef GST_FUNCTION_TABLE_H
#define GST_FUNCTION_TABLE_H

#include <stddef.h>

#include "giantstep/status.h"

enum { GST_FUNCTION_TABLE_DEGREE = 63 }; /* most that a panel may have */

typedef struct {
    double low, high;
    size_t value, values; /* first of its coefficients in `numbers`, and how many */
    size_t slope, slopes;
} gst_function_panel;

typedef struct gst_function_table {
    gst_function_panel *panels;
    double *numbers, *kinks;
    size_t panel_count, number_count, kink_count;
    struct gst_function_table *next; /* for lists; the reader sets NULL */
} gst_function_table;

/* Read the file whose name is the first `length` bytes of `name`.  GST_INVALID with "table FILE:LINE: ..." if it is
 * no table, or does not cover the box of quadrature, [-12, 12]; GST_IO, GST_NO_MEMORY.  Owner: caller. */
int gst_function_table_read(gst_function_table **table, const char *name, size_t length,
                            gst_message *message);

/* The table and all after it. */
void gst_function_table_free(gst_function_table *table);

/* In place at n points: a becomes f(a); if da is not NULL it is a's derivative, and becomes f(a)'s. */
void gst_function_table_apply(const gst_function_table *table, size_t n, double *a, double *da);

#endif
