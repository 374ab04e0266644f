/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product_rule.c - expectations by products of Gauss-Hermite rules, where two of them agree.
 *
 * Four variables at 64 intervals each cost 18 million values, and leave polynomials of degree 4 in each with an
 * error estimate of 1e-7: that of 32 intervals.  The rules here are exact for polynomials, and useless for
 * functions with poles near the axis, which the comparison tells apart. */
#include "integrals/product_rule.h"
#include "integrals/mesh.h"

#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Rules that agree to this, in units of E|f|, cannot agree better. */
#define ROUNDING (64 * DBL_EPSILON)

enum { COARSE = 12, FINE = 20, AXES_LEAST = 3, BLOCK = 256, DIM_MAX = 9 };

typedef struct {
    const gst_expectand *e;
    const double *fixed;
    size_t axes, n;             /* points per axis */
    double x[FINE], w[FINE];    /* the rule */
    double at[DIM_MAX * BLOCK]; /* coordinates of a block */
    double weight[BLOCK], *out; /* its weights and values */
    double *value, *scale;      /* E f, E|f| */
} product;

/* The coordinates and weights of points first .. first+size-1 of the product. */
static void place(product *p, size_t first, size_t size)
{
    for (size_t k = 0; k < size; k++) {
        size_t index = first + k;
        p->weight[k] = 1.0;
        for (size_t j = 0; j < p->e->first; j++)
            p->at[j * size + k] = p->fixed[j];
        for (size_t j = p->e->first; j < p->e->kinks.dim; j++) {
            p->at[j * size + k] = p->x[index % p->n];
            p->weight[k] *= p->w[index % p->n];
            index /= p->n;
        }
    }
}

/* Sums of blocks keep rounding to a few units. */
static void add_block(product *p, size_t c, size_t size)
{
    double value = 0.0, scale = 0.0;
    for (size_t k = 0; k < size; k++) {
        value += p->weight[k] * p->out[c * size + k];
        scale += p->weight[k] * fabs(p->out[c * size + k]);
    }
    p->value[c] += value;
    p->scale[c] += scale;
}

static int sum_rule(product *p, size_t n)
{
    size_t points = 1;
    int status = gst_rule_hermite(p->n = n, p->x, p->w);
    for (size_t j = 0; j < p->axes; j++)
        points *= n;
    for (size_t c = 0; c < p->e->components; c++)
        p->value[c] = p->scale[c] = 0.0;
    for (size_t first = 0; first < points && status == GST_OK; first += BLOCK) {
        size_t size = points - first < BLOCK ? points - first : BLOCK;
        place(p, first, size);
        p->e->f(size, p->at, p->out, p->e->params);
        for (size_t c = 0; c < p->e->components; c++)
            add_block(p, c, size);
    }
    return status;
}

/* GST_OK if both rules agree, else GST_LOOSE. */
static int compare_rules(product *p, const gst_expectation_options *options, double *value,
                         double *half, double *error)
{
    int agree = 1;
    p->value = half;
    int status = sum_rule(p, COARSE);
    p->value = value;
    if (status == GST_OK)
        status = sum_rule(p, FINE);
    for (size_t c = 0; c < p->e->components; c++) {
        double scale = p->scale[c], rounding = 4 * DBL_EPSILON * scale;
        error[c] = fabs(value[c] - half[c]) + rounding;
        agree = agree && error[c] <= options->epsabs + fmax(options->epsrel, ROUNDING) * scale;
    }
    return status != GST_OK ? status : agree ? GST_OK : GST_LOOSE;
}

int gst_product_rule(const gst_expectand *e, const double *fixed,
                     const gst_expectation_options *options, double *value, double *half,
                     double *error)
{
    product p = {.e = e, .fixed = fixed, .axes = e->kinks.dim - e->first};
    if (p.axes < AXES_LEAST || e->kinks.count > 0)
        return GST_LOOSE;
    p.out = gst_alloc_doubles((BLOCK + 1) * e->components);
    if (!p.out)
        return GST_NO_MEMORY;
    p.scale = p.out + BLOCK * e->components;
    int status = compare_rules(&p, options, value, half, error);
    free(p.out);
    return status;
}
