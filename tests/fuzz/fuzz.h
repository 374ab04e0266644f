/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h - what the fuzz targets share.  Each is one file fuzz_NAME.c with the two functions of libFuzzer; a broken
 * promise ends the process. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's: before the first input, and each input; both return 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* support.c: a copy of the input that ends in NUL (free() it). */
char *fuzz_text(const uint8_t *data, size_t size);

/* Cut a text at its newlines, in place: at most `most` lines; returns how many. */
size_t fuzz_lines(char *text, size_t most, char **line);

/* The path of a file with these contents, made once and filled again for each input. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* End the process unless `promise` holds. */
void fuzz_check(int promise, const char *what);

#endif
