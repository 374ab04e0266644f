/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outliers.c - networks whose training labels have outliers, and their theory. */
#include "base/memory.h"
#include "giantstep/activation.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "tests/outliers.h"

#include "validate/networks/blas.h"
#include "validate/networks/make_network.h"
#include "validate/networks/readouts.h"

#include <math.h>
#include <stdlib.h>

/* Intervals of the rules, of kappa and of labels. */
enum { ORDER = 64 };

const gst_label_noise outliers_noise = {.parts = 2, .share = {0.9, 0.1}, .variance = {0.01, 9}};

gst_label_noise outliers_as_one_gaussian(void)
{
    double variance = 0.0;
    for (size_t i = 0; i < outliers_noise.parts; i++)
        variance += outliers_noise.share[i] * outliers_noise.variance[i];
    return gst_label_noise_normal(variance);
}

gst_label_noise outliers_left_out(void)
{
    return gst_label_noise_normal(outliers_noise.variance[0]);
}

/* ---- theory ------------------------------------------------------------------------------------- */

int outliers_open(outliers_case *of)
{
    *of = (outliers_case){.activation = NULL};
    int status = gst_activation_compile(&of->activation, "tanh(z+0.5)", NULL);
    if (status == GST_OK)
        status = gst_target_compile(&of->target, "tanh", NULL);
    if (status == GST_OK)
        status = gst_second_layer_parse(&of->layer, "ones", NULL);
    if (status != GST_OK)
        return status;
    of->problem = (gst_problem){.activation = of->activation,
                                .target = of->target,
                                .layer = &of->layer,
                                .training = gst_training_equal_steps(1, 3.0, INFINITY)};
    status = gst_features_train(&of->features, &of->problem, 0, NULL);
    if (status == GST_OK)
        status =
            gst_moments_tabulate(&of->moments, of->features, of->activation, of->target, ORDER, 0);
    if (status == GST_OK)
        status = gst_bulk_alloc(&of->bulk, of->features, (gst_label_resolution){.order = 0});
    return status;
}

void outliers_clear(outliers_case *of)
{
    gst_bulk_free(of->bulk);
    gst_moments_free(of->moments);
    gst_features_free(of->features);
    gst_second_layer_clear(&of->layer);
    gst_target_free(of->target);
    gst_activation_free(of->activation);
    *of = (outliers_case){.activation = NULL};
}

int outliers_equations(gst_coupled *c, outliers_case *of, gst_label_noise noise)
{
    return gst_coupled_init(c, of->features, of->moments, of->bulk, of->target, noise, ORDER, 0);
}

int outliers_theory(gst_coupled *c, const gst_loss *loss, double alpha, double lambda, double width,
                    double *excess)
{
    gst_coupled_point at = {.rho = alpha, .beta = 1.0, .lambda = lambda, .width = width};
    gst_coupled_options options = {.tol = 1e-10, .max_iterations = 1000};
    gst_coupled_info info = {.iterations = 0};
    int limit;
    double *u = gst_alloc_doubles(c->N);
    int status =
        u ? gst_coupled_solve(c, loss, &at, NULL, &options, u, &limit, &info) : GST_NO_MEMORY;
    *excess = status == GST_OK ? gst_coupled_errors_at(c, loss, limit, u).excess_risk : NAN;
    free(u);
    return status;
}

/* ---- networks ----------------------------------------------------------------------------------- */

/* y += noise; the first normal number of a row chooses the part, the second is its noise. */
static void add_noise(const gst_random *random, size_t rows, double *y)
{
    for (size_t i = 0; i < rows; i++) {
        double normal[2];
        gst_random_normals(random, GST_STREAM_DATA_NOISE, (uint32_t)i, 2, normal);
        double place = 0.5 * erfc(-normal[0] * sqrt(0.5));
        size_t part = 0;
        while (part + 1 < outliers_noise.parts && place > outliers_noise.share[part])
            place -= outliers_noise.share[part++];
        y[i] += sqrt(outliers_noise.variance[part]) * normal[1];
    }
}

int outliers_draw(outliers_network *to, const outliers_case *of, size_t d, size_t n, size_t test,
                  gst_random random)
{
    gst_first_layer network = {.p = 0};
    size_t most = n > test ? n : test;
    int drawn;
    *to = (outliers_network){.d = d, .n = n, .test = test};
    to->phi = gst_alloc_doubles(n * d);
    to->y = gst_alloc_doubles(n);
    to->test_phi = gst_alloc_doubles(test * d);
    to->test_g = gst_alloc_doubles(test);
    double *x = gst_alloc_doubles(most * d);
    int status = to->phi && to->y && to->test_phi && to->test_g && x ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK)
        status = gst_make_network(&network, &of->problem, GST_WEIGHTS_SRF, d, d,
                                  GST_PRECISION_DOUBLE, random, NULL, &drawn, NULL);
    if (status == GST_OK) {
        gst_first_layer_inputs(&network, GST_STREAM_DATA, 0, n, gst_doubles(x));
        gst_first_layer_targets(&network, GST_STREAM_DATA, 0, n, gst_doubles(x), to->y);
        add_noise(&random, n, to->y);
        gst_first_layer_features(&network, n, gst_doubles(x), gst_doubles(to->phi),
                                 gst_doubles(NULL));
        gst_first_layer_inputs(&network, GST_STREAM_TEST, 0, test, gst_doubles(x));
        gst_first_layer_targets(&network, GST_STREAM_TEST, 0, test, gst_doubles(x), to->test_g);
        gst_first_layer_features(&network, test, gst_doubles(x), gst_doubles(to->test_phi),
                                 gst_doubles(NULL));
    }
    gst_first_layer_clear(&network);
    free(x);
    return status;
}

void outliers_network_clear(outliers_network *network)
{
    free(network->phi);
    free(network->y);
    free(network->test_phi);
    free(network->test_g);
    *network = (outliers_network){.d = 0};
}

static double test_risk(const outliers_network *network, const double *c, double *f)
{
    double sum = 0.0;
    gst_dense_apply(GST_AS_IS, network->test, network->d, network->test_phi, c, 0, f);
    for (size_t i = 0; i < network->test; i++)
        sum += (network->test_g[i] - f[i]) * (network->test_g[i] - f[i]);
    return sum / (double)network->test;
}

int outliers_fit(const outliers_network *network, const outliers_case *of, const gst_loss *loss,
                 size_t n, double lambda, double *excess)
{
    gst_problem problem = of->problem;
    gst_readouts *readouts = NULL;
    problem.loss = loss;
    *excess = NAN;
    double *f = gst_alloc_doubles(network->test);
    int status = f ? gst_readouts_alloc(&readouts, &problem, network->d, GST_PRECISION_DOUBLE, 1,
                                        &n, 1, &lambda, NULL)
                   : GST_NO_MEMORY;
    if (status == GST_OK)
        status = gst_readouts_add(readouts, n, gst_doubles(network->phi), network->y);
    if (status == GST_OK)
        status = gst_readouts_fits(readouts)->status;
    if (status == GST_OK)
        *excess = test_risk(network, gst_readouts_coefficients(readouts), f);
    gst_readouts_free(readouts);
    free(f);
    return status;
}
