"""What many nodes promise, with six hundred members."""

from bench.cluster import idle, node_death, users
from promise import PromiseTest

READS = 1


class NodeDeath(PromiseTest):
    def test_members_who_return_elsewhere_get_everything_once_and_share_the_pages(self):
        self.hold(node_death, node_death.Size(members=600, rooms=6, lags=(950, 600, 20), reads=READS))

    def test_members_who_return_to_one_room_share_its_pages(self):
        self.hold(node_death, node_death.Size(members=200, rooms=1, lags=(950,), reads=READS))


class Users(PromiseTest):
    def test_every_node_lists_the_users_of_all_after_joins_leaves_and_a_death(self):
        self.hold(users, users.Size(users=600, leaving=250, lease=2))


class Idle(PromiseTest):
    def test_idle_members_cost_a_node_one_command_a_lease(self):
        self.hold(idle, idle.Size(members=(600,), lease=1, leases=6))
