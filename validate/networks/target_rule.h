/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_rule.h - nodes over the target's coordinates: E[g(z) f(z)] = sum_k w[k] f(z_k), z ~ N(0, I_r). */
#ifndef GST_TARGET_RULE_H
#define GST_TARGET_RULE_H

#include <stddef.h>

typedef struct gst_target gst_target;

/* Coordinate j of node k is z[j*most + k]; g(z_k) is part of w[k]. */
typedef struct {
    const gst_target *target;
    size_t r, most, n;
    double *z, *w;
} gst_target_rule;

/* Room for `most` nodes: memory (r + 1)*most doubles.  Owner: caller, gst_target_rule_clear. */
int gst_target_rule_init(gst_target_rule *rule, const gst_target *target, size_t most);
void gst_target_rule_clear(gst_target_rule *rule);

/* The tensor rule of mesh.h of that order, kinks of g split off, without nodes of weight below 1e-22.
 * GST_OK, GST_LOOSE (it has more than `most` nodes; n = 0), GST_FAILED (g not finite at a node, kinks that
 * cannot be split), GST_NO_MEMORY. */
int gst_target_rule_fill(gst_target_rule *rule, size_t order);

#endif
