// The masters of a Redis Cluster, each a site, and where each slot is (store/redis_slot_table.hpp). The seeds give the
// first map; from then on the masters are asked: often while something is wrong, else now and then, and at once where one
// refuses a slot. Sites come and go with the slots.
//
// A slot goes from one site to another so that no two ends of it meet: nothing more is sent to the old one, a question
// there is answered behind all that was sent before, the rooms hear that their place is away, the new site is asked for
// their channels, and the rooms hear that their place is back. Then they look at what is stored there.
//
// While a slot's keys are on their way, a room of it whose keys have arrived has its scripts called at the server that the
// slot comes to (store/redis_detours.hpp). Its channel stays at the server that has the slot, so all nodes hear each other:
// who publishes at the other one says it there.
//
// Logs `redis.slots_placed count=` and `redis.site_gone server=`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/redis_places.hpp"
#include "actors/redis_seeds.hpp"
#include "store/redis_detours.hpp"
#include "store/redis_slot_table.hpp"

namespace roomd::actors {

class redis_cluster final : public redis_places, private redis_site::observer, private wheel_timer {
 public:
  /// `probe`: what the channels of the probes begin with, up to the part of their tag that is chosen by slot.
  redis_cluster(shard& home, const std::vector<redis_server>& seeds, const redis_site::terms& terms,
                std::string probe, redis_places::observer& o);

  void start() override;
  void stop() override;
  redis_site* serving(std::string_view key) override;
  redis_site* speaking(std::string_view channel) override;
  bool run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
           handler done) override;
  bool subscribe(std::string_view channel) override;
  void unsubscribe(std::string_view channel) override;
  std::size_t bytes() const override;
  std::string problem() const override;

 private:
  using place = store::redis_slot_table::place;
  using slots = std::vector<std::size_t>;

  struct seat {
    std::unique_ptr<redis_site> site;  ///< null: nobody has this number
    std::size_t probe_slot = 0;
    bool asking = false;
    time_point asked{};
  };

  void on_site_up(redis_site& site) override;
  void on_site_down(redis_site& site) override;
  void on_site_channels_down(redis_site& site, std::size_t connection) override;
  void on_site_subscribed(std::string_view channel) override { observer_.on_subscribed(channel); }
  void on_site_message(std::string_view channel, std::string_view payload) override {
    observer_.on_message(channel, payload);
  }
  void on_site_unwilling(std::string_view word) override { observer_.on_unwilling(word); }
  void on_site_refused(redis_site& site, std::optional<std::size_t> slot) override;
  void on_site_sent_on(redis_site& site, std::string_view key, const store::redis_reply& error) override;
  void on_timer(time_point now) override;

  place place_of(const redis_site& site) const;
  redis_site* site_at(place p) const { return p < seats_.size() ? seats_[p].site.get() : nullptr; }
  bool is_up(place p) const { return site_at(p) && site_at(p)->link().is_up(); }
  place place_at(const store::redis_place& endpoint) const;
  /// Whose scripts go there, and whose channels are there.
  scope rooms_at(place p) const;
  scope channels_at(place p, std::size_t connection) const;
  void leave(redis_site& site, const std::string& key, int rounds = 0);
  void tell_moved(const std::string& key);
  void pass_on(std::string_view channel, std::string message);

  void seek();
  void found(const store::redis_cluster_map& map);
  void ask(place p);
  void ask_anyone();
  void answered(place p, const std::optional<store::redis_cluster_map>& map);
  void bring_on();
  std::size_t move(const slots& due);
  void fit_sites();
  void end_site(seat& s);
  void choose_probe(place p);
  bool something_is_wrong() const;
  void arm();

  shard& home_;
  redis_server pattern_;  ///< of every site, but for its address
  redis_site::terms terms_;
  std::string probe_;
  redis_places::observer& observer_;
  redis_seeds seeds_;
  store::redis_slot_table table_;
  store::redis_detours detours_;
  std::vector<seat> seats_;                        ///< by place
  std::vector<std::unique_ptr<redis_site>> gone_;  ///< stopped; they may be calling us
  std::size_t asked_last_ = 0;                     ///< the place whose turn it was
  time_point round_{};                             ///< when somebody was asked for no reason of his own
  time_point sought_{};
  bool seeking_ = false;  ///< the seeds are asked
  bool running_ = false;
};

}  // namespace roomd::actors
