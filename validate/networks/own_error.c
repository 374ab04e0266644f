/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_error.c - E (E[y|x] - f)^2 of a network with its own second layer: one readout, c_i = A_i/p. */
#include "validate/networks/own_error.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "models/data/data.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/training/label_target.h"
#include "validate/networks/blas.h"
#include "validate/networks/simulation_private.h"

static void fill_readout(const gst_first_layer *network, double *c)
{
    for (size_t i = 0; i < network->p; i++)
        c[i] = network->A[i] / (double)network->p;
}

static int exact_error(const gst_first_layer *network, const double *c, volatile const int *stop,
                       double *risk)
{
    gst_population_options options = gst_simulation_population();
    gst_population_risk found;
    int status = gst_population_risks(network, 1, c, &options, stop, &found);
    *risk = found.risk;
    return status == GST_LOOSE ? GST_OK : status;
}

/* E[y|x] at test points, of which the target is the mean label. */
static void mean_labels(const gst_first_layer *network, size_t first, size_t rows, gst_numbers x,
                        double *y)
{
    const gst_data *data = gst_data_of(network->problem->data);
    double value[GST_CLUSTERS_MAX];
    gst_first_layer_targets(network, GST_STREAM_TEST, first, rows, x, y);
    for (size_t c = 0; data->labelled && c < data->clusters; c++) {
        double z[GST_TARGET_DIM_MAX] = {data->cluster[c].label};
        gst_expression_evaluate(gst_target_expression(network->problem->target), 1, z, &value[c],
                                NULL);
    }
    if (data->labelled)
        gst_first_layer_mean(network, GST_STREAM_TEST, first, rows, x, value, y);
}

/* work: gst_readout_block rows of d inputs and p features; y: a label each. */
static int sampled_error(const gst_first_layer *network, const double *c, size_t points,
                         gst_numbers work, double *y, volatile const int *stop, double *risk)
{
    size_t block = gst_readout_block(points), p = network->p;
    gst_numbers x = work, phi = gst_numbers_from(work, block * network->d);
    double sum = 0;
    for (size_t first = 0; first < points; first += block) {
        size_t rows = points - first < block ? points - first : block;
        if (stop && *stop)
            return GST_INTERRUPTED;
        gst_first_layer_inputs(network, GST_STREAM_TEST, first, rows, x);
        mean_labels(network, first, rows, x, y);
        gst_first_layer_features(network, rows, x, phi, (gst_numbers){0});
        for (size_t i = 0; i < rows; i++) {
            double error = y[i] - gst_numbers_dot(p, gst_numbers_from(phi, i * p), c);
            sum += error * error;
        }
    }
    *risk = sum / (double)points;
    return isfinite(*risk) ? GST_OK : GST_FAILED;
}

static int measure(const gst_first_layer *network, volatile const int *stop, double *risk)
{
    size_t points = 4 * network->d, block = gst_readout_block(points), p = network->p;
    int exact = gst_simulation_is_exact(network->problem);
    double *c = gst_alloc_doubles(p), *y = gst_alloc_doubles(exact ? 0 : block);
    gst_numbers work;
    int status = gst_numbers_alloc(&work, gst_first_layer_precision(network),
                                   exact ? 0 : block * (network->d + p));
    if (status == GST_OK && c && y) {
        fill_readout(network, c);
        status = exact ? exact_error(network, c, stop, risk)
                       : sampled_error(network, c, points, work, y, stop, risk);
    } else
        status = GST_NO_MEMORY;
    free(c);
    free(y);
    gst_numbers_free(&work);
    return status;
}

int gst_own_error(const gst_first_layer *network, volatile const int *stop, double *risk)
{
    gst_first_layer own = *network;
    gst_problem problem;
    gst_target *mean;
    *risk = NAN;
    int status = gst_label_mean(network->problem, &problem, &mean);
    own.problem = &problem;
    if (status == GST_OK)
        status = measure(&own, stop, risk);
    gst_target_free(mean);
    return status;
}
