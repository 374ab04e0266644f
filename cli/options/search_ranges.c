/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search_ranges.c - `--optimise eta,lambda`: axes that are searched instead of listed. */
#include "cli/options/search_ranges.h"

#include <math.h>
#include <stdlib.h>

#include "cli/options/grid.h"
#include "cli/process/report.h"

/* Points of the first scan: at least these, at least so many a decade, and what the range's count says. */
enum { POINTS_LEAST = 17, POINTS_PER_DECADE = 4 };

/* In the order of the words of --optimise. */
static const struct {
    int eta, lambda;
} choices[] = {{1, 0}, {0, 1}, {1, 1}, {1, 1}};

/* The default ranges, and as an axis that says the same. */
static const gst_range eta_default = {.low = 1e-2, .high = 1e2, .points = POINTS_LEAST};
static const gst_range lambda_default = {.low = 1e-8, .high = 1e4, .points = POINTS_LEAST};
#define ETA_TEXT "0.01:100:17:log"
#define LAMBDA_TEXT "1e-8:1e4:17:log"

int gst_optimise_has(const gst_settings *settings, gst_option_id id)
{
    if (!gst_setting_text(settings, GST_OPTION_OPTIMISE))
        return 0;
    size_t choice = (size_t)gst_setting_number(settings, GST_OPTION_OPTIMISE);
    return (id == GST_OPTION_ETA && choices[choice].eta) ||
           (id == GST_OPTION_LAMBDA && choices[choice].lambda);
}

const char *gst_optimise_default(const gst_settings *settings, gst_option_id id)
{
    if (!gst_optimise_has(settings, id) || gst_setting_is_given(settings, id))
        return NULL;
    return id == GST_OPTION_ETA ? ETA_TEXT : LAMBDA_TEXT;
}

static int set_ends(const gst_settings *settings, gst_option_id id, gst_range *range)
{
    size_t count;
    double *values;
    int code = gst_axis_read(settings, id, &count, &values);
    if (code != 0)
        return code;
    *range = (gst_range){.low = values[0], .high = values[0], .points = count};
    for (size_t i = 1; i < count; i++) {
        range->low = values[i] < range->low ? values[i] : range->low;
        range->high = values[i] > range->high ? values[i] : range->high;
    }
    free(values);
    if (!(range->low < range->high))
        return gst_setting_refuse(settings, id, NULL, "is one value, --optimise wants a range");
    if (id == GST_OPTION_LAMBDA && !(range->low > 0))
        return gst_setting_refuse(settings, id, NULL, "reaches 0, --optimise wants lambda > 0");
    return 0;
}

int gst_optimise_range(const gst_settings *settings, gst_option_id id, gst_range *range)
{
    const char *words = gst_option_table[id].words;
    int word = words && gst_words_find(words, gst_setting_text(settings, id)) >= 0;
    int code = 0;
    *range = id == GST_OPTION_ETA ? eta_default : lambda_default;
    if (!gst_optimise_has(settings, id))
        return 0;
    if (id == GST_OPTION_ETA && gst_setting_text(settings, GST_OPTION_SPIKE))
        return gst_setting_refuse(settings, GST_OPTION_OPTIMISE, NULL,
                                  "has no meaning with --spike, which excludes --eta");
    if (gst_setting_is_given(settings, id) && !word)
        code = set_ends(settings, id, range);
    if (code != 0)
        return code;
    double decades = range->low > 0 ? log10(range->high / range->low) : 0;
    size_t least = 1 + (size_t)ceil(POINTS_PER_DECADE * decades);
    range->points = range->points > least ? range->points : least;
    range->points = range->points > POINTS_LEAST ? range->points : POINTS_LEAST;
    return 0;
}
