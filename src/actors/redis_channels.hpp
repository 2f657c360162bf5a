// The channels of one shard on one Redis server, over as many connections as their number asks for. When a connection ends,
// its server takes every channel of it out of its tables before it serves anybody else: about a microsecond each. So none
// has more than `channels_each`, and other nodes' publishes wait some milliseconds at most where one of a node's connections
// is cut. The first connection is always there, others only while they have channels.
//
// A subscription can die without a sign. So every connection also has the probes' channel, and one over which a probe does
// not come is made anew.
//
// Owned by a redis_site, used on the shard's thread. See redis_connection.hpp for the connections' lives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/redis_subscriber.hpp"
#include "core/text_hash.hpp"

namespace roomd::actors {

class redis_channels {
 public:
  static constexpr std::size_t channels_each = 4096;

  /// Views stand during the call.
  class observer {
   public:
    /// Messages of the channels that this connection has may be missed, until each is subscribed again.
    virtual void on_channels_lost(std::size_t connection) = 0;
    /// From here on every message of the channel comes.
    virtual void on_channel_subscribed(std::string_view channel) = 0;
    virtual void on_channel_message(std::string_view channel, std::string_view payload) = 0;
    /// In a cluster: the channel's slot is not served there any more. It is forgotten.
    virtual void on_channel_refused(std::string_view channel) = 0;

   protected:
    ~observer() = default;
  };

  struct bounds {
    std::size_t each = channels_each;
  };

  redis_channels(shard& home, redis_server server, const redis_timing& timing, const bounds& b, observer& o);
  ~redis_channels();

  void start();
  void stop();
  void move_to(const std::string& host, std::uint16_t port);

  /// True: the channel is there already.
  bool subscribe(std::string_view channel);
  void unsubscribe(std::string_view channel);
  /// Every message of the channel comes.
  bool hears(std::string_view channel) const;
  /// The connection that has the channel is up.
  bool listens(std::string_view channel) const;
  /// None: nobody wants the channel.
  std::optional<std::size_t> connection_of(std::string_view channel) const;

  /// Of memory, about.
  std::size_t bytes() const;

  /// The channel that the probes go by, from now on.
  void probe_by(std::string channel);
  /// The probe of this number is on its way.
  void probe_sent(std::uint64_t number) { probe_ = number; }
  /// It will not come.
  void probe_lost();
  /// Now and then: makes those anew over which the last probe has not come, and ends those that nobody needs.
  void look_after();

  /// All connections are up and have the probes' channel.
  bool are_up() const;
  /// Why one is not, one word, as in the log.
  std::string_view reason() const;

 private:
  class lane;

  std::size_t with_a_place();
  void add_lane();
  bool in_use(const lane& l) const;
  void leave(std::string_view channel);

  shard& home_;
  redis_server server_;
  redis_timing timing_;
  observer& observer_;
  const bounds bounds_;
  std::string probe_channel_;
  std::uint64_t probe_ = 0;  ///< the last one sent
  bool running_ = false;
  std::vector<std::unique_ptr<lane>>
      lanes_;                        ///< one at least; the others are stopped while they have no channels
  text_map<std::uint32_t> lane_of_;  ///< of every channel that is wanted, but the probes'
};

}  // namespace roomd::actors
