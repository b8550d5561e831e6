package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/gotd/td/bin"
)

const (
	// helloTime is how long a connection may take until it has a key. On a busy machine primes are slow to check.
	helloTime = 60 * time.Second
	// idleTime is how long a client may be silent; all of them ping each minute.
	idleTime = 10 * time.Minute
	// writeTime is how long a client may take to read a packet.
	writeTime = 10 * time.Second
	// queued is how many packets may wait for a client that does not read.
	queued = 1024
	// lastWords is how long a connection that ends may take for what is queued already.
	lastWords = time.Second
)

var errSlow = errors.New("the client does not read")

// conn is a client's connection. Packets to it are queued, so that one who does not read keeps nobody else waiting.
type conn struct {
	raw     net.Conn
	stream  *sniffed
	out     chan []byte
	ending  chan struct{} // what is queued still goes out
	ended   chan struct{}
	written chan struct{}
	endOnce sync.Once
	cutOnce sync.Once
}

// open finds out the transport and begins to write.
func open(raw net.Conn) (*conn, error) {
	_ = raw.SetDeadline(time.Now().Add(helloTime))
	stream, err := sniff(raw)
	if err != nil {
		return nil, err
	}
	log.Printf("connection from %s: %T", raw.RemoteAddr(), stream.framing)
	c := &conn{
		raw: raw, stream: stream, out: make(chan []byte, queued),
		ending: make(chan struct{}), ended: make(chan struct{}), written: make(chan struct{}),
	}
	go c.writeAll()
	return c, nil
}

// close ends it once what is queued has gone out: the last packet may tell the client why.
func (c *conn) close() {
	c.endOnce.Do(func() { close(c.ending) })
	select {
	case <-c.written:
	case <-time.After(lastWords):
	}
	c.cut()
}

// cut ends it at once.
func (c *conn) cut() {
	c.cutOnce.Do(func() {
		close(c.ended)
		_ = c.raw.Close()
	})
}

// authorized is told once the connection has a key.
func (c *conn) authorized() { _ = c.raw.SetDeadline(time.Time{}) }

// read gives the next packet.
func (c *conn) read(patience time.Duration) ([]byte, error) {
	if patience > 0 {
		_ = c.raw.SetReadDeadline(time.Now().Add(patience))
	}
	return c.stream.framing.read(c.stream)
}

// send queues a packet.
func (c *conn) send(packet []byte) error {
	select {
	case <-c.ended:
		return net.ErrClosed
	case <-c.ending:
		return net.ErrClosed
	default:
	}
	select {
	case c.out <- packet:
		return nil
	default:
		c.cut()
		return errSlow
	}
}

func (c *conn) writeAll() {
	defer c.cut()
	defer close(c.written)
	for {
		select {
		case <-c.ended:
			return
		case <-c.ending:
			for c.writeQueued() {
			}
			return
		case packet := <-c.out:
			if !c.write(packet) {
				return
			}
		}
	}
}

// writeQueued writes a packet if there is one.
func (c *conn) writeQueued() bool {
	select {
	case packet := <-c.out:
		return c.write(packet)
	default:
		return false
	}
}

func (c *conn) write(packet []byte) bool {
	_ = c.raw.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := c.stream.Write(c.stream.framing.write(packet))
	return err == nil
}

// handshake is a connection as gotd's key exchange wants it; `first` has been read already.
type handshake struct {
	*conn
	first  []byte
	modern func(packet []byte) []byte
	rounds int
}

func (h *handshake) Send(_ context.Context, b *bin.Buffer) error {
	return h.conn.send(b.Copy())
}

func (h *handshake) Recv(_ context.Context, b *bin.Buffer) error {
	packet := h.first
	if h.first = nil; packet == nil {
		var err error
		if packet, err = h.conn.read(0); err != nil {
			return err
		}
	}
	if h.rounds++; h.rounds > 16 { // a client may begin anew, but not for ever
		return io.ErrUnexpectedEOF
	}
	b.ResetTo(h.modern(packet))
	return nil
}

func (h *handshake) Close() error {
	h.conn.cut()
	return nil
}
