/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topics.h - what help says of each command besides its options (topic_list.h), and texts of options that differ. */
#ifndef GST_TOPICS_H
#define GST_TOPICS_H

#include <stddef.h>

#include "cli/options/settings.h"

typedef struct {
    const char *commands, *option, *columns, *text;
} gst_column_topic;

typedef struct {
    char command;
    const char *purpose, *line;
} gst_example_topic;

typedef struct {
    int code;
    const char *commands, *text;
} gst_exit_topic;

extern const gst_column_topic gst_column_topics[];
extern const gst_example_topic gst_example_topics[];
extern const gst_exit_topic gst_exit_topics[];
extern const size_t gst_column_topic_count, gst_example_topic_count, gst_exit_topic_count;

/* 1 if it is about the command; commands NULL: about all. */
int gst_topic_is_of(const char *commands, const gst_command *command);

/* The text of an option, in the words that fit the command. */
const char *gst_option_text(const gst_command *command, gst_option_id id);

#endif
