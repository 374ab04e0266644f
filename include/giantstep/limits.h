/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.h - the most of each dimension that theory takes. */
#ifndef GST_LIMITS_H
#define GST_LIMITS_H

/* Variables of a target: label laws and tables are products over them. */
#define GST_TARGET_DIM_MAX 4

/* Spikes: the average over kappa has one dimension for each. */
#define GST_SPIKES_MAX 4

/* Values of a second layer. */
#define GST_GROUPS_MAX 64

#endif
