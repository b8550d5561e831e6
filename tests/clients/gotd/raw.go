package main

// gotd hands out updates decoded, and none of a message that it cannot read. So they are taken where its bytes come in: from
// the connection, decrypted once more with the key of its session.

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/transport"
)

const (
	deepest  = 4
	mostSeen = 1000
	longest  = 300 * time.Second // what is older or so far ahead is thrown out by gotd, too
)

// updates are the constructors of Updates.
var updates = map[uint32]bool{
	0xe317af7e: true, 0x313bc7f8: true, 0x4d6deea5: true, 0x78d4dec1: true, 0x725b04c3: true, 0x74ae4240: true, 0x9015e101: true,
}

// resolver is gotd's own, whose connections are listened to.
type resolver struct {
	dcs.Resolver
	tap *tap
}

func (r resolver) Primary(ctx context.Context, dc int, list dcs.List) (transport.Conn, error) {
	conn, err := r.Resolver.Primary(ctx, dc, list)
	if err != nil {
		return nil, err
	}
	return tapped{conn, r.tap}, nil
}

type tapped struct {
	transport.Conn
	tap *tap
}

func (t tapped) Recv(ctx context.Context, b *bin.Buffer) error {
	if err := t.Conn.Recv(ctx, b); err != nil {
		return err
	}
	t.tap.take(ctx, b.Copy())
	return nil
}

// tap finds the updates in what comes in.
type tap struct {
	storage session.Storage
	out     func(update []byte)

	mu   sync.Mutex
	seen map[int64]bool
	ids  []int64 // those of seen, the oldest first
}

func (t *tap) take(ctx context.Context, packet []byte) {
	loader := session.Loader{Storage: t.storage}
	data, err := loader.Load(ctx)
	if err != nil {
		return // not logged in yet
	}
	var key crypto.Key
	copy(key[:], data.AuthKey)
	message, err := crypto.NewClientCipher(rand.Reader).DecryptFromBuffer(key.WithID(), &bin.Buffer{Buf: packet})
	if err != nil || !t.isNew(message.MessageID) {
		return
	}
	_ = t.walk(message.Data(), deepest)
}

// isNew is false for what somebody plays again.
func (t *tap) isNew(id int64) bool {
	if age := time.Since(proto.MessageID(id).Time()); age > longest || age < -longest {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen[id] {
		return false
	}
	t.seen[id] = true
	if t.ids = append(t.ids, id); len(t.ids) > mostSeen {
		delete(t.seen, t.ids[0])
		t.ids = t.ids[1:]
	}
	return true
}

func (t *tap) walk(data []byte, depth int) error {
	b := &bin.Buffer{Buf: data}
	id, err := b.PeekID()
	if err != nil || depth == 0 {
		return errors.Join(err, errors.New("nothing, or too deep"))
	}
	switch {
	case id == proto.MessageContainerTypeID:
		var container proto.MessageContainer
		if err := container.Decode(b); err != nil {
			return err
		}
		for _, message := range container.Messages {
			_ = t.walk(message.Body, depth-1) // the others have nothing to do with it
		}
	case id == proto.GZIPTypeID:
		var packed proto.GZIP
		if err := packed.Decode(b); err != nil {
			return err
		}
		return t.walk(packed.Data, depth-1)
	case updates[id]:
		t.out(data)
	}
	return nil
}
