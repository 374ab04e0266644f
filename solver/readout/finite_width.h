/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finite_width.h - what a finite width p changes (theory 6): the mean coefficients m_g cost sum_g m_g^2/(p V2_g), and
 * their forces fluctuate.  All is 0 at p = INFINITY. */
#ifndef GST_FINITE_WIDTH_H
#define GST_FINITE_WIDTH_H

#include "solver/readout/state.h"

/* 1/(p V2_g): what multiplies m_g^2 in the mean prediction, and its root as a row of least squares has it. */
double gst_finite_width_cost(const gst_state *state, size_t g);
double gst_finite_width_cost_root(const gst_state *state, size_t g);

/* mh_g = m_g/(p V2_g), the force on m_g at the minimum. */
double gst_finite_width_force(const gst_state *state, size_t g, double mean);

/* p mh_g^2: what the fluctuations' source gains in D_g. */
double gst_finite_width_source(const gst_state *state, double force);

#endif
