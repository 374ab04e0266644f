/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_aligned.c - the target given the spikes, residual directions partly aligned with them.
 *
 * z depends on kappa through u_i = E[u_i|kappa] + rho_i s_i along a few axes, 0 < rho_i < 1, and the
 * directions orthogonal to all spikes are the same for every kappa.  So
 *   1. H(u) = E g, H_i(u) = E[g s_i], R(u) = E(g - H - sum_i H_i s_i)^2 over the orthogonal directions, on
 *      one mesh of u shared by all kappa;
 *   2. given kappa the u_i are independent Gaussians: h = E H, h1 = (E H_i, E[H s_i]),
 *      rest = E R + E(H - h - sum_i h1_i s_i)^2 + sum_i E(H_i - h1_i)^2,
 *      by the mesh's weights times the ratio of the densities of u; the mesh is refined until full and
 *      half rule agree.  half != 0: then from its companion, which shares no node with it. */
#include "models/training/conditional_aligned.h"
#include "giantstep/features.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include "models/training/conditional_direct.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* Relative accuracy asked of the averages over u. */
#define AGREEMENT 1e-12
/* First and last order of the mesh of u. */
#define FIRST_ORDER ((size_t)128)
#define LAST_ORDER ((size_t)8192)
#define LAST_ORDER_PLANE ((size_t)256)
/* With this many intervals per box and rho the half rule's relative error is exp(-2 pi^2 (40/48)^2) = 1e-6. */
#define NODES_PER_RHO 40.0
/* A residual direction that overlaps less than this with all spikes is orthogonal to them; one shorter than THINNEST
 * would need a finer shared mesh than it is worth. */
#define ORTHOGONAL 1e-13
#define THINNEST 0.02
/* Given kappa, u farther than this many standard deviations has probability 1e-23. */
#define SPREAD 10.0
/* kappa within this is asked to converge; beyond, its weight is below 1e-18. */
#define KAPPA_THAT_MATTERS 9.0

/* Whether kappa does not change the law of the target's coordinate along residual direction i. */
static int is_orthogonal(const gst_features *f, size_t i)
{
    double most = 0.0;
    for (size_t l = 0; l < f->m; l++) {
        double overlap = 0.0;
        for (size_t j = 0; j < f->r; j++)
            overlap += f->rest[j * f->q + i] * f->gamma[j * f->m + l];
        most = fmax(most, fabs(overlap));
    }
    return most < ORTHOGONAL;
}

int gst_target_is_unpulled(const gst_features *f)
{
    size_t i = 0;
    while (f->q == f->r && i < f->q && is_orthogonal(f, i))
        i++;
    return f->r > 0 && i == f->r;
}

int gst_aligned_setup(gst_aligned *a, const gst_features *f)
{
    size_t r = f->r, q = f->q, m = 0, rest = 0;
    double length[GST_TARGET_DIM_MAX];
    if (f->m == 0 || q != r || r + f->m < 3)
        return 0;
    for (size_t i = 0; i < q; i++) {
        double square = 0.0;
        for (size_t j = 0; j < r; j++)
            square += f->rest[j * q + i] * f->rest[j * q + i];
        length[i] = sqrt(square);
        m += !is_orthogonal(f, i);
        if (length[i] < THINNEST)
            return 0;
    }
    a->f = (gst_features){.m = m, .q = q - m, .r = r, .gamma = a->gamma, .rest = a->rest};
    a->spikes = f->m;
    a->mesh = (gst_mesh){0};
    a->block = NULL;
    a->near = NULL;
    for (size_t i = 0; i < q; i++) {
        int orthogonal = i < q - m; /* gst_residual_directions sorts by decreasing length */
        if (orthogonal != is_orthogonal(f, i))
            return 0;
        for (size_t j = 0; j < r; j++) {
            if (orthogonal)
                a->rest[j * (q - m) + rest] = f->rest[j * q + i];
            else
                a->gamma[j * m + i - rest] = f->rest[j * q + i] / length[i];
        }
        rest += (size_t)orthogonal;
        if (!orthogonal)
            a->rho[i - rest] = length[i];
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t l = 0; l < f->m; l++) {
            a->pull[i * f->m + l] = 0.0;
            for (size_t j = 0; j < r; j++)
                a->pull[i * f->m + l] += a->gamma[j * m + i] * f->gamma[j * f->m + l];
        }
    }
    return m > 0;
}

