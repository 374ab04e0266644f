/* SPDX-License-Identifier: GPL-3.0-or-later */
/* orders.h - orders of quadrature, and the search for those that meet a tolerance: private to the solver. */
#ifndef GST_ORDERS_H
#define GST_ORDERS_H

#include <stddef.h>

typedef struct gst_features gst_features;

/* How often orders were doubled, or may be: those of the average over kappa and those of the laws of the labels that a
 * finite batch has. */
typedef struct {
    size_t kappa, labels;
} gst_orders;

/* Orders below these are worth trying; 1 where there is nothing to double.  gst_orders_count: the larger of the two. */
gst_orders gst_orders_levels(const gst_features *features);
size_t gst_orders_count(const gst_features *features);

/* All orders doubled `index` times, up to the largest of each. */
gst_orders gst_orders_doubled(const gst_features *features, size_t index);

/* Intervals of the average over kappa, per axis. */
size_t gst_orders_intervals(const gst_features *features, gst_orders orders);

/* The orders tried last, what was doubled for them, and where from.  To be read: `at` alone. */
typedef struct {
    gst_orders at, from, levels;
    double before; /* error there; INFINITY: nothing was doubled */
    int doubled;   /* flags */
    int has_laws;  /* a trajectory's laws of the labels have orders */
    size_t failed; /* doublings from there that did not pay: of one, the other, both */
    size_t idle;   /* times in a row that none of them did */
} gst_order_search;

/* levels: those of the features. */
gst_order_search gst_order_search_from(const gst_features *features, gst_orders levels,
                                       gst_orders first);

/* Sets search->at to the orders to try next, after those there gave an error that is still `coarse' or not; 0 if none
 * pays.  The average over kappa is doubled first, which costs least, as long as that pays, else the laws of the labels,
 * and both where neither pays alone, as errors of the two may cancel. */
int gst_order_search_next(gst_order_search *search, double error, int coarse);

#endif
