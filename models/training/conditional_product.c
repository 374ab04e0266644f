/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_product.c - the target given the spikes where both are products of axes.
 *
 * As in conditional_aligned.c, u_i = c_i + rho_i s_i with c_i = E[u_i|kappa], and H, H_i, R are tabulated on a mesh of u,
 * here a product of m axes.  Every average given kappa is then a product of m matrices (conditional_axis.h), one axis
 * after the other:
 *   h = E H,  h1 = (E H_i, E[H s_i]),  rest = E[R + H^2 + sum_i H_i^2] - h^2 - sum_j h1_j^2.
 * So that rest keeps its digits where g is nearly linear, H is taken without its linear part over all u.
 *   1. the distinct c_i of each axis; they must form a grid;
 *   2. the mesh of u is refined until full and half rule agree on the whole grid;
 *   3. the grid's values go to their kappa. */
#include "models/training/conditional_product.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "integrals/mesh.h"
#include "models/functions/expression.h"
#include "models/training/conditional_axis.h"
#include "models/training/conditional_direct.h"

/* Points of the grid per kappa: beyond, they form none. */
static const size_t sparse = 4;
/* Relative accuracy asked of the averages, and where: beyond, kappa has a weight below 1e-18. */
static const double agreement = 1e-12, matters = 9.0;
/* With so many intervals per box and rho the half rule's relative error is 1e-6. */
static const double nodes_per_rho = 40.0;
enum { AXES = GST_TARGET_DIM_MAX, LINE_MOST = 8192, PLANE_MOST = 1024, SPACE_MOST = 64 };

typedef struct {
    size_t m, q, points; /* axes, orthogonal directions; of the grid */
    gst_axis axis[AXES];
    size_t *at;                 /* of each kappa, on the grid */
    double offset, slope[AXES]; /* the linear part */
    double *H, *S, *Hi;         /* on the mesh of u: without it; sum of squares; Hi[i*nodes + k] */
    double *work, *turned;      /* scratch of one product */
    double *value, *coarse;     /* (2 + q + m) x points: h, sum of squares, h1 */
    gst_arena memory, tables;
} product;

/* ---- the grid ----------------------------------------------------------------------------------- */

static double centre_of(const gst_aligned *a, size_t i, size_t n, const double *kappa)
{
    double sum = 0.0;
    for (size_t l = 0; l < a->spikes; l++)
        sum += a->pull[i * a->spikes + l] * kappa[l * n];
    return sum;
}

/* GST_UNBUILT: no grid. */
static int set_grid(product *p, const gst_aligned *a, size_t n, const double *kappa)
{
    double *all = gst_alloc_doubles(n);
    const gst_array arrays[] = {GST_VECTOR(p->at, n)};
    int status = all ? gst_arena_take(&p->memory, 1, arrays) : GST_NO_MEMORY;
    p->points = 1;
    for (size_t i = 0; i < p->m && status == GST_OK; i++) {
        gst_axis *x = &p->axis[i];
        for (size_t k = 0; k < n; k++)
            all[k] = centre_of(a, i, n, kappa + k);
        status = gst_axis_set_centres(x, a->rho[i], n, all);
        if (status == GST_OK && x->centres > sparse * n / p->points)
            status = GST_UNBUILT;
        if (status != GST_OK)
            break;
        p->points *= x->centres;
        for (size_t k = 0; k < n; k++)
            p->at[k] = p->at[k] * x->centres + gst_axis_find(x, centre_of(a, i, n, kappa + k));
    }
    free(all);
    return status;
}

/* ---- tables over u ------------------------------------------------------------------------------ */

static size_t power(size_t n, size_t m)
{
    size_t all = 1;
    while (m-- > 0)
        all *= n;
    return all;
}

static void set_points(size_t m, size_t n, const double *u, size_t points, double *x)
{
    for (size_t k = 0; k < points; k++)
        for (size_t i = m, rest = k; i-- > 0; rest /= n)
            x[i * points + k] = u[rest % n];
}

/* H without its linear part, and the sum of squares. */
static void set_squares(product *p, const gst_mesh *u, size_t points, const double *x,
                        const double *R)
{
    p->offset = 0.0;
    memset(p->slope, 0, sizeof p->slope);
    for (size_t k = 0; k < points; k++) {
        double w = p->H[k];
        for (size_t i = p->m, rest = k; i-- > 0; rest /= u->n)
            w *= u->w[rest % u->n];
        p->offset += w;
        for (size_t i = 0; i < p->m; i++)
            p->slope[i] += w * x[i * points + k];
    }
    for (size_t k = 0; k < points; k++) {
        p->H[k] -= p->offset;
        for (size_t i = 0; i < p->m; i++)
            p->H[k] -= p->slope[i] * x[i * points + k];
        p->S[k] = R[k] + p->H[k] * p->H[k];
        for (size_t i = 0; i < p->q; i++)
            p->S[k] += p->Hi[i * points + k] * p->Hi[i * points + k];
    }
}

