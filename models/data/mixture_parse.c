/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture_parse.c - a Gaussian mixture from its text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "models/data/data.h"

/* What is left of one cluster's text. */
typedef struct {
    const char *at, *end, *cluster;
    gst_message *message;
} reader;

static int refuse(const reader *r, const char *why)
{
    return gst_fail(r->message, GST_INVALID, "mixture: '%.*s' %s", (int)(r->end - r->cluster),
                    r->cluster, why);
}

/* Numbers separated by `,' up to the next `:' or the end, which is passed. */
static int read_numbers(reader *r, size_t most, double *values, size_t *count)
{
    *count = 0;
    for (;;) {
        size_t length = strcspn(r->at, ",:;");
        double value;
        const char *next = gst_number_read(r->at, &value);
        if (!next || next != r->at + length)
            return refuse(r, "is not a cluster weight:mean,mean,..[:sd,sd,..[:bulk-sd]]");
        if (*count == most)
            return refuse(r, most == GST_TARGET_DIM_MAX
                                 ? "has more than 4 directions, of which no more are possible"
                                 : "has more numbers in a part than it may");
        values[(*count)++] = value;
        r->at += length;
        if (r->at == r->end || *r->at == ':')
            break;
        r->at++;
    }
    r->at += r->at < r->end;
    return GST_OK;
}

static int has_more(const reader *r)
{
    return r->at < r->end || (r->at == r->end && r->at[-1] == ':');
}

static int check(const reader *r, const gst_cluster *cluster, size_t dim)
{
    int positive = cluster->bulk > 0.0;
    if (!(cluster->weight > 0.0))
        return refuse(r, "has a weight that is not positive");
    for (size_t j = 0; j < dim; j++)
        positive = positive && cluster->sd[j] > 0.0;
    return positive ? GST_OK : refuse(r, "has a standard deviation that is not positive");
}

static int read_cluster(reader *r, gst_cluster *cluster, size_t *dim)
{
    size_t count, deviations;
    *cluster = (gst_cluster){.bulk = 1.0};
    for (size_t j = 0; j < GST_TARGET_DIM_MAX; j++)
        cluster->sd[j] = 1.0;
    int status = read_numbers(r, 1, &cluster->weight, &count);
    if (status == GST_OK)
        status = read_numbers(r, GST_TARGET_DIM_MAX, cluster->mean, dim);
    if (status == GST_OK && has_more(r)) {
        status = read_numbers(r, GST_TARGET_DIM_MAX, cluster->sd, &deviations);
        if (status == GST_OK && deviations != *dim)
            status = refuse(r, "has not as many standard deviations as means");
    }
    if (status == GST_OK && has_more(r))
        status = read_numbers(r, 1, &cluster->bulk, &count);
    if (status == GST_OK && has_more(r))
        status = refuse(r, "has more parts than weight:means:deviations:bulk");
    return status == GST_OK ? check(r, cluster, *dim) : status;
}

static int read_clusters(gst_data *mixture, const char *text, gst_message *message)
{
    double sum = 0.0;
    mixture->clusters = gst_list_length(text, ';');
    if (mixture->clusters > GST_CLUSTERS_MAX)
        return gst_fail(message, GST_INVALID, "mixture: %zu clusters, more than %d",
                        mixture->clusters, GST_CLUSTERS_MAX);
    for (size_t c = 0; c < mixture->clusters; c++) {
        reader r = {
            .at = text, .cluster = text, .end = text + strcspn(text, ";"), .message = message};
        size_t dim;
        int status = read_cluster(&r, &mixture->cluster[c], &dim);
        if (status == GST_OK && c > 0 && dim != mixture->dim)
            status = refuse(&r, "has not as many means as the first cluster");
        if (status != GST_OK)
            return status;
        mixture->dim = dim;
        sum += mixture->cluster[c].weight;
        text = r.end + 1;
    }
    for (size_t c = 0; c < mixture->clusters; c++)
        mixture->cluster[c].weight /= sum;
    return isfinite(sum) ? GST_OK
                         : gst_fail(message, GST_INVALID, "mixture: weights add up to infinity");
}

static int read_labels(gst_data *mixture, const char *text, gst_message *message)
{
    size_t count = gst_list_length(text, ',');
    if (count != mixture->clusters)
        return gst_fail(message, GST_INVALID,
                        "cluster_labels: '%.120s' has %zu labels for the %zu clusters of `mixture`",
                        text, count, mixture->clusters);
    for (size_t c = 0; c < count; c++) {
        size_t length = strcspn(text, ",");
        double *label = &mixture->cluster[c].label;
        const char *end = gst_number_read(text, label);
        if (!end || end != text + length || fabs(*label) != 1.0)
            return gst_fail(message, GST_INVALID, "cluster_labels: '%.*s' is not 1 or -1",
                            (int)length, text);
        text += length + 1;
    }
    mixture->labelled = 1;
    return GST_OK;
}

int gst_mixture_parse(gst_data **mixture, const char *text, const char *labels,
                      gst_message *message)
{
    gst_data *made = gst_alloc(1, sizeof *made);
    *mixture = NULL;
    if (!made)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    *made = gst_data_mixture;
    int status = read_clusters(made, text, message);
    if (status == GST_OK && labels)
        status = read_labels(made, labels, message);
    if (status == GST_OK)
        *mixture = made;
    else
        free(made);
    return status;
}

void gst_mixture_free(gst_data *mixture)
{
    free(mixture);
}
