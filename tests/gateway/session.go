package main

import (
	"log"
	"slices"
	"sync"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

const (
	// maxUnacknowledged and maxUnacknowledgedBytes bound what is kept to be sent again.
	maxUnacknowledged      = 256
	maxUnacknowledgedBytes = 1 << 20
	// maxSeen is how many of a client's messages are remembered, so that what comes twice is done once.
	maxSeen = 1024
	// maxIDs is how many messages one of a client's may name; MTProto allows as many.
	maxIDs = 8192
)

// session is a client's run of messages. It outlasts connections: mtcute and gotd come back with the same one.
type session struct {
	id     int64
	client *client

	mu      sync.Mutex
	conn    *conn
	isNew   bool
	layer   uint32
	isQuiet bool // asked by invokeWithoutUpdates
	seq     int32
	unacked []sent
	bytes   int
	seen    *lru[int64, struct{}]
}

// sent is a message that the client has not acknowledged.
type sent struct {
	id      int64
	seq     int32
	body    []byte
	request int64 // what it answers, or 0
}

func newSession(c *client, id int64, layer uint32) *session {
	return &session{id: id, client: c, isNew: true, layer: layer, seen: newLRU[int64, struct{}](maxSeen, nil)}
}

// attach notes on which connection the session is. If that is another one, it tells what the client may not have received.
func (s *session) attach(c *conn, first int64) (unsure []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == c {
		return nil
	}
	s.conn = c
	if s.isNew {
		s.isNew = false
		s.send(proto.MessageFromServer, 0, encode(&mt.NewSessionCreated{
			FirstMsgID: first, UniqueID: s.id, ServerSalt: s.client.salt,
		}))
		return nil
	}
	for _, m := range s.unacked {
		unsure = append(unsure, m.id)
	}
	return unsure
}

// resend sends those of the messages again that have not been acknowledged since.
func (s *session) resend(ids []int64) {
	if len(ids) == 0 {
		return
	}
	ids = ids[:min(len(ids), maxIDs)]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.unacked {
		if slices.Contains(ids, m.id) {
			log.Printf("session %x: message %x again", uint64(s.id), m.id)
			s.transmit(m)
		}
	}
}

// acknowledged forgets messages that the client has.
func (s *session) acknowledged(ids []int64) {
	ids = ids[:min(len(ids), maxIDs)]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unacked = slices.DeleteFunc(s.unacked, func(m sent) bool {
		isGone := slices.Contains(ids, m.id)
		if isGone {
			s.bytes -= len(m.body)
		}
		return isGone
	})
}

// isFresh is false for a message that came before. Its answer, if it waits for an acknowledgement, goes out again.
func (s *session) isFresh(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.seen.get(id); !ok {
		s.seen.put(id, struct{}{})
		return true
	}
	for _, m := range s.unacked {
		if m.request == id {
			s.transmit(m)
		}
	}
	return false
}

// hasSeen tells, for msgs_state_req, whether a message came.
func (s *session) hasSeen(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.seen.get(id)
	return ok
}

// answer takes an object, or an rpc_error, to the client.
func (s *session) answer(request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send(proto.MessageServerResponse, request, encode(&proto.Result{RequestMessageID: request, Result: body}))
}

func (s *session) fail(request int64, code int, name string) {
	s.answer(request, encode(&mt.RPCError{ErrorCode: code, ErrorMessage: name}))
}

func (s *session) update(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isQuiet {
		s.send(proto.MessageFromServer, 0, body)
	}
}

// service takes a message to the client that needs no acknowledgement.
func (s *session) service(kind proto.MessageType, v bin.Encoder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transmit(sent{id: s.client.server.ids.New(kind), seq: s.seq * 2, body: encode(v)})
}

// send is for messages that the client acknowledges; they are kept until then.
func (s *session) send(kind proto.MessageType, request int64, body []byte) {
	m := sent{id: s.client.server.ids.New(kind), seq: s.seq*2 + 1, body: body, request: request}
	s.seq++
	s.unacked = append(s.unacked, m)
	s.bytes += len(body)
	for len(s.unacked) > maxUnacknowledged || s.bytes > maxUnacknowledgedBytes && len(s.unacked) > 1 {
		s.bytes -= len(s.unacked[0].body)
		s.unacked = slices.Delete(s.unacked, 0, 1)
	}
	s.transmit(m)
}

func (s *session) transmit(m sent) {
	if s.conn == nil {
		return
	}
	var b bin.Buffer
	err := s.client.server.cipher.Encrypt(s.client.key, crypto.EncryptedMessageData{
		Salt: s.client.salt, SessionID: s.id, MessageID: m.id, SeqNo: m.seq,
		MessageDataLen: int32(len(m.body)), MessageDataWithPadding: m.body,
	}, &b)
	if err == nil {
		err = s.conn.send(b.Buf)
	}
	if err != nil { // it has gone; what needs acknowledging waits for the next one
		log.Printf("session %x: %v", uint64(s.id), err)
		s.conn = nil
	}
}
