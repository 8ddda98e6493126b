package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgres runs PostgreSQL. It refuses to run as root, so root runs it as an unprivileged user.
type postgres struct {
	site *site
	dir  string // its folder; the cluster is in dir/cluster
	bin  string // folder of its programs
}

const oldestPostgres = 14 // major version

func (p *postgres) spec() spec {
	return spec{
		key: keyPostgres, title: "PostgreSQL",
		ports:      fields("HOLDFAST_DEV_POSTGRES_PORT"),
		stopSignal: stopSignal(keyPostgres),
		// Recovery after a crash may take long on a slow disk.
		startWithin: 2 * time.Minute, stopWithin: 30 * time.Second,
	}
}

func (p *postgres) data() string { return p.dir }

func (p *postgres) url() string { return p.urlOf("holdfast") }

func (p *postgres) urlOf(database string) string {
	return fmt.Sprintf("postgres://holdfast:%s@%s/%s?sslmode=disable", p.site.secrets.Postgres, loopback(p.site.ports.Postgres), database)
}

func (p *postgres) missing() (wanted, bool) {
	return wanted{
		title: "PostgreSQL", packages: []string{"postgresql"},
		programs: fmt.Sprintf("PostgreSQL %d or newer (postgres, initdb)", oldestPostgres),
	}, len(postgresPrograms()) == 0
}

// postgresPrograms returns folders with PostgreSQL's programs by major version. Debian keeps them outside PATH.
func postgresPrograms() map[int]string {
	found := map[int]string{}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, dir := range dirs {
		major, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err == nil && major >= oldestPostgres && isProgram(filepath.Join(dir, "postgres")) && isProgram(filepath.Join(dir, "initdb")) {
			found[major] = dir
		}
	}
	if len(found) > 0 {
		return found
	}
	path, ok := lookProgram("postgres")
	if !ok || !isProgram(filepath.Join(filepath.Dir(path), "initdb")) {
		return found
	}
	out, err := exec.Command(path, "--version").Output() // "postgres (PostgreSQL) 16.4"
	if err != nil {
		return found
	}
	words := strings.Fields(string(out))
	number, _, _ := strings.Cut(words[len(words)-1], ".")
	if major, err := strconv.Atoi(number); err == nil && major >= oldestPostgres {
		found[major] = filepath.Dir(path)
	}
	return found
}

func (p *postgres) install(ctx context.Context) error {
	if len(postgresPrograms()) == 0 {
		if err := p.site.inst.packages(ctx); err != nil {
			return err
		}
	}
	if len(postgresPrograms()) == 0 {
		return errors.New("PostgreSQL was installed, but its programs are not where they should be (/usr/lib/postgresql/*/bin or PATH)")
	}
	return nil
}

func (p *postgres) prepare(ctx context.Context) error {
	as, err := postgresUser()
	if err != nil {
		return err
	}
	p.dir, err = p.site.layout.place(keyPostgres, p.site.out.sayf, func(parent string) error { return canPass(as, parent) })
	if err != nil {
		return err
	}
	if as != nil {
		if err := p.site.layout.giveTo(as, keyPostgres); err != nil {
			return err
		}
	}
	if err := p.chooseVersion(); err != nil {
		return err
	}
	if _, err := os.Stat(p.cluster()); errors.Is(err, fs.ErrNotExist) {
		return p.initialise(ctx, as)
	} else if err != nil {
		return err
	}
	return nil
}

func (p *postgres) cluster() string { return filepath.Join(p.dir, "cluster") }

