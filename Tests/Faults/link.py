"""A network namespace for the demo server, with a link to it on which packets can be dropped or slowed, and another for
what steers the server, on which they can't. Whoever makes one is in a namespace of its own already."""

import re
import subprocess

HERE, THERE = "10.99.0.1", "10.99.0.2"
CONTROL_HERE, CONTROL_THERE = "10.99.1.1", "10.99.1.2"
# A packet may be as long as a device's offloading makes it, and a bucket must hold one.
BUCKET = "70kb"
# What is longer in the queue is dropped, and sent again by TCP.
QUEUE = "2s"


def command(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Link:
    address, control_address = THERE, CONTROL_THERE

    def __init__(self):
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"], stdout=subprocess.PIPE, text=True)
        self.holder.stdout.readline()
        command("ip", "link", "set", "lo", "up")
        self.there("ip", "link", "set", "lo", "up")
        self.connect("data", HERE, THERE)
        self.connect("control", CONTROL_HERE, CONTROL_THERE)

    def inside(self, words):
        """A command line that runs in the other namespace."""
        return ["nsenter", "--target", str(self.holder.pid), "--net", *words]

    def there(self, *words):
        command(*self.inside(words))

    def connect(self, name, here, there):
        command("ip", "link", "add", "name", f"{name}-here", "type", "veth", "peer", "name", f"{name}-there")
        command("ip", "link", "set", f"{name}-there", "netns", str(self.holder.pid))
        command("ip", "address", "add", f"{here}/24", "dev", f"{name}-here")
        command("ip", "link", "set", f"{name}-here", "up")
        self.there("ip", "address", "add", f"{there}/24", "dev", f"{name}-there")
        self.there("ip", "link", "set", f"{name}-there", "up")
        # The demo server listens on its namespace's loopback alone.
        self.there("sh", "-c", f"echo 1 >/proc/sys/net/ipv4/conf/{name}-there/route_localnet")

    def expose(self, port):
        self.there("iptables", "--wait", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", str(port),
                   "-j", "DNAT", "--to-destination", f"127.0.0.1:{port}")

    def drop(self):
        """Nothing arrives on either side any more, and nobody is told."""
        command("iptables", "--wait", "-A", "INPUT", "-s", THERE, "-j", "DROP")
        self.there("iptables", "--wait", "-A", "INPUT", "-s", HERE, "-j", "DROP")

    def lose(self, share):
        """This share of the packets gets lost, each by chance, both ways."""
        for side, source in ((command, THERE), (self.there, HERE)):
            side("iptables", "--wait", "-A", "INPUT", "-s", source, "-m", "statistic", "--mode", "random",
                 "--probability", str(share), "-j", "DROP")

    def lost(self):
        """How many packets were dropped, both ways, since packets are."""
        words = ["iptables", "--wait", "-L", "INPUT", "--numeric", "--verbose", "--exact"]
        texts = (subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout
                 for line in (words, self.inside(words)))
        return sum(int(number) for text in texts for number in re.findall(r"^\s*(\d+) +\d+ +DROP", text, re.MULTILINE))

    def restore(self):
        command("iptables", "--wait", "-F", "INPUT")
        self.there("iptables", "--wait", "-F", "INPUT")

    def slow(self, rate):
        """What the server sends goes out at this rate."""
        self.there("tc", "qdisc", "replace", "dev", "data-there", "root", "tbf", "rate", rate, "burst", BUCKET,
                   "latency", QUEUE)

    def held_back(self):
        """How often the link at its rate has had a packet wait."""
        command = self.inside(["tc", "-s", "qdisc", "show", "dev", "data-there"])
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return int(re.search(r"overlimits (\d+)", text)[1])

    def hurry(self):
        self.there("tc", "qdisc", "delete", "dev", "data-there", "root")

    def close(self):
        self.holder.kill()
        self.holder.wait()
