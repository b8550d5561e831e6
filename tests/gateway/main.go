// The gateway: MTProto 2.0 on loopback, in front of tgcall-sim. README.md tells how it is used.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// home is the number of the one data centre there is, which is also what tgcall-sim says in its config.
const home = 2

// told is the line that is printed when clients can connect: all that one needs to be pointed here.
type told struct {
	Port        int    `json:"port"`
	DC          int    `json:"dc"`
	PEM         string `json:"pem"`
	Fingerprint int64  `json:"fingerprint"`
	N           string `json:"n"`
	E           int    `json:"e"`
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "where clients connect: an address of this machine, port 0 picks one")
	sim := flag.String("sim", "", "where tgcall-sim listens, such as 127.0.0.1:4000")
	keyFile := flag.String("key", "", "keep the RSA key in this file, so that the next run has the same")
	verbose := flag.Bool("verbose", false, "log every message")
	flag.Parse()
	if !*verbose {
		log.SetOutput(io.Discard)
	}
	if err := run(*listen, *sim, *keyFile); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(listen, sim, keyFile string) error {
	if sim == "" {
		return fmt.Errorf("-sim names no tgcall-sim")
	}
	at, err := net.ResolveTCPAddr("tcp4", listen)
	if err != nil {
		return err
	}
	if !at.IP.IsLoopback() {
		return fmt.Errorf("%s is not on loopback: whoever gets here is let in", listen)
	}
	key, err := loadKey(keyFile)
	if err != nil {
		return err
	}
	l, err := net.ListenTCP("tcp4", at)
	if err != nil {
		return err
	}
	port := l.Addr().(*net.TCPAddr).Port
	line := told{
		Port: port, DC: home, PEM: publicPEM(key), N: key.N.Text(16), E: key.E,
		Fingerprint: fingerprint(key),
	}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		return err
	}
	conns := newListener(l)
	go cutOnSignal(conns)
	return conns.serve(newServer(key, &router{sim: sim, port: port}))
}

// cutOnSignal cuts all connections whenever SIGUSR1 comes, as a bad network does.
func cutOnSignal(conns *listener) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGUSR1)
	for range signals {
		log.Printf("cut %d connections", conns.cut())
	}
}
