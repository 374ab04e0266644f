/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_script.c - a picture as a script of gnuplot.
 *
 * Terminal and line styles (those of results/style.gp), axes, a data block for every curve, one plot command.  Curves
 * of one colour share it between lines and points; the points then have one entry in the legend, unless several kinds
 * of them are told apart by shape. */
#include "cli/commands/plot/plot_script.h"

#include <math.h>
#include <string.h>

typedef struct {
    const gst_plot_figure *figure;
    const gst_plot_page *page;
    FILE *file;
    int plain, keyed; /* keyed: some curve has a title */
} writer;

enum { COLOURS = 8, TITLE = 512, DECADES = 3 };

/* ---- page ---------------------------------------------------------------------------------------- */

static void write_output(const writer *w)
{
    char name[4096];
    if (!w->page->output)
        return;
    gst_plot_escape(w->page->output, 1, sizeof name, name);
    fprintf(w->file, "set output '%s'\n", name);
}

static void write_terminal(const writer *w)
{
    double width = w->keyed || w->figure->map ? 6.2 : 4.6, height = 3.6;
    fputs("set encoding utf8\n", w->file);
    if (w->page->terminal == GST_PLOT_DUMB)
        fprintf(w->file, "set terminal dumb noenhanced size %d, %d %s\n", w->page->wide,
                w->page->high, w->page->colours ? "ansi256" : "mono");
    if (w->page->terminal == GST_PLOT_PDF)
        fprintf(w->file, "set terminal pdfcairo enhanced color font 'sans-serif,12' size %g, %g\n",
                width, height);
    if (w->page->terminal == GST_PLOT_PNG)
        fprintf(w->file,
                "set terminal pngcairo enhanced color font 'sans-serif,9' fontscale 2.3 linewidth "
                "2.3 pointscale 2.4 size %.0f, %.0f\n",
                192 * width, 192 * height);
    if (w->page->terminal == GST_PLOT_SVG)
        fprintf(w->file,
                "set terminal svg enhanced font 'sans-serif,12' linewidth 1.2 background "
                "'white' size %.0f, %.0f\n",
                96 * width, 96 * height);
    if (w->page->terminal == GST_PLOT_NONE)
        fputs("# `gnuplot -p FILE' shows the picture; these lines write it to a file:\n"
              "# set terminal pdfcairo enhanced color font 'sans-serif,12' size 6.2, 3.6\n"
              "# set output 'figure.pdf'\n",
              w->file);
    write_output(w);
}

/* Colours of Okabe and Ito, each with a dash pattern and a mark of its own: told apart in grey too. */
static void write_styles(const writer *w)
{
    static const struct {
        const char *colour, *dashes;
        int point;
    } styles[COLOURS] = {{"#000000", "solid", 6},         {"#0072B2", "(16, 5)", 13},
                         {"#D55E00", "(8, 4)", 9},        {"#009E73", "(12, 4, 2, 4)", 5},
                         {"#CC79A7", "(5, 3)", 11},       {"#E69F00", "(12, 4, 2, 4, 2, 4)", 7},
                         {"#56B4E9", "(20, 4, 8, 4)", 4}, {"#909090", "(2, 3)", 8}};
    for (int k = 0; k < COLOURS; k++)
        fprintf(w->file,
                "set linetype %d linecolor rgb '%s' linewidth 2 dashtype %s pointtype %d "
                "pointsize 0.7\n",
                k + 1, styles[k].colour, styles[k].dashes, styles[k].point);
    for (int k = 0; k < COLOURS; k++)
        fprintf(w->file,
                "set linetype %d linecolor rgb '%s' linewidth 1.2 dashtype solid pointtype %d "
                "pointsize 0.7\n",
                k + 11, styles[k].colour, styles[k].point);
    fprintf(
        w->file,
        "set pointintervalbox 0.001\nset linetype cycle 0\nset border %d linewidth 0.8\nset tics "
        "scale 0.6 nomirror\n",
        w->figure->map ? 31 : 3);
    if (w->page->terminal == GST_PLOT_DUMB)
        fputs("set key noautotitle above Left reverse samplen 2\n", w->file);
    else
        fputs("set key noautotitle outside right top Left reverse spacing 1.25 samplen 3.2\n",
              w->file);
}

