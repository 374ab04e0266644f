/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_functions.c - the functions of a sample that the forms of a step average with Q (chain.h; docs/theory, the trained
 * bulk): with the terms of the label laws, coefficients of kappa, and psi = sum_p psi_p(kappa) yt^p,
 *   s_a s_c - (a = c):  kappa_a kappa_c - (a = c), kappa_a zeta_i, zeta_i zeta_j - (i = j);
 *   psi s_a:  sum_p psi_p yt^p kappa_a, sum_p psi_p yt^p zeta_i;      psi chi:  sum_pq psi_p chi_q yt^(p+q). */
#include "solver/bulk/chain.h"

/* Packed pair (a, c), a <= c, of n. */
static size_t packed(size_t n, size_t a, size_t c)
{
    return a < c ? gst_packed_pair(n, a, c) : gst_packed_pair(n, c, a);
}

size_t gst_chain_pair(const gst_chain_step *s, size_t a, size_t c)
{
    return packed(s->s, a, c);
}

size_t gst_chain_vector(const gst_chain_step *s, size_t j, size_t a)
{
    return s->s * (s->s + 1) / 2 + j * s->s + a;
}

size_t gst_chain_product(const gst_chain_step *s, size_t j, size_t k)
{
    return s->s * (s->s + 1) / 2 + s->J * s->s + packed(s->J, j, k);
}

void gst_chain_count_functions(gst_chain_step *s, const gst_step_law *law)
{
    s->J = law->n == 1 ? GST_PSI_POWERS : s->rows;
    s->functions = gst_chain_product(s, s->J - 1, s->J - 1) + 1;
}

/* ---- of one kappa ------------------------------------------------------------------------------- */

/* What a function is at one kappa: factors of the terms of its label law. */
typedef struct {
    const gst_step_node *node;
    size_t m;          /* coordinates that it holds */
    const double *psi; /* psi_j: [j*GST_PSI_POWERS + p-1] */
    size_t index[8];   /* of the terms, */
    double factor[8];
    size_t count;
} combination;

static void add(combination *c, size_t term, double factor)
{
    if (factor == 0.0)
        return;
    c->index[c->count] = term;
    c->factor[c->count++] = factor;
}

static void combine_pair(combination *c, size_t a, size_t b)
{
    const gst_label_law *labels = c->node->labels;
    const double *kappa = c->node->kappa;
    double same = a == b;
    c->count = 0;
    if (b < c->m) {
        add(c, gst_label_term_one(), kappa[a] * kappa[b] - same);
    } else if (a < c->m) {
        add(c, gst_label_term_mean(labels, b - c->m), kappa[a]);
    } else {
        add(c, gst_label_term_square(labels, a - c->m, b - c->m), 1.0);
        add(c, gst_label_term_one(), -same);
    }
}

static void combine_vector(combination *c, size_t j, size_t a)
{
    const gst_label_law *labels = c->node->labels;
    c->count = 0;
    for (size_t p = 1; p <= GST_PSI_POWERS; p++) {
        double psi = c->psi[j * GST_PSI_POWERS + p - 1];
        if (a < c->m)
            add(c, gst_label_term_power(p), psi * c->node->kappa[a]);
        else
            add(c, gst_label_term_linear(labels, p, a - c->m), psi);
    }
}

static void combine_product(combination *c, size_t j, size_t k)
{
    c->count = 0;
    for (size_t power = 2; power <= 2 * GST_PSI_POWERS; power++) {
        double sum = 0.0;
        for (size_t p = 1; p <= GST_PSI_POWERS && p < power; p++) {
            if (power - p <= GST_PSI_POWERS)
                sum +=
                    c->psi[j * GST_PSI_POWERS + p - 1] * c->psi[k * GST_PSI_POWERS + power - p - 1];
        }
        add(c, gst_label_term_power(power), sum);
    }
}

/* Adds the function's average over kappa k, and its weights at the nodes that matter. */
static void place(gst_chain_step *s, const combination *c, size_t k, size_t function)
{
    const gst_label_law *labels = c->node->labels;
    double *to = s->function + function * s->nodes;
    for (size_t t = 0; t < c->count; t++) {
        const double *weight = labels->weight + c->index[t] * labels->n;
        double factor = c->node->weight * c->factor[t], sum = 0.0;
        for (size_t i = 0; i < labels->n; i++)
            sum += weight[i];
        s->total[function] += factor * sum;
        for (size_t i = s->begin[k]; i < s->begin[k + 1]; i++)
            to[i] += factor * weight[s->label[i]];
    }
}

static void place_all(gst_chain_step *s, combination *c, size_t k)
{
    for (size_t a = 0; a < s->s; a++) {
        for (size_t b = a; b < s->s; b++) {
            combine_pair(c, a, b);
            place(s, c, k, gst_chain_pair(s, a, b));
        }
    }
    for (size_t j = 0; j < s->J; j++) {
        for (size_t a = 0; a < s->s; a++) {
            combine_vector(c, j, a);
            place(s, c, k, gst_chain_vector(s, j, a));
        }
        for (size_t i = j; i < s->J; i++) {
            combine_product(c, j, i);
            place(s, c, k, gst_chain_product(s, j, i));
        }
    }
}

/* ------------------------------------------------------------------------------------------------- */

void gst_chain_set_functions(gst_chain_step *s, const gst_step_law *law, const double *psi)
{
    static const double powers[GST_PSI_POWERS * GST_PSI_POWERS] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    int alone = law->n == 1;
    for (size_t row = 0; row < s->rows; row++) {
        for (size_t j = 0; j < s->J; j++)
            s->mix[row * s->J + j] = alone ? psi[row * GST_PSI_POWERS + j] : row == j;
    }
    for (size_t k = 0; k < law->n; k++) {
        combination c = {.node = &law->node[k],
                         .m = law->given,
                         .psi = alone ? powers : psi + k * s->rows * GST_PSI_POWERS};
        place_all(s, &c, k);
    }
}
