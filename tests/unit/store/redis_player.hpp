// For random tests of the Redis engine: everything that a server has ever sent, and rooms that check what they are told
// against it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "store/redis_message.hpp"

#include "unit/core/log_tools.hpp"
#include "unit/store/fake_node.hpp"

namespace roomd::store::test {

/// What a draft was made with: its data is unique.
inline std::string data_of(std::string_view text) {
  constexpr std::string_view label = R"("data":")";
  const auto begin = text.find(label) + label.size();
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

inline draft draft_of(const std::string& data, const std::string& key) {
  const std::string text = '"' + data + '"';
  protocol::publish_command c;
  c.room = "a";
  c.event = "e";
  c.data = text;
  c.key = key;
  return protocol::make_draft(c, "user", "session");
}

/// Everything that the server has ever sent on its channels.
class truth {
 public:
  explicit truth(fake_redis& server) : server_(server) { server_.listeners.insert(&hears_); }
  ~truth() { server_.listeners.erase(&hears_); }

  bool sound = true;
  std::map<std::string, std::string> last;  ///< message, by channel

  /// Number `seq` of `e`, which may be an ancestor's; empty: no such message.
  std::string at(const epoch& e, sequence seq) const {
    if (const auto parent = parents_.find(e); parent != parents_.end() && seq <= parent->second.seq)
      return at(parent->second.epoch, seq);
    const auto found = messages_.find({e, seq});
    return found == messages_.end() ? "" : found->second;
  }
  /// Whether everything up to `p` is part of `of`.
  bool agrees(const position& p, const epoch& of) const {
    if (p.epoch == of) return true;
    const auto parent = parents_.find(of);
    return parent != parents_.end() && p.seq <= parent->second.seq && agrees(p, parent->second.epoch);
  }

 private:
  void hear(const std::string& channel, const std::string& text) {
    const auto m = parse_redis_message(text);
    if (m->epoch == no_epoch) return;
    last[channel] = text;
    const epoch e(m->epoch);
    if (!m->payload.empty()) {
      sound = sound && messages_.emplace(position{e, m->seq}, data_of(m->payload)).second;
    } else if (const auto& lineage = server_.rooms.at(channel).lineage; !lineage.empty()) {
      parents_.emplace(e, lineage.front());
    }
  }

  fake_redis& server_;
  std::map<position, std::string> messages_;
  std::map<epoch, position> parents_;
  const fake_redis::listener hears_ = [this](const auto& channel, const auto& text) { hear(channel, text); };
};

/// A room of a node. Where it stands is known from what it is told alone.
class player final : public room_observer {
 public:
  player(const truth& known, fake_redis& server, fake_node& node, std::string name)
      : known_(known), server_(server), node_(node), name_(std::move(name)) {}

  void open() { store_ = node_.engine().open(name_, *this); }
  bool is_open() const { return open_; }
  room_store& store() { return *store_; }

  void on_open() override {
    demand(!open_, "opened twice");
    open_ = true;
    stands_ = {log().numbering(), log().head()};
  }
  void on_unavailable(const error&) override { demand(!open_, "unavailable, but open"); }
  void on_message(const message_ptr& m) override {
    demand(open_, "a message before it is open");
    if (m->seq == 0) return;
    demand(m->seq == stands_.seq + 1, "not the next number");
    stands_.seq = m->seq;
    demand(data_of(m->native.payload()) == known_.at(stands_.epoch, m->seq), "another message");
    demand(log().head() == m->seq, "the log does not have it");
  }
  void on_numbering(const position& at, bool child) override {
    const auto room = stored();
    if (child) {
      demand(at.seq <= stands_.seq && known_.agrees(at, at.epoch), "not a child");
      demand(known_.agrees({stands_.epoch, at.seq}, at.epoch), "no child of what was here");
    } else if (at.epoch == room.epoch) {
      const bool hole = server_.first(room) > stands_.seq + 1;
      demand(server_.first(room) > at.seq, "more is kept than it was told");
      demand(hole || !known_.agrees({stands_.epoch, 1}, at.epoch) || stands_.seq == 0, "no need for a hole");
    }
    stands_ = at;
    demand(log().numbering() == at.epoch && log().head() == at.seq, "the log stands elsewhere");
  }
  void on_word(std::string_view) override {}
  void on_words() override {}
  bool wants_deflated() const override { return false; }

  void publish(const std::string& key, const std::string& data) {
    store_->append(draft_of(data, key), node_.at(),
                   [this, key, data, n = calls_++](const result<receipt>& r) {
                     demand(n == told_++, "answered out of order");
                     if (r) check_receipt(*r, key, data);
                   });
  }
  void send() { store_->send(draft_of("passing", ""), node_.at()); }
  void read(dice& d) {
    page_range what{d.below(30), d.below(40), {d.between(1, 10), d.between(1, 3000)}};
    store_->read(what, [this](const result<room_store::pages>& found) {
      if (!found) return;
      const auto& page = *found;
      for (std::size_t i = 0; i < page.size(); ++i) {
        demand(page[i]->seq == page[0]->seq + i && page[i]->seq <= stands_.seq, "a page with a hole");
        demand(data_of(page[i]->native.payload()) == known_.at(stands_.epoch, page[i]->seq), "page: another");
      }
    });
  }

  /// Whether the log is the server's.
  void check_end() {
    const auto room = stored();
    demand(open_, "not open at the end");
    if (!open_) return;
    demand(stands_ == position{room.epoch, room.head}, "stands elsewhere at the end");
    for (const auto& m : log().read(1, {SIZE_MAX, SIZE_MAX}))
      demand(data_of(m->native.payload()) == data_of(room.log.at(m->seq).payload), "another at the end");
  }

  std::string channel() const { return "roomd:{r:" + name_ + "}"; }
  std::string fault;

 private:
  const room_log& log() { return store_ ? store_->log(node_.at()) : empty_; }
  /// As the server has it; without name where it has none.
  fake_redis::room stored() const {
    const auto found = server_.rooms.find(channel());
    return found == server_.rooms.end() ? fake_redis::room{} : found->second;
  }
  void demand(bool holds, const char* what) {
    if (!holds && fault.empty()) fault = what;
  }
  void check_receipt(const receipt& r, const std::string& key, const std::string& data) {
    const auto stored = known_.at(r.at.epoch, r.at.seq);
    demand(!stored.empty() && (r.duplicate ? !key.empty() : stored == data), "a receipt for another message");
    if (!r.duplicate) {
      demand(newest_.epoch != r.at.epoch || newest_.seq < r.at.seq, "numbered out of order");
      newest_ = r.at;
    }
    if (key.empty()) return;
    demand(stored.substr(0, key.size() + 1) == key + ' ', "a duplicate of another key");
    demand(keys_.emplace(std::pair(key, r.at.epoch), r.at.seq).first->second == r.at.seq,
           "a key stored twice");
  }

  const truth& known_;
  fake_redis& server_;
  fake_node& node_;
  std::string name_;
  bool open_ = false;
  position stands_;
  position newest_;  ///< that was published here
  std::uint64_t calls_ = 0, told_ = 0;
  std::map<std::pair<std::string, epoch>, sequence> keys_;
  room_log empty_{{}, {}};
  std::unique_ptr<room_store> store_;
};

}  // namespace roomd::store::test
