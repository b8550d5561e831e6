package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"time"
)

// The framing of docs/tgcall-sim.md.
const (
	frameRequest = iota
	frameAnswer
	frameUpdate
	frameHello
)

const (
	maxSimFrame = 16 << 20
	// maxWaiting is how many requests may be without an answer; scripts of tgcall-sim lose some for good.
	maxWaiting = 1024
	// dialTime is how long tgcall-sim, on the same machine, may take to take a connection or a frame.
	dialTime = 5 * time.Second
	redials  = 20
)

// person is a user as the device's account knows him.
type person struct {
	id, hash       int64
	name, username string
}

// device is a device of an account, and its connection to tgcall-sim. That may end and is then made anew.
type device struct {
	sim      string
	user     int64
	number   uint32
	onUpdate func([]byte)

	// writing is held while a request is written, so that reading answers never waits for that.
	writing sync.Mutex
	mu      sync.Mutex
	conn    net.Conn
	closed  bool
	layer   uint32 // in which tgcall-sim answers
	people  map[int64]person
	chats   map[int64]chat
	next    uint64
	waiting *lru[uint64, func([]byte)]
}

var errClosed = errors.New("logged out")

func newDevice(sim string, user int64, number, layer uint32, onUpdate func([]byte)) (*device, error) {
	d := &device{
		sim: sim, user: user, number: number, layer: layer, onUpdate: onUpdate,
		waiting: newLRU[uint64, func([]byte)](maxWaiting, nil),
	}
	return d, d.dial()
}

func (d *device) dial() error {
	c, err := net.DialTimeout("tcp", d.sim, dialTime)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	hello := binary.LittleEndian.AppendUint64(nil, uint64(d.user))
	hello = binary.LittleEndian.AppendUint32(hello, d.number)
	if d.layer != 0 {
		hello = binary.LittleEndian.AppendUint32(hello, d.layer)
	}
	_ = c.SetDeadline(time.Now().Add(dialTime))
	r := bufio.NewReader(c)
	_, err = c.Write(frame(frameHello, 0, hello))
	if err == nil {
		d.people, d.chats, err = readHello(r)
	}
	if err == nil && d.closed {
		err = errClosed
	}
	if err != nil {
		_ = c.Close()
		return fmt.Errorf("account %d device %d: %w", d.user, d.number, err)
	}
	_ = c.SetDeadline(time.Time{})
	d.conn = c
	go d.read(c, r)
	return nil
}

func readHello(r io.Reader) (map[int64]person, map[int64]chat, error) {
	kind, _, body, err := readFrame(r)
	if err != nil {
		return nil, nil, err
	}
	if kind != frameHello || len(body) < 12 {
		return nil, nil, errors.New("tgcall-sim says no hello")
	}
	b := body[12:]
	text := func() (s string) {
		if len(b) >= 4 {
			n := min(int(binary.LittleEndian.Uint32(b)), len(b)-4)
			s, b = string(b[4:4+n]), b[4+n:]
		}
		return s
	}
	var all []person
	for range binary.LittleEndian.Uint32(body[8:]) {
		if len(b) < 16 {
			return nil, nil, io.ErrUnexpectedEOF
		}
		p := person{id: int64(binary.LittleEndian.Uint64(b)), hash: int64(binary.LittleEndian.Uint64(b[8:]))}
		b = b[16:]
		p.name = text()
		all = append(all, p)
	}
	people := map[int64]person{}
	for _, p := range all {
		p.username = text()
		people[p.id] = p
	}
	return people, readChats(b), nil
}

func (d *device) read(c net.Conn, r io.Reader) {
	for {
		kind, id, body, err := readFrame(r)
		if err != nil {
			break
		}
		switch kind {
		case frameAnswer:
			d.mu.Lock()
			answer, _ := d.waiting.get(id)
			d.waiting.remove(id)
			d.mu.Unlock()
			d.noteCalls(body)
			if answer != nil {
				answer(body)
			}
		case frameUpdate:
			d.noteCalls(body)
			d.onUpdate(body)
		}
	}
	_ = c.Close()
	d.redial()
}

// redial connects again, as tgcall-sim's rules cut connections, too.
func (d *device) redial() {
	for range redials {
		d.mu.Lock()
		isClosed := d.closed
		d.conn = nil
		d.mu.Unlock()
		if isClosed {
			return
		}
		err := d.dial()
		if err == nil {
			return
		}
		log.Print(err)
		time.Sleep(200 * time.Millisecond)
	}
}

func (d *device) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.conn != nil {
		_ = d.conn.Close()
	}
}

// request asks tgcall-sim, in a layer; the answer comes on another goroutine.
func (d *device) request(layer uint32, body []byte, answer func([]byte)) error {
	if layer != 0 {
		body = object(idInvokeWithLayer, layer, body)
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	c, number := d.expect(layer, answer)
	if c == nil {
		return net.ErrClosed
	}
	_ = c.SetWriteDeadline(time.Now().Add(dialTime))
	_, err := c.Write(frame(frameRequest, number, body))
	return err
}

// expect notes who waits for the next answer.
func (d *device) expect(layer uint32, answer func([]byte)) (net.Conn, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if layer != 0 {
		d.layer = layer
	}
	if d.conn != nil {
		d.next++
		d.waiting.put(d.next, answer)
	}
	return d.conn, d.next
}

// person finds a user by id; by username if that is 0. A first name will do, as in "bob" for bob_1002.
func (d *device) person(id int64, username string) (found person, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != 0 {
		found, ok = d.people[id]
		return found, ok
	}
	wanted := strings.ToLower(username)
	for _, p := range d.people {
		if name := strings.ToLower(p.username); name == wanted || strings.HasPrefix(name, wanted+"_") {
			return p, true
		}
	}
	return found, false
}

func (d *device) everybody() []person {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]person, 0, len(d.people))
	for _, p := range d.people {
		all = append(all, p)
	}
	return all
}

func frame(kind byte, id uint64, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(9+len(body)))
	b = binary.LittleEndian.AppendUint64(append(b, kind), id)
	return append(b, body...)
}

func readFrame(r io.Reader) (kind byte, id uint64, body []byte, err error) {
	var head [13]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, 0, nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size < 9 || size > maxSimFrame {
		return 0, 0, nil, errFrameLength
	}
	body = make([]byte, size-9)
	_, err = io.ReadFull(r, body)
	return head[4], binary.LittleEndian.Uint64(head[5:]), body, err
}
