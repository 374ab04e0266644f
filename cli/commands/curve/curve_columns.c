/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve_columns.c - the columns of the curve table. */
#include "cli/commands/curve/curve_columns.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options/loss_options.h"
#include "cli/options/search_ranges.h"
#include "cli/process/report.h"

static const char *const fixed_names[GST_CURVE_FIXED] = {
    "eta",        "alpha0",     "steps",       "noise",      "beta",        "lambda",
    "width",      "alpha",      "excess_risk", "test_error", "train_error", "residual",
    "quad_error", "iterations", "status",      "rare_share"};

enum { LOSSES = 4 };
static const char *const loss_names[LOSSES] = {"test_loss", "train_loss", "test_class",
                                               "train_class"};

/* The order parameters, and where they stand in a gst_solution; the second index runs over groups, spikes, residual
 * directions, or there is none. */
typedef enum { NONE, GROUPS, SPIKES, RESIDUALS } index_kind;

static const struct {
    const char *name;
    index_kind second;
    size_t offset; /* of the pointer to its numbers */
} order_blocks[] = {{"V1", GROUPS, offsetof(gst_solution, V1)},
                    {"V2", NONE, offsetof(gst_solution, V2)},
                    {"m", NONE, offsetof(gst_solution, mean)},
                    {"theta", SPIKES, offsetof(gst_solution, theta)},
                    {"psi", RESIDUALS, offsetof(gst_solution, psi)},
                    {"eps", NONE, offsetof(gst_solution, eps)},
                    {"Q", GROUPS, offsetof(gst_solution, Q)},
                    {"q2", NONE, offsetof(gst_solution, q2)}};

enum { ORDER_BLOCKS = sizeof order_blocks / sizeof *order_blocks };

static size_t second_count(gst_shape shape, index_kind second)
{
    const size_t counts[] = {
        [NONE] = 1, [GROUPS] = shape.K, [SPIKES] = shape.m, [RESIDUALS] = shape.q};
    return counts[second];
}

size_t gst_order_count(gst_shape shape)
{
    size_t count = 0;
    for (size_t b = 0; b < ORDER_BLOCKS; b++)
        count += shape.K * second_count(shape, order_blocks[b].second);
    return count;
}

static int add_name(gst_curve_columns *columns, const char *name)
{
    char *copy = gst_copy_string(name);
    if (!copy)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    columns->names[columns->count++] = copy;
    return 0;
}

static int add_names(gst_curve_columns *columns, size_t count, const char *const *names)
{
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++)
        code = add_name(columns, names[i]);
    return code;
}

static int add_block(gst_curve_columns *columns, size_t block)
{
    size_t second = second_count(columns->shape, order_blocks[block].second);
    int plain = order_blocks[block].second == NONE, code = 0;
    for (size_t i = 0; i < columns->shape.K * second && code == 0; i++) {
        char name[64];
        snprintf(name, sizeof name, plain ? "%s_%zu" : "%s_%zu_%zu", order_blocks[block].name,
                 i / second + 1, i % second + 1);
        code = add_name(columns, name);
    }
    return code;
}

