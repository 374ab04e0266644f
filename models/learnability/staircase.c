/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staircase.c - one stair: the floor of a subspace and the directions it makes learnable.
 *
 *   1. Complete the rows of U by a reduced basis of their complement: z = (U^T | frame^T) (u, s).
 *   2. At every node u_k of a mesh of u: h = E[g|u], h1_j = E[g s_j|u], then
 *      left = E[(g - h - sum_j h1_j s_j)^2|u], which loses nothing to cancellation.  Kinks are split off; where
 *      rounding makes that impossible (a node next to a kink that runs along s) they are not, and the error
 *      estimate says what it costs.  A node is given the accuracy that its weight asks for.
 *   3. floor = sum_k w_k left_k; A[j][k] = sqrt(w_k) h1_j(u_k) has the gains as singular values.  Errors of the
 *      nodes add up to sum_k w_k error_k, and to (sum_k w_k |error_k|^2)^{1/2} for the gains (Weyl).
 *      A node of next to no weight gets a few Gauss-Hermite points, and counts as error whole.
 *   4. A companion mesh, which shares no node with the mesh, gives floor and gains a second time.  Double the order until
 *      the two agree to the tolerance, or the next mesh would be too large. */
#include "models/learnability/staircase.h"
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"
#include "integrals/mesh.h"

#include "integrals/affine_map.h"
#include "base/memory.h"
#include "models/learnability/subspace.h"
#include "models/functions/target_panels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Orders of the mesh of u; points per residual direction, for the bound on evaluations. */
#define FIRST_ORDER ((size_t)32)
#define LAST_ORDER ((size_t)4096)
#define INNER_POINTS 65.0
/* Accuracy asked of the nodes, in units of tol, and the least that makes sense. */
#define NODE_SHARE 1e-3
#define NODE_LEAST 1e-14
/* At most this many values of g in one node; without kinks split; without mesh. */
#define NODE_EVALUATIONS ((size_t)4000000)
#define UNSPLIT_EVALUATIONS ((size_t)100000)
#define ONCE_EVALUATIONS ((size_t)20000000)

/* A node of less weight than this, times their number, is light: so many points per residual direction do. */
#define LIGHT 1e-24
enum { LIGHT_POINTS = 8 };

/* Within this many standard deviations a node of less weight than this, times their number, crowds at a kink. */
#define CENTRE 7.0
#define CROWDED 1e-13

enum { R = GST_TARGET_DIM_MAX, BLOCK = 128 };

/* The target given u, and its tables on a mesh. */
typedef struct {
    const gst_expression *g;
    size_t r, t, q;
    double spacing;               /* of the first samples along one direction at a node */
    double deviation, unit_error; /* sqrt(Var g), its relative error */
    double node;                  /* accuracy of the nodes in units of it, of its square */
    double matrix[R * R], frame[R * R];
    gst_affine map;  /* z from (u, s); points to matrix */
    gst_kinks kinks; /* of g, as a function of (u, s) */
    gst_mesh mesh;
    double h, linear[R];         /* of the node at work, for its second pass */
    double *h1, *left, *A;       /* h1[j*n + k], left[k]; A as in step 3 */
    double left_error, h1_error; /* of the nodes together */
} stairwell;

/* One answer, from full or half weights. */
typedef struct {
    double floor, gains[R], next[R * R];
    size_t found;
} answer;

static void setup(stairwell *s, const gst_target *target, size_t t, const double *U,
                  double variance, double tol)
{
    size_t r = gst_target_dim(target);
    *s = (stairwell){.g = gst_target_expression(target), .r = r, .t = t, .q = r - t};
    s->spacing = gst_spacing_that_sees(gst_target_finest_panel(target));
    s->deviation = sqrt(variance);
    s->unit_error = gst_target_deviation_error(target);
    s->node = fmax(NODE_SHARE * tol, NODE_LEAST);
    gst_subspace_complement(r, t, U, s->frame);
    for (size_t j = 0; j < r; j++)
        for (size_t a = 0; a < r; a++)
            s->matrix[j * r + a] = a < t ? U[a * r + j] : s->frame[(a - t) * r + j];
    s->map =
        (gst_affine){.from = r, .to = r, .matrix = s->matrix, .kinks = gst_expression_kinks(s->g)};
    s->kinks = gst_affine_kinks(&s->map);
    s->kinks.power_g = s->kinks.power_x = 2;
}

static void clear(stairwell *s)
{
    gst_mesh_clear(&s->mesh);
    free(s->left);
    s->left = NULL;
}

/* ---- one node ----------------------------------------------------------------------------------- */

