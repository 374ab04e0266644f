/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checksum.c - sums over the rows of a table that tell whether one was changed, and which. */
#include "cli/tables/checksum.h"

#include <stdio.h>
#include <string.h>

#define Q 2147483647u

uint64_t gst_hash(const char *bytes, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return hash;
}

static uint32_t times(uint64_t a, uint64_t b)
{
    return (uint32_t)(a * b % Q);
}

void gst_checksum_add(gst_checksum *sum, size_t row, const char *text, size_t length)
{
    uint64_t hash = gst_hash(text, length);
    uint64_t c = 1 + (hash ^ hash >> 32) % (Q - 1);
    sum->s1 = (uint32_t)((sum->s1 + c) % Q);
    sum->s2 = (uint32_t)((sum->s2 + (uint64_t)times((row + 1) % Q, c)) % Q);
}

int gst_checksum_same(const gst_checksum *a, const gst_checksum *b)
{
    return a->s1 == b->s1 && a->s2 == b->s2;
}

/* 1/a = a^(q-2) mod the prime q. */
static uint32_t inverse(uint32_t a)
{
    uint32_t result = 1, power = a;
    for (uint32_t left = Q - 2; left > 0; left >>= 1) {
        if (left & 1)
            result = times(result, power);
        power = times(power, power);
    }
    return result;
}

size_t gst_checksum_locate(const gst_checksum *stored, const gst_checksum *found, size_t first,
                           size_t end)
{
    uint32_t e = (uint32_t)(((uint64_t)found->s1 + Q - stored->s1) % Q);
    uint32_t f = (uint32_t)(((uint64_t)found->s2 + Q - stored->s2) % Q);
    size_t row = e > 0 ? times(f, inverse(e)) : 0;
    return row > first && row <= end ? row - 1 : end;
}

void gst_checksum_print(const gst_checksum *sum, char text[GST_CHECKSUM_DIGITS + 1])
{
    snprintf(text, GST_CHECKSUM_DIGITS + 1, "%08lx%08lx", (unsigned long)sum->s1,
             (unsigned long)sum->s2);
}

int gst_checksum_read(gst_checksum *sum, const char *text)
{
    unsigned long s1, s2;
    if (strspn(text, "0123456789abcdef") < GST_CHECKSUM_DIGITS)
        return 0;
    if (sscanf(text, "%8lx%8lx", &s1, &s2) != 2)
        return 0;
    *sum = (gst_checksum){.s1 = (uint32_t)s1, .s2 = (uint32_t)s2};
    return 1;
}
