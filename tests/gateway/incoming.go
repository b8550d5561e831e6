package main

import (
	"log"
	"math"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// maxDepth is how deep containers and gzip may be nested, maxInContainer how many messages a container may have.
const (
	maxDepth       = 4
	maxInContainer = 1020
)

// incoming is a packet of a client while its messages are taken one by one.
type incoming struct {
	session *session
	acks    []int64
}

// take does what a message asks; one that cannot be read is dropped, and only it.
func (in *incoming) take(id int64, seq int32, body []byte, depth int) {
	b := &bin.Buffer{Buf: body}
	kind, err := b.PeekID()
	if err != nil || depth > maxDepth {
		return
	}
	if seq&1 == 1 {
		in.acks = append(in.acks, id)
	}
	switch kind {
	case proto.MessageContainerTypeID:
		in.container(b, depth)
		return
	case proto.GZIPTypeID:
		var packed proto.GZIP
		if err = packed.Decode(b); err == nil {
			in.take(id, 0, packed.Data, depth+1)
		}
	default:
		if !in.service(kind, id, b) && in.session.isFresh(id) {
			in.session.client.server.router.request(in.session, id, body)
		}
	}
	if err != nil {
		log.Printf("session %x: message %x: %v", uint64(in.session.id), id, err)
	}
}

func (in *incoming) container(b *bin.Buffer, depth int) {
	_, _ = b.Uint32()
	count, _ := b.Int()
	for range min(count, maxInContainer) {
		var m proto.Message
		if err := m.Decode(b); err != nil {
			log.Printf("session %x: container: %v", uint64(in.session.id), err)
			return
		}
		in.take(m.ID, int32(m.SeqNo), m.Body, depth+1)
	}
}

func (in *incoming) acknowledge() {
	if len(in.acks) > 0 {
		in.session.service(proto.MessageFromServer, &mt.MsgsAck{MsgIDs: in.acks})
	}
}

// service answers what is about messages themselves; false for requests.
func (in *incoming) service(kind uint32, id int64, b *bin.Buffer) bool {
	s := in.session
	reply := func(v bin.Encoder) { s.service(proto.MessageServerResponse, v) }
	switch kind {
	case mt.MsgsAckTypeID:
		var q mt.MsgsAck
		if q.Decode(b) == nil {
			s.acknowledged(q.MsgIDs)
		}
	case mt.PingRequestTypeID:
		var q mt.PingRequest
		if q.Decode(b) == nil {
			reply(&mt.Pong{MsgID: id, PingID: q.PingID})
		}
	case mt.PingDelayDisconnectRequestTypeID:
		var q mt.PingDelayDisconnectRequest
		if q.Decode(b) == nil {
			reply(&mt.Pong{MsgID: id, PingID: q.PingID})
		}
	case mt.GetFutureSaltsRequestTypeID: // the one salt there is holds for ever
		salt := mt.FutureSalt{ValidSince: 1, ValidUntil: math.MaxInt32, Salt: s.client.salt}
		reply(&mt.FutureSalts{ReqMsgID: id, Now: int(time.Now().Unix()), Salts: []mt.FutureSalt{salt}})
	case mt.MsgsStateReqTypeID:
		var q mt.MsgsStateReq
		if q.Decode(b) == nil {
			reply(&mt.MsgsStateInfo{ReqMsgID: id, Info: s.states(q.MsgIDs)})
		}
	case mt.MsgResendReqTypeID:
		var q mt.MsgResendReq
		if q.Decode(b) == nil {
			s.resend(q.MsgIDs)
		}
	case mt.DestroySessionRequestTypeID:
		var q mt.DestroySessionRequest
		if q.Decode(b) == nil {
			in.destroy(id, q.SessionID)
		}
	case mt.RPCDropAnswerRequestTypeID:
		s.answer(id, encode(&mt.RPCAnswerUnknown{}))
	case mt.MsgsAllInfoTypeID, mt.MsgsStateInfoTypeID, mt.HTTPWaitRequestTypeID:
	default:
		return false
	}
	return true
}

func (in *incoming) destroy(id, session int64) {
	if session != in.session.id && in.session.client.forget(session) {
		in.session.service(proto.MessageServerResponse, &mt.DestroySessionOk{SessionID: session})
		return
	}
	in.session.service(proto.MessageServerResponse, &mt.DestroySessionNone{SessionID: session})
}

// states has a byte for each message: 4 received, 1 nothing known of it.
func (s *session) states(ids []int64) []byte {
	out := make([]byte, len(ids))
	for i, id := range ids {
		out[i] = 1
		if s.hasSeen(id) {
			out[i] = 4
		}
	}
	return out
}
