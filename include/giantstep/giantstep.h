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

#include "giantstep/activation.h"
#include "giantstep/bounds.h"
#include "giantstep/covariance.h"
#include "giantstep/features.h"
#include "giantstep/given_spikes.h"
#include "giantstep/labels.h"
#include "giantstep/learnability.h"
#include "giantstep/limits.h"
#include "giantstep/mixture.h"
#include "giantstep/model.h"
#include "giantstep/optimise_step.h"
#include "giantstep/problem.h"
#include "giantstep/regimes.h"
#include "giantstep/second_layer.h"
#include "giantstep/simulation.h"
#include "giantstep/solution.h"
#include "giantstep/spectrum.h"
#include "giantstep/status.h"
#include "giantstep/target.h"
#include "giantstep/two_step.h"
#include "giantstep/verdict.h"

#endif
