// The work of lagline's scanner in Go: each metric that a report counts, its total or its values, and by the second.
package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"sort"
	"syscall"
	"time"
)

type second struct {
	added   float64
	buckets map[int]int
}

type metric struct {
	kind    string
	total   float64
	passes  float64
	count   int
	values  []float64
	part    []float64
	seconds map[int64]*second
	last    int64
	cell    *second
}

var kinds = map[string]string{
	"http_reqs": "counter", "http_req_duration": "trend", "http_req_failed": "rate", "checks": "rate",
	"data_sent": "counter", "data_received": "counter", "iteration_duration": "trend", "iterations": "counter",
	"dropped_iterations": "counter", "vus": "gauge", "vus_max": "gauge",
}
var metrics = map[string]*metric{}
var checks = map[string][2]int{}
var prefix, middle = []byte(`{"metric":"`), []byte(`","type":"Point","data":{"time":"`)
var minuteText, expected = make([]byte, 17), []byte(`"expected_response":"true"`)
var minuteMs int64

func (m *metric) at(ms int64) *second {
	s := ms / 1000
	if m.cell != nil && s == m.last {
		return m.cell
	}
	cell := m.seconds[s]
	if cell == nil {
		cell = &second{buckets: map[int]int{}}
		m.seconds[s] = cell
	}
	m.last, m.cell = s, cell
	return cell
}

func scan(line []byte) {
	if !bytes.HasPrefix(line, prefix) || !bytes.HasSuffix(line, []byte("}}}")) {
		return
	}
	line = line[len(prefix):]
	end := bytes.IndexByte(line, '"')
	if end < 0 {
		return
	}
	m := metrics[string(line[:end])]
	if m == nil {
		kind := kinds[string(line[:end])]
		if kind == "" {
			return
		}
		m = &metric{kind: kind, seconds: map[int64]*second{}}
		metrics[string(line[:end])] = m
	}
	isDuration := string(line[:end]) == "http_req_duration"
	isCheck := string(line[:end]) == "checks"
	line = line[end:]
	if !bytes.HasPrefix(line, middle) {
		return
	}
	line = line[len(middle):]
	if !bytes.Equal(line[:17], minuteText) {
		copy(minuteText, line[:17])
		t, err := time.Parse("2006-01-02T15:04:05", string(line[:17])+"00")
		if err != nil {
			return
		}
		minuteMs = t.UnixMilli()
	}
	ms := minuteMs + int64(line[17]-'0')*10000 + int64(line[18]-'0')*1000
	at := 19
	if line[at] == '.' {
		scale := int64(100)
		for at++; line[at] >= '0' && line[at] <= '9'; at++ {
			ms += int64(line[at]-'0') * scale
			scale /= 10
		}
	}
	for line[at] != '"' {
		at++
	}
	line = line[at+len(`","value":`):]
	value, digits, at := 0.0, 0, 0
	for ; line[at] >= '0' && line[at] <= '9'; at++ {
		value = value*10 + float64(line[at]-'0')
	}
	if line[at] == '.' {
		for at++; line[at] >= '0' && line[at] <= '9'; at++ {
			value = value*10 + float64(line[at]-'0')
			digits++
		}
		value /= math.Pow10(digits)
	}
	tags := line[at+len(`,"tags":{`):]
	cell := m.at(ms)
	m.count++
	switch m.kind {
	case "trend":
		m.values = append(m.values, value)
		cell.buckets[int(math.Ceil(math.Log2(value)*32))]++
		if isDuration && bytes.Contains(tags, expected) {
			m.part = append(m.part, value)
		}
	case "rate":
		if value != 0 {
			m.passes++
		}
		if isCheck {
			from := bytes.Index(tags, []byte(`"check":"`)) + len(`"check":"`)
			name := tags[from : from+bytes.IndexByte(tags[from:], '"')]
			counts := checks[string(name)]
			if value != 0 {
				counts[0]++
			} else {
				counts[1]++
			}
			checks[string(name)] = counts
		}
	default:
		if bytes.IndexByte(tags, '}') != len(tags)-3 {
			return
		}
		m.total += value
		cell.added += value
	}
}

func main() {
	started := time.Now()
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	buffer := make([]byte, 1<<20)
	kept := 0
	for {
		n, err := file.Read(buffer[kept:])
		filled := buffer[:kept+n]
		for {
			end := bytes.IndexByte(filled, '\n')
			if end < 0 {
				break
			}
			scan(filled[:end])
			filled = filled[end+1:]
		}
		kept = copy(buffer, filled)
		if err == io.EOF {
			break
		}
	}
	duration := metrics["http_req_duration"]
	sort.Float64s(duration.values)
	sort.Float64s(duration.part)
	sort.Float64s(metrics["iteration_duration"].values)
	rank := 0.95 * float64(len(duration.values)-1)
	below := int(rank)
	low, high := duration.values[below], duration.values[below+1]
	wall := time.Since(started)
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	cpu := float64(usage.Utime.Sec+usage.Stime.Sec)*1000 + float64(usage.Utime.Usec+usage.Stime.Usec)/1000
	fmt.Printf(`{"requests":%v,"failed":%v,"p95":%v,"seconds":%d,"wallMs":%v,"cpuMs":%v,"rssMb":%v}`+"\n",
		metrics["http_reqs"].total, metrics["http_req_failed"].passes, low+(high-low)*(rank-float64(below)),
		len(duration.seconds), float64(wall.Microseconds())/1000, cpu, float64(usage.Maxrss)/1024)
}
