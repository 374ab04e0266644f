/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_theory.c - the theory of every point: its limit, and that of the sizes simulated.
 *
 * The limit has p = inf and the nominal alpha, beta, alpha0 and fractions of the groups.  At a d of the
 * ladder they are n/d, p/d, n0/d of every step and the groups' parts of the p rows, and the width is p (theory 6).
 * The two differ by O(1/d), and so do the realised ratios from the nominal ones: leaving either out would
 * spend b/d on what is known.
 * Chunks of work are blocks (validation.h): one model each, started cold every 64 rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tables/grid_table.h"
#include "giantstep/given_spikes.h"
#include "giantstep/second_layer.h"
#include "giantstep/problem.h"
#include "cli/options/fields.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "cli/process/report.h"
#include "cli/commands/validate/validation.h"

typedef struct {
    gst_validation *v;
    int limit; /* chunks are the blocks; else rungs*blocks */
    int *status;
    gst_message *failure; /* of the chunks */
} pass;

/* ---- the training at the sizes simulated -------------------------------------------------------- */

typedef struct {
    gst_problem problem; /* pointers into this struct */
    gst_second_layer layer;
    gst_spikes spikes;
} realised_problem;

static void realised_clear(realised_problem *r)
{
    gst_second_layer_clear(&r->layer);
    gst_spikes_clear(&r->spikes);
}

/* Group g of the network becomes the last group of the copy. */
static void copy_group(realised_problem *r, const gst_problem *from, size_t g, double part)
{
    size_t K = r->layer.K++;
    r->layer.A[K] = from->layer->A[g];
    r->layer.pi[K] = part;
    if (!from->training.spikes)
        return;
    size_t m = from->training.spikes->m;
    memcpy(r->spikes.U + K * m, from->training.spikes->U + g * m, m * sizeof(double));
    r->spikes.c[K] = from->training.spikes->c[g];
    r->spikes.K = r->layer.K;
}

/* Groups without rows are left out; a law is drawn from, and keeps its own. */
static int realised_build(realised_problem *r, const gst_problem *from,
                          const gst_simulate_block *sizes, size_t d)
{
    size_t K = from->layer->K;
    int of_law = from->layer->law != GST_LAYER_VALUES;
    *r = (realised_problem){.problem = *from};
    r->layer = (gst_second_layer){.A = gst_alloc_doubles(K), .pi = gst_alloc_doubles(K)};
    if (!r->layer.A || !r->layer.pi)
        return GST_NO_MEMORY;
    if (!of_law)
        r->problem.layer = &r->layer;
    if (from->training.spikes) {
        size_t m = from->training.spikes->m, overlaps = from->training.spikes->r * m;
        r->spikes = *from->training.spikes;
        r->spikes.U = gst_alloc_doubles(K * m);
        r->spikes.c = gst_alloc_doubles(K);
        r->spikes.gamma = gst_alloc_doubles(overlaps);
        if (!r->spikes.U || !r->spikes.c || !r->spikes.gamma)
            return GST_NO_MEMORY;
        memcpy(r->spikes.gamma, from->training.spikes->gamma, overlaps * sizeof(double));
        r->problem.training.spikes = &r->spikes;
    } else if (sizes->sizes.n0 > 0) /* rows that are drawn have the nominal law */
        r->problem.training = gst_training_realised(&from->training, d);
    for (size_t g = 0; g < K && !of_law; g++)
        if (sizes->group[g] > 0)
            copy_group(r, from, g, (double)sizes->group[g] / (double)sizes->sizes.p);
    return GST_OK;
}

/* ---- solving ------------------------------------------------------------------------------------ */

static gst_point nominal_point(const gst_validation *v, size_t point)
{
    double axes[GST_AXES];
    gst_validation_axes(v, 0, point, axes);
    return (gst_point){.alpha = axes[GST_AXIS_ALPHA],
                       .beta = axes[GST_AXIS_BETA],
                       .lambda = v->lambda[point],
                       .noise = axes[GST_AXIS_NOISE],
                       .width = INFINITY};
}

static gst_point realised_point(const gst_validation *v, size_t rung, size_t point)
{
    const gst_simulate_block *sizes = &v->plan.block[rung * v->blocks + point / v->plan.inner];
    double d = v->plan.grid.values[GST_AXIS_D][rung], p = (double)sizes->sizes.p;
    gst_point at = nominal_point(v, point);
    at.alpha = (double)sizes->n[point % v->plan.alphas] / d;
    at.beta = p / d;
    at.width = p;
    return at;
}

/* Infinite width is none of a second layer that is a law, nor of a step that shrinks on the way there. */
static int has_limit(const gst_validation *v)
{
    return v->plan.setup.layer.law == GST_LAYER_VALUES && !v->plan.grid.scaled;
}

static int solve_limit(gst_validation *v, gst_model *model, size_t point)
{
    gst_point at = nominal_point(v, point);
    gst_risk *risk = &v->limit[point];
    if (!has_limit(v)) {
        *risk = gst_risk_failed(at.lambda, "");
        return GST_FAILED;
    }
    if (!v->optimise)
        return gst_model_solve(model, &at, &v->options, risk, NULL);
    int status = gst_model_optimise_lambda(model, &at, 1e-8, 1e4, &v->options, risk, NULL);
    v->lambda[point] = risk->lambda > 0 ? risk->lambda : 1;
    return status;
}

