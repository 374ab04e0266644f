/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss.c - the losses. */
#include "models/loss/loss.h"

#include <string.h>

#define ROW(name) &gst_loss_##name,
static const gst_loss *const losses[] = {GST_LOSS_LIST(ROW)};

const gst_loss *gst_loss_of(const gst_loss *loss)
{
    return loss ? loss : losses[0];
}

const gst_loss *gst_loss_find(const char *name)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (strcmp(losses[i]->name, name) == 0)
            return losses[i];
    return NULL;
}
