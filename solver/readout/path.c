/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.c - a start from the solutions at the last points.
 *
 *   1. Points are seen from the next one, q: coordinates (p - q)/(p + q) in n/p, p/d and the ridge, which is half the
 *      logarithm of p/q for near points.  Those on the line through q and the newest have places s_k on it, s_0 = 1;
 *   2. Lagrange's polynomial through the k+1 newest has the value sum_i w_i x_i at s = 0, w_i = prod_j s_j/(s_j - s_i);
 *   3. one more solution, k, changes it by
 *        sum_i c_i x_i,   c_i = w_i s_i/(s_k - s_i) for i < k,   c_k = prod_{j < k} s_j/(s_j - s_k),
 *      which is added as long as it is at most half the change before.
 * It is a start, no more: what Newton's iteration makes of it has its residual, and where curves turn sharply, or points
 * are far from each other, the newest solution is what is left. */
#include "solver/readout/path.h"

#include <math.h>
#include <string.h>

enum { COORDINATES = 3 };
/* Points whose distance from the line is less than this part of that from q are on it. */
#define STRAIGHT 1e-6
#define DECREASE 0.5

int gst_path_alloc(gst_path *path, size_t L)
{
    *path = (gst_path){.L = L};
    const gst_array arrays[] = {GST_MATRIX(path->x, GST_PATH_POINTS, L)};
    return gst_arena_take(&path->memory, 1, arrays);
}

void gst_path_clear(gst_path *path)
{
    gst_arena_free(&path->memory);
    *path = (gst_path){.count = 0};
}

/* ---- places ------------------------------------------------------------------------------------- */

static double coordinate(double p, double q)
{
    return p == q ? 0.0 : (p - q) / (p + q);
}

static void see_from(const gst_scaled_point *q, const gst_scaled_point *p, double seen[COORDINATES])
{
    seen[0] = coordinate(p->rho, q->rho);
    seen[1] = coordinate(p->beta, q->beta);
    seen[2] = coordinate(p->shift * p->ridge, q->shift * q->ridge);
}

static double product(const double a[COORDINATES], const double b[COORDINATES])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static int same_side(const gst_scaled_point *p, const gst_scaled_point *q)
{
    return (p->rho < 1.0) == (q->rho < 1.0);
}

/* Places of the newest solutions on their line through q; returns how many there are. */
static size_t set_places(const gst_path *path, const gst_scaled_point *q,
                         double place[GST_PATH_POINTS])
{
    double first[COORDINATES], seen[COORDINATES];
    see_from(q, &path->at[0], first);
    double square = product(first, first);
    place[0] = 1.0;
    for (size_t k = 1; k < path->count; k++) {
        see_from(q, &path->at[k], seen);
        place[k] = product(seen, first) / square;
        for (size_t i = 0; i < COORDINATES; i++)
            seen[i] -= place[k] * first[i];
        int straight = product(seen, seen) <= STRAIGHT * STRAIGHT * place[k] * place[k] * square;
        if (!straight || !same_side(&path->at[k], q))
            return k;
    }
    return path->count;
}

/* ------------------------------------------------------------------------------------------------- */

void gst_path_add(gst_path *path, const gst_scaled_point *point, const double *x)
{
    size_t L = path->L;
    double seen[COORDINATES];
    if (path->count > 0)
        see_from(point, &path->at[0], seen);
    if (path->count == 0 || product(seen, seen) > 0.0) {
        path->count += path->count < GST_PATH_POINTS;
        memmove(path->at + 1, path->at, (path->count - 1) * sizeof *path->at);
        memmove(path->x + L, path->x, (path->count - 1) * L * sizeof *path->x);
    }
    path->at[0] = *point;
    memcpy(path->x, x, L * sizeof *x);
}

int gst_path_nearest(const gst_path *path, const gst_scaled_point *to, double *x)
{
    if (path->count == 0)
        return GST_FAILED;
    double ratio = same_side(&path->at[0], to) ? 1.0 : to->shift / path->at[0].shift;
    for (size_t a = 0; a < path->L; a++)
        x[a] = path->x[a] * ratio;
    return ratio > 0.0 && isfinite(ratio) ? GST_OK : GST_FAILED;
}

/* c_i, i <= k, from w_i, i < k. */
static void set_change(size_t k, const double *place, const double *weight, double *change)
{
    change[k] = 1.0;
    for (size_t i = 0; i < k; i++) {
        double ratio = place[i] / (place[k] - place[i]);
        change[i] = weight[i] * ratio;
        change[k] *= -ratio;
    }
}

/* Largest |sum_{i <= k} change_i x_i| in units of `unit`. */
static double size_of_change(const gst_path *path, size_t k, const double *change,
                             const double *unit)
{
    double largest = 0.0;
    for (size_t a = 0; a < path->L; a++) {
        double sum = 0.0;
        for (size_t i = 0; i <= k; i++)
            sum += change[i] * path->x[i * path->L + a];
        if (!(fabs(sum) <= largest * unit[a]))
            largest = fabs(sum) / unit[a];
    }
    return largest;
}

int gst_path_ahead(const gst_path *path, const gst_scaled_point *to, const double *unit, double *x)
{
    double place[GST_PATH_POINTS], change[GST_PATH_POINTS], weight[GST_PATH_POINTS] = {1.0};
    double size = 1.0;
    if (gst_path_nearest(path, to, x) != GST_OK)
        return GST_FAILED;
    size_t count = same_side(&path->at[0], to) ? set_places(path, to, place) : 1;
    for (size_t k = 1; k < count; k++) {
        double last = size;
        set_change(k, place, weight, change);
        size = size_of_change(path, k, change, unit);
        if (!(size <= DECREASE * last))
            break;
        for (size_t i = 0; i <= k; i++) {
            weight[i] += change[i];
            for (size_t a = 0; a < path->L; a++)
                x[a] += change[i] * path->x[i * path->L + a];
        }
    }
    return GST_OK;
}
