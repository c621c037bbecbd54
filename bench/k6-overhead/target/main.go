// The server that k6 is pointed at. In Go, as k6 is: what it costs to answer a request hardly depends on how requests
// come in, so that it can be the yardstick. Prints its address; for each line on its stdin it says what it has done since
// its start: requests, how many of them it answered with an error, and CPU in µs. It ends with its stdin.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	failEvery, _ := strconv.ParseUint(os.Getenv("FAIL_EVERY"), 10, 64)
	var requests, errors atomic.Uint64
	answer := []byte("{}")
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count := requests.Add(1)
		if r.URL.RawQuery != "" {
			delay := r.URL.Query().Get("delayMs")
			ms, _ := strconv.ParseFloat(delay, 64)
			time.Sleep(time.Duration(ms * float64(time.Millisecond)))
		}
		if failEvery > 0 && count%failEvery == 0 {
			errors.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		w.Write(answer)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go http.Serve(listener, handler)
	fmt.Printf("http://%s\n", listener.Addr())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		cpu := time.Duration(used.Utime.Nano() + used.Stime.Nano()).Microseconds()
		fmt.Printf("{\"requests\":%d,\"errors\":%d,\"cpuMicroseconds\":%d}\n", requests.Load(), errors.Load(), cpu)
	}
}
