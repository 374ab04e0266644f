/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first_layer.c - a first layer of finite size, its inputs, labels and features (theory 1). */
#include "validate/networks/first_layer.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/data/data.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/activation_values.h"
#include "validate/networks/blas.h"
#include "validate/networks/colouring.h"
#include "base/memory.h"

enum { CHUNK = 128 };

/* A draw of the law of a second layer from a normal number. */
static double draw_value(const gst_second_layer *layer, double normal)
{
    double share = 0.5 * erfc(-normal * M_SQRT1_2);
    size_t index = (size_t)floor(share * (double)layer->count);
    if (layer->law == GST_LAYER_GAUSSIAN)
        return normal;
    if (layer->law == GST_LAYER_UNIFORM)
        return sqrt(3.0) * (2.0 * share - 1.0);
    return layer->sample[index < layer->count ? index : layer->count - 1];
}

static void set_second_layer(gst_first_layer *network)
{
    const gst_second_layer *layer = network->problem->layer;
    double normal;
    if (layer->law != GST_LAYER_VALUES) {
        for (size_t g = 1; g <= layer->K; g++)
            network->first[g] = network->p;
        for (size_t i = 0; i < network->p; i++) {
            gst_random_rows(&network->random, GST_STREAM_LAYER, i, 1, 1, &normal);
            network->A[i] =
                layer->count == network->p ? layer->sample[i] : draw_value(layer, normal);
        }
        return;
    }
    gst_groups_split(layer->K, layer->pi, network->p, network->first + 1);
    for (size_t g = 0; g < layer->K; g++) {
        network->first[g + 1] += network->first[g];
        for (size_t i = network->first[g]; layer->A && i < network->first[g + 1]; i++)
            network->A[i] = layer->A[g];
    }
}

/* Zero weights, and a row beside them where they are no doubles. */
static int allocate_weights(gst_first_layer *network, gst_precision precision)
{
    size_t d = network->d, p = network->p;
    gst_numbers W = {0};
    if (p > SIZE_MAX / d || gst_numbers_alloc(&W, precision, p * d) != GST_OK)
        return GST_NO_MEMORY;
    network->W = W.wide;
    network->W_single = W.single;
    network->row = W.single ? gst_alloc_doubles(d) : NULL;
    return W.wide || network->row ? GST_OK : GST_NO_MEMORY;
}

int gst_first_layer_init(gst_first_layer *network, const gst_problem *problem, size_t d, size_t p,
                         gst_random random)
{
    return gst_first_layer_init_in(network, problem, d, p, GST_PRECISION_DOUBLE, random);
}

int gst_first_layer_init_in(gst_first_layer *network, const gst_problem *problem, size_t d,
                            size_t p, gst_precision precision, gst_random random)
{
    size_t K = problem->layer->K, r = gst_target_dim(problem->target);
    *network = (gst_first_layer){.problem = problem, .random = random, .d = d, .p = p, .s = r};
    network->first = gst_alloc(K + 1, sizeof *network->first);
    network->A = gst_alloc_doubles(p);
    if (!network->first || !network->A || allocate_weights(network, precision) != GST_OK)
        return GST_NO_MEMORY;
    set_second_layer(network);
    for (size_t j = 0; j < r; j++)
        network->read[j * r + j] = 1;
    return gst_colouring_alloc(&network->colouring, problem, d);
}

void gst_first_layer_clear(gst_first_layer *network)
{
    free(network->first);
    free(network->A);
    free(network->W);
    free(network->W_single);
    free(network->row);
    gst_colouring_free(network->colouring);
    *network = (gst_first_layer){0};
}

gst_numbers gst_first_layer_weights(const gst_first_layer *network)
{
    return (gst_numbers){.wide = network->W, .single = network->W_single};
}

gst_precision gst_first_layer_precision(const gst_first_layer *network)
{
    return network->W_single ? GST_PRECISION_SINGLE : GST_PRECISION_DOUBLE;
}

double *gst_first_layer_row(const gst_first_layer *network, size_t i)
{
    size_t d = network->d;
    if (network->W)
        return network->W + i * d;
    gst_numbers_load(d, gst_numbers_from(gst_first_layer_weights(network), i * d), network->row);
    return network->row;
}

void gst_first_layer_keep_row(const gst_first_layer *network, size_t i)
{
    size_t d = network->d;
    if (network->W_single)
        gst_numbers_store(d, network->row,
                          gst_numbers_from(gst_first_layer_weights(network), i * d));
}

void gst_groups_split(size_t K, const double *pi, size_t p, size_t *count)
{
    size_t left = p;
    for (size_t g = 0; g < K; g++) {
        count[g] = (size_t)floor(pi[g] * (double)p);
        if (count[g] > left)
            count[g] = left;
        left -= count[g];
    }
    while (left > 0) {
        size_t most = 0;
        for (size_t g = 1; g < K; g++)
            if (pi[g] * (double)p - (double)count[g] > pi[most] * (double)p - (double)count[most])
                most = g;
        count[most]++;
        left--;
    }
}