// chooseVersion takes the programs that match the data, or the newest when there are none yet.
func (p *postgres) chooseVersion() error {
	programs := postgresPrograms()
	text, err := os.ReadFile(filepath.Join(p.cluster(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		newest := 0
		for major := range programs {
			newest = max(newest, major)
		}
		p.bin = programs[newest]
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the version of the data: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || programs[major] == "" {
		return fmt.Errorf("the data in %s are of PostgreSQL %s, which is not installed: install it, or remove the data (make purge) to start afresh",
			p.dir, strings.TrimSpace(string(text)))
	}
	p.bin = programs[major]
	return nil
}

// initialise makes the cluster in a folder beside its place and renames it, so that a half-made one is never started.
func (p *postgres) initialise(ctx context.Context, as *syscall.Credential) error {
	next := filepath.Join(p.dir, "cluster.next")
	password := filepath.Join(p.dir, "password.next")
	if err := errors.Join(os.RemoveAll(next), os.RemoveAll(password)); err != nil {
		return err
	}
	if err := os.WriteFile(password, []byte(p.site.secrets.Postgres+"\n"), 0o600); err != nil {
		return err
	}
	if as != nil {
		if err := os.Chown(password, int(as.Uid), int(as.Gid)); err != nil {
			return err
		}
	}
	args := []string{
		"--pgdata=" + next, "--username=holdfast", "--pwfile=" + password, "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
	}
	if p.site.scratch {
		args = append(args, "--no-sync")
	}
	cmd := serverCommand(p.dir, filepath.Join(p.bin, "initdb"), args...)
	cmd.SysProcAttr.Credential = as
	cmd.SysProcAttr.Setpgid = true
	err := p.site.out.run(ctx, "PostgreSQL: making the data folder "+p.dir, cmd)
	if err := errors.Join(err, os.Remove(password)); err != nil {
		return err
	}
	return os.Rename(next, p.cluster())
}

func (p *postgres) command() (*exec.Cmd, error) {
	as, err := postgresUser()
	if err != nil {
		return nil, err
	}
	args := []string{"-D", p.cluster()}
	settings := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(p.site.ports.Postgres),
		"unix_socket_directories=", // loopback with a password is the only way in
		"max_connections=300",
		"shared_buffers=256MB",
		"timezone=UTC",
		"log_timezone=UTC",
		"password_encryption=scram-sha-256",
		"lc_messages=C",
	}
	if p.site.scratch {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	for _, s := range append(settings, p.site.more...) {
		args = append(args, "-c", s)
	}
	cmd := serverCommand(p.dir, filepath.Join(p.bin, "postgres"), args...)
	cmd.SysProcAttr.Credential = as
	return cmd, nil
}

// ready also makes the product's database, once.
func (p *postgres) ready(ctx context.Context) (string, error) {
	version, err := pingPostgres(ctx, p.url())
	var refused *pgconn.PgError
	const noSuchDatabase, wrongPassword = "3D000", "28P01"
	if !errors.As(err, &refused) {
		return version, err
	}
	switch refused.Code {
	case wrongPassword:
		return "", fmt.Errorf("%w; the data in %s do not belong to the password in %s", err, p.dir, p.site.layout.secrets())
	case noSuchDatabase:
		if err := p.createDatabase(ctx); err != nil {
			return "", fmt.Errorf("creating the database: %w", err)
		}
		return pingPostgres(ctx, p.url())
	}
	return "", err
}

func (p *postgres) createDatabase(ctx context.Context) (err error) {
	conn, err := pgx.Connect(ctx, p.urlOf("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, "CREATE DATABASE holdfast")
	return err
}

// postgresUser returns whom PostgreSQL runs as: nil for ourselves, or an unprivileged user when we are root.
func postgresUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			return nil, fmt.Errorf("looking up the user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: run as an ordinary user")
}

// canPass says why a user cannot get to a folder's contents, by trying: modes alone do not tell the whole truth.
func canPass(as *syscall.Credential, dir string) error {
	if as == nil {
		return nil
	}
	cmd := exec.Command("/bin/sh", "-c", `cd -- "$1"`, "sh", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if cmd.Run() == nil {
		return nil
	}
	who := strconv.Itoa(int(as.Uid))
	if u, err := user.LookupId(who); err == nil {
		who = u.Username
	}
	return fmt.Errorf("the user %s, which runs it because root may not, cannot reach %s", who, dir)
}
