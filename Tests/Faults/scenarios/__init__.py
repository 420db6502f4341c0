"""Every scenario, by its name."""

from . import upstream

SCENARIOS = {}
for module in (upstream,):
    SCENARIOS.update(module.SCENARIOS)

# Those whose server is behind a link that can be cut or slowed.
WITH_LINK = {"upstream-half-open", "upstream-slow"}
