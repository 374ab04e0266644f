/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c - the file that --output names, and the two beside it while it is being written. */
#include "cli/tables/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/process/report.h"

static int refuse(const char *path, int error)
{
    return gst_report(GST_EXIT_RUNTIME, "--output: '%.200s': %s", path, strerror(error));
}

/* ---- names -------------------------------------------------------------------------------------- */

/* 1 if the file is one of those the process was started with, under a name of its own. */
static int is_standard(const struct stat *file)
{
    struct stat stream;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &stream) == 0 && stream.st_dev == file->st_dev &&
            stream.st_ino == file->st_ino)
            return 1;
    return 0;
}

static int is_descriptor(const char *path)
{
    return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0;
}

static int is_direct(const char *path)
{
    struct stat file;
    if (is_descriptor(path))
        return 1;
    return stat(path, &file) == 0 && (!S_ISREG(file.st_mode) || is_standard(&file));
}

static char *join(const char *name, const char *suffix)
{
    char *path = gst_alloc(strlen(name) + strlen(suffix) + 1, 1);
    if (path) {
        strcpy(path, name);
        strcat(path, suffix);
    }
    return path;
}

enum { LINKS_MOST = 40, PATH_MOST = 4096 };

/* What the link `path` leads to, `length` bytes; relative to where the link is. */
static char *follow(const char *path, const char *link, size_t length)
{
    const char *slash = strrchr(path, '/');
    size_t before = slash && *link != '/' ? (size_t)(slash + 1 - path) : 0;
    char *next = gst_alloc(before + length + 1, 1);
    if (next) {
        memcpy(next, path, before);
        memcpy(next + before, link, length);
    }
    return next;
}

/* A link stays one: the file it leads to is the one written. */
static char *resolve(const char *path)
{
    char link[PATH_MOST], *name = gst_copy_string(path);
    for (size_t i = 0; name && i < LINKS_MOST; i++) {
        ssize_t length = readlink(name, link, sizeof link);
        if (length <= 0 || (size_t)length == sizeof link)
            break;
        char *next = follow(name, link, (size_t)length);
        free(name);
        name = next;
    }
    return name;
}

static int set_names(gst_file *file, const char *path)
{
    file->name = resolve(path);
    file->part = file->name ? join(file->name, ".part") : NULL;
    file->journal = file->name ? join(file->name, ".journal") : NULL;
    if (!file->part || !file->journal)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    return 0;
}

int gst_file_has(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && file.st_size > 0;
}

/* ---- checks ------------------------------------------------------------------------------------- */

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

static int check_access(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return errno == ENOENT ? check_directory(path) : refuse(path, errno);
    if (S_ISDIR(file.st_mode))
        return refuse(path, EISDIR);
    return access(path, W_OK) == 0 ? 0 : refuse(path, errno);
}

/* What is there is somebody's work. */
static int check_existing(const gst_file *file, const gst_settings *settings)
{
    int force = gst_setting_is_on(settings, GST_OPTION_FORCE);
    int resume = gst_setting_is_on(settings, GST_OPTION_RESUME);
    int there = access(file->name, F_OK) == 0;
    int begun = gst_file_has(file->part) || gst_file_has(file->journal);
    const char *other =
        gst_command_takes(settings->command, GST_OPTION_RESUME) ? ", --resume goes on with it" : "";
    if (force || gst_setting_is_on(settings, GST_OPTION_DRY_RUN))
        return 0;
    if (resume && there && gst_file_has(file->part))
        return gst_report(GST_EXIT_USAGE,
                          "--resume: '%.200s' and '%.200s.part' are both there: remove one, or "
                          "let --force replace the first by the second",
                          file->name, file->name);
    if (resume)
        return 0;
    if (there)
        return gst_report(GST_EXIT_USAGE, "--output: '%.200s' exists: --force replaces it%s",
                          file->name, other);
    if (begun)
        return gst_report(GST_EXIT_USAGE,
                          "--output: '%.200s' exists, of a run that did not end: --force begins "
                          "anew%s",
                          gst_file_has(file->part) ? file->part : file->journal, other);
    return 0;
}

/* ---- the lock ----------------------------------------------------------------------------------- */

/* Who has it is named if it is a process of this machine. */
static int refuse_locked(const gst_file *file, int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char who[64] = "another process";
    if (fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK && whole.l_pid > 0)
        snprintf(who, sizeof who, "another process, %ld,", (long)whole.l_pid);
    return gst_report(GST_EXIT_RUNTIME, "--output: '%.200s': %s is writing to it", file->name, who);
}

static int check_lock(const gst_file *file)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(file->journal, O_RDWR), code = 0;
    if (fd < 0)
        return 0;
    if (fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK)
        code = refuse_locked(file, fd);
    close(fd);
    return code;
}

/* Open the journal and lock it: 1 done, 0 the file locked has lost its name since it was opened, so try again, -1
 * refused with *code.  Where files cannot be locked there is no lock. */
static int try_lock(gst_file *file, int *code)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct stat locked, named;
    file->fd = open(file->journal, O_RDWR | O_CREAT, 0666);
    if (file->fd < 0) {
        *code = refuse(file->journal, errno);
        return -1;
    }
    fcntl(file->fd, F_SETFD, FD_CLOEXEC);
    if (fcntl(file->fd, F_SETLK, &whole) != 0 && (errno == EACCES || errno == EAGAIN)) {
        *code = refuse_locked(file, file->fd);
        return -1;
    }
    if (fstat(file->fd, &locked) == 0 && stat(file->journal, &named) == 0 &&
        locked.st_dev == named.st_dev && locked.st_ino == named.st_ino)
        return 1;
    close(file->fd);
    file->fd = -1;
    return 0;
}

/* ------------------------------------------------------------------------------------------------- */

static int check(gst_file *file, const gst_settings *settings)
{
    const char *path = gst_setting_text(settings, GST_OPTION_OUTPUT);
    *file = (gst_file){.fd = -1, .replace = gst_setting_is_on(settings, GST_OPTION_FORCE)};
    if (!path)
        return 0;
    int code = is_descriptor(path) ? 0 : check_access(path);
    if (code != 0 || is_direct(path))
        return code;
    code = set_names(file, path);
    if (code == 0)
        code = check_lock(file);
    return code == 0 ? check_existing(file, settings) : code;
}

int gst_file_check(const gst_settings *settings)
{
    gst_file file;
    int code = check(&file, settings);
    gst_file_close(&file, 1);
    return code;
}

int gst_file_open(gst_file *file, const gst_settings *settings)
{
    int code = check(file, settings), locked = 0;
    while (code == 0 && file->name && locked == 0)
        locked = try_lock(file, &code);
    if (locked < 0 && file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
    }
    /* Whoever had the lock in the meantime may have left something. */
    return code == 0 && file->name ? check_existing(file, settings) : code;
}

int gst_file_finish(const gst_file *file, const char *from)
{
    if (!file->replace && access(file->name, F_OK) == 0)
        return gst_report(GST_EXIT_RUNTIME,
                          "--output: '%.200s' appeared meanwhile: the table is in '%.200s'",
                          file->name, from);
    return rename(from, file->name) == 0 ? 0 : refuse(file->name, errno);
}

void gst_file_close(gst_file *file, int keep)
{
    if (file->fd >= 0) {
        if (!keep || !gst_file_has(file->journal))
            unlink(file->journal);
        close(file->fd);
    }
    free(file->name);
    free(file->part);
    free(file->journal);
    *file = (gst_file){.fd = -1};
}