static size_t most_work(const product *p, size_t points)
{
    size_t most = points, rest = points;
    for (size_t i = 0; i < p->m; i++) {
        rest = rest / p->axis[i].nodes * p->axis[i].centres;
        most = rest > most ? rest : most;
    }
    return most;
}

static int tabulate(product *p, gst_conditional_target *along_u, const gst_mesh *u, int half)
{
    size_t points = power(u->n, p->m), work = most_work(p, points);
    double *x = gst_alloc(points, (p->m + 1) * sizeof *x), *R = x ? x + p->m * points : NULL;
    gst_arena_free(&p->tables);
    const gst_array arrays[] = {GST_VECTOR(p->H, points), GST_VECTOR(p->S, points),
                                GST_MATRIX(p->Hi, p->q, points), GST_VECTOR(p->work, work),
                                GST_VECTOR(p->turned, work)};
    int status =
        x ? gst_arena_take(&p->tables, sizeof arrays / sizeof *arrays, arrays) : GST_NO_MEMORY;
    if (status == GST_OK) {
        set_points(p->m, u->n, u->x, points, x);
        if (p->q == 0)
            gst_conditional_values(along_u, points, x, p->H);
        else
            status = gst_conditional_each(along_u, points, x, half, p->H, p->Hi, R);
    }
    if (status >= 0)
        set_squares(p, u, points, x, R);
    free(x);
    return status;
}

/* ---- averages ----------------------------------------------------------------------------------- */

static void transpose(size_t rows, size_t columns, const double *from, double *to)
{
    enum { TILE = 32 };
    for (size_t i0 = 0; i0 < rows; i0 += TILE)
        for (size_t j0 = 0; j0 < columns; j0 += TILE)
            for (size_t i = i0; i < rows && i < i0 + TILE; i++)
                for (size_t j = j0; j < columns && j < j0 + TILE; j++)
                    to[j * rows + i] = from[i * columns + j];
}

/* E[f|c] on the grid, or E[f s_i|c] if i < m; by the half rule if half != 0. */
static void average(product *p, const double *f, size_t i, int half, double *to)
{
    size_t size = 1;
    for (size_t j = 0; j < p->m; j++)
        size *= p->axis[j].nodes;
    for (size_t j = 0; j < p->m; j++) {
        const gst_axis *x = &p->axis[j];
        size_t columns = size / x->nodes;
        const double *P = half ? (i == j ? x->Ps_half : x->P_half) : i == j ? x->Ps : x->P;
        gst_axis_contract(x, P, columns, j > 0 ? p->turned : f, p->work);
        transpose(x->centres, columns, p->work, j + 1 < p->m ? p->turned : to);
        size = columns * x->centres;
    }
}

/* h, sum of squares, h1 on the grid. */
static void average_all(product *p, int half, double *value)
{
    size_t n = p->points, points = 1;
    for (size_t i = 0; i < p->m; i++)
        points *= p->axis[i].nodes;
    average(p, p->H, p->m, half, value);
    average(p, p->S, p->m, half, value + n);
    for (size_t i = 0; i < p->q; i++)
        average(p, p->Hi + i * points, p->m, half, value + (2 + i) * n);
    for (size_t i = 0; i < p->m; i++)
        average(p, p->H, i, half, value + (2 + p->q + i) * n);
}

/* The linear part goes back, squares become the rest. */
static void finish(const product *p, double *value)
{
    size_t n = p->points;
    for (size_t k = 0; k < n; k++) {
        double square = value[k] * value[k];
        for (size_t j = 0; j < p->q + p->m; j++)
            square += value[(2 + j) * n + k] * value[(2 + j) * n + k];
        value[n + k] = fmax(value[n + k] - square, 0.0);
        value[k] += p->offset;
        for (size_t i = p->m, rest = k; i-- > 0; rest /= p->axis[i].centres) {
            const gst_axis *x = &p->axis[i];
            value[k] += p->slope[i] * x->centre[rest % x->centres];
            value[(2 + p->q + i) * n + k] += p->slope[i] * x->rho;
        }
    }
}

/* ---- agreement ---------------------------------------------------------------------------------- */

