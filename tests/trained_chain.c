/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trained_chain.c - R(X) and N~(X) of a trained bulk at a given X. */
#include "tests/trained_chain.h"

#include <string.h>

gst_label_resolution trained_chain_resolution(const gst_features *f)
{
    return f->r == 1 ? (gst_label_resolution){.order = 256, .spikes = 128, .nodes = 200}
                     : (gst_label_resolution){.order = 128, .spikes = 96, .nodes = 160};
}

void trained_chain_open(trained_chain *c, const char *options)
{
    gst_bulk *bulk;
    network_make(&c->net, "%s --bulk exact", options);
    c->f = network_features(&c->net);
    c->K = c->f->K;
    c->s = c->f->m + c->f->q + 1;
    c->n = c->K * c->s;
    c->frame = c->f->r + c->K + 1;
    ck_assert(c->n <= CHAIN_SIZE && c->frame <= CHAIN_DIRECTIONS && c->K <= CHAIN_GROUPS);
    gst_label_resolution at = trained_chain_resolution(c->f);
    ck_assert_int_eq(gst_bulk_alloc(&bulk, c->f, at), GST_OK);
    ck_assert_str_eq(bulk->type->name, "chain");
    c->b = (gst_chain *)bulk;
}

void trained_chain_close(trained_chain *c)
{
    gst_bulk_free(&c->b->base);
    gst_features_free(c->f);
    network_clear(&c->net);
}

/* Coordinate of direction a of the frame along special direction k. */
static double coordinate(const gst_features *f, size_t a, size_t k)
{
    size_t m = f->m, q = f->q;
    if (a == f->r + f->K || k == m + q)
        return a == f->r + f->K && k == m + q;
    if (a < f->r)
        return k < m ? f->gamma[a * m + k] : f->rest[a * q + k - m];
    return k < m ? f->U[(a - f->r) * m + k] : 0;
}

/* Entry (a, g), (b, h) of the forms on the frame. */
double trained_chain_form(const trained_chain *c, const double *N, size_t a, size_t g, size_t b,
                          size_t h)
{
    double sum = 0;
    for (size_t k = 0; k < c->s; k++)
        for (size_t l = 0; l < c->s; l++)
            sum += coordinate(c->f, a, k) * N[(g * c->s + k) * c->n + h * c->s + l] *
                   coordinate(c->f, b, l);
    return sum;
}

/* M = E Q by plain iteration with damping 1/2, then R = -G_ff and N~. */
void trained_chain_solve(trained_chain *c, const double *X, double *R, double *N)
{
    gst_chain *b = c->b;
    size_t inner = b->base.inner;
    double change = 1;
    memset(b->M, 0, inner * sizeof *b->M);
    for (int pass = 0; change > 1e-15 && pass < 1000; pass++) {
        ck_assert_int_eq(gst_chain_response(b, X, b->M, b->G, b->work), GST_OK);
        ck_assert_int_eq(gst_chain_average(b, b->G, b->next, NULL, b->work), GST_OK);
        change = 0;
        for (size_t i = 0; i < inner; i++) {
            change = fmax(change, fabs(b->next[i] - b->M[i]) / (1 + fabs(b->M[i])));
            b->M[i] = 0.5 * (b->M[i] + b->next[i]);
        }
    }
    ASSERT_NEAR(change, 0, 1e-14);
    ck_assert_int_eq(gst_chain_response(b, X, b->M, b->G, b->work), GST_OK);
    for (size_t i = 0; i < c->K * c->K; i++)
        R[i] = -b->G[i / c->K * b->fields + i % c->K];
    ck_assert_int_eq(gst_chain_special_N(b, X, b->M, N, b->work), GST_OK);
}
