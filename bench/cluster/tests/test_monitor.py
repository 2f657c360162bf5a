import unittest

from bench.cluster.monitor import PageRead, page_read_of

READ = b'+1700000000.1 [0 127.0.0.1:4000] "EVALSHA" "sha" "2" "{r:a}" "{r:a}:log" "from" "7" "512" "9000"'


class MonitorTest(unittest.TestCase):
    def test_a_page_read_is_known_by_its_form(self):
        self.assertEqual(page_read_of(READ), PageRead("{r:a}:log", "from", "7", "512", "9000"))

    def test_names_with_quotes_and_spaces_are_read(self):
        self.assertEqual(page_read_of(READ.replace(b"{r:a}:log", rb"{r:a \"b\"}:log")).log, '{r:a "b"}:log')

    def test_what_scripts_do_and_other_scripts_are_none(self):
        self.assertIsNone(page_read_of(b'+1.2 [0 lua] "XRANGE" "from" "7" "9"'))
        self.assertIsNone(page_read_of(b'+1.2 [0 127.0.0.1:4000] "EVALSHA" "sha" "2" "r" "r:log" "data" "numbering"'))
