/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_terms.c - the layout of a law of labels, its weights and their memory, and of a measure. */
#include "models/training/label_measure.h"

#include "base/memory.h"

#include <stdlib.h>

#define POINTS_MAX ((size_t)2000000)

size_t gst_label_term_one(void)
{
    return 0;
}

size_t gst_label_term_power(size_t k)
{
    return k;
}

size_t gst_label_term_linear(const gst_label_law *law, size_t k, size_t j)
{
    return 7 + (k - 1) * law->r + j;
}

size_t gst_label_term_mean(const gst_label_law *law, size_t j)
{
    return 7 + 3 * law->r + j;
}

size_t gst_label_term_square(const gst_label_law *law, size_t i, size_t j)
{
    size_t low = i < j ? i : j, high = i < j ? j : i;
    return 7 + 4 * law->r + low * law->r - low * (low + 1) / 2 + high;
}

int gst_label_law_alloc(gst_label_law **law, size_t r)
{
    gst_label_law *made = *law = gst_alloc(1, sizeof *made);
    if (!made)
        return GST_NO_MEMORY;
    made->r = r;
    made->terms = 7 + 4 * r + r * (r + 1) / 2;
    return GST_OK;
}

int gst_label_law_room(gst_label_law *law, size_t n)
{
    law->block = gst_alloc_doubles((1 + law->terms) * n);
    if (!law->block)
        return GST_NO_MEMORY;
    law->n = n;
    law->y = law->block;
    law->weight = law->y + n;
    return GST_OK;
}

int gst_label_law_blank(gst_label_law **law, size_t n, size_t r)
{
    int status = gst_label_law_alloc(law, r);
    if (status == GST_OK)
        status = gst_label_law_room(*law, n);
    if (status != GST_OK) {
        gst_label_law_free(*law);
        *law = NULL;
    }
    return status;
}

void gst_label_law_free(gst_label_law *law)
{
    if (!law)
        return;
    free(law->block);
    free(law);
}

int gst_label_measure_alloc(gst_label_measure *m, size_t n, size_t r)
{
    size_t rows = 3 + r + r * (r + 1) / 2;
    *m = (gst_label_measure){
        .r = r, .capacity = n, .block = n <= POINTS_MAX ? gst_alloc_doubles(rows * n) : NULL};
    if (!m->block)
        return n <= POINTS_MAX ? GST_NO_MEMORY : GST_FAILED;
    m->y = m->block;
    m->w = m->y + n;
    m->x = m->w + n;
    m->z = m->x + n;
    m->zz = m->z + r * n;
    return GST_OK;
}
