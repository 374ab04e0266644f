/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - gst_command_NAME(settings) of every command (command_list.h): runs it and returns an exit code. */
#ifndef GST_RUN_H
#define GST_RUN_H

#include "cli/options/settings.h"

#define GST_DECLARE_COMMAND(name, ...) int gst_command_##name(const gst_settings *settings);
GST_COMMAND_LIST(GST_DECLARE_COMMAND)
#undef GST_DECLARE_COMMAND

#endif
