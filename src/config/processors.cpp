#include "config/processors.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <thread>

#include <sched.h>

namespace roomd::config {
namespace {

/// The next word of `text`, taken out of it; empty: there is none.
std::string_view take_word(std::string_view& text, std::string_view ends = " \t\n") {
  text.remove_prefix(std::min(text.find_first_not_of(ends), text.size()));
  const auto word = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(word.size());
  return word;
}

std::optional<double> ratio(std::string_view quota, std::string_view period) {
  const auto number = [](std::string_view text) {
    long long n = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
    return wrong == std::errc{} && end == text.data() + text.size() ? n : 0;
  };
  const auto [q, p] = std::pair(number(quota), number(period));
  if (q <= 0 || p <= 0) return std::nullopt;
  return static_cast<double>(q) / static_cast<double>(p);
}

bool names_cpu(std::string_view list) {
  while (!list.empty())
    if (take_word(list, ",") == "cpu") return true;
  return false;
}

/// The process's path in the hierarchy of version 2 (`0::/path`) or in that of version 1 with `cpu` (`4:cpu,cpuacct:/path`).
std::optional<std::string_view> own_path(std::string_view own, bool version_2) {
  while (!own.empty()) {
    const auto line = take_word(own, "\n");
    const auto first = line.find(':');
    const auto second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    if (version_2 ? line.starts_with("0::") : names_cpu(controllers)) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// A line of mountinfo: `36 31 0:34 ROOT POINT OPTIONS… - TYPE SOURCE SUPER_OPTIONS`.
struct mount {
  std::string_view root, point, type, options;
};
mount read_mount(std::string_view line) {
  mount m;
  for (int i = 0; i < 3; ++i) take_word(line);
  m.root = take_word(line);
  m.point = take_word(line);
  while (!line.empty() && take_word(line) != "-") continue;
  m.type = take_word(line);
  take_word(line);
  m.options = take_word(line);
  return m;
}

/// `path` as seen through a mount whose top is `root` of the hierarchy.
std::string_view below(std::string_view path, std::string_view root) {
  const bool within = path == root || path.substr(0, path.find('/', root.size())) == root;
  if (root != "/" && within) path.remove_prefix(root.size());
  return path == "/" ? std::string_view{} : path;
}

/// The folder above; of the topmost one, nothing.
std::string_view parent(std::string_view path) {
  const auto slash = path.rfind('/');
  return path.substr(0, slash == path.npos ? 0 : slash);
}

std::size_t affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(CPU_COUNT(&set));
  return std::thread::hardware_concurrency();  // more processors than a cpu_set_t has room for
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

std::optional<double> cpu_max(std::string_view text) {
  const auto quota = take_word(text);
  return ratio(quota, take_word(text));
}

std::optional<double> cfs_quota(std::string_view quota, std::string_view period) {
  return ratio(take_word(quota), take_word(period));
}

std::vector<cgroup_folder> cpu_cgroups(std::string_view own, std::string_view mounts) {
  std::vector<cgroup_folder> all;
  while (!mounts.empty()) {
    const mount m = read_mount(take_word(mounts, "\n"));
    const bool version_2 = m.type == "cgroup2";
    if (!version_2 && !(m.type == "cgroup" && names_cpu(m.options))) continue;
    const auto path = own_path(own, version_2);
    if (!path) continue;
    for (auto rest = below(*path, m.root);; rest = parent(rest)) {
      all.push_back({std::string(m.point) + std::string(rest), version_2});
      if (rest.empty()) break;
    }
  }
  return all;
}

std::optional<double> least_quota(const std::vector<cgroup_folder>& folders, const file_reader& read) {
  std::optional<double> least;
  for (const auto& folder : folders) {
    std::optional<double> quota;
    if (folder.version_2) {
      if (const auto text = read(folder.path + "/cpu.max")) quota = cpu_max(*text);
    } else if (const auto text = read(folder.path + "/cpu.cfs_quota_us")) {
      quota = cfs_quota(*text, read(folder.path + "/cpu.cfs_period_us").value_or(""));
    }
    if (quota && (!least || *quota < *least)) least = quota;
  }
  return least;
}

std::size_t processors_for(std::size_t affinity, std::optional<double> quota) {
  const auto most = static_cast<double>(std::max<std::size_t>(affinity, 1));
  return static_cast<std::size_t>(std::clamp(std::ceil(quota.value_or(most)), 1.0, most));
}

std::size_t usable_processors() {
  const auto folders = cpu_cgroups(read_file("/proc/self/cgroup").value_or(""),
                                   read_file("/proc/self/mountinfo").value_or(""));
  return processors_for(affinity(), least_quota(folders, read_file));
}

}  // namespace roomd::config