int gst_curve_columns_build(gst_curve_columns *columns, const gst_settings *settings,
                            const gst_problem *problem, gst_shape shape)
{
    const char *lambda = gst_setting_text(settings, GST_OPTION_LAMBDA);
    *columns = (gst_curve_columns){
        .losses = gst_problem_has_losses(problem),
        .order_parameters = gst_setting_is_on(settings, GST_OPTION_ORDER_PARAMETERS),
        .enclose = gst_setting_number(settings, GST_OPTION_METHOD) == GST_METHOD_ENCLOSE,
        .eta_error = gst_optimise_has(settings, GST_OPTION_ETA),
        .lambda_error = gst_optimise_has(settings, GST_OPTION_LAMBDA),
        .exponent = gst_setting_text(settings, GST_OPTION_STEP_EXPONENT) != NULL,
        .shape = shape,
    };
    columns->best_lambda = columns->lambda_error || gst_words_find("opt", lambda) == 0;
    columns->names =
        gst_alloc(GST_CURVE_FIXED + LOSSES + gst_order_count(shape) + 6, sizeof(char *));
    if (!columns->names)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = add_names(columns, GST_CURVE_FIXED, fixed_names);
    if (columns->losses && code == 0)
        code = add_names(columns, LOSSES, loss_names);
    for (size_t b = 0; columns->order_parameters && b < ORDER_BLOCKS && code == 0; b++)
        code = add_block(columns, b);
    if (columns->enclose && code == 0)
        code = add_name(columns, "excess_low");
    if (columns->enclose && code == 0)
        code = add_name(columns, "excess_high");
    if (columns->eta_error && code == 0)
        code = add_name(columns, "eta_error");
    if (columns->lambda_error && code == 0)
        code = add_name(columns, "lambda_error");
    if (columns->exponent && code == 0)
        code = add_name(columns, "step_exponent");
    size_t count = columns->count;
    if (code == 0)
        code = add_name(columns, "seconds");
    columns->count = count;
    return code;
}

void gst_curve_columns_clear(gst_curve_columns *columns)
{
    for (size_t i = 0; columns->names && (i <= columns->count); i++)
        free(columns->names[i]);
    free(columns->names);
    *columns = (gst_curve_columns){0};
}

/* The numbers of a block. */
static const double *block_of(const gst_solution *solution, size_t block)
{
    const char *place = (const char *)solution + order_blocks[block].offset;
    return *(double *const *)(const void *)place;
}

/* Copy one model's order parameters to the table's shape; what the model does not have is nan. */
static double *fill_order(double *to, gst_shape table, const gst_solution *solution)
{
    gst_shape model = {0};
    if (solution)
        model = (gst_shape){.K = solution->K, .m = solution->m, .q = solution->q};
    for (size_t b = 0; b < ORDER_BLOCKS; b++) {
        size_t wide = second_count(table, order_blocks[b].second);
        size_t own = second_count(model, order_blocks[b].second);
        const double *from = solution ? block_of(solution, b) : NULL;
        for (size_t g = 0; g < table.K; g++)
            for (size_t j = 0; j < wide; j++)
                *to++ = from && g < model.K && j < own ? from[g * own + j] : NAN;
    }
    return to;
}

void gst_curve_columns_fill(const gst_curve_columns *columns, const double axes[GST_AXES],
                            const gst_risk *risk, const gst_solution *solution,
                            const gst_minimiser at[2], double *values)
{
    const double fixed[GST_CURVE_FIXED] = {
        columns->eta_error ? at[0].value : axes[GST_AXIS_ETA],
        axes[GST_AXIS_ALPHA0],
        axes[GST_AXIS_STEPS],
        axes[GST_AXIS_NOISE],
        axes[GST_AXIS_BETA],
        columns->best_lambda ? risk->lambda : axes[GST_AXIS_LAMBDA],
        axes[GST_AXIS_WIDTH],
        axes[GST_AXIS_ALPHA],
        risk->excess_risk,
        risk->test_error,
        risk->train_error,
        risk->residual,
        risk->quad_error,
        (double)risk->iterations,
        0,
        risk->rare_share,
    };
    memcpy(values, fixed, sizeof fixed);
    values += GST_CURVE_FIXED;
    if (columns->losses) {
        *values++ = risk->test_loss;
        *values++ = risk->train_loss;
        *values++ = risk->test_class;
        *values++ = risk->train_class;
    }
    if (columns->order_parameters)
        values = fill_order(values, columns->shape, solution);
    if (columns->enclose) {
        *values++ = risk->excess_low;
        *values++ = risk->excess_high;
    }
    if (columns->eta_error)
        *values++ = at[0].error;
    if (columns->lambda_error)
        *values++ = at[1].error;
    if (columns->exponent)
        *values = axes[GST_AXIS_EXPONENT];
}
