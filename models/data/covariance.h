/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance.h - the nodes of a covariance and its eigenvalues in d dimensions (theory 7.7). */
#ifndef GST_COVARIANCE_NODES_H
#define GST_COVARIANCE_NODES_H

#include <stddef.h>

#include "models/data/data.h"

/* Nodes in the order of decreasing omega: sum mu = sum mu omega = 1, omega[j] > omega[j+1]. */
typedef struct {
    size_t J;
    double *omega, *mu;
    double *share; /* T_j = share_j I, unless the covariance has `teacher' */
} gst_covariance_rule;

struct gst_covariance {
    gst_covariance_rule
        rule[2];     /* the rule, and of a continuous law a companion that shares no node with it */
    size_t r;        /* of `teacher', else 0 */
    double *teacher; /* T_j at j*r*r of the first rule; NULL: isotropic */
    int continuous;  /* omega(u) ~ (u + shift)^-power */
    double power, shift, source;
    /* Explicit eigenvectors, of which the first `explicit' nodes are one each, with mu = 0: what a row's component on node l is
     * in a group of point k, and the point's weight. */
    size_t explicit, points;
    double *component, *weight; /* component[k*explicit + l] */
};

/* The rule that companions of all quadratures use (half != 0), or the other one. */
const gst_covariance_rule *gst_covariance_rule_of(const gst_covariance *c, int half);

/* T_j, r x r, of node j of that rule. */
void gst_covariance_teacher(const gst_covariance *c, int half, size_t j, size_t r, double *T);

/* The spectrum in d dimensions, in the order of decreasing eigenvalues: omega[k], the average over the k-th of d equal
 * parts of the law, so that they add up to d; and energy[k*r*r + ..], sum I: what T has there. */
void gst_covariance_realise(const gst_covariance *c, size_t d, size_t r, double *omega,
                            double *energy);

/* ---- private to covariance*.c ------------------------------------------------------------------- */

/* What a text says of one eigenvalue; energy: raw, of r directions. */
typedef struct {
    double omega, weight, energy[GST_TARGET_DIM_MAX];
} gst_covariance_line;

/* From the lines of a law, sorted here; energies: number of directions that have them, 0: source. */
int gst_covariance_of_lines(gst_data **data, size_t count, gst_covariance_line *lines,
                            size_t energies, double source, gst_message *message);

/* Lines of a file; owner: caller, free.  *energies: columns of energies. */
int gst_covariance_read_file(const char *name, gst_covariance_line **lines, size_t *count,
                             size_t *energies, gst_message *message);

/* omega(u) ~ (u + shift)^-power. */
int gst_covariance_power(gst_data **data, double power, double shift, double source,
                         gst_message *message);

/* Memory for a law with room for J nodes in the first rule and `companion' in the second.  GST_NO_MEMORY. */
int gst_covariance_take(gst_data **data, size_t J, size_t companion, size_t r);

/* Scale mu and omega, and set share from source.  GST_INVALID: a sum that is not positive and finite. */
int gst_covariance_normalise(gst_covariance_rule *rule, double source, gst_message *message);

#endif
