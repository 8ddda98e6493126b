package devstack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// kind is what a data folder may be used for. It is written into the folder at every start, so that nothing is deleted
// by a command that was given the wrong folder.
type kind string

const (
	fresh   kind = "fresh"   // nothing of value in it
	scratch kind = "scratch" // data that the next scratch start removes
	kept    kind = "kept"    // data that only Remove removes
	foreign kind = "foreign" // a folder of somebody else
)

// ownNames are what a start makes at the top of a data folder, besides the servers' folders.
var ownNames = []string{"kind", "lock", "logs", "pids", "secrets.json"}

// keptNames are what else is put there beside data that are kept: the keys of the users' tokens and of the tickets, and the
// data folder of `make test`.
var keptNames = []string{"jwt-secret", "ticket-key", "test"}

func (l layout) kind() string { return filepath.Join(l.dir, "kind") }

// contents of a folder by name, as far as they tell whose it is.
type contents struct {
	ours    bool // it carries our mark, or our passwords
	servers bool // folders called as the servers' are
	keeps   bool // some of keptNames
	unknown []string
}

func look(dir string) (contents, error) {
	var c contents
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("looking into the data folder: %w", err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".next") // see writeFile
		switch {
		case slices.Contains(ownNames, name):
			c.ours = c.ours || name == "kind" || name == "secrets.json"
		case slices.Contains(dataKeys, name):
			c.servers = true
		case slices.Contains(keptNames, name):
			c.keeps = true
		case !strings.HasPrefix(name, probePrefix):
			c.unknown = append(c.unknown, name)
		}
	}
	return c, nil
}

// kindOf returns what a folder may be used for: what is written in it, or, for one that was made before that was
// written, what can be seen. Such a folder is scratch when nothing is in it but what a scratch start makes, and its
// Valkey does not force data to disk.
func (l layout) kindOf() (kind, error) {
	text, err := os.ReadFile(l.kind())
	if err == nil && strings.TrimSpace(string(text)) == string(scratch) {
		return scratch, nil
	}
	if err == nil {
		return kept, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading what the data folder is for: %w", err)
	}
	c, err := look(l.dir)
	switch {
	case err != nil:
		return "", err
	case !c.ours && (c.servers || len(c.unknown) > 0):
		return foreign, nil
	case c.keeps || len(c.unknown) > 0:
		return kept, nil
	case !c.servers:
		return fresh, nil
	}
	config, err := os.ReadFile(filepath.Join(l.data(keyValkey), valkeyConfig))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading what the data folder is for: %w", err)
	}
	if strings.Contains(string(config), valkeyScratch) {
		return scratch, nil
	}
	return kept, nil
}

// admit says why a start may not use the folder. It changes nothing.
func (l layout) admit(toScratch bool) error {
	is, err := l.kindOf()
	switch {
	case err != nil:
		return err
	case is == foreign:
		return fmt.Errorf("the folder %s holds things that holdfast did not make: choose a new or an empty folder for the data", l.dir)
	case is == kept && toScratch:
		return fmt.Errorf("the folder %s holds data that are kept, and this start would remove them: choose another folder, or remove this one first (make purge)", l.dir)
	}
	return nil
}

// claim writes what the folder is for from now on. It must be called with the folder's lock held.
func (l layout) claim(toScratch bool) error {
	if err := l.admit(toScratch); err != nil { // again: it may have changed before the lock was ours
		return err
	}
	text := string(kept) + "\n"
	if toScratch {
		text = string(scratch) + "\n"
	}
	// One that is right stays, with its owner: this may be root in the folder of somebody, who has to read it again.
	if now, err := os.ReadFile(l.kind()); err == nil && string(now) == text {
		return nil
	}
	next := l.kind() + ".next"
	if err := errors.Join(os.WriteFile(next, []byte(text), 0o644), os.Rename(next, l.kind())); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("writing what the data folder is for: %w", err)
	}
	return nil
}

// removable says why the folder is not ours to delete. An empty one is.
func (l layout) removable() error {
	c, err := look(l.dir)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return fmt.Errorf("looking into the data folder: %w", err)
	}
	if c.keeps {
		if _, err := os.Lstat(filepath.Join(l.dir, "test")); err == nil {
			c.unknown = append(c.unknown, "test") // a data folder of its own, which another run may use
		}
	}
	switch {
	case !c.ours && len(entries) > 0:
		return fmt.Errorf("the folder %s is not removed: holdfast did not make it", l.dir)
	case len(c.unknown) > 0:
		return fmt.Errorf("the folder %s is not removed: besides holdfast's data it holds other things (%s), which have to go elsewhere first",
			l.dir, strings.Join(c.unknown[:min(3, len(c.unknown))], ", "))
	}
	return nil
}
