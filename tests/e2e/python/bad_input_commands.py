"""Commands with fields that are missing or wrong: section 2 and 5 of docs/protocol.md. A case is a command, its
fields, and the error's `(code, reason)`; the session goes on after each."""

BAD = (400, "bad_request")
ROOM = (400, "invalid_room")
EVENT = (400, "invalid_event")
TOO_LARGE = (413, "too_large")
NOT_JOINED = (404, "not_joined")

LONG_INFO = {"x": "y" * 4096}

# In place of a room's name, in every command that has one.
ROOMS = [
    ({}, BAD), ({"room": None}, BAD), ({"room": 1}, BAD), ({"room": ["a"]}, BAD), ({"room": True}, BAD),
    ({"room": ""}, ROOM), ({"room": "a" * 256}, ROOM), ({"room": "é" * 128}, ROOM),
    ({"room": "a\n"}, ROOM), ({"room": "\x7f"}, ROOM), ({"room": "\x85"}, ROOM),
]

JOIN = [
    {"since": 1}, {"since": "e"}, {"since": []}, {"since": None}, {"since": {}},
    {"since": {"epoch": "e"}}, {"since": {"seq": 1}},
    {"since": {"epoch": 1, "seq": 1}}, {"since": {"epoch": None, "seq": 1}},
    {"last": -1}, {"last": "1"}, {"last": 1.5}, {"last": None}, {"last": 2**53},
    {"last": 1, "since": {"epoch": "e", "seq": 1}},
    {"members": "yes"}, {"members": 1}, {"members": None},
]

PUBLISH = [
    ({"event": "e"}, BAD), ({"data": 1}, BAD),
    ({"event": None, "data": 1}, BAD), ({"event": 1, "data": 1}, BAD),
    ({"event": "", "data": 1}, EVENT), ({"event": "e" * 129, "data": 1}, EVENT), ({"event": "\t", "data": 1}, EVENT),
]

OPTIONS = [
    ({"key": 1}, BAD), ({"key": None}, BAD), ({"key": ""}, BAD), ({"key": "k\r"}, BAD),
    ({"key": "k" * 129}, TOO_LARGE), ({"key": "k", "ephemeral": True}, BAD),
    ({"echo": 1}, BAD), ({"echo": "true"}, BAD), ({"echo": None}, BAD),
    ({"ephemeral": 0}, BAD), ({"ephemeral": "no"}, BAD),
]

HISTORY = [
    {"limit": 0}, {"limit": -1}, {"limit": "5"}, {"limit": 1.5}, {"limit": None}, {"limit": 2**53},
    {"since": "1"}, {"since": -1}, {"since": {"epoch": "e", "seq": 1}},
    {"before": []}, {"before": 1.5}, {"since": 1, "before": 2},
]

SESSION = [
    ("hello", {}, BAD),
    ("hello", {"user": "b"}, BAD),
    ("identity", {}, BAD),
    ("identity", {"info": None}, BAD),
    ("identity", {"info": []}, BAD),
    ("identity", {"info": "{}"}, BAD),
    ("identity", {"info": LONG_INFO}, TOO_LARGE),
    ("refresh", {}, BAD),
    ("refresh", {"token": 1}, BAD),
    ("refresh", {"token": "abc"}, BAD),
    ("leave", {"room": "where-nobody-is"}, NOT_JOINED),
    ("shout", {}, (400, "unknown_command")),
]

WITH_A_ROOM = ("join", "leave", "history", "members")
ALL = (*WITH_A_ROOM, "hello", "publish", "identity", "refresh", "pong")

CASES = [
    *((command, fields, answer) for command in WITH_A_ROOM for fields, answer in ROOMS),
    *(("publish", {"event": "e", "data": 1, **fields}, answer) for fields, answer in ROOMS),
    *(("join", {"room": "a", **fields}, BAD) for fields in JOIN),
    *(("publish", {"room": "a", **fields}, answer) for fields, answer in PUBLISH),
    *(("publish", {"room": "a", "event": "e", "data": 1, **fields}, answer) for fields, answer in OPTIONS),
    *(("history", {"room": "a", **fields}, BAD) for fields in HISTORY),
    *SESSION,
    *((command, body, BAD) for command in ALL for body in (None, 1, "x", [], True)),
]

# Before the session is greeted. A wrong hello leaves the connection open for a better one.
HELLOS = [
    ({"user": None}, BAD), ({"user": 1}, BAD), ({"user": ""}, BAD), ({"user": "u" * 256}, BAD),
    ({"user": "u\n"}, BAD),
    ({"info": None}, BAD), ({"info": []}, BAD), ({"info": "{}"}, BAD), ({"info": LONG_INFO}, TOO_LARGE),
    ({"client": 1}, BAD),
    ({"client": "c" * 256}, BAD), ({"client": "c\0"}, BAD), ({"token": 1}, BAD), ({"token": "a\\b"}, BAD),
    (None, BAD), ([], BAD),
]

# Anything but a hello: error 401, then close 4001; what is no command at all closes with 4007.
UNGREETED = [
    ("a join", '{"join":{"room":"a"},"id":77}', 4001),
    ("a pong", '{"pong":{}}', 4001),
    ("a join that is wrong", '{"join":{},"id":77}', 4001),
    ("an unknown command", '{"shout":{},"id":77}', 4001),
    ("an empty object", "{}", 4001),
    ("a hello and a join in one", '{"hello":{},"join":{"room":"a"},"id":77}', 4001),
    ("nonsense", "hello", 4007),
    ("an array", '[{"hello":{}}]', 4007),
]
