// One Redis server as a shard uses it: commands go over a link, channels come over subscribers, and a probe watches that
// the server takes writes, and that what is published comes back. A subscription can die without a sign, and a server may
// refuse every write and answer everything else. So every few seconds the probe (store/redis/probe.lua) goes out over the
// link, writes a key of its own, and has to come in over every subscriber.
//
// Logs `redis.refuses server= reason= advice=` where the server refuses a probe for another reason than before, and
// `redis.accepts server=` when it takes one again.
//
// Owned by the shard's redis_places and used on the shard's thread; may be stopped from its own callbacks, but not
// destroyed. When the link is lost, every handler has been called before the observer hears of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/redis_channels.hpp"
#include "actors/redis_link.hpp"
#include "actors/shard.hpp"
#include "core/timing_wheel.hpp"

namespace roomd::actors {

class redis_site final : private wheel_timer, private redis_channels::observer {
 public:
  class observer {
   public:
    /// Commands can be sent.
    virtual void on_site_up(redis_site& site) = 0;
    virtual void on_site_down(redis_site& site) = 0;
    /// Messages of all channels that this connection of its channels() has may be missed, until each is subscribed again.
    virtual void on_site_channels_down(redis_site& site, std::size_t connection) = 0;
    /// From here on every message of the channel comes.
    virtual void on_site_subscribed(std::string_view channel) = 0;
    virtual void on_site_message(std::string_view channel, std::string_view payload) = 0;
    /// In a cluster: it says that it does not serve the slot; none: that nobody serves some slot.
    virtual void on_site_refused(redis_site&, std::optional<std::size_t>) {}
    /// In a cluster: as redis_link's observer.
    virtual void on_site_sent_on(redis_site&, std::string_view, const store::redis_reply&) {}
    /// It refuses to write, or its user a right: the word for a log (store/redis_advice.hpp).
    virtual void on_site_unwilling(std::string_view) {}

   protected:
    ~observer() = default;
  };

  /// What its connections go by.
  struct terms {
    redis_timing timing = {};
    store::redis_waits::rule waits = {};
  };

  redis_site(shard& home, const redis_server& server, const terms& t, observer& o);

  void start();
  /// The channel that the probes go by, from now on.
  void probe_by(std::string channel);
  void stop();
  /// Another server has taken its place.
  void move_to(const std::string& host, std::uint16_t port);

  redis_link& link() { return link_; }
  const redis_link& link() const { return link_; }
  redis_channels& channels() { return channels_; }
  /// Of memory, about.
  std::size_t bytes() const { return link_.bytes() + channels_.bytes(); }
  std::string address() const { return address_of(link_.server()); }
  /// Why it does not serve, for people; empty: it does.
  std::string problem() const;

 private:
  struct link_side final : redis_link::observer {
    explicit link_side(redis_site& s) : site(s) {}
    void on_redis_up() override { site.link_up(); }
    void on_redis_down() override { site.observer_.on_site_down(site); }
    void on_redis_sent_on(std::string_view key, const store::redis_reply& error) override {
      site.observer_.on_site_sent_on(site, key, error);
    }
    void on_redis_unwilling(std::string_view word) override { site.observer_.on_site_unwilling(word); }
    void on_redis_refused(std::optional<std::size_t> slot) override {
      site.observer_.on_site_refused(site, slot);
    }
    redis_site& site;
  };

  void on_channels_lost(std::size_t connection) override {
    observer_.on_site_channels_down(*this, connection);
  }
  void on_channel_subscribed(std::string_view channel) override { observer_.on_site_subscribed(channel); }
  void on_channel_message(std::string_view channel, std::string_view payload) override {
    observer_.on_site_message(channel, payload);
  }
  void on_channel_refused(std::string_view channel) override;
  void link_up();
  void on_timer(time_point now) override;
  void probe();
  void take_probe(const result<store::redis_reply>& r);

  shard& home_;
  observer& observer_;
  link_side link_side_{*this};
  redis_link link_;
  redis_channels channels_;
  std::string probe_channel_;
  std::uint64_t probe_ = 0;  ///< the last one sent
  bool probing_ = false;     ///< the last one has not gone out for certain
  std::string refusal_;      ///< why the last probe was refused, a word for a log; empty: it was not
};

}  // namespace roomd::actors
