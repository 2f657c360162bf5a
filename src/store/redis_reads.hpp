// The pages of history that somebody waits for. Who asks for the same page while it is on its way shares it. Pure: the
// room asks for what is next and says what came.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace roomd::store {

class redis_reads {
 public:
  using done = std::function<void(result<room_store::pages>)>;

  void add(const page_range& what, done tell) {
    auto found = place_of(what);
    if (found == all_.end()) found = all_.insert(found, reading{what, {}});
    found->waiting.push_back(std::move(tell));
  }

  /// There is one that has to be asked for.
  bool wanting() const {
    return std::any_of(all_.begin(), all_.end(), [](const reading& r) { return !r.asked; });
  }
  /// One that has to be asked for; it counts as asked for from now on. Null: none. Valid until the next call.
  const page_range* next() {
    const auto found = std::find_if(all_.begin(), all_.end(), [](const reading& r) { return !r.asked; });
    if (found == all_.end()) return nullptr;
    found->asked = true;
    return &found->what;
  }
  /// Nothing came: it has to be asked for again.
  void again(const page_range& what) {
    if (const auto found = place_of(what); found != all_.end()) found->asked = false;
  }
  /// Who waits for a page that has come; nobody waits for it any more.
  std::vector<done> take(const page_range& what) {
    const auto found = place_of(what);
    if (found == all_.end()) return {};
    auto waiting = std::move(found->waiting);
    all_.erase(found);
    return waiting;
  }
  /// About a second has passed: those that wait in vain for their turn to be asked for, because the server is away.
  std::vector<done> grow_old() {
    std::vector<done> given_up;
    for (reading& r : all_) {
      r.age = r.asked ? 0 : r.age + 1;
      if (r.age >= patience) std::move(r.waiting.begin(), r.waiting.end(), std::back_inserter(given_up));
    }
    std::erase_if(all_, [](const reading& r) { return r.age >= patience; });
    return given_up;
  }
  void clear() { all_.clear(); }

 private:
  static constexpr int patience = 5;

  struct reading {
    page_range what;
    std::vector<done> waiting;
    bool asked = false;
    int age = 0;  ///< ticks that it has not been asked for
  };

  std::vector<reading>::iterator place_of(const page_range& what) {
    return std::find_if(all_.begin(), all_.end(), [&](const reading& r) { return r.what == what; });
  }

  std::vector<reading> all_;
};

}  // namespace roomd::store
