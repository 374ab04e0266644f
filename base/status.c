/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.c - names of the status codes, and messages. */
#include "giantstep/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *gst_status_name(int status)
{
    switch (status) {
#define X(symbol, code, name, text) \
    case symbol:                    \
        return name;
        GST_STATUS_LIST(X)
#undef X
    default:
        return "unknown";
    }
}

int gst_fail(gst_message *message, int status, const char *format, ...)
{
    if (message) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message->text, sizeof message->text, format, arguments);
        va_end(arguments);
    }
    return status;
}
