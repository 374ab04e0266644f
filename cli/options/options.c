/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the table of options, and numbers read by their rules. */
#include "cli/options/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"

const gst_option gst_option_table[GST_OPTIONS] = {
#define X(symbol, long_name, placeholder, default_value, type, part, takers, limits, choices, \
          text)                                                                               \
    [GST_OPTION_##symbol] = {.name = long_name,                                               \
                             .metavar = placeholder,                                          \
                             .initial = default_value,                                        \
                             .kind = GST_KIND_##type,                                         \
                             .role = GST_ROLE_##part,                                         \
                             .commands = takers,                                              \
                             .rule = GST_RULE_##limits,                                       \
                             .words = choices,                                                \
                             .help = text},
    GST_OPTION_LIST(X)
#undef X
};

typedef struct {
    double low, high;
    int low_excluded, integer, infinite;
    const char *text;
} rule_limits;

static const rule_limits rules[GST_RULES] = {
#define X(symbol, from, to, open, whole, unbounded, message) \
    [GST_RULE_##symbol] = {.low = from,                      \
                           .high = to,                       \
                           .low_excluded = open,             \
                           .integer = whole,                 \
                           .infinite = unbounded,            \
                           .text = message},
    GST_RULE_LIST(X)
#undef X
};

gst_option_id gst_option_find(const char *name, size_t length, char letter)
{
    gst_option_id first = GST_OPTIONS;
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        const char *known = gst_option_table[i].name;
        if (strlen(known) != length || strncmp(known, name, length) != 0)
            continue;
        if (strchr(gst_option_table[i].commands, letter))
            return (gst_option_id)i;
        first = first == GST_OPTIONS ? (gst_option_id)i : first;
    }
    return first;
}

/* A whole token that is a number; one that underflows to zero is none. */
static int read_decimal(const char *text, double *value)
{
    const char *end = gst_number_read(text, value);
    if (!end || *end != '\0')
        return 0;
    int zero = strcspn(text, "123456789") >= strcspn(text, "eE");
    *value += 0.0;
    return zero || *value != 0;
}

const char *gst_rule_read(gst_rule rule, const char *text, double *value)
{
    const rule_limits *limits = &rules[rule];
    if (limits->infinite && strcmp(text, "inf") == 0) {
        *value = HUGE_VAL;
        return NULL;
    }
    if (!read_decimal(text, value))
        return limits->text;
    int low = limits->low_excluded ? *value > limits->low : *value >= limits->low;
    int whole = !limits->integer || floor(*value) == *value;
    return low && *value <= limits->high && whole ? NULL : limits->text;
}

int gst_words_find(const char *words, const char *text)
{
    size_t length = strlen(text);
    for (int index = 0;; index++) {
        size_t size = strcspn(words, "|");
        if (size == length && strncmp(words, text, size) == 0)
            return index;
        if (words[size] == '\0')
            return -1;
        words += size + 1;
    }
}

void gst_option_suggest(const char *name, size_t length, char letter, const char *dashes,
                        char text[80])
{
    gst_nearest nearest = {0};
    for (size_t i = 0; i < GST_OPTIONS; i++)
        if (strchr(gst_option_table[i].commands, letter))
            gst_nearest_try(&nearest, name, length, gst_option_table[i].name);
    text[0] = '\0';
    if (nearest.known)
        snprintf(text, 80, ", did you mean %s%s?", dashes, nearest.known);
}
