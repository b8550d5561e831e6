package main

import (
	"sync"

	"github.com/gotd/td/crypto"
)

// maxSessions is how many sessions of a key are remembered. A library has one to a few at a time, and most begin a new one
// whenever they connect.
const maxSessions = 16

// client is an authorization: a key, and the device of an account that it has logged in as.
type client struct {
	server *server
	key    crypto.AuthKey
	salt   int64

	mu       sync.Mutex
	sessions *lru[int64, *session]
	device   *device
	layer    uint32 // that it declared last, in whichever session
}

func newClient(s *server, key crypto.AuthKey, salt int64) *client {
	return &client{server: s, key: key, salt: salt, sessions: newLRU[int64, *session](maxSessions, nil)}
}

func (c *client) session(id int64) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.sessions.get(id)
	if !ok {
		found = newSession(c, id, c.layer)
		c.sessions.put(id, found)
	}
	return found
}

// declare notes the layer for the sessions to come.
//
// Compat: GramJS begins a new session when it reconnects, and does not declare its layer again.
func (c *client) declare(layer uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.layer = layer
}

func (c *client) forget(session int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessions.remove(session)
}

// update takes an update to all sessions. To those without a connection too: it waits there until they come back.
func (c *client) update(body []byte) {
	c.mu.Lock()
	to := c.sessions.values()
	c.mu.Unlock()
	for _, s := range to {
		s.update(body)
	}
}

func (c *client) loggedIn() *device {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.device
}

func (c *client) logIn(d *device) {
	c.mu.Lock()
	old := c.device
	c.device = d
	c.mu.Unlock()
	if old != nil && old != d {
		old.close()
	}
}

func (c *client) logOut() { c.logIn(nil) }

// leave logs it out if this is still what it is logged in as.
func (c *client) leave(at place) {
	if d := c.loggedIn(); d != nil && (place{d.user, d.number}) == at {
		c.logOut()
	}
}
