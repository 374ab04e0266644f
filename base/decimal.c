/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal.c - the decimal digits of a double, exactly those of printf's %.15g in the C locale.
 *
 * v = M 2^E, M of 64 bits.  With 10^k <= v < 10^(k+1) and s = 14 - k the digits are those of v 10^s, rounded:
 *   1. 10^s = Q 2^q, Q of 128 bits, from a table of 10^(19 j) and a power below 10^19; Q may be too small by less than 3.
 *   2. X = M Q, of 192 bits: its integer part N after the shift, and the fraction.  N of 16 digits: k was too small by one.
 *   3. The fraction against one half.  Where the 3 M that X may lack could decide, and at ties of an inexact power, snprintf
 *      does; ties of exact ones go to the even N, as there.
 * The idea of digits from a truncated product that knows when it cannot know is that of Gay (1990) and Loitsch (PLDI 2010). */
#include "base/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 15, STEP = 19, TABLE_FIRST = -16, EXPONENT_LEAST = -5 };

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* 10^(19 j) = (high 2^64 + low) 2^shift, truncated; j from TABLE_FIRST. */
static const struct {
    uint64_t high, low;
    int shift, exact;
} powers[] = {
    {UINT64_C(0x8C71DCD9BA0B4925), UINT64_C(0x9FF0C08B7F1D0B14), -1137, 0}, /* 10^-304 */
    {UINT64_C(0x9845418C345644D6), UINT64_C(0x830A13896B78AAA9), -1074, 0}, /* 10^-285 */
    {UINT64_C(0xA5178FFF668AE0B6), UINT64_C(0x626E974DBE39A872), -1011, 0}, /* 10^-266 */
    {UINT64_C(0xB2FE3F0B8599EF07), UINT64_C(0x861FA7E6DCB4AA15), -948, 0},  /* 10^-247 */
    {UINT64_C(0xC21094364DFB5636), UINT64_C(0x985915FC12F542E4), -885, 0},  /* 10^-228 */
    {UINT64_C(0xD267CAA862A12D66), UINT64_C(0xD072DF63C324FD7B), -822, 0},  /* 10^-209 */
    {UINT64_C(0xE41F3D6A7377EECA), UINT64_C(0x20CABA5F1D9E4A93), -759, 0},  /* 10^-190 */
    {UINT64_C(0xF7549530E188C128), UINT64_C(0xD12BEE59E68EF47C), -696, 0},  /* 10^-171 */
    {UINT64_C(0x8613FD0145877585), UINT64_C(0xBD06742CE95F5F36), -632, 0},  /* 10^-152 */
    {UINT64_C(0x915E2486EF32CD60), UINT64_C(0x0ACE1474DC1D122E), -569, 0},  /* 10^-133 */
    {UINT64_C(0x9D9BA7832936EDC0), UINT64_C(0xD54B944B84AA4C0D), -506, 0},  /* 10^-114 */
    {UINT64_C(0xAAE103B5FCD2A881), UINT64_C(0xD652BDC29F26A119), -443, 0},  /* 10^-95 */
    {UINT64_C(0xB94470938FA89BCE), UINT64_C(0xF808E40E8D5B3E69), -380, 0},  /* 10^-76 */
    {UINT64_C(0xC8DE047564D20A8B), UINT64_C(0xF245825A5A445275), -317, 0},  /* 10^-57 */
    {UINT64_C(0xD9C7DCED53C72255), UINT64_C(0x96E7BD358C904A21), -254, 0},  /* 10^-38 */
    {UINT64_C(0xEC1E4A7DB69561A5), UINT64_C(0x2B31E9E3D06C32E5), -191, 0},  /* 10^-19 */
    {UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000000), -127, 1},  /* 10^0 */
    {UINT64_C(0x8AC7230489E80000), UINT64_C(0x0000000000000000), -64, 1},   /* 10^19 */
    {UINT64_C(0x96769950B50D88F4), UINT64_C(0x1314448000000000), -1, 1},    /* 10^38 */
    {UINT64_C(0xA321F2D7226895C7), UINT64_C(0xAFF72D52192B6A0D), 62, 0},    /* 10^57 */
    {UINT64_C(0xB0DE65388CC8ADA8), UINT64_C(0x3B25A55F43294BCB), 125, 0},   /* 10^76 */
    {UINT64_C(0xBFC2EF456AE276E8), UINT64_C(0x9E3FEDD8C321A67E), 188, 0},   /* 10^95 */
    {UINT64_C(0xCFE87F7CEF46FF16), UINT64_C(0xE612641865679A63), 251, 0},   /* 10^114 */
    {UINT64_C(0xE16A1DC9D8545E94), UINT64_C(0xF4296DD6FEF3D67A), 314, 0},   /* 10^133 */
    {UINT64_C(0xF46518C2EF5B8CD1), UINT64_C(0x7EB258665FC25D69), 377, 0},   /* 10^152 */
    {UINT64_C(0x847C9B5D7C2E09B7), UINT64_C(0x69956135FEBADA11), 441, 0},   /* 10^171 */
    {UINT64_C(0x8FA475791A569D10), UINT64_C(0xF96E017D694487BC), 504, 0},   /* 10^190 */
    {UINT64_C(0x9BBCC7A142B17CCB), UINT64_C(0x88A66076400BB691), 567, 0},   /* 10^209 */
    {UINT64_C(0xA8D9D1535CE3B396), UINT64_C(0x7F1839A741A14D0D), 630, 0},   /* 10^228 */
    {UINT64_C(0xB7118682DBB66A77), UINT64_C(0x3FBC8C33221DC2A1), 693, 0},   /* 10^247 */
    {UINT64_C(0xC67BB4597CE2CE48), UINT64_C(0xB143C6053EDCD0D5), 756, 0},   /* 10^266 */
    {UINT64_C(0xD732290FBACAF133), UINT64_C(0xA97C177947AD4095), 819, 0},   /* 10^285 */
    {UINT64_C(0xE950DF20247C83FD), UINT64_C(0x47C6B82EF32A2069), 882, 0},   /* 10^304 */
    {UINT64_C(0xFCF62C1DEE382C42), UINT64_C(0x46729E03DD9ED7B5), 945, 0},   /* 10^323 */
};

