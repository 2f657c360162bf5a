// uWebSockets: rooms are its topics. /join/ROOM receives; what comes to /pub as `ROOM DATA` is published.
import uWS from "uwebsockets";

const port = Number(process.argv[2]);
const app = uWS.App();

app.ws("/join/:room", {
  compression: uWS.DISABLED,
  upgrade: (response, request, context) =>
    response.upgrade(
      { room: request.getParameter(0) },
      request.getHeader("sec-websocket-key"),
      request.getHeader("sec-websocket-protocol"),
      request.getHeader("sec-websocket-extensions"),
      context,
    ),
  open: (socket) => socket.subscribe(socket.getUserData().room),
});

app.ws("/pub", {
  compression: uWS.DISABLED,
  message: (_socket, bytes) => {
    const text = Buffer.from(bytes);
    const space = text.indexOf(" ");
    app.publish(text.toString("latin1", 0, space), text.subarray(space + 1), false, false);
  },
});

app.listen("127.0.0.1", port, (listening) => {
  if (!listening) throw new Error(`cannot listen on port ${port}`);
});
