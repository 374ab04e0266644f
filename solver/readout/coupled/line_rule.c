/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line_rule.c - rules over a standard normal variable: trapezoid rules tabulated, panels made when asked for. */
#include "solver/readout/coupled/line_rule.h"

#include "base/arena.h"
#include "giantstep/status.h"
#include "integrals/partition.h"
#include "integrals/rule.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "models/functions/vector_math.h"

/* Tails beyond hold 2e-18 of a Gaussian. */
#define REACH 8.7
/* Errors of the trapezoid rules, as exponents. */
#define EXPONENT 34.0
#define EXPONENT_FINER 37.0
/* Steps: the longest, and their ratio. */
#define LONGEST_STEP 0.75
#define RATIO 0.84089641525371454303 /* 2^(-1/4) */
#define STEPS 17
/* Where the finer rules' nodes are between two of the others. */
#define SHIFT 0.73205080756887729353

enum { POINTS = 16, POINTS_FINER = 20 };

static size_t half_count(double step)
{
    return (size_t)(REACH / step);
}

int gst_line_rule_init(gst_line_rule *rule, int finer)
{
    size_t total = 0, steps = STEPS;
    *rule = (gst_line_rule){.finer = finer,
                            .steps = steps,
                            .points = finer ? POINTS_FINER : POINTS,
                            .longest = finer ? 1.7 : 2.3};
    double step = LONGEST_STEP;
    for (size_t i = 0; i < steps; i++, step *= RATIO)
        total += 2 * half_count(step) + 1;
    const gst_array arrays[] = {GST_VECTOR(rule->step, steps),
                                GST_VECTOR(rule->first, steps + 1),
                                GST_VECTOR(rule->node, total),
                                GST_VECTOR(rule->node_weight, total),
                                GST_VECTOR(rule->gauss, rule->points),
                                GST_VECTOR(rule->gauss_weight, rule->points),
                                GST_VECTOR(rule->cut, GST_LINE_CUTS_MAX + 2),
                                GST_VECTOR(rule->panel, GST_LINE_NODES_MAX),
                                GST_VECTOR(rule->weight, GST_LINE_NODES_MAX)};
    int status = gst_arena_take(&rule->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status != GST_OK)
        return status;
    step = LONGEST_STEP;
    for (size_t i = 0; i < steps; i++, step *= RATIO) {
        size_t count = 2 * half_count(step) + 1;
        rule->step[i] = step;
        rule->first[i + 1] = rule->first[i] + count;
        for (size_t k = 0; k < count; k++) {
            double x = step * ((double)k - (double)half_count(step) + (finer ? SHIFT - 0.5 : 0.0));
            rule->node[rule->first[i] + k] = x;
            rule->node_weight[rule->first[i] + k] = step * gst_normal_density(x);
        }
    }
    return gst_rule_legendre(rule->points, rule->gauss, rule->gauss_weight);
}

void gst_line_rule_clear(gst_line_rule *rule)
{
    gst_arena_free(&rule->memory);
    *rule = (gst_line_rule){.steps = 0};
}

const double *gst_line_trapezoid(const gst_line_rule *rule, double strip, double slope, size_t *n,
                                 const double **weight)
{
    double exponent = rule->finer ? EXPONENT_FINER : EXPONENT, growth = 1.0 + slope * slope;
    double d = fmin(strip, sqrt(2.0 * exponent / growth));
    double step = 2.0 * M_PI * d / (exponent + 0.5 * growth * d * d);
    size_t i = 0;
    while (i < rule->steps && !(rule->step[i] <= step))
        i++;
    if (i == rule->steps)
        return NULL;
    *n = rule->first[i + 1] - rule->first[i];
    *weight = rule->node_weight + rule->first[i];
    return rule->node + rule->first[i];
}

/* Sorted, without repetition, from -REACH to REACH: their number. */
static size_t sort_cuts(gst_line_rule *rule, size_t count, const double *cut)
{
    size_t n = 2;
    rule->cut[0] = -REACH;
    rule->cut[1] = REACH;
    for (size_t i = 0; i < count; i++) {
        double x = cut[i];
        if (!(x > -REACH && x < REACH))
            continue;
        size_t at = n;
        while (rule->cut[at - 1] > x)
            at--;
        if (rule->cut[at - 1] == x)
            continue;
        memmove(rule->cut + at + 1, rule->cut + at, (n - at) * sizeof *rule->cut);
        rule->cut[at] = x;
        n++;
    }
    return n;
}

GST_VECTOR_CLONES
static void multiply_density(size_t n, const double *restrict x, double *restrict weight)
{
    for (size_t i = 0; i < n; i++)
        weight[i] *= 0.39894228040143267794 * exp(-0.5 * x[i] * x[i]); /* 1/sqrt(2 pi) */
}

const double *gst_line_panels(gst_line_rule *rule, size_t count, const double *cut, size_t *n,
                              const double **weight)
{
    size_t ends = sort_cuts(rule, count, cut), at = 0;
    for (size_t i = 0; i + 1 < ends; i++) {
        double length = rule->cut[i + 1] - rule->cut[i];
        size_t parts = (size_t)ceil(length / rule->longest);
        for (size_t j = 0; j < parts; j++) {
            double half = 0.5 * length / (double)parts;
            double middle = rule->cut[i] + half * (double)(2 * j + 1);
            for (size_t k = 0; k < rule->points && at < GST_LINE_NODES_MAX; k++, at++) {
                rule->panel[at] = middle + half * rule->gauss[k];
                rule->weight[at] = half * rule->gauss_weight[k];
            }
        }
    }
    multiply_density(at, rule->panel, rule->weight);
    *n = at;
    *weight = rule->weight;
    return rule->panel;
}
