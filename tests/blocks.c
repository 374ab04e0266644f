/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blocks.c - reference numbers in blocks. */
#include "tests/blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/numbers.h"

enum { BLOCKS = 32, LINES = 32, NUMBERS = 64, LONGEST = 2000 };

typedef struct {
    char name[16];
    size_t count;
    double number[NUMBERS];
} entry;

static struct {
    char options[300];
    int lines;
    entry line[LINES];
} table[BLOCKS];

static void give_up(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(EXIT_FAILURE);
}

static int read_entry(entry *to, char *line)
{
    char *tab = strchr(line, '\t');
    if (!tab || tab - line >= (int)sizeof to->name)
        return 0;
    *tab = '\0';
    strcpy(to->name, line);
    for (char *at = strtok(tab + 1, " \n"); at && to->count < NUMBERS; at = strtok(NULL, " \n"))
        to->number[to->count++] = strtod(at, NULL);
    return to->count > 0;
}

int blocks_read(const char *name)
{
    char path[200], line[LONGEST];
    int blocks = 0;
    snprintf(path, sizeof path, "tests/reference/%s.tsv", name);
    FILE *file = fopen(path, "r");
    if (!file)
        give_up(path, "cannot be read");
    while (fgets(line, LONGEST, file)) {
        if (line[0] == '#')
            continue;
        if (line[0] == '-') {
            if (blocks == BLOCKS || strlen(line) >= sizeof table->options)
                give_up(path, "too large");
            line[strcspn(line, "\n")] = '\0';
            strcpy(table[blocks++].options, line);
        } else if (blocks == 0 || table[blocks - 1].lines == LINES ||
                   !read_entry(&table[blocks - 1].line[table[blocks - 1].lines++], line)) {
            give_up(path, "not blocks");
        }
    }
    fclose(file);
    return blocks;
}

const char *block_options(int block)
{
    return table[block].options;
}

static const entry *find(int block, const char *name)
{
    for (int i = 0; i < table[block].lines; i++)
        if (strcmp(table[block].line[i].name, name) == 0)
            return &table[block].line[i];
    return NULL;
}

int block_has(int block, const char *name)
{
    return find(block, name) != NULL;
}

const double *block_numbers(int block, const char *name, size_t count)
{
    const entry *at = find(block, name);
    ck_assert_msg(!at || at->count == count, "%s of %s: %zu numbers, not %zu", name,
                  table[block].options, at ? at->count : 0, count);
    return at ? at->number : NULL;
}
