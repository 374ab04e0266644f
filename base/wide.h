/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wide.h - loops compiled for wider vectors too. */
#ifndef GST_WIDE_H
#define GST_WIDE_H

#include <stdlib.h> /* __GLIBC__ */

/* Which version of the function is used is decided when the program starts. */
#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#define GST_WIDE_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define GST_WIDE_CLONES
#endif

/* What such functions are made of: compiled within them, for the same vectors and for the constants they are called with. */
#if defined __GNUC__
#define GST_INLINE static inline __attribute__((always_inline))
#else
#define GST_INLINE static inline
#endif

#endif
