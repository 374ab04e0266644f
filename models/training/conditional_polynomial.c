/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_polynomial.c - polynomial targets given the spikes.
 *
 * Given kappa, g is a polynomial of its degree p in the residual directions s, and of degree 2p and p + 2 what is averaged:
 * products of Gauss rules of p + 1 nodes, two at least, leave rounding alone.  Two passes over their nodes,
 *   1. h = E g, h1_i = E[g s_i], h2_ij = E[g s_i s_j];
 *   2. rest = E[(g - h - sum_i h1_i s_i)^2], which loses nothing to cancellation,
 * each a sum of rows over kappa, one for every node of s. */
#include "models/training/conditional_polynomial.h"

#include <math.h>
#include <string.h>

#include "integrals/mesh.h"
#include "models/training/conditional_direct.h"

enum { BLOCK = 128, COORDINATES = GST_SPIKES_MAX + GST_TARGET_DIM_MAX };

int gst_polynomial_rule_set(gst_polynomial_rule *rule, const gst_conditional_target *t,
                            int companion)
{
    unsigned degree = gst_expression_degree(t->g), more = companion ? 2 : 1;
    if (degree > GST_POLYNOMIAL_NODES - more)
        return GST_UNBUILT;
    rule->n = (degree > 1 ? degree : 1) + more;
    return gst_rule_hermite(rule->n, rule->x, rule->w);
}

/* The points of one block at one node of s, and g there. */
typedef struct {
    size_t size;
    double weight, s[GST_TARGET_DIM_MAX];
    double x[COORDINATES * BLOCK], g[BLOCK];
} points;

/* Node `index` of the product: 0 past the last. */
static int visit(points *p, const gst_polynomial_rule *rule, const gst_conditional_target *t,
                 size_t index)
{
    p->weight = 1.0;
    for (size_t i = 0; i < t->q; i++, index /= rule->n) {
        p->s[i] = rule->x[index % rule->n];
        p->weight *= rule->w[index % rule->n];
        for (size_t k = 0; k < p->size; k++)
            p->x[(t->m + i) * p->size + k] = p->s[i];
    }
    if (index > 0)
        return 0;
    gst_conditional_values(t, p->size, p->x, p->g);
    return 1;
}

static void add(const points *p, double weight, double *row)
{
    for (size_t k = 0; k < p->size; k++)
        row[k] += weight * p->g[k];
}

/* Rows are n apart. */
static void add_moments(const points *p, size_t q, size_t n, double *h, double *h1, double *h2)
{
    add(p, p->weight, h);
    for (size_t i = 0; i < q; i++) {
        add(p, p->weight * p->s[i], h1 + i * n);
        for (size_t j = 0; h2 && j < q; j++)
            add(p, p->weight * p->s[i] * p->s[j], h2 + (i * q + j) * n);
    }
}

static void add_rest(points *p, size_t q, size_t n, const double *h, const double *h1, double *rest)
{
    for (size_t k = 0; k < p->size; k++) {
        double left = p->g[k] - h[k];
        for (size_t i = 0; i < q; i++)
            left -= h1[i * n + k] * p->s[i];
        rest[k] += p->weight * left * left;
    }
}

static int clear_and_sum(points *p, const gst_polynomial_rule *rule,
                         const gst_conditional_target *t, size_t n, double *h, double *h1,
                         double *h2, double *rest)
{
    size_t q = t->q, size = p->size * sizeof *h;
    double total = 0.0;
    memset(h, 0, size);
    memset(rest, 0, size);
    for (size_t i = 0; i < q; i++)
        memset(h1 + i * n, 0, size);
    for (size_t i = 0; h2 && i < q * q; i++)
        memset(h2 + i * n, 0, size);
    for (size_t index = 0; visit(p, rule, t, index); index++)
        add_moments(p, q, n, h, h1, h2);
    for (size_t index = 0; visit(p, rule, t, index); index++)
        add_rest(p, q, n, h, h1, rest);
    for (size_t k = 0; k < p->size; k++)
        total += rest[k];
    return isfinite(total) ? GST_OK : GST_FAILED;
}

int gst_polynomial_tabulate(const gst_polynomial_rule *rule, const gst_conditional_target *t,
                            size_t n, const double *kappa, double *h, double *h1, double *h2,
                            double *rest)
{
    points p;
    int status = GST_OK;
    for (size_t first = 0; first < n && status == GST_OK; first += BLOCK) {
        p.size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t l = 0; l < t->m; l++)
            memcpy(p.x + l * p.size, kappa + l * n + first, p.size * sizeof *kappa);
        status = clear_and_sum(&p, rule, t, n, h + first, h1 + first, h2 ? h2 + first : NULL,
                               rest + first);
    }
    return status;
}
