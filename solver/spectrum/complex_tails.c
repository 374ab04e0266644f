/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complex_tails.c - the resolvent on the axis where no rule of quadrature can follow it (docs/theory, spectrum).
 *
 * Where the density is thin because only rare kappa or rare labels of the batch contribute, the averages have a
 * pole within a fraction of a node's distance from the real axis.  Some way up in the half plane they are
 * accurate again, and V2_g(x + i h) is analytic in h through h = 0, as long as the limit of many nodes has a
 * smooth density there.  So
 *   1. V2_g at Chebyshev nodes h in [top/8, top], from the top down;
 *   2. the polynomial through them at h = 0;
 *   3. the same from lower and lower tops: what is least of the change from one to the next, plus the difference
 *      between two resolutions, tells which to take. */
#include "solver/spectrum/resolvent.h"
#include "giantstep/limits.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

enum { NODES = 12, TOPS = 6 };
#define LOWEST 0.125
/* Tops from this share of x down by this factor. */
#define HIGHEST 0.2
#define LOWER 0.5

static double node(double top, size_t j)
{
    double t = 0.5 * (1.0 + cos(M_PI * ((double)j + 0.5) / NODES));
    return top * (LOWEST + (1.0 - LOWEST) * t);
}

/* Lagrange's weight of node j at 0. */
static double weight_at_zero(double top, size_t j)
{
    double product = 1.0;
    for (size_t i = 0; i < NODES; i++) {
        if (i != j)
            product *= node(top, i) / (node(top, i) - node(top, j));
    }
    return product;
}

/* The solution at the first node: from the mark, if there is one, which is a node of a higher top near it. */
static int enter(gst_resolvent *r, double x, double top, int marked)
{
    if (marked) {
        gst_resolvent_return(r);
        if (gst_resolvent_follow(r, x + node(top, 0) * I) == GST_OK)
            return GST_OK;
    }
    int status = gst_resolvent_start(r, x + node(top, 0) * I);
    for (size_t tries = 0; status != GST_OK && tries < 8; tries++) {
        double high = top * pow(4.0, (double)(8 - tries));
        status = gst_resolvent_start(r, x + high * I);
        for (double h = high; status == GST_OK && h > node(top, 0); h *= 0.5)
            status = gst_resolvent_follow(r, x + fmax(0.5 * h, node(top, 0)) * I);
    }
    return status;
}

/* *marked: whether the mark is a solution above x near the next lower top. */
static int extrapolate(gst_resolvent *r, double x, double top, int *marked, double complex *V2)
{
    int status = enter(r, x, top, *marked);
    *marked = 0;
    for (size_t g = 0; g < r->K; g++)
        V2[g] = 0.0;
    for (size_t j = 0; status == GST_OK && j < NODES; j++) {
        double weight = weight_at_zero(top, j);
        status = gst_resolvent_follow(r, x + node(top, j) * I);
        for (size_t g = 0; g < r->K; g++) {
            double complex value = gst_resolvent_value(r, g);
            if (!(cimag(value) > 0.0))
                status = GST_FAILED;
            V2[g] += weight * value;
        }
        if (status == GST_OK && !*marked && node(top, j) <= LOWER * top) {
            gst_resolvent_mark(r);
            *marked = 1;
        }
    }
    r->solved = 0;
    return status;
}

/* Largest |a_g - b_g|. */
static double distance(size_t K, const double complex *a, const double complex *b)
{
    double largest = 0.0;
    for (size_t g = 0; g < K; g++)
        largest = fmax(largest, cabs(a[g] - b[g]));
    return largest;
}

double gst_resolvent_tail(gst_resolvent *full, gst_resolvent *companion, double x, double enough,
                          double complex *V2)
{
    double complex now[2][GST_GROUPS_MAX], last[GST_GROUPS_MAX];
    size_t K = full->K;
    double best = INFINITY, top = HIGHEST * x;
    int have_last = 0, marked[2] = {0, 0};
    for (int k = 0; k < TOPS && !(best <= enough); k++, top *= LOWER) {
        if (extrapolate(full, x, top, &marked[0], now[0]) != GST_OK)
            continue;
        double error = have_last ? distance(K, now[0], last) : INFINITY;
        if (companion && error < best)
            error += extrapolate(companion, x, top, &marked[1], now[1]) == GST_OK
                         ? distance(K, now[0], now[1])
                         : INFINITY;
        if (error < best)
            memcpy(V2, now[0], K * sizeof *V2);
        best = fmin(best, error);
        memcpy(last, now[0], K * sizeof *last);
        have_last = 1;
    }
    return best;
}
