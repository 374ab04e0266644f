/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps.h - networks trained step by step, for tests. */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include "models/training/trajectory.h"
#include "tests/network.h"

/* Step sizes and batches, step by step. */
void set_schedule(network *n, size_t steps, const double *eta, const double *alpha0);

/* Its trajectory, its features; the test fails if they are not GST_OK. */
gst_trajectory *trajectory_of(const network *n, gst_label_resolution at);
gst_features *trained(const network *n, int half);

/* omega_g.omega_h, and w*_j.omega_g. */
double rows_product(const gst_features *f, size_t g, size_t h);
double target_product(const gst_features *f, size_t j, size_t g);

/* E[psi x_a] of a special vector of group g, by the moments of the labels' laws. */
double psi_mean(const gst_step_law *law, size_t g, gst_psi kind, size_t a);

#endif