/* g at points of (u, s), in blocks. */
static void target_values(const stairwell *s, size_t n, const double *x, double *g)
{
    double from[R * BLOCK], z[R * BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t a = 0; a < s->r; a++)
            memcpy(from + a * size, x + a * n + first, size * sizeof *x);
        gst_affine_apply(&s->map, size, from, z);
        gst_expression_evaluate(s->g, size, z, g + first, NULL);
    }
}

/* Components g, g s_1, .., g s_q. */
static void linear_integrand(size_t n, const double *x, double *out, void *params)
{
    const stairwell *s = params;
    target_values(s, n, x, out);
    for (size_t j = 0; j < s->q; j++)
        for (size_t k = 0; k < n; k++)
            out[(j + 1) * n + k] = out[k] * x[(s->t + j) * n + k];
}

/* (g - h - sum_j h1_j s_j)^2. */
static void left_integrand(size_t n, const double *x, double *out, void *params)
{
    const stairwell *s = params;
    target_values(s, n, x, out);
    for (size_t k = 0; k < n; k++) {
        double left = out[k] - s->h;
        for (size_t j = 0; j < s->q; j++)
            left -= s->linear[j] * x[(s->t + j) * n + k];
        out[k] = left * left;
    }
}

/* An expectation over s, kinks split if possible. */
static int average(stairwell *s, const double *u, size_t components, gst_integrand *f,
                   double epsabs, double *value, double *error)
{
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = 0.0;
    options.epsabs = epsabs;
    options.spacing = s->spacing;
    options.evaluations = s->t == 0 ? ONCE_EVALUATIONS : NODE_EVALUATIONS;
    gst_expectand e = {
        .kinks = s->kinks, .components = components, .f = f, .params = s, .first = s->t};
    int status = gst_expectation(&e, u, &options, value, NULL, error);
    if (status != GST_FAILED || e.kinks.count == 0)
        return status;
    e.kinks.count = 0;
    options.evaluations = UNSPLIT_EVALUATIONS;
    return gst_expectation(&e, u, &options, value, NULL, error);
}

/* Whether node k crowds at a kink: it stands for less probability than rounding, and the side of the kink it lies on
 * is not known. */
static int is_crowded(const stairwell *s, size_t k)
{
    size_t n = s->mesh.n;
    for (size_t l = 0; l < s->t; l++)
        if (!(fabs(s->mesh.x[l * n + k]) < CENTRE))
            return 0;
    return s->t > 0 && (double)n * s->mesh.w[k] < CROWDED;
}

/* Light node k: h and h1 0, left what (E g^2) is about, all of which is its error. */
static void skim_node(stairwell *s, size_t k, const double *node, const double *weight)
{
    size_t n = s->mesh.n, points = 1;
    double x[R], g, sum = 0.0;
    for (size_t l = 0; l < s->t; l++)
        x[l] = s->mesh.x[l * n + k];
    for (size_t j = 0; j < s->q; j++)
        points *= LIGHT_POINTS;
    for (size_t i = 0; i < points; i++) {
        double w = 1.0;
        for (size_t j = 0, rest = i; j < s->q; j++, rest /= LIGHT_POINTS) {
            x[s->t + j] = node[rest % LIGHT_POINTS];
            w *= weight[rest % LIGHT_POINTS];
        }
        target_values(s, 1, x, &g);
        sum += w * g * g;
    }
    s->left[k] = sum;
    s->left_error += s->mesh.w[k] * sum;
    s->h1_error += s->mesh.w[k] * sum;
}

static int is_light(const stairwell *s, size_t k)
{
    return s->t > 0 && (double)s->mesh.n * s->mesh.w[k] < LIGHT;
}

/* Step 2 for node k. */
static int tabulate_node(stairwell *s, size_t k)
{
    if (is_crowded(s, k)) {
        s->left_error += s->mesh.w[k] * s->deviation * s->deviation;
        s->mesh.w[k] = 0.0;
        return GST_OK;
    }
    size_t n = s->mesh.n;
    double u[R], value[R + 1], error[R + 1], w = s->mesh.w[k], share = (double)n * w;
    double slack = share < 1.0 ? 1.0 / share : 1.0; /* infinite for a node without weight */
    for (size_t l = 0; l < s->t; l++)
        u[l] = s->mesh.x[l * n + k];
    slack = fmin(slack, 1e100);
    int status = average(s, u, s->q + 1, linear_integrand, s->node * s->deviation * sqrt(slack),
                         value, error);
    if (status < 0)
        return status;
    s->h = value[0];
    for (size_t j = 0; j < s->q; j++) {
        s->h1[j * n + k] = s->linear[j] = value[j + 1];
        s->h1_error += w * error[j + 1] * error[j + 1];
    }
    status = average(s, u, 1, left_integrand, s->node * s->deviation * s->deviation * slack,
                     &s->left[k], error);
    s->left_error += w * error[0];
    return status;
}

