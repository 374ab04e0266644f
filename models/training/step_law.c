/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_law.c - what one giant step on a finite batch does to the rows, sample by sample (docs/theory, trained bulk).
 *
 * In a sample of residual label yt, with sigma's averages m1, m2, a2, a3, s2, s21, s22, t3, t31, t4 of the group at
 * U_g.kappa, c = c_g before the step, e = eta A_g:
 *   om = m2 yt,  ob = E om,  kb = 1 + e (ob + phi om) = k0 + k1 yt,  be = 2 e phi om (1 + e ob) + e^2 phi^2 om^2,
 *   a = e^2 phi s2 yt^2,  b = e m2 yt,  psi_u = e m1 yt,  psi_a = (e/2) a2 yt,
 *   psi_1 = 2 e c a2 yt kb + e^2 phi yt^2 s21/c,
 *   psi_2 = e c^2 a2 yt be + 2 e^2 phi yt^2 kb s21 + e^3 phi^2 yt^3 t3.
 * Free cumulants of M_b/e are phi^{j-1} E om^j, its moments M_1 .. M_4, l_2 = 1 + 2 e M_1 + e^2 M_2,
 * l_4 = 1 + 4 e M_1 + 6 e^2 M_2 + 4 e^3 M_3 + e^4 M_4:
 *   D  = l_2 + e c E[yt a3 kb] + e^2 phi E[yt^2 s22]/(2c),
 *   Om = 2 c^2 (l_4 - l_2^2) + phi E[4 e^2 yt^2 kb^2 (E[tau^2 h^2] - a2^2 c^3) + 4 e^3 phi yt^3 kb (t31 - a2 c s21)
 *                                    + e^4 phi^2 yt^4 (t4 - s2^2 - s21^2/c)]
 *        + 4 e^4 phi^2 c E[yt^2 s2] E om^2 + 2 e^4 phi^2 E[yt^2 s2]^2
 *        + 2 E[be (2 e yt kb c^3 a3 + e^2 phi yt^2 c s22)],                  E[tau^2 h^2] = c (s22 + s2).
 *
 *   1. nodes of kappa with sigma's averages (step_nodes.h);
 *   2. the law of the labels at each that is not negligible;
 *   3. two passes over the nodes for every group: moments of om, then everything else. */
#include "models/training/step_law.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "models/training/label_residual.h"
#include "models/training/step_nodes.h"

/* m2 below this, relative to sigma', is the rounding of an odd activation's zero. */
static const double odd = 1e-13;
/* Nodes lighter than this times the size of their labels are left out; given kappa so are points, which are thousands,
 * lighter by the part `point`. */
static const double negligible = 1e-18, point = 1e-4;
/* How much farther than the resolvents' own length the labels' axis is straight: a pole at that length is then one of
 * polynomials in yt, which see it from their middle. */
static const double farther = 2.0;
/* A node of this weight gets the fewest nodes of its labels, one of weight 1 all of them. */
static const double lightest = 1e-20;
enum { FEWEST = 4 };

/* Sigma's averages at one node, and moments of the label there. */
typedef struct {
    double weight, m1, m2, a2, a3, s2, s21, s22, t3, t31, t4;
    const double *y; /* y[k] = E[yt^k|kappa] */
} sample;

/* A group before the step, and what a first pass finds. */
typedef struct {
    double e, phi, c;
    double om[5]; /* E om^k */
    double k0;    /* kb = k0 + e phi m2 yt */
} group;

