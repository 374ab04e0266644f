/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_parse.c - a covariance from its text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "models/data/covariance.h"

static const char *after(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 ? text + length : NULL;
}

/* power:a[:shift] */
static int read_power(gst_data **data, const char *text, double source, double dimension,
                      gst_message *message)
{
    double a, shift = 1.0 / dimension;
    const char *end = gst_number_read(text, &a);
    int given = end && *end == ':';
    if (given)
        end = gst_number_read(end + 1, &shift);
    if (!end || *end != '\0')
        return gst_fail(message, GST_INVALID, "covariance: 'power:%.100s' is not power:a[:shift]",
                        text);
    if (!(a >= 0.0))
        return gst_fail(message, GST_INVALID, "covariance: the power %g is negative", a);
    if (!given && isnan(dimension))
        return gst_fail(
            message, GST_INVALID,
            "covariance: 'power:%.100s' needs a shift, power:a:shift, where there is no "
            "dimension d, or more than one: its default is 1/d",
            text);
    if (!(shift > 0.0) || !(log1p(1.0 / shift) > 0.0))
        return gst_fail(message, GST_INVALID,
                        "covariance: the shift %g is not positive, or too large for a law", shift);
    return gst_covariance_power(data, a, shift, source, message);
}

/* levels:omega,weight;.. */
static int read_level(const char **text, gst_covariance_line *line, gst_message *message)
{
    size_t length = strcspn(*text, ";");
    const char *end = gst_number_read(*text, &line->omega);
    if (end && *end == ',')
        end = gst_number_read(end + 1, &line->weight);
    else
        end = NULL;
    if (!end || end != *text + length)
        return gst_fail(message, GST_INVALID, "covariance: '%.*s' is not a level omega,weight",
                        (int)(length < 100 ? length : 100), *text);
    if (!(line->omega > 0.0))
        return gst_fail(message, GST_INVALID, "covariance: the eigenvalue %g is not positive",
                        line->omega);
    if (!(line->weight > 0.0))
        return gst_fail(message, GST_INVALID, "covariance: the weight %g is not positive",
                        line->weight);
    *text += length + 1;
    return GST_OK;
}

static int read_levels(gst_data **data, const char *text, double source, gst_message *message)
{
    size_t count = gst_list_length(text, ';');
    gst_covariance_line *lines = gst_alloc(count, sizeof *lines);
    int status = lines ? GST_OK : gst_fail(message, GST_NO_MEMORY, "no memory");
    for (size_t i = 0; i < count && status == GST_OK; i++)
        status = read_level(&text, &lines[i], message);
    if (status == GST_OK)
        status = gst_covariance_of_lines(data, count, lines, 0, source, message);
    free(lines);
    return status;
}

static int read_file(gst_data **data, const char *name, double source, int given,
                     gst_message *message)
{
    gst_covariance_line *lines;
    size_t count, energies;
    int status = gst_covariance_read_file(name, &lines, &count, &energies, message);
    if (status == GST_OK && energies > 0 && given)
        status =
            gst_fail(message, GST_INVALID,
                     "teacher_source: %g is excluded by the energies in '%.100s'", source, name);
    if (status == GST_OK)
        status = gst_covariance_of_lines(data, count, lines, energies, source, message);
    free(lines);
    return status;
}

int gst_covariance_parse(gst_data **data, const char *text, double source, double dimension,
                         gst_message *message)
{
    const char *rest;
    int given = !isnan(source);
    double b = given ? source : 1.0;
    *data = NULL;
    if (strcmp(text, "identity") == 0)
        return GST_OK;
    if ((rest = after(text, "power:")))
        return read_power(data, rest, b, dimension, message);
    if ((rest = after(text, "levels:")))
        return read_levels(data, rest, b, message);
    if ((rest = after(text, "file:")))
        return read_file(data, rest, b, given, message);
    return gst_fail(message, GST_INVALID,
                    "covariance: '%.100s' is none of power:a[:shift], levels:omega,weight;.., "
                    "file:NAME, identity",
                    text);
}