/* ---- the mesh ----------------------------------------------------------------------------------- */

/* A mesh of this order and the tables on it. */
static int build(stairwell *s, size_t order, int companion)
{
    clear(s);
    int status = gst_mesh_build(&s->mesh, &s->kinks, 0, s->t, NULL, order, companion);
    if (status != GST_OK)
        return status;
    size_t n = s->mesh.n;
    s->left = gst_alloc_doubles((1 + 2 * s->q) * n);
    if (!s->left)
        return GST_NO_MEMORY;
    s->h1 = s->left + n;
    s->A = s->h1 + s->q * n;
    s->left_error = s->h1_error = 0.0;
    double node[LIGHT_POINTS], weight[LIGHT_POINTS];
    gst_rule_hermite(LIGHT_POINTS, node, weight);
    for (size_t k = 0; k < n && status >= 0; k++) {
        if (is_light(s, k))
            skim_node(s, k, node, weight);
        else
            status = tabulate_node(s, k);
    }
    return status;
}

/* Step 3. */
static void gains_and_floor(stairwell *s, double zero, answer *a)
{
    size_t n = s->mesh.n;
    const double *w = s->mesh.w;
    a->floor = 0.0;
    for (size_t k = 0; k < n; k++)
        a->floor += w[k] * s->left[k];
    for (size_t j = 0; j < s->q; j++)
        for (size_t k = 0; k < n; k++)
            s->A[j * n + k] = sqrt(w[k]) * s->h1[j * n + k] / s->deviation;
    gst_subspace_singular(s->q, n, s->A, s->r, s->frame, zero, a->gains, a->next, &a->found);
}

/* Errors of the full answer: its distance from that of the companion (none without a mesh), the nodes', the larger of the
 * two meshes', and rounding. */
static void judge(const stairwell *s, const answer *full, const answer *other, double left_error,
                  double h1_error, gst_stair *stair)
{
    double largest = 0.0, gain = 0.0;
    for (size_t i = 0; i < s->q; i++)
        gain = fmax(gain, full->gains[i]);
    for (size_t i = 0; i < s->q; i++)
        if (!(fabs(full->gains[i] - other->gains[i]) <= largest))
            largest = fabs(full->gains[i] - other->gains[i]);
    stair->floor_error = fabs(full->floor - other->floor) + fmax(s->left_error, left_error) +
                         DBL_EPSILON * s->deviation * s->deviation;
    stair->gain_error =
        largest + sqrt(fmax(s->h1_error, h1_error)) / s->deviation + gain * s->unit_error;
}

static int is_good(const gst_stair *stair, double variance, double tol)
{
    return stair->floor_error <= tol * variance && stair->gain_error <= tol / 2;
}

/* Whether the mesh of twice the order fits. */
static int may_double(const stairwell *s, size_t order, size_t evaluations)
{
    double next = ldexp((double)s->mesh.n, (int)s->t);
    return s->t > 0 && 2 * order <= LAST_ORDER &&
           next * pow(INNER_POINTS, (double)s->q) <= (double)evaluations;
}

/* Steps 2 to 4. */
static int refine(stairwell *s, double variance, double tol, size_t evaluations, answer *full,
                  gst_stair *stair)
{
    for (size_t order = FIRST_ORDER;; order *= 2) {
        answer other;
        int status = build(s, order, 0);
        if (status < 0)
            return status;
        gains_and_floor(s, tol, full);
        double left_error = s->left_error, h1_error = s->h1_error;
        if (s->t > 0)
            status = build(s, order, 1);
        if (status < 0)
            return status;
        other = *full;
        if (s->t > 0)
            gains_and_floor(s, tol, &other);
        judge(s, full, &other, left_error, h1_error, stair);
        if (is_good(stair, variance, tol))
            return GST_OK;
        if (!may_double(s, order, evaluations))
            return GST_LOOSE;
    }
}

int gst_stair_compute(const gst_target *target, size_t t, const double *U, double variance,
                      double tol, size_t evaluations, gst_stair *stair)
{
    stairwell s;
    answer full = {0};
    *stair = (gst_stair){.status = GST_OK};
    if (t == gst_target_dim(target))
        return GST_OK;
    setup(&s, target, t, U, variance, tol);
    int status = refine(&s, variance, tol, evaluations, &full, stair);
    clear(&s);
    stair->status = status;
    stair->floor = full.floor;
    memcpy(stair->gains, full.gains, sizeof stair->gains);
    memcpy(stair->next, full.next, sizeof stair->next);
    while (stair->found < full.found && full.gains[stair->found] > tol + stair->gain_error)
        stair->found++;
    if (status < 0)
        *stair = (gst_stair){.floor = NAN, .floor_error = NAN, .gain_error = NAN, .status = status};
    return status;
}
