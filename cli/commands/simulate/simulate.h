/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.h - the parts of `giantstep simulate`. */
#ifndef GST_SIMULATE_H
#define GST_SIMULATE_H

#include "cli/commands/simulate/simulate_plan.h"

/* Simulate block after block and write the table.  Returns an exit code. */
int gst_simulate_table(gst_simulate_plan *plan);

#endif