static int agree_at(const product *p, size_t k)
{
    size_t n = p->points;
    const double *a = p->value + k, *b = p->coarse + k;
    double size = sqrt(a[0] * a[0] + a[n]), change = fabs(a[0] - b[0]);
    for (size_t j = 2; j < 2 + p->q + p->m; j++) {
        size = fmax(size, fabs(a[j * n]));
        change = fmax(change, fabs(a[j * n] - b[j * n]));
    }
    return change <= agreement * size && fabs(a[n] - b[n]) <= agreement * size * size;
}

static int agree(const product *p)
{
    for (size_t k = 0; k < p->points; k++) {
        double square = 0.0;
        for (size_t i = p->m, rest = k; i-- > 0; rest /= p->axis[i].centres) {
            double c = p->axis[i].centre[rest % p->axis[i].centres];
            square += c * c / (1.0 - p->axis[i].rho * p->axis[i].rho);
        }
        if (square < matters * matters && !agree_at(p, k))
            return 0;
    }
    return 1;
}

static int average_at(product *p, gst_conditional_target *along_u, size_t order, int companion,
                      int *agreed)
{
    gst_kinks smooth = {.dim = 1};
    gst_mesh u;
    int status = gst_mesh_build(&u, &smooth, 0, 1, NULL, order, companion);
    for (size_t i = 0; i < p->m && status == GST_OK; i++)
        status = gst_axis_set_rule(&p->axis[i], &u);
    int quality = status == GST_OK ? tabulate(p, along_u, &u, companion) : status;
    gst_mesh_clear(&u);
    if (quality < 0)
        return quality;
    average_all(p, 0, p->value);
    finish(p, p->value);
    if (!companion) {
        average_all(p, 1, p->coarse);
        finish(p, p->coarse);
        *agreed = agree(p);
    }
    return quality;
}

/* ------------------------------------------------------------------------------------------------- */

static size_t first_order(const product *p)
{
    size_t order = p->m < 3 ? 128 : 32, most = p->m == 1 ? LINE_MOST : PLANE_MOST;
    for (size_t i = 0; i < p->m && p->m < 3; i++)
        while ((double)order * p->axis[i].rho < nodes_per_rho && 2 * order <= most)
            order *= 2;
    return order;
}

/* Values of the grid to their kappa. */
static void gather(const product *p, size_t n, double *h, double *h1, double *rest)
{
    for (size_t k = 0; k < n; k++) {
        size_t at = p->at[k];
        h[k] = p->value[at];
        rest[k] = p->value[p->points + at];
        for (size_t j = 0; j < p->q + p->m; j++)
            h1[j * n + k] = p->value[(2 + j) * p->points + at];
    }
}

static int refine(product *p, gst_conditional_target *along_u, int half, int *agreed)
{
    size_t last = p->m == 1 ? LINE_MOST : p->m == 2 ? PLANE_MOST : SPACE_MOST;
    size_t order = first_order(p), used = order;
    int status = GST_OK;
    for (; !*agreed && order <= last && status >= 0; order *= 2) {
        used = order;
        status = average_at(p, along_u, order, 0, agreed);
    }
    return half && status >= 0 ? average_at(p, along_u, used, 1, agreed) : status;
}

static void clear(product *p)
{
    for (size_t i = 0; i < p->m; i++)
        gst_axis_clear(&p->axis[i]);
    gst_arena_free(&p->memory);
    gst_arena_free(&p->tables);
}

int gst_product_tabulate(gst_aligned *a, const gst_expression *g, double finest, size_t n,
                         const double *kappa, int half, double *h, double *h1, double *rest)
{
    gst_conditional_target along_u;
    product p = {.m = a->f.m, .q = a->f.q};
    if (gst_expression_kinks(g).count > 0 || n == 0)
        return GST_UNBUILT;
    gst_conditional_along(&along_u, &a->f, g);
    along_u.finest = finest;
    int agreed = 0, status = set_grid(&p, a, n, kappa);
    double *values = NULL;
    if (status == GST_OK) {
        values = gst_alloc(2 + p.q + p.m, 2 * p.points * sizeof *values);
        status = values ? GST_OK : GST_NO_MEMORY;
    }
    if (status == GST_OK) {
        p.value = values;
        p.coarse = values + (2 + p.q + p.m) * p.points;
        status = refine(&p, &along_u, half, &agreed);
    }
    if (status >= 0)
        gather(&p, n, h, h1, rest);
    clear(&p);
    free(values);
    return status < 0 ? status : agreed ? status : GST_LOOSE;
}
