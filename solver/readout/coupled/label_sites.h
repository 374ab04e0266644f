/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_sites.h - the law of the label and the residual directions s at every node of kappa (docs/theory 6.1).
 *
 * Given kappa the output before its own response is om = yb + b.s + sqrt(v) xi, and a label depends on s, not on xi.
 *   probit  sign labels, g = offset(kappa) + c.s:  om alone matters, om = yb + tau zeta, tau^2 = v + |b|^2, and
 *             P_y = Phi(y u),  u = (offset + (c.b/tau) zeta)/sd,  sd^2 = |c|^2 - (c.b)^2/tau^2 + Delta,
 *             e_yj = E[s_j P(y|s) | zeta] = (b_j/tau) zeta P_y + y phi(u) (c_j - b_j (c.b)/tau^2)/sd;
 *   nodes   otherwise: a rule over s at each kappa, with P(y = 1 | kappa, s), or with g(kappa, s) for real labels;
 *   series  sign labels again, om alone as in the first case, P_y and e_yj by sums over those nodes made once
 *             (label_series.h): whoever averages takes it where it has terms enough for the b and v at hand.
 * What the averages of one scalar problem run over are `lines': om, or the residual y - om, Gaussian on each. */
#ifndef GST_LABEL_SITES_H
#define GST_LABEL_SITES_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "giantstep/labels.h"
#include "base/arena.h"
#include "models/tables/moments.h"
#include "solver/readout/coupled/label_series.h"

typedef struct gst_target gst_target;

typedef struct gst_features gst_features;

/* The noise of labels: of real ones up to so many Gaussian parts, whose shares sum to 1; of signs one. */
enum { GST_NOISE_PARTS_MAX = 4 };

typedef struct {
    size_t parts;
    double share[GST_NOISE_PARTS_MAX], variance[GST_NOISE_PARTS_MAX];
} gst_label_noise;

static inline gst_label_noise gst_label_noise_normal(double variance)
{
    return (gst_label_noise){.parts = 1, .share = {1.0}, .variance = {variance}};
}

typedef struct {
    gst_labels labels;
    int probit;
    size_t n, q; /* nodes of kappa, residual directions */
    gst_label_noise noise;
    /* probit */
    double *offset, *c; /* n, q */
    /* nodes: n; where there is a series those of a site are made when they are first asked for */
    gst_label_nodes *nodes;
    gst_label_series series; /* sign labels: of the nodes */
    /* what they are made of, borrowed */
    const gst_features *features;
    const gst_moments *moments;
    const gst_target *mean;
    size_t order;
    int half;
    gst_arena memory;
} gst_label_sites;

/* One Gaussian variable. */
typedef struct {
    double label;               /* +-1: it is om; 0: it is y - om */
    double mean, sd;            /* its law */
    double weight;              /* of the line */
    int probit;                 /* and P_y, e_y from these: */
    double place, slope, width; /* u = (place + slope zeta)/width */
    int series;                 /* the same from a series; its slope is |b|/sqrt(v) */
    /* weights of s_j: probit  along[j] zeta P_y + across[j] y phi(u);  otherwise along[j], of the node */
    double along[GST_TARGET_DIM_MAX], across[GST_TARGET_DIM_MAX];
} gst_label_line;

/* At the nodes of kappa of `moments`; mean: gst_label_target of the features' target; all three must outlive the sites.
 * order: intervals of the rule over s.  half != 0: its companion, which shares no node.  Clear in any case.  GST_OK,
 * GST_FAILED, GST_NO_MEMORY. */
int gst_label_sites_make(gst_label_sites *sites, const gst_features *features,
                         const gst_moments *moments, const gst_target *mean, gst_labels labels,
                         gst_label_noise noise, size_t order, int half);
void gst_label_sites_clear(gst_label_sites *sites);

/* Sees to it that site k has its lines.  Status as above. */
int gst_label_sites_open(gst_label_sites *sites, size_t k);

/* Number of lines of site k, and line i of them at (yb, v, b). */
size_t gst_label_lines(const gst_label_sites *sites, size_t k);
gst_label_line gst_label_line_at(const gst_label_sites *sites, size_t k, size_t i, double yb,
                                 double v, const double *b);

#endif
