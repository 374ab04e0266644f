/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_json.c - what is reported, kept and written as one object on one line. */
#include "cli/process/report_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct {
    int code;
    char *text;
} message;

static struct {
    int on;
    size_t count;
    message *messages;
} kept;

size_t gst_utf8_length(const unsigned char *c)
{
    size_t length = *c < 0x80   ? 1
                    : *c < 0xc2 ? 0
                    : *c < 0xe0 ? 2
                    : *c < 0xf0 ? 3
                    : *c < 0xf5 ? 4
                                : 0;
    unsigned second = length > 1 ? c[1] : 0;
    if ((*c == 0xe0 && second < 0xa0) || (*c == 0xed && second > 0x9f) ||
        (*c == 0xf0 && second < 0x90) || (*c == 0xf4 && second > 0x8f))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

void gst_report_json_begin(void)
{
    kept.on = 1;
}

int gst_report_json_is_on(void)
{
    return kept.on;
}

int gst_report_json_add(int code, const char *text)
{
    message *grown = realloc(kept.messages, (kept.count + 1) * sizeof *grown);
    char *copied = gst_copy_string(text);
    kept.messages = grown ? grown : kept.messages;
    if (!grown || !copied) {
        free(copied);
        return 0;
    }
    kept.messages[kept.count++] = (message){.code = code, .text = copied};
    return 1;
}

static void write_string(FILE *file, const char *text, size_t length)
{
    const char *end = text + length;
    fputc('"', file);
    while (text < end) {
        size_t size = gst_utf8_length((const unsigned char *)text);
        if (size == 0)
            fputs("\\ufffd", file);
        else if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ')
            fprintf(file, "\\u%04x", (unsigned)*text);
        else
            fwrite(text, 1, size, file);
        text += size > 0 ? size : 1;
    }
    fputc('"', file);
}

/* The message that decided the code, else the last one that is an error. */
static const char *decisive(int code)
{
    const char *text = NULL;
    for (size_t i = 0; code != 0 && i < kept.count; i++)
        if (kept.messages[i].code == code || (!text && kept.messages[i].code != 0))
            text = kept.messages[i].text;
    return text || code == 0 ? text : kept.messages[kept.count - 1].text;
}

void gst_report_json_end(FILE *file, int code)
{
    const char *error = kept.count > 0 ? decisive(code) : NULL;
    if (kept.count == 0)
        return;
    fputs("{\"error\": ", file);
    if (error)
        write_string(file, error, strlen(error));
    else
        fputs("null", file);
    fprintf(file, ", \"exit_code\": %d, \"option\": ", code);
    if (error && strncmp(error, "--", 2) == 0)
        write_string(file, error + 2, strcspn(error + 2, ": "));
    else
        fputs("null", file);
    fputs(", \"messages\": [", file);
    for (size_t i = 0; i < kept.count; i++) {
        fprintf(file, "%s{\"code\": %d, \"text\": ", i > 0 ? ", " : "", kept.messages[i].code);
        write_string(file, kept.messages[i].text, strlen(kept.messages[i].text));
        fputc('}', file);
        free(kept.messages[i].text);
    }
    fputs("]}\n", file);
    free(kept.messages);
    kept.messages = NULL;
    kept.count = 0;
}
