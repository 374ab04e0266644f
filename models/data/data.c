/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c - the laws of the inputs. */
#include "models/data/data.h"

const gst_data *const gst_data_laws[GST_DATA_LAWS] = {&gst_data_gaussian};

const gst_data *gst_data_of(const gst_data *data)
{
    return data ? data : gst_data_laws[0];
}
