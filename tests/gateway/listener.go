package main

import (
	"errors"
	"log"
	"net"
	"runtime/debug"
	"sync"
	"time"
)

// maxConns is how many clients may be connected at a time.
const maxConns = 256

// listener takes connections, each in a goroutine of its own: one that is silent blocks nobody, one that breaks ends nobody.
type listener struct {
	net.Listener
	mu  sync.Mutex
	all map[net.Conn]struct{}
}

func newListener(l net.Listener) *listener {
	return &listener{Listener: l, all: map[net.Conn]struct{}{}}
}

func (l *listener) serve(s *server) error {
	for {
		raw, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil: // no more descriptors, or a client that has gone: neither is for ever
			log.Printf("accept: %v", err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if !l.add(raw) {
			log.Printf("connection from %s refused: %d are open", raw.RemoteAddr(), maxConns)
			_ = raw.Close()
			continue
		}
		go func() {
			defer l.remove(raw)
			l.one(s, raw)
		}()
	}
}

func (l *listener) one(s *server, raw net.Conn) {
	defer func() {
		// gotd's key exchange is not ours, and reads what anybody sends: a defect there costs one connection.
		if defect := recover(); defect != nil {
			log.Printf("DEFECT: %v\n%s", defect, debug.Stack())
		}
	}()
	c, err := open(raw)
	if err != nil {
		log.Printf("connection from %s: %v", raw.RemoteAddr(), err)
		return
	}
	defer c.close()
	err = s.serve(c)
	log.Printf("connection from %s ended: %v", raw.RemoteAddr(), err)
}

func (l *listener) add(raw net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= maxConns {
		return false
	}
	l.all[raw] = struct{}{}
	return true
}

func (l *listener) remove(raw net.Conn) {
	_ = raw.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, raw)
}

// cut closes all connections; how many that were.
func (l *listener) cut() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for raw := range l.all {
		_ = raw.Close()
	}
	return len(l.all)
}
