// A room of the Redis engine whose server may lie: what holds whatever it is told.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "unit/core/log_tools.hpp"
#include "unit/store/redis_player.hpp"

namespace roomd::store::test {

/// It holds its log, and the answers to what it asks, against the contract of store/store.hpp.
class wary_room final : public room_observer {
 public:
  wary_room(fake_node& node, std::string name) : node_(node), name_(std::move(name)) {}

  void open(bool create) {
    store_ = create ? node_.engine().open(name_, *this) : node_.engine().open_to_read(name_, *this);
  }
  bool is_open() const { return store_ && store_->is_open(); }
  position stands() { return {store_->log(node_.at()).numbering(), store_->log(node_.at()).head()}; }
  std::string channel() const { return "roomd:{r:" + name_ + "}"; }
  /// Publishes, readings and refreshes that have not been answered.
  std::size_t waits() const { return publishes_.size() + readings_; }
  std::size_t stored() const { return stored_; }

  void publish(const std::string& key, std::size_t size) {
    publishes_.push_back(next_);
    store_->append(
        draft_of(std::string(size, 'x'), key), node_.at(), [this, n = next_++](const result<receipt>& r) {
          demand(!publishes_.empty() && publishes_.front() == n, "answered out of order, or twice");
          publishes_.pop_front();
          if (r) ++stored_;
        });
  }
  void send() { store_->send(draft_of("passing", ""), node_.at()); }
  void say() { store_->say("word"); }
  void create() { store_->create(); }
  void read(dice& d) {
    ++readings_;
    const page_range what{d.below(30), d.below(40), {d.between(1, 10), d.between(1, 3000)}};
    store_->read(what, [this](const result<room_store::pages>& found) {
      --readings_;
      if (!found) return;
      for (std::size_t i = 1; i < found->size(); ++i)
        demand((*found)[i]->seq == (*found)[i - 1]->seq + 1, "a page with a hole");
      demand(found->empty() || found->back()->seq <= log().head(), "a page beyond the head");
    });
  }
  void refresh() {
    ++readings_;
    store_->refresh([this](const std::optional<error>&) { --readings_; });
  }

  void on_open() override {
    open_ = true;
    head_ = log().head();
  }
  void on_unavailable(const error&) override { demand(!is_open(), "unavailable, but open"); }
  void on_message(const message_ptr& m) override {
    demand(open_, "a message before it is open");
    if (m->seq == 0) return;
    demand(m->seq == head_ + 1 && log().head() == m->seq, "not the next number");
    head_ = m->seq;
  }
  void on_numbering(const position& at, bool child) override {
    demand(!child || at.seq <= head_, "a child that begins beyond its parent's end");
    demand(log().numbering() == at.epoch && log().head() == at.seq, "the log stands elsewhere");
    head_ = at.seq;
  }
  void on_word(std::string_view) override {}
  void on_words() override {}
  bool wants_deflated() const override { return false; }

  void check() {
    if (!store_ || !open_) return;
    demand(log().size() <= 30 && log().bytes() <= 20000, "the log is over its bounds");
    demand(log().first() <= log().head() + 1, "more is kept than there is");
  }
  std::string fault;

 private:
  const room_log& log() { return store_ ? store_->log(node_.at()) : empty_; }
  void demand(bool holds, const char* what) {
    if (!holds && fault.empty()) fault = what;
  }

  fake_node& node_;
  std::string name_;
  bool open_ = false;
  sequence head_ = 0;
  std::uint64_t next_ = 0;
  std::deque<std::uint64_t> publishes_;
  std::size_t readings_ = 0, stored_ = 0;
  room_log empty_{{}, {}};
  std::unique_ptr<room_store> store_;
};

}  // namespace roomd::store::test
