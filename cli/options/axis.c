/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis.c - the numbers of one axis: a list, a range or a logarithmic range. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options/grid.h"
#include "base/memory.h"
#include "cli/process/report.h"

enum { LONGEST_AXIS = 100000000 };

static size_t count_char(const char *text, char c)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

/* Replace separators by terminators; the tokens then follow each other in `text`. */
static void split(char *text, char separator)
{
    for (; *text != '\0'; text++)
        if (*text == separator)
            *text = '\0';
}

static const char *next_token(const char *token)
{
    return token + strlen(token) + 1;
}

static int no_memory(const gst_settings *settings, gst_option_id id)
{
    gst_setting_refuse(settings, id, NULL, "needs too much memory");
    return GST_EXIT_RUNTIME;
}

static int read_token(const gst_settings *settings, gst_option_id id, const char *token,
                      double *value)
{
    const char *words = gst_option_table[id].words;
    if (words && gst_words_find(words, token) >= 0)
        return gst_setting_refuse(settings, id, token,
                                  "stands alone: it cannot be a value of a list or range");
    const char *fault = gst_rule_read(gst_option_table[id].rule, token, value);
    return fault ? gst_setting_refuse(settings, id, token, "%s", fault) : 0;
}

static int read_list(const gst_settings *settings, gst_option_id id, char *text, size_t *count,
                     double **values)
{
    *count = count_char(text, ',') + 1;
    *values = gst_alloc_doubles(*count);
    if (!*values)
        return no_memory(settings, id);
    split(text, ',');
    for (size_t i = 0; i < *count; i++, text += strlen(text) + 1) {
        int code = read_token(settings, id, text, *values + i);
        if (code != 0)
            return code;
    }
    return 0;
}

typedef struct {
    double from, to;
    size_t count;
    int logarithmic;
} range;

static double range_value(const range *r, size_t i)
{
    double intervals = (double)(r->count - 1), t = (double)i / intervals;
    if (i == 0)
        return r->from;
    if (i == r->count - 1)
        return r->to;
    if (r->logarithmic)
        return pow(r->from, 1 - t) * pow(r->to, t);
    return r->from + (r->to - r->from) * (double)i / intervals;
}

/* The values inside a range, too, have to follow the option's rule (integers for --steps). */
static int fill_range(const gst_settings *settings, gst_option_id id, const range *r, size_t *count,
                      double **values)
{
    int whole = gst_option_table[id].rule == GST_RULE_COUNT ||
                gst_option_table[id].rule == GST_RULE_COUNT_FROM_ONE;
    *count = r->count;
    *values = gst_alloc_doubles(r->count);
    if (!*values)
        return no_memory(settings, id);
    for (size_t i = 0; i < r->count; i++) {
        double value = range_value(r, i);
        (*values)[i] = value;
        if (whole && value != floor(value))
            return gst_setting_refuse(settings, id, NULL, "has values that are not integers");
    }
    return 0;
}

static int check_range(const gst_settings *settings, gst_option_id id, const range *r)
{
    if (!isfinite((r->to - r->from) * (double)r->count))
        return gst_setting_refuse(settings, id, NULL, "is not a finite range");
    if (!isless(r->from, r->to))
        return gst_setting_refuse(settings, id, NULL, "is an empty or reversed range");
    if (r->logarithmic && !(r->from > 0))
        return gst_setting_refuse(settings, id, NULL, "is a log range with an end that is not > 0");
    return 0;
}

static int read_range(const gst_settings *settings, gst_option_id id, char *text, range *r)
{
    size_t colons = count_char(text, ':');
    double count;
    split(text, ':');
    const char *to = next_token(text), *number = next_token(to);
    r->logarithmic = colons == 3 && strcmp(next_token(number), "log") == 0;
    if (colons != 2 && !r->logarithmic)
        return gst_setting_refuse(settings, id, NULL, "is not of the form from:to:count[:log]");
    int code = read_token(settings, id, text, &r->from);
    if (code == 0)
        code = read_token(settings, id, to, &r->to);
    if (code != 0)
        return code;
    if (gst_rule_read(GST_RULE_COUNT_FROM_ONE, number, &count) || count < 2)
        return gst_setting_refuse(settings, id, NULL, "has a count that is not an integer >= 2");
    if (count > LONGEST_AXIS)
        return gst_setting_refuse(settings, id, NULL, "has more than %d values", LONGEST_AXIS);
    r->count = (size_t)count;
    return check_range(settings, id, r);
}

int gst_axis_read(const gst_settings *settings, gst_option_id id, size_t *count, double **values)
{
    const char *text = gst_setting_text(settings, id);
    range r;
    *values = NULL;
    char *copy = gst_copy_string(text);
    if (!copy)
        return no_memory(settings, id);
    int code;
    if (!strchr(text, ':'))
        code = read_list(settings, id, copy, count, values);
    else if ((code = read_range(settings, id, copy, &r)) == 0)
        code = fill_range(settings, id, &r, count, values);
    free(copy);
    return code;
}
