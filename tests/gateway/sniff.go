package main

import (
	"bufio"
	"io"

	"github.com/gotd/td/mtproxy/obfuscated2"
	"github.com/gotd/td/proto/codec"
)

// sniffed is a stream whose transport is known.
type sniffed struct {
	io.Reader
	io.Writer
	framing framing
}

// sniff finds out by its first bytes which transport a client speaks.
func sniff(stream io.ReadWriter) (*sniffed, error) {
	r := bufio.NewReader(stream)
	first, err := r.Peek(1)
	if err != nil {
		return nil, err
	}
	if first[0] == codec.AbridgedClientStart[0] {
		_, err = r.Discard(1)
		return &sniffed{r, stream, abridged{}}, err
	}
	head, err := r.Peek(8)
	if err != nil {
		return nil, err
	}
	if found := byTag([4]byte(head)); found != nil {
		_, err = r.Discard(4)
		return &sniffed{r, stream, found}, err
	}
	if [4]byte(head[4:]) == [4]byte{} { // the number of a first packet; obfuscated streams never have it there
		return &sniffed{r, stream, &full{}}, nil
	}
	inner, meta, err := obfuscated2.Accept(struct {
		io.Reader
		io.Writer
	}{r, stream}, nil)
	if err != nil {
		return nil, err
	}
	found := byTag(meta.Protocol)
	if found == nil {
		return nil, codec.ErrProtocolHeaderMismatch
	}
	return &sniffed{inner, inner, found}, nil
}

func byTag(tag [4]byte) framing {
	switch tag {
	case codec.Abridged{}.ObfuscatedTag():
		return abridged{}
	case codec.IntermediateClientStart:
		return intermediate{}
	case codec.PaddedIntermediateClientStart:
		return padded{}
	}
	return nil
}
