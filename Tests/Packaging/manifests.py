"""deploy/compose.yaml and deploy/kubernetes: that what they name is there, and that times and limits fit together.

Argument: the program, which is asked for its settings and its commands."""

import json
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = sys.argv[1]
problems = []


def expect(holds, complaint):
    if not holds:
        problems.append(complaint)


def output(*arguments):
    return subprocess.run([PROGRAM, *arguments], check=True, capture_output=True, text=True, env={}).stdout


SETTINGS = yaml.safe_load(output("config"))
COMMANDS = {child["commandName"] for child in json.loads(output("--experimental-dump-help"))["command"]["subcommands"]}
DESCRIPTORS = SETTINGS["max_connections"] + SETTINGS["reserved_descriptors"]


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


DRAIN = seconds(SETTINGS["drain_timeout"])


def expect_settings(place, variables):
    for name in variables:
        key = name.removeprefix("SLIPGATE_").lower()
        expect(name.startswith("SLIPGATE_") and (key in SETTINGS or key == "config"), f"{place}: {name} is no setting")


def compose():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    expect(set(services) == {"gateway", "nginx", "demo"}, "compose.yaml: not gateway, nginx and demo")
    built = {service["image"] for service in services.values() if "build" in service}
    for name, service in services.items():
        place = f"compose.yaml: {name}"
        if "build" in service:
            context = DEPLOY / service["build"]["context"]
            expect((context / "Package.swift").is_file(), f"{place}: no checkout is at {context}")
            expect((context / service["build"]["dockerfile"]).is_file(), f"{place}: no such Dockerfile")
        elif service["image"] not in built:
            expect(re.fullmatch(r"[a-z/]+:[0-9.]+", service["image"]), f"{place}: an image of no version")
        if service["image"] in built:
            expect(service.get("command", ["serve"])[0] in COMMANDS, f"{place}: there is no such command")
            expect_settings(place, service.get("environment", {}))
            expect(service["cap_drop"] == ["ALL"], f"{place}: has capabilities")
        expect(service["read_only"], f"{place}: writes into its root")
        for volume in service.get("volumes", []):
            source, _, mode = volume.split(":")
            expect((DEPLOY / source).is_file() and mode == "ro", f"{place}: {volume}")
        shared = service.get("network_mode", "service:gateway").removeprefix("service:")
        expect(shared in services, f"{place}: there is no {shared}")
        expect(set(service.get("depends_on", [])) <= set(services), f"{place}: depends on what isn't there")
    gateway = services["gateway"]
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for port in gateway["ports"]:
        address, _, inner = port.split(":")
        expect(address == "127.0.0.1", f"compose.yaml: {port} is open to all")
        expect(f"listen {inner};" in nginx, f"compose.yaml: nginx doesn't listen on {inner}")
    expect(f"server 127.0.0.1:{SETTINGS['port']} " in nginx, "nginx.conf: asks another port than the gateway's")
    expect(gateway["ulimits"]["nofile"] >= DESCRIPTORS, "compose.yaml: too few descriptors")
    expect(int(gateway["stop_grace_period"].removesuffix("s")) > DRAIN, "compose.yaml: stops before it has drained")


def kubernetes():
    folder = DEPLOY / "kubernetes"
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    expect(set(listed) == {"apiVersion", "kind", "resources"}, "kustomization.yaml: does more than list")
    there = sorted(path.name for path in folder.iterdir() if path.name != "kustomization.yaml")
    expect(listed["resources"] == there, f"kustomization.yaml: lists {listed['resources']} of {there}")
    found = [document for name in there for document in yaml.safe_load_all((folder / name).read_text(encoding="utf-8"))]
    kinds = {document["kind"]: document for document in found}
    expect(set(kinds) >= {"StatefulSet", "Service", "PodDisruptionBudget", "NetworkPolicy"}, f"only {set(kinds)}")

    service, stateful = kinds["Service"]["spec"], kinds["StatefulSet"]["spec"]
    labels = stateful["template"]["metadata"]["labels"]
    expect(service["clusterIP"] == "None", "the service has an address of its own")
    expect(stateful["serviceName"] == kinds["Service"]["metadata"]["name"], "the pods' names are another service's")
    selectors = {
        "Service": service["selector"],
        "StatefulSet": stateful["selector"]["matchLabels"],
        "PodDisruptionBudget": kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        "NetworkPolicy": kinds["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    }
    for kind, selector in selectors.items():
        expect(selector.items() <= labels.items(), f"{kind}: selects other pods")

    pod = stateful["template"]["spec"]
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    user = f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    expect(f"USER {user}\n" in dockerfile, f"StatefulSet: {user} is not the image's user")
    expect(pod["securityContext"]["runAsNonRoot"], "StatefulSet: may run as root")
    (container,) = pod["containers"]
    expect(container["image"].split(":")[1] == output("--version").strip(), "StatefulSet: another version")
    expect_settings("StatefulSet", [variable["name"] for variable in container.get("env", [])])
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    volumes = {volume["name"] for volume in pod["volumes"]}
    expect(set(mounts) == volumes, "StatefulSet: mounts other volumes than it has")
    (tokens,) = [variable["value"] for variable in container["env"] if variable["name"] == "SLIPGATE_TOKENS_FILE"]
    expect(tokens.startswith(mounts["tokens"] + "/"), "StatefulSet: no tokens are where it looks for them")
    expect(container["ports"][0]["containerPort"] == SETTINGS["port"], "StatefulSet: another port")
    security = container["securityContext"]
    expect(security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"], "StatefulSet: not confined")
    expect(security["capabilities"]["drop"] == ["ALL"], "StatefulSet: has capabilities")
    contract = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        path = container[probe]["httpGet"]["path"]
        expect(f"\n  {path}:\n" in contract, f"StatefulSet: {probe} asks for {path}, which isn't there")
    values = {variable["name"]: variable.get("value") for variable in container["env"]}
    before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain, delay = seconds(values["SLIPGATE_DRAIN_TIMEOUT"]), seconds(values["SLIPGATE_DRAIN_DELAY"])
    expect(pod["terminationGracePeriodSeconds"] > before + drain, "StatefulSet: stops before it has drained")
    expect(drain - delay >= DRAIN, "StatefulSet: drain_timeout leaves less than usual behind drain_delay")
    readiness = container["readinessProbe"]
    unready = readiness["periodSeconds"] * readiness["failureThreshold"]
    expect(delay > unready, "StatefulSet: drains before its readiness probe has failed")
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    expect(ports["admin"] == int(values["SLIPGATE_ADMIN_PORT"]), "StatefulSet: another port for health and metrics")
    for port in service["ports"]:
        expect(ports[port["targetPort"]] == port["port"], f"Service: {port['name']} is another port")
    allowed = {port["port"] for rule in kinds["NetworkPolicy"]["spec"]["ingress"] for port in rule["ports"]}
    expect(allowed == set(ports), f"NetworkPolicy: lets in to {allowed}")


compose()
kubernetes()
print("\n".join(problems) or "compose.yaml and the manifests name what is there")
sys.exit(1 if problems else 0)