void gst_first_layer_draw_sphere(gst_first_layer *network)
{
    size_t d = network->d;
    for (size_t i = 0; i < network->p; i++) {
        double *w = gst_first_layer_row(network, i);
        gst_random_rows(&network->random, GST_STREAM_WEIGHTS, i, 1, d, w);
        double length = sqrt(gst_dense_dot(d, w, w));
        for (size_t j = 0; j < d; j++)
            w[j] /= length;
        if (network->colouring)
            gst_colouring_row(network->colouring, w);
        gst_first_layer_keep_row(network, i);
    }
}

/* The cluster of a sample, drawn by a normal number of a stream of its own. */
static size_t cluster_of(const gst_first_layer *network, uint32_t stream, size_t row)
{
    const gst_data *data = gst_data_of(network->problem->data);
    double xi;
    if (data->clusters == 0)
        return 0;
    gst_random_rows(&network->random, GST_STREAM_CLUSTERS + stream, row, 1, 1, &xi);
    return gst_data_draw_cluster(data, 0.5 * erfc(-xi / sqrt(2)));
}

void gst_first_layer_inputs(const gst_first_layer *network, uint32_t stream, size_t first,
                            size_t rows, gst_numbers x)
{
    const gst_data *data = gst_data_of(network->problem->data);
    size_t d = network->d, cluster;
    for (size_t i = 0; i < rows; i++) {
        double *row = x.wide ? x.wide + i * d : network->row;
        gst_random_rows(&network->random, stream, first + i, 1, d, row);
        if (data->draw) {
            cluster = cluster_of(network, stream, first + i);
            data->draw(data, 1, d, network->s, network->read, &cluster, row);
        }
        gst_numbers_store(d, row, gst_numbers_from(x, i * d));
    }
}

/* z of `count` inputs, z[j*count + i]. */
static void read_coordinates(const gst_first_layer *network, size_t count, gst_numbers x, double *z)
{
    size_t r = gst_target_dim(network->problem->target), s = network->s;
    for (size_t j = 0; j < r; j++) {
        for (size_t i = 0; i < count; i++) {
            double sum = 0;
            for (size_t a = 0; a < s; a++)
                sum += network->read[j * s + a] * gst_number(x, i * network->d + a);
            z[j * count + i] = sum;
        }
    }
}

void gst_first_layer_targets(const gst_first_layer *network, uint32_t stream, size_t first,
                             size_t rows, gst_numbers x, double *y)
{
    const gst_target *target = network->problem->target;
    const gst_data *data = gst_data_of(network->problem->data);
    double z[GST_TARGET_DIM_MAX * CHUNK];
    for (size_t begin = 0; begin < rows; begin += CHUNK) {
        size_t count = rows - begin < CHUNK ? rows - begin : CHUNK;
        read_coordinates(network, count, gst_numbers_from(x, begin * network->d), z);
        for (size_t i = 0; data->labelled && i < count; i++)
            z[i] = data->cluster[cluster_of(network, stream, first + begin + i)].label;
        gst_expression_evaluate(gst_target_expression(target), count, z, y + begin, NULL);
    }
}

void gst_first_layer_mean(const gst_first_layer *network, uint32_t stream, size_t first,
                          size_t rows, gst_numbers x, const double *value, double *mean)
{
    const gst_data *data = gst_data_of(network->problem->data);
    for (size_t i = 0; i < rows; i++) {
        double z[GST_TARGET_DIM_MAX];
        read_coordinates(network, 1, gst_numbers_from(x, i * network->d), z);
        mean[i] = gst_cluster_mean(data, cluster_of(network, stream, first + i), z, value);
    }
}

void gst_first_layer_add_noise(const gst_first_layer *network, uint32_t stream, size_t first,
                               size_t rows, double *y)
{
    double scale = sqrt(network->problem->training.noise), xi;
    for (size_t i = 0; scale > 0 && i < rows; i++) {
        gst_random_rows(&network->random, stream, first + i, 1, 1, &xi);
        y[i] += scale * xi;
    }
}

void gst_first_layer_labels(const gst_first_layer *network, uint32_t stream, size_t first,
                            size_t rows, gst_numbers x, double *y)
{
    uint32_t noise_stream = stream + 1;
    double xi;
    gst_first_layer_targets(network, stream, first, rows, x, y);
    gst_first_layer_add_noise(network, noise_stream, first, rows, y);
    for (size_t i = 0; network->problem->labels == GST_LABELS_SIGN && i < rows; i++) {
        if (y[i] == 0)
            gst_random_rows(&network->random, noise_stream, first + i, 1, 1, &xi);
        y[i] = copysign(1, y[i] == 0 ? xi : y[i]);
    }
}

void gst_first_layer_features(const gst_first_layer *network, size_t rows, gst_numbers x,
                              gst_numbers phi, gst_numbers derivative)
{
    const gst_activation *activation = network->problem->activation;
    size_t p = network->p;
    gst_numbers_multiply(GST_AS_IS, GST_TRANSPOSED, rows, p, network->d, x,
                         gst_first_layer_weights(network), 0, phi);
    if (phi.single)
        gst_activation_values_single(activation, rows * p, phi.single, phi.single,
                                     derivative.single);
    else
        gst_activation_values(activation, rows * p, phi.wide, phi.wide, derivative.wide);
}
