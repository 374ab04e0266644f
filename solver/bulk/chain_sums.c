/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_sums.c - sums over the samples of a step, where most of the time of a trained bulk goes, and what
 * takes them back. */
#include "solver/bulk/chain_record.h"

#include "base/products.h"
#include "base/wide.h"

#include <string.h>

/* Samples of which all rows stay in the cache; rows done together. */
enum { BLOCK = 512, ROWS = 4 };

void gst_chain_products(size_t n, size_t rows, size_t columns, const double *a, const double *b,
                        double *out)
{
    memset(out, 0, rows * columns * sizeof *out);
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t r = 0; r < rows; r += ROWS) {
            const double *row = a + r * n + first;
            for (size_t c = 0; c < columns; c++) {
                const double *column = b + c * n + first;
                double sum[ROWS] = {0.0};
                size_t count = rows - r < ROWS ? rows - r : ROWS;
                gst_add_products(size, count, n, row, column, sum);
                for (size_t k = 0; k < count; k++)
                    out[(r + k) * columns + c] += sum[k];
            }
        }
    }
}

GST_WIDE_CLONES
static void scale(size_t n, const double *w, const double *a, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = w[i] * a[i];
}

void gst_chain_sum(const gst_chain_step *s, size_t parts, const double *Q, double *scaled,
                   double *mean, double *square)
{
    size_t n = s->nodes, rows = s->packed * parts;
    gst_chain_products(n, 1, rows, s->weight, Q, mean);
    if (!square)
        return;
    for (size_t a = 0; a < rows; a++)
        scale(n, s->weight, Q + a * n, scaled + a * n);
    gst_chain_products(n, rows, rows, scaled, Q, square);
}

/* ---- slopes ------------------------------------------------------------------------------------- */

/* Entries of a step from which sums go over vectors. */
enum { LONG_SUM = 65 };

void gst_chain_pack(const gst_chain *b, const gst_chain_step *s, const double *dG, double *packed)
{
    for (size_t k = s->first; k < s->first + s->n; k++)
        for (size_t l = k; l < s->first + s->n; l++)
            *packed++ = dG[k * b->fields + l];
}

int gst_chain_rise_long(const gst_chain *b, const gst_chain_step *s, const double *slope,
                        const double *dG, double *rise)
{
    if (s->packed < LONG_SUM)
        return 0;
    gst_chain_pack(b, s, dG, b->packed);
    for (size_t a = 0; a < s->packed; a++)
        rise[a] = gst_product(s->packed, slope + a * s->packed, b->packed);
    return 1;
}

/* ---- back ------------------------------------------------------------------------------------- */

void gst_chain_surround(const gst_chain *b)
{
    gst_chain_record *r = b->record;
    size_t q = b->fields;
    memset(r->turn, 0, q * q * sizeof *r->turn);
    memset(r->full, 0, q * q * sizeof *r->full);
    for (size_t i = 0; i < q; i++) {
        for (size_t k = 0; k < q; k++)
            r->x[k] = 0.5 * (r->bar[i * q + k] + r->bar[k * q + i]);
        gst_subtract_rows(q, q, q, r->x, b->G, r->turn + i * q);
    }
    for (size_t i = 0; i < q; i++)
        gst_subtract_rows(q, q, q, b->G + i * q, r->turn, r->full + i * q);
}

void gst_chain_lower(const gst_chain *b, const double *rise)
{
    double *bar = b->record->bar;
    memset(bar, 0, b->fields * b->fields * sizeof *bar);
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        double *sum = b->packed;
        memset(sum, 0, s->packed * sizeof *sum);
        gst_subtract_rows(s->packed, s->packed, s->packed, rise + s->at,
                          b->dQ + gst_chain_slope_at(b, t), sum);
        for (size_t k = s->first; k < s->first + s->n; k++)
            for (size_t l = k; l < s->first + s->n; l++)
                bar[k * b->fields + l] -= *sum++;
    }
}
