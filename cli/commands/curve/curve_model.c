/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve_model.c - the model (moment tables) of a thread's current training; another is built only when the key
 * (gst_problem_key) changes, which is looked at only when an axis has moved. */
#include "cli/commands/curve/curve_model.h"

#include <string.h>

void gst_curve_model_forget(gst_curve_model *w)
{
    gst_model_free(w->model);
    gst_plane_free(w->plane);
    gst_solution_free(w->solution);
    *w = (gst_curve_model){0};
}

int gst_curve_model_have_solution(gst_curve_model *w, const gst_model *model, gst_message *message)
{
    size_t K, m, q;
    gst_model_shape(model, &K, &m, &q);
    gst_solution_free(w->solution);
    int status = gst_solution_alloc(&w->solution, K, m, q);
    return status == GST_OK ? status : gst_fail(message, status, "not enough memory");
}

static int build(gst_curve_model *w, const gst_curve_setup *c, const gst_problem *problem)
{
    const gst_range *lambda = c->columns.best_lambda ? &c->lambda : NULL;
    int status = gst_model_alloc(&w->model, problem, &w->failure);
    if (status < 0) {
        w->model = NULL;
        return status;
    }
    if (c->columns.eta_error)
        return gst_plane_alloc(&w->plane, problem, &c->eta, lambda, &w->failure);
    return gst_curve_model_have_solution(w, w->model, &w->failure);
}

int gst_curve_model_select(gst_curve_model *w, const gst_curve_setup *c, const gst_problem *problem)
{
    gst_problem key = gst_problem_key(problem);
    if (!w->built || !gst_problem_equal(&key, &w->key)) {
        gst_curve_model_forget(w);
        w->built = 1;
        w->key = key;
        w->status = build(w, c, problem);
    }
    return w->status < 0 ? w->status : GST_OK;
}

int gst_curve_model_select_row(gst_curve_model *w, const gst_curve_setup *c,
                               const double axes[GST_AXES])
{
    if (!w->placed || memcmp(axes, w->training, sizeof w->training) != 0) {
        gst_problem problem = gst_setup_problem(&c->setup, axes);
        gst_curve_model_select(w, c, &problem);
        w->placed = 1;
        memcpy(w->training, axes, sizeof w->training);
    }
    return w->status < 0 ? w->status : GST_OK;
}
