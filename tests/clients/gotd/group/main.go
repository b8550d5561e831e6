// gotd's group call, unchanged, as a program: it joins by pion and plays packets of Opus. It hears nobody: its pion drops all sources that are
// not in the answer's SDP, and Telegram's answers name none. Requests go out as lines of JSON and answers come in; tests/interop_gotd_groups.rs is on
// the other end.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/telegram/calls"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
	"github.com/pion/rtp"
)

const (
	rpcError  = 0x2144ca19
	samples   = 960 // of a packet of 20 ms
	levelID   = 1
	loud      = 0x80 | 20 // it is speech, 20 dB below full scale
	callLimit = 30 * time.Second
)

// line is what goes either way.
type line struct {
	Event string `json:"ev,omitempty"`
	Cmd   string `json:"cmd,omitempty"`
	ID    uint64 `json:"id,omitempty"`
	Hex   string `json:"hex,omitempty"`
	Count int    `json:"count,omitempty"`
	Why   string `json:"why,omitempty"`
}

// wire is standard input and output, and who waits for an answer.
type wire struct {
	mu      sync.Mutex
	out     *json.Encoder
	last    uint64
	waiting map[uint64]chan []byte
}

func (w *wire) tell(l line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.out.Encode(l)
}

// Invoke is what gotd asks Telegram by.
func (w *wire) Invoke(ctx context.Context, input bin.Encoder, output bin.Decoder) error {
	var b bin.Buffer
	if err := input.Encode(&b); err != nil {
		return err
	}
	answer := make(chan []byte, 1)
	w.mu.Lock()
	w.last++
	id := w.last
	w.waiting[id] = answer
	w.mu.Unlock()
	w.tell(line{Event: "ask", ID: id, Hex: hex.EncodeToString(b.Buf)})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case data := <-answer:
		return decode(data, output)
	}
}

func decode(data []byte, output bin.Decoder) error {
	b := &bin.Buffer{Buf: data}
	if id, err := b.PeekID(); err != nil || id != rpcError {
		return errors.Join(err, output.Decode(b))
	}
	_ = b.ConsumeID(rpcError)
	code, err := b.Int()
	message, wrong := b.String()
	return errors.Join(err, wrong, tgerr.New(code, message))
}

func (w *wire) answered(id uint64, data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if answer := w.waiting[id]; answer != nil {
		answer <- data
		delete(w.waiting, id)
	}
}

// packets of a file: each behind its size.
func packets(path string) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(data) >= 2 {
		size := int(binary.LittleEndian.Uint16(data))
		if len(data) < 2+size {
			return nil, io.ErrUnexpectedEOF
		}
		all = append(all, data[2:2+size])
		data = data[2+size:]
	}
	return all, nil
}

// play sends them at their pace, again and again.
func play(ctx context.Context, call *calls.GroupCall, all [][]byte) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for number := 0; ; number++ {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		packet := &rtp.Packet{Payload: all[number%len(all)]}
		packet.Version, packet.SequenceNumber, packet.Timestamp = 2, uint16(number), uint32(number)*samples
		// The media server forwards no sound that tells no level, and gotd leaves that to who uses it.
		if err := packet.SetExtension(levelID, []byte{loud}); err != nil {
			return err
		}
		if err := call.WriteAudio(packet); err != nil {
			return err
		}
	}
}

func run(id, hash int64, path string) error {
	sound, err := packets(path)
	if err != nil {
		return err
	}
	w := &wire{out: json.NewEncoder(os.Stdout), waiting: map[uint64]chan []byte{}}
	call := calls.NewGroupCall(tg.NewClient(w), calls.Options{})
	call.OnParticipants(func(people []tg.GroupCallParticipant) { w.tell(line{Event: "people", Count: len(people)}) })
	updates := tg.NewUpdateDispatcher()
	call.Register(updates)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		within, done := context.WithTimeout(ctx, callLimit)
		defer done()
		if err := call.Join(within, &tg.InputGroupCall{ID: id, AccessHash: hash}, &tg.InputPeerSelf{}); err != nil {
			w.tell(line{Event: "failed", Why: err.Error()})
			return
		}
		w.tell(line{Event: "connected"})
		if err := play(ctx, call, sound); err != nil {
			w.tell(line{Event: "failed", Why: err.Error()})
		}
	}()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var command line
		if err := json.Unmarshal(in.Bytes(), &command); err != nil {
			return err
		}
		data, err := hex.DecodeString(command.Hex)
		if err != nil {
			return err
		}
		switch command.Cmd {
		case "answer":
			w.answered(command.ID, data)
		case "update":
			var box tg.UpdatesBox
			if err := box.Decode(&bin.Buffer{Buf: data}); err != nil {
				return err
			}
			_ = updates.Handle(ctx, box.Updates)
		case "leave":
			stop()
			go func() {
				left := line{Event: "left"}
				if err := call.Leave(context.Background()); err != nil {
					left = line{Event: "failed", Why: err.Error()}
				}
				w.tell(left)
			}()
		}
	}
	return in.Err()
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: group CALL HASH PACKETS")
		os.Exit(2)
	}
	id, wrong := strconv.ParseInt(os.Args[1], 10, 64)
	hash, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err = errors.Join(wrong, err); err == nil {
		err = run(id, hash, os.Args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
