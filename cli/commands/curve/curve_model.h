/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve_model.h - the model that a thread of `curve' keeps from row to row. */
#ifndef GST_CURVE_MODEL_H
#define GST_CURVE_MODEL_H

#include "cli/commands/curve/curve_columns.h"
#include "cli/options/grid.h"
#include "cli/options/search_ranges.h"
#include "cli/options/setup.h"

/* What all rows have in common. */
typedef struct {
    gst_setup setup;
    gst_range eta, lambda; /* searched, if they are */
    gst_curve_columns columns;
} gst_curve_setup;

/* All members zero: nothing is held. */
typedef struct {
    int built; /* the fields below are of the problem of this key */
    gst_problem key;
    gst_model *model; /* NULL: it could not be built, see status and failure */
    gst_plane *plane; /* --optimise eta; then the model is that of the lowest eta */
    int status;
    gst_message failure;
    gst_solution *solution; /* of the model, or of the plane's last one */
    int placed; /* they are of rows with these values on the axes before beta, of which a training is made */
    double training[GST_AXIS_BETA];
} gst_curve_model;

/* Hold the model of that training, of the training of that row.  GST_OK, or why there is none. */
int gst_curve_model_select(gst_curve_model *w, const gst_curve_setup *c,
                           const gst_problem *problem);
int gst_curve_model_select_row(gst_curve_model *w, const gst_curve_setup *c,
                               const double axes[GST_AXES]);

/* Room for the order parameters of a model, in place of what there was.  GST_OK, GST_NO_MEMORY with a message. */
int gst_curve_model_have_solution(gst_curve_model *w, const gst_model *model, gst_message *message);

void gst_curve_model_forget(gst_curve_model *w);

#endif