static int is_fatal(int status)
{
    return status < 0 && status != GST_FAILED;
}

/* All points of a block, at a rung or in the limit.  model NULL: they failed. */
static int solve_block(const pass *job, size_t rung, size_t block, gst_model *model)
{
    gst_validation *v = job->v;
    for (size_t i = 0; i < v->plan.inner; i++) {
        size_t point = block * v->plan.inner + i;
        gst_risk *risk = job->limit ? &v->limit[point] : &v->theory[rung * v->plan.points + point];
        int status = GST_FAILED;
        if (*gst_interrupt_flag() != 0)
            return GST_INTERRUPTED;
        if (model && i % GST_CHUNK == 0)
            gst_model_reset(model);
        if (!model)
            *risk = gst_risk_failed(NAN, "");
        else if (job->limit)
            status = solve_limit(v, model, point);
        else {
            gst_point at = realised_point(v, rung, point);
            gst_solve_options options = v->options;
            options.rare_share = 1;
            status = gst_model_solve(model, &at, &options, risk, NULL);
        }
        if (is_fatal(status))
            return status;
    }
    return GST_OK;
}

/* The training of a block; `realised` must live as long as its models. */
static int block_problem(const pass *job, size_t rung, size_t block, realised_problem *realised)
{
    const gst_validation *v = job->v;
    double axes[GST_AXES];
    gst_validation_axes(v, rung, block * v->plan.inner, axes);
    gst_problem problem = gst_setup_problem(&v->plan.setup, axes);
    *realised = (realised_problem){.problem = problem};
    if (job->limit)
        return GST_OK;
    return realised_build(realised, &problem, &v->plan.block[rung * v->blocks + block],
                          (size_t)axes[GST_AXIS_D]);
}

/* Var y: signs have 1, which the model's variance is then. */
static double label_variance(const gst_model *model, const gst_problem *problem)
{
    int sign = problem->labels == GST_LABELS_SIGN;
    return gst_model_target_variance(model) + (sign ? 0 : problem->training.noise);
}

/* parallel.h's work. */
static int work_chunk(void *context, size_t thread, size_t chunk)
{
    const pass *job = context;
    gst_validation *v = job->v;
    size_t rung = chunk / v->blocks, block = chunk % v->blocks;
    gst_model *model = NULL;
    realised_problem realised;
    (void)thread;
    int status = block_problem(job, rung, block, &realised);
    if (status == GST_OK) {
        status = gst_model_alloc(&model, &realised.problem, &job->failure[chunk]);
        if (status < 0)
            model = NULL;
    }
    if (model && job->limit)
        v->variance[block] = label_variance(model, &realised.problem);
    job->status[chunk] = is_fatal(status) ? status : solve_block(job, rung, block, model);
    gst_model_free(model);
    realised_clear(&realised);
    return job->status[chunk];
}

/* parallel.h's emit: results are in place. */
static int emit_chunk(void *context, size_t chunk)
{
    (void)context;
    (void)chunk;
    return 0;
}

/* An ended pass: the lowest chunk with a status speaks. */
static int report_pass(const pass *job, size_t chunks, int status)
{
    const char *text = "";
    for (size_t i = chunks; i-- > 0;)
        if (job->status[i] == status)
            text = job->failure[i].text;
    if (status != GST_INTERRUPTED)
        gst_report_fields(0, *text != '\0' ? text : gst_status_name(status));
    return status == GST_INTERRUPTED ? GST_EXIT_SIGNAL : gst_exit_of_status(status);
}

static int run_pass(gst_validation *v, int limit)
{
    size_t grid = v->rungs * v->blocks, chunks = limit ? v->blocks : grid;
    pass job = {.v = v, .limit = limit, .failure = limit ? v->failure + grid : v->failure};
    gst_parallel_loop loop = {
        .chunks = chunks,
        .threads = v->plan.threads < chunks ? v->plan.threads : chunks,
        .slots = 4 * v->plan.threads,
        .work = work_chunk,
        .emit = emit_chunk,
        .context = &job,
    };
    job.status = gst_alloc(chunks, sizeof *job.status);
    if (!job.status)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = gst_parallel_run(&loop);
    int code = status == 0 ? 0 : report_pass(&job, chunks, status);
    free(job.status);
    return code;
}

/* The row's theory and its limit: the one that failed, else the one that is loose, speaks. */
static void flag_row(gst_validation *v, size_t row)
{
    const gst_risk *theory = &v->theory[row], *limit = &v->limit[row % v->plan.points];
    int of_limit =
        has_limit(v) && (theory->status == GST_OK || (theory->status > 0 && limit->status < 0));
    const gst_risk *worse = of_limit ? limit : theory;
    size_t block = row % v->plan.points / v->plan.inner,
           rung = of_limit ? v->rungs : row / v->plan.points;
    const char *failure = v->failure[rung * v->blocks + block].text;
    int built = worse->status != GST_FAILED || *worse->reason != '\0';
    gst_flagged_add(&v->flagged, worse->status, built ? worse->reason : failure);
}

int gst_validation_solve(gst_validation *v)
{
    int code = run_pass(v, 1);
    if (code == 0)
        code = run_pass(v, 0);
    for (size_t row = 0; row < v->plan.grid.rows && code == 0; row++)
        flag_row(v, row);
    return code;
}
