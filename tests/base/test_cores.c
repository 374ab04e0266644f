/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cores.c - affinity masks and control-group quotas, read from trees of files made for the purpose. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cores.h"
#include "tests/network.h"

static char root[] = "/tmp/gst-cores-XXXXXX";

/* Write a file below root, with the folders it lies in. */
static void put(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *c = path + strlen(root) + 1; (c = strchr(c, '/')); c++) {
        *c = '\0';
        mkdir(path, 0700);
        *c = '/';
    }
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void begin(void)
{
    memcpy(root + strlen(root) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void end(void)
{
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(masks)
{
    static const struct {
        const char *text;
        size_t cores;
    } cases[] = {{"Cpus_allowed:\t1\n", 1},
                 {"Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2},
                 {"Cpus_allowed:\tf0,00000000,0000A005\n", 8},
                 {"Cpus_allowed_list:\t0-1\n", 0},
                 {"", 0}};
    begin();
    ck_assert_uint_eq(gst_cores_affinity(root), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put("proc/self/status", cases[i].text);
        ck_assert_uint_eq(gst_cores_affinity(root), cases[i].cores);
    }
    end();
}
END_TEST

START_TEST(quotas_of_version_two)
{
    begin();
    ck_assert(isinf(gst_cores_quota(root)));
    put("proc/self/cgroup", "0::/batch/job\n");
    ck_assert(isinf(gst_cores_quota(root)));
    put("sys/fs/cgroup/batch/job/cpu.max", "max 100000\n");
    ck_assert(isinf(gst_cores_quota(root)));
    put("sys/fs/cgroup/batch/cpu.max", "450000 100000\n");
    ASSERT_NEAR(gst_cores_quota(root), 4.5, 1e-12);
    put("sys/fs/cgroup/batch/job/cpu.max", "25000 100000\n");
    ASSERT_NEAR(gst_cores_quota(root), 0.25, 1e-12);
    put("sys/fs/cgroup/batch/job/cpu.max", "rubbish");
    ASSERT_NEAR(gst_cores_quota(root), 4.5, 1e-12);
    end();
    begin();
    put("proc/self/cgroup", "0::/\n");
    put("sys/fs/cgroup/cpu.max", "200000 100000\n");
    ASSERT_NEAR(gst_cores_quota(root), 2, 1e-12);
    end();
}
END_TEST

START_TEST(quotas_of_version_one)
{
    begin();
    put("proc/self/cgroup", "9:memory:/a\n4:cpuset:/b\n3:cpuacct,cpu:/slurm/job7\n0::/\n");
    put("sys/fs/cgroup/cpuset/b/cpu.cfs_quota_us", "1\n");
    put("sys/fs/cgroup/cpuacct,cpu/slurm/job7/cpu.cfs_quota_us", "-1\n");
    put("sys/fs/cgroup/cpuacct,cpu/slurm/job7/cpu.cfs_period_us", "100000\n");
    ck_assert(isinf(gst_cores_quota(root)));
    put("sys/fs/cgroup/cpuacct,cpu/slurm/cpu.cfs_quota_us", "300000\n");
    ck_assert(isinf(gst_cores_quota(root)));
    put("sys/fs/cgroup/cpuacct,cpu/slurm/cpu.cfs_period_us", "100000\n");
    ASSERT_NEAR(gst_cores_quota(root), 3, 1e-12);
    put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "25000\n");
    ASSERT_NEAR(gst_cores_quota(root), 2, 1e-12);
    end();
}
END_TEST

START_TEST(this_process)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    ck_assert_uint_ge(gst_cores(), 1);
    ck_assert_uint_le(gst_cores(), (size_t)online);
    ck_assert_uint_ge(gst_cores_affinity(""), 1);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("cores");
    tcase_add_test(cases, masks);
    tcase_add_test(cases, quotas_of_version_two);
    tcase_add_test(cases, quotas_of_version_one);
    tcase_add_test(cases, this_process);
    return run_cases("cores", cases);
}
