"""Random and mutated JSON documents, and what Python's parser makes of each: documents.py SEED COUNT RECORDING…

A line each: two digits, whether it is JSON as a server may send it and as a Phoenix server takes it; then in
hexadecimal digits the document, and where it is JSON the same value written differently, and another value. What Python
takes differently than RFC 8259 and our limits want is put right here, each by its rule:

- Bytes that are not UTF-8 (RFC 3629) are refused. A byte order mark is, by Python too.
- NaN, Infinity and -Infinity are no numbers.
- A number is taken as it is written, however large; for Phoenix, unless a double holds it as infinity.
- An unpaired surrogate escape is taken; for Phoenix it is not.
- 512 levels of objects and arrays are taken; for Phoenix, 64.
- Of two members with one name the first counts (in Python, the last), as in Jason.
- Numbers are compared as exact decimals, and -0 is 0; exponents of more than 17 digits, as they are written.
"""

import json
import random
import re
import sys

LEVELS, PHOENIX_LEVELS = 512, 64
# Longer exponents are compared as they are written; written differently, one of so many could become longer.
EXPONENT_DIGITS = 17

NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?")
NUMBERS = """0 -0 0.0 1 -1 10 1.0 1e0 1E+2 100 0.1 1e-1 9007199254740992 9007199254740993 18446744073709551616
1e308 1e309 -1e309 1.7976931348623157e308 1.7976931348623159e308 179769313486231580793728971405301e276 4.9e-324 1e-400
0e999 1e99999999999999999 1e999999999999999999 01 1. .5 -.5 - +1 1e 1e+ 0x1 1_0 --1 1e1.5""".split()
# Between quotes: characters, then escapes.
STRINGS = list("abAé☃𝄞 \"\\/'\n\x1f\x7f\x80\u2028\ufeff") + ["e\u0301"]
STRINGS += r"""\u0000 \u0041 \u00e9 \ud834\udd1e \uD800 \udc00 \ud800\u0041 \udd1e\ud834 \ud800\ud834\udd1e
\n \t \" \\ \/ \b \f \r \x \u12 \u12G4 \U0041 \u+123 \' \u""".split()
TOKENS = rb"""" \ \u \ud800 \udc00 { } [ ] , : - + . e 0 00 1e999 NaN Infinity -Infinity true fals null nul // /**/
'""".split()
TOKENS += [bytes([byte]) for byte in b" \n\t\r\0\x0b\x0c\x1f\x7f\x80\xbf\xc3\xff"]
# What is no UTF-8, or hardly: overlong, cut short, surrogates, past the last character, marks and blanks.
BYTES = "c080 e298 e29883 eda080 edbfbf efbbbf f090 f08fbfbf f48fbfbf f4908080 c2a0 e280a8"
TOKENS += map(bytes.fromhex, BYTES.split())


class Number(str):
    """A number as it is written."""


class Members(list):
    """An object's members, duplicates included."""


class Refused(ValueError):
    pass


def refuse(word):
    raise Refused(word)


DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=refuse)


def parsed(document):
    """The value, or nothing where it is no JSON."""
    try:
        return [DECODER.decode(document.decode("utf-8"))]
    except (ValueError, RecursionError):
        return []


def levels(value):
    if isinstance(value, Members):
        return 1 + max((levels(each) for _, each in value), default=0)
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


def is_for_phoenix(value):
    if isinstance(value, Members):
        return all(is_for_phoenix(name) and is_for_phoenix(each) for name, each in value)
    if isinstance(value, list):
        return all(map(is_for_phoenix, value))
    if isinstance(value, Number):
        return abs(float(value)) != float("inf")
    return not (isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value))


def first_members(value):
    """The value as it counts."""
    if isinstance(value, Members):
        members = {}
        for name, each in value:
            members.setdefault(name, first_members(each))
        return Members(members.items())
    return [first_members(each) for each in value] if isinstance(value, list) else value


class Writer:
    def __init__(self, chance):
        self.chance = chance

    def blank(self):
        return self.chance.choice(["", "", "", " ", "\n", "\t\r "])

    def string(self, text):
        written = ""
        for character in text:
            code = ord(character)
            if code < 0x20 or character in '"\\' or 0xD800 <= code < 0xE000 or self.chance.random() < 0.1:
                units = character.encode("utf-16-be", "surrogatepass").hex()
                written += "".join("\\u" + units[place:place + 4] for place in range(0, len(units), 4))
            else:
                written += character
        return f'"{written}"'

    def number(self, text):
        sign, whole, fraction, exponent = NUMBER.fullmatch(text).groups(default="")
        if len(exponent.lstrip("+-0")) >= EXPONENT_DIGITS or self.chance.random() < 0.2:
            return text
        digits, power = (whole + fraction).lstrip("0"), int(exponent or 0) - len(fraction)
        if not digits:
            return self.chance.choice(["0", "-0", "0.00", "0e5", "-0E-17"])
        zeros = self.chance.randrange(3)
        digits, power = digits + "0" * zeros, power - zeros
        place = self.chance.randrange(len(digits))
        if place:
            digits, power = f"{digits[:place]}.{digits[place:]}", power + len(digits) - place
        return f"{sign}{digits}{self.chance.choice('eE')}{self.chance.choice(['', '+']) if power >= 0 else ''}{power}"

    def value(self, value):
        return self.blank() + self.bare(value) + self.blank()

    def bare(self, value):
        if isinstance(value, Members):
            members = list(value)
            self.chance.shuffle(members)
            pairs = [f"{self.blank()}{self.string(name)}{self.blank()}:{self.value(each)}" for name, each in members]
            if members and self.chance.random() < 0.2:
                # Which doesn't count, and adds no level.
                pairs.append(f"{self.string(members[0][0])}:0")
            return "{" + ",".join(pairs) + "}" if pairs else "{" + self.blank() + "}"
        if isinstance(value, list):
            return "[" + (",".join(map(self.value, value)) or self.blank()) + "]"
        if isinstance(value, Number):
            return self.number(value)
        return self.string(value) if isinstance(value, str) else json.dumps(value)


