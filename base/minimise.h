/* SPDX-License-Identifier: GPL-3.0-or-later */
/* minimise.h - the minimum of a function of one variable that may fail or be stopped. */
#ifndef GST_MINIMISE_H
#define GST_MINIMISE_H

/* F(x) into *value.  GST_OK; GST_FAILED: F has no value here, the search goes on without it; any other
 * status ends the search. */
typedef int gst_objective(double x, double *value, void *context);

/* Three points low < x < high with F(x) <= F(low), F(high); INFINITY stands for no value at an end. */
typedef struct {
    double low, x, high;
    double value_low, value, value_high;
} gst_bracket;

/* Brent's method within the bracket, until it is narrower than `accuracy` (> 0, absolute) or after
 * `evaluations`: b->x is the lowest point found, b->value its value.  *missing counts the points without
 * value, the ends of the bracket included: with any of them the minimum may be another.  GST_OK, or the status
 * that ended the search; then b is what was known. */
int gst_minimise(gst_bracket *b, gst_objective *f, void *context, double accuracy, int evaluations,
                 int *missing);

#endif