static void aligned_clear(gst_aligned *a)
{
    gst_mesh_clear(&a->mesh);
    free(a->block);
    free(a->near);
    a->block = NULL;
    a->near = NULL;
}

static int aligned_tabulate(gst_aligned *a, gst_conditional_target *along_u, size_t order,
                            int companion, int half)
{
    aligned_clear(a);
    int status = gst_mesh_build(&a->mesh, &along_u->kinks, 0, a->f.m, NULL, order, companion);
    if (status != GST_OK)
        return status;
    size_t n = a->mesh.n;
    a->block = gst_alloc_doubles((4 + a->f.q + a->f.m) * n);
    a->near = gst_alloc(n, sizeof *a->near);
    if (!a->block || !a->near)
        return GST_NO_MEMORY;
    a->H = a->block;
    a->R = a->H + n;
    a->weight = a->R + n;
    a->weight_half = a->weight + n;
    a->Hi = a->weight_half + n;
    a->s = a->Hi + a->f.q * n;
    return gst_conditional_each(along_u, n, a->mesh.x, half, a->H, a->Hi, a->R);
}

/* (u_i - centre_i)/rho_i of node k into s[i*n + count], axes from `first` on; 0 if one is farther than SPREAD. */
static int standardise(gst_aligned *a, const double *centre, size_t first, size_t k)
{
    size_t n = a->mesh.n;
    for (size_t i = first; i < a->f.m; i++) {
        double s = (a->mesh.x[i * n + k] - centre[i]) / a->rho[i];
        a->s[i * n + a->count] = s;
        if (!(fabs(s) < SPREAD))
            return 0;
    }
    return 1;
}

static void keep_node(gst_aligned *a, size_t k, double ratio)
{
    a->weight[a->count] = a->mesh.w[k] * ratio;
    a->weight_half[a->count] = a->mesh.w_half[k] * ratio;
    a->near[a->count++] = k;
}

/* Nodes of the first axis at `from`, up to `to`: the other axes. */
static void condition_run(gst_aligned *a, const double *centre, double scale, size_t from,
                          size_t to)
{
    size_t n = a->mesh.n, m = a->f.m;
    double u = a->mesh.x[from], s = (u - centre[0]) / a->rho[0];
    if (!(fabs(s) < SPREAD))
        return;
    for (size_t k = from; k < to; k++) {
        a->s[a->count] = s;
        if (!standardise(a, centre, 1, k))
            continue;
        double exponent = 0.5 * (u * u - s * s);
        for (size_t i = 1; i < m; i++) {
            double v = a->mesh.x[i * n + k], t = a->s[i * n + a->count];
            exponent += 0.5 * (v * v - t * t);
        }
        keep_node(a, k, scale * exp(exponent));
    }
}

/* The nodes that matter at one kappa. */
static void condition_u(gst_aligned *a, size_t stride, const double *kappa)
{
    size_t n = a->mesh.n, m = a->f.m, to;
    double centre[GST_TARGET_DIM_MAX], scale = 1.0;
    for (size_t i = 0; i < m; i++) {
        centre[i] = 0.0;
        for (size_t l = 0; l < a->spikes; l++)
            centre[i] += a->pull[i * a->spikes + l] * kappa[l * stride];
        scale /= a->rho[i];
    }
    a->count = 0;
    for (size_t from = 0; from < n; from = to) {
        for (to = from + 1; to < n && a->mesh.x[to] == a->mesh.x[from];)
            to++;
        condition_run(a, centre, scale, from, to);
    }
}

static double average(const gst_aligned *a, const double *w, const double *f)
{
    double sum = 0.0;
    for (size_t c = 0; c < a->count; c++)
        sum += w[c] * f[a->near[c]];
    return sum;
}

/* h, rest and linear[j] = h1_j in the order of the residual directions: orthogonal ones, then partly
 * aligned ones. */