/* Node k of the law, of group g. */
static sample sample_at(const gst_step_nodes *nodes, const gst_step_law *law, size_t g, size_t k)
{
    const double *slope = nodes->slope + g * nodes->rows * nodes->n + k;
    size_t n = nodes->n;
    sample at = {.weight = law->node[k].weight,
                 .m1 = slope[GST_SLOPE_FIRST * n],
                 .m2 = law->linear ? slope[GST_SLOPE_SECOND * n] : 0.0,
                 .a2 = slope[GST_SLOPE_THIRD * n],
                 .a3 = slope[GST_SLOPE_FOURTH * n],
                 .y = law->node[k].labels->moment};
    if (nodes->rows < GST_SLOPE_MOMENTS)
        return at;
    at.s2 = slope[GST_SLOPE_SQUARE * n];
    at.s21 = slope[GST_SLOPE_SQUARE_1 * n];
    at.s22 = slope[GST_SLOPE_SQUARE_2 * n];
    at.t3 = slope[GST_SLOPE_CUBE * n];
    at.t31 = slope[GST_SLOPE_CUBE_1 * n];
    at.t4 = slope[GST_SLOPE_QUARTIC * n];
    return at;
}

/* ---- weights ------------------------------------------------------------------------------------ */

static void set_sample_weights(const group *of, const sample *at, double *a, double *b,
                               double psi[GST_PSI_KINDS * GST_PSI_POWERS])
{
    double e = of->e, phi = of->phi, c = of->c, k0 = of->k0, k1 = e * phi * at->m2;
    *a = e * e * phi * at->s2;
    *b = e * at->m2;
    double *u = psi + GST_PSI_MEAN * GST_PSI_POWERS,
           *v_a = psi + GST_PSI_DIRECTION * GST_PSI_POWERS;
    double *v_1 = psi + GST_PSI_NORM * GST_PSI_POWERS, *v_2 = psi + GST_PSI_NOISE * GST_PSI_POWERS;
    u[0] = e * at->m1;
    v_a[0] = 0.5 * e * at->a2;
    v_1[0] = 2.0 * e * c * at->a2 * k0;
    v_1[1] = 2.0 * e * c * at->a2 * k1 + e * e * phi * at->s21 / c;
    v_2[1] = 2.0 * e * c * c * at->a2 * k1 * k0 + 2.0 * e * e * phi * k0 * at->s21;
    v_2[2] = e * c * c * at->a2 * k1 * k1 + 2.0 * e * e * phi * k1 * at->s21 +
             e * e * e * phi * phi * at->t3;
}

/* Adds a node to the sums for D and Om. */
static void add_norm(const group *of, const sample *at, double *D, double *Om, double *noise)
{
    double e = of->e, phi = of->phi, c = of->c, k0 = of->k0, k1 = e * phi * at->m2;
    const double *y = at->y;
    *D += at->weight *
          (e * c * at->a3 * (k0 * y[1] + k1 * y[2]) + e * e * phi * at->s22 * y[2] / (2.0 * c));
    *noise += at->weight * at->s2 * y[2];
    double square = k0 * k0 * y[2] + 2.0 * k0 * k1 * y[3] + k1 * k1 * y[4]; /* E[yt^2 kb^2] */
    double cube = k0 * y[3] + k1 * y[4];
    double sum = 4.0 * e * e * square * (c * (at->s22 + at->s2) - at->a2 * at->a2 * c * c * c);
    sum += 4.0 * e * e * e * phi * cube * (at->t31 - at->a2 * c * at->s21);
    sum += e * e * e * e * phi * phi * y[4] * (at->t4 - at->s2 * at->s2 - at->s21 * at->s21 / c);
    double p1 = 2.0 * e * c * c * c * at->a3 * k0;
    double p2 = 2.0 * e * c * c * c * at->a3 * k1 + e * e * phi * c * at->s22;
    double b1 = 2.0 * k1 * k0, b2 = k1 * k1;
    *Om += at->weight *
           (phi * sum + 2.0 * (p1 * b1 * y[2] + (p1 * b2 + p2 * b1) * y[3] + p2 * b2 * y[4]));
}

/* l_2 and l_4 from the moments of om. */
static void bulk_moments(const group *of, double *l2, double *l4)
{
    double e = of->e, phi = of->phi;
    double k1 = of->om[1], k2 = phi * of->om[2], k3 = phi * phi * of->om[3];
    double k4 = phi * phi * phi * of->om[4];
    double m2 = k2 + k1 * k1, m3 = k3 + 3.0 * k2 * k1 + k1 * k1 * k1;
    double m4 = k4 + 4.0 * k3 * k1 + 2.0 * k2 * k2 + 6.0 * k2 * k1 * k1 + k1 * k1 * k1 * k1;
    *l2 = 1.0 + 2.0 * e * k1 + e * e * m2;
    *l4 = 1.0 + e * (4.0 * k1 + e * (6.0 * m2 + e * (4.0 * m3 + e * m4)));
}

