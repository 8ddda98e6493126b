package devstack

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// layout names the files in one data folder.
type layout struct {
	dir string // absolute, symbolic links resolved
}

// probePrefix begins the name of the file by which openLayout finds out whether it may write.
const probePrefix = ".probe-"

// findLayout names the files in a data folder, and creates nothing.
func findLayout(dir string) (layout, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return layout{}, fmt.Errorf("finding the data folder %s: %w", dir, err)
	}
	if resolved, err := filepath.EvalSymlinks(abs); err == nil {
		abs = resolved
	} else if !errors.Is(err, fs.ErrNotExist) {
		return layout{}, fmt.Errorf("finding the data folder %s: %w", dir, err)
	}
	return layout{dir: abs}, nil
}

// openLayout creates the data folder when it is missing.
func openLayout(dir string) (layout, error) {
	found, err := findLayout(dir)
	if err != nil {
		return layout{}, err
	}
	abs := found.dir
	// 0711: the user that PostgreSQL runs as may pass through to its own data, and read nothing on the way.
	for _, d := range []string{abs, filepath.Join(abs, "logs"), filepath.Join(abs, "pids")} {
		if err := os.MkdirAll(d, 0o711); err != nil {
			return layout{}, fmt.Errorf("creating the data folder: %w", err)
		}
	}
	abs, err = filepath.EvalSymlinks(abs)
	if err != nil {
		return layout{}, fmt.Errorf("finding the data folder %s: %w", dir, err)
	}
	probe, err := os.CreateTemp(abs, probePrefix+"*")
	if err != nil {
		return layout{}, fmt.Errorf("the data folder %s cannot be written by this user (%w): choose another folder, or give this one to the user", abs, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return layout{}, fmt.Errorf("trying to write in the data folder: %w", err)
	}
	return layout{dir: abs}, nil
}

func (l layout) link(name string) string { return filepath.Join(l.dir, name) }
func (l layout) log(name string) string  { return filepath.Join(l.dir, "logs", name+".log") }
func (l layout) pid(name string) string  { return filepath.Join(l.dir, "pids", name) }
func (l layout) lock() string            { return filepath.Join(l.dir, "lock") }
func (l layout) secrets() string         { return filepath.Join(l.dir, "secrets.json") }

// data returns where a server's data are: in the data folder, or where its link there leads.
func (l layout) data(name string) string {
	if target, err := filepath.EvalSymlinks(l.link(name)); err == nil {
		return target
	}
	return l.link(name)
}

// key tells this data folder from every other on the machine.
func (l layout) key() string {
	sum := sha256.Sum256([]byte(l.dir))
	return hex.EncodeToString(sum[:6])
}

// elsewhere is where a server's data go when the data folder does not suit that server.
func (l layout) elsewhere(name string) (string, error) {
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib/holdfast", l.key(), name), nil
	}
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("finding a place for the data of %s: %w", name, err)
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "holdfast", l.key(), name), nil
}

// place returns the data folder of a server, created when it is missing. When suits refuses the data folder as its
// parent, the data go elsewhere and a symbolic link is left in their place; say is told so.
func (l layout) place(name string, say func(string, ...any), suits func(parent string) error) (string, error) {
	here := l.link(name)
	if info, err := os.Lstat(here); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		target, _, err := l.target(name)
		if err != nil {
			return "", err
		}
		return target, makeFolder(target)
	}
	why := suits(l.dir)
	if why == nil {
		return here, makeFolder(here)
	}
	target, err := l.elsewhere(name)
	if err != nil {
		return "", err
	}
	switch err := syscall.Rmdir(here); {
	case errors.Is(err, syscall.ENOTEMPTY):
		return "", heldData(here, why)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("replacing %s by a link: %w", here, err)
	}
	if err := discard(target); err != nil { // of an earlier data folder at this path, which its owner removed
		return "", fmt.Errorf("removing data of an earlier run: %w", err)
	}
	if err := makeFolder(target); err != nil {
		return "", err
	}
	if err := suits(filepath.Dir(target)); err != nil {
		return "", fmt.Errorf("no place for the data of %s: %w, and neither will %s do: %w", name, why, target, err)
	}
	if err := os.Symlink(target, here); err != nil {
		return "", fmt.Errorf("linking %s: %w", here, err)
	}
	say("%s: %v; its data are in %s, and %s is a link to them", name, why, target, here)
	return target, nil
}

// plainPath is for servers that take a path apart: RabbitMQ's shell scripts at blanks, Temporal's and FerretDB's SQLite
// at what has a meaning in a URI.
func plainPath(parent string) error {
	if strings.ContainsAny(parent, " \t\n\"'\\$&;()*?[]{}<>|`!#~%") {
		return fmt.Errorf("it cannot work in a folder with special characters in its name (%s)", parent)
	}
	return nil
}

// anywhere is for servers that run as ourselves and take any path.
func anywhere(string) error { return nil }

func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o711); err != nil {
		return fmt.Errorf("creating a data folder: %w", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating a data folder: %w", err)
	}
	return nil
}

// discard removes a server's data, and the folder that held only them.
func discard(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return removeIfEmpty(filepath.Dir(dir))
}

func removeIfEmpty(dir string) error {
	err := os.Remove(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTEMPTY) {
		return nil
	}
	return err
}

// secrets of the servers' accounts, made up at the first start of a data folder.
type secrets struct {
	Postgres string `json:"postgres"`
	Valkey   string `json:"valkey"`
	RabbitMQ string `json:"rabbitmq"`
}

// readSecrets reads the passwords of this data folder, or makes them up when it has none.
func (l layout) readSecrets() (secrets, error) {
	var s secrets
	text, err := os.ReadFile(l.secrets())
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &s); err != nil {
			return s, fmt.Errorf("reading %s: %w", l.secrets(), err)
		}
		if s.Postgres == "" || s.Valkey == "" || s.RabbitMQ == "" {
			return s, fmt.Errorf("%s lacks a password: remove the whole folder %s to start afresh", l.secrets(), l.dir)
		}
		return s, nil
	case !errors.Is(err, fs.ErrNotExist):
		return s, fmt.Errorf("reading the passwords: %w", err)
	}
	s = secrets{Postgres: rand.Text(), Valkey: rand.Text(), RabbitMQ: rand.Text()}
	text, err = json.MarshalIndent(s, "", "  ")
	if err != nil {
		return s, fmt.Errorf("writing the passwords: %w", err)
	}
	if err := writeFile(l.secrets(), append(text, '\n')); err != nil {
		return s, fmt.Errorf("writing the passwords: %w", err)
	}
	return s, nil
}

// writeFile writes a file that only its owner may read, whole or not at all.
func writeFile(path string, text []byte) error {
	next := path + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
