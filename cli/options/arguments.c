/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arguments.c - the command line.
 *
 * `--key value` or `--key=value`, `-o` for `--output`; the token after a key is its value even if it begins with `-`.  A flag
 * takes no value, or `=yes`, `=no`.  Anything repeated, unknown or not an option of the command is an
 * error. */
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"
#include "cli/options/settings.h"

static int store_argument(gst_settings *settings, gst_option_id id, const char *text)
{
    if (settings->value[id].text)
        return gst_report(GST_EXIT_USAGE, "--%s: given twice, '%.200s' and '%.200s'",
                          gst_option_table[id].name, settings->value[id].text, text);
    return gst_setting_store(settings, id, text, strlen(text), 0);
}

static gst_option_id find_argument(const gst_settings *settings, const char *name, size_t length,
                                   int *code)
{
    gst_option_id id = gst_option_find(name, length, settings->command->letter);
    int shown = length < 100 ? (int)length : 100;
    char meant[80];
    *code = 0;
    gst_option_suggest(name, length, settings->command->letter, "--", meant);
    if (id == GST_OPTIONS)
        *code = gst_report(GST_EXIT_USAGE, "--%.*s: unknown option%s", shown, name, meant);
    else if (!gst_command_takes(settings->command, id))
        *code = gst_report(GST_EXIT_USAGE, "--%.*s: not an option of %s", shown, name,
                           settings->command->name);
    return id;
}

/* Read the option at argument *i and advance past its value; -o is --output. */
static int read_argument(gst_settings *settings, int *i)
{
    const char *argument = settings->argv[*i];
    const char *name = strcmp(argument, "-o") == 0 ? "output" : argument + 2;
    size_t length = strcspn(name, "=");
    int code;
    gst_option_id id = find_argument(settings, name, length, &code);
    if (code != 0)
        return code;
    if (name[length] == '=')
        return store_argument(settings, id, name + length + 1);
    if (gst_option_table[id].kind == GST_KIND_FLAG)
        return store_argument(settings, id, "yes");
    if (*i + 1 >= settings->argc)
        return gst_report(GST_EXIT_USAGE, "--%s: its value is missing", gst_option_table[id].name);
    return store_argument(settings, id, settings->argv[++*i]);
}

static int store_operand(gst_settings *settings, char *argument)
{
    if (!settings->operand)
        settings->operand = gst_alloc((size_t)settings->argc, sizeof *settings->operand);
    if (!settings->operand)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    settings->operand[settings->operands++] = argument;
    return 0;
}

int gst_settings_read_arguments(gst_settings *settings)
{
    for (int i = 2; i < settings->argc; i++) {
        char *argument = settings->argv[i];
        int code;
        if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            settings->help = 1;
            return 0;
        }
        if (strncmp(argument, "--", 2) == 0 || strcmp(argument, "-o") == 0)
            code = read_argument(settings, &i);
        else if (settings->command->operand)
            code = store_operand(settings, argument);
        else
            code = gst_report(GST_EXIT_USAGE, "%s: '%.200s' is not an option",
                              settings->command->name, argument);
        if (code != 0)
            return code;
    }
    return 0;
}
