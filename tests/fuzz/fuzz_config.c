/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_config.c - any file as --config: settings, or exit code 1 or 2. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "cli/options/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const commands[] = {"curve", "simulate", "twostep"};
    const char *path = fuzz_file(data, size);
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
        char program[] = "giantstep", option[] = "--config", name[64], command[16];
        char *argv[] = {program, strcpy(command, commands[c]), option, strcpy(name, path), NULL};
        gst_settings settings;
        int code = gst_settings_read(&settings, gst_command_find(command), 4, argv);
        fuzz_check(code == 0 || code == 1 || code == 2, "exit codes of a config file");
        gst_settings_clear(&settings);
    }
    return 0;
}