/* Where the weights are: those of node k at [k*K + g]. */
typedef struct {
    double *kappa, *a, *b, *psi;
} weights;

static void set_group(gst_step_law *law, const gst_step_nodes *nodes, const weights *to, size_t g,
                      double e)
{
    enum { PSI = GST_PSI_KINDS * GST_PSI_POWERS };
    size_t K = law->before->K;
    group of = {.e = e, .phi = law->phi, .c = law->before->c[g]};
    for (size_t k = 0; k < law->n; k++) {
        sample at = sample_at(nodes, law, g, k);
        double power = at.weight;
        for (size_t p = 1; p <= 4; p++) {
            power *= at.m2;
            of.om[p] += power * at.y[p];
        }
    }
    of.k0 = 1.0 + e * of.om[1];
    double D = 0.0, Om = 0.0, noise = 0.0, l2, l4;
    for (size_t k = 0; k < law->n; k++) {
        sample at = sample_at(nodes, law, g, k);
        size_t i = k * K + g;
        set_sample_weights(&of, &at, to->a + i, to->b + i, to->psi + i * PSI);
        add_norm(&of, &at, &D, &Om, &noise);
    }
    bulk_moments(&of, &l2, &l4);
    double part = e * e * law->phi;
    law->D[g] = l2 + D;
    law->Om[g] = 2.0 * of.c * of.c * (l4 - l2 * l2) + Om +
                 4.0 * part * part * of.c * noise * of.om[2] + 2.0 * part * part * noise * noise;
}

/* ---- nodes -------------------------------------------------------------------------------------- */

/* Moves the nodes that are not negligible to the front; their number. */
static size_t drop_negligible(gst_step_nodes *nodes)
{
    size_t kept = 0, n = nodes->n;
    for (size_t k = 0; k < n; k++) {
        double square = nodes->square[k];
        if (nodes->m > 0 && !(nodes->w[k] * (1.0 + square * square * square) > negligible))
            continue;
        nodes->w[kept] = nodes->w[k];
        nodes->f0[kept] = nodes->f0[k];
        for (size_t l = 0; l < nodes->m; l++)
            nodes->kappa[l * n + kept] = nodes->kappa[l * n + k];
        for (size_t row = 0; row < nodes->K * nodes->rows; row++)
            nodes->slope[row * n + kept] = nodes->slope[row * n + k];
        nodes->from[kept] = nodes->from[k];
        nodes->to[kept] = nodes->to[k];
        kept++;
    }
    return kept;
}

static int take(gst_step_law *law, const gst_step_nodes *nodes, weights *to)
{
    size_t K = law->before->K, m = nodes->m, n = law->n;
    const gst_array arrays[] = {
        GST_VECTOR(law->D, K),
        GST_VECTOR(law->Om, K),
        GST_VECTOR(law->node, n),
        GST_MATRIX(to->kappa, n, m),
        GST_MATRIX(to->a, n, K),
        GST_MATRIX(to->b, n, K),
        GST_MATRIX(to->psi, n, K * GST_PSI_KINDS * GST_PSI_POWERS),
    };
    int status = gst_arena_take(&law->memory, sizeof arrays / sizeof *arrays, arrays);
    for (size_t k = 0; k < n && status == GST_OK; k++) {
        for (size_t l = 0; l < m; l++)
            to->kappa[k * m + l] = nodes->kappa[l * nodes->n + k];
        law->node[k] = (gst_step_node){.weight = nodes->w[k],
                                       .kappa = to->kappa + k * m,
                                       .a = to->a + k * K,
                                       .b = to->b + k * K,
                                       .psi = to->psi + k * K * GST_PSI_KINDS * GST_PSI_POWERS};
    }
    return status;
}

