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
	"strings"
	"sync"
	"syscall"
)

// aptLock names the lock, beside the built tools, that a run holds while it installs packages.
const aptLock = "apt.lock"

// wanted is something to install with the machine's package manager.
type wanted struct {
	title    string
	packages []string // by preference: the first that can be had is taken
	programs string   // what it brings, for machines without apt
}

// packaged is a program that comes as a package of the distribution.
type packaged interface {
	// missing says what to install, when it is not installed.
	missing() (wanted, bool)
}

// installer brings programs that are missing: packages all at once, through the package manager, and tools built with
// Go, each for itself.
type installer struct {
	out    *reporter
	env    func(string) string
	wanted []wanted
	once   sync.Once
	err    error
}

// announce notes what a program will want installed, so that one run of the package manager brings it all.
func (in *installer) announce(p any) {
	if p, ok := p.(packaged); ok {
		if w, missing := p.missing(); missing {
			in.wanted = append(in.wanted, w)
		}
	}
}

// packages installs everything that was announced; all callers share the one run of it.
func (in *installer) packages(ctx context.Context) error {
	in.once.Do(func() { in.err = in.installPackages(ctx) })
	return in.err
}

func (in *installer) installPackages(ctx context.Context) (err error) {
	if len(in.wanted) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this machine lacks %s and has no apt-get: install %s, and start again", in.titles(), in.programs())
	}
	root, err := asRoot(ctx)
	if err != nil {
		return fmt.Errorf("installing %s needs root (%w): run `apt-get update && apt-get install -y %s` as root, and start again",
			in.titles(), err, strings.Join(in.commonPackages(), " "))
	}
	dir, err := in.toolsDir()
	if err != nil {
		return err
	}
	lock, err := waitLock(ctx, filepath.Join(dir, aptLock), func(holder error) {
		in.out.sayf("packages: waiting for another run that installs some (%v)", holder)
	})
	if err != nil {
		return fmt.Errorf("waiting to install packages: %w", err)
	}
	defer func() { err = errors.Join(err, lock.release()) }()

	apt, err := newApt(root, in.out)
	if err != nil {
		return fmt.Errorf("installing %s: %w", in.titles(), err)
	}
	defer func() { err = errors.Join(err, apt.close()) }()
	if err := apt.update(ctx); err != nil {
		return err
	}
	var names []string
	for _, w := range in.wanted {
		name, err := apt.choose(ctx, w)
		if err != nil {
			return err
		}
		names = append(names, name...)
	}
	return apt.install(ctx, names)
}

func (in *installer) titles() string {
	var titles []string
	for _, w := range in.wanted {
		titles = append(titles, w.title)
	}
	return strings.Join(titles, ", ")
}

func (in *installer) programs() string {
	var programs []string
	for _, w := range in.wanted {
		programs = append(programs, w.programs)
	}
	return strings.Join(programs, "; ")
}

// commonPackages names packages that every Debian since 12 has in its main suite.
func (in *installer) commonPackages() []string {
	var names []string
	for _, w := range in.wanted {
		names = append(names, w.packages[len(w.packages)-1])
	}
	return names
}

// asRoot returns what to put before a command so that root runs it: nothing, or sudo. A password is asked for only when
// there is a terminal to ask on.
func asRoot(ctx context.Context) ([]string, error) {
	if os.Geteuid() == 0 {
		return nil, nil
	}
	sudo, err := exec.LookPath("sudo")
	if err != nil {
		return nil, errors.New("this is not root, and there is no sudo")
	}
	if exec.CommandContext(ctx, sudo, "-n", "true").Run() == nil {
		return []string{sudo, "-n"}, nil
	}
	if info, err := os.Stdin.Stat(); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return nil, errors.New("sudo wants a password, and there is no terminal to ask for it")
	}
	ask := exec.CommandContext(ctx, sudo, "-v")
	ask.Stdin, ask.Stdout, ask.Stderr = os.Stdin, os.Stderr, os.Stderr
	if err := ask.Run(); err != nil {
		return nil, fmt.Errorf("sudo refused: %w", err)
	}
	return []string{sudo, "-n"}, nil
}

// apt is a view of the package manager with package lists of its own: the machine's sources, extended by the backports
// of its distribution, without a change to the machine's sources and lists.
type apt struct {
	root      []string
	out       *reporter
	dir       string
	options   []string
	sources   []aptSource
	codename  string
	backports bool
}

