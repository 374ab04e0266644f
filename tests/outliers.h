/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outliers.h - networks whose training labels have outliers, and their theory, for figure 26 and a test.
 *
 * y = tanh(z_1) + noise, nine labels in ten with noise N(0, 0.01), one with N(0, 9).  Network: tanh(z + 0.5), second layer
 * ones, beta = 1, one giant step of size 3 on the population gradient, which does not feel this noise; rows are drawn
 * from their law.  Only the readout sees the noise. */
#ifndef TESTS_OUTLIERS_H
#define TESTS_OUTLIERS_H

#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "models/loss/loss.h"
#include "solver/readout/coupled/coupled.h"
#include "validate/networks/random.h"

extern const gst_label_noise outliers_noise;    /* of two parts */
gst_label_noise outliers_as_one_gaussian(void); /* of the same variance */
gst_label_noise outliers_left_out(void);        /* the first part alone */

/* Features and tables; points into itself.  Clear in any case. */
typedef struct {
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_problem problem;
    gst_features *features;
    gst_moments *moments;
    gst_bulk *bulk;
} outliers_case;

/* GST_OK, or what the library says. */
int outliers_open(outliers_case *of);
void outliers_clear(outliers_case *of);

/* The equations of its readout with labels of that noise.  gst_coupled_clear in any case. */
int outliers_equations(gst_coupled *c, outliers_case *of, gst_label_noise noise);

/* Excess risk E (tanh(z_1) - f)^2 by theory; width: INFINITY or p. */
int outliers_theory(gst_coupled *c, const gst_loss *loss, double alpha, double lambda, double width,
                    double *excess);

/* One network of d = p and its samples, n with noise to fit and `test' without to test. */
typedef struct {
    size_t d, n, test;
    double *phi, *y;           /* n x d, n */
    double *test_phi, *test_g; /* test x d, test */
} outliers_network;

/* Clear in any case. */
int outliers_draw(outliers_network *to, const outliers_case *of, size_t d, size_t n, size_t test,
                  gst_random random);
void outliers_network_clear(outliers_network *network);

/* Excess risk, on its test samples, of the readout of the first n samples. */
int outliers_fit(const outliers_network *network, const outliers_case *of, const gst_loss *loss,
                 size_t n, double lambda, double *excess);

#endif
