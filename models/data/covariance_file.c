/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_file.c - eigenvalues from a file, a line each: omega [weight [s_1 .. s_r]]. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "models/data/covariance.h"

enum { LINE_LENGTH = 1024, COLUMNS = 2 + GST_TARGET_DIM_MAX };

static const char *const blanks = " \t\r\n,;";

typedef struct {
    const char *name;
    FILE *file;
    size_t number, columns; /* of the line at hand; of every line */
    gst_covariance_line *lines;
    size_t count, room;
    gst_message *message;
} reader;

static int refuse(const reader *r, const char *why)
{
    return gst_fail(r->message, GST_INVALID, "covariance: %.80s:%zu: %s", r->name, r->number, why);
}

/* Numbers of a line into values; how many, or COLUMNS + 1 if something is none. */
static size_t split(char *text, double *values)
{
    size_t count = 0;
    text[strcspn(text, "#")] = '\0';
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        size_t length = strcspn(text, blanks);
        double value;
        const char *end = gst_number_read(text, &value);
        if (!end || end != text + length || count == COLUMNS)
            return COLUMNS + 1;
        values[count++] = value;
        text += length;
    }
    return count;
}

static int add(reader *r, size_t columns, const double *values)
{
    gst_covariance_line line = {.omega = values[0], .weight = columns > 1 ? values[1] : 1.0};
    if (r->columns > 0 && columns != r->columns)
        return refuse(r, "has not as many numbers as the lines before");
    r->columns = columns;
    if (!(line.omega > 0.0))
        return refuse(r, "the eigenvalue is not positive");
    if (!(line.weight > 0.0))
        return refuse(r, "the weight is not positive");
    for (size_t a = 2; a < columns; a++) {
        if (!(values[a] >= 0.0))
            return refuse(r, "an energy is negative");
        line.energy[a - 2] = values[a];
    }
    if (r->count == r->room) {
        size_t room = r->room > 0 ? 2 * r->room : 256;
        gst_covariance_line *more = realloc(r->lines, room * sizeof *more);
        if (!more)
            return gst_fail(r->message, GST_NO_MEMORY, "no memory");
        r->lines = more;
        r->room = room;
    }
    r->lines[r->count++] = line;
    return GST_OK;
}

static int read_lines(reader *r)
{
    char text[LINE_LENGTH];
    double values[COLUMNS];
    int status = GST_OK;
    while (status == GST_OK && fgets(text, sizeof text, r->file)) {
        r->number++;
        if (!strchr(text, '\n') && strlen(text) == sizeof text - 1)
            return refuse(r, "is too long");
        size_t columns = split(text, values);
        if (columns > COLUMNS)
            status = refuse(r, "is not omega [weight [energy of each direction]], finite numbers");
        else if (columns > 0)
            status = add(r, columns, values);
    }
    if (status == GST_OK && ferror(r->file))
        status = gst_fail(r->message, GST_IO, "covariance: %.80s cannot be read", r->name);
    if (status == GST_OK && r->count == 0)
        status = gst_fail(r->message, GST_INVALID, "covariance: %.80s has no eigenvalues", r->name);
    return status;
}

int gst_covariance_read_file(const char *name, gst_covariance_line **lines, size_t *count,
                             size_t *energies, gst_message *message)
{
    reader r = {.name = name, .message = message, .file = fopen(name, "r")};
    int status =
        r.file ? read_lines(&r)
               : gst_fail(message, GST_INVALID, "covariance: %.80s: %s", name, strerror(errno));
    if (r.file)
        fclose(r.file);
    *lines = r.lines;
    *count = r.count;
    *energies = r.columns > 2 ? r.columns - 2 : 0;
    return status;
}
