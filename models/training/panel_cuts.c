/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel_cuts.c - panels cut where labels are cut. */
#include "models/training/panel_cuts.h"
#include "integrals/mesh.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CUTS_MOST = 1024, COORDINATES = GST_SPIKES_MAX + GST_TARGET_DIM_MAX };

static int insert(size_t cuts, const double *at, size_t *panels, double **ends)
{
    double *merged = gst_alloc_doubles(*panels + cuts + 1);
    size_t count = 0, i = 0, k = 0;
    if (!merged)
        return GST_NO_MEMORY;
    while (i <= *panels || k < cuts) {
        double next = k == cuts || (i <= *panels && (*ends)[i] <= at[k]) ? (*ends)[i++] : at[k++];
        if (count == 0 || next > merged[count - 1])
            merged[count++] = next;
    }
    free(*ends);
    *ends = merged;
    *panels = count - 1;
    return GST_OK;
}

int gst_panels_cut(const gst_conditional_target *target, size_t axis, const double *fixed,
                   size_t *panels, double **ends)
{
    double at[COORDINATES] = {0.0}, cuts[CUTS_MOST];
    size_t found;
    if (target->kinks.count == target->map.kinks.count)
        return GST_OK;
    if (axis > 0)
        memcpy(at, fixed, axis * sizeof *at);
    int status = gst_kinks_along(&target->kinks, axis, at, (*ends)[0], (*ends)[*panels], CUTS_MOST,
                                 cuts, &found);
    return status == GST_OK ? insert(found, cuts, panels, ends) : status;
}
