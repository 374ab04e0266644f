/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_theory.c - what the theory says after each step.
 *
 * The rows after t steps are the features of the training cut off behind step t, whatever its batches are.  In the
 * basis of the target's variables and the norm, with z = gamma kappa + rest s:
 *   U_j = sum_l U_l gamma_jl,   C' = J C J^T,  J = blockdiag([gamma | rest], 1).
 * Everything twice, with the full quadratures and with their companions. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "giantstep/features.h"
#include "cli/commands/steps/steps_laws.h"
#include "cli/options/fields.h"
#include "cli/process/interrupt.h"
#include "cli/process/report.h"
#include "solver/bulk/bulk.h"

enum { S = GST_TARGET_DIM_MAX + 1, DIRECTIONS = GST_SPIKES_MAX + GST_TARGET_DIM_MAX + 1 };

/* J, (r+1) x s. */
static void fill_turn(const gst_features *f, double *J)
{
    size_t r = f->r, m = f->m, q = f->q, s = m + q + 1;
    for (size_t i = 0; i < (r + 1) * s; i++)
        J[i] = 0.0;
    J[r * s + s - 1] = 1.0;
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < m; l++)
            J[j * s + l] = f->gamma[j * m + l];
        for (size_t i = 0; i < q; i++)
            J[j * s + m + i] = f->rest[j * q + i];
    }
}

/* to = J C J^T, (r+1) x (r+1). */
static void turn(size_t r, size_t s, const double *J, const double *C, double *to)
{
    double half[S * DIRECTIONS];
    for (size_t a = 0; a <= r; a++)
        for (size_t y = 0; y < s; y++) {
            half[a * s + y] = 0.0;
            for (size_t x = 0; x < s; x++)
                half[a * s + y] += J[a * s + x] * C[x * s + y];
        }
    for (size_t a = 0; a <= r; a++)
        for (size_t b = 0; b <= r; b++) {
            to[a * (r + 1) + b] = 0.0;
            for (size_t y = 0; y < s; y++)
                to[a * (r + 1) + b] += half[a * s + y] * J[b * s + y];
        }
}

/* The numbers of all groups after step t.  GST_OK, GST_LOOSE, or < 0. */
static int keep_law(const gst_steps *s, const gst_features *f, int half, size_t t, double *laws)
{
    size_t size = f->m + f->q + 1, r = f->r;
    double J[S * DIRECTIONS];
    double *C = s->covariance ? gst_alloc_doubles(f->K * size * size) : NULL;
    if (s->covariance && !C)
        return GST_NO_MEMORY;
    int status = s->covariance ? gst_bulk_covariance(f, half, C) : GST_OK;
    fill_turn(f, J);
    for (size_t g = 0; g < f->K && status >= 0; g++) {
        double *to = gst_steps_record(s, laws, t, g);
        for (size_t j = 0; j < r; j++) {
            to[j] = 0.0;
            for (size_t l = 0; l < f->m; l++)
                to[j] += f->U[g * f->m + l] * f->gamma[j * f->m + l];
        }
        to[r] = f->c[g];
        if (s->covariance)
            turn(r, size, J, C + g * size * size, to + r + 1);
    }
    free(C);
    return status;
}

/* The training up to step t; the first step's batch is fresh, whatever is reused after it. */
static gst_problem cut_off(const gst_steps *s, size_t t)
{
    gst_problem problem = s->problem;
    problem.training.steps = t;
    if (t < 2)
        problem.training.step[0].reused = 0;
    return problem;
}

static int worse(int one, int other)
{
    return one < 0 || other == GST_OK ? one : other;
}

static int compute_step(gst_steps *s, size_t t, gst_message *message)
{
    gst_problem problem = cut_off(s, t);
    gst_features *full = NULL, *half = NULL;
    gst_steps_state *state = &s->state[t];
    double tol = gst_setting_number(s->settings, GST_OPTION_TOL);
    int status = gst_features_train(&full, &problem, 0, message);
    if (status >= 0)
        status = worse(gst_features_train(&half, &problem, 1, message), status);
    if (status >= 0)
        status = worse(keep_law(s, full, 0, t, s->theory), status);
    if (status >= 0)
        status = worse(keep_law(s, half, 1, t, s->companion), status);
    state->quality = status;
    if (status >= 0)
        status = gst_steps_own_error(&problem, full, half, tol, state);
    gst_features_free(full);
    gst_features_free(half);
    return status;
}

/* A batch taken again has no theory. */
static void leave_out(gst_steps *s, size_t t)
{
    s->state[t] = (gst_steps_state){.quality = GST_INVALID, .own = NAN, .own_error = NAN};
    for (size_t i = t * s->K * s->numbers; i < (t + 1) * s->K * s->numbers; i++)
        s->theory[i] = s->companion[i] = NAN;
}

int gst_steps_theory(gst_steps *s)
{
    gst_message message = {""};
    int status = GST_OK;
    for (size_t t = 0; t <= s->T && status >= 0; t++) {
        if (*gst_interrupt_flag() != 0)
            return GST_EXIT_SIGNAL + *gst_interrupt_flag();
        if (s->setup.reuse && t > 1)
            leave_out(s, t);
        else
            status = compute_step(s, t, &message);
    }
    if (status >= 0)
        return 0;
    if (status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    int code = status == GST_FAILED ? GST_EXIT_RUNTIME : gst_exit_of_status(status);
    return gst_report_fields(code, message.text[0] ? message.text : gst_status_name(status));
}
