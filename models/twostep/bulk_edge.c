/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_edge.c - end of the singular values of a matrix with independent rows of unequal variance (Silverstein
 * and Choi 1995).  The function to be minimised is convex: bisection of its derivative. */
#include "models/twostep/bulk_edge.h"

#include <math.h>

enum { BISECTIONS = 100 };

typedef struct {
    double beta;
    size_t n;
    const double *c, *weight;
} rows;

static double weight_of(const rows *r, size_t i)
{
    return r->beta * (r->weight ? r->weight[i] : 1 / (double)r->n);
}

static double slope(const rows *r, double m)
{
    double sum = 0;
    for (size_t i = 0; i < r->n; i++) {
        double ratio = r->c[i] / (1 - r->c[i] * m);
        sum += weight_of(r, i) * ratio * ratio;
    }
    return sum - 1 / (m * m);
}

double gst_bulk_square(double beta, size_t n, const double *c, const double *weight, double m)
{
    const rows r = {.beta = beta, .n = n, .c = c, .weight = weight};
    double sum = 1 / m;
    for (size_t i = 0; i < n; i++)
        sum += weight_of(&r, i) * c[i] / (1 - c[i] * m);
    return sum;
}

double gst_bulk_square_slope(double beta, size_t n, const double *c, const double *weight, double m)
{
    const rows r = {.beta = beta, .n = n, .c = c, .weight = weight};
    return slope(&r, m);
}

double gst_bulk_edge_point(double beta, size_t n, const double *c, const double *weight)
{
    const rows r = {.beta = beta, .n = n, .c = c, .weight = weight};
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, c[i]);
    double low = 0, high = 1 / most;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        if (slope(&r, middle) > 0)
            high = middle;
        else
            low = middle;
    }
    return low;
}

double gst_bulk_edge(double beta, size_t n, const double *c, const double *weight)
{
    double m = gst_bulk_edge_point(beta, n, c, weight);
    return sqrt(gst_bulk_square(beta, n, c, weight, m));
}
