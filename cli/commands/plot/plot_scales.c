/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_scales.c - linear or logarithmic.
 *
 * x: logarithmic where the values of an axis are positive and in geometric progression over a decade, and where an
 * outlier is far from a bulk.  y: where it is an error, positive, and falls or rises by a factor of five. */
#include "cli/commands/plot/plot_scales.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DECADE 10.0
#define OUTLYING 5.0
#define STEEP 5.0
#define MARGIN 1.25

static int is_geometric(const gst_plot_curve *curve)
{
    const gst_plot_table *table = curve->table;
    double previous = NAN, ratio = NAN, first = NAN, last = NAN;
    size_t count = 0;
    for (size_t i = 0; i < curve->count; i++) {
        double x = gst_plot_table_number(table, curve->rows[i], curve->x);
        if (!(x > 0) || !isfinite(x))
            return 0;
        if (count > 1 && !(fabs(log(x / previous) / log(ratio) - 1) < 0.05))
            return 0;
        ratio = count == 1 ? x / previous : ratio;
        first = count == 0 ? x : first;
        previous = last = x;
        count++;
    }
    double range = last > first ? last / first : first / last;
    return count > 2 && range >= DECADE;
}

static double largest_x(const gst_plot_curve *curve)
{
    double most = 0;
    for (size_t i = 0; i < curve->count; i++)
        most = fmax(most, gst_plot_table_number(curve->table, curve->rows[i], curve->x));
    for (const char *at = curve->list; at && at < curve->list + curve->list_length;) {
        char *end;
        most = fmax(most, strtod(at, &end));
        at = end > at ? end + 1 : curve->list + curve->list_length;
    }
    return most;
}

static int choose_x(const gst_plot_figure *figure)
{
    double bulk = 0, outliers = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const gst_plot_curve *curve = &figure->curves[i];
        double *most = curve->style == GST_PLOT_BASE ? &outliers : &bulk;
        *most = fmax(*most, largest_x(curve));
        if (curve->style != GST_PLOT_BASE && is_geometric(curve))
            return 1;
    }
    return bulk > 0 && outliers > OUTLYING * bulk;
}

static int is_error(const char *name)
{
    static const char *const errors[] = {"excess_risk", "test_error", "train_error", "floor"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i], name) == 0)
            return 1;
    return 0;
}

/* The range of what is positive, with a margin; 1 if everything is. */
static int find_range(gst_plot_figure *figure)
{
    int positive = 1;
    figure->low = HUGE_VAL;
    figure->high = 0;
    for (size_t i = 0; i < figure->count; i++)
        for (size_t k = 0; k < figure->curves[i].count; k++) {
            const gst_plot_curve *curve = &figure->curves[i];
            double y = gst_plot_table_number(curve->table, curve->rows[k], curve->y);
            positive &= !(y <= 0);
            if (!isfinite(y) || !(y > 0))
                continue;
            figure->low = fmin(figure->low, y);
            figure->high = fmax(figure->high, y);
        }
    return positive && figure->high > 0;
}

void gst_plot_scales(gst_plot_figure *figure, const char *log)
{
    int positive = find_range(figure), steep = figure->high > STEEP * figure->low;
    figure->log_x = log ? strchr(log, 'x') != NULL : !figure->map && choose_x(figure);
    figure->log_y = log ? strchr(log, 'y') != NULL
                        : !figure->map && positive && steep && is_error(figure->ylabel);
    figure->low /= MARGIN;
    figure->high *= MARGIN;
}
