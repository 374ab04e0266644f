/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.c - config files: `key = value` lines.
 *
 * `#` begins a comment anywhere (no value contains one); blanks around keys and values are dropped, and so
 * are a byte order mark and the carriage returns of other systems.  A
 * key is an option of the command without its dashes.  The keys of a preamble that are not options,
 * giantstep.*, library.*, run.*, verdict.* and others, are skipped, so that a whole preamble can be used
 * as a file. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"
#include "cli/options/settings.h"

enum { LARGEST_FILE = 1 << 20 };

typedef struct {
    const char *start;
    size_t length;
} span;

static span trim(span s)
{
    while (s.length > 0 && isspace((unsigned char)s.start[s.length - 1]))
        s.length--;
    for (; s.length > 0 && isspace((unsigned char)*s.start); s.length--)
        s.start++;
    return s;
}

static int is_metadata(span key)
{
    static const char *const prefixes[] = {"giantstep.", "library.", "run.",         "verdict.",
                                           "theory.",    "leap_",    "information_", "separated_",
                                           "spectrum.",  "list.",    "regimes."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);
        if (key.length > length && strncmp(key.start, prefixes[i], length) == 0)
            return 1;
    }
    return 0;
}

static int refuse(const gst_settings *settings, size_t line, span token, const char *text)
{
    int shown = token.length < 100 ? (int)token.length : 100;
    return gst_report(GST_EXIT_USAGE, "%s:%zu: '%.*s' %s", settings->config, line, shown,
                      token.start, text);
}

/* seen[id]: the line an option was set on, 0 if not yet. */
static int read_pair(gst_settings *settings, size_t line, span key, span value, size_t *seen)
{
    gst_option_id id = gst_option_find(key.start, key.length, settings->command->letter);
    if (id == GST_OPTIONS && !is_metadata(key)) {
        char meant[80], text[100];
        gst_option_suggest(key.start, key.length, settings->command->letter, "", meant);
        snprintf(text, sizeof text, "is not a key%s", meant);
        return refuse(settings, line, key, text);
    }
    if (id == GST_OPTIONS)
        return 0;
    if (id == GST_OPTION_CONFIG)
        return refuse(settings, line, key, "is not allowed in a config file");
    if (!gst_command_takes(settings->command, id)) {
        char text[64];
        snprintf(text, sizeof text, "is not an option of %s", settings->command->name);
        return refuse(settings, line, key, text);
    }
    if (seen[id] > 0) {
        char text[64];
        snprintf(text, sizeof text, "is set twice, first on line %zu", seen[id]);
        return refuse(settings, line, key, text);
    }
    seen[id] = line;
    return gst_setting_store(settings, id, value.start, value.length, line);
}

static int read_line(gst_settings *settings, size_t line, span text, size_t *seen)
{
    const char *comment = memchr(text.start, '#', text.length);
    if (comment)
        text.length = (size_t)(comment - text.start);
    text = trim(text);
    if (text.length == 0)
        return 0;
    const char *equals = memchr(text.start, '=', text.length);
    if (!equals)
        return refuse(settings, line, text, "is not of the form key = value");
    size_t before = (size_t)(equals - text.start);
    span key = trim((span){.start = text.start, .length = before});
    span value = trim((span){.start = equals + 1, .length = text.length - before - 1});
    return read_pair(settings, line, key, value, seen);
}

static int read_lines(gst_settings *settings, const char *text, size_t length)
{
    static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF, as some editors begin a file */
    size_t seen[GST_OPTIONS] = {0}, skipped = strlen(mark);
    int code = 0;
    if (length >= skipped && memcmp(text, mark, skipped) == 0) {
        text += skipped;
        length -= skipped;
    }
    for (size_t line = 1; length > 0 && code == 0; line++) {
        const char *end = memchr(text, '\n', length);
        size_t size = end ? (size_t)(end - text) : length;
        code = read_line(settings, line, (span){.start = text, .length = size}, seen);
        size += end != NULL;
        text += size;
        length -= size;
    }
    return code;
}

/* `key: value` of a preamble; other keys are about other things than settings. */
static int read_preamble_line(gst_settings *settings, size_t line, const char *text, size_t length)
{
    const char *colon = memchr(text, ':', length);
    size_t key = colon ? (size_t)(colon - text) : 0;
    gst_option_id id = colon ? gst_option_find(text, key, settings->command->letter) : GST_OPTIONS;
    if (id == GST_OPTIONS || !gst_command_takes(settings->command, id))
        return 0;
    return gst_setting_store(settings, id, colon + 1, length - key - 1, line);
}

int gst_settings_read_preamble(gst_settings *settings, const gst_settings *run,
                               const char *preamble, const char *name)
{
    static const char key[] = "giantstep.command: ";
    char command[32] = "";
    const char *at = strstr(preamble, key);
    *settings = (gst_settings){.config = name, .argc = run->argc, .argv = run->argv};
    if (at)
        sscanf(at + strlen(key), "%31s", command);
    settings->command = gst_command_find(command);
    if (!settings->command)
        return gst_report(GST_EXIT_USAGE, "'%.200s': giantstep.command is no command", name);
    int code = 0;
    for (size_t line = 1; *preamble != '\0' && code == 0; line++) {
        size_t length = strcspn(preamble, "\n");
        code = read_preamble_line(settings, line, preamble, length);
        preamble += length + (preamble[length] == '\n');
    }
    return code == 0 ? gst_settings_complete(settings) : code;
}

static int read_text(FILE *file, const char *path, char *text, size_t *length)
{
    errno = 0;
    *length = fread(text, 1, LARGEST_FILE + 1, file);
    if (ferror(file))
        return gst_report(GST_EXIT_RUNTIME, "--config: '%s': %s", path, strerror(errno));
    if (*length > LARGEST_FILE)
        return gst_report(GST_EXIT_USAGE, "--config: '%s' is larger than 1 MiB", path);
    return 0;
}

int gst_settings_read_config(gst_settings *settings, const char *path)
{
    settings->config = path;
    FILE *file = fopen(path, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "--config: '%s': %s", path, strerror(errno));
    char *text = gst_alloc(LARGEST_FILE + 1, 1);
    size_t length = 0;
    int code = text ? read_text(file, path, text, &length)
                    : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    fclose(file);
    if (code == 0)
        code = read_lines(settings, text, length);
    free(text);
    return code;
}
