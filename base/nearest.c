/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.c - the known name that a misspelt one most likely means.
 *
 * distance[i][j] of the first i letters of one and the first j of the other (Damerau 1964, Levenshtein 1966;
 * a pair that was swapped is not edited again). */
#include "base/nearest.h"

#include <string.h>

enum { LETTERS_MOST = 31 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t gst_name_distance(const char *name, size_t length, const char *known)
{
    size_t d[LETTERS_MOST + 1][LETTERS_MOST + 1], m = strlen(known);
    if (length > LETTERS_MOST || m > LETTERS_MOST)
        return LETTERS_MOST;
    for (size_t i = 0; i <= length; i++)
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            size_t change = d[i - 1][j - 1] + (name[i - 1] != known[j - 1]);
            d[i][j] = least(change, 1 + least(d[i - 1][j], d[i][j - 1]));
            if (i > 1 && j > 1 && name[i - 1] == known[j - 2] && name[i - 2] == known[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[length][m];
}

void gst_nearest_try(gst_nearest *nearest, const char *name, size_t length, const char *known)
{
    size_t most = length < 6 ? 1 : length < 9 ? 2 : 3;
    size_t distance = gst_name_distance(name, length, known);
    if (distance > most || distance >= length || distance >= strlen(known))
        return;
    if (!nearest->known || distance < nearest->distance)
        *nearest = (gst_nearest){.known = known, .distance = distance};
}
