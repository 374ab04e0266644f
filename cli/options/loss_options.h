/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss_options.h - --labels, --loss, --step-loss, --criterion: read, and held against each other. */
#ifndef GST_LOSS_OPTIONS_H
#define GST_LOSS_OPTIONS_H

#include "cli/options/settings.h"
#include "giantstep/model.h"
#include "giantstep/labels.h"
#include "models/loss/loss.h"

/* labels, the losses of readout and steps; what an option names is kept here, `readout' and `steps' are NULL where it
 * does not. */
typedef struct {
    gst_labels labels;
    int has_readout, has_steps;
    gst_loss readout, steps;
} gst_loss_options;

/* From the settings, with all checks that need nothing else.  0 or an exit code, the message printed. */
int gst_loss_options_read(gst_loss_options *options, const gst_settings *settings);

/* What --labels says, or --cluster-labels. */
gst_labels gst_loss_options_labels(const gst_settings *settings);

/* What --criterion says, the excess risk without. */
gst_criterion gst_loss_options_criterion(const gst_settings *settings);

#endif
