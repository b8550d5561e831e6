package main

import "container/list"

// lru is a map that holds so many entries and no more: whoever was not asked for longest makes room.
type lru[K comparable, V any] struct {
	limit   int
	entries map[K]*list.Element
	order   *list.List // newest first
	evicted func(V)
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](limit int, evicted func(V)) *lru[K, V] {
	return &lru[K, V]{limit: limit, entries: map[K]*list.Element{}, order: list.New(), evicted: evicted}
}

func (l *lru[K, V]) get(key K) (value V, ok bool) {
	found, ok := l.entries[key]
	if !ok {
		return value, false
	}
	l.order.MoveToFront(found)
	return found.Value.(*entry[K, V]).value, true
}

func (l *lru[K, V]) put(key K, value V) {
	if old, ok := l.entries[key]; ok {
		l.drop(old)
	}
	l.entries[key] = l.order.PushFront(&entry[K, V]{key, value})
	for len(l.entries) > l.limit {
		l.drop(l.order.Back())
	}
}

func (l *lru[K, V]) remove(key K) bool {
	found, ok := l.entries[key]
	if ok {
		l.drop(found)
	}
	return ok
}

func (l *lru[K, V]) drop(e *list.Element) {
	gone := l.order.Remove(e).(*entry[K, V])
	delete(l.entries, gone.key)
	if l.evicted != nil {
		l.evicted(gone.value)
	}
}

func (l *lru[K, V]) values() []V {
	out := make([]V, 0, len(l.entries))
	for e := l.order.Front(); e != nil; e = e.Next() {
		out = append(out, e.Value.(*entry[K, V]).value)
	}
	return out
}
