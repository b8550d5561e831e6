"""Cutting decrypted messages: what is whole comes out as it was, and nothing that arrives raises."""

import gzip
import random
import struct
import unittest

from libtgcall import _mtproto as mtproto

SESSION = b"session!"
UPDATES = struct.pack("<I", 0x74AE4240) + b"whatever an Updates has in it..."
UNKNOWN = struct.pack("<I", 0x0BADF00D) + b"nobody knows"


def packet(body, number=5, sequence=1, session=SESSION, padding=b"\x2a" * 20, size=None):
    size = len(body) if size is None else size
    return b"the salt" + session + struct.pack("<qii", number, sequence, size) + body + padding


def container(*parts, count=None):
    body = struct.pack("<Ii", 0x73F1F8DC, len(parts) if count is None else count)
    for number, part in parts:
        body += struct.pack("<qii", number, 1, len(part)) + part
    return body


def text(data):
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


def packed(data):
    return struct.pack("<I", 0x3072CFA1) + text(gzip.compress(data))


def rpc_result(request, data):
    return struct.pack("<Iq", 0xF35C6D01, request) + data


def rpc_error(code, name):
    return struct.pack("<Ii", 0x2144CA19, code) + text(name)


def bodies(plain, session=SESSION):
    return [message.body for message in mtproto.messages(plain, session)]


class Messages(unittest.TestCase):
    def test_a_message_ends_where_it_says_and_not_where_the_padding_does(self):
        for padding in (b"", b"\0" * 12, b"\xff" * 1024):
            self.assertEqual(bodies(packet(UPDATES, padding=padding)), [UPDATES])

    def test_it_keeps_its_number_and_whether_it_is_to_be_acknowledged(self):
        (message,) = mtproto.messages(packet(UPDATES, number=77, sequence=3), SESSION)
        self.assertEqual((message.id, message.kind), (77, 0x74AE4240))
        self.assertTrue(message.is_update)
        self.assertTrue(message.wants_acknowledgement)
        (message,) = mtproto.messages(packet(UPDATES, sequence=4), SESSION)
        self.assertFalse(message.wants_acknowledgement)

    def test_a_container_is_taken_apart_whatever_its_parts_are(self):
        inner = container((7, UNKNOWN), (9, UPDATES), (11, b"\1\2\3\4" * 8))
        self.assertEqual(bodies(packet(inner)), [UNKNOWN, UPDATES, b"\1\2\3\4" * 8])
        self.assertEqual([message.id for message in mtproto.messages(packet(inner), SESSION)], [7, 9, 11])

    def test_gzip_is_unpacked_inside_a_container_and_around_one(self):
        self.assertEqual(bodies(packet(packed(UPDATES))), [UPDATES])
        self.assertEqual(bodies(packet(container((7, packed(UPDATES * 40))))), [UPDATES * 40])
        self.assertEqual(bodies(packet(packed(container((7, UPDATES), (9, UNKNOWN))))), [UPDATES, UNKNOWN])

    def test_another_session_has_nothing_for_us(self):
        self.assertEqual(bodies(packet(UPDATES, session=b"another!")), [])

    def test_what_is_not_whole_is_left_out_and_what_was_before_it_is_not(self):
        whole = container((7, UPDATES), (9, UNKNOWN))
        self.assertEqual(bodies(packet(whole[:-1], padding=b"")), [UPDATES])
        self.assertEqual(bodies(packet(container((7, UPDATES), count=1000), padding=b"")), [UPDATES])
        self.assertEqual(bodies(packet(container((7, UPDATES), count=-1))), [])
        self.assertEqual(bodies(packet(container((7, UPDATES), (9, packed(UPDATES)[:-9]), (11, UNKNOWN)))), [UPDATES, UNKNOWN])
        for size in (-1, 0, 3, len(UPDATES) + 21, 2**31 - 1):
            self.assertEqual(bodies(packet(UPDATES, size=size)), [], size)

    def test_what_would_inflate_without_end_is_left_out(self):
        bomb = packed(bytes(64 << 20))
        self.assertEqual(bodies(packet(container((7, bomb), (9, UPDATES)))), [UPDATES])
        many = packed(UPDATES + bytes(6 << 20))
        self.assertEqual(len(bodies(packet(container(*((number, many) for number in range(9)))))), 2)

    def test_what_is_nested_without_end_is_left_out(self):
        body = UPDATES
        for _ in range(3):
            body = packed(body)
        self.assertEqual(bodies(packet(body)), [UPDATES])
        for _ in range(50):
            body = container((7, packed(body)))
        self.assertEqual(bodies(packet(body)), [])

    def test_hostile_bytes_raise_nothing(self):
        chance = random.Random(11)
        good = container((7, packed(UPDATES)), (9, rpc_result(3, packed(rpc_error(420, b"FLOOD_WAIT_7")))), (11, UNKNOWN))
        whole = packet(good)
        for cut in range(len(whole)):
            self.look(whole[:cut])
        for _ in range(3000):
            spoilt = bytearray(whole)
            for _ in range(chance.randrange(1, 6)):
                spoilt[chance.randrange(16, len(spoilt))] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))
            self.look(bytes(spoilt))

    def look(self, plain):
        for message in mtproto.messages(plain, SESSION):
            mtproto.bad_message(message)
            if mtproto.answered(message) is not None:
                data = mtproto.result(message)
                if data is not None:
                    mtproto.refused(data)
                    mtproto.date_of_state(data)


