"""Every scenario, by its name."""

from . import clients, ends, herd, limits, surroundings, upstream

SCENARIOS = {}
for module in (upstream, clients, limits, surroundings, herd, ends):
    SCENARIOS.update(module.SCENARIOS)

# Those whose server is behind a link that can be cut or slowed, or loses packets; it needs root.
WITH_LINK = {"upstream-half-open", "upstream-slow", "upstream-lossy"}
