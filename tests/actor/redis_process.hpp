// A real redis-server of the test's own: a free port, a private folder, ended by its process id.
#pragma once

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "fake_redis.hpp"

namespace roomd::actors::testing {

class redis_process {
 public:
  /// Empty: it is not installed.
  static std::string program() {
    const char* named = std::getenv("ROOMD_REDIS_SERVER");
    const std::string name = named ? named : "redis-server";
    if (name.find('/') != name.npos) return name;
    const char* const path = std::getenv("PATH");
    std::string folders = path ? path : "";
    while (!folders.empty()) {
      const auto end = std::min(folders.find(':'), folders.size());
      const auto file = folders.substr(0, end) + '/' + name;
      if (::access(file.c_str(), X_OK) == 0) return file;
      folders.erase(0, end + 1);
    }
    return {};
  }

  /// False, and a line that says so: the test is skipped.
  static bool is_there() {
    if (!program().empty()) return true;
    WARN("skipped: redis-server is not installed (./dev setup --test installs it)");
    return false;
  }

  /// `settings`: its flags. `{port}` in one of them is the port, `{bus}` another free one. `file`: what stands in its file
  /// of settings, if it has to have one.
  explicit redis_process(std::vector<std::string> settings = {"--port", "{port}"},
                         const std::string& file = {})
      : settings_(std::move(settings)) {
    folder_ = (std::filesystem::temp_directory_path() / "roomd-redis-XXXXXX").string();
    if (!::mkdtemp(folder_.data())) throw std::runtime_error("mkdtemp");
    if (!file.empty()) std::ofstream(settings_file()) << file;
    for (int attempt = 0; attempt < 5; ++attempt) {  // somebody else may take the port meanwhile
      std::tie(port_, bus_) = free_ports();
      spawn(settings_);
      if (answers()) return;
      kill();
    }
    throw std::runtime_error("redis-server does not start");
  }
  redis_process(const redis_process&) = delete;
  redis_process& operator=(const redis_process&) = delete;
  ~redis_process() {
    kill();
    std::filesystem::remove_all(folder_);
  }

  std::uint16_t port() const { return port_; }
  /// For `--cluster-port`.
  std::uint16_t bus() const { return bus_; }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  /// Killed and started with what it has on disk, on its port.
  void start_again() {
    kill();
    spawn(settings_);
    if (!answers()) throw std::runtime_error("redis-server does not start again");
  }
  /// The same, but its data are gone.
  void start_again_empty() {
    kill();
    std::filesystem::remove(folder_ + "/dump.rdb");
    start_again();
  }
  /// It stands still, and answers nothing, until go_on().
  void pause() { ::kill(pid_, SIGSTOP); }
  void go_on() { ::kill(pid_, SIGCONT); }

 private:
  /// Both taken at the same time, so that they differ.
  static std::pair<std::uint16_t, std::uint16_t> free_ports() {
    const fake_redis one, other;
    return {one.port(), other.port()};
  }

  std::string settings_file() const { return folder_ + "/redis.conf"; }
  void spawn(const std::vector<std::string>& settings) {
    std::vector<std::string> words{program()};
    if (std::filesystem::exists(settings_file())) words.push_back(settings_file());
    for (const auto* word : {"--bind", "127.0.0.1", "--dir", folder_.c_str(), "--save", "", "--logfile",
                             "log", "--repl-diskless-sync-delay", "0"})
      words.emplace_back(word);
    for (auto each : settings) {
      if (each == "{port}") each = std::to_string(port_);
      if (each == "{bus}") each = std::to_string(bus_);
      words.push_back(each);
    }
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    // Without our streams: where we crash, who waits for their end need not wait for the server's.
    posix_spawn_file_actions_t streams;
    ::posix_spawn_file_actions_init(&streams);
    for (const int stream : {0, 1, 2})
      ::posix_spawn_file_actions_addopen(&streams, stream, "/dev/null", O_RDWR, 0);
    const int fault = ::posix_spawn(&pid_, words[0].c_str(), &streams, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&streams);
    if (fault != 0) throw std::runtime_error("posix_spawn");
  }

  /// It listens; false: it has ended instead.
  bool answers() {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
         std::chrono::steady_clock::now() < end;) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in there{};
      there.sin_family = AF_INET;
      there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      there.sin_port = htons(port_);
      const bool listens = ::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
      ::close(fd);
      if (listens) return true;
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = 0;
        return false;
      }
      ::poll(nullptr, 0, 5);  // there is nothing to wait for but its socket
    }
    return false;
  }

  std::vector<std::string> settings_;
  std::string folder_;
  std::uint16_t port_ = 0;
  std::uint16_t bus_ = 0;
  pid_t pid_ = 0;
};

}  // namespace roomd::actors::testing
