// How many processors the process may keep busy, which is what `server.threads = 0` goes by: those of its affinity, or
// fewer where a quota of its control group, or of one above it, does not pay for all of them (containers, CPUQuota=).
// All but `usable_processors` is pure: files come in as their text.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::config {

/// Processors that a quota pays for, `1.5`. Nothing: there is no quota, or the text makes no sense.
std::optional<double> cpu_max(std::string_view text);  ///< version 2: `150000 100000`, `max 100000`
std::optional<double> cfs_quota(std::string_view quota,
                                std::string_view period);  ///< version 1: `150000`, `-1`

/// A folder of the hierarchy that bounds processors.
struct cgroup_folder {
  std::string path;
  bool version_2 = false;

  bool operator==(const cgroup_folder&) const = default;
};
/// The process's own folders and all above them that it can see, by /proc/self/cgroup and /proc/self/mountinfo.
std::vector<cgroup_folder> cpu_cgroups(std::string_view own, std::string_view mounts);

/// The text of a file; nothing where there is none.
using file_reader = std::function<std::optional<std::string>(const std::string& path)>;
/// The least that a quota of these folders pays for.
std::optional<double> least_quota(const std::vector<cgroup_folder>& folders, const file_reader& read);

/// Rounded up: half a processor is one thread's work. At least 1.
std::size_t processors_for(std::size_t affinity, std::optional<double> quota);

/// Of this process, now.
std::size_t usable_processors();

}  // namespace roomd::config
