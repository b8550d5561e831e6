package main

import (
	"fmt"
	"math"
)

// userForms are the constructors of a user with the last layer that each belongs to, as in src/tl/schema. What is written of
// them has the same shape in all.
var userForms = []struct{ until, id uint32 }{
	{159, 0x8f97c628}, {165, 0xabb5f120}, {166, 0xeb602f25}, {187, 0x215c4438}, {195, 0x83314fca}, {200, 0x4b46c37e},
	{216, 0x020b1422}, {227, 0x31774388}, {math.MaxUint32, 0xb1b8cc83},
}

// fullForms are those of a userFull, of which there are many more. These were read from client libraries, of layers 158,
// 181, 220 and 229: the layers between may have another one.
var fullForms = []struct {
	until, id                uint32
	hasSecondFlags           bool
	settings, notifySettings uint32
}{
	{159, 0x93eadb53, false, 0xa518110d, 0xa83b0426},
	{187, 0xcc997720, true, 0xacd66c5e, 0x99622c0c},
	{222, 0xa02bc13e, true, 0xf47741f7, 0x99622c0c},
	{math.MaxUint32, 0x06cbe645, true, 0xf47741f7, 0x99622c0c},
}

// newest takes the layer of who declared none, or one that is to come, for the newest.
func newest(layer uint32) uint32 {
	if layer == 0 {
		return math.MaxUint32
	}
	return layer
}

func userID(layer uint32) uint32 {
	for _, form := range userForms {
		if newest(layer) <= form.until {
			return form.id
		}
	}
	panic("the last form has no end")
}

// user writes what there is to say of a user.
func (q *request) user(p person) []byte {
	const accessHash, firstName, username, phone, self = 1 << 0, 1 << 1, 1 << 3, 1 << 4, 1 << 10
	flags := accessHash | firstName | username | phone
	if p.id == q.device.user {
		flags |= self
	}
	return object(userID(q.session.declared()), flags, 0, p.id, p.hash, p.name, p.username, fmt.Sprintf("9996600%d", p.id))
}

// fullUser has nothing in it but what must be there.
func fullUser(layer uint32, id int64) []byte {
	form := fullForms[len(fullForms)-1]
	for _, other := range fullForms {
		if newest(layer) <= other.until {
			form = other
			break
		}
	}
	flags := make([]byte, 4, 8)
	if form.hasSecondFlags {
		flags = flags[:8]
	}
	return object(form.id, flags, id, object(form.settings, 0), object(form.notifySettings, 0), 0)
}
