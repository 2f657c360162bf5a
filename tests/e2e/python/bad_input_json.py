"""Text messages that are not one JSON object, or an object that is no command, and what each is answered with.

A case is a name, the text, and the answer: a close code; an error's `(code, reason)`, after which the session goes
on; or none: the text is as it should be. An error carries the `id` that the text gave, where it is usable.
"""
PROTOCOL_ERROR = 4007
UNKNOWN = (400, "unknown_command")
BAD = (400, "bad_request")


def field(text: str) -> str:
    """An object with such a value in a field that nobody knows."""
    return '{"x":' + text + "}"


def publish(data: str) -> str:
    return '{"publish":{"room":"json","event":"e","data":' + data + "}}"


def with_id(value: str) -> str:
    return '{"members":{"room":"json"},"id":' + value + "}"


NO_OBJECTS = (
    " ", "[]", "null", "true", "1", '"hello"', "hello", '[{"leave":{"room":"a"}}]',
    "{", "}", "[", '{"a"', '{"a":', '{"a":1', '{"a":1,',
    '{"a":1,}', "{,}", "{'a':1}", "{a:1}", '{"a" 1}', '{"a":1 "b":2}', '{"a":1;"b":2}', '{"a":1}}',
    "{}{}", "{} x", "{},", "/**/{}", "{}//",
    "\N{ZERO WIDTH NO-BREAK SPACE}{}", "\N{NO-BREAK SPACE}{}", "\f{}", "{}\0", "\0")

NO_VALUES = (
    "", "NaN", "Infinity", "-Infinity", "undefined", "True", "nul", "tru",
    "01", "-01", "00", "1.", ".5", "-", "+1", "1e", "1e+", "0x10", "1_000", "1,2", "- 1", "\N{FULLWIDTH DIGIT ONE}",
    "[1,]", "[,1]", "[1 2]", "[", "]", "[}", "{]",
    '"', '"a', '"\\"', '"\\x41"', '"\\u12"', '"\\u12G4"', '"\\U00e9"', '"\\\n"', "'a'", "`a`",
    '"a\nb"', '"a\tb"', '"a\0b"', '"\x1f"')

NO_OBJECT = [(f"the whole text {text!r}", text, PROTOCOL_ERROR) for text in NO_OBJECTS]
VALUES = [(f"the value {text!r}", field(text), PROTOCOL_ERROR) for text in NO_VALUES]

DEPTH = [
    ("30,000 arrays without an end", "[" * 30_000, PROTOCOL_ERROR),
    ("30,000 arrays without an end inside an object", field("[" * 30_000), PROTOCOL_ERROR),
    ("12,000 objects without an end", '{"a":' * 12_000, PROTOCOL_ERROR),
    ("30,000 arrays in an unknown field", field("[" * 30_000 + "]" * 30_000), UNKNOWN),
    ("30,000 arrays as data", publish("[" * 30_000 + "]" * 30_000), BAD),
    ("30,000 arrays as the command", '{"join":' + "[" * 30_000 + "]" * 30_000 + "}", BAD),
    ("30,000 arrays as the id", with_id("[" * 30_000 + "]" * 30_000), BAD),
    ("data of 64 levels", publish("[" * 64 + "]" * 64), None),
    ("data of 65 levels", publish("[" * 65 + "]" * 65), BAD),
]

# What other parsers stumble over and we pass on as it is.
AS_IT_IS = ("1e400", "-1e-400", "1" * 400, "1.0", "-0", '"\\ud800"', '"\\u0000"', '"\N{ZERO WIDTH NO-BREAK SPACE}"',
            '{"a":1,"a":2}', "null", " [ ] ")

HARMLESS = [(f"data {text!r}", publish(text), None) for text in AS_IT_IS]

NAMES = [
    ("half a surrogate pair in a room", r'{"leave":{"room":"\ud800"}}', (400, "invalid_room")),
    ("a surrogate pair the wrong way round in a room", r'{"leave":{"room":"\udc00\ud800"}}',
     (400, "invalid_room")),
    ("half a surrogate pair in an event", r'{"publish":{"room":"a","event":"\udfff","data":1}}',
     (400, "invalid_event")),
    ("half a surrogate pair in a key", r'{"publish":{"room":"a","event":"e","data":1,"key":"\ud83d"}}', BAD),
    ("half a surrogate pair as the command", r'{"\ud800":{}}', UNKNOWN),
    ("an escaped NUL in a room", r'{"leave":{"room":"a\u0000b"}}', (400, "invalid_room")),
    ("a command that is spelt with escapes", r'{"\u006deave":{"room":"a"}}', UNKNOWN),
    ("a known command that is spelt with escapes", r'{"\u006ceave":{"room":"a"},"id":3}',
     (404, "not_joined")),
    ("a command in capitals", '{"Leave":{"room":"a"}}', UNKNOWN),
    ("no command", "{}", UNKNOWN),
    ("an id and no command", '{"id":3}', UNKNOWN),
    ("no command but 5,000 unknown fields", "{" + ",".join(f'"f{i}":0' for i in range(5000)) + "}", UNKNOWN),
]

TWICE = [
    ("a known field twice", '{"leave":{"room":"a","room":"b"},"id":3}', BAD),
    ("a known field twice, once with escapes", r'{"leave":{"room":"a","\u0072oom":"a"},"id":3}', BAD),
    ("a field of another command twice", '{"leave":{"room":"a","limit":1,"limit":1},"id":3}',
     (404, "not_joined")),
    ("an unknown field twice", '{"leave":{"room":"a","x":1,"x":2},"id":3}', (404, "not_joined")),
    ("the same command twice", '{"leave":{"room":"a"},"leave":{"room":"a"},"id":3}', BAD),
    ("two commands", '{"leave":{"room":"a"},"join":{"room":"a"},"id":3}', BAD),
    ("two ids", '{"id":3,"leave":{"room":"a"},"id":3}', BAD),
]

NO_IDS = ("0", "-1", "1.0", "1e2", "1.5", '"1"', "null", "true", "[]", "{}",
          "9007199254740992", "18446744073709551616", "1" * 400)

NO_SEQUENCES = ("-1", "1.5", "1e3", '"1"', "null", "[]",
                "9007199254740992", "18446744073709551616", "1" * 400)

IDS = [(f"the id {text}", with_id(text), BAD) for text in NO_IDS] + [
    ("the greatest id", with_id("9007199254740991"), None),
]

POSITIONS = [(f"since.seq {text}", '{"join":{"room":"a","since":{"epoch":"e","seq":' + text + '}},"id":3}', BAD)
             for text in NO_SEQUENCES]

CASES = NO_OBJECT + VALUES + DEPTH + HARMLESS + NAMES + TWICE + IDS + POSITIONS
