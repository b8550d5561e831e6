// gotd's client, unchanged, as a program: requests come in as lines, answers and updates go out as lines. See ../ends.py.
package main

import (
	"bufio"
	"context"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// raw is a request, or a result: bytes as they are.
type raw struct{ data []byte }

func (r *raw) Encode(b *bin.Buffer) error {
	b.Put(r.data)
	return nil
}

func (r *raw) Decode(b *bin.Buffer) error {
	r.data = b.Copy()
	b.Skip(b.Len())
	return nil
}

// lines is standard output, which goroutines share.
type lines struct{ mu sync.Mutex }

func (l *lines) out(words ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Println(words...)
}

func (l *lines) update(data []byte) { l.out("U", hex.EncodeToString(data)) }

type nothing struct{}

func (nothing) Handle(context.Context, tg.UpdatesClass) error { return nil }

type bridge struct {
	lines
	client *telegram.Client
}

func (b *bridge) serve(ctx context.Context) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) != 3 {
			return fmt.Errorf("a line of %d words", len(words))
		}
		go b.one(ctx, words[0], words[1], words[2])
	}
	return in.Err()
}

func (b *bridge) one(ctx context.Context, what, id, about string) {
	var err error
	if what == "N" {
		err = b.find(ctx, id, about)
	} else {
		err = b.ask(ctx, id, about)
	}
	var refused *tgerr.Error
	switch {
	case errors.As(err, &refused):
		b.out("E", id, refused.Code, refused.Message)
	case err != nil:
		b.out("E", id, 0, err)
	}
}

func (b *bridge) ask(ctx context.Context, id, about string) error {
	data, err := hex.DecodeString(about)
	if err != nil {
		return err
	}
	var answer raw
	if err := b.client.Invoke(ctx, &raw{data}, &answer); err != nil {
		return err
	}
	b.out("A", id, hex.EncodeToString(answer.data))
	return nil
}

func (b *bridge) find(ctx context.Context, id, username string) error {
	found, err := b.client.API().ContactsResolveUsername(ctx, &tg.ContactsResolveUsernameRequest{Username: username})
	if err != nil {
		return err
	}
	for _, one := range found.Users {
		if user, ok := one.(*tg.User); ok {
			b.out("P", id, user.ID, user.AccessHash)
			return nil
		}
	}
	return errors.New("no user")
}

func run(port, n, e, token string) error {
	modulus, ok := new(big.Int).SetString(n, 16)
	exponent, err := strconv.Atoi(e)
	at, wrong := strconv.Atoi(port)
	if !ok || err != nil || wrong != nil {
		return fmt.Errorf("no key, or no port: %v, %v", err, wrong)
	}
	b := &bridge{}
	storage := &session.StorageMemory{}
	b.client = telegram.NewClient(1, strings.Repeat("x", 32), telegram.Options{
		DC: 2, DCList: dcs.List{Options: []tg.DCOption{{ID: 2, IPAddress: "127.0.0.1", Port: at}}},
		PublicKeys:          []telegram.PublicKey{{RSA: &rsa.PublicKey{N: modulus, E: exponent}}},
		SessionStorage:      storage,
		UpdateHandler:       nothing{}, // without one gotd asks Telegram for no updates
		Resolver:            resolver{dcs.DefaultResolver(), &tap{storage: storage, out: b.update, seen: map[int64]bool{}}},
		ReconnectionBackoff: func() backoff.BackOff { return backoff.NewConstantBackOff(200 * time.Millisecond) },
	})
	return b.client.Run(context.Background(), func(ctx context.Context) error {
		if _, err := b.client.Auth().Bot(ctx, token); err != nil {
			return err
		}
		b.out("L", version())
		return b.serve(ctx)
	})
}

// version is gotd's.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/gotd/td" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return "unknown"
}

func main() {
	if len(os.Args) != 7 {
		fmt.Fprintln(os.Stderr, "usage: gotd PORT FINGERPRINT N E ACCOUNT DEVICE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[3], os.Args[4], os.Args[5]+":"+os.Args[6]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
