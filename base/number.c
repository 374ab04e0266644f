/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.c - numbers and lists in texts, read strictly. */
#include "base/number.h"

#include <math.h>
#include <stdlib.h>

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The end of the longest decimal number at the start of text, or NULL. */
static const char *number_end(const char *text)
{
    const char *at = text + (*text == '-' || *text == '+');
    const char *digits = at;
    at = skip_digits(at);
    size_t count = (size_t)(at - digits);
    if (*at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction);
        count += (size_t)(at - fraction);
    }
    if (count == 0)
        return NULL;
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1 + (at[1] == '-' || at[1] == '+');
        const char *end = skip_digits(exponent);
        if (end > exponent)
            at = end;
    }
    return at;
}

const char *gst_number_read(const char *text, double *value)
{
    const char *end = number_end(text);
    char *parsed;
    if (!end)
        return NULL;
    *value = strtod(text, &parsed);
    return parsed == end && isfinite(*value) ? end : NULL;
}

size_t gst_list_length(const char *text, char separator)
{
    size_t length = 1;
    for (; *text; text++)
        length += *text == separator;
    return length;
}
