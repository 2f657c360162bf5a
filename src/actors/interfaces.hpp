// Every actor of roomd and every message that it takes: the system's table of contents. The messages that sessions
// and rooms exchange are the plain structs of core/room_messages.hpp; the few that only actors know stand here.
//
//   connection   one a client, on the shard that accepted it; owns the session's state machine and its socket
//   directory    one a shard; knows the rooms whose names hash to the shard, makes and ends them
//   room         one a room that is in use, on its directory's shard; owns members and presence, has the log opened
//   hub          one a shard; brings what rooms say to the shard's sessions, in the rooms' order, and feeds catch-ups
//   inquiry      one a shard; answers the HTTP side by asking directories and hubs
//   ingest       one a node, where `redis.ingest` is on; publishes what a backend adds to a stream
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "config/settings.hpp"
#include "core/close_code.hpp"
#include "core/room_messages.hpp"
#include "core/stats.hpp"

namespace roomd::actors {

using settings_ptr = std::shared_ptr<const config::settings>;

/// HTTP asks who is in a room: a page of the list.
struct list_users {
  std::string room;
  member_query query;
};
struct users_listed {
  member_page_ptr page;  ///< null: the list cannot be known now
  std::optional<error> why_not;
};
/// A room's linger is over: may it end? `handled`: how many messages from the directory it has seen.
struct room_idle {
  std::string room;
  room_number number = 0;
  std::uint64_t handled = 0;
};
/// A room's own timer, for the grace of its users and for its linger.
struct room_due {};
/// A node that shares the engine has died: its users are gone.
struct node_ended {
  std::string node;
};
/// A node that was taken for dead lives: it is asked who is there.
struct node_returned {
  std::string node;
};
/// The other nodes may have taken this one for dead: they are told anew who is here.
struct node_lapsed {};
/// About once a second: what is too old may go.
struct sweep_due {};
/// Close the shard's sessions one after the other over `window`, cut off what is left after `timeout`. `done` is
/// called on the shard once none is left.
struct drain_sessions {
  std::chrono::milliseconds window;
  std::chrono::milliseconds timeout;
  std::function<void()> done;
};
/// The drain's next portion.
struct drain_due {};
struct collect_stats {};
/// What all shards counted, as one inquiry last heard it.
struct known_stats {
  std::shared_ptr<const std::vector<shard_stats>> all;
};
/// The settings for all that begins from now on.
struct new_settings {
  settings_ptr value;
};
/// End one session.
struct end_session {
  close_code code;
};
/// End one session politely: answer what is under way, then 1001.
struct drain_session {};
/// Whether the node serves.
struct serving {
  bool yes = false;
};
/// What became of a publish of the ingest stream: its room's answer, and which attempt it was.
struct ingest_answered {
  std::string room;
  std::uint64_t serial = 0;
  bool published = false;
  bool duplicate = false;
};

using connection_actor = caf::typed_actor<
    // ends the session with a code
    caf::reacts_to<end_session>,
    // the node drains
    caf::reacts_to<drain_session>>;

using room_actor = caf::typed_actor<
    // commands of sessions; each is answered through the hub of the session's shard
    caf::reacts_to<join_room>, caf::reacts_to<leave_room>, caf::reacts_to<publish_message>,
    caf::reacts_to<read_history>, caf::reacts_to<list_members>, caf::reacts_to<read_page>,
    caf::reacts_to<update_info>,
    // who is here, for HTTP
    caf::replies_to<list_users>::with<users_listed>,
    // of the nodes that share the engine
    caf::reacts_to<node_ended>, caf::reacts_to<node_returned>, caf::reacts_to<node_lapsed>,
    // its own timer
    caf::reacts_to<room_due>>;

using directory_actor = caf::typed_actor<
    // commands of sessions, passed on to the room, which is made if need be
    caf::reacts_to<join_room>, caf::reacts_to<leave_room>, caf::reacts_to<publish_message>,
    caf::reacts_to<read_history>, caf::reacts_to<list_members>, caf::reacts_to<read_page>,
    caf::reacts_to<update_info>,
    // who is there; a room that is not in use has nobody and is not made
    caf::replies_to<list_users>::with<users_listed>,
    // of the nodes that share the engine, passed on to all rooms
    caf::reacts_to<node_ended>, caf::reacts_to<node_returned>, caf::reacts_to<node_lapsed>,
    // a room asks to end
    caf::reacts_to<room_idle>,
    // its own timer, begun by the daemon: the engine's old messages
    caf::reacts_to<sweep_due>>;

using hub_actor = caf::typed_actor<
    // a room's answers to one session
    caf::reacts_to<joined>, caf::reacts_to<left>, caf::reacts_to<published>, caf::reacts_to<history_read>,
    caf::reacts_to<members_listed>, caf::reacts_to<page_read>, caf::reacts_to<info_taken>,
    caf::reacts_to<refused>,
    // a room's words to all of its members on this shard
    caf::reacts_to<deliver>, caf::reacts_to<renumbered>, caf::reacts_to<presence_news>,
    caf::reacts_to<room_failed>,
    // the shard's sessions and numbers
    caf::reacts_to<drain_sessions>, caf::reacts_to<drain_due>, caf::reacts_to<new_settings>,
    caf::replies_to<collect_stats>::with<shard_stats>>;

using inquiry_actor = caf::typed_actor<
    // what /ready says
    caf::reacts_to<serving>,
    // of the others, for shards that answer late
    caf::reacts_to<known_stats>>;

using ingest_actor = caf::typed_actor<
    // it begins, and while the node drains it lets another one read
    caf::reacts_to<serving>,
    // of the rooms
    caf::reacts_to<ingest_answered>>;

}  // namespace roomd::actors

// CAF would want these to be serialisable; they never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::join_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::leave_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::publish_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::read_history)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::list_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::read_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::update_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::published)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::history_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::members_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::page_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::info_taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::deliver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::renumbered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::presence_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::room_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::shard_stats)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::users_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::list_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::room_idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::room_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::node_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::node_returned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::node_lapsed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::sweep_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::drain_sessions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::drain_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::collect_stats)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::known_stats)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::new_settings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::end_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::drain_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::serving)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roomd::actors::ingest_answered)
