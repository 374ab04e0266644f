/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_options.c - lines: a command and its arguments.  They are read or refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "cli/options/settings.h"

enum { ARGUMENTS = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char program[] = "giantstep", *argv[ARGUMENTS + 2] = {program};
    char *text = fuzz_text(data, size);
    size_t count = strstr(text, "/dev/") ? 0 : fuzz_lines(text, ARGUMENTS, argv + 1);
    const gst_command *command = count > 0 ? gst_command_find(argv[1]) : NULL;
    if (command) {
        gst_settings settings;
        int code = gst_settings_read(&settings, command, 1 + (int)count, argv);
        fuzz_check(code == 0 || code == 1 || code == 2, "exit codes of a command line");
        gst_settings_clear(&settings);
    }
    free(text);
    return 0;
}