class Results(unittest.TestCase):
    def only(self, body):
        (message,) = mtproto.messages(packet(body), SESSION)
        return message

    def test_an_answer_names_its_request_and_is_unpacked(self):
        message = self.only(rpc_result(-99, UPDATES))
        self.assertEqual((mtproto.answered(message), mtproto.result(message)), (-99, UPDATES))
        message = self.only(rpc_result(98, packed(UPDATES)))
        self.assertEqual((mtproto.answered(message), mtproto.result(message)), (98, UPDATES))

    def test_an_answer_that_cannot_be_unpacked_is_none(self):
        message = self.only(rpc_result(98, packed(UPDATES)[:-6]))
        self.assertEqual((mtproto.answered(message), mtproto.result(message)), (98, None))

    def test_what_is_no_answer_answers_nothing(self):
        self.assertIsNone(mtproto.answered(self.only(UPDATES)))
        self.assertIsNone(mtproto.answered(self.only(rpc_result(1, b""))))

    def test_an_error_has_its_code_and_its_whole_name(self):
        long = b"A_NAME_" * 60
        for code, name in ((420, b"FLOOD_WAIT_7"), (-503, b"Timeout"), (400, b""), (400, long)):
            self.assertEqual(mtproto.refused(rpc_error(code, name)), (code, name.decode()))
            self.assertEqual(mtproto.refused(rpc_error(code, name) + b"padding"), (code, name.decode()))
        self.assertEqual(mtproto.refused(rpc_error(400, b"CUT_OFF")[:-3]), (400, ""))
        self.assertIsNone(mtproto.refused(UPDATES))
        self.assertIsNone(mtproto.refused(b""))

    def test_a_message_that_was_not_taken_says_which_and_why(self):
        bad = struct.pack("<Iqii", 0xA7EFF811, 44, 1, 32)
        self.assertEqual(mtproto.bad_message(self.only(bad)), (44, 32, None))
        salt = struct.pack("<Iqiiq", 0xEDAB447B, 44, 1, 48, -5)
        self.assertEqual(mtproto.bad_message(self.only(salt)), (44, 48, -5))
        self.assertIsNone(mtproto.bad_message(self.only(salt[:-4])))
        self.assertIsNone(mtproto.bad_message(self.only(UPDATES)))

    def test_the_state_has_the_clock(self):
        state = struct.pack("<I5i", 0xA56C2A3E, 1, 2, 1700000000, 4, 5)
        self.assertEqual(mtproto.date_of_state(state + b"padding"), 1700000000)
        self.assertIsNone(mtproto.date_of_state(state[:12]))
        self.assertIsNone(mtproto.date_of_state(UPDATES))


class Repeated(unittest.TestCase):
    def message(self, number):
        return mtproto.Message(number, 1, 0x74AE4240, UPDATES)

    def test_a_message_counts_once(self):
        seen = mtproto.Seen()
        self.assertTrue(seen.is_new(self.message(5)))
        self.assertFalse(seen.is_new(self.message(5)))
        self.assertTrue(seen.is_new(self.message(3)), "one that was overtaken")
        self.assertFalse(seen.is_new(self.message(4)), "servers' messages have odd numbers")

    def test_what_is_forgotten_does_not_count_again(self):
        seen = mtproto.Seen()
        for number in range(1, 10_001, 2):
            self.assertTrue(seen.is_new(self.message(number)))
        self.assertFalse(seen.is_new(self.message(1)))
        self.assertLess(len(seen._ids), 2_100)
