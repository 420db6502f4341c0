"""Writes slipgate(1) from what the program says of itself: `slipgate --experimental-dump-help | manual.py VERSION`."""

import json
import sys

FILES = [
    ("/etc/slipgate/slipgate.yaml", "The settings of the service; slipgate config writes such a file."),
    ("/etc/default/slipgate", "Variables for the service, such as SLIPGATE_PORT=8081, which go before that file."),
]


def escaped(text):
    """Text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", "\n.br\n")
    return "\n".join("\\&" + line if line[:1] in ("'", ".") and line != ".br" else line for line in text.split("\n"))


def names(argument):
    if argument["kind"] == "positional":
        return f"\\fI{escaped(argument['valueName'].upper())}\\fR"
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    shown = ", ".join(f"\\fB{escaped(dashes[name['kind']] + name['name'])}\\fR" for name in argument["names"])
    return shown if argument["kind"] == "flag" else f"{shown} \\fI{escaped(argument['valueName'])}\\fR"


def options(arguments):
    for argument in arguments:
        if argument["shouldDisplay"]:
            text = argument.get("abstract", "")
            if "defaultValue" in argument:
                text += f" Default: {argument['defaultValue']}."
            text += "\n" + argument["discussion"] if "discussion" in argument else ""
            yield f".TP\n{names(argument)}\n{escaped(text)}"


def main():
    command = json.load(sys.stdin)["command"]
    print(f'.TH SLIPGATE 1 "" "slipgate {sys.argv[1]}" "User Commands"')
    print(f".SH NAME\nslipgate \\- {escaped(command['abstract'].removesuffix('.'))}")
    print(".SH SYNOPSIS\n\\fBslipgate\\fR \\fIcommand\\fR [\\fIoption\\fR ...]")
    print(f".SH DESCRIPTION\n{escaped(command['discussion'])}\n.SH OPTIONS")
    print(*options(command["arguments"]), sep="\n")
    print(".SH COMMANDS")
    told = list(command["arguments"])
    for number, child in enumerate(child for child in command["subcommands"] if child["commandName"] != "help"):
        own = [argument for argument in child["arguments"] if argument not in told]
        print(f".SS slipgate {child['commandName']}\n{escaped(child['abstract'])}")
        if number and len(own) < len(child["arguments"]) - 2:
            print("It takes the options that are described above, too." if own else "It takes the options above.")
        print(*options(own), sep="\n")
        told += own
    print(".SH FILES")
    for path, text in FILES:
        print(f".TP\n.I {escaped(path)}\n{escaped(text)}")
    print(".SH EXIT STATUS")
    print("0 after SIGINT or SIGTERM, 64 for an option that is none, 78 for a setting that can't be, else 1.")


main()
