/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - the table of options (option_list.h) and the rules for their numbers. */
#ifndef GST_OPTIONS_H
#define GST_OPTIONS_H

#include <stddef.h>

#include "cli/options/option_list.h"

typedef enum {
#define X(symbol, ...) GST_OPTION_##symbol,
    GST_OPTION_LIST(X)
#undef X
        GST_OPTIONS
} gst_option_id;

typedef enum {
    GST_KIND_AXIS,
    GST_KIND_LIST,
    GST_KIND_NUMBER,
    GST_KIND_SIZE,
    GST_KIND_FLAG,
    GST_KIND_CHOICE,
    GST_KIND_TEXT
} gst_option_kind;

typedef enum { GST_ROLE_PARAMETER, GST_ROLE_RUN } gst_option_role;

/* X(symbol, low, high, low is excluded, integer, inf allowed, what an error says) */
/* clang-format off */
#define GST_RULE_LIST(X) \
X(ANY, -HUGE_VAL, HUGE_VAL, 0, 0, 1, "is not a number") \
X(FINITE, -HUGE_VAL, HUGE_VAL, 0, 0, 0, "is not a finite number") \
X(POSITIVE, 0, HUGE_VAL, 1, 0, 0, "is not a finite positive number") \
X(NONNEGATIVE, 0, HUGE_VAL, 0, 0, 0, "is not a finite number >= 0") \
X(NONNEGATIVE_OR_INF, 0, HUGE_VAL, 0, 0, 1, "is not a number >= 0 or inf") \
X(ONE_OR_MORE_OR_INF, 1, HUGE_VAL, 0, 0, 1, "is not a number >= 1 or inf") \
X(COUNT, 0, 9007199254740991.0, 0, 1, 0, "is not an integer in [0, 2^53)") \
X(COUNT_FROM_ONE, 1, 9007199254740991.0, 0, 1, 0, "is not an integer in [1, 2^53)") \
X(THREADS, 1, 1024, 0, 1, 0, "is not an integer in [1, 1024]") \
X(TOLERANCE, 1e-14, 0.1, 0, 0, 0, "is outside [1e-14, 0.1]") \
X(STEP_EXPONENT, 0, 0.5, 0, 0, 0, "is outside [0, 0.5]") \
X(DAMPING, 0, 1, 1, 0, 0, "is outside (0, 1]")
/* clang-format on */

typedef enum {
#define X(symbol, ...) GST_RULE_##symbol,
    GST_RULE_LIST(X)
#undef X
        GST_RULES
} gst_rule;

typedef struct {
    const char *name, *metavar, *initial; /* metavar NULL: a flag; initial NULL: no default */
    gst_option_kind kind;
    gst_option_role role;
    const char *commands; /* letters of command_list.h */
    gst_rule rule;
    const char *words, *help;
} gst_option;

extern const gst_option gst_option_table[GST_OPTIONS];

/* The option of that name (without dashes; `length` characters): of its rows, the one that the command of that letter
 * takes, else the first; GST_OPTIONS if there is none. */
gst_option_id gst_option_find(const char *name, size_t length, char letter);

/* A number in strict decimal syntax that satisfies the rule (`inf` where the rule allows it; -0 becomes
 * 0).  NULL if it is one, else what to say of it: "is not a number". */
const char *gst_rule_read(gst_rule rule, const char *text, double *value);

/* Index of `text` among the words `a|b|c`, or -1. */
int gst_words_find(const char *words, const char *text);

/* "", or ", did you mean --NAME?" of the nearest option of a command (by its letter); dashes: before the name. */
void gst_option_suggest(const char *name, size_t length, char letter, const char *dashes,
                        char text[80]);

#endif
