package main

import (
	"log"
	"strconv"
	"strings"

	"github.com/gotd/td/bin"
)

// handlers answer methods themselves; the buffer stands behind the method's id.
type handlers map[uint32]func(q *request, b *bin.Buffer)

// anybody may ask these, members only who is logged in.
var anybody = handlers{
	idImportBotAuthorization: importBotAuthorization,
	idSendCode:               sendCode,
	idSignIn:                 signIn,
	idLogOut:                 logOut,
	idGetNearestDC:           func(q *request, _ *bin.Buffer) { q.answer(object(idNearestDC, "ZZ", home, home)) },
	// Keys of connections that are bound to another key: see README.md.
	idBindTempAuthKey: func(q *request, _ *bin.Buffer) { q.fail(400, "ENCRYPTED_MESSAGE_INVALID") },
}

var members = handlers{
	idGetConfig:       func(q *request, _ *bin.Buffer) { q.pass(q.router.withOption) },
	idUpdateStatus:    func(q *request, _ *bin.Buffer) { q.answer(object(idBoolTrue)) },
	idGetUsers:        getUsers,
	idGetFullUser:     getFullUser,
	idResolveUsername: resolveUsername,
	idResolveOlder:    resolveName,
	idGetChats:        getChats,
	idGetChannels:     getChannels,
	idGetFullChat:     getFullChat,
	idGetFullChannel:  getFullChannel,
	idGetContacts:     func(q *request, _ *bin.Buffer) { q.answer(object(idContacts, vector(), 0, q.everybody())) },
	idGetDialogs: func(q *request, _ *bin.Buffer) {
		q.answer(object(idDialogs, vector(), vector(), vector(), q.everybody()))
	},
}

// importBotAuthorization takes "1001:2" for account 1001, device 2. "1001:anything" is device 1.
func importBotAuthorization(q *request, b *bin.Buffer) {
	_, _ = b.Int()    // flags
	_, _ = b.Int()    // api_id
	_, _ = b.String() // api_hash
	token, err := b.String()
	user, device, _ := strings.Cut(token, ":")
	account, wrong := strconv.ParseInt(user, 10, 64)
	if err != nil || wrong != nil {
		q.fail(400, "ACCESS_TOKEN_INVALID")
		return
	}
	number, wrong := strconv.ParseUint(device, 10, 32)
	if wrong != nil || number > 16 {
		number = 1
	}
	q.enter(account, uint32(number))
}

func sendCode(q *request, b *bin.Buffer) {
	phone, err := b.String()
	if err != nil {
		q.fail(400, "INPUT_FETCH_ERROR")
		return
	}
	q.answer(object(idSentCode, 0, object(idSentCodeTypeApp, 5), phone))
}

// signIn takes the last four digits of the phone for the account, and the first digit of the code for the device.
func signIn(q *request, b *bin.Buffer) {
	_, _ = b.Int() // flags
	phone, _ := b.String()
	_, _ = b.String() // phone_code_hash
	code, err := b.String()
	account, wrong := strconv.ParseInt(phone[max(0, len(phone)-4):], 10, 64)
	switch {
	case err != nil || wrong != nil:
		q.fail(400, "PHONE_NUMBER_INVALID")
	case code == "" || code[0] < '1' || code[0] > '9':
		q.fail(400, "PHONE_CODE_INVALID")
	default:
		q.enter(account, uint32(code[0]-'0'))
	}
}

func logOut(q *request, _ *bin.Buffer) {
	q.answer(object(idLoggedOut, 0))
	q.session.client.logOut()
}

func (q *request) enter(account int64, number uint32) {
	d, err := q.router.enter(q.session, account, number)
	if err != nil {
		log.Print(err)
		q.fail(400, "USER_DEACTIVATED") // tgcall-sim has no such account or device
		return
	}
	log.Printf("account %d device %d has logged in, layer %d", account, number, q.session.declared())
	q.device = d
	me, _ := d.person(account, "")
	q.answer(object(idAuthorization, 0, q.user(me)))
}

func getUsers(q *request, b *bin.Buffer) {
	n, _ := b.VectorHeader()
	var out [][]byte
	for ; n > 0; n-- {
		who, err := q.inputUser(b)
		if err != nil {
			break
		}
		if found, ok := q.device.person(who, ""); ok {
			out = append(out, q.user(found))
		}
	}
	q.answer(vector(out...))
}

func getFullUser(q *request, b *bin.Buffer) {
	who, err := q.inputUser(b)
	found, ok := q.device.person(who, "")
	if err != nil || !ok {
		q.fail(400, "USER_ID_INVALID")
		return
	}
	full := fullUser(q.session.declared(), found.id)
	q.answer(object(idUsersUserFull, full, vector(), vector(q.user(found))))
}

// inputUser reads an InputUser. Compat: kurigram puts an InputPeer there, which Telegram takes.
func (q *request) inputUser(b *bin.Buffer) (int64, error) {
	kind, err := b.Uint32()
	switch {
	case err != nil:
		return 0, err
	case kind == idInputUserSelf || kind == idInputPeerSelf:
		return q.device.user, nil
	case kind != idInputUser && kind != idInputPeerUser:
		return 0, bin.NewUnexpectedID(kind)
	}
	id, _ := b.Long()
	_, err = b.Long()
	return id, err
}

func resolveUsername(q *request, b *bin.Buffer) {
	_, _ = b.Int() // flags
	resolveName(q, b)
}

func resolveName(q *request, b *bin.Buffer) {
	name, err := b.String()
	if c, ok := q.device.chat(0, name); ok {
		if q.writesChats() {
			q.answer(object(idResolvedPeer, object(idPeerChannel, c.id), vector(q.chat(c)), vector()))
		}
		return
	}
	found, ok := q.device.person(0, name)
	if err != nil || !ok {
		q.fail(400, "USERNAME_NOT_OCCUPIED")
		return
	}
	q.answer(object(idResolvedPeer, object(idPeerUser, found.id), vector(), vector(q.user(found))))
}

func (q *request) everybody() []byte {
	var out [][]byte
	for _, p := range q.device.everybody() {
		out = append(out, q.user(p))
	}
	return vector(out...)
}
