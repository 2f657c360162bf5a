// ws: a room is a set of sockets. /join/ROOM receives; what comes to /pub as `ROOM DATA` goes to each.
import { WebSocketServer } from "ws";

const rooms = new Map();

function join(name, socket) {
  let room = rooms.get(name);
  if (!room) rooms.set(name, (room = new Set()));
  room.add(socket);
  socket.on("close", () => {
    room.delete(socket);
    if (room.size === 0 && rooms.get(name) === room) rooms.delete(name);
  });
}

function publish(text) {
  const space = text.indexOf(" ");
  const data = text.subarray(space + 1);
  for (const member of rooms.get(text.toString("latin1", 0, space)) ?? []) member.send(data, { binary: false });
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
server.on("connection", (socket, request) => {
  socket.on("error", () => {}); // a client that goes without a close frame; `close` follows
  if (request.url.startsWith("/join/")) join(request.url.slice("/join/".length), socket);
  else socket.on("message", publish);
});
