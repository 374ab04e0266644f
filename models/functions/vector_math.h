/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vector_math.h - elementary functions that gcc may call on whole vectors; private to validate.
 *
 * glibc >= 2.35 has vector variants (libmvec, at most 4 ulp) that the compiler uses in a loop only if the
 * prototype says so, and errno is not wanted (-fno-math-errno).  Elsewhere the same loops call the scalar
 * functions.  GST_VECTOR_CLONES compiles a function for several instruction sets, chosen when the program
 * starts. */
#ifndef GST_VECTOR_MATH_H
#define GST_VECTOR_MATH_H

#include <math.h>

#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#define GST_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#if __GLIBC_PREREQ(2, 35)
#pragma omp declare simd notinbranch
extern double tanh(double x);
#pragma omp declare simd notinbranch
extern double erf(double x);
#pragma omp declare simd notinbranch
extern double erfc(double x);
#pragma omp declare simd notinbranch
extern double exp(double x);
#pragma omp declare simd notinbranch
extern double expm1(double x);
#pragma omp declare simd notinbranch
extern double log(double x);
#pragma omp declare simd notinbranch
extern double log1p(double x);
#pragma omp declare simd notinbranch
extern double sin(double x);
#pragma omp declare simd notinbranch
extern double cos(double x);
#pragma omp declare simd notinbranch
extern double atan2(double y, double x);
#endif
#else
#define GST_VECTOR_CLONES
#endif

#endif