/* As many nodes of the labels as the weight of kappa calls for: a Gauss rule's error falls geometrically. */
static size_t label_nodes(size_t nodes, double weight)
{
    double share = 1.0 - log(fmin(weight, 1.0)) / log(lightest);
    double wanted = ceil((double)nodes * share);
    return wanted > FEWEST ? (size_t)wanted : nodes < FEWEST ? nodes : FEWEST;
}

/* `farther` times the labels at which the resolvents I + phi G Y of the bulk leave I, |G| about 1:
 * phi a + (phi b)^2 = 1. */
static double label_length(const gst_step_law *law, const gst_step_nodes *nodes, size_t k,
                           double eta)
{
    double largest = 0.0;
    for (size_t g = 0; law->phi > 0.0 && g < nodes->K; g++) {
        const double *slope = nodes->slope + g * nodes->rows * nodes->n + k;
        double e = eta * law->before->problem.layer->A[g] * law->phi;
        double m2 = slope[GST_SLOPE_SECOND * nodes->n], s2 = slope[GST_SLOPE_SQUARE * nodes->n];
        largest = fmax(largest, e * e * (s2 + m2 * m2));
    }
    return farther / sqrt(largest);
}

/* What the laws of the labels at all nodes are made from. */
typedef struct {
    gst_step_target *target;
    gst_label_source source;
    gst_label_resolution at;
    double heaviest; /* node */
} label_setting;

static int labels_of_signs(gst_step_node *node, label_setting *set, double f0)
{
    gst_residual_moments y, one;
    const gst_features *f = set->target->f;
    const gst_step_labels *labels = set->target->labels;
    int latent = set->source.latent != NULL;
    int status = f->m == 0 && !latent
                     ? gst_mean_label_start(set->target, set->at.half, &y)
                     : gst_label_source_means(&set->source, node->kappa, &y, latent ? &one : NULL);
    return status < 0
               ? status
               : gst_label_law_signs(&node->labels, labels, f0, latent ? set->source.axes : f->q,
                                     &y, latent ? &one : NULL);
}

/* length: of gst_label_law_given. */
static int labels_at(gst_step_node *node, label_setting *set, double f0, double length)
{
    const gst_step_labels *labels = set->target->labels;
    int given = set->target->f->m > 0;
    size_t nodes = label_nodes(set->at.nodes, node->weight / set->heaviest);
    if (labels->kind == GST_LABELS_SIGN)
        return labels_of_signs(node, set, f0);
    if (!gst_step_labels_are_linear(labels))
        return gst_label_law_cut(&node->labels, &set->source, labels, node->kappa, f0,
                                 set->at.dense ? set->at.nodes : nodes, length, set->at.dense);
    if (set->at.dense)
        return gst_label_mesh_given(&node->labels, &set->source, node->kappa, f0, labels->noise,
                                    set->at.nodes);
    return gst_label_law_given(&node->labels, &set->source, node->kappa,
                               given ? point * node->weight : 1.0, f0, labels->noise, nodes,
                               length);
}

/* Intervals of the labels' mesh over a coordinate: noise smooths what there is along a line. */
static size_t order_of_labels(const gst_features *f, const gst_step_labels *labels,
                              gst_label_resolution at)
{
    return at.dense && (!(labels->noise > 0.0) || f->m + f->q == 2) ? at.nodes : at.order;
}

static int set_labels(gst_step_law *law, const gst_step_nodes *nodes, gst_step_target *target,
                      double eta, gst_label_resolution at)
{
    const gst_step_labels *labels = target->labels;
    label_setting set = {.target = target, .at = at};
    int status = GST_OK;
    if (nodes->latent.n > 0)
        set.source = gst_label_source_of(&nodes->latent, nodes->q > 0, at.half);
    else
        status = gst_label_source_setup(&set.source, labels->mean, law->before,
                                        order_of_labels(law->before, labels, at), at.half);
    if (nodes->latent.n == 0 && target->edges > 0)
        set.source.g.kinks = target->kinks;
    for (size_t k = 0; k < law->n; k++)
        set.heaviest = fmax(set.heaviest, nodes->w[k]);
    for (size_t k = 0; k < law->n && status == GST_OK; k++) {
        set.source.from = nodes->from[k];
        set.source.to = nodes->to[k];
        status = labels_at(&law->node[k], &set, nodes->f0[k], label_length(law, nodes, k, eta));
    }
    gst_label_source_clear(&set.source);
    return status;
}

