/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_kinds.c - what is drawn of the tables of each command, and how columns are called on axes. */
#include "cli/commands/plot/plot_kinds.h"

#include <stdio.h>
#include <string.h>

#define LINES GST_PLOT_LINES
#define MARKED GST_PLOT_MARKED
#define POINTS GST_PLOT_POINTS

/* The first that applies. */
/* clang-format off */
static const gst_plot_kind kinds[] = {
    {"curve", "excess_risk", NULL, NULL, NULL, {{"excess_risk", NULL, LINES, NULL, "theory", 0}}},
    {"simulate", "excess_risk", NULL, NULL, NULL,
     {{"excess_risk", "excess_risk_sem", POINTS, NULL, "networks", 0}}},
    {"validate", "theory_excess", NULL, NULL, "excess_risk",
     {{"theory_excess", NULL, LINES, "excess_risk", "theory", 0},
      {"sim_excess", "sim_sem", POINTS, "excess_risk", "networks", 0}}},
    {"bounds", "kappa", "kappa", NULL, "value",
     {{"target", NULL, LINES, NULL, "target", 0}, {"upper", NULL, LINES, NULL, "upper bound", 0},
      {"lower", NULL, LINES, NULL, "lower bound", 0},
      {"lower_published", NULL, LINES, NULL, "lower bound, published", 0}}},
    {"bounds", "alpha_c", NULL, NULL, NULL, {{"alpha_c", NULL, LINES, NULL, NULL, 0}}},
    {"bounds", "upper", NULL, NULL, "excess_risk",
     {{"upper", NULL, LINES, NULL, "upper bound", 0}, {"lower", NULL, LINES, NULL, "lower bound", 0},
      {"lower_published", NULL, LINES, NULL, "lower bound, published", 0},
      {"kernel", NULL, LINES, NULL, "kernel bound", 0}}},
    {"spectrum", "x_low", "x_low", NULL, "density",
     {{"density", "x_high", GST_PLOT_BOXES, "histogram", "networks", 0},
      {"theory", "x_high", LINES, "density", "theory", 0},
      {"spectrum.outliers", NULL, GST_PLOT_BASE, "density", "outliers, theory", 0},
      {"spectrum.outliers_simulated", NULL, GST_PLOT_BASE, "simulated", "outliers, networks", 0}}},
    {"spectrum", "outlier", "outlier", NULL, "density",
     {{"outlier", NULL, GST_PLOT_BASE, "density", "outliers, theory", 0}}},
    {"spectrum", "stieltjes", "lambda", NULL, NULL,
     {{"stieltjes", NULL, MARKED, NULL, "all", 0}, {"stieltjes_#", NULL, MARKED, NULL, NULL, 1}}},
    {"spectrum", "density", "x", NULL, NULL,
     {{"density", NULL, LINES, "density", "theory", 0}, {"density_#", NULL, LINES, NULL, NULL, 1}}},
    {"steps", "floor", "step", NULL, NULL, {{"floor", NULL, MARKED, NULL, NULL, 0}}},
    {"steps", "step", "step", "group", "U",
     {{"U_#", NULL, MARKED, NULL, NULL, 0}, {"U_#_sim", "U_#_sem", POINTS, "U_#", NULL, 0},
      {"c", NULL, MARKED, NULL, NULL, 0}, {"c_sim", "c_sem", POINTS, "c", NULL, 0}}},
    {"twostep", "separated_count", "a1", NULL, "a2", {{"separated_count", "a2", GST_PLOT_MAP, NULL, NULL, 0}}},
    {"twostep", "sim_singular_value", "k", "d,batch", "overlap",
     {{"overlap", NULL, MARKED, NULL, NULL, 0},
      {"sim_overlap", "sim_overlap_sem", POINTS, "overlap", NULL, 0}}},
    {"twostep", "singular_value", "d", "k,batch", NULL, {{"singular_value", NULL, MARKED, NULL, NULL, 0}}},
    {"twostep", "overlap_fresh", "k", NULL, "overlap",
     {{"overlap_fresh", NULL, MARKED, NULL, "fresh batch", 0},
      {"overlap_reuse", NULL, MARKED, NULL, "reused batch", 0}}},
    {"regimes", "s_low", "s_low", NULL, NULL,
     {{"excess_risk", "s_high", GST_PLOT_SEGMENTS, NULL, NULL, 0}}},
};

