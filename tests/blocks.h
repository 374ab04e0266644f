/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blocks.h - reference numbers in blocks: a line of options, then lines `name TAB numbers'; `#' begins a comment. */
#ifndef TESTS_BLOCKS_H
#define TESTS_BLOCKS_H

#include <stddef.h>

/* Reads tests/reference/NAME.tsv; the number of its blocks.  Ends the program if there is no such table. */
int blocks_read(const char *name);

/* The options of a block, from 0. */
const char *block_options(int block);

/* Whether it has numbers of that name. */
int block_has(int block, const char *name);

/* Its numbers of that name, NULL if it has none; the test fails unless there are `count`. */
const double *block_numbers(int block, const char *name, size_t count);

#endif
