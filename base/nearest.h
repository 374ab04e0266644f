/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.h - the known name that a misspelt one most likely means. */
#ifndef GST_NEAREST_H
#define GST_NEAREST_H

#include <stddef.h>

/* known: NULL as long as none is near enough: at most one error, two from six letters on, three from nine on, and
 * fewer than the name has letters. */
typedef struct {
    const char *known;
    size_t distance;
} gst_nearest;

/* Letters to change, insert, leave out or swap with their neighbour to make `known` of `length` letters of name (the
 * distance of Damerau and Levenshtein); anything above 3 for names of more than 31 letters. */
size_t gst_name_distance(const char *name, size_t length, const char *known);

/* Keep `known` if it is nearer than what there is. */
void gst_nearest_try(gst_nearest *nearest, const char *name, size_t length, const char *known);

#endif
