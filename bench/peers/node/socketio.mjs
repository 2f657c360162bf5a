// Socket.IO: its own rooms, with the default adapter in memory; WebSocket only.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("join", (room, done) => {
    socket.join(room);
    done();
  });
  socket.on("publish", (room, data) => io.to(room).emit("message", data));
});

http.listen(Number(process.argv[2]), "127.0.0.1");
