/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime_private.h - the inside of gst_regimes: private to solver/regimes. */
#ifndef GST_REGIME_PRIVATE_H
#define GST_REGIME_PRIVATE_H

#include "giantstep/problem.h"
#include "solver/regimes/regime_data.h"

struct gst_regimes {
    gst_problem problem;
    gst_point point;
    double K0, tol;
    size_t order, intervals;    /* of the highest power; of the average over kappa */
    gst_regime_data full, half; /* and by companions of all quadratures */
};

#endif
