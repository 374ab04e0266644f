/* SPDX-License-Identifier: GPL-3.0-or-later */
/* function_table_file.c - read a table of a function, line by line (function_table.h).
 *
 * Where a panel's slope is not given it is the polynomial's own: d_{j-1} = d_{j+1} + 2 j c_j (d_0 halved), over half
 * the panel's length. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "integrals/mesh.h"
#include "models/functions/function_table.h"

enum { LINE_LENGTH = 4096, NUMBERS = GST_FUNCTION_TABLE_DEGREE + 3, NAME_LENGTH = 1024 };

static const char *const blanks = " \t\r\n";

typedef struct {
    char name[NAME_LENGTH];
    FILE *file;
    size_t line;
    gst_function_table *table;
    size_t panel_room, number_room, kink_room;
    gst_message *message;
} reader;

static int refuse(const reader *r, const char *why)
{
    return gst_fail(r->message, GST_INVALID, "table %.200s:%zu: %s", r->name, r->line, why);
}

/* Room for `more` elements after `count`: the array, moved; NULL, and it is left alone, without memory. */
static void *reserve(void *array, size_t count, size_t more, size_t size, size_t *room)
{
    if (count + more <= *room)
        return array;
    size_t wanted = 2 * (count + more);
    void *larger = realloc(array, wanted * size);
    *room = larger ? wanted : *room;
    return larger;
}

static int append_numbers(reader *r, size_t count, const double *numbers)
{
    gst_function_table *t = r->table;
    double *all = reserve(t->numbers, t->number_count, count, sizeof *all, &r->number_room);
    if (!all)
        return gst_fail(r->message, GST_NO_MEMORY, "no memory for a table");
    t->numbers = all;
    memcpy(all + t->number_count, numbers, count * sizeof *all);
    t->number_count += count;
    return GST_OK;
}

/* The slope of the last panel, if it was given none. */
static int finish_panel(reader *r)
{
    gst_function_table *t = r->table;
    if (t->panel_count == 0 || t->panels[t->panel_count - 1].slopes > 0)
        return GST_OK;
    gst_function_panel *p = &t->panels[t->panel_count - 1];
    const double *c = t->numbers + p->value;
    double d[NUMBERS + 1] = {0};
    for (size_t j = p->values - 1; j > 0; j--)
        d[j - 1] = d[j + 1] + 2 * (double)j * c[j];
    d[0] *= 0.5;
    for (size_t j = 0; j < p->values; j++)
        d[j] *= 2 / (p->high - p->low);
    p->slope = t->number_count;
    p->slopes = p->values;
    return append_numbers(r, p->slopes, d);
}

static int add_panel(reader *r, size_t count, const double *numbers)
{
    gst_function_table *t = r->table;
    if (count < 3)
        return refuse(r, "a panel is its two ends and at least one coefficient");
    if (!(numbers[0] < numbers[1]))
        return refuse(r, "the panel ends before it begins");
    if (t->panel_count > 0 && t->panels[t->panel_count - 1].high != numbers[0])
        return refuse(r, "the panel does not begin where the one before ends");
    int status = finish_panel(r);
    gst_function_panel *all = reserve(t->panels, t->panel_count, 1, sizeof *all, &r->panel_room);
    if (!all)
        return gst_fail(r->message, GST_NO_MEMORY, "no memory for a table");
    t->panels = all;
    all[t->panel_count++] = (gst_function_panel){
        .low = numbers[0], .high = numbers[1], .value = t->number_count, .values = count - 2};
    return status == GST_OK ? append_numbers(r, count - 2, numbers + 2) : status;
}

static int add_slope(reader *r, size_t count, const double *numbers)
{
    gst_function_table *t = r->table;
    gst_function_panel *p = t->panel_count > 0 ? &t->panels[t->panel_count - 1] : NULL;
    if (!p || p->slopes > 0)
        return refuse(r, "a slope follows its panel, once");
    if (count < 1 || count > GST_FUNCTION_TABLE_DEGREE + 1)
        return refuse(r, "a slope has 1 to 64 coefficients");
    p->slope = t->number_count;
    p->slopes = count;
    return append_numbers(r, count, numbers);
}

