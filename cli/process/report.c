/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - one-line messages on stderr, and the precedence of exit codes. */
#include "cli/process/report.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/process/farm.h"
#include "cli/process/report_json.h"
#include "giantstep/status.h"

int gst_report(int code, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    if (gst_farm_rank() > 0)
        return code;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    if (!gst_report_json_is_on() || !gst_report_json_add(code, text))
        fprintf(stderr, "giantstep: %s\n", text);
    return code;
}

static int exit_class(int code)
{
    static const int weaker_first[] = {GST_EXIT_OK, GST_EXIT_ROWS, GST_EXIT_DISAGREE,
                                       GST_EXIT_USAGE, GST_EXIT_RUNTIME};
    size_t classes = sizeof weaker_first / sizeof *weaker_first;
    for (size_t i = 0; i < classes; i++)
        if (weaker_first[i] == code)
            return (int)i;
    return (int)classes;
}

int gst_exit_worse(int a, int b)
{
    if (a == GST_EXIT_PIPE || b == GST_EXIT_PIPE)
        return GST_EXIT_PIPE;
    return exit_class(a) >= exit_class(b) ? a : b;
}

int gst_exit_of_status(int status)
{
    if (status >= 0)
        return GST_EXIT_OK;
    return status == GST_NO_MEMORY || status == GST_IO ? GST_EXIT_RUNTIME : GST_EXIT_USAGE;
}
