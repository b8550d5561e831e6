package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/gotd/td/bin"
)

func TestAKeyWhoseFingerprintBeginsWithAZeroIsNotTaken(t *testing.T) {
	made := map[bool]int{}
	// Short keys are quick to make, and have fingerprints like others.
	key, err := newKey(func() (*rsa.PrivateKey, error) {
		for {
			key, err := rsa.GenerateKey(rand.Reader, 1024)
			// The first two have to be turned down; 1 key in 16 is of this kind.
			if err != nil || beginsWithZero(fingerprint(key)) || made[true] >= 2 {
				made[err == nil && beginsWithZero(fingerprint(key))]++
				return key, err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if made[true] < 2 || made[false] != 1 {
		t.Errorf("%d keys with a zero and %d without one were made", made[true], made[false])
	}
	if text := fmt.Sprintf("%016x", uint64(fingerprint(key))); text[0] == '0' {
		t.Errorf("the fingerprint is %s", text)
	}
}

func TestAKeyNobodyKnowsIsToldSoBeforeTheConnectionEnds(t *testing.T) {
	w := newWorld(t)
	for range 20 { // it was a race
		p := w.connect()
		packet := make([]byte, 24+64)
		_, _ = rand.Read(packet)
		packet[0] = 1
		w.check(p.Send(context.Background(), &bin.Buffer{Buf: packet}))
		var b bin.Buffer
		w.check(p.Recv(context.Background(), &b))
		if len(b.Buf) != 4 || int32(binary.LittleEndian.Uint32(b.Buf)) != -404 {
			t.Fatalf("%x", b.Buf)
		}
		if err := p.Recv(context.Background(), &b); !isClosed(err) {
			t.Fatal(err)
		}
	}
}

func TestAKeyIsAgreedOn(t *testing.T) {
	p := newWorld(t).exchanged()
	p.logIn(223)
	if id := p.myself(); id != 0x31774388 {
		t.Errorf("%#x", id)
	}
}

func TestALayerHoldsForSessionsToCome(t *testing.T) {
	w := newWorld(t)
	p := w.known()
	p.logIn(181)
	if id := p.myself(); id != 0x215c4438 {
		t.Errorf("in layer 181: %#x", id)
	}
	_ = p.Close()
	p = p.again()
	if id := p.myself(); id != 0x215c4438 {
		t.Errorf("after a reconnect: %#x", id)
	}
	// What goes to the simulator says it too: its updates have the layer of the last request.
	if _, name := p.ask(object(0xedd4882a)); name != "" {
		t.Fatal(name)
	}
	if asked, expected := <-w.asked, object(idInvokeWithLayer, 181, object(0xedd4882a)); !bytes.Equal(asked, expected) {
		t.Errorf("%x", asked)
	}
	// A client that was updated declares another one.
	if _, name := p.ask(inLayer(229, object(idUpdateStatus, uint32(idBoolFalse)))); name != "" {
		t.Fatal(name)
	}
	if id := p.again().myself(); id != 0xb1b8cc83 {
		t.Errorf("after an update to layer 229: %#x", id)
	}
}

func TestARequestThatComesTwiceIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	p := w.known()
	p.logIn(223)
	id := p.tell(object(0xedd4882a))
	first, _ := p.answerTo(id)
	// The same session on another connection, as mtcute and gotd have it.
	again := p.again()
	again.session, again.seq = p.session, p.seq
	again.tellAs(id, object(0xedd4882a))
	second, _ := again.answerTo(id)
	if len(first) != 4 || !bytes.Equal(first, second) || len(w.asked) != 1 {
		t.Errorf("%x, then %x; the simulator was asked %d times", first, second, len(w.asked))
	}
}

// TestUsersHaveTheFormOfTheLayer compares with the schema that tgcall-sim answers by.
func TestUsersHaveTheFormOfTheLayer(t *testing.T) {
	for layer := uint32(151); layer <= 230; layer++ {
		if found, expected := userID(layer), userInSchema(t, layer); found != expected {
			t.Errorf("layer %d: %#08x, not %#08x", layer, found, expected)
		}
	}
}

func userInSchema(t *testing.T, layer uint32) uint32 {
	if layer >= 228 { // behind what the library has; src/sim/schema.rs
		return 0xb1b8cc83
	}
	older, err := os.Open("../../src/tl/schema/older.tl")
	if err != nil {
		t.Fatal(err)
	}
	defer older.Close()
	from, until := uint32(0), uint32(0)
	lines := bufio.NewScanner(older)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		_, _ = fmt.Sscanf(line, "//@ layers %d %d", &from, &until)
		if rest, is := strings.CutPrefix(line, "user#"); is && from <= layer && layer <= until {
			return constructor(t, rest)
		}
	}
	phone, err := os.ReadFile("../../src/tl/schema/phone.tl")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(phone), "\nuser#")
	return constructor(t, rest)
}

func constructor(t *testing.T, line string) uint32 {
	word, _, _ := strings.Cut(line, " ")
	id, err := strconv.ParseUint(word, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(id)
}

func TestAFullUserHasTheFormOfTheLayer(t *testing.T) {
	for layer, size := range map[uint32]int{158: 4 + 4 + 8 + 8 + 8 + 4, 181: 4 + 8 + 8 + 8 + 8 + 4, 220: 40, 0: 40} {
		if full := fullUser(layer, 1001); len(full) != size {
			t.Errorf("layer %d: %x", layer, full)
		}
	}
}

func TestAUsernameIsResolvedInOlderLayersToo(t *testing.T) {
	w := newWorld(t)
	p := w.known()
	p.logIn(158)
	for _, method := range [][]byte{object(idResolveUsername, 0, "bob_name"), object(idResolveOlder, "bob_name")} {
		answer, name := p.ask(method)
		if name != "" || !bytes.Contains(answer, object(0x8f97c628)) || !bytes.Contains(answer, []byte("Bob_name")) {
			t.Errorf("%x: %q, %x", method, name, answer)
		}
	}
	if _, name := p.ask(object(idResolveOlder, "nobody")); name != "USERNAME_NOT_OCCUPIED" {
		t.Error(name)
	}
}

func TestAPhoneAndACodeLogInToo(t *testing.T) {
	w := newWorld(t)
	p := w.known()
	settings := object(0xad253d78, 0) // codeSettings
	code, name := p.ask(inLayer(223, object(idSendCode, "9996601001", 1, "hash", settings)))
	if name != "" || binary.LittleEndian.Uint32(code) != idSentCode {
		t.Fatal(name, code)
	}
	const hasCode = 1
	for code, expected := range map[string]string{"": "PHONE_CODE_INVALID", "01111": "PHONE_CODE_INVALID", "11111": ""} {
		if _, name := p.ask(object(idSignIn, hasCode, "9996601001", "hash", code)); name != expected {
			t.Errorf("code %q: %q", code, name)
		}
	}
	if id := p.myself(); id != 0x31774388 {
		t.Errorf("%#x", id)
	}
}
