package devstack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

func heldData(dir string, why error) error {
	return fmt.Errorf("%s holds data of an earlier run that cannot be used from here (%w): run it as before, or `make purge` to start anew", dir, why)
}

// target is where the link of a server leads, as an absolute path, and whether holdfast made it. What is there may be
// missing.
func (l layout) target(name string) (target string, ours bool, err error) {
	target, err = os.Readlink(l.link(name))
	if err != nil {
		return "", false, fmt.Errorf("reading the link %s: %w", l.link(name), err)
	}
	elsewhere, err := l.elsewhere(name)
	if err != nil {
		return "", false, err
	}
	if target == elsewhere {
		return target, true, nil
	}
	if !filepath.IsAbs(target) { // it counts from the data folder, not from where this program was started
		target = filepath.Join(l.dir, target)
	}
	if resolved, err := filepath.EvalSymlinks(l.link(name)); err == nil {
		target = resolved
	}
	return target, false, nil
}

// removeLink removes the link of a server, if it is one, and the data it leads to if holdfast put them there. What
// another link leads to is left alone, and say is told so.
func (l layout) removeLink(name string, say func(string, ...any)) error {
	info, err := os.Lstat(l.link(name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	target, ours, err := l.target(name)
	if err != nil {
		return err
	}
	if ours {
		err = discard(target)
	} else {
		say("%s: the link %s is removed; what it leads to, %s, stays", name, l.link(name), target)
	}
	return errors.Join(err, os.Remove(l.link(name)))
}

// giveTo makes a user the owner of a server's folder, when it is new. It refuses the folder of somebody else, to which
// an earlier run as another user, or a link that holdfast did not make, may have led.
func (l layout) giveTo(as *syscall.Credential, name string) error {
	dir, ours := l.link(name), true
	info, err := os.Lstat(dir)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if dir, ours, err = l.target(name); err == nil {
			info, err = os.Lstat(dir)
		}
	}
	if err != nil {
		return fmt.Errorf("giving the data folder to the user that runs %s: %w", name, err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid == as.Uid && info.IsDir() {
		return nil
	}
	if !ours || !info.IsDir() {
		return fmt.Errorf("%s leads to %s, which holdfast did not make: give that folder to the user with the number %d, which runs %s, or remove the link",
			l.link(name), dir, as.Uid, name)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("giving the data folder to the user that runs %s: %w", name, err)
	}
	if len(entries) > 0 {
		return heldData(dir, errors.New("another user's"))
	}
	if err := os.Lchown(dir, int(as.Uid), int(as.Gid)); err != nil {
		return fmt.Errorf("giving the data folder to the user that runs %s: %w", name, err)
	}
	return nil
}