static int add_kink(reader *r, size_t count, const double *numbers)
{
    gst_function_table *t = r->table;
    if (count != 1)
        return refuse(r, "a kink is one number");
    if (t->kink_count > 0 && !(t->kinks[t->kink_count - 1] < numbers[0]))
        return refuse(r, "kinks are not in ascending order");
    double *all = reserve(t->kinks, t->kink_count, 1, sizeof *all, &r->kink_room);
    if (!all)
        return gst_fail(r->message, GST_NO_MEMORY, "no memory for a table");
    t->kinks = all;
    all[t->kink_count++] = numbers[0];
    return GST_OK;
}

static const struct {
    const char *word;
    int (*add)(reader *r, size_t count, const double *numbers);
} lines[] = {{"panel", add_panel}, {"slope", add_slope}, {"kink", add_kink}};

static int read_line(reader *r, char *text)
{
    double numbers[NUMBERS];
    size_t count = 0, i = 0;
    text[strcspn(text, "#")] = '\0';
    char *word = text + strspn(text, blanks);
    size_t length = strcspn(word, blanks);
    if (length == 0)
        return GST_OK;
    while (i < sizeof lines / sizeof *lines &&
           (strlen(lines[i].word) != length || strncmp(lines[i].word, word, length) != 0))
        i++;
    if (i == sizeof lines / sizeof *lines)
        return refuse(r, "begins with none of panel, slope, kink");
    for (text = word + length; *(text += strspn(text, blanks)) != '\0'; text += length) {
        length = strcspn(text, blanks);
        if (count == NUMBERS)
            return refuse(r, "has more than 64 coefficients");
        const char *end = gst_number_read(text, &numbers[count++]);
        if (!end || end != text + length)
            return refuse(r, "has something that is no finite number");
    }
    return lines[i].add(r, count, numbers);
}

/* It covers the box of quadrature. */
static int check(reader *r)
{
    const gst_function_table *t = r->table;
    if (t->panel_count == 0)
        return gst_fail(r->message, GST_INVALID, "table %.200s: has no panels", r->name);
    double low = t->panels[0].low, high = t->panels[t->panel_count - 1].high;
    if (!(low <= -GST_GAUSSIAN_BOX && high >= GST_GAUSSIAN_BOX))
        return gst_fail(r->message, GST_INVALID,
                        "table %.200s: its panels, from %g to %g, do not cover -%g to %g", r->name,
                        low, high, GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX);
    return GST_OK;
}

static int read_lines(reader *r)
{
    char text[LINE_LENGTH];
    int status = GST_OK;
    while (status == GST_OK && fgets(text, sizeof text, r->file)) {
        r->line++;
        if (!strchr(text, '\n') && strlen(text) == sizeof text - 1)
            return refuse(r, "is too long");
        status = read_line(r, text);
    }
    if (status == GST_OK && ferror(r->file))
        status = gst_fail(r->message, GST_IO, "table %.200s cannot be read", r->name);
    if (status == GST_OK)
        status = finish_panel(r);
    return status == GST_OK ? check(r) : status;
}

int gst_function_table_read(gst_function_table **table, const char *name, size_t length,
                            gst_message *message)
{
    reader r = {.message = message};
    *table = NULL;
    if (length == 0 || length >= NAME_LENGTH)
        return gst_fail(message, GST_INVALID, "a table wants a name of 1 to %d bytes",
                        NAME_LENGTH - 1);
    memcpy(r.name, name, length);
    r.table = gst_alloc(1, sizeof *r.table);
    if (!r.table)
        return gst_fail(message, GST_NO_MEMORY, "no memory for a table");
    r.file = fopen(r.name, "r");
    int status = r.file
                     ? read_lines(&r)
                     : gst_fail(message, GST_INVALID, "table %.200s: %s", r.name, strerror(errno));
    if (r.file)
        fclose(r.file);
    if (status != GST_OK)
        gst_function_table_free(r.table);
    else
        *table = r.table;
    return status;
}