/* 10^b, b < STEP. */
static const uint64_t small_powers[STEP] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

static int leading_zeros(uint64_t x)
{
    return __builtin_clzll(x);
}

/* 10^s = Q 2^q, up to less than 3 units of Q; returns whether it is exact. */
static int set_power(int s, wide *Q, int *q)
{
    int j = (s - TABLE_FIRST * STEP) / STEP, b = s - (j + TABLE_FIRST) * STEP;
    uint64_t small = small_powers[b];
    int zeros = leading_zeros(small);
    small <<= zeros;
    wide low = (wide)powers[j].low * small;
    wide high = (wide)powers[j].high * small + (low >> 64);
    uint64_t rest = (uint64_t)low;
    *q = powers[j].shift - zeros + 64;
    if (!(high >> 127)) {
        high = high << 1 | rest >> 63;
        rest <<= 1;
        --*q;
    }
    *Q = high;
    return powers[j].exact && rest == 0;
}

/* N = round(M 2^E 10^s), which has 14 to 16 digits; 0 if the product cannot tell. */
static int scale(uint64_t M, int E, int s, uint64_t *N)
{
    wide Q;
    int q, exact = set_power(s, &Q, &q);
    wide low = (wide)(uint64_t)Q * M;
    wide high = (wide)(uint64_t)(Q >> 64) * M + (low >> 64);
    int shift = -(E + q) - 128;
    uint64_t top = (uint64_t)(high >> 64), half = UINT64_C(1) << (shift - 1);
    wide middle = (wide)half << 64;
    wide fraction = (wide)(top & (2 * half - 1)) << 64 | (uint64_t)high;
    int tie = fraction == middle && (uint64_t)low == 0;
    *N = top >> shift;
    if (tie && exact)
        *N += *N & 1;
    else if (fraction >= middle)
        ++*N;
    else if (!exact && fraction + 4 > middle)
        return 0;
    return 1;
}

/* The decimal exponent of M 2^E, M of 64 bits, or one less, which is rare: with the first one of M at 2^b and
 * M = 2^63 (1 + m), log2(1 + m) lies between m and m + 0.087. */
