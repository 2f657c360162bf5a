// TLS between a link and a real redis-server: who is let in, and whom the link believes.
#include "actor/redis_process.hpp"
#include "actor/redis_rig.hpp"
#include "actor/sentinel_rig.hpp"
#include "net_certificate.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::load_redis_tls;
using roomd::net_test::own_certificate;

bool redis_has_tls() {
  if (!redis_process::program().empty()) return true;
  WARN("skipped: redis-server is not installed (./dev setup --test installs it)");
  return false;
}

std::vector<std::string> tls_flags(const own_certificate& files) {
  return {"--port",         "0",       "--tls-port",         "{port}", "--tls-cert-file", files.certificate,
          "--tls-key-file", files.key, "--tls-auth-clients", "no"};
}

roomd::actors::redis_server over_tls(const redis_process& server, const std::string& ca,
                                     const std::string& name) {
  auto where = at_port(server.port());
  where.tls = load_redis_tls(ca).context;
  where.server_name = name;
  return where;
}

}  // namespace

TEST_CASE("redis tls: what cannot be loaded is named") {
  const own_certificate files;
  CHECK(load_redis_tls(files.certificate).context);
  CHECK(load_redis_tls("").context);
  const auto missing = load_redis_tls("/nowhere.pem");
  CHECK_FALSE(missing.context);
  CHECK(missing.problem.starts_with("cannot use \"/nowhere.pem\": "));
}

TEST_CASE("redis tls: commands and channels go over it, small and big") {
  if (!redis_has_tls()) return;
  const own_certificate files;
  redis_process server(tls_flags(files));
  link_rig link(over_tls(server, files.certificate, "localhost"));
  link.start();
  REQUIRE(link.news.next() == "up");
  subscriber_rig subscriber(over_tls(server, files.certificate, "localhost"));
  subscriber.subscribe("channel");
  subscriber.start();
  REQUIRE(subscriber.news.next() == "up");
  REQUIRE(subscriber.news.next() == "on channel");
  const std::string big(1000000, 'b');
  CHECK(link.submit({"SPUBLISH", "channel", "small"}, "small"));
  CHECK(link.submit({"SPUBLISH", "channel", big}, "big"));
  CHECK(link.news.next() == "small=1");
  CHECK(link.news.next() == "big=1");
  CHECK(subscriber.news.next() == "channel: small");
  CHECK((subscriber.news.next() == "channel: " + big));
}

TEST_CASE("redis tls: a server with another name, or without a signature that we trust, is not spoken to") {
  if (!redis_has_tls()) return;
  const own_certificate files;
  const own_certificate others;
  redis_process server(tls_flags(files));
  link_rig misnamed(over_tls(server, files.certificate, "redis.example"));
  link_rig distrusted(over_tls(server, others.certificate, "localhost"));
  link_rig good(over_tls(server, files.certificate, "localhost"));
  misnamed.start();
  distrusted.start();
  good.start();
  CHECK(good.news.next() == "up");
  CHECK_FALSE(misnamed.submit({"PING"}, "ping"));
  CHECK_FALSE(distrusted.submit({"PING"}, "ping"));
}

TEST_CASE("redis tls: a sentinel is asked over it, and only one that we trust") {
  if (!redis_has_tls()) return;
  const own_certificate files;
  const own_certificate others;
  auto flags = tls_flags(files);
  flags.emplace_back("--sentinel");
  redis_process sentinel(flags, "sentinel monitor maths 127.0.0.1 1 1\n");
  auto plan = sentinels_at({sentinel.port()});
  plan.servers[0] = over_tls(sentinel, others.certificate, "localhost");
  sentinels_rig distrusted(plan);
  plan.servers[0] = over_tls(sentinel, files.certificate, "localhost");
  sentinels_rig good(plan);
  CHECK(good.news.next() == "127.0.0.1:1");
  CHECK(distrusted.problem() == "none of the 1 sentinels answers");
}
