package devstack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// mongoServer runs mongod where there is one, and FerretDB, which speaks its protocol, where there is none.
type mongoServer struct {
	site    *site
	dir     string
	program string
	ferret  bool
}

// ferretVersion is the version of FerretDB in the nested module.
const ferretVersion = "v1.24.0"

func (m *mongoServer) spec() spec {
	return spec{
		key: keyMongo, title: "MongoDB",
		ports:       fields("HOLDFAST_DEV_MONGO_PORT"),
		stopSignal:  stopSignal(keyMongo),
		startWithin: time.Minute, stopWithin: 20 * time.Second,
	}
}

func (m *mongoServer) data() string { return m.dir }

func (m *mongoServer) install(ctx context.Context) error {
	if path, ok := lookProgram("mongod"); ok {
		m.program = path
		return nil
	}
	path, err := buildFerretDB(ctx, m.site.inst)
	if err != nil {
		return err
	}
	m.program, m.ferret = path, true
	return nil
}

// buildFerretDB builds the program of the nested module. Its place in the cache follows from its sources, so that
// clones of different ages do not run each other's.
func buildFerretDB(ctx context.Context, in *installer) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "internal", "devstack", "ferretdb")
	sum := sha256.New()
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", fmt.Errorf("looking for the sources of the document database: %w", err)
	}
	for _, name := range append(sources, filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.sum")) {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("reading the sources of the document database: %w", err)
		}
		sum.Write(text)
	}
	version := ferretVersion + "-" + hex.EncodeToString(sum.Sum(nil)[:5])
	label := "building FerretDB " + ferretVersion + " (no mongod on PATH; some minutes when new)"
	return in.build(ctx, "ferretdb", version, label, func(goProgram, target string) *exec.Cmd {
		cmd := exec.Command(goProgram, "build", "-o", filepath.Join(target, "ferretdb"), ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS=", "GOARCH=")
		return cmd
	})
}

func (m *mongoServer) prepare(context.Context) error {
	// Each of the two programs has a folder of its own: neither can read the other's data.
	kind := "mongod"
	if m.ferret {
		kind = "ferretdb"
	}
	parent, err := m.site.layout.place(keyMongo, m.site.out.sayf, plainPath)
	if err != nil {
		return err
	}
	m.dir = filepath.Join(parent, kind)
	return makeFolder(m.dir)
}

func (m *mongoServer) command() (*exec.Cmd, error) {
	if m.ferret {
		return serverCommand(m.dir, m.program, "-listen", loopback(m.site.ports.Mongo), "-state", m.dir), nil
	}
	return serverCommand(m.dir, m.program,
		"--dbpath", m.dir, "--bind_ip", "127.0.0.1", "--port", fmt.Sprint(m.site.ports.Mongo),
		"--nounixsocket", "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false"), nil
}

func (m *mongoServer) ready(ctx context.Context) (string, error) {
	return pingMongo(ctx, fmt.Sprintf("mongodb://%s/?directConnection=true", loopback(m.site.ports.Mongo)))
}
