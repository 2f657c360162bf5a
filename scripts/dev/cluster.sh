# Several nodes on this machine that share their rooms through a Redis of their own.
# shellcheck shell=bash

cluster_pids=() # Redis first, then the nodes
cluster_folder=
cluster_most=20
cluster_wait=30 # seconds, for Redis and for each node

cluster_usage() {
  cat <<TEXT
usage: ./dev cluster N [-- ARGUMENTS]

Builds the daemon and runs N nodes of it (1 to $cluster_most), on the first free ports from 8080 on, around a Redis of
their own. What is published on one node comes to the members on all. Ctrl-C stops everything; nothing is kept.
ARGUMENTS go to every node.

examples:
  ./dev cluster 3
  ./dev cluster 2 -- --set log.level=debug
TEXT
}

port_taken() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # FROM
  local port=$1
  while port_taken "$port"; do port=$((port + 1)); done
  echo "$port"
}

# says PORT REQUEST TEXT: whether the first line of the answer has the text in it.
says() {
  local line
  (
    exec {line_fd}<>"/dev/tcp/127.0.0.1/$1" && printf '%b' "$2" >&"$line_fd" && read -r -t 2 line <&"$line_fd" &&
      [[ $line == *"$3"* ]]
  ) 2>/dev/null
}

# wait_until NAME PID COMMAND...: until the command succeeds; fails where the process ends first.
wait_until() {
  local name=$1 pid=$2 deadline=$((SECONDS + cluster_wait))
  shift 2
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || fail "$name ended (see above)"
    ((SECONDS < deadline)) || fail "$name is not ready within $cluster_wait s"
    sleep 0.1
  done
}

start_cluster_redis() { # PORT
  redis-server --port "$1" --bind 127.0.0.1 --dir "$cluster_folder" --save '' --loglevel warning \
    > >(sed -u 's/^/redis  /') 2>&1 &
  cluster_pids+=("$!")
  wait_until redis-server "$!" says "$1" 'PING\r\n' +PONG
}

start_cluster_node() { # NAME PORT REDIS-PORT ARGUMENTS...
  local name=$1 port=$2 redis=$3
  shift 3
  build/release/roomd --listen "127.0.0.1:$port" --set engine.type=redis --set "redis.address=127.0.0.1:$redis" \
    --set drain.window=0ms --set drain.timeout=2s "$@" > >(sed -u "s/^/$name  /") 2>&1 &
  cluster_pids+=("$!")
  wait_until "$name" "$!" says "$port" 'GET /ready HTTP/1.0\r\nHost: localhost\r\n\r\n' ' 200 '
}

# Nodes first, so that none of them loses its Redis.
stop_cluster() {
  local status=$? pid at
  trap '' INT TERM
  for ((at = ${#cluster_pids[@]} - 1; at >= 0; --at)); do
    pid=${cluster_pids[at]}
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  [ -z "$cluster_folder" ] || rm -rf "$cluster_folder"
  exit "$status"
}

print_cluster() { # REDIS-PORT PORT...
  local redis=$1 port number=0
  shift
  printf '\n%-7s %-22s %s\n' node address playground
  for port in "$@"; do
    number=$((number + 1))
    printf '%-7s %-22s %s\n' "node$number" "127.0.0.1:$port" "http://127.0.0.1:$port/ui/Maths?id_user=$number"
  done
  printf '%-7s %-22s %s\n\n' redis "127.0.0.1:$redis" "redis-cli -p $redis"
}

cmd_cluster() {
  case ${1:-} in --help | -h) cluster_usage && return ;; esac
  local count=${1:-} redis port=8080 ports=() number
  [[ $count =~ ^[0-9]{1,2}$ ]] && ((10#$count >= 1 && 10#$count <= cluster_most)) ||
    fail "cluster takes the number of nodes, 1 to $cluster_most; ./dev cluster --help" 2
  shift
  (($# == 0)) || [ "$1" = -- ] || fail "cluster: what goes to the nodes stands behind --" 2
  (($# == 0)) || shift
  command -v redis-server >/dev/null ||
    fail "redis-server is missing: ./dev setup --test installs it, as does apt-get install redis-server"
  ensure build
  timed "build roomd" build_preset release roomd
  cluster_folder=$(mktemp -d)
  trap stop_cluster EXIT
  trap 'exit 0' INT TERM
  redis=$(free_port 16379)
  start_cluster_redis "$redis"
  for ((number = 1; number <= 10#$count; ++number)); do
    port=$(free_port "$port")
    start_cluster_node "node$number" "$port" "$redis" "$@"
    ports+=("$port")
  done
  print_cluster "$redis" "${ports[@]}"
  note "Ctrl-C stops everything"
  wait -n "${cluster_pids[@]}" || true
  fail "one of them ended (see above)"
}
