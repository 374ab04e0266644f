/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - the options of one run: stored, looked up, refused. */
#include "cli/options/settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options/fields.h"
#include "cli/process/report.h"

int gst_command_takes(const gst_command *command, gst_option_id id)
{
    return strchr(gst_option_table[id].commands, command->letter) != NULL;
}

const char *gst_setting_text(const gst_settings *settings, gst_option_id id)
{
    return settings->value[id].text;
}

double gst_setting_number(const gst_settings *settings, gst_option_id id)
{
    return settings->value[id].number;
}

int gst_setting_is_on(const gst_settings *settings, gst_option_id id)
{
    return settings->value[id].number > 0;
}

int gst_setting_is_given(const gst_settings *settings, gst_option_id id)
{
    return settings->value[id].flag || settings->value[id].line > 0;
}

int gst_setting_refuse(const gst_settings *settings, gst_option_id id, const char *token,
                       const char *format, ...)
{
    const gst_setting *setting = &settings->value[id];
    const char *name = gst_option_table[id].name;
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!token)
        token = setting->text ? setting->text : "";
    size_t length = strlen(token);
    int named = *text == '\'' && strncmp(text + 1, token, length) == 0 && text[length + 1] == '\'';
    char quoted[210] = "";
    if (!named) /* a message that begins with what was given names it once */
        snprintf(quoted, sizeof quoted, *text == '\'' ? "'%.200s': " : "'%.200s' ", token);
    if (setting->line > 0)
        return gst_report(GST_EXIT_USAGE, "%s:%zu: %s: %s%s", settings->config, setting->line, name,
                          quoted, text);
    return gst_report(GST_EXIT_USAGE, "--%s: %s%s", name, quoted, text);
}

/* A message `--eta: ...', `--alpha0: ...' or `--steps: ...' about steps that --schedule lists: NULL, or from its name. */
static const char *of_schedule(const gst_settings *settings, const char *text)
{
    static const char *const names[] = {"eta", "alpha0", "steps"};
    if (!settings->value[GST_OPTION_SCHEDULE].text || strncmp(text, "--", 2) != 0)
        return NULL;
    size_t length = strcspn(text + 2, ":");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncmp(names[i], text + 2, length) == 0)
            return text + 2;
    return NULL;
}

int gst_setting_refuse_status(const gst_settings *settings, gst_option_id id, int status,
                              const char *message)
{
    gst_message said = gst_fields_to_options(message);
    const char *listed = of_schedule(settings, said.text);
    if (listed)
        gst_setting_refuse(settings, GST_OPTION_SCHEDULE, NULL, "(%.*s)%s",
                           (int)strcspn(listed, ":"), listed, strchr(listed, ':'));
    else if (strncmp(said.text, "--", 2) == 0)
        gst_report(GST_EXIT_USAGE, "%s", said.text);
    else
        gst_setting_refuse(settings, id, NULL, "%s", said.text);
    return gst_exit_of_status(status);
}

static int has_control(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char)text[i]))
            return 1;
    return 0;
}

int gst_setting_store(gst_settings *settings, gst_option_id id, const char *text, size_t length,
                      size_t line)
{
    gst_setting *setting = &settings->value[id];
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    for (; length > 0 && isspace((unsigned char)*text); length--)
        text++;
    if (setting->text)
        return 0;
    setting->text = gst_alloc(length + 1, 1);
    if (!setting->text)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    memcpy(setting->text, text, length);
    setting->line = line;
    setting->flag = line == 0;
    if (length == 0)
        return gst_setting_refuse(settings, id, NULL, "is empty");
    if (has_control(text, length))
        return gst_setting_refuse(settings, id, NULL, "contains a control character");
    return 0;
}

const char *gst_setting_initial(const gst_command *command, gst_option_id id)
{
    int ladder = id == GST_OPTION_D && command->letter == 'v';
    return ladder ? "250,500,1000" : gst_option_table[id].initial;
}

void gst_settings_clear(gst_settings *settings)
{
    for (size_t i = 0; i < GST_OPTIONS; i++)
        free(settings->value[i].text);
    free(settings->operand);
    *settings = (gst_settings){0};
}
