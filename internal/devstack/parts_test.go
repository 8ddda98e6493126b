package devstack

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPortsFromEnv(t *testing.T) {
	t.Parallel()
	set := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	ports, err := PortsFromEnv(set())
	require.NoError(t, err)
	require.Equal(t, DefaultPorts(), ports)

	ports, err = PortsFromEnv(set("HOLDFAST_DEV_TEMPORAL_PORT", "7233", "HOLDFAST_DEV_MONGO_PORT", "0"))
	require.NoError(t, err)
	require.Equal(t, 7233, ports.Temporal)
	require.Zero(t, ports.Mongo)

	for _, wrong := range []string{"x", "-1", "65536", "5432 "} {
		_, err = PortsFromEnv(set("HOLDFAST_DEV_POSTGRES_PORT", wrong))
		require.ErrorContains(t, err, "HOLDFAST_DEV_POSTGRES_PORT", wrong)
	}
	_, err = PortsFromEnv(set("HOLDFAST_DEV_POSTGRES_PORT", "16379"))
	require.ErrorContains(t, err, "both ask for port 16379")
}

func TestFreePortsAreDistinctAndBelowTheKernelsRange(t *testing.T) {
	t.Parallel()
	ports, err := Ports{Valkey: 16379}.fill()
	require.NoError(t, err)
	require.Equal(t, 16379, ports.Valkey, "a port that was asked for was changed")
	seen := map[int]bool{}
	for _, f := range portFields {
		port := *f.port(&ports)
		require.False(t, seen[port], "%s got the port of another", f.what)
		seen[port] = true
		require.Less(t, port, ephemeralStart(), f.what)
		require.Greater(t, port, 1023, f.what)
	}
}

func TestSourcesOfPackagesAreExtendedByBackports(t *testing.T) {
	t.Parallel()
	const mirror = "http://mirror.example/debian"
	tests := map[string]struct {
		text    string
		parse   func(string) []aptSource
		file    string
		want    []string
		wantNot []string
	}{
		"one line a source": {
			text: "# comment\ndeb [signed-by=/k.gpg arch=amd64] " + mirror + " bookworm main contrib # more\n" +
				"deb-src " + mirror + " bookworm main\ndeb http://other.example/x stable main\n",
			parse: parseOneLine, file: "machine.list",
			want: []string{
				"deb [signed-by=/k.gpg arch=amd64] " + mirror + " bookworm main contrib\n",
				"deb [signed-by=/k.gpg arch=amd64] " + mirror + " bookworm-backports main contrib\n",
			},
			wantNot: []string{"other.example", "deb-src"},
		},
		"paragraphs": {
			text: "Types: deb deb-src\n# comment\nURIs: " + mirror + "\nSuites: bookworm bookworm-updates\nComponents: main\n" +
				"Signed-By: /k.gpg\n\nTypes: deb\nURIs: http://other.example\nSuites: nodistro\nComponents: main\n\n" +
				"Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\nComponents: main\n",
			parse: parseDeb822, file: "machine.sources",
			want: []string{
				"Types: deb\nURIs: " + mirror + "\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /k.gpg\n",
				"Suites: bookworm-backports\n",
			},
			wantNot: []string{"other.example", "off.example"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ours []aptSource
			for _, s := range tt.parse(tt.text) {
				if s.isOf("bookworm") {
					ours = append(ours, s)
				}
			}
			with, without := t.TempDir(), t.TempDir()
			require.NoError(t, writeSources(with, ours, "bookworm", true))
			require.NoError(t, writeSources(without, ours, "bookworm", false))
			text, err := os.ReadFile(filepath.Join(with, tt.file))
			require.NoError(t, err)
			for _, want := range tt.want {
				require.Contains(t, string(text), want)
			}
			for _, not := range tt.wantNot {
				require.NotContains(t, string(text), not)
			}
			require.Equal(t, 1, strings.Count(string(text), "bookworm-backports"))
			text, err = os.ReadFile(filepath.Join(without, tt.file))
			require.NoError(t, err)
			require.NotContains(t, string(text), "backports")
		})
	}
}

func TestDataMoveOutOfAFolderThatAServerCannotTake(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b?c")
	l, err := openLayout(dir)
	require.NoError(t, err)
	var said string
	say := func(format string, args ...any) { said = fmt.Sprintf(format, args...) }

	data, err := l.place(keyRabbitMQ, say, plainPath)
	require.NoError(t, err)
	require.NoError(t, plainPath(data))
	require.Contains(t, said, data, "the move was not told")
	require.NoError(t, os.WriteFile(filepath.Join(data, "kept"), nil, 0o600))
	again, err := l.place(keyRabbitMQ, say, plainPath)
	require.NoError(t, err)
	require.Equal(t, data, again)
	require.FileExists(t, filepath.Join(l.data(keyRabbitMQ), "kept"))

	// Whoever removes the data folder by hand starts afresh.
	require.NoError(t, os.RemoveAll(dir))
	l, err = openLayout(dir)
	require.NoError(t, err)
	require.NoError(t, l.claim(false))
	_, err = l.place(keyRabbitMQ, say, plainPath)
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(data, "kept"))

	require.NoError(t, Remove(t.Context(), dir))
	require.NoDirExists(t, data)
	require.NoDirExists(t, dir)
}

func TestAToolIsBuiltOnceAndNeverSeenHalfBuilt(t *testing.T) {
	t.Parallel()
	tools := t.TempDir()
	var builds atomic.Int32
	build := func() (string, error) {
		in := &installer{
			out: &reporter{w: &bytes.Buffer{}},
			env: func(name string) string { return map[string]string{"HOLDFAST_TOOLS_DIR": tools}[name] },
		}
		return in.build(t.Context(), "tool", "v1", "building", func(_, target string) *exec.Cmd {
			builds.Add(1)
			return exec.Command("sh", "-c", `printf '#!/bin/sh\n' >"$1/tool" && sleep 0.2 && chmod +x "$1/tool"`, "sh", target)
		})
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			path, err := build()
			if err != nil || !isProgram(path) {
				t.Errorf("got %q, %v", path, err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, builds.Load())
	left, err := filepath.Glob(filepath.Join(tools, ".*"))
	require.NoError(t, err)
	require.Empty(t, left, "a folder of a build was left behind")
}

func TestAFailedBuildTellsItsLastWords(t *testing.T) {
	t.Parallel()
	tools := t.TempDir()
	in := &installer{out: &reporter{w: &bytes.Buffer{}}, env: func(string) string { return tools }}
	_, err := in.build(t.Context(), "tool", "v1", "building", func(string, string) *exec.Cmd {
		return exec.Command("sh", "-c", "echo no such module >&2; exit 3")
	})
	require.ErrorContains(t, err, "no such module")
	require.NoDirExists(t, filepath.Join(tools, "tool-v1"))
}

func TestWithoutAptTheProgramsAreNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	in := &installer{out: &reporter{w: &bytes.Buffer{}}, env: os.Getenv}
	in.wanted = []wanted{{title: "Valkey", packages: []string{"valkey-server"}, programs: "valkey-server (or redis-server 7 or newer)"}}
	err := in.packages(t.Context())
	require.ErrorContains(t, err, "redis-server 7 or newer")
	require.ErrorContains(t, err, "no apt-get")
}
