#include <map>
#include <string>
#include <vector>

#include "config/processors.hpp"

#include "catch.hpp"

using namespace roomd::config;
using folders = std::vector<cgroup_folder>;

namespace {

const std::string mount_of_version_2 =
    "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

}  // namespace

TEST_CASE("processors: a quota of version 2 is read from cpu.max") {
  CHECK(cpu_max("150000 100000\n") == 1.5);
  CHECK(cpu_max("50000 100000") == 0.5);
  CHECK_FALSE(cpu_max("max 100000\n"));
  for (const auto* bad : {"", "\n", "150000", "x y", "0 100000", "-1 100000", "1 0", "1e5 100000",
                          "99999999999999999999 100000"})
    CHECK_FALSE(cpu_max(bad));
}

TEST_CASE("processors: a quota of version 1 is read from two files, -1 is none") {
  CHECK(cfs_quota("250000\n", "100000\n") == 2.5);
  CHECK_FALSE(cfs_quota("-1\n", "100000\n"));
  CHECK_FALSE(cfs_quota("250000\n", ""));
}

TEST_CASE("processors: the own group and all above it count, up to where the mount begins") {
  CHECK(cpu_cgroups("0::/system.slice/roomd.service\n", mount_of_version_2) ==
        folders{{"/sys/fs/cgroup/system.slice/roomd.service", true},
                {"/sys/fs/cgroup/system.slice", true},
                {"/sys/fs/cgroup", true}});
  CHECK(cpu_cgroups("0::/\n", mount_of_version_2) == folders{{"/sys/fs/cgroup", true}});
}

TEST_CASE("processors: in version 1 the hierarchy with cpu counts, seen from where it is mounted") {
  const std::string mounts =
      "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu,cpuacct ro shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
      "34 31 0:31 /docker/ab /sys/fs/cgroup/cpuset ro - cgroup cgroup rw,cpuset\n";
  CHECK(cpu_cgroups("9:cpuset:/docker/ab\n4:cpu,cpuacct:/docker/ab/x\n1:name=systemd:/y\n", mounts) ==
        folders{{"/sys/fs/cgroup/cpu,cpuacct/x", false}, {"/sys/fs/cgroup/cpu,cpuacct", false}});
  CHECK(cpu_cgroups("4:cpu:/docker/abc\n", mounts).front().path == "/sys/fs/cgroup/cpu,cpuacct/docker/abc");
}

TEST_CASE("processors: both versions at once are both looked at") {
  const auto all = cpu_cgroups("1:cpu:/\n0::/\n",
                               "32 31 0:29 / /c/cpu rw - cgroup cgroup rw,cpu\n"
                               "41 31 0:38 / /c/unified rw - cgroup2 cgroup2 rw\n");
  CHECK(all == folders{{"/c/cpu", false}, {"/c/unified", true}});
}

TEST_CASE("processors: what makes no sense is no group") {
  CHECK(cpu_cgroups("", mount_of_version_2).empty());
  CHECK(cpu_cgroups("0:/\nnonsense\n::\n", mount_of_version_2).empty());
  CHECK(cpu_cgroups("0::/\n", "").empty());
  CHECK(cpu_cgroups("0::odd\n", mount_of_version_2).size() == 2);
  CHECK(cpu_cgroups("0::/\n", "31 23\n\n- cgroup2").empty());
}

TEST_CASE("processors: the least quota of all groups decides") {
  const std::map<std::string, std::string> files = {{"/c/a/cpu.max", "max 100000"},
                                                    {"/c/cpu.max", "300000 100000"},
                                                    {"/v1/cpu.cfs_quota_us", "120000"},
                                                    {"/v1/cpu.cfs_period_us", "100000"}};
  const auto read = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
  CHECK(least_quota({{"/c/a", true}, {"/c", true}}, read) == 3.0);
  CHECK(least_quota({{"/c/a", true}, {"/c", true}, {"/v1", false}}, read) == 1.2);
  CHECK_FALSE(least_quota({{"/c/a", true}, {"/none", true}, {"/none", false}}, read));
}

TEST_CASE("processors: a quota is rounded up, and never gives more than the affinity") {
  CHECK(processors_for(8, std::nullopt) == 8);
  CHECK(processors_for(8, 1.5) == 2);
  CHECK(processors_for(8, 2.0) == 2);
  CHECK(processors_for(8, 0.1) == 1);
  CHECK(processors_for(2, 4.0) == 2);
  CHECK(processors_for(0, std::nullopt) == 1);
}

TEST_CASE("processors: this machine has one at least") { CHECK(usable_processors() >= 1); }
