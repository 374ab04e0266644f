/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup.c - from the settings to what the library wants. */
#include "cli/options/setup.h"
#include "giantstep/activation.h"
#include "giantstep/given_spikes.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"
#include "models/functions/activation_moments.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/options/layer_options.h"
#include "cli/options/schedule.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "models/training/regime.h"
#include "cli/process/report.h"

/* --spike gives the features; training is excluded, and its companions make no sense without it. */
static int check_spike(const gst_settings *settings)
{
    static const gst_option_id excluded[] = {GST_OPTION_ETA, GST_OPTION_ALPHA0, GST_OPTION_STEPS};
    static const gst_option_id companions[] = {GST_OPTION_OVERLAP, GST_OPTION_BULK_VARIANCE};
    if (!gst_setting_text(settings, GST_OPTION_SPIKE)) {
        for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
            if (gst_setting_is_given(settings, companions[i]))
                return gst_setting_refuse(settings, companions[i], NULL, "needs --spike");
        return 0;
    }
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
        if (gst_setting_is_given(settings, excluded[i]))
            return gst_setting_refuse(settings, excluded[i], NULL, "is excluded by --spike");
    return 0;
}

/* The simulator alone takes one batch twice. */
static int check_reuse(const gst_setup *setup, const gst_settings *settings)
{
    const gst_training *t = &setup->problem.training;
    char letter = settings->command->letter;
    if (!setup->reuse)
        return 0;
    if (letter != 's' && !(letter == 't' && gst_setting_is_on(settings, GST_OPTION_SIMULATE)))
        return gst_setting_refuse(settings, GST_OPTION_REUSE, NULL,
                                  "has no answer here: there is no theory of a reused batch "
                                  "(simulate and steps --simulate train on one)");
    if (gst_setting_text(settings, GST_OPTION_SPIKE))
        return gst_setting_refuse(settings, GST_OPTION_REUSE, NULL, "is excluded by --spike");
    for (size_t i = 1; i < t->listed; i++)
        if (t->step[i].alpha0 != t->step[0].alpha0)
            return gst_setting_refuse(settings, GST_OPTION_SCHEDULE, NULL,
                                      "has alpha0 %g and %g, but one batch, as --reuse wants, has "
                                      "one size",
                                      t->step[0].alpha0, t->step[i].alpha0);
    return 0;
}

static int contains(const gst_grid *grid, size_t axis, double value)
{
    for (size_t i = 0; i < grid->count[axis]; i++)
        if (grid->values[axis][i] == value)
            return 1;
    return 0;
}

static void note_untrained(const gst_setup *setup, const gst_settings *settings,
                           const gst_grid *grid)
{
    const gst_training *t = &setup->problem.training;
    if (gst_setting_text(settings, GST_OPTION_SPIKE))
        return;
    if (t->listed > 0 && !gst_training_changes(t))
        gst_report(0, "note: --schedule %s is the untrained network",
                   gst_setting_text(settings, GST_OPTION_SCHEDULE));
    else if (contains(grid, GST_AXIS_ALPHA0, 0))
        gst_report(0, "note: --alpha0 0 is the untrained network");
    else if (contains(grid, GST_AXIS_STEPS, 0))
        gst_report(0, "note: --steps 0 is the untrained network");
}

/* Groups of equal weight, for --spike without --second-layer. */
static int equal_weights(gst_second_layer *layer, size_t K)
{
    *layer = (gst_second_layer){.K = K, .A = gst_alloc_doubles(K), .pi = gst_alloc_doubles(K)};
    if (!layer->A || !layer->pi)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t g = 0; g < K; g++) {
        layer->A[g] = 1;
        layer->pi[g] = 1 / (double)K;
    }
    return 0;
}

static int build_spikes(gst_setup *setup, const gst_settings *settings)
{
    gst_message message = {""};
    int given = gst_setting_is_given(settings, GST_OPTION_SECOND_LAYER);
    int status = gst_spikes_parse(&setup->spikes, gst_target_dim(setup->target),
                                  gst_setting_text(settings, GST_OPTION_SPIKE),
                                  gst_setting_text(settings, GST_OPTION_OVERLAP),
                                  gst_setting_text(settings, GST_OPTION_BULK_VARIANCE), &message);
    if (status < 0)
        return gst_setting_refuse_status(settings, GST_OPTION_SPIKE, status, message.text);
    setup->problem.training.spikes = &setup->spikes;
    if (!given)
        return equal_weights(&setup->layer, setup->spikes.K);
    if (setup->layer.law != GST_LAYER_VALUES)
        return gst_setting_refuse(settings, GST_OPTION_SECOND_LAYER, NULL,
                                  "is a continuous law, --spike goes with values");
    if (setup->layer.K != setup->spikes.K)
        return gst_setting_refuse(settings, GST_OPTION_SECOND_LAYER, NULL,
                                  "has %zu groups, --spike '%.100s' has %zu", setup->layer.K,
                                  gst_setting_text(settings, GST_OPTION_SPIKE), setup->spikes.K);
    return 0;
}

