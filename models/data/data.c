/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c - the laws of the inputs. */
#include "models/data/data.h"

#include <string.h>

#define ROW(name) &gst_data_##name,
static const gst_data *const laws[] = {GST_DATA_LIST(ROW)};

const gst_data *gst_data_of(const gst_data *data)
{
    return data ? data : laws[0];
}

const gst_data *gst_data_find(const char *name)
{
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        if (strcmp(laws[i]->name, name) == 0)
            return laws[i];
    return NULL;
}

int gst_data_has_nodes(const gst_data *data)
{
    return gst_data_of(data)->nodes != NULL;
}

size_t gst_data_draw_cluster(const gst_data *data, double u)
{
    double below = 0.0;
    size_t c = 0;
    while (c + 1 < data->clusters && !(u < (below += data->cluster[c].weight)))
        c++;
    return c;
}
