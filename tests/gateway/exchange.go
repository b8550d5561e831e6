package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// exchangeKey agrees on a key with a client that has none. If it has one after all, that packet is given back.
func (s *server) exchangeKey(c *conn, first []byte) (packet []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), helloTime)
	defer cancel()
	wire := &handshake{conn: c, first: first, modern: s.modernise}
	made, err := exchange.NewExchanger(wire, home).Server(exchange.PrivateKey{RSA: s.key}).Run(ctx)
	var encrypted *exchange.UnexpectedEncryptedError
	var refused *exchange.ServerExchangeError
	switch {
	case errors.As(err, &encrypted):
		return encrypted.Frame, nil
	case errors.As(err, &refused):
		_ = c.send(transportError(refused.Code))
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("key exchange: %w", err)
	}
	s.addClient(made.Key, made.ServerSalt)
	return nil, nil
}

// modernise brings a req_DH_params into the form that gotd reads.
//
// Compat: Telethon and kurigram still encrypt SHA1(data) + data + padding; the other libraries, as Telegram now wants it,
// RSA_PAD(data). Telegram's servers take both.
func (s *server) modernise(packet []byte) []byte {
	var outer proto.UnencryptedMessage
	var params mt.ReqDHParamsRequest
	if len(packet) < 20 || [8]byte(packet) != [8]byte{} || outer.Decode(&bin.Buffer{Buf: packet}) != nil {
		return packet
	}
	if params.Decode(&bin.Buffer{Buf: outer.MessageData}) != nil || len(params.EncryptedData) != s.key.Size() {
		return packet
	}
	if _, err := crypto.DecodeRSAPad(params.EncryptedData, s.key); err == nil {
		return packet
	}
	if params.EncryptedData = s.padded(params.EncryptedData); params.EncryptedData == nil {
		return packet
	}
	outer.MessageData = encode(&params)
	return encode(outer)
}

func (s *server) padded(old []byte) []byte {
	data, err := crypto.RSADecryptHashed(old, s.key)
	if err != nil {
		return nil
	}
	padded, err := crypto.RSAPad(data, &s.key.PublicKey, rand.Reader)
	if err != nil {
		return nil
	}
	return padded
}
