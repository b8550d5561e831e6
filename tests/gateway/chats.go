package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"strings"

	"github.com/gotd/td/bin"
)

// chat is a chat of the device's account, with the group call that is up in it.
type chat struct {
	isChannel          bool
	id, hash           int64
	call, callHash     int64
	title, theUsername string
}

// chatsSince is the first layer in which chats are written here: that of the client libraries that join group calls.
const chatsSince = 223

// readChats reads what stands behind the users in a hello.
func readChats(b []byte) map[int64]chat {
	chats := map[int64]chat{}
	if len(b) < 4 {
		return chats
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	const head = 1 + 4*8 + 4
	for range count {
		if len(b) < head {
			break
		}
		long := func(at int) int64 { return int64(binary.LittleEndian.Uint64(b[at:])) }
		c := chat{isChannel: b[0] != 0, id: long(1), hash: long(9), call: long(17), callHash: long(25)}
		size := min(int(binary.LittleEndian.Uint32(b[33:])), len(b)-head)
		c.title = string(b[head : head+size])
		c.theUsername = fmt.Sprintf("%s_%d", strings.ToLower(c.title), c.id)
		chats[c.id], b = c, b[head+size:]
	}
	return chats
}

// noteCalls looks for updateGroupCall in what tgcall-sim says of its own accord or answers. A chat that has a new call has that one,
// and none any more when it is discarded. What is found in the middle of something else is of no chat.
func (d *device) noteCalls(body []byte) {
	for at := 0; at+4 <= len(body); at += 4 {
		if binary.LittleEndian.Uint32(body[at:]) != idUpdateGroupCall {
			continue
		}
		b := bin.Buffer{Buf: body[at+4:]}
		flags, _ := b.Uint32()
		if flags&2 == 0 {
			continue
		}
		_, _ = b.Uint32() // peerChat or peerChannel
		id, _ := b.Long()
		kind, _ := b.Uint32()
		if kind != idGroupCallDiscarded {
			_, _ = b.Uint32() // flags
		}
		call, _ := b.Long()
		hash, err := b.Long()
		if err != nil {
			continue
		}
		d.mu.Lock()
		if c, ok := d.chats[id]; ok {
			if kind != idGroupCallDiscarded {
				c.call, c.callHash = call, hash
			} else if c.call == call {
				c.call, c.callHash = 0, 0
			}
			d.chats[id] = c
		}
		d.mu.Unlock()
	}
}

// chat finds a chat by id; by username if that is 0.
func (d *device) chat(id int64, username string) (found chat, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != 0 {
		found, ok = d.chats[id]
		return found, ok
	}
	for _, c := range d.chats {
		if c.isChannel && c.theUsername == strings.ToLower(username) {
			return c, true
		}
	}
	return found, false
}

// writesChats says so where the client's layer is too old for that.
func (q *request) writesChats() bool {
	if newest(q.session.declared()) >= chatsSince {
		return true
	}
	log.Printf("no chats are written in layer %d", q.session.declared())
	q.fail(400, "CHAT_ID_INVALID")
	return false
}

// chat writes what there is to say of a chat: of a channel that it is a supergroup, with a public name.
func (q *request) chat(c chat) []byte {
	const megagroup, accessHash, username = 1 << 8, 1 << 13, 1 << 6
	photo := object(idChatPhotoEmpty)
	if !c.isChannel {
		return object(idChat, 0, c.id, c.title, photo, 0, 0, 0)
	}
	id := uint32(idChannel)
	if newest(q.session.declared()) < 228 {
		id = idChannel223
	}
	return object(id, megagroup|accessHash|username, 0, c.id, c.hash, c.title, c.theUsername, photo, 0)
}

func getFullChannel(q *request, b *bin.Buffer) {
	kind, _ := b.Uint32()
	id, err := b.Long()
	c, ok := q.device.chat(id, "")
	if err != nil || !ok || !c.isChannel || (kind != idInputChannel && kind != idInputPeerChannel) {
		q.fail(400, "CHANNEL_INVALID")
		return
	}
	if !q.writesChats() {
		return
	}
	full, flags, call := uint32(idChannelFull), 0, []byte(nil)
	if newest(q.session.declared()) < 228 {
		full = idChannelFull223
	}
	if c.call != 0 {
		flags, call = 1<<21, object(idInputGroupCall, c.call, c.callHash)
	}
	q.answerFull(c, object(full, flags, 0, c.id, "", 0, 0, 0, object(idPhotoEmpty, int64(0)),
		object(idPeerNotifySettings, 0), vector(), 1, call))
}

func getFullChat(q *request, b *bin.Buffer) {
	id, err := b.Long()
	c, ok := q.device.chat(id, "")
	if err != nil || !ok || c.isChannel {
		q.fail(400, "CHAT_ID_INVALID")
		return
	}
	if !q.writesChats() {
		return
	}
	flags, call := 0, []byte(nil)
	if c.call != 0 {
		flags, call = 1<<12, object(idInputGroupCall, c.call, c.callHash)
	}
	q.answerFull(c, object(idChatFull, flags, c.id, "", object(idChatParticipants, c.id, vector(), 1),
		object(idPeerNotifySettings, 0), call))
}

func (q *request) answerFull(c chat, full []byte) {
	q.answer(object(idMessagesChatFull, full, vector(q.chat(c)), vector()))
}

// getChats answers for basic groups, whose ids are enough.
func getChats(q *request, b *bin.Buffer) {
	n, _ := b.VectorHeader()
	var ids []int64
	for ; n > 0; n-- {
		id, err := b.Long()
		if err != nil {
			break
		}
		ids = append(ids, id)
	}
	q.answerChats(ids)
}

func getChannels(q *request, b *bin.Buffer) {
	n, _ := b.VectorHeader()
	var ids []int64
	for ; n > 0; n-- {
		_, _ = b.Uint32() // inputChannel
		id, _ := b.Long()
		if _, err := b.Long(); err != nil {
			break
		}
		ids = append(ids, id)
	}
	q.answerChats(ids)
}

func (q *request) answerChats(ids []int64) {
	if !q.writesChats() {
		return
	}
	var out [][]byte
	for _, id := range ids {
		if c, ok := q.device.chat(id, ""); ok {
			out = append(out, q.chat(c))
		}
	}
	q.answer(object(idMessagesChats, vector(out...)))
}
