/* SPDX-License-Identifier: GPL-3.0-or-later */
/* real_axis.c - the limit of the resolvent on the real axis, on the certified branch (docs/theory, spectrum).
 *
 *   1. Newton's iteration at x itself from the last solution, along its rate;
 *   2. if that is not certified: from x + i h with h of the order of x, where the damped iteration
 *      contracts, down by factors, trying x itself at every stage.  Every stage must have Im V2_g > 0.
 * Certificates need no history: a solution with Im V2_g > 0 and Im V1 > 0 (a matrix) on the axis continues into the
 * upper half plane as the one solution there is; a real one with dV2_g/dx > 0 and dV1/dx > 0 does so too,
 * since w(x + i h) = w + i h dw/dx. */
#include "solver/spectrum/resolvent.h"
#include "giantstep/limits.h"

#include <math.h>
#include <string.h>

/* Imaginary parts relative to |V2_g| below this are a real solution's rounding. */
#define REAL 1e-9
/* Pivots this far below 0, relative to the diagonal, are rounding. */
#define DEFINITE 1e-10
/* Nodes may have the wrong sign of 1 + V if their share is below this: a tail as thin as that is no bulk. */
#define SHARE 1e-7
#define STAGES 80
#define FIRST_FACTOR 0.25

/* Real or imaginary part of V1_gh. */
static double part_of(const gst_resolvent *r, const double complex *w, size_t g, size_t h,
                      int imaginary)
{
    double complex value = w[gst_packed_pair(r->K, g < h ? g : h, g < h ? h : g)];
    return imaginary ? cimag(value) : creal(value);
}

/* Whether that part of w has every V2_g > 0 and V1 positive definite, as a matrix: Cholesky's pivots relative to
 * the diagonal.  Diagonal entries alone would let wrong solutions of several groups pass. */
static int is_positive(const gst_resolvent *r, const double complex *w, int imaginary)
{
    double L[GST_GROUPS_MAX][GST_GROUPS_MAX];
    for (size_t g = 0; g < r->K; g++) {
        double complex V2 = w[gst_packed_value(r->K, g)];
        double diagonal = part_of(r, w, g, g, imaginary), pivot = diagonal;
        if (!((imaginary ? cimag(V2) : creal(V2)) > 0.0 && diagonal > 0.0))
            return 0;
        for (size_t h = 0; h < g; h++) {
            double sum = part_of(r, w, g, h, imaginary);
            for (size_t k = 0; k < h; k++)
                sum -= L[g][k] * L[h][k];
            L[g][h] = L[h][h] > 0.0 ? sum / L[h][h] : 0.0;
            pivot -= L[g][h] * L[g][h];
        }
        if (!(pivot > -DEFINITE * diagonal))
            return 0;
        L[g][g] = sqrt(fmax(pivot, 0.0));
    }
    return 1;
}

/* In an upper half plane or on the axis. */
static int is_upper(const gst_resolvent *r, const double complex *w)
{
    return is_positive(r, w, 1);
}

static double largest_angle(const gst_resolvent *r)
{
    double angle = 0.0;
    for (size_t g = 0; g < r->K; g++) {
        double complex V2 = gst_resolvent_value(r, g);
        double size = fabs(cimag(V2)) / cabs(V2);
        if (!(size <= angle))
            angle = size;
    }
    return angle;
}

/* Probability of the nodes whose 1 + V has not the sign of the first, from the weights of the last evaluation, and
 * the share of the bulk's own averages.  n times that many eigenvalues are left out, however small the features
 * there may be. */
static double wrong_share(const gst_resolvent *r)
{
    const double *w = r->tables->moments->w;
    int negative = r->weight[0][0] < 0.0;
    double sum = 0.0;
    for (size_t k = 1; k < r->nodes; k++)
        sum += (r->weight[0][k] < 0.0) != negative ? w[k] : 0.0;
    return sum + r->bulk->beyond;
}

static int is_increasing(const gst_resolvent *r)
{
    return is_positive(r, r->rate, 0);
}

/* The side of a converged solution at real z; a real one is made exactly real. */
static gst_axis_side certify(gst_resolvent *r)
{
    if (!(largest_angle(r) <= REAL))
        return is_upper(r, r->w) ? GST_AXIS_INSIDE : GST_AXIS_UNKNOWN;
    for (size_t i = 0; i < r->size; i++)
        r->w[i] = creal(r->w[i]);
    if (gst_resolvent_newton(r, r->z) != GST_OK || !(largest_angle(r) <= REAL))
        return GST_AXIS_UNKNOWN;
    r->thin = wrong_share(r);
    return r->thin <= SHARE && is_increasing(r) ? GST_AXIS_OUTSIDE : GST_AXIS_UNKNOWN;
}

/* Newton at x from the last solution. */
static gst_axis_side land(gst_resolvent *r, double x)
{
    if (!r->solved || gst_resolvent_follow(r, x) != GST_OK)
        return GST_AXIS_UNKNOWN;
    return certify(r);
}

static gst_axis_side descend(gst_resolvent *r, double x)
{
    double height = x, factor = FIRST_FACTOR;
    int status = gst_resolvent_start(r, x + height * I);
    for (int tries = 0; status != GST_OK && tries < 8; tries++) {
        height *= 8.0;
        status = gst_resolvent_start(r, x + height * I);
    }
    if (status != GST_OK || !is_upper(r, r->w))
        return GST_AXIS_UNKNOWN;
    for (int stage = 0; stage < STAGES; stage++) {
        gst_resolvent_store(r, &r->kept);
        gst_axis_side side = land(r, x);
        if (side != GST_AXIS_UNKNOWN)
            return side;
        gst_resolvent_recall(r, &r->kept);
        while (gst_resolvent_follow(r, x + height * factor * I) != GST_OK || !is_upper(r, r->w)) {
            gst_resolvent_recall(r, &r->kept);
            factor = sqrt(factor);
            if (!(factor < 0.98))
                return GST_AXIS_UNKNOWN;
        }
        height *= factor;
        factor = factor > FIRST_FACTOR ? factor * factor : factor;
        if (!(height > 1e-14 * x))
            break;
    }
    return GST_AXIS_UNKNOWN;
}

gst_axis_side gst_resolvent_axis(gst_resolvent *r, double x)
{
    gst_axis_side side = r->solved ? land(r, x) : GST_AXIS_UNKNOWN;
    if (side == GST_AXIS_UNKNOWN)
        side = descend(r, x);
    r->solved = side != GST_AXIS_UNKNOWN;
    return side;
}

int gst_resolvent_sees_tails(const gst_resolvent *r)
{
    return r->inner == 0 && (r->poles.n > 0 || r->tables->moments->m == 0);
}
