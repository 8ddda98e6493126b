package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxKnown bounds the tokens of a generation, two of which are kept.
const maxKnown = 10_000

// known remembers tokens that were verified, by their digests, so that somebody who asks
// again and again is not verified as often. It keeps the newest between maxKnown and twice
// as many. What was refused is not remembered.
type known struct {
	mu       sync.RWMutex
	new, old map[digest]grant
}

type digest [sha256.Size]byte

// grant is what a token says. It is good before expires.
type grant struct {
	caller  Caller
	expires time.Time
}

// find returns what a token says that was verified before and has not expired.
func (k *known) find(d digest, now time.Time) (Caller, bool) {
	k.mu.RLock()
	g, ok := k.new[d]
	aged := false
	if !ok {
		g, ok = k.old[d]
		aged = ok
	}
	k.mu.RUnlock()
	if !ok || !now.Before(g.expires) {
		return Caller{}, false
	}
	if aged {
		k.add(d, g)
	}
	return g.caller, true
}

func (k *known) add(d digest, g grant) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.new == nil || len(k.new) >= maxKnown {
		k.new, k.old = make(map[digest]grant), k.new
	}
	k.new[d] = g
}
