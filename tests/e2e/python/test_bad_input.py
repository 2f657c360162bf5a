"""Bad input of every kind against the running daemon: each case gets the answer that the documents promise, and
none of them costs the others anything. After each one the daemon still serves: over HTTP, to a new WebSocket, and
to one that is open throughout; and its memory has not grown by more than a hundred times the bytes that were sent.

The program to test is named by ROOMD_BINARY. The cases stand in the tables bad_input_*.py.
"""
import unittest

import bad_input_commands
import bad_input_frames
import bad_input_http
import bad_input_json
import bad_input_upgrade
from bad_input_case import BadInput, add_tests
from raw_connection import text


class Http(BadInput):
    def refused(self, case):
        _, sent, statuses = case
        self.assertEqual(self.send(sent).statuses(), statuses)


class Upgrade(BadInput):
    def answered(self, case):
        _, sent, status = case
        connection = self.send(sent)
        if status == 101:
            self.assertEqual(connection.answer()[0], 101)
            self.assertIn("hello", connection.ask("hello", {}))
        else:
            connection.end_sending()
            self.assertEqual(connection.statuses(), [status])


class Frames(BadInput):
    def answered(self, case):
        _, sent, code = case
        connection = self.greeted()
        connection.send(sent)
        if code is None:
            self.assert_goes_on(connection)
        else:
            self.assertEqual(connection.close_code(), code)


class Json(BadInput):
    def answered(self, case):
        _, sent, answer = case
        connection = self.greeted()
        connection.send(text(sent))
        if isinstance(answer, int):
            return self.assertEqual(connection.close_code(), answer)
        if answer:
            found = connection.next_object()
            self.assert_error(found, answer)
            self.assertEqual(found.get("id"), 3 if sent.count('"id":3') == 1 else None)
        self.assert_goes_on(connection)


class Commands(BadInput):
    def refused(self, case):
        command, fields, answer = case
        connection = self.greeted()
        self.assert_error(connection.ask(command, fields), answer)
        self.assert_goes_on(connection)


class Greeting(BadInput):
    def wrong_hello(self, case):
        fields, answer = case
        connection = self.connect().open_websocket(hello=False)
        self.assert_error(connection.ask("hello", fields), answer)
        self.assertIn("hello", connection.ask("hello", {"user": "ada"}))

    def something_else(self, case):
        _, sent, code = case
        connection = self.connect().open_websocket(hello=False)
        connection.send(text(sent))
        if code == 4001:
            self.assert_error(connection.next_object(), (401, "unauthorized"))
        self.assertEqual(connection.close_code(), code)


def first(case) -> str:
    return case[0]


def command(case) -> str:
    return f"{case[0]} {str(case[1])[:60]}"


def hello(case) -> str:
    return f"hello {str(case[0])[:60]}"


def not_hello(case) -> str:
    return f"not {case[0]}"


add_tests(Http, "HTTP", bad_input_http.CASES, first, Http.refused)
add_tests(Upgrade, "upgrade", bad_input_upgrade.CASES, first, Upgrade.answered)
add_tests(Frames, "frames", bad_input_frames.CASES, first, Frames.answered)
add_tests(Json, "JSON", bad_input_json.CASES, first, Json.answered)
add_tests(Commands, "commands", bad_input_commands.CASES, command, Commands.refused)
add_tests(Greeting, "greeting", bad_input_commands.HELLOS, hello, Greeting.wrong_hello)
add_tests(Greeting, "before the greeting", bad_input_commands.UNGREETED, not_hello, Greeting.something_else)

if __name__ == "__main__":
    unittest.main()
