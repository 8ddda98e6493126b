package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	policyPath = "/usr/sbin/policy-rc.d"
	policyText = "#!/bin/sh\n# Put here by holdfast for the length of one package installation: the services of the packages stay stopped.\nexit 101\n"
)

// denyServices keeps the packages' services from being started, and returns what undoes it. A policy that the machine
// has already is respected and stays.
func (a *apt) denyServices() (remove func() error, err error) {
	text, err := os.ReadFile(policyPath)
	if err == nil && string(text) != policyText {
		return func() error { return nil }, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading %s: %w", policyPath, err)
	}
	// An equal text is what a killed run of ours left there: this run takes it over.
	ours := filepath.Join(a.dir, "policy-rc.d")
	if err := os.WriteFile(ours, []byte(policyText), 0o600); err != nil {
		return nil, err
	}
	if out, err := a.command(context.Background(), "install", "-m", "0755", ours, policyPath).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("keeping the packages' services stopped: %w: %s", err, out)
	}
	return func() error {
		if out, err := a.command(context.Background(), "rm", "-f", policyPath).CombinedOutput(); err != nil {
			return fmt.Errorf("removing %s: %w: %s", policyPath, err, out)
		}
		return nil
	}, nil
}

// dropStalePolicy removes the policy that a run left at path when it was killed during an installation: it would keep
// the services of all later packages from being started. One that somebody else made stays, and so does one that an
// installation still uses. A failure is told and is no reason not to start.
func (in *installer) dropStalePolicy(ctx context.Context, path string, installing func() bool) {
	text, err := os.ReadFile(path)
	if err != nil || string(text) != policyText { // an unreadable one is not as ours are
		return
	}
	if err := in.dropPolicyLocked(ctx, path, installing); err != nil {
		in.out.sayf("%s, which an earlier run left behind and which keeps services of new packages stopped, stays for now (%v): remove it as root", path, err)
	}
}

func (in *installer) dropPolicyLocked(ctx context.Context, path string, installing func() bool) (err error) {
	dir, err := in.toolsDir()
	if err != nil {
		return err
	}
	lock, err := tryLock(filepath.Join(dir, aptLock))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	if installing() { // for another user, or for a run that was killed
		return errors.New("an installation is under way")
	}
	// Once more: the run that had the lock before may have removed it.
	if text, err := os.ReadFile(path); err != nil || string(text) != policyText {
		return nil //nolint:nilerr // it is gone, or no longer ours
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	root, err := asRoot(ctx)
	if err != nil {
		return err
	}
	argv := append(slices.Clone(root), "rm", "-f", "--", path)
	if out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// packageManagerRuns says whether apt-get or dpkg is at work for anybody on this machine.
func packageManagerRuns() bool {
	for _, pid := range processes() {
		name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
		if err == nil && slices.Contains([]string{"apt-get", "dpkg"}, strings.TrimSpace(string(name))) && alive(pid) {
			return true
		}
	}
	return false
}
