/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation_private.h - shared by the simulator's files: private to validate. */
#ifndef GST_SIMULATION_PRIVATE_H
#define GST_SIMULATION_PRIVATE_H

#include "validate/networks/exact_risk.h"

/* What exact risks are asked for: errors far below the scatter of replicates. */
gst_population_options gst_simulation_population(void);

/* Whether risks are exact unless test points are asked for. */
int gst_simulation_is_exact(const gst_problem *problem);

/* Rows of features computed at a time. */
size_t gst_readout_block(size_t rows);

#endif
