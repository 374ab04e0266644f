/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line.h - the search of gst_kinks_along with its workspace kept (private to integrals/). */
#ifndef GST_LINE_H
#define GST_LINE_H

#include <stddef.h>

typedef struct gst_kinks gst_kinks;

typedef struct {
    const gst_kinks *kinks;
    size_t axis, cells; /* the axis being searched, the number of grid cells */
    unsigned affine;    /* bit j: along axis j gst_kinks_are_affine */
    double *x, *value;  /* the grid: dim and count rows of cells + 1 values */
    size_t filled;      /* 1 + the axis whose row of x holds a grid, that of [low, high]; 0: none */
    double low, high;
    double *point, *single; /* one point and the arguments there */
    double *roots;          /* sorted; belongs to the caller */
    size_t most, found;
} gst_line;

/* Workspace for searches over intervals of length `length`: GST_NO_MEMORY.  Clear with
 * gst_line_clear. */
int gst_line_init(gst_line *line, const gst_kinks *kinks, double length);
void gst_line_clear(gst_line *line);

/* As gst_kinks_along, high - low <= length; the number found is left in line->found. */
int gst_line_search(gst_line *line, size_t axis, const double *at, double low, double high,
                    size_t most, double *roots);

/* The same by affine_kinks.c, axis, roots and most set, nothing found yet.  GST_LOOSE: an argument that should be affine
 * is not. */
int gst_line_search_affine(gst_line *line, const double *at, double low, double high);

/* Argument c at x along the axis, from line->point. */
double gst_line_probe(gst_line *line, size_t c, double x);

/* Add to line->roots: as gst_roots_insert. */
int gst_line_add(gst_line *line, double root);

/* Insert a root into a sorted list of at most `most`, unless it is there already to rounding:
 * GST_FAILED when the list is full. */
int gst_roots_insert(double root, size_t most, double *roots, size_t *found);

#endif