static int decimal_exponent(uint64_t M, int E)
{
    const int64_t unit = 1 << 20, log10_2 = 315652, margin = unit * unit / 256, above = 512;
    int64_t b_and_m = (E + 63) * unit + (int64_t)(M << 1 >> 44);
    return (int)((b_and_m * log10_2 - margin + above * unit * unit) / (unit * unit) - above);
}

/* The 15 digits of a positive finite number, and the exponent k of the first one; 0 if they are not known. */
static int find_digits(double value, uint64_t *N, int *k)
{
    const uint64_t bound = UINT64_C(1000000000000000), hidden = UINT64_C(1) << 52;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7FF);
    uint64_t M = (bits & (hidden - 1)) | (exponent > 0 ? hidden : 0);
    int zeros = leading_zeros(M), E = (exponent > 0 ? exponent : 1) - 1075 - zeros;
    M <<= zeros;
    *k = decimal_exponent(M, E);
    int known = scale(M, E, DIGITS - 1 - *k, N);
    if (*N >= bound)
        known = scale(M, E, DIGITS - 1 - ++*k, N);
    return known;
}
#else
static int find_digits(double value, uint64_t *N, int *k)
{
    (void)value;
    (void)N;
    (void)k;
    return 0;
}
#endif

/* ---- text --------------------------------------------------------------------------------------- */

/* Two digits at a time. */
static void spell_part(uint32_t N, int count, char *digits)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    for (; count >= 2; count -= 2, N /= 100)
        memcpy(digits + count - 2, pairs + 2 * (N % 100), 2);
    if (count > 0)
        digits[0] = (char)('0' + N);
}

/* The digits of N, the last zeros left out; returns how many there are. */
static int spell(uint64_t N, char digits[DIGITS])
{
    const uint64_t half = 100000000;
    int count = DIGITS;
    spell_part((uint32_t)(N / half), DIGITS - 8, digits);
    spell_part((uint32_t)(N % half), 8, digits + DIGITS - 8);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

/* Copies and zeros are of fixed length, as digits and text have room for them: what is beyond is written over. */
static char *put(char *to, const char *digits, int count)
{
    memcpy(to, digits, DIGITS);
    return to + count;
}

static char *put_zeros(char *to, int count)
{
    memset(to, '0', DIGITS);
    return to + count;
}

/* Without an exponent, -5 < k < 15. */
static char *put_fixed(char *to, const char *digits, int count, int k)
{
    if (k < 0) {
        to = put_zeros(to, 1);
        *to++ = '.';
        return put(put_zeros(to, -k - 1), digits, count);
    }
    if (count <= k + 1)
        return put_zeros(put(to, digits, count), k + 1 - count);
    to = put(to, digits, k + 1);
    *to++ = '.';
    return put(to, digits + k + 1, count - k - 1);
}

static char *put_exponent(char *to, const char *digits, int count, int k)
{
    int size = k < 0 ? -k : k;
    to = put(to, digits, 1);
    if (count > 1)
        *to++ = '.';
    to = put(to, digits + 1, count - 1);
    *to++ = 'e';
    *to++ = k < 0 ? '-' : '+';
    if (size >= 100)
        *to++ = (char)('0' + size / 100);
    *to++ = (char)('0' + size / 10 % 10);
    *to++ = (char)('0' + size % 10);
    return to;
}

/* Numbers without digits of their own, and those that scale leaves open. */
static size_t write_other(double value, char text[32])
{
    if (isfinite(value) && value != 0)
        return (size_t)snprintf(text, 32, "%.15g", value);
    strcpy(text, signbit(value) ? "-" : "");
    strcat(text, isnan(value) ? "nan" : isinf(value) ? "inf" : "0");
    return strlen(text);
}

size_t gst_number_write(double value, char text[32])
{
    char digits[2 * DIGITS] = "", *to = text;
    uint64_t N;
    int k;
    if (!isfinite(value) || value == 0 || !find_digits(fabs(value), &N, &k))
        return write_other(value, text);
    if (value < 0)
        *to++ = '-';
    int count = spell(N, digits);
    to = k > EXPONENT_LEAST && k < DIGITS ? put_fixed(to, digits, count, k)
                                          : put_exponent(to, digits, count, k);
    *to = '\0';
    return (size_t)(to - text);
}