/* Whether any m2 is more than rounding. */
static int is_linear(const gst_step_nodes *nodes, size_t n)
{
    size_t stride = nodes->n;
    for (size_t g = 0; g < nodes->K; g++) {
        const double *slope = nodes->slope + g * nodes->rows * stride;
        for (size_t k = 0; k < n; k++) {
            double size = fabs(slope[GST_SLOPE_FIRST * stride + k]);
            if (nodes->rows > GST_SLOPE_SQUARE)
                size += sqrt(slope[GST_SLOPE_SQUARE * stride + k]);
            if (fabs(slope[GST_SLOPE_SECOND * stride + k]) > odd * size)
                return 1;
        }
    }
    return 0;
}

/* Whether all that a finite batch leaves is finite. */
static int is_finite(const gst_step_law *law, const weights *to)
{
    size_t K = law->before->K;
    for (size_t i = 0; i < law->n * K; i++)
        if (!isfinite(to->a[i]))
            return 0;
    for (size_t g = 0; g < K; g++)
        if (!isfinite(law->D[g]) || !isfinite(law->Om[g]))
            return 0;
    return 1;
}

/* ------------------------------------------------------------------------------------------------- */

/* Nodes of the law from all nodes of kappa, and everything at them. */
static int fill(gst_step_law *law, gst_step_nodes *nodes, gst_step_target *target, double eta,
                gst_label_resolution at)
{
    weights to;
    law->given = nodes->m;
    law->n = drop_negligible(nodes);
    law->linear = is_linear(nodes, law->n);
    int status = take(law, nodes, &to);
    if (status == GST_OK)
        status = set_labels(law, nodes, target, eta, at);
    for (size_t g = 0; g < nodes->K && status == GST_OK; g++)
        set_group(law, nodes, &to, g, eta * law->before->problem.layer->A[g]);
    return status == GST_OK && !is_finite(law, &to) ? GST_FAILED : status;
}

/* All but the target, which is set up. */
static int build(gst_step_law *law, gst_step_target *target, double eta,
                 gst_label_resolution resolution)
{
    gst_step_nodes nodes;
    size_t rows = law->phi > 0.0 ? GST_SLOPE_MOMENTS : GST_SLOPE_DERIVATIVES;
    size_t order = law->before->m > 0 ? resolution.spikes
                                      : order_of_labels(law->before, target->labels, resolution);
    int quality =
        gst_step_nodes_together(&nodes, law->before, target, order, rows, resolution.half);
    int status = quality < 0 ? quality : GST_OK;
    if (status == GST_OK && nodes.m > 0)
        status = gst_step_nodes_labels(&nodes, target, resolution.half);
    quality = quality == GST_OK ? status : quality;
    if (status >= 0)
        status = fill(law, &nodes, target, eta, resolution);
    gst_step_nodes_clear(&nodes);
    return status != GST_OK ? status : quality;
}

int gst_step_law_build(gst_step_law *law, const gst_features *before, const gst_step_labels *labels,
                       double eta, double phi, gst_label_resolution resolution)
{
    gst_step_target target;
    *law = (gst_step_law){.before = before, .phi = phi};
    int quality = gst_step_target_setup(&target, before, labels, resolution.half);
    int status = quality < 0 ? quality : build(law, &target, eta, resolution);
    gst_step_target_clear(&target);
    return status != GST_OK ? status : quality;
}

void gst_step_law_clear(gst_step_law *law)
{
    for (size_t k = 0; law->node && k < law->n; k++)
        gst_label_law_free(law->node[k].labels);
    gst_arena_free(&law->memory);
    *law = (gst_step_law){0};
}
