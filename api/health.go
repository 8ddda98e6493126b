package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/api/openapi"
)

// checkTimeout bounds the wait for each server's sign of life.
const checkTimeout = 2 * time.Second

// Healthz says that the process lives.
func (s *Server) Healthz(c *gin.Context) {
	c.JSON(http.StatusOK, openapi.Health{Status: "ok"})
}

// Readyz asks every server that is needed, all at once, and names each.
func (s *Server) Readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), checkTimeout)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	health := openapi.Health{Status: "ok", Checks: &map[string]string{}}
	for name, check := range s.Checks {
		wg.Go(func() {
			answer := "ok"
			if err := check(ctx); err != nil {
				s.Log.WarnContext(ctx, "a server is away", "server", name, "error", err)
				answer = "unavailable"
			}
			mu.Lock()
			defer mu.Unlock()
			(*health.Checks)[name] = answer
			if answer != "ok" {
				health.Status = "unavailable"
			}
		})
	}
	wg.Wait()
	select {
	case <-s.draining:
		health.Status = "unavailable"
		(*health.Checks)["process"] = "going down"
	default:
	}
	status := http.StatusOK
	if health.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, health)
}
