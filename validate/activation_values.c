/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation_values.c - sigma and sigma' over large arrays. */
#include "activation_values.h"

#include <string.h>

#include "vector_math.h"

enum { CHUNK = 256 };

GST_VECTOR_CLONES
static void tanh_values(size_t n, const double *z, double *value)
{
    for (size_t k = 0; k < n; k++)
        value[k] = tanh(z[k]);
}

static int is_tanh(const gst_expression *expression)
{
    const char *text = gst_expression_text(expression);
    return strcmp(text, "tanh") == 0 || strcmp(text, "tanh(z)") == 0;
}

void gst_activation_values(const gst_activation *activation, size_t n, const double *z,
                           double *value, double *derivative)
{
    const gst_expression *expression = gst_activation_expression(activation);
    double chunk[CHUNK];
    int vectors = is_tanh(expression);
    for (size_t k = 0; k < n; k += CHUNK) {
        size_t count = n - k < CHUNK ? n - k : CHUNK;
        memcpy(chunk, z + k, count * sizeof *chunk);
        if (!vectors) {
            gst_expression_evaluate(expression, count, chunk, value + k,
                                    derivative ? derivative + k : NULL);
            continue;
        }
        tanh_values(count, chunk, value + k);
        for (size_t i = k; derivative && i < k + count; i++)
            derivative[i] = (1 - value[i]) * (1 + value[i]);
    }
}
