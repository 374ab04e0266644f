/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.h - a network, its training and a readout from option texts, for tests: a case in a test can be
 * tried on the command line as it stands. */
#ifndef TESTS_NETWORK_H
#define TESTS_NETWORK_H

#include "giantstep/activation.h"
#include "giantstep/covariance.h"
#include "giantstep/features.h"
#include "giantstep/given_spikes.h"
#include "giantstep/mixture.h"
#include "giantstep/model.h"
#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "models/training/bulk_law.h"
#include "tests/numbers.h"

typedef struct {
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_spikes spikes;
    gst_data *mixture;
    gst_data *data;      /* of --covariance */
    gst_problem problem; /* points into this struct, which therefore must not be moved */
    gst_point point;
} network;

/* `--key value ...` as on the command line, values with blanks in '...'; what is not given has the command
 * line's default, but for --bulk isotropic.  GST_INVALID and what else the library says, with the message. */
int network_open(network *n, const char *options, gst_message *message);
void network_clear(network *n);

/* printf to a network; the test fails if that is not a good one. */
void network_make(network *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Its features; the test fails if they are not GST_OK.  Free with gst_features_free. */
gst_features *network_features(const network *n);

/* Entry (i, j) of C_g on (z_1, .., z_r, norm): z = gamma kappa + rest s. */
double features_covariance(const gst_features *f, size_t g, size_t i, size_t j);

/* Its model; the test fails without.  Free with gst_model_free. */
gst_model *network_model(const network *n);

/* Room for its order parameters.  Free with gst_solution_free. */
gst_solution *model_solution(const gst_model *model);

/* The answer at a point, with default options; the test fails if it is not GST_OK.  solution: NULL, or one
 * of the model's shape. */
gst_risk model_risk(gst_model *model, const gst_point *point, gst_solution *solution);

/* The answer at a network's own point by a fresh model; solution: NULL, or where its order parameters are to be.
 * Free with gst_solution_free. */
gst_risk network_solve(const network *n, gst_solution **solution);

/* The two in one. */
gst_risk solved(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
