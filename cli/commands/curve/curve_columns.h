/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve_columns.h - the columns of the curve table. */
#ifndef GST_CURVE_COLUMNS_H
#define GST_CURVE_COLUMNS_H

#include <stddef.h>

#include "cli/options/grid.h"
#include "giantstep/model.h"
#include "giantstep/optimise_step.h"
#include "cli/options/settings.h"

enum { GST_CURVE_STATUS = 14, GST_CURVE_RARE_SHARE = 15, GST_CURVE_FIXED = 16 };

/* Shape of the order parameters: groups, spikes, residual directions; of a table, the largest of its
 * models. */
typedef struct {
    size_t K, m, q;
} gst_shape;

/* count columns: the fixed ones, losses and classes, the order parameters, excess_low and excess_high, eta_error,
 * lambda_error, step_exponent; names has one more for the seconds. */
typedef struct {
    size_t count;
    char **names;
    int losses; /* test_loss train_loss test_class train_class */
    int order_parameters, enclose;
    int best_lambda;             /* the ridge is the minimiser's */
    int eta_error, lambda_error; /* --optimise: columns of the minimisers' errors */
    int exponent;                /* --step-exponent */
    gst_shape shape;
} gst_curve_columns;

/* problem: what is solved.  0 or an exit code, the message printed; the caller clears it on any return. */
int gst_curve_columns_build(gst_curve_columns *columns, const gst_settings *settings,
                            const gst_problem *problem, gst_shape shape);
void gst_curve_columns_clear(gst_curve_columns *columns);

/* Number of order parameters of a shape. */
size_t gst_order_count(gst_shape shape);

/* Fill a row: solution is NULL (nan) or of the model's own shape; at: the minimisers of eta and
 * lambda. */
void gst_curve_columns_fill(const gst_curve_columns *columns, const double axes[GST_AXES],
                            const gst_risk *risk, const gst_solution *solution,
                            const gst_minimiser at[2], double *values);

#endif
