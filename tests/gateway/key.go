package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/gotd/td/exchange"
)

const keyBits = 2048

// newKey makes a key that every library can find by its fingerprint.
//
// Compat: mtcute writes fingerprints as hexadecimal numbers, without the zeros in front, and so finds no key whose
// fingerprint has one there: 1 in 16.
func newKey(generate func() (*rsa.PrivateKey, error)) (*rsa.PrivateKey, error) {
	for {
		key, err := generate()
		if err != nil || !beginsWithZero(fingerprint(key)) {
			return key, err
		}
	}
}

func generateKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }

func fingerprint(key *rsa.PrivateKey) int64 { return exchange.PrivateKey{RSA: key}.Fingerprint() }

func beginsWithZero(fingerprint int64) bool { return uint64(fingerprint)>>60 == 0 }

// loadKey reads the server's RSA key, or makes one and keeps it. No file: one for this run alone.
func loadKey(file string) (*rsa.PrivateKey, error) {
	if file == "" {
		return newKey(generateKey)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(file)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM file", file)
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

func makeKey(file string) (*rsa.PrivateKey, error) {
	key, err := newKey(generateKey)
	if err != nil {
		return nil, err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return key, os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}

func publicPEM(key *rsa.PrivateKey) string {
	block := &pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)}
	return string(pem.EncodeToMemory(block))
}
