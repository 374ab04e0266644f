/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staircase.c - one stair: the floor of a subspace and the directions it makes learnable.
 *
 *   1. Take the rows of U for spikes and a reduced basis of their complement for residual directions: h1 and
 *      rest of conditional.h are then E[g s|u] and the integrand of the floor.
 *   2. Tabulate them on a mesh of u.  floor = sum_k w_k rest_k; the matrix A[j][k] = sqrt(w_k) h1_j(u_k) has the
 *      gains as singular values.
 *   3. The half weights of the mesh give both a second time.  Double the order until the two agree to the
 *      tolerance, or the next mesh would be too large.
 *   4. Tabulate once more with the half rules of the inner integrals; what changes is added to the errors. */
#include "staircase.h"

#include "conditional.h"
#include "memory.h"
#include "subspace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Orders of the mesh of u; points per residual direction, for the bound on evaluations. */
#define FIRST_ORDER ((size_t)32)
#define LAST_ORDER ((size_t)4096)
#define INNER_POINTS 65.0

enum { R = GST_TARGET_DIM_MAX };

/* The target given u, and its tables on a mesh. */
typedef struct {
    gst_features
        features; /* m = t spikes, q residual directions; gamma, rest point into this struct */
    double gamma[R * R], rest[R * R], frame[R * R];
    gst_conditional_target target;
    gst_mesh mesh;
    double deviation;
    double *h, *h1, *left, *A; /* h[k], h1[j*n + k], left[k]; A as in step 2 */
} stairwell;

/* One answer: from full or half weights, of full or half inner rules. */
typedef struct {
    double floor, gains[R], next[R * R];
    size_t found;
} answer;

static void setup(stairwell *s, const gst_target *target, size_t t, const double *U,
                  double variance)
{
    size_t r = gst_target_dim(target), q = r - t;
    *s = (stairwell){.deviation = sqrt(variance)};
    gst_subspace_complement(r, t, U, s->frame);
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < t; l++)
            s->gamma[j * t + l] = U[l * r + j];
        for (size_t i = 0; i < q; i++)
            s->rest[j * q + i] = s->frame[i * r + j];
    }
    s->features = (gst_features){.m = t, .q = q, .r = r, .gamma = s->gamma, .rest = s->rest};
    gst_conditional_setup(&s->target, &s->features, target);
}

static void clear(stairwell *s)
{
    gst_mesh_clear(&s->mesh);
    free(s->h);
    s->h = NULL;
}

static int tabulate(stairwell *s, int half)
{
    return gst_conditional_tabulate(&s->target, &s->features, s->mesh.n, s->mesh.x, half, s->h,
                                    s->h1, s->left);
}

/* A mesh of this order and the tables on it. */
static int build(stairwell *s, size_t order)
{
    size_t q = s->features.q;
    clear(s);
    gst_kinks kinks = gst_affine_kinks(&s->target.map);
    int status = gst_mesh_build(&s->mesh, &kinks, 0, s->features.m, NULL, order);
    if (status != GST_OK)
        return status;
    size_t n = s->mesh.n;
    s->h = gst_alloc_doubles((2 + 2 * q) * n);
    if (!s->h)
        return GST_NO_MEMORY;
    s->left = s->h + n;
    s->h1 = s->left + n;
    s->A = s->h1 + q * n;
    return tabulate(s, 0);
}

/* Step 2 with weights w. */
static void reckon(stairwell *s, const double *w, double zero, answer *a)
{
    size_t n = s->mesh.n, q = s->features.q;
    a->floor = 0.0;
    for (size_t k = 0; k < n; k++)
        a->floor += w[k] * s->left[k];
    for (size_t j = 0; j < q; j++)
        for (size_t k = 0; k < n; k++)
            s->A[j * n + k] = sqrt(w[k]) * s->h1[j * n + k] / s->deviation;
    gst_subspace_singular(q, n, s->A, s->features.r, s->frame, zero, a->gains, a->next, &a->found);
}

/* Add the difference of two answers to the errors. */
static void compare(const answer *a, const answer *b, size_t q, gst_stair *stair)
{
    double largest = 0.0;
    stair->floor_error += fabs(a->floor - b->floor);
    for (size_t i = 0; i < q; i++)
        if (!(fabs(a->gains[i] - b->gains[i]) <= largest))
            largest = fabs(a->gains[i] - b->gains[i]);
    stair->gain_error += largest;
}

static int is_good(const gst_stair *stair, double variance, double tol)
{
    return stair->floor_error <= tol * variance && stair->gain_error <= tol / 2;
}

/* Whether the mesh of twice the order fits. */
static int may_double(const stairwell *s, size_t order, size_t evaluations)
{
    double next = ldexp((double)s->mesh.n, (int)s->features.m);
    return s->features.m > 0 && 2 * order <= LAST_ORDER &&
           next * pow(INNER_POINTS, (double)s->features.q) <= (double)evaluations;
}

/* Steps 2 and 3. */
static int refine(stairwell *s, double variance, double tol, size_t evaluations, answer *full,
                  gst_stair *stair)
{
    for (size_t order = FIRST_ORDER;; order *= 2) {
        answer by_half;
        int status = build(s, order);
        if (status < 0)
            return status;
        stair->floor_error = stair->gain_error = 0.0;
        reckon(s, s->mesh.w_half, tol, &by_half);
        reckon(s, s->mesh.w, tol, full);
        compare(full, &by_half, s->features.q, stair);
        if (is_good(stair, variance / 2, tol) || !may_double(s, order, evaluations))
            return GST_OK;
    }
}

/* Step 4, and the verdict. */
static int finish(stairwell *s, double variance, double tol, answer *full, gst_stair *stair)
{
    answer inner;
    int status = tabulate(s, 1);
    if (status < 0)
        return status;
    reckon(s, s->mesh.w, tol, &inner);
    compare(full, &inner, s->features.q, stair);
    stair->floor = full->floor;
    memcpy(stair->gains, full->gains, sizeof stair->gains);
    memcpy(stair->next, full->next, sizeof stair->next);
    while (stair->found < full->found && full->gains[stair->found] > tol + stair->gain_error)
        stair->found++;
    return is_good(stair, variance, tol) ? GST_OK : GST_LOOSE;
}

int gst_stair_compute(const gst_target *target, size_t t, const double *U, double variance,
                      double tol, size_t evaluations, gst_stair *stair)
{
    stairwell s;
    answer full = {0};
    *stair = (gst_stair){.status = GST_OK};
    if (t == gst_target_dim(target))
        return GST_OK;
    setup(&s, target, t, U, variance);
    int status = refine(&s, variance, tol, evaluations, &full, stair);
    if (status >= 0)
        status = finish(&s, variance, tol, &full, stair);
    clear(&s);
    if (status < 0)
        *stair = (gst_stair){.floor = NAN, .floor_error = NAN, .gain_error = NAN};
    stair->status = status;
    return status;
}
