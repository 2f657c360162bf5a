"""What can break where nodes, Redis and sentinels speak TLS with one another, and nothing else."""

from faults import FailOver
from faults_of_many import MasterKilled
from topologies import OneServerOverTls, RedisClusterOverTls


class FailOverOverTls(FailOver):
    name, about = "failover_tls", "failover_commanded, where servers and sentinels speak nothing but TLS"
    keeper = OneServerOverTls


class MasterKilledOverTls(MasterKilled):
    name, about = "master_killed_tls", "master_killed, where the Redis Cluster speaks nothing but TLS"
    keeper = RedisClusterOverTls