static int build_layer(gst_setup *setup, const gst_settings *settings)
{
    int spike = gst_setting_text(settings, GST_OPTION_SPIKE) != NULL, code = 0;
    if (!spike || gst_setting_is_given(settings, GST_OPTION_SECOND_LAYER))
        code = gst_layer_option_read(settings, &setup->layer);
    return spike && code == 0 ? build_spikes(setup, settings) : code;
}

int gst_setup_compile(gst_setup *setup, const gst_settings *settings)
{
    gst_message message = {""};
    int status = gst_activation_compile(
        &setup->activation, gst_setting_text(settings, GST_OPTION_ACTIVATION), &message);
    if (status < 0)
        return gst_setting_refuse_status(settings, GST_OPTION_ACTIVATION, status, message.text);
    int code = gst_mixture_options_read(&setup->mixture, settings);
    if (code == 0)
        code = gst_covariance_options_read(&setup->covariance, settings);
    if (code == 0)
        code = gst_mixture_target(&setup->target, setup->mixture, settings);
    setup->problem.data = setup->covariance ? setup->covariance : setup->mixture;
    if (code == 0)
        code = build_layer(setup, settings);
    return code == 0 ? gst_covariance_options_expand(setup->covariance, &setup->layer, settings)
                     : code;
}

gst_problem gst_setup_problem(const gst_setup *setup, const double axes[GST_AXES])
{
    gst_problem problem = setup->problem;
    gst_training *t = &problem.training;
    if (!t->spikes && t->listed == 0) {
        t->listed = 1;
        t->step[0] = (gst_step){.eta = axes[GST_AXIS_ETA], .alpha0 = axes[GST_AXIS_ALPHA0]};
        t->steps = (size_t)axes[GST_AXIS_STEPS];
    }
    for (size_t i = 0; i < t->listed; i++)
        t->step[i].reused = setup->reuse;
    t->noise = isnan(axes[GST_AXIS_NOISE]) ? 0 : axes[GST_AXIS_NOISE];
    return problem;
}

/* `simulate' has checks of its own: it takes steps that there is no theory for. */
static int is_simulated(const gst_settings *settings)
{
    return settings->command->letter == 's';
}

/* The finite batch of a message. */
static void name_batch(const gst_problem *problem, const gst_settings *settings, char text[80])
{
    const char *schedule = gst_setting_text(settings, GST_OPTION_SCHEDULE);
    if (schedule)
        snprintf(text, 80, "--schedule %.60s", schedule);
    else
        snprintf(text, 80, "--alpha0 %g", gst_training_step(&problem->training, 0)->alpha0);
}

/* A finite batch needs the second moment of sigma', its exact bulk the fourth. */
static int check_gradient(const gst_problem *problem, const gst_settings *settings)
{
    gst_gradient_moments sigma;
    char batch[80];
    int exact = problem->training.bulk == GST_BULK_EXACT;
    int status = gst_activation_gradient_moments(problem->activation, 0, &sigma);
    if (status == GST_NO_MEMORY)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (status >= 0 && isfinite(sigma.s2) && (!exact || isfinite(sigma.t4)))
        return 0;
    if (status == GST_NO_MEMORY)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    name_batch(problem, settings, batch);
    return gst_setting_refuse(settings, GST_OPTION_ACTIVATION,
                              gst_setting_text(settings, GST_OPTION_ACTIVATION),
                              "has a derivative whose %s does not converge; %s%s needs it",
                              status >= 0 && isfinite(sigma.s2) ? "fourth moment" : "mean square",
                              batch, exact ? " with --bulk exact" : "");
}

/* What checks of a training can tell apart in a number. */
enum { KINDS = 8 };
static size_t kind_of(double value)
{
    if (isnan(value))
        return 0;
    if (isinf(value))
        return value > 0 ? 1 : 2;
    if (!(value > 0))
        return value < 0 ? 3 : 4;
    return value < 1 ? 5 : value > 1 ? 6 : 7;
}

/* The first value of every kind on an axis: positions in increasing order. */
static size_t find_kinds(const gst_grid *grid, size_t axis, size_t first[KINDS])
{
    int seen[KINDS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < grid->count[axis] && count < KINDS; i++) {
        size_t kind = kind_of(grid->values[axis][i]);
        if (!seen[kind])
            first[count++] = i;
        seen[kind] = 1;
    }
    return count;
}

/* Validate every training of the grid.  What is valid depends on the kinds of its numbers alone, so that of a
 * kind one value does: the first, so that the first bad training of the grid is the one named. */
