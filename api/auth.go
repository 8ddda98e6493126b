package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/identity"
)

// guestTTL is how long a guest is known: longer than tickets are sold ahead, for
// whoever is not known any more cannot open theirs.
const guestTTL = 365 * 24 * time.Hour

// CreateGuest makes somebody up who can book.
func (s *Server) CreateGuest(c *gin.Context) {
	now := time.Now().UTC().Truncate(time.Second)
	user := booking.UserID("guest_" + uuid.NewString())
	token, err := s.Tokens.Issue(identity.Caller{User: user}, now, now.Add(guestTTL))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusCreated, openapi.Guest{Token: token, UserId: string(user), ExpiresAt: now.Add(guestTTL)})
}

// caller returns who asks, or answers 401 and returns false.
func (s *Server) caller(c *gin.Context) (identity.Caller, bool) {
	token, ok := bearer(c.Request)
	if !ok {
		s.fail(c, booking.Refuse(codeUnauthenticated, "send a token as Authorization: Bearer ...; POST /v1/guests makes one"))
		return identity.Caller{}, false
	}
	caller, err := s.Tokens.Verify(token)
	if err != nil {
		s.Log.DebugContext(c.Request.Context(), "a token was refused", "error", err)
		s.fail(c, booking.Refuse(codeUnauthenticated, "the token is not valid, or not any more; POST /v1/guests makes a new one"))
		return identity.Caller{}, false
	}
	return caller, true
}

// bearer returns the token that a request has.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") && token != ""
}
