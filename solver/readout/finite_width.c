/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finite_width.c - the finite-width terms of the readout (docs/theory, finite width).
 *
 *   mean prediction   + sum_g m_g^2/(p V2_g),  so that rho E[mu0_g (h - yb)/(t + V)] = mh_g = m_g/(p V2_g)
 *   fluctuations      dD_g + p mh_g^2 */
#include "solver/readout/finite_width.h"

#include <math.h>

static int is_finite(const gst_state *state)
{
    return isfinite(state->point.width);
}

double gst_finite_width_cost(const gst_state *state, size_t g)
{
    return is_finite(state) ? 1.0 / (state->point.width * gst_state_V2(state, g)) : 0.0;
}

double gst_finite_width_cost_root(const gst_state *state, size_t g)
{
    return is_finite(state) ? 1.0 / sqrt(state->point.width * gst_state_V2(state, g)) : 0.0;
}

double gst_finite_width_force(const gst_state *state, size_t g, double mean)
{
    return is_finite(state) ? mean / (state->point.width * gst_state_V2(state, g)) : 0.0;
}

double gst_finite_width_source(const gst_state *state, double force)
{
    return is_finite(state) ? state->point.width * force * force : 0.0;
}
