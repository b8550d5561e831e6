package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// maxFrame is how long a client's packet may be. Parts of files have 512 KiB; gotd's own codecs take 16 to 64 MiB.
const maxFrame = 1 << 20

var (
	errFrameLength = errors.New("a frame of impossible length")
	errFrameBroken = errors.New("a frame out of order or damaged")
)

// framing is one of MTProto's transports: how packets stand in a stream.
type framing interface {
	read(r io.Reader) ([]byte, error)
	write(packet []byte) []byte
}

func readN(r io.Reader, n int) ([]byte, error) {
	if n <= 0 || n > maxFrame {
		return nil, errFrameLength
	}
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// abridged: the length in words, in one byte or in 0x7f and three.
type abridged struct{}

func (abridged) read(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:1]); err != nil {
		return nil, err
	}
	words := int(head[0])
	if words == 0x7f {
		if _, err := io.ReadFull(r, head[:3]); err != nil {
			return nil, err
		}
		words = int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	} else if words > 0x7f { // asks for a quick acknowledgement, which no client library does
		return nil, errFrameLength
	}
	return readN(r, words*4)
}

func (abridged) write(packet []byte) []byte {
	words := len(packet) / 4
	if words < 0x7f {
		return append([]byte{byte(words)}, packet...)
	}
	return append([]byte{0x7f, byte(words), byte(words >> 8), byte(words >> 16)}, packet...)
}

// intermediate: the length in four bytes.
type intermediate struct{}

func (intermediate) read(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	return readN(r, int(binary.LittleEndian.Uint32(head[:])))
}

func (intermediate) write(packet []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(packet))), packet...)
}

// padded is intermediate with up to 15 bytes of noise behind the packet.
type padded struct{ intermediate }

func (p padded) read(r io.Reader) ([]byte, error) {
	b, err := p.intermediate.read(r)
	if err != nil {
		return nil, err
	}
	return b[:unpaddedLength(b)], nil
}

// unpaddedLength finds where the packet ends: an encrypted one has whole blocks behind its head of 24 bytes, another one
// says how long it is.
func unpaddedLength(b []byte) int {
	switch {
	case len(b) < 24:
		return len(b)
	case binary.LittleEndian.Uint64(b) != 0:
		return len(b) - (len(b)-24)%16
	}
	told := binary.LittleEndian.Uint32(b[16:])
	return min(len(b), 20+int(min(told, maxFrame)))
}

func (p padded) write(packet []byte) []byte {
	noise := make([]byte, 1+15)
	_, _ = rand.Read(noise) // crypto/rand's does not fail
	return p.intermediate.write(append(packet[:len(packet):len(packet)], noise[1:1+noise[0]%16]...))
}

// full: length, number and checksum around each packet.
type full struct{ received, sent uint32 }

func (f *full) read(r io.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size < 16 || size > maxFrame {
		return nil, errFrameLength
	}
	b, err := readN(r, int(size)-8)
	if err != nil {
		return nil, err
	}
	packet, told := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	sum := crc32.Update(crc32.ChecksumIEEE(head[:]), crc32.IEEETable, packet)
	if told != sum || binary.LittleEndian.Uint32(head[4:]) != f.received {
		return nil, errFrameBroken
	}
	f.received++
	return packet, nil
}

func (f *full) write(packet []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(12+len(packet)))
	b = binary.LittleEndian.AppendUint32(b, f.sent)
	b = append(b, packet...)
	f.sent++
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}
