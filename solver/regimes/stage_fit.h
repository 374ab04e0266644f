/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stage_fit.h - the errors of one stage, or at one threshold, from one set of moments: private to solver/regimes. */
#ifndef GST_STAGE_FIT_H
#define GST_STAGE_FIT_H

#include "solver/regimes/regime_data.h"

/* Fills all of stage but error and status.  GST_OK, GST_FAILED with stage->reason. */
int gst_stage_fit(const gst_regime_data *data, const gst_point *point, double K0, size_t l,
                  int threshold, gst_stage *stage);

#endif
