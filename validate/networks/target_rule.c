/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_rule.c - nodes over the target's coordinates, negligible ones left out.
 *
 * The first axis is walked through node by node, each with a mesh over the others, so that only what is
 * kept has to be in memory: of the cube of four axes, one node in ten. */
#include "validate/networks/target_rule.h"
#include "giantstep/limits.h"
#include "giantstep/target.h"
#include "integrals/integrand.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { CHUNK = 128 };

/* Density 1e-22 is that at 10 standard deviations. */
#define NEGLIGIBLE 1e-22

int gst_target_rule_init(gst_target_rule *rule, const gst_target *target, size_t most)
{
    size_t r = gst_target_dim(target);
    *rule = (gst_target_rule){.target = target, .r = r, .most = most};
    rule->z = gst_alloc(most, r * sizeof *rule->z);
    rule->w = gst_alloc_doubles(most);
    return rule->z && rule->w ? GST_OK : GST_NO_MEMORY;
}

void gst_target_rule_clear(gst_target_rule *rule)
{
    free(rule->z);
    free(rule->w);
    *rule = (gst_target_rule){0};
}

/* Nodes of a mesh over all r coordinates, their weights times `weight`. */
static int keep(gst_target_rule *rule, const gst_mesh *mesh, double weight)
{
    for (size_t k = 0; k < mesh->n; k++) {
        double w = weight * mesh->w[k];
        if (w < NEGLIGIBLE)
            continue;
        if (rule->n == rule->most)
            return GST_LOOSE;
        for (size_t j = 0; j < rule->r; j++)
            rule->z[j * rule->most + rule->n] = mesh->x[j * mesh->n + k];
        rule->w[rule->n++] = w;
    }
    return GST_OK;
}

/* Orders are doubled until two of them agree: every second one is shifted, so that they share no node. */
static int is_shifted(size_t order)
{
    int odd = 0;
    for (; order > 0 && order % 2 == 0; order /= 2)
        odd = !odd;
    return odd;
}

static int collect(gst_target_rule *rule, size_t order)
{
    gst_kinks kinks = gst_expression_kinks(gst_target_expression(rule->target));
    gst_mesh outer, inner;
    int status = gst_mesh_build(&outer, &kinks, 0, 1, NULL, order, is_shifted(order));
    if (status == GST_OK && rule->r == 1)
        status = keep(rule, &outer, 1);
    for (size_t k = 0; status == GST_OK && rule->r > 1 && k < outer.n; k++) {
        if (outer.w[k] < NEGLIGIBLE)
            continue;
        status =
            gst_mesh_build(&inner, &kinks, 1, rule->r - 1, outer.x + k, order, is_shifted(order));
        if (status == GST_OK)
            status = keep(rule, &inner, outer.w[k]);
        gst_mesh_clear(&inner);
    }
    gst_mesh_clear(&outer);
    return status;
}

static int multiply_target(gst_target_rule *rule)
{
    double z[GST_TARGET_DIM_MAX * CHUNK], g[CHUNK];
    for (size_t first = 0; first < rule->n; first += CHUNK) {
        size_t count = rule->n - first < CHUNK ? rule->n - first : CHUNK;
        for (size_t j = 0; j < rule->r; j++)
            for (size_t k = 0; k < count; k++)
                z[j * count + k] = rule->z[j * rule->most + first + k];
        gst_expression_evaluate(gst_target_expression(rule->target), count, z, g, NULL);
        for (size_t k = 0; k < count; k++) {
            if (!isfinite(g[k]))
                return GST_FAILED;
            rule->w[first + k] *= g[k];
        }
    }
    return GST_OK;
}

int gst_target_rule_fill(gst_target_rule *rule, size_t order)
{
    rule->n = 0;
    int status = collect(rule, order);
    if (status == GST_OK)
        status = multiply_target(rule);
    if (status != GST_OK)
        rule->n = 0;
    return status;
}