static int check_trainings(const gst_setup *setup, const gst_settings *settings,
                           const gst_grid *grid)
{
    static const size_t axis[] = {GST_AXIS_ETA, GST_AXIS_ALPHA0, GST_AXIS_STEPS, GST_AXIS_NOISE};
    enum { COUNT = sizeof axis / sizeof *axis };
    gst_message message = {""};
    size_t first[COUNT][KINDS], count[COUNT], all = 1;
    int batches = 0, code = 0;
    double axes[GST_AXES];
    gst_grid_point(grid, 0, axes);
    for (size_t a = 0; a < COUNT; a++)
        all *= count[a] = find_kinds(grid, axis[a], first[a]);
    for (size_t i = 0; i < all && code == 0; i++) {
        size_t rest = i;
        for (size_t a = COUNT; a-- > 0; rest /= count[a])
            axes[axis[a]] = grid->values[axis[a]][first[a][rest % count[a]]];
        gst_problem problem = gst_setup_problem(setup, axes);
        int status = gst_problem_validate(&problem, &message);
        if (status == GST_OK && !setup->reuse)
            status = gst_regime_check(&problem, &message);
        if (status < 0)
            return gst_setting_refuse_status(settings, GST_OPTION_ACTIVATION, status, message.text);
        if (gst_training_has_batch(&problem.training) && batches++ == 0)
            code = check_gradient(&problem, settings);
    }
    return code;
}

static int build_losses(gst_setup *setup, const gst_settings *settings)
{
    int code = gst_loss_options_read(&setup->losses, settings);
    setup->problem.labels = setup->losses.labels;
    setup->problem.loss = setup->losses.has_readout ? &setup->losses.readout : NULL;
    setup->problem.training.loss = setup->losses.has_steps ? &setup->losses.steps : NULL;
    return code;
}

/* By the first trainings of the grid. */
static void note_covariance(const gst_setup *setup, const gst_settings *settings,
                            const gst_grid *grid)
{
    enum { MOST = 16 };
    static const size_t axis[] = {GST_AXIS_ETA, GST_AXIS_ALPHA0, GST_AXIS_STEPS, GST_AXIS_NOISE};
    gst_problem problems[MOST];
    double axes[GST_AXES];
    size_t all = 1, count = 0;
    gst_grid_point(grid, 0, axes);
    for (size_t a = 0; a < 4; a++)
        all *= grid->count[axis[a]];
    for (size_t i = 0; setup->covariance && !setup->reuse && i < all && count < MOST; i++) {
        size_t rest = i;
        for (size_t a = 4; a-- > 0; rest /= grid->count[axis[a]])
            axes[axis[a]] = grid->values[axis[a]][rest % grid->count[axis[a]]];
        problems[count++] = gst_setup_problem(setup, axes);
    }
    gst_covariance_note(setup->covariance, settings, grid, count, problems);
}

int gst_setup_build(gst_setup *setup, const gst_settings *settings, const gst_grid *grid)
{
    *setup = (gst_setup){0};
    setup->problem.training.bulk = (gst_bulk_choice)gst_setting_number(settings, GST_OPTION_BULK);
    setup->reuse = gst_setting_is_on(settings, GST_OPTION_REUSE);
    int code = check_spike(settings);
    if (code == 0)
        code = build_losses(setup, settings);
    if (code == 0)
        code = gst_schedule_read(settings, &setup->problem.training);
    if (code == 0)
        code = check_reuse(setup, settings);
    if (code == 0)
        code = gst_setup_compile(setup, settings);
    setup->problem.activation = setup->activation;
    setup->problem.target = setup->target;
    setup->problem.layer = &setup->layer;
    if (code == 0)
        code = gst_layer_option_check(settings, &setup->layer, grid);
    if (code == 0 && !is_simulated(settings))
        code = check_trainings(setup, settings, grid);
    if (code == 0) {
        gst_layer_option_note(settings);
        note_untrained(setup, settings, grid);
        note_covariance(setup, settings, grid);
    }
    return code;
}

void gst_setup_clear(gst_setup *setup)
{
    gst_activation_free(setup->activation);
    gst_target_free(setup->target);
    gst_second_layer_clear(&setup->layer);
    gst_spikes_clear(&setup->spikes);
    gst_mixture_free(setup->mixture);
    gst_covariance_free(setup->covariance);
    *setup = (gst_setup){0};
}

gst_solve_options gst_setup_options(const gst_settings *settings)
{
    gst_solve_options options = gst_solve_defaults();
    options.method = (gst_method)gst_setting_number(settings, GST_OPTION_METHOD);
    options.damping = gst_setting_number(settings, GST_OPTION_DAMPING);
    options.max_iterations = (size_t)gst_setting_number(settings, GST_OPTION_MAX_ITERATIONS);
    options.tol = gst_setting_number(settings, GST_OPTION_TOL);
    options.order_parameters = gst_setting_is_on(settings, GST_OPTION_ORDER_PARAMETERS);
    options.criterion = gst_loss_options_criterion(settings);
    options.stop = gst_interrupt_flag();
    return options;
}
