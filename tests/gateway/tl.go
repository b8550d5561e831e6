package main

import (
	"errors"

	"github.com/gotd/td/bin"
)

// The constructors and methods that the gateway knows itself. gotd's package tg has them all, and takes minutes to compile.
const (
	idBoolTrue  = 0x997275b5
	idBoolFalse = 0xbc799737

	idInvokeAfterMsg       = 0xcb9f372d
	idInvokeAfterMsgs      = 0x3dc4b4f0
	idInvokeWithLayer      = 0xda9b0d0d
	idInvokeWithoutUpdates = 0xbf9459b7
	idInitConnection       = 0xc1cd5ea9

	idImportBotAuthorization = 0x67a3ff2c
	idSendCode               = 0xa677244f
	idSignIn                 = 0x8d52a951
	idLogOut                 = 0x3e72ba19
	idBindTempAuthKey        = 0xcdd42a05
	idSentCode               = 0x5e002502
	idSentCodeTypeApp        = 0x3dbb5986
	idAuthorization          = 0x2ea2c0d4
	idLoggedOut              = 0xc3a2835f

	idGetConfig    = 0xc4f9186b
	idConfig       = 0xcc1a241e
	idDCOption     = 0x18b7a10d
	idGetNearestDC = 0x1fb33026
	idNearestDC    = 0x8e1a1775
	idUpdateStatus = 0x6628562c

	idGetUsers        = 0x0d91a548
	idGetFullUser     = 0xb60f5918
	idUsersUserFull   = 0x3b6d152e
	idInputUser       = 0xf21158c6
	idInputUserSelf   = 0xf7c1b13f
	idInputPeerUser   = 0xdde8a54c
	idInputPeerSelf   = 0x7da07ec9
	idResolveUsername = 0x725afbbc
	idResolveOlder    = 0xf93ccba3
	idResolvedPeer    = 0x7f077ad9
	idPeerUser        = 0x59511722
	idGetContacts     = 0x5dd69e12
	idContacts        = 0xeae87e42
	idGetDialogs      = 0xa0f4cb4f
	idDialogs         = 0x15ba6c40

	idGetChats           = 0x49e9528f
	idGetChannels        = 0x0a7f6bbb
	idGetFullChat        = 0xaeb00b34
	idGetFullChannel     = 0x08736a09
	idInputChannel       = 0xf35aec28
	idInputPeerChannel   = 0x27bcbbfc
	idPeerChannel        = 0xa2a5371e
	idMessagesChats      = 0x64ff9fd5
	idMessagesChatFull   = 0xe5d7d19c
	idChat               = 0x41cbf256
	idChatFull           = 0x2633421b
	idChatParticipants   = 0x3cbc93f8
	idChatPhotoEmpty     = 0x37c1011c
	idPhotoEmpty         = 0x2331b22d
	idPeerNotifySettings = 0x99622c0c
	idChannel            = 0xd49f34c6
	idChannel223         = 0x1c32b11c
	idChannelFull        = 0xa04e8d3a
	idChannelFull223     = 0xe4e0b29d
	idInputGroupCall     = 0xd8aa840f
	idUpdateGroupCall    = 0x9d2216e0
	idGroupCallDiscarded = 0x7780bcb4
)

var errNotJSON = errors.New("not JSON")

// object is a constructor with its fields: ints, longs and strings as such, bytes as they are.
func object(id uint32, fields ...any) []byte {
	var b bin.Buffer
	b.PutID(id)
	for _, field := range fields {
		switch field := field.(type) {
		case uint32:
			b.PutUint32(field)
		case int:
			b.PutInt(field)
		case int64:
			b.PutLong(field)
		case string:
			b.PutString(field)
		case []byte:
			b.Put(field)
		default:
			panic(errors.New("object: a field of a type it does not know"))
		}
	}
	return b.Buf
}

func vector(items ...[]byte) []byte {
	var b bin.Buffer
	b.PutVectorHeader(len(items))
	for _, item := range items {
		b.Put(item)
	}
	return b.Buf
}

// skipInitConnection reads up to the query.
func skipInitConnection(b *bin.Buffer) (device string, err error) {
	flags, _ := b.Uint32()
	_, _ = b.Int() // api_id
	device, _ = b.String()
	for range 5 { // system_version, app_version, system_lang_code, lang_pack, lang_code
		if _, err = b.String(); err != nil {
			return "", err
		}
	}
	if flags&1 != 0 { // inputClientProxy address:string port:int
		_, _ = b.Uint32()
		_, _ = b.String()
		_, err = b.Int()
	}
	if flags&2 != 0 && err == nil {
		err = skipJSON(b, 0)
	}
	return device, err
}

func skipJSON(b *bin.Buffer, depth int) error {
	id, err := b.Uint32()
	if err != nil || depth > 8 {
		return errNotJSON
	}
	switch id {
	case 0x3f6d7b68: // jsonNull
	case 0xc7345e6a: // jsonBool
		_, err = b.Uint32()
	case 0x2be0dfa4: // jsonNumber
		_, err = b.Double()
	case 0xb71e767a: // jsonString
		_, err = b.String()
	case 0xf7444763: // jsonArray
		err = skipValues(b, depth, func() error { return nil })
	case 0x99c1d49d: // jsonObject, of jsonObjectValue key:string value:JSONValue
		err = skipValues(b, depth, func() error {
			_, _ = b.Uint32()
			_, err := b.String()
			return err
		})
	default:
		err = errNotJSON
	}
	return err
}

func skipValues(b *bin.Buffer, depth int, before func() error) error {
	n, err := b.VectorHeader()
	for ; n > 0 && err == nil; n-- {
		if err = before(); err == nil {
			err = skipJSON(b, depth+1)
		}
	}
	return err
}
