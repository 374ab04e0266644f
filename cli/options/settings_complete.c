/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings_complete.c - what was given, completed by defaults and checked. */
#include "cli/options/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"

/* Defaults that depend on another option. */
static const char *default_text(const gst_settings *settings, gst_option_id id)
{
    const char *method = settings->value[GST_OPTION_METHOD].text;
    if (id == GST_OPTION_MAX_ITERATIONS)
        return method && strcmp(method, "newton") == 0 ? "1000" : "1000000";
    return gst_setting_initial(settings->command, id);
}

static int fill_defaults(gst_settings *settings)
{
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        gst_option_id id = (gst_option_id)i;
        const char *text = default_text(settings, id);
        if (settings->value[id].text || !text || !gst_command_takes(settings->command, id))
            continue;
        settings->value[id].text = gst_copy_string(text);
        if (!settings->value[id].text)
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    }
    return 0;
}

static int read_word(const gst_settings *settings, gst_option_id id, const char *words,
                     double *number)
{
    int index = gst_words_find(words, settings->value[id].text);
    if (index < 0)
        return gst_setting_refuse(settings, id, NULL, "is not one of %s", words);
    *number = index;
    return 0;
}

static int check_setting(gst_settings *settings, gst_option_id id)
{
    const gst_option *option = &gst_option_table[id];
    gst_setting *setting = &settings->value[id];
    if (!setting->text)
        return 0;
    if (option->kind == GST_KIND_CHOICE)
        return read_word(settings, id, option->words, &setting->number);
    if (option->kind == GST_KIND_FLAG)
        return read_word(settings, id, "no|yes", &setting->number);
    if (option->kind == GST_KIND_NUMBER || option->kind == GST_KIND_SIZE) {
        const char *fault = gst_rule_read(option->rule, setting->text, &setting->number);
        if (fault)
            return gst_setting_refuse(settings, id, NULL, "%s", fault);
    }
    return 0;
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);
    return length > size && strcmp(text + length - size, end) == 0;
}

/* The ending of --output chooses the format, unless that is given. */
static int read_ending(gst_settings *settings)
{
    static const char *const formats[] = {"tsv", "csv", "json"};
    static const char *const packed[] = {".gz", ".bz2", ".xz",  ".zst", ".lz4", ".lzma",
                                         ".lz", ".br",  ".zip", ".7z",  ".Z"};
    const char *output = gst_setting_text(settings, GST_OPTION_OUTPUT);
    char ending[8];
    for (size_t i = 0; output && i < sizeof packed / sizeof *packed; i++)
        if (ends_with(output, packed[i]))
            return gst_setting_refuse(settings, GST_OPTION_OUTPUT, NULL,
                                      "ends in %s, but tables are not written compressed",
                                      packed[i]);
    if (!output || !gst_command_takes(settings->command, GST_OPTION_FORMAT) ||
        gst_setting_text(settings, GST_OPTION_FORMAT))
        return 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(ending, sizeof ending, ".%s", formats[i]);
        if (!ends_with(output, ending))
            continue;
        settings->value[GST_OPTION_FORMAT].text = gst_copy_string(formats[i]);
        if (!settings->value[GST_OPTION_FORMAT].text)
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    }
    return 0;
}

int gst_settings_complete(gst_settings *settings)
{
    int code = read_ending(settings);
    if (code == 0)
        code = fill_defaults(settings);
    for (size_t i = 0; i < GST_OPTIONS && code == 0; i++)
        code = check_setting(settings, (gst_option_id)i);
    return code;
}
