/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gauss_rule.c - Gauss-Legendre rules on panels, the normal density contained in the weights.
 *
 * m nodes on a panel of length l lie pi l/(2 m) apart in its middle, and nearer to its ends, where smooth functions
 * need it.  The error for an integrand that is analytic within the ellipse of sum of semi-axes rho l/2 around the panel
 * decays like rho^(-2m); the normal density is entire, so that only kinks left inside a panel, and singularities at
 * its ends, slow the rule down (Davis & Rabinowitz, Methods of Numerical Integration, section 4.6). */
#include <stdlib.h>

#include "base/memory.h"
#include "integrals/mesh.h"
#include "integrals/partition.h"
#include "integrals/rule.h"

static const double pi = 3.14159265358979323846;

/* Where the graded rule cuts, in parts of a panel. */
static const double grading[GST_GRADED_LEVELS] = {2.71828e-8, 1.41421e-5, 3.14159e-3};

size_t gst_gauss_nodes(size_t order, double length)
{
    double n = (double)order, nodes = n / 8 + n * pi * length / (4 * GST_GAUSSIAN_BOX);
    return 2 * (size_t)ceil(0.5 * nodes);
}

/* Add the cuts near one end, from the outermost inwards if `from_end`. */
static void grade_end(double end, double length, int from_end, double *ends, size_t *count)
{
    for (size_t i = 0; i < GST_GRADED_LEVELS; i++)
        ends[(*count)++] = end + length * grading[from_end ? i : GST_GRADED_LEVELS - 1 - i];
}

size_t gst_gauss_grade(double low, double high, double ends[GST_GRADED_MOST + 1], size_t *widest)
{
    size_t count = 0;
    ends[count++] = low;
    if (low > -GST_GAUSSIAN_BOX)
        grade_end(low, high - low, 1, ends, &count);
    *widest = count - 1;
    if (high < GST_GAUSSIAN_BOX)
        grade_end(high, low - high, 0, ends, &count);
    ends[count] = high;
    return count;
}

int gst_gauss_rules_init(gst_gauss_rules *rules, size_t order)
{
    rules->most = gst_gauss_nodes(order, 2 * GST_GAUSSIAN_BOX);
    rules->node = gst_alloc(rules->most / 2 + 1, sizeof *rules->node);
    return rules->node ? GST_OK : GST_NO_MEMORY;
}

void gst_gauss_rules_clear(gst_gauss_rules *rules)
{
    for (size_t i = 0; rules->node && i <= rules->most / 2; i++)
        free(rules->node[i]);
    free(rules->node);
    *rules = (gst_gauss_rules){0};
}

/* The rule of m nodes. */
static const double *rule_of(gst_gauss_rules *rules, size_t m)
{
    double **node = &rules->node[m / 2];
    if (*node)
        return *node;
    *node = gst_alloc(m, 2 * sizeof **node);
    if (*node && gst_rule_legendre(m, *node, *node + m)) {
        free(*node);
        *node = NULL;
    }
    return *node;
}

int gst_rule_gauss(size_t m, gst_gauss_rules *rules, double low, double high, gst_rule *rule)
{
    double middle = 0.5 * (low + high), half = 0.5 * (high - low);
    const double *node = rule_of(rules, m);
    if (!node)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < m; k++) {
        rule->x[k] = middle + half * node[k];
        rule->w[k] = half * node[m + k] * gst_normal_density(rule->x[k]);
        rule->w_half[k] = rule->edge[k] = 0;
    }
    rule->edge[0] = low > -GST_GAUSSIAN_BOX ? 0 : gst_normal_density(low);
    rule->edge[m - 1] += high < GST_GAUSSIAN_BOX ? 0 : gst_normal_density(high);
    rule->n = m;
    return GST_OK;
}
