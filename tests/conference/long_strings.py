#!/usr/bin/env python3
"""Makes long_strings.json: blocks of the reference library with their strings in the longest form TL has.

A string may begin with 0xff and seven bytes of length, however short it is. The reference reads that and hashes, and checks
the signature of, what it would have written itself: so hash and signature of the rewritten blocks are those of the originals.
Nothing of libtgcall is used. Run: python3 tests/conference/long_strings.py
"""

import hashlib
import json
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
NOOP, SET_VALUE, SET_GROUP, SET_KEY = 0xDEB4A41B, 0xFE0139CC, 0x2CF17146, 0x987A2158


class Block:
    def __init__(self, data):
        self.data, self.at, self.out = data, 0, b""

    def raw(self, size):
        piece = self.data[self.at : self.at + size]
        assert len(piece) == size
        self.at += size
        self.out += piece
        return piece

    def word(self):
        return struct.unpack("<I", self.raw(4))[0]

    def string(self):
        first = self.data[self.at]
        if first < 254:
            head, size = 1, first
        else:
            head, size = 4, int.from_bytes(self.data[self.at + 1 : self.at + 4], "little")
        content = self.data[self.at + head : self.at + head + size]
        self.at += (head + size + 3) // 4 * 4
        long = b"\xff" + size.to_bytes(7, "little") + content
        self.out += long + bytes(-len(long) % 4)

    def group(self):
        self.raw(4)
        for _ in range(self.word()):
            self.raw(4 + 8 + 32 + 4 + 4)
        self.raw(4)

    def key(self):
        self.raw(4 + 32)
        self.string()
        self.raw(8 * self.word())
        for _ in range(self.word()):
            self.string()

    def rewrite(self):
        self.raw(4 + 64)
        has_signer = self.word() & 1
        self.raw(32)
        for _ in range(self.word()):
            kind = self.word()
            if kind == NOOP:
                self.raw(32)
            elif kind == SET_VALUE:
                self.string(), self.string()
            elif kind == SET_GROUP:
                self.group()
            else:
                assert kind == SET_KEY
                self.key()
        self.raw(4 + 4)
        flags = self.word()
        self.raw(32)
        if flags & 1:
            self.group()
        if flags & 2:
            self.key()
        self.raw(32 if has_signer else 0)
        assert self.at == len(self.data)
        return self.out


def main():
    with open(os.path.join(HERE, "..", "vectors", "e2e-chains.json")) as file:
        chain = json.load(file)["chains"][0]
    blocks = []
    for block in chain["blocks"]:
        plain = bytes.fromhex(block["block"])
        blocks.append({
            "height": block["height"],
            "block": Block(plain).rewrite().hex(),
            "hash": hashlib.sha256(plain).hexdigest(),
        })
    made = {"producer": "tests/conference/long_strings.py", "chain": chain["name"], "blocks": blocks}
    with open(os.path.join(HERE, "long_strings.json"), "w") as file:
        json.dump(made, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
