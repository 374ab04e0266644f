/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.c - rules on one axis, the normal density phi contained in the weights.
 *
 * Trapezoid: x_j = -L + 2 L j/n, weight h phi(x_j), h = 2 L/n.  For an f analytic in a strip of
 * half width d the error decays like exp(-2 pi d/h) (Trefethen & Weideman, SIAM Review 56, 2014).
 *
 * Double exponential, or tanh-sinh (Takahasi & Mori 1974), on [a, b]: x = (a+b)/2 + (b-a)/2
 * tanh((pi/2) sinh t), the trapezoid rule in t on [-T, T].  With e = exp(-pi sinh|t|)
 *
 *     distance of x to the nearer end   delta = (b-a) e/(1+e)
 *     dx/dt                                   = (b-a) pi cosh(t) e/(1+e)^2
 *
 * and x is formed as a + delta or b - delta, so that log or root singularities at an end are
 * sampled at the right distance, exactly so when the end is 0.  An algebraic singularity at an end
 * does not slow the rule down.
 *
 * In both, the nodes of order n are every second node of order 2n.
 *
 * Exact: Gauss-Hermite, for integrands that are known to be polynomials (degree.c). */
#include "integrals/rule.h"

#include <float.h>

#include "integrals/mesh.h"

/* T.  Beyond it lies delta/(b-a) < 2e-34, so that even |x|^(-1/2) is cut at 2e-17 of its integral;
 * 3.15 would do for bounded integrands and reaches a given accuracy with 20% fewer nodes, but at
 * doubled orders both settle at 128 intervals (1e-16 for |x|, sqrt|x|, log|x|, log^2|x|,
 * 1/sqrt|x|). */
static const double range = 3.9;

/* Nodes of an exact rule: degree 31. */
enum { exact_most = 16 };

static const double pi = 3.14159265358979323846;

/* A node nearer to the end of its panel than this many units in the last place of its coordinate
 * has no reliable distance. */
static const double unreliable = 4.0;

static void set_node(gst_rule *rule, size_t j, double x, double w, double edge)
{
    rule->x[j] = x;
    rule->w[j] = w;
    rule->w_half[j] = j % 2 == 0 ? 2 * w : 0;
    rule->edge[j] = edge;
}

/* The last node of a shifted rule would lie beyond the box: it keeps its place at the end, without weight. */
static void close_shifted(gst_rule *rule, size_t order, double x)
{
    set_node(rule, order, x, 0, 0);
}

void gst_rule_trapezoid(size_t order, double shift, gst_rule *rule)
{
    double n = (double)order, h = 2 * GST_GAUSSIAN_BOX / n;
    for (size_t j = 0; j <= order; j++) {
        double x = GST_GAUSSIAN_BOX * (2 * ((double)j + shift) - n) / n;
        double density = gst_normal_density(x);
        int last = j == 0 || j + (shift > 0) == order;
        set_node(rule, j, x, h * density, last ? density : 0);
    }
    if (shift > 0)
        close_shifted(rule, order, GST_GAUSSIAN_BOX);
    rule->n = order + 1;
}

size_t gst_exact_nodes(unsigned degree, int companion)
{
    size_t n = degree / 2 + 1;
    return n <= exact_most ? n + (companion != 0) : 0;
}

int gst_rule_exact(size_t n, gst_rule *rule)
{
    int status = gst_rule_hermite(n, rule->x, rule->w);
    for (size_t j = 0; j < n; j++) {
        rule->w_half[j] = rule->w[j];
        rule->edge[j] = 0;
    }
    rule->n = n;
    rule->exact = 1;
    return status;
}

void gst_panel_table_fill(size_t order, double shift, gst_panel_table *table)
{
    double half = (double)(order / 2);
    table->step = range / half;
    table->shift = shift;
    for (size_t j = 0; j <= order; j++) {
        double t = range * fabs((double)j + shift - half) / half;
        double e = exp(-pi * sinh(t));
        table->fraction[j] = e / (1 + e);
        table->slope[j] = table->step * pi * cosh(t) * e / ((1 + e) * (1 + e));
    }
}

/* The size of the unseen beyond a node: the density at the ends of the box, the integrand over a unit of t at the
 * last node before a kink, the node itself where its position is lost to rounding. */
static double panel_edge(int last, double step, double end, double delta, double x, double w)
{
    if (last)
        return fabs(end) < GST_GAUSSIAN_BOX ? w / step : gst_normal_density(x);
    return delta <= unreliable * DBL_EPSILON * fabs(x) ? w : 0;
}

void gst_rule_panel(size_t order, const gst_panel_table *table, double low, double high,
                    gst_rule *rule)
{
    size_t half = order / 2;
    double length = high - low, first = nextafter(low, high), last = nextafter(high, low);
    int shifted = table->shift > 0;
    for (size_t j = 0; j <= order; j++) {
        int left = j < half;
        double delta = length * table->fraction[j], end = left ? low : high;
        double x = left ? fmax(low + delta, first) : fmin(high - delta, last);
        double w = length * table->slope[j] * gst_normal_density(x);
        int at_end = j == 0 || j + (size_t)shifted == order;
        set_node(rule, j, x, w, panel_edge(at_end, table->step, end, delta, x, w));
    }
    if (shifted)
        close_shifted(rule, order, last);
    rule->n = order + 1;
}