func newApt(root []string, out *reporter) (*apt, error) {
	dir, err := os.MkdirTemp("", "holdfast-apt-")
	if err != nil {
		return nil, err
	}
	a := &apt{root: root, out: out, dir: dir, options: []string{"-o", "DPkg::Lock::Timeout=300"}}
	// apt's own unprivileged user reads here.
	for _, d := range []string{dir, filepath.Join(dir, "sources"), filepath.Join(dir, "lists")} {
		if err := errors.Join(os.MkdirAll(d, 0o755), os.Chmod(d, 0o755)); err != nil { //nolint:gosec // see above
			return nil, errors.Join(err, a.close())
		}
	}
	a.sources, a.codename, err = machineSources()
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	if len(a.sources) > 0 {
		a.options = append(a.options,
			"-o", "Dir::Etc::SourceList=/dev/null",
			"-o", "Dir::Etc::SourceParts="+filepath.Join(dir, "sources"),
			"-o", "Dir::State::Lists="+filepath.Join(dir, "lists"),
			"-o", "Dir::Cache::pkgcache=",
			"-o", "Dir::Cache::srcpkgcache=")
	}
	return a, nil
}

// close removes the view. Root made some of its files.
func (a *apt) close() error {
	return a.command(context.Background(), "rm", "-rf", "--", a.dir).Run()
}

func (a *apt) command(ctx context.Context, argv ...string) *exec.Cmd {
	argv = append(slices.Clone(a.root), argv...)
	return exec.CommandContext(ctx, argv[0], argv[1:]...)
}

func (a *apt) get(args ...string) *exec.Cmd {
	// env: sudo starts with an environment of its own.
	argv := append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l", "LC_ALL=C", "apt-get", "-y"}, a.options...)
	// Not bound to a context: reporter.run ends it in the way that suits it.
	return a.command(context.Background(), append(argv, args...)...)
}

// update fetches the package lists; without the backports if the mirror has none.
func (a *apt) update(ctx context.Context) error {
	if len(a.sources) > 0 {
		if err := writeSources(filepath.Join(a.dir, "sources"), a.sources, a.codename, true); err != nil {
			return err
		}
		err := a.out.run(ctx, "fetching package lists, with "+a.codename+"-backports (package manager)", a.get("update", "--error-on=any"))
		if err == nil {
			a.backports = true
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		a.out.sayf("the backports cannot be had here (%s); going on without", lastLine(err))
		if err := writeSources(filepath.Join(a.dir, "sources"), a.sources, a.codename, false); err != nil {
			return err
		}
	}
	return a.out.run(ctx, "fetching package lists (package manager)", a.get("update"))
}

func lastLine(err error) string {
	return tailOf([]byte(err.Error()), 1)
}

// choose returns the packages that bring what is wanted: the first choice that the lists hold.
func (a *apt) choose(ctx context.Context, w wanted) ([]string, error) {
	for i, choice := range w.packages {
		names := strings.Fields(choice)
		show := a.command(ctx, append(append([]string{"apt-cache"}, a.options...), append([]string{"show", "--no-all-versions"}, names...)...)...)
		if show.Run() != nil {
			continue
		}
		if i > 0 {
			a.out.sayf("%s: package %s is not to be had here; %s is taken in its place", w.title, w.packages[0], choice)
		}
		return names, nil
	}
	return nil, fmt.Errorf("%s is not installed and no package for it (%s) is to be had here: install %s yourself, and start again",
		w.title, strings.Join(w.packages, ", "), w.programs)
}

// installArgs never let an installation remove what the machine has.
func installArgs(names []string) []string {
	return append([]string{"install", "--no-install-recommends", "--no-remove", "-o", "Dpkg::Use-Pty=0"}, names...)
}

// install installs packages without starting their services, so that the machine's ports stay as they were.
func (a *apt) install(ctx context.Context, names []string) (err error) {
	label := strings.Join(names, ", ")
	args := installArgs(names)
	// The download may be interrupted; the installation may not, it would leave half-configured packages.
	if err := a.out.run(ctx, "downloading "+label+" (package manager)", a.get(append(args, "--download-only")...)); err != nil {
		return err
	}
	remove, err := a.denyServices()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	return a.out.run(context.WithoutCancel(ctx), "installing "+label+" (package manager)", a.get(args...))
}

// lookProgram finds a program on PATH, or in the folders of system programs, which are not on everybody's PATH.
func lookProgram(names ...string) (string, bool) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
		for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/usr/local/go/bin"} {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
				return path, true
			}
		}
	}
	return "", false
}

// serverCommand prepares a server program: with an environment that holds nothing of the user's settings, which could
// change what the program does, and in its own data folder.
func serverCommand(dir, path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + dir,
		"LANG=C.UTF-8",
		"TZ=UTC",
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	return cmd
}
