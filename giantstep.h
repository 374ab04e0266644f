/* SPDX-License-Identifier: GPL-3.0-or-later */
/* giantstep.h - everything a user of the library needs; README has an example.
 *
 *     #include <giantstep/giantstep.h>
 *     cc example.c $(pkg-config --cflags --libs giantstep)
 *
 * Conventions
 *   problem in (const), options struct with _defaults and _validate, result struct out
 *   gst_status (status.h): 0 ok, > 0 usable but flagged, < 0 failed; a gst_message says why
 *   matrices are row-major; sizes are size_t; ratios (alpha, beta, alpha0) are per dimension d
 *   what a function allocates its caller frees, by the _free or _clear of the same header
 *   the library never prints, never exits, and holds no state outside its objects */
#ifndef GST_GIANTSTEP_H
#define GST_GIANTSTEP_H

#define GST_VERSION "0.1.0"

#include "activation.h"
#include "batch.h"
#include "bounds.h"
#include "dynamics.h"
#include "expectation.h"
#include "expression.h"
#include "gaussian_cubature.h"
#include "hermite_tensor.h"
#include "label_law.h"
#include "learnability.h"
#include "mesh.h"
#include "model.h"
#include "optimise_plane.h"
#include "second_layer.h"
#include "simulation.h"
#include "spectrum.h"
#include "spectrum_simulation.h"
#include "spikes.h"
#include "staircase.h"
#include "status.h"
#include "target.h"
#include "training.h"
#include "two_step.h"
#include "two_step_network.h"
#include "two_step_simulation.h"
#include "verdict.h"

#endif
