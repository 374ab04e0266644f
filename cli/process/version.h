/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - what this program was built from, and the libraries it runs with. */
#ifndef GST_VERSION_H
#define GST_VERSION_H

const char *gst_version_git(void);      /* git hash, -dirty appended; "unknown" outside git */
const char *gst_version_compiler(void); /* its name and version */
const char *gst_version_flags(void);    /* the flags it was given */
const char *gst_version_gsl(void);
const char *gst_version_cubature(void); /* of the package it was built with; the library has none */
const char *gst_version_openblas(void);

/* The shared object cblas_dgemm is bound to, "unknown" if it cannot be found. */
const char *gst_version_blas_object(void);

/* One thread of BLAS: an end to those it started when it was loaded, which spin for a tenth of a second each. */
void gst_version_blas_single(void);

#endif
