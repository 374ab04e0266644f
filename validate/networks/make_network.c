/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make_network.c - the first layer of one replicate. */
#include "validate/networks/make_network.h"
#include "giantstep/features.h"

#include "models/training/regime.h"
#include "validate/networks/colouring.h"
#include "validate/networks/giant_step.h"
#include "validate/networks/srf_rows.h"

static int draw_law(gst_first_layer *network, gst_message *message)
{
    gst_features *features = NULL;
    int status = gst_features_train(&features, network->problem, 0, message);
    if (status < 0)
        return status;
    status = gst_srf_rows(network, features, message);
    gst_features_free(features);
    return status;
}

int gst_make_network(gst_first_layer *network, const gst_problem *problem, gst_weights weights,
                     size_t d, size_t p, gst_precision precision, gst_random random,
                     volatile const int *stop, int *drawn, gst_message *message)
{
    const gst_training *training = &problem->training;
    int trained = gst_training_changes(training);
    *drawn = weights == GST_WEIGHTS_SRF && (trained || training->spikes);
    int status = gst_first_layer_init_in(network, problem, d, p, precision, random);
    if (status != GST_OK)
        return gst_fail(message, status, "not enough memory");
    if (*drawn && !network->colouring)
        return draw_law(network, message);
    gst_first_layer_draw_sphere(network);
    if (*drawn) {
        *drawn = 0; /* spikes are no axes */
        return gst_colouring_population(network, message);
    }
    if (!trained)
        return GST_OK;
    status = gst_giant_steps(network, stop);
    return status == GST_OK ? GST_OK
                            : gst_fail(message, status, "the trained weights are not finite");
}
