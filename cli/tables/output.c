/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - where a table goes: written by whole rows, every write checked. */
#include "cli/tables/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/process/report.h"

static int refuse(const char *path, int error)
{
    return gst_report(GST_EXIT_RUNTIME, "--output: '%.200s': %s", path, strerror(error));
}

/* ---- open --------------------------------------------------------------------------------------- */

static int open_path(gst_output *output, const char *path, int flags)
{
    output->fd = open(path, O_WRONLY | flags, 0666);
    output->name = path;
    output->owned = output->fd >= 0;
    return output->fd < 0 ? refuse(path, errno) : 0;
}

/* A file that is open already goes on after what is in it. */
static int open_direct(gst_output *output, const char *path)
{
    struct stat named, standard;
    output->fd = STDOUT_FILENO;
    output->name = "stdout";
    if (!path)
        return 0;
    if (stat(path, &named) == 0 && fstat(STDOUT_FILENO, &standard) == 0 &&
        named.st_dev == standard.st_dev && named.st_ino == standard.st_ino)
        return 0;
    return open_path(output, path, O_APPEND);
}

int gst_output_begin(gst_output *output, const gst_settings *settings, const gst_file *file)
{
    if (!file->name)
        return open_direct(output, gst_setting_text(settings, GST_OPTION_OUTPUT));
    output->file = file;
    return open_path(output, file->part, O_CREAT | O_TRUNC);
}

int gst_output_open(gst_output *output, const gst_settings *settings, const gst_file *held)
{
    *output = (gst_output){.fd = -1, .own = {.fd = -1}};
    int code = held ? 0 : gst_file_open(&output->own, settings);
    if (code == 0)
        code = gst_output_begin(output, settings, held ? held : &output->own);
    if (code != 0)
        gst_file_close(&output->own, 1);
    output->failed = code;
    return code;
}

int gst_output_continue(gst_output *output, const gst_file *file, long end)
{
    int code = open_path(output, file->part, O_CREAT);
    output->file = file;
    if (code != 0)
        return code;
    if (ftruncate(output->fd, (off_t)end) != 0 || lseek(output->fd, (off_t)end, SEEK_SET) < 0)
        return refuse(file->part, errno);
    return 0;
}

/* ---- write -------------------------------------------------------------------------------------- */

/* A reader that has gone knows it. */
static int fail(gst_output *output, int error)
{
    if (!output->failed && error == EPIPE)
        output->failed = GST_EXIT_PIPE;
    else if (!output->failed)
        output->failed = gst_report(GST_EXIT_RUNTIME, "%.200s: %s", output->name, strerror(error));
    output->used = 0;
    return output->failed;
}

void gst_output_fail(gst_output *output)
{
    fail(output, ENOMEM);
}

static int make_room(gst_output *output, size_t length)
{
    size_t room = output->room > 0 ? output->room : 4096;
    while (room - output->used < length)
        room *= 2;
    if (room == output->room)
        return 1;
    char *text = realloc(output->text, room);
    if (!text)
        return 0;
    output->text = text;
    output->room = room;
    return 1;
}

char *gst_output_room(gst_output *output, size_t length)
{
    if (output->failed)
        return NULL;
    if (!make_room(output, length)) {
        fail(output, ENOMEM);
        return NULL;
    }
    return output->text + output->used;
}

void gst_output_add_bytes(gst_output *output, const char *bytes, size_t length)
{
    char *to = gst_output_room(output, length);
    if (!to)
        return;
    memcpy(to, bytes, length);
    output->used += length;
}

void gst_output_add(gst_output *output, const char *text)
{
    gst_output_add_bytes(output, text, strlen(text));
}

/* After `written` bytes of the buffer: drop the half row at the end of a regular file. */
static void cut_half_row(const gst_output *output, size_t written)
{
    struct stat file;
    size_t half = 0;
    while (half < written && output->text[written - half - 1] != '\n')
        half++;
    off_t end = lseek(output->fd, 0, SEEK_CUR);
    if (half == 0 || end < (off_t)half || fstat(output->fd, &file) != 0 || !S_ISREG(file.st_mode))
        return;
    if (ftruncate(output->fd, end - (off_t)half) == 0)
        lseek(output->fd, end - (off_t)half, SEEK_SET);
}

int gst_output_flush(gst_output *output)
{
    size_t done = 0;
    if (output->failed)
        return output->failed;
    while (done < output->used) {
        ssize_t written = write(output->fd, output->text + done, output->used - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            int error = errno;
            cut_half_row(output, done);
            return fail(output, error);
        }
        done += (size_t)written;
    }
    output->used = 0;
    return 0;
}

int gst_output_patch(gst_output *output, long at, const char *text)
{
    int code = gst_output_flush(output);
    size_t length = strlen(text);
    if (code == 0 && pwrite(output->fd, text, length, (off_t)at) != (ssize_t)length)
        code = fail(output, errno);
    return code;
}

/* ---- close -------------------------------------------------------------------------------------- */

/* A name is given to what is on the disk, whatever happens next. */
static int synchronise(gst_output *output)
{
    if (fsync(output->fd) == 0 || errno == EINVAL || errno == ENOTSUP)
        return 0;
    return fail(output, errno);
}

int gst_output_close(gst_output *output, int whole)
{
    int code = gst_output_flush(output);
    if (code == 0 && whole && output->file)
        code = synchronise(output);
    if (output->owned && close(output->fd) != 0)
        code = fail(output, errno);
    output->owned = 0;
    if (code == 0 && whole && output->file)
        code = gst_file_finish(output->file, output->file->part);
    else if (output->own.name && output->file)
        unlink(output->own.part);
    gst_file_close(&output->own, 0);
    free(output->text);
    output->text = NULL;
    return code;
}

void gst_output_drop(gst_output *output)
{
    if (output->owned)
        close(output->fd);
    free(output->text);
    *output = (gst_output){.fd = -1, .own = {.fd = -1}};
}
