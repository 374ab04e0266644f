/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss.c - the losses. */
#include "models/loss/loss.h"

const gst_loss *const gst_losses[GST_LOSSES] = {&gst_loss_squared};

const gst_loss *gst_loss_of(const gst_loss *loss)
{
    return loss ? loss : gst_losses[0];
}
