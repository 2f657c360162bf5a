#include "net/close_cause.hpp"

#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace roomd::net {

namespace websocket = boost::beast::websocket;

bool is_websocket_end(const boost::system::error_code& ec) {
  return ec.category() == make_error_code(websocket::error::closed).category();
}

int cause_of(const boost::system::error_code& ec, std::uint16_t peer_code) {
  if (ec == websocket::error::message_too_big) return websocket::close_code::too_big;
  if (ec == websocket::error::bad_frame_payload) return websocket::close_code::bad_payload;
  if (ec != websocket::error::closed) return websocket::close_code::protocol_error;
  if (peer_code == websocket::close_code::none) return websocket::close_code::no_status;
  return peer_code >= close_cause::application ? close_cause::application : peer_code;
}

}  // namespace roomd::net
