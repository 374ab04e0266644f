/* SPDX-License-Identifier: GPL-3.0-or-later */
/* second_layer.c - the second layer's values and fractions from their text. */
#include "models/training/layer_rules.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"

#include "integrals/mesh.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int parse_gaussian(gst_second_layer *layer, const char *text, gst_message *message)
{
    double points;
    const char *end = gst_number_read(text, &points);
    if (!end || *end != '\0' || !(points >= 1.0 && points <= GST_GROUPS_MAX) ||
        points != floor(points))
        return gst_fail(message, GST_INVALID,
                        "wants a whole number from 1 to %d after gaussian:", GST_GROUPS_MAX);
    if (gst_second_layer_alloc(layer, (size_t)points) != GST_OK)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    return gst_rule_hermite(layer->K, layer->A, layer->pi);
}

/* One `A:weight`, or `A` of weight one; returns what follows it, or NULL. */
static const char *parse_item(const char *text, double *A, double *weight)
{
    const char *at = gst_number_read(text, A);
    *weight = 1.0;
    return at && *at == ':' ? gst_number_read(at + 1, weight) : at;
}

static int parse_list(gst_second_layer *layer, const char *text, gst_message *message)
{
    size_t K = gst_list_length(text, ',');
    if (K > GST_GROUPS_MAX)
        return gst_fail(message, GST_INVALID, "has %zu groups, at most %d are possible", K,
                        GST_GROUPS_MAX);
    if (gst_second_layer_alloc(layer, K) != GST_OK)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    double sum = 0.0;
    const char *at = text;
    for (size_t g = 0; g < K; g++) {
        int length = (int)strcspn(at, ",");
        const char *end = parse_item(at, &layer->A[g], &layer->pi[g]);
        if (!end || end != at + length)
            return gst_fail(message, GST_INVALID, "has '%.*s', which is not A:weight or A", length,
                            at);
        if (!(layer->pi[g] > 0.0))
            return gst_fail(message, GST_INVALID, "has the weight %.6g, which is not positive",
                            layer->pi[g]);
        sum += layer->pi[g];
        at = end + 1;
    }
    if (!isfinite(sum))
        return gst_fail(message, GST_INVALID, "has weights without a finite sum");
    for (size_t g = 0; g < K; g++)
        layer->pi[g] /= sum;
    return GST_OK;
}

/* Words, and what they say in numbers, or the law that they name. */
static const struct {
    const char *word, *list;
    gst_layer_law law;
} words[] = {{"ones", "1", GST_LAYER_VALUES},
             {"rademacher", "1,-1", GST_LAYER_VALUES},
             {"gaussian", NULL, GST_LAYER_GAUSSIAN},
             {"uniform", NULL, GST_LAYER_UNIFORM}};

static int parse_word(gst_second_layer *layer, size_t i, gst_message *message)
{
    gst_second_layer named = {.law = words[i].law};
    int exact;
    if (words[i].list)
        return parse_list(layer, words[i].list, message);
    int status = gst_second_layer_rule(&named, GST_LAYER_FIRST_RULE, layer, &exact);
    layer->law = named.law;
    return status == GST_OK ? GST_OK : gst_fail(message, status, "%s", gst_status_name(status));
}

int gst_second_layer_parse(gst_second_layer *layer, const char *text, gst_message *message)
{
    size_t i = 0, count = sizeof words / sizeof *words;
    *layer = (gst_second_layer){0};
    while (i < count && strcmp(words[i].word, text) != 0)
        i++;
    int status = i < count                            ? parse_word(layer, i, message)
                 : strncmp(text, "gaussian:", 9) == 0 ? parse_gaussian(layer, text + 9, message)
                                                      : parse_list(layer, text, message);
    if (status != GST_OK)
        gst_second_layer_clear(layer);
    return status;
}

double gst_second_layer_mean(const gst_second_layer *layer)
{
    double mean = 0.0;
    for (size_t g = 0; g < layer->K; g++)
        mean += layer->pi[g] * layer->A[g];
    return mean;
}
