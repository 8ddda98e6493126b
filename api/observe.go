package api

import (
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// requestSeconds measures requests by route, so that ids do not become labels.
type requestSeconds struct {
	all *prometheus.HistogramVec
	mu  sync.RWMutex
	// known are those of its series that were needed: to find one by its labels takes
	// longer than some answers.
	known map[series]prometheus.Observer
}

type series struct {
	method, route string
	status        int
}

func newRequestSeconds(r *prometheus.Registry) *requestSeconds {
	all := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "holdfast_http_request_seconds",
		Help:    "Time to the end of the answer, by route and status. WebSockets are not in it.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})
	r.MustRegister(all)
	return &requestSeconds{all: all, known: map[series]prometheus.Observer{}}
}

// of finds one of the series.
func (s *requestSeconds) of(is series) prometheus.Observer {
	s.mu.RLock()
	o := s.known[is]
	s.mu.RUnlock()
	if o == nil {
		o = s.all.WithLabelValues(is.method, is.route, strconv.Itoa(is.status))
		s.mu.Lock()
		s.known[is] = o // methods, routes and statuses are few
		s.mu.Unlock()
	}
	return o
}

// observe measures every request.
func (s *Server) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	if route == livePath {
		return
	}
	s.seconds.of(series{method(c.Request.Method), route, c.Writer.Status()}).Observe(time.Since(began).Seconds())
}

// method keeps invented methods out of the labels.
func method(m string) string {
	switch m {
	case "GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS":
		return m
	}
	return "other"
}
