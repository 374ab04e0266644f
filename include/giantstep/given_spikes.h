/* SPDX-License-Identifier: GPL-3.0-or-later */
/* given_spikes.h - a spiked random-features model given directly instead of by training (theory 2). */
#ifndef GST_GIVEN_SPIKES_H
#define GST_GIVEN_SPIKES_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_spikes {
    size_t K, m, r;
    double *U;     /* U[g*m + l], strength of spike l in group g */
    double *gamma; /* gamma[j*m + l] = <w*_j, v_l>, the overlap; gamma gamma^T <= I */
    double *c;     /* c[g] > 0, bulk variance */
} gst_spikes;

/* From the texts `spike` (`1,0.5;0,2`: groups by `,`, spikes by `;`), overlap (r values per spike,
 * spikes by `;`; NULL = 1, allowed if r = 1 and m = 1) and bulk_variance (one value or one per group;
 * NULL = 1), for a target of dimension r.  GST_INVALID names argument and value: list lengths that
 * disagree, |overlap| > 1, bulk variance <= 0, values that are not finite.  Owner: gst_spikes_clear. */
int gst_spikes_parse(gst_spikes *spikes, size_t r, const char *spike, const char *overlap,
                     const char *bulk_variance, gst_message *message);
void gst_spikes_clear(gst_spikes *spikes);

#ifdef __cplusplus
}
#endif

#endif
