/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss.c - the losses. */
#include "models/loss/loss.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

#define ROW(name) &gst_loss_##name,
static const gst_loss *const losses[] = {GST_LOSS_LIST(ROW)};

const gst_loss *gst_loss_of(const gst_loss *loss)
{
    return loss ? loss : losses[0];
}

const gst_loss *gst_loss_row(size_t index)
{
    return index < sizeof losses / sizeof *losses ? losses[index] : NULL;
}

const gst_loss *gst_loss_find(const char *name)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (strcmp(losses[i]->name, name) == 0)
            return losses[i];
    return NULL;
}

/* The row whose name is the first `length` characters of the text. */
static const gst_loss *find_start(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (strlen(losses[i]->name) == length && strncmp(losses[i]->name, text, length) == 0)
            return losses[i];
    return NULL;
}

int gst_loss_parse(const char *text, gst_loss *loss, gst_message *message)
{
    size_t length = strcspn(text, ":");
    const gst_loss *row = find_start(text, length);
    if (!row)
        return gst_fail(message, GST_INVALID, "loss: '%.60s' is none", text);
    if (!row->parameter_name && text[length])
        return gst_fail(message, GST_INVALID, "loss: '%.60s': %s has no parameter", text,
                        row->name);
    if (row->parameter_name && !text[length])
        return gst_fail(message, GST_INVALID, "loss: '%.60s' wants its parameter, %s:%s", text,
                        row->name, row->parameter_name);
    *loss = *row;
    if (!row->parameter_name)
        return GST_OK;
    const char *end = gst_number_read(text + length + 1, &loss->parameter);
    if (!end || *end || !(loss->parameter > 0.0 && isfinite(loss->parameter)))
        return gst_fail(message, GST_INVALID, "loss: '%.60s': %s is not positive and finite", text,
                        row->parameter_name);
    return GST_OK;
}

int gst_loss_equal(const gst_loss *a, const gst_loss *b)
{
    a = gst_loss_of(a);
    b = gst_loss_of(b);
    return strcmp(a->name, b->name) == 0 && (!a->parameter_name || a->parameter == b->parameter);
}
