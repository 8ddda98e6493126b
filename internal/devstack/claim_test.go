package devstack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// folderWith makes a folder with files, by path and text.
func folderWith(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755)) //nolint:gosec // a test's own
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

// names lists all that is in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		all = append(all, path)
		return err
	}))
	return all
}

const (
	scratchConfig = "valkey/valkey.conf"
	secretsFile   = "secrets.json"
)

func TestAStartLeavesAFolderAloneThatIsNotForIt(t *testing.T) {
	t.Parallel()
	secret := `{"postgres":"a","valkey":"b","rabbitmq":"c"}`
	tests := map[string]struct {
		files     map[string]string
		dir       string // below the folder
		asScratch string // what a scratch start is told; "" when it may use the folder
		asKept    string // the same of a start that keeps its data
		toRemove  string // the same of a removal
	}{
		"sources": {
			files:     map[string]string{"postgres/store.go": "", "app/app.go": ""},
			asScratch: "did not make", asKept: "did not make", toRemove: "did not make",
		},
		"sources called as our folders are": {
			files:     map[string]string{"postgres/store.go": ""},
			asScratch: "did not make", asKept: "did not make", toRemove: "did not make",
		},
		"data of make run": {
			files:     map[string]string{"kind": "kept\n", "postgres/x": "", secretsFile: secret},
			asScratch: "are kept",
		},
		"data of make run, unmarked": {
			files:     map[string]string{"jwt-secret": "", "ticket-key": "", "postgres/x": "", secretsFile: secret, scratchConfig: valkeyScratch + "\n"},
			asScratch: "are kept",
		},
		"data of a start that kept them, unmarked": {
			files:     map[string]string{"postgres/x": "", secretsFile: secret, scratchConfig: "appendfsync everysec\n"},
			asScratch: "are kept",
		},
		"the folder above that of make test": {
			files:     map[string]string{"test/secrets.json": secret},
			asScratch: "are kept", toRemove: "did not make",
		},
		"data of make run, with those of make test": {
			files:     map[string]string{"test/secrets.json": secret, secretsFile: secret},
			asScratch: "are kept", toRemove: "(test)",
		},
		"sources in which somebody once started": {
			files:     map[string]string{"go.mod": "", secretsFile: secret},
			asScratch: "are kept", toRemove: "go.mod",
		},
		"empty":      {},
		"not there":  {dir: "new"},
		"given only": {files: map[string]string{secretsFile: secret, "lock": "", "logs/x.log": ""}},
		"data of make test": {
			files: map[string]string{"kind": "scratch\n", "postgres/x": "", secretsFile: secret},
		},
		"data of make test, unmarked": {
			files: map[string]string{"postgres/x": "", secretsFile: secret, "pids/x": "", scratchConfig: "port 1\n" + valkeyScratch + "\n"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, use := range []struct {
				refusal string
				of      func(dir string) error
			}{
				{tt.asScratch, func(dir string) error { return startAndStop(t, Options{Dir: dir, Env: private(), Scratch: true}) }},
				{tt.asKept, func(dir string) error { return startAndStop(t, Options{Dir: dir, Env: private()}) }},
				{tt.toRemove, func(dir string) error { return Remove(t.Context(), dir) }},
			} {
				top := folderWith(t, tt.files)
				before := names(t, top)
				err := use.of(filepath.Join(top, tt.dir))
				if use.refusal == "" {
					require.NoError(t, err)
					continue
				}
				require.ErrorContains(t, err, use.refusal)
				require.Equal(t, before, names(t, top), "a refusal changed something")
			}
		})
	}
}

func startAndStop(t *testing.T, o Options) error {
	t.Helper()
	stack, err := Start(t.Context(), o)
	if err != nil {
		return err
	}
	return stack.Stop(t.Context())
}

func TestScratchDataAreClearedAndKeptDataBecomeNoScratch(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	require.NoError(t, startAndStop(t, Options{Dir: dir, Env: private(), Scratch: true}))
	old := filepath.Join(dir, keyPostgres, "old")
	require.NoError(t, os.Mkdir(filepath.Dir(old), 0o700))
	require.NoError(t, os.WriteFile(old, nil, 0o600))

	require.NoError(t, startAndStop(t, Options{Dir: dir, Env: private(), Scratch: true}))
	require.NoFileExists(t, old)

	require.NoError(t, startAndStop(t, Options{Dir: dir, Env: private()}))
	require.ErrorContains(t, startAndStop(t, Options{Dir: dir, Env: private(), Scratch: true}), "are kept")
}
