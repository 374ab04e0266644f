/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c - where a table goes: written by whole rows, every write checked. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "report.h"

static int refuse(const char *path, int error)
{
    return gst_report(GST_EXIT_RUNTIME, "--output: '%.200s': %s", path, strerror(error));
}

/* The directory a new file would be made in. */
static int check_directory(const char *path)
{
    char *directory = gst_copy_string(path);
    if (!directory)
        return refuse(path, ENOMEM);
    char *slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = '\0';
    int code = access(slash ? directory : ".", W_OK | X_OK) == 0 ? 0 : refuse(path, errno);
    free(directory);
    return code;
}

int gst_output_check(const char *path)
{
    struct stat file;
    if (!path)
        return 0;
    if (stat(path, &file) != 0)
        return errno == ENOENT ? check_directory(path) : refuse(path, errno);
    if (S_ISDIR(file.st_mode))
        return refuse(path, EISDIR);
    return access(path, W_OK) == 0 ? 0 : refuse(path, errno);
}

int gst_output_begin(gst_output *output, const char *path)
{
    output->fd = STDOUT_FILENO;
    output->name = "stdout";
    if (!path)
        return 0;
    output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    output->name = path;
    output->owned = output->fd >= 0;
    return output->fd < 0 ? refuse(path, errno) : 0;
}

int gst_output_open(gst_output *output, const char *path)
{
    *output = (gst_output){.fd = -1};
    int code = gst_output_begin(output, path);
    output->failed = code != 0;
    return code;
}

/* Lock the file against other processes that do so; where files cannot be locked there is no lock. */
static int is_locked_elsewhere(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &whole) != 0 && (errno == EACCES || errno == EAGAIN);
}

int gst_output_continue(gst_output *output, const char *path, long size, long end)
{
    struct stat file;
    output->fd = open(path, O_WRONLY | O_CREAT, 0666);
    output->name = path;
    output->owned = output->fd >= 0;
    if (output->fd < 0 || fstat(output->fd, &file) != 0)
        return refuse(path, errno);
    if (is_locked_elsewhere(output->fd) || file.st_size != (off_t)size)
        return gst_report(GST_EXIT_RUNTIME, "--output: '%.200s': another process is writing to it",
                          path);
    if (ftruncate(output->fd, (off_t)end) != 0 || lseek(output->fd, (off_t)end, SEEK_SET) < 0)
        return refuse(path, errno);
    return 0;
}

static int fail(gst_output *output, int error)
{
    if (!output->failed)
        gst_report(GST_EXIT_RUNTIME, "%.200s: %s", output->name, strerror(error));
    output->failed = 1;
    output->used = 0;
    return GST_EXIT_RUNTIME;
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

void gst_output_add_bytes(gst_output *output, const char *bytes, size_t length)
{
    if (output->failed)
        return;
    if (!make_room(output, length)) {
        fail(output, ENOMEM);
        return;
    }
    memcpy(output->text + output->used, bytes, length);
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
        return GST_EXIT_RUNTIME;
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

int gst_output_close(gst_output *output)
{
    int code = gst_output_flush(output);
    if (output->owned && close(output->fd) != 0)
        code = fail(output, errno);
    free(output->text);
    output->text = NULL;
    output->owned = 0;
    return code;
}

void gst_output_drop(gst_output *output)
{
    if (output->owned)
        close(output->fd);
    free(output->text);
    *output = (gst_output){.fd = -1};
}