def another(value, chance):
    """A value that is not the same, which differs in one place."""
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        changed = type(value)(value)
        if isinstance(value, Members):
            name, each = value[place]
            changed[place] = (name, another(each, chance))
        else:
            changed[place] = another(value[place], chance)
        return changed
    if isinstance(value, Members):
        return Members([*value, ("".join(name for name, _ in value) + "+", None)])
    if isinstance(value, list):
        return [*value, None]
    if isinstance(value, Number):
        sign, whole, fraction, exponent = NUMBER.fullmatch(value).groups(default="")
        return Number(f"{sign}{whole}.{fraction}1" + (f"e{exponent}" if exponent else ""))
    if isinstance(value, str):
        return value + chance.choice(["x", "\u0301", "\0", "\ud800"])
    return {None: False, True: None, False: True}[value]


class Documents:
    def __init__(self, seed, recordings):
        self.chance = random.Random(seed)
        rows = [json.loads(row) for path in recordings for row in open(path, encoding="utf-8")]
        self.recorded = [row["text"].encode() for row in rows if "text" in row]

    def string(self):
        return '"' + "".join(self.chance.choices(STRINGS, k=self.chance.randrange(5))) + '"'

    def random_value(self, depth):
        kind = self.chance.randrange(10 if depth else 6)
        if kind < 2:
            return self.string()
        if kind < 4:
            return self.chance.choice(NUMBERS)
        if kind < 6:
            return self.chance.choice(["true", "false", "null"])
        values = [self.random_value(depth - 1) for _ in range(self.chance.randrange(4))]
        blank = self.chance.choice(["", "", " ", "\n"])
        if kind < 8:
            return "[" + blank + ("," + blank).join(values) + blank + "]"
        return "{" + blank + ",".join(f"{self.string()}{blank}:{blank}{value}" for value in values) + blank + "}"

    def valid(self):
        """One that is JSON, most likely."""
        tree = parsed(self.random_value(3).encode())
        return Writer(self.chance).value(tree[0]).encode() if tree else b"[1]"

    def mutated(self, document):
        for _ in range(self.chance.randrange(1, 4)):
            start = self.chance.randrange(len(document) + 1)
            end = min(len(document), start + self.chance.randrange(1, 9))
            token = self.chance.choice(TOKENS)
            byte = bytes([self.chance.randrange(256)])
            part = document[start:end]
            middle = self.chance.choice([b"", part * 2, token, token + part, byte + part[1:]])
            document = document[:start] + middle + (document[end:] if self.chance.random() < 0.95 else b"")
        return document

    def nested(self, document):
        """Inside many arrays or objects, about as many as may be."""
        count = self.chance.choice([PHOENIX_LEVELS, LEVELS]) + self.chance.randrange(-3, 3)
        for _ in range(count):
            document = b"[" + document + b"]" if self.chance.random() < 0.5 else b'{"a":' + document + b"}"
        return document

    def next(self):
        kind = self.chance.random()
        if kind < 0.3:
            return self.random_value(3).encode()
        if kind < 0.5:
            return self.valid()
        if kind < 0.8:
            return self.mutated(self.valid())
        return self.mutated(self.chance.choice(self.recorded)) if kind < 0.99 else self.nested(self.valid())


def line(document, chance):
    for value in parsed(document):
        depth = levels(value)
        if depth > LEVELS:
            break
        for_phoenix = depth <= PHOENIX_LEVELS and is_for_phoenix(value)
        counted = first_members(value)
        others = [Writer(chance).value(each).encode().hex() for each in (counted, another(counted, chance))]
        return f"1{for_phoenix:d} {document.hex()} {' '.join(others)}"
    return f"00 {document.hex()}"


def main():
    seed, count, *recordings = sys.argv[1:]
    sys.setrecursionlimit(10_000)
    documents = Documents(int(seed), recordings)
    for _ in range(int(count)):
        print(line(documents.next(), documents.chance))


main()
