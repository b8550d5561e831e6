package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/proto/codec"
)

// maxClients is how many keys are remembered.
const maxClients = 1024

// server speaks MTProto: packets of clients become requests for the router, its answers and updates become packets.
type server struct {
	key    *rsa.PrivateKey
	router *router
	cipher crypto.Cipher
	ids    *proto.MessageIDGen

	mu      sync.Mutex
	clients *lru[[8]byte, *client]
}

func newServer(key *rsa.PrivateKey, r *router) *server {
	return &server{
		key: key, router: r, cipher: crypto.NewServerCipher(rand.Reader), ids: proto.NewMessageIDGen(time.Now),
		clients: newLRU[[8]byte](maxClients, (*client).logOut),
	}
}

func (s *server) addClient(key crypto.AuthKey, salt int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients.put(key.ID, newClient(s, key, salt))
}

func (s *server) client(id [8]byte) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _ := s.clients.get(id)
	return c
}

// serve reads a connection to its end.
func (s *server) serve(c *conn) error {
	patience := time.Duration(0) // the deadline of the hello holds
	for {
		packet, err := c.read(patience)
		if err != nil {
			return err
		}
		if len(packet) >= 8 && [8]byte(packet) == [8]byte{} {
			if packet, err = s.exchangeKey(c, packet); err != nil {
				return err
			}
			if packet == nil {
				continue
			}
		}
		if err := s.packet(c, packet); err != nil {
			return err
		}
		if patience == 0 {
			c.authorized()
			patience = idleTime
		}
	}
}

func (s *server) packet(c *conn, packet []byte) error {
	if len(packet) < 24 {
		return fmt.Errorf("a packet of %d bytes", len(packet))
	}
	who := s.client([8]byte(packet))
	if who == nil {
		// It may have made its key on another connection, whose goroutine is about to note that.
		time.Sleep(100 * time.Millisecond)
		if who = s.client([8]byte(packet)); who == nil {
			_ = c.send(transportError(codec.CodeAuthKeyNotFound))
			return errors.New("a key nobody knows")
		}
	}
	m, err := s.cipher.DecryptFromBuffer(who.key, &bin.Buffer{Buf: packet})
	if err != nil {
		return err
	}
	// gotd does not look whether the length that is told reaches beyond the packet.
	if int(m.MessageDataLen) > len(m.MessageDataWithPadding) {
		return fmt.Errorf("a message of %d bytes in a packet of %d", m.MessageDataLen, len(packet))
	}
	at := who.session(m.SessionID)
	unsure := at.attach(c, m.MessageID)
	in := incoming{session: at}
	in.take(m.MessageID, m.SeqNo, m.Data(), 0)
	in.acknowledge()
	at.resend(unsure)
	return nil
}

func transportError(code int32) []byte {
	return binary.LittleEndian.AppendUint32(nil, uint32(-code))
}

// encode writes what cannot fail to be written: objects that were made here, or have been read.
func encode(v bin.Encoder) []byte {
	var b bin.Buffer
	if err := v.Encode(&b); err != nil {
		log.Printf("DEFECT: %T: %v", v, err)
	}
	return b.Buf
}