/* column, words, symbol, symbol in enhanced text */
static const struct {
    const char *column, *words, *plain, *enhanced;
} names[] = {
    {"alpha", "sample ratio ", "α", "{/:Italic α}"},
    {"beta", "width ratio ", "β", "{/:Italic β}"},
    {"alpha0", "batch ratio ", "α0", "{/:Italic α}_0"},
    {"eta", "step size ", "η", "{/:Italic η}"},
    {"lambda", "ridge ", "λ", "{/:Italic λ}"},
    {"noise", "label noise ", "Δ", "Δ"},
    {"steps", "number of ", "steps", "steps"},
    {"width", "width ", "p", "{/:Italic p}"},
    {"p", "width ", "p", "{/:Italic p}"},
    {"d", "dimension ", "d", "{/:Italic d}"},
    {"n", "samples ", "n", "{/:Italic n}"},
    {"kappa", "", "κ", "{/:Italic κ}"},
    {"alpha_c", "separability threshold ", "α_c", "{/:Italic α}_c"},
    {"k", "order ", "k", "{/:Italic k}"},
    {"a1", "exponent ", "a1", "{/:Italic a}_1"},
    {"a2", "exponent ", "a2", "{/:Italic a}_2"},
    {"x", "", "eigenvalue", "eigenvalue"},
    {"x_low", "", "eigenvalue", "eigenvalue"},
    {"s_low", "exponent of the step size ", "s", "{/:Italic s}"},
    {"outlier", "", "eigenvalue", "eigenvalue"},
    {"U", "", "overlap, bulk variance", "overlap, bulk variance"},
    {"excess_risk", "", "excess risk", "excess risk"},
    {"test_error", "", "test error", "test error"},
    {"train_error", "", "train error", "train error"},
    {"floor", "", "error floor", "error floor"},
    {"stieltjes", "", "Stieltjes transform", "Stieltjes transform"},
    {"singular_value", "", "singular value", "singular value"},
    {"separated_count", "", "separated directions", "separated directions"},
};
/* clang-format on */

const char *const gst_plot_axes[] = {"eta",    "alpha0", "steps", "noise", "beta",
                                     "lambda", "width",  "alpha", "d",     NULL};

const gst_plot_kind *gst_plot_kind_of(const gst_plot_table *table)
{
    size_t length;
    const char *command = gst_plot_table_value(table, "giantstep.command", &length);
    for (size_t i = 0; command && i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].command) == length && strncmp(kinds[i].command, command, length) == 0 &&
            gst_plot_table_column(table, kinds[i].column, strlen(kinds[i].column)) < table->columns)
            return &kinds[i];
    return NULL;
}

void gst_plot_escape(const char *text, int plain, size_t room, char *out)
{
    char *end = out + room - 3;
    for (; *text != '\0' && out < end; text++) {
        if (!plain && strchr("_^{}@&~\\", *text))
            *out++ = '\\';
        if (*text == '\'')
            *out++ = '\'';
        *out++ = *text;
    }
    *out = '\0';
}

void gst_plot_symbol(const char *column, int plain, size_t room, char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].column, column) == 0) {
            snprintf(text, room, "%s", plain ? names[i].plain : names[i].enhanced);
            return;
        }
    gst_plot_escape(column, plain, room, text);
}

void gst_plot_axis_label(const char *column, int plain, size_t room, char *text)
{
    char symbol[100];
    const char *words = "";
    gst_plot_symbol(column, plain, sizeof symbol, symbol);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].column, column) == 0)
            words = names[i].words;
    snprintf(text, room, "%s%s", words, symbol);
}