/* 1, 2 and 5 of every decade are written where there are few decades. */
static void write_log_y(const writer *w)
{
    const gst_plot_figure *figure = w->figure;
    fputs("set logscale y\nset format y '%g'\n", w->file);
    if (!(figure->high > figure->low))
        return;
    fprintf(w->file, "set yrange [%.4g:%.4g]\n", figure->low, figure->high);
    int first = (int)floor(log10(figure->low)), last = (int)ceil(log10(figure->high));
    for (int k = first; k <= last && last - first <= DECADES; k++)
        fprintf(w->file, "set ytics %s(1e%d, 2e%d, 5e%d)\n", k > first ? "add " : "", k, k, k);
}

static void write_axes(const writer *w)
{
    const gst_plot_figure *figure = w->figure;
    char label[200];
    gst_plot_axis_label(figure->xlabel, w->plain, sizeof label, label);
    fprintf(w->file, "set xlabel '%s'\n", label);
    gst_plot_axis_label(figure->ylabel, w->plain, sizeof label, label);
    fprintf(w->file, "set ylabel '%s'\n", label);
    if (figure->log_x)
        fprintf(w->file, "set logscale x\nset format x '%s'\n", w->plain ? "%g" : "10^{%L}");
    if (figure->log_y)
        write_log_y(w);
    if (!figure->map)
        fprintf(w->file, "set offsets graph %s, graph %s, 0, 0\n", figure->log_x ? "0" : "0.02",
                figure->log_x ? "0" : "0.02");
}

/* ---- data ---------------------------------------------------------------------------------------- */

static const char *number(const gst_plot_curve *curve, size_t row, size_t column, double *value)
{
    *value = gst_plot_table_number(curve->table, row, column);
    return isfinite(*value) ? gst_plot_table_text(curve->table, row, column) : "NaN";
}

/* x, y, error or second x. */
static void write_row(const writer *w, const gst_plot_curve *curve, size_t row)
{
    const gst_plot_table *table = curve->table;
    double x, y, error = 0;
    const char *x_text = number(curve, row, curve->x, &x), *y_text, *error_text = "0";
    char half[40];
    if (!isfinite(x))
        return;
    y_text = curve->style == GST_PLOT_BASE ? "0" : number(curve, row, curve->y, &y);
    if (curve->error < table->columns)
        error_text = number(curve, row, curve->error, &error);
    if (curve->style == GST_PLOT_BOXES && w->figure->log_x && !(x > 0)) {
        snprintf(half, sizeof half, "%.15g", error / 2);
        x_text = half;
    }
    if (curve->style == GST_PLOT_POINTS && strcmp(error_text, "NaN") == 0)
        error_text = "0";
    fprintf(w->file, "%s %s %s\n", x_text, y_text, error_text);
}

static void write_block(const writer *w, size_t index)
{
    const gst_plot_curve *curve = &w->figure->curves[index];
    fprintf(w->file, "$curve%zu << EOD\n", index + 1);
    if (curve->list)
        for (const char *at = curve->list; at < curve->list + curve->list_length;) {
            size_t length = strcspn(at, ",\n");
            fprintf(w->file, "%.*s 0 0\n", (int)length, at);
            at += length + 1;
        }
    for (size_t i = 0; i < curve->count; i++) {
        int scan = i > 0 && curve->style == GST_PLOT_MAP &&
                   strcmp(gst_plot_table_text(curve->table, curve->rows[i], curve->x),
                          gst_plot_table_text(curve->table, curve->rows[i - 1], curve->x)) != 0;
        fputs(scan ? "\n" : "", w->file);
        write_row(w, curve, curve->rows[i]);
    }
    fputs("EOD\n", w->file);
}

/* ---- legend -------------------------------------------------------------------------------------- */

static int is_line(const gst_plot_curve *curve)
{
    return curve->style == GST_PLOT_LINES || curve->style == GST_PLOT_MARKED;
}

/* Points over the line of their colour. */
static int is_over_line(const writer *w, const gst_plot_curve *curve)
{
    for (size_t i = 0; curve->style == GST_PLOT_POINTS && i < w->figure->count; i++)
        if (w->figure->curves[i].colour == curve->colour && is_line(&w->figure->curves[i]))
            return 1;
    return 0;
}

static int some_over_line(const writer *w)
{
    for (size_t i = 0; i < w->figure->count; i++)
        if (is_over_line(w, &w->figure->curves[i]))
            return 1;
    return 0;
}

