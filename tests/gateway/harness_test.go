package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// testTime is how long anything may take: far more than it does.
const testTime = 2 * time.Minute

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := newKey(generateKey)
	if err != nil {
		panic(err)
	}
	return key
})

// world is a gateway and a tgcall-sim of the test's own, which answers each request with boolTrue.
type world struct {
	t      *testing.T
	listen *listener
	server *server
	asked  chan []byte // what reached the simulator
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, asked: make(chan []byte, 100)}
	sim := w.listenTCP()
	go w.simulate(sim)
	l := w.listenTCP()
	w.listen = newListener(l)
	r := &router{sim: sim.Addr().String(), port: l.Addr().(*net.TCPAddr).Port}
	done := make(chan error, 1)
	w.server = newServer(testKey(), r)
	go func() { done <- w.listen.serve(w.server) }()
	t.Cleanup(func() {
		_ = w.listen.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.listen.cut()
	})
	return w
}

func (w *world) listenTCP() net.Listener {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	w.check(err)
	w.t.Cleanup(func() { _ = l.Close() })
	return l
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) simulate(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			r := bufio.NewReader(c)
			for {
				kind, id, body, err := readFrame(r)
				if err != nil {
					return
				}
				if kind == frameHello {
					_, _ = c.Write(frame(frameHello, id, hello("Alice", "Bob")))
					continue
				}
				w.asked <- body
				_, _ = c.Write(frame(frameAnswer, id, object(idBoolTrue)))
			}
		}()
	}
}

// hello has users from 1001 on, with access hashes from 5001 on.
func hello(names ...string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, 1_700_000_000)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(names)))
	text := func(s string) { b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...) }
	for i, name := range names {
		b = binary.LittleEndian.AppendUint64(b, uint64(1001+i))
		b = binary.LittleEndian.AppendUint64(b, uint64(5001+i))
		text(name)
	}
	for _, name := range names {
		text(name + "_name")
	}
	return b
}

// peer is a client: a connection, and what MTProto has of it.
type peer struct {
	world   *world
	conn    net.Conn
	wire    intermediate
	key     crypto.AuthKey
	salt    int64
	session int64
	ids     *proto.MessageIDGen
	seq     int32
	unread  [][]byte
}

// connect makes a connection with nothing said but the transport.
func (w *world) connect() *peer {
	c, err := net.Dial("tcp4", w.listen.Addr().String())
	w.check(err)
	w.t.Cleanup(func() { _ = c.Close() })
	w.check(c.SetDeadline(time.Now().Add(testTime)))
	_, err = c.Write([]byte{0xee, 0xee, 0xee, 0xee})
	w.check(err)
	return &peer{world: w, conn: c, session: time.Now().UnixNano(), ids: proto.NewMessageIDGen(time.Now)}
}

// known has a key that was not exchanged, as that takes seconds.
func (w *world) known() *peer {
	p := w.connect()
	var key crypto.Key
	_, _ = rand.Read(key[:])
	p.key, p.salt = key.WithID(), 7
	w.server.addClient(p.key, p.salt)
	return p
}

// exchanged has agreed on a key.
func (w *world) exchanged() *peer {
	p := w.connect()
	ctx, cancel := context.WithTimeout(context.Background(), testTime)
	defer cancel()
	key := exchange.PublicKey{RSA: &testKey().PublicKey}
	made, err := exchange.NewExchanger(p, home).Client([]exchange.PublicKey{key}).Run(ctx)
	w.check(err)
	p.key, p.salt = made.AuthKey, made.ServerSalt
	return p
}

// again is the same client on another connection, in a new session.
func (p *peer) again() *peer {
	next := p.world.connect()
	next.key, next.salt = p.key, p.salt
	return next
}

func (p *peer) Send(_ context.Context, b *bin.Buffer) error {
	_, err := p.conn.Write(p.wire.write(b.Buf))
	return err
}

func (p *peer) Recv(_ context.Context, b *bin.Buffer) error {
	packet, err := p.wire.read(p.conn)
	b.ResetTo(packet)
	return err
}

func (p *peer) Close() error { return p.conn.Close() }

// tell sends a message, and returns its id.
func (p *peer) tell(body []byte) int64 {
	p.world.t.Helper()
	id := p.ids.New(proto.MessageFromClient)
	p.tellAs(id, body)
	return id
}

func (p *peer) tellAs(id int64, body []byte) {
	p.world.t.Helper()
	var b bin.Buffer
	p.world.check(crypto.NewClientCipher(rand.Reader).Encrypt(p.key, crypto.EncryptedMessageData{
		Salt: p.salt, SessionID: p.session, MessageID: id, SeqNo: p.seq*2 + 1,
		MessageDataLen: int32(len(body)), MessageDataWithPadding: body,
	}, &b))
	p.seq++
	p.world.check(p.Send(context.Background(), &b))
}

// next is the next message from the gateway.
func (p *peer) next() []byte {
	p.world.t.Helper()
	var b bin.Buffer
	p.world.check(p.Recv(context.Background(), &b))
	m, err := crypto.NewClientCipher(rand.Reader).DecryptFromBuffer(p.key, &b)
	p.world.check(err)
	if m.SessionID != p.session {
		p.world.t.Fatalf("a message of session %x in %x", m.SessionID, p.session)
	}
	return slices.Clone(m.Data())
}

// ask sends a request, and gives its answer, or the error's name.
func (p *peer) ask(body []byte) (answer []byte, name string) {
	p.world.t.Helper()
	return p.answerTo(p.tell(body))
}

func (p *peer) answerTo(id int64) (answer []byte, name string) {
	p.world.t.Helper()
	for {
		b := &bin.Buffer{Buf: p.next()}
		var result proto.Result
		if kind, err := b.PeekID(); err != nil || kind != proto.ResultTypeID {
			continue
		}
		p.world.check(result.Decode(b))
		if result.RequestMessageID != id {
			continue
		}
		var refused mt.RPCError
		if refused.Decode(&bin.Buffer{Buf: result.Result}) == nil {
			return nil, refused.ErrorMessage
		}
		return result.Result, ""
	}
}

// logIn is what libraries do first: they declare their layer, and log in.
func (p *peer) logIn(layer uint32) {
	p.world.t.Helper()
	if _, name := p.ask(inLayer(layer, object(idImportBotAuthorization, 0, 1, "hash", "1001:1"))); name != "" {
		p.world.t.Fatal(name)
	}
}

func inLayer(layer uint32, query []byte) []byte {
	device := object(idInitConnection, 0, 1, "test", "1", "1", "en", "", "en")
	return object(idInvokeWithLayer, layer, device, query)
}

// myself is users.getUsers, and what the answer begins its user with.
func (p *peer) myself() uint32 {
	p.world.t.Helper()
	answer, name := p.ask(object(idGetUsers, vector(object(idInputUserSelf))))
	if name != "" || len(answer) < 12 {
		p.world.t.Fatal(name, answer)
	}
	return binary.LittleEndian.Uint32(answer[8:])
}

func isClosed(err error) bool {
	var timeout net.Error
	return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}
