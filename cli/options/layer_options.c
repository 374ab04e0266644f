/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_options.c - --second-layer: lists, words and laws; `table:FILE', one value a line, empty lines and what follows
 * # left out. */
#include "cli/options/layer_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "cli/process/report.h"

#define TABLE "table:"
#define QUADRATURE "gaussian:"

enum { LINE_MOST = 256 };

typedef struct {
    size_t count, room;
    double *values;
} sample;

static int add_value(sample *s, double value)
{
    if (s->count == s->room) {
        size_t room = 2 * s->room + 1024;
        double *larger = gst_alloc_doubles(room);
        if (!larger)
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
        if (s->count > 0)
            memcpy(larger, s->values, s->count * sizeof *larger);
        free(s->values);
        s->values = larger;
        s->room = room;
    }
    s->values[s->count++] = value;
    return 0;
}

/* One line, without what follows #: a number, or nothing. */
static int read_line(const gst_settings *settings, char *line, size_t number, sample *s)
{
    double value;
    line[strcspn(line, "#\r\n")] = '\0';
    char *text = line + strspn(line, " \t");
    if (*text == '\0')
        return 0;
    const char *end = gst_number_read(text, &value);
    if (!end || end[strspn(end, " \t")] != '\0' || !isfinite(value))
        return gst_setting_refuse(settings, GST_OPTION_SECOND_LAYER, NULL,
                                  "line %zu of the file has '%.40s', which is not a finite number",
                                  number, text);
    return add_value(s, value);
}

static int read_lines(const gst_settings *settings, FILE *file, sample *s)
{
    char line[LINE_MOST];
    int code = 0;
    for (size_t number = 1; code == 0 && fgets(line, sizeof line, file); number++) {
        if (!strchr(line, '\n') && !feof(file))
            return gst_setting_refuse(settings, GST_OPTION_SECOND_LAYER, NULL,
                                      "line %zu of the file has more than %d characters", number,
                                      LINE_MOST - 2);
        code = read_line(settings, line, number, s);
    }
    if (code == 0 && ferror(file))
        code = gst_report(GST_EXIT_RUNTIME, "the file of --second-layer cannot be read");
    return code;
}

static int refuse(const gst_settings *settings, int status, const gst_message *message)
{
    return gst_setting_refuse_status(settings, GST_OPTION_SECOND_LAYER, status, message->text);
}

static int read_table(const gst_settings *settings, const char *name, gst_second_layer *layer)
{
    sample s = {0};
    gst_message message = {""};
    FILE *file = fopen(name, "r");
    if (!file)
        return gst_setting_refuse(settings, GST_OPTION_SECOND_LAYER, NULL,
                                  "names a file that cannot be read");
    int code = read_lines(settings, file, &s);
    fclose(file);
    if (code == 0) {
        int status = gst_second_layer_of_sample(layer, s.count, s.values, &message);
        code = status < 0 ? refuse(settings, status, &message) : 0;
    }
    free(s.values);
    return code;
}

int gst_layer_option_read(const gst_settings *settings, gst_second_layer *layer)
{
    const char *text = gst_setting_text(settings, GST_OPTION_SECOND_LAYER);
    gst_message message = {""};
    if (strncmp(text, TABLE, sizeof TABLE - 1) == 0)
        return read_table(settings, text + sizeof TABLE - 1, layer);
    int status = gst_second_layer_parse(layer, text, &message);
    return status < 0 ? refuse(settings, status, &message) : 0;
}

/* ---- what commands can do with it --------------------------------------------------------------- */

/* Commands whose theory is one of groups, or of infinite width. */
static int check_command(const gst_settings *settings)
{
    const char *lambda = gst_setting_text(settings, GST_OPTION_LAMBDA);
    char letter = settings->command->letter;
    if (letter == 'b' || letter == 't' || letter == 'p')
        return gst_setting_refuse(
            settings, GST_OPTION_SECOND_LAYER, NULL,
            letter == 'b' ? "is a continuous law, and bounds are those of groups at infinite width"
                          : "is a continuous law, and this command lists groups: give values, or "
                            "gaussian:K for a quadrature");
    if (letter == 'v' && lambda && strcmp(lambda, "opt") == 0)
        return gst_setting_refuse(
            settings, GST_OPTION_LAMBDA, NULL,
            "is that of infinite width, where a continuous --second-layer has "
            "no theory");
    if (gst_command_takes(settings->command, GST_OPTION_ORDER_PARAMETERS) &&
        gst_setting_is_on(settings, GST_OPTION_ORDER_PARAMETERS))
        return gst_setting_refuse(settings, GST_OPTION_ORDER_PARAMETERS, NULL,
                                  "are those of groups, and a continuous --second-layer has none");
    return 0;
}

static int check_width(const gst_settings *settings, const gst_second_layer *layer,
                       const gst_grid *grid)
{
    if (!gst_command_takes(settings->command, GST_OPTION_WIDTH))
        return 0;
    for (size_t i = 0; i < grid->count[GST_AXIS_WIDTH]; i++)
        if (!isfinite(grid->values[GST_AXIS_WIDTH][i]))
            return gst_setting_refuse(
                settings, GST_OPTION_SECOND_LAYER, NULL,
                "wants a finite --width: with K values of %s infinitely wide networks learn K "
                "functions for nothing, however rare the values, and with more values all, which "
                "no network of finite width does",
                layer->law == GST_LAYER_SAMPLE ? "the table" : "a continuous law");
    return 0;
}

int gst_layer_option_check(const gst_settings *settings, const gst_second_layer *layer,
                           const gst_grid *grid)
{
    if (layer->law == GST_LAYER_VALUES)
        return 0;
    int code = check_command(settings);
    return code == 0 ? check_width(settings, layer, grid) : code;
}

void gst_layer_option_note(const gst_settings *settings)
{
    const char *text = gst_setting_text(settings, GST_OPTION_SECOND_LAYER);
    int refused = gst_command_takes(settings->command, GST_OPTION_FUNCTIONS) &&
                  gst_setting_is_on(settings, GST_OPTION_FUNCTIONS); /* of several groups */
    if (!refused && strncmp(text, QUADRATURE, sizeof QUADRATURE - 1) == 0)
        gst_report(0,
                   "note: --second-layer %s is a quadrature of N(0, 1) by so many values, whose "
                   "error is in no column; `gaussian' raises K until the tolerance holds",
                   text);
}
