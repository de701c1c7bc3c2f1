// A small server on the Go library under Centrifugo, told by lines what to publish: the anchor of
// bench/fanout.py. It says the same lines as bench/fanout_sides.py.
//
// Publications have offsets and a history, and clients may recover, as in our gateway.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"github.com/centrifugal/centrifuge"
)

const historySize = 1024

type order struct {
	Do    string  `json:"do"`
	Count int     `json:"count"`
	GapMs float64 `json:"gap_ms"`
	Bytes int     `json:"bytes"`
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func monotonicNanoseconds() int64 {
	var now syscall.Timespec
	const clockMonotonic = 1
	_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	if failed != 0 {
		panic(failed)
	}
	return now.Nano()
}

func residentKiB() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "VmRSS:") {
			found, _ := strconv.Atoi(strings.Fields(line)[1])
			return found
		}
	}
	return 0
}

func newNode(delay time.Duration) *centrifuge.Node {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		panic(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:        &centrifuge.Credentials{UserID: ""},
			WriteDelay:         delay,
			MaxMessagesInFrame: -1,
			// No pong is wanted: the watchers find pings only where a frame begins or ends with one.
			PingPongConfig: &centrifuge.PingPongConfig{PingInterval: 5 * time.Second, PongTimeout: -1},
		}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(_ centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
			options := centrifuge.SubscribeOptions{EnableRecovery: true, EnablePositioning: true}
			answer(centrifuge.SubscribeReply{Options: options}, nil)
		})
	})
	if err := node.Run(); err != nil {
		panic(err)
	}
	return node
}

func publish(node *centrifuge.Node, given order) {
	filler := strings.Repeat("x", given.Bytes)
	gap := time.Duration(given.GapMs * float64(time.Millisecond))
	start := time.Now()
	for index := 0; index < given.Count; index++ {
		time.Sleep(time.Until(start.Add(time.Duration(index) * gap)))
		data := fmt.Sprintf(`{"t":%d,"filler":"%s"}`, monotonicNanoseconds(), filler)
		if _, err := node.Publish("bidding:bench", []byte(data), centrifuge.WithHistory(historySize, time.Hour)); err != nil {
			panic(err)
		}
	}
}

func main() {
	delayMs, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	node := newNode(time.Duration(delayMs) * time.Millisecond)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		CheckOrigin:        func(*http.Request) bool { return true },
		UseWriteBufferPool: true,
	}))
	go func() { panic(http.Serve(listener, mux)) }()
	fmt.Printf("listening %d\n", listener.Addr().(*net.TCPAddr).Port)
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		var given order
		if err := json.Unmarshal(orders.Bytes(), &given); err != nil {
			panic(err)
		}
		before, begun := cpuSeconds(), time.Now()
		if given.Do == "publish" {
			publish(node, given)
			time.Sleep(100 * time.Millisecond)
		}
		fmt.Printf(`{"cpu_s":%f,"wall_s":%f,"rss_kib":%d}`+"\n",
			cpuSeconds()-before, time.Since(begun).Seconds(), residentKiB())
	}
}
