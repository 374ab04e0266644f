/* SPDX-License-Identifier: GPL-3.0-or-later */
/* given_spikes.c - a spiked random-features model from the texts of its matrices. */
#include "giantstep/given_spikes.h"

#include "base/memory.h"
#include "base/number.h"
#include "models/training/residual_directions.h"
#include "giantstep/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reads `rows` lists of `columns` numbers, rows separated by `;` and numbers by `,`, into values[i*columns
 * + j].  The text's own shape is in *rows and *columns on return from `shape`. */
static int shape(const char *name, const char *text, size_t *rows, size_t *columns,
                 gst_message *message)
{
    *rows = gst_list_length(text, ';');
    *columns = 0;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ";"), count = 1;
        for (size_t i = 0; i < length; i++)
            count += at[i] == ',';
        if (*columns != 0 && count != *columns)
            return gst_fail(message, GST_INVALID, "%s: '%.120s' has lists of %zu and of %zu values",
                            name, text, *columns, count);
        *columns = count;
        at += length;
        if (*at == '\0')
            return GST_OK;
    }
}

static int read_values(const char *name, const char *text, size_t count, double *values,
                       gst_message *message)
{
    const char *at = text;
    for (size_t i = 0; i < count; i++) {
        int length = (int)strcspn(at, ",;");
        const char *end = gst_number_read(at, &values[i]);
        if (!end || end != at + length)
            return gst_fail(message, GST_INVALID, "%s: '%.*s' in '%.120s' is not a number", name,
                            length, at, text);
        at = end + 1;
    }
    return GST_OK;
}

static void transpose(size_t rows, size_t columns, const double *from, double *to)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++)
            to[j * rows + i] = from[i * columns + j];
    }
}

/* A matrix given row by row (spikes by `;`) and kept column by column (index*m + l). */
static int read_matrix(const char *name, const char *text, size_t rows, size_t columns,
                       double **out, gst_message *message)
{
    double *values = gst_alloc_doubles(rows * columns);
    *out = gst_alloc_doubles(rows * columns);
    int status = values && *out ? read_values(name, text, rows * columns, values, message)
                                : gst_fail(message, GST_NO_MEMORY, "no memory");
    if (status == GST_OK)
        transpose(rows, columns, values, *out);
    free(values);
    return status;
}

static int parse_overlap(gst_spikes *spikes, const char *text, gst_message *message)
{
    size_t rows, columns;
    if (!text) {
        if (spikes->r != 1 || spikes->m != 1)
            return gst_fail(message, GST_INVALID,
                            "overlap: must be given for %zu target variables and %zu spikes",
                            spikes->r, spikes->m);
        text = "1";
    }
    int status = shape("overlap", text, &rows, &columns, message);
    if (status != GST_OK)
        return status;
    if (rows != spikes->m || columns != spikes->r)
        return gst_fail(message, GST_INVALID,
                        "overlap: '%.120s' has %zu lists of %zu values, not %zu (spikes) of %zu "
                        "(target variables)",
                        text, rows, columns, spikes->m, spikes->r);
    status = read_matrix("overlap", text, rows, columns, &spikes->gamma, message);
    if (status != GST_OK)
        return status;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    size_t q;
    status = gst_residual_directions(spikes->r, spikes->m, spikes->gamma, rest, &q);
    if (status == GST_NO_MEMORY)
        return gst_fail(message, status, "no memory");
    if (status != GST_OK)
        return gst_fail(message, GST_INVALID, "overlap: '%.120s' is an overlap larger than one",
                        text);
    return GST_OK;
}

static int parse_bulk_variance(gst_spikes *spikes, const char *text, gst_message *message)
{
    size_t rows, columns;
    spikes->c = gst_alloc_doubles(spikes->K);
    if (!spikes->c)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    text = text ? text : "1";
    int status = shape("bulk_variance", text, &rows, &columns, message);
    if (status != GST_OK)
        return status;
    if (rows != 1 || (columns != 1 && columns != spikes->K))
        return gst_fail(message, GST_INVALID,
                        "bulk_variance: '%.120s' has %zu values, `spike` has %zu groups", text,
                        rows * columns, spikes->K);
    status = read_values("bulk_variance", text, columns, spikes->c, message);
    for (size_t g = 0; status == GST_OK && g < spikes->K; g++) {
        if (columns == 1)
            spikes->c[g] = spikes->c[0];
        if (!(spikes->c[g] > 0.0))
            status =
                gst_fail(message, GST_INVALID, "bulk_variance: %.6g in '%.120s' is not positive",
                         spikes->c[g], text);
    }
    return status;
}

int gst_spikes_parse(gst_spikes *spikes, size_t r, const char *spike, const char *overlap,
                     const char *bulk_variance, gst_message *message)
{
    *spikes = (gst_spikes){.r = r};
    int status = shape("spike", spike, &spikes->m, &spikes->K, message);
    if (status == GST_OK && spikes->m > GST_SPIKES_MAX)
        status = gst_fail(message, GST_INVALID, "spike: '%.120s' has more than %d spikes", spike,
                          GST_SPIKES_MAX);
    if (status == GST_OK)
        status = read_matrix("spike", spike, spikes->m, spikes->K, &spikes->U, message);
    if (status == GST_OK)
        status = parse_overlap(spikes, overlap, message);
    if (status == GST_OK)
        status = parse_bulk_variance(spikes, bulk_variance, message);
    if (status != GST_OK)
        gst_spikes_clear(spikes);
    return status;
}

void gst_spikes_clear(gst_spikes *spikes)
{
    free(spikes->U);
    free(spikes->gamma);
    free(spikes->c);
    *spikes = (gst_spikes){0};
}