static void average_over_u(const gst_aligned *a, const double *w, double *h, double *linear,
                           double *rest)
{
    size_t n = a->mesh.n, q = a->f.q, m = a->f.m;
    *h = average(a, w, a->H);
    for (size_t i = 0; i < q; i++)
        linear[i] = average(a, w, a->Hi + i * n);
    for (size_t i = 0; i < m; i++) {
        linear[q + i] = 0.0;
        for (size_t c = 0; c < a->count; c++)
            linear[q + i] += w[c] * a->H[a->near[c]] * a->s[i * n + c];
    }
    *rest = average(a, w, a->R);
    for (size_t c = 0; c < a->count; c++) {
        double left = a->H[a->near[c]] - *h, square;
        for (size_t i = 0; i < m; i++)
            left -= linear[q + i] * a->s[i * n + c];
        square = left * left;
        for (size_t i = 0; i < q; i++) {
            left = a->Hi[i * n + a->near[c]] - linear[i];
            square += left * left;
        }
        *rest += w[c] * square;
    }
}

static int agree(size_t count, const double *linear, const double *linear_half, const double *h,
                 const double *rest)
{
    double size = sqrt(h[0] * h[0] + rest[0]), change = fabs(h[0] - h[1]);
    for (size_t j = 0; j < count; j++) {
        size = fmax(size, fabs(linear[j]));
        change = fmax(change, fabs(linear[j] - linear_half[j]));
    }
    return change <= AGREEMENT * size && fabs(rest[0] - rest[1]) <= AGREEMENT * size * size;
}

/* All kappa from one mesh of u; *agreed: full and half rule agree wherever it matters. */
static void spread(gst_aligned *a, size_t n, const double *kappa, double *h, double *h1,
                   double *rest, int *agreed)
{
    size_t count = a->f.q + a->f.m;
    *agreed = 1;
    for (size_t k = 0; k < n; k++) {
        double value[2], linear[2][GST_TARGET_DIM_MAX], left[2], square = 0.0;
        condition_u(a, n, kappa + k);
        average_over_u(a, a->weight, &value[0], linear[0], &left[0]);
        average_over_u(a, a->weight_half, &value[1], linear[1], &left[1]);
        for (size_t l = 0; l < a->spikes; l++)
            square += kappa[l * n + k] * kappa[l * n + k];
        if (square < KAPPA_THAT_MATTERS * KAPPA_THAT_MATTERS &&
            !agree(count, linear[0], linear[1], value, left))
            *agreed = 0;
        h[k] = value[0];
        rest[k] = left[0];
        for (size_t j = 0; j < count; j++)
            h1[j * n + k] = linear[0][j];
    }
}

/* Below NODES_PER_RHO/rho the half rule cannot tell the density of u given kappa. */
static size_t first_order(const gst_aligned *a)
{
    size_t order = a->f.m < 3 ? FIRST_ORDER : FIRST_ORDER / 4;
    while (a->f.m == 1 && (double)order * a->rho[0] < NODES_PER_RHO)
        order *= 2;
    return order;
}

int gst_aligned_tabulate(gst_aligned *a, const gst_expression *g, double finest, size_t n,
                         const double *kappa, int half, double *h, double *h1, double *rest)
{
    gst_conditional_target along_u;
    gst_conditional_along(&along_u, &a->f, g);
    along_u.finest = finest;
    int status = GST_OK, agreed = 0;
    size_t last = a->f.m == 1 ? LAST_ORDER : a->f.m == 2 ? LAST_ORDER_PLANE : FIRST_ORDER / 2;
    size_t order = first_order(a), used = order;
    for (; !agreed && order <= last && status >= 0; order *= 2) {
        used = order;
        status = aligned_tabulate(a, &along_u, order, 0, 0);
        if (status >= 0)
            spread(a, n, kappa, h, h1, rest, &agreed);
    }
    if (half && status >= 0) {
        int ignored;
        status = aligned_tabulate(a, &along_u, used, 1, 1);
        if (status >= 0)
            spread(a, n, kappa, h, h1, rest, &ignored);
    }
    aligned_clear(a);
    return status < 0 ? status : agreed ? status : GST_LOOSE;
}