/* What it is, where quantities differ, and the outer values. */
static void write_title(const writer *w, const gst_plot_curve *curve, char title[TITLE])
{
    char name[200] = "";
    const char *outer = curve->outer[w->plain];
    title[0] = '\0';
    if (w->figure->map || is_over_line(w, curve))
        return;
    int sole = *outer == '\0' && w->figure->count > 1;
    if (w->figure->quantities > 1 || sole)
        gst_plot_escape(curve->title ? curve->title : curve->quantity, w->plain, sizeof name, name);
    snprintf(title, TITLE, "%s%s%s", name, *name && *outer ? ", " : "", outer);
}

/* ---- the plot command ---------------------------------------------------------------------------- */

static void write_using(const writer *w, size_t index)
{
    const gst_plot_curve *curve = &w->figure->curves[index];
    size_t colour = curve->colour % COLOURS;
    int paired = !curve->list && curve->error < curve->table->columns;
    fprintf(w->file, "$curve%zu using ", index + 1);
    switch (curve->style) {
    case GST_PLOT_LINES:
        fprintf(w->file, "%s:2 with %s linetype %zu", paired ? "(($1 + $3)/2)" : "1",
                curve->count > 1 ? "lines" : "points", colour + 1);
        break;
    case GST_PLOT_MARKED:
        fprintf(w->file, "1:2 with linespoints linetype %zu", colour + 1);
        break;
    case GST_PLOT_POINTS:
        fprintf(w->file, "%s linetype %zu", paired ? "1:2:3 with yerrorbars" : "1:2 with points",
                colour + 11);
        break;
    case GST_PLOT_BOXES:
        fputs("(($1 + $3)/2):2:($3 - $1) with boxes fillstyle solid 0.35 noborder linecolor rgb "
              "'#56B4E9'",
              w->file);
        break;
    case GST_PLOT_SEGMENTS:
        fprintf(w->file, "1:2:($3 - $1):(0) with vectors nohead linetype %zu", colour + 1);
        break;
    case GST_PLOT_BASE:
        fprintf(w->file, "1:2 with points linetype %zu pointsize 1.2", colour + 11);
        break;
    case GST_PLOT_MAP:
        fputs("1:3:2 with image", w->file);
        break;
    }
}

/* Boxes come first, or they would hide the lines. */
static void write_plot(const writer *w)
{
    const char *separator = "plot ";
    char title[TITLE];
    for (size_t k = 0; k < 2 * w->figure->count; k++) {
        size_t i = k % w->figure->count;
        if ((w->figure->curves[i].style == GST_PLOT_BOXES) != (k < w->figure->count))
            continue;
        fputs(separator, w->file);
        write_using(w, i);
        write_title(w, &w->figure->curves[i], title);
        fprintf(w->file, *title ? " title '%s'" : " notitle", title);
        separator = ", \\\n     ";
    }
    if (some_over_line(w))
        fprintf(w->file, "%skeyentry with yerrorbars linetype 11 title 'networks'", separator);
    fputc('\n', w->file);
    if (w->page->output)
        fputs("unset output\n", w->file);
}

static int is_keyed(const writer *w)
{
    char title[TITLE];
    int keyed = some_over_line(w);
    for (size_t i = 0; i < w->figure->count; i++) {
        write_title(w, &w->figure->curves[i], title);
        keyed |= *title != '\0';
    }
    return keyed;
}

static void write_head(const writer *w)
{
    const gst_plot_table *last = NULL;
    fputs("# Drawn by giantstep plot", w->file);
    for (size_t i = 0; i < w->figure->count; i++) {
        if (w->figure->curves[i].table != last)
            fprintf(w->file, " %s", w->figure->curves[i].table->base);
        last = w->figure->curves[i].table;
    }
    fputs("; all data is in this file.\n", w->file);
}

void gst_plot_script_write(const gst_plot_figure *figure, const gst_plot_page *page, FILE *file)
{
    writer w = {.figure = figure, .page = page, .file = file};
    w.plain = page->terminal == GST_PLOT_DUMB;
    w.keyed = is_keyed(&w);
    write_head(&w);
    write_terminal(&w);
    write_styles(&w);
    write_axes(&w);
    if (figure->map)
        fputs("set palette defined (0 '#FFFFFF', 1 '#A6CEE3', 2 '#0072B2', 3 '#1A1A3A')\n"
              "set cblabel 'separated directions'\nset autoscale fix\n",
              file);
    for (size_t i = 0; i < figure->count; i++)
        write_block(&w, i);
    write_plot(&w);
}
