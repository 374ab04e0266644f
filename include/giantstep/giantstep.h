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
 *   the library never prints, never exits, and holds no state outside its objects; what simulates networks sets the
 *   state of OpenBLAS, the number of its threads, for the whole process (simulation.h) */
#ifndef GST_GIANTSTEP_H
#define GST_GIANTSTEP_H

#define GST_VERSION "0.1.0"

#include "models/functions/activation.h"
#include "models/training/batch.h"
#include "solver/readout/bounds.h"
#include "models/training/population.h"
#include "integrals/expectation.h"
#include "models/functions/expression.h"
#include "integrals/gaussian_cubature.h"
#include "models/learnability/hermite_tensor.h"
#include "models/training/label_law.h"
#include "models/learnability/learnability.h"
#include "integrals/mesh.h"
#include "solver/readout/model.h"
#include "solver/readout/optimise_step.h"
#include "models/training/second_layer.h"
#include "validate/networks/simulation.h"
#include "solver/spectrum/spectrum.h"
#include "validate/networks/spectrum_simulation.h"
#include "models/training/given_spikes.h"
#include "models/learnability/staircase.h"
#include "base/status.h"
#include "models/functions/target.h"
#include "models/training/training.h"
#include "models/twostep/two_step.h"
#include "models/twostep/two_step_network.h"
#include "validate/networks/two_step_simulation.h"
#include "validate/verdict/verdict.h"

#endif
