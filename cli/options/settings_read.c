/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings_read.c - a command line, the config file it names, then the defaults. */
#include "cli/options/settings.h"

int gst_settings_read(gst_settings *settings, const gst_command *command, int argc, char **argv)
{
    *settings = (gst_settings){.command = command, .argc = argc, .argv = argv};
    int code = gst_settings_read_arguments(settings);
    if (code != 0 || settings->help)
        return code;
    const char *config = gst_setting_text(settings, GST_OPTION_CONFIG);
    if (config)
        code = gst_settings_read_config(settings, config);
    return code == 0 ? gst_settings_complete(settings) : code;
}
