package main

import (
	"encoding/binary"
	"log"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
)

// maxWrappers is how many wrappers a request may have around it.
const maxWrappers = 8

// router answers what clients ask beside calls, and takes everything else to tgcall-sim.
type router struct {
	sim  string
	port int

	mu sync.Mutex
	// owners are the clients that are logged in, by account and device. tgcall-sim lets a device in once.
	owners map[place]*client
}

type place struct {
	user   int64
	number uint32
}

// request answers a request: now, or when tgcall-sim does.
func (r *router) request(s *session, id int64, body []byte) {
	query, err := s.unwrap(body)
	if err != nil || query.Len() < 4 {
		s.fail(id, 400, "INPUT_FETCH_ERROR")
		return
	}
	method, _ := query.PeekID()
	d := s.client.loggedIn()
	q := &request{router: r, session: s, id: id, device: d, body: query.Copy()}
	log.Printf("session %x: #%08x", uint64(s.id), method)
	switch answer := anybody[method]; {
	case answer != nil:
		answer(q, skipID(query))
	case d == nil && method == idGetConfig:
		s.answer(id, r.config())
	case d == nil:
		s.fail(id, 401, "AUTH_KEY_UNREGISTERED")
	case members[method] != nil:
		members[method](q, skipID(query))
	default:
		q.pass(func(answer []byte) []byte { return answer })
	}
}

func skipID(b *bin.Buffer) *bin.Buffer {
	_, _ = b.Uint32()
	return b
}

// unwrap takes the wrappers off and notes what they say of the session.
func (s *session) unwrap(body []byte) (*bin.Buffer, error) {
	b := &bin.Buffer{Buf: body}
	for range maxWrappers {
		id, err := b.PeekID()
		if err != nil {
			return nil, err
		}
		switch id {
		case idInvokeWithLayer:
			var layer uint32
			_, _ = b.Uint32()
			if layer, err = b.Uint32(); err == nil {
				s.note(func() { s.layer = layer })
				s.client.declare(layer)
			}
		case idInitConnection:
			var device string
			_, _ = b.Uint32()
			device, err = skipInitConnection(b)
			log.Printf("session %x: %q, layer %d", uint64(s.id), device, s.declared())
		case idInvokeWithoutUpdates:
			_, err = b.Uint32()
			s.note(func() { s.isQuiet = true })
		case idInvokeAfterMsg:
			_, _ = b.Uint32()
			_, err = b.Long()
		case idInvokeAfterMsgs:
			_, _ = b.Uint32()
			err = skipLongs(b)
		case proto.GZIPTypeID:
			var packed proto.GZIP
			err = packed.Decode(b)
			b = &bin.Buffer{Buf: packed.Data}
		default:
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errFrameBroken
}

func skipLongs(b *bin.Buffer) error {
	n, err := b.VectorHeader()
	for ; n > 0 && err == nil; n-- {
		_, err = b.Long()
	}
	return err
}

func (s *session) note(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// declared is the layer that the client has named, or 0.
func (s *session) declared() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.layer
}

// request is one of a client's, without its wrappers.
type request struct {
	router  *router
	session *session
	device  *device // nil before the login
	id      int64
	body    []byte
}

func (q *request) answer(body []byte)         { q.session.answer(q.id, body) }
func (q *request) fail(code int, name string) { q.session.fail(q.id, code, name) }

// pass takes the request to tgcall-sim, in the client's layer.
func (q *request) pass(change func(answer []byte) []byte) {
	err := q.device.request(q.session.declared(), q.body, func(answer []byte) { q.answer(change(answer)) })
	if err != nil {
		log.Printf("session %x: %v", uint64(q.session.id), err)
		q.fail(500, "GATEWAY_NO_SIM")
	}
}

// enter logs a client in as a device of an account; whoever else was that is logged out.
func (r *router) enter(s *session, user int64, number uint32) (*device, error) {
	at, who := place{user, number}, s.client
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.owners[at]; old != nil {
		old.leave(at)
		delete(r.owners, at)
	}
	d, err := newDevice(r.sim, user, number, s.declared(), who.update)
	if err != nil {
		return nil, err
	}
	if r.owners == nil {
		r.owners = map[place]*client{}
	}
	who.logIn(d)
	r.owners[at] = who
	return d, nil
}

// config is for those who are not logged in yet.
func (r *router) config() []byte {
	now := int(time.Now().Unix())
	return object(idConfig, 0, now, now+3600, uint32(idBoolFalse), home, vector(r.option()), "localhost",
		200, 200_000, 100, // chat_size_max, megagroup_size_max, forwarded_count_max
		210_000, 5_000, 30_000, 300_000, 30_000, 1_500, 60_000, 2, // online_update_period_ms to push_chat_limit
		172_800, 1<<30, 1<<30, 2_419_200, 200, 604_800, // edit_time_limit to channels_read_media_period
		20_000, 90_000, 30_000, 10_000, // call_receive, call_ring, call_connect, call_packet_timeout_ms
		"localhost", 1_024, 4_096, home) // me_url_prefix, caption_length_max, message_length_max, webfile_dc_id
}

func (r *router) option() []byte {
	return object(idDCOption, 0, home, "127.0.0.1", r.port)
}

// configFields is where dc_options stands in tgcall-sim's config: behind flags, date, expires, test_mode and this_dc.
const configFields = 4 + 5*4

// withOption puts the gateway into the list of data centres of tgcall-sim's config, which is empty. All layers have it there.
func (r *router) withOption(config []byte) []byte {
	none := vector()
	if len(config) < configFields+len(none) || binary.LittleEndian.Uint32(config) != idConfig ||
		string(config[configFields:configFields+len(none)]) != string(none) {
		return config
	}
	out := append([]byte(nil), config[:configFields]...)
	// The client's layer and not tgcall-sim's servers decide which keys hold: it is no test server.
	binary.LittleEndian.PutUint32(out[16:], idBoolFalse)
	out = append(out, vector(r.option())...)
	return append(out, config[configFields+len(none):]...)
}
