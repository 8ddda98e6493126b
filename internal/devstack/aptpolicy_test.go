package devstack

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePolicyOfAKilledInstallationIsRemoved(t *testing.T) {
	t.Parallel()
	idle := func() bool { return false }
	for name, tt := range map[string]struct {
		text       string
		locked     bool
		installing func() bool
		stays      bool
		told       string
	}{
		"left behind":                  {text: policyText, installing: idle},
		"somebody else's":              {text: policyText + "#\n", installing: idle, stays: true},
		"of another run that installs": {text: policyText, locked: true, installing: idle, stays: true, told: "stays for now"},
		"of an apt-get that goes on":   {text: policyText, installing: func() bool { return true }, stays: true, told: "under way"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tools := t.TempDir()
			path := filepath.Join(t.TempDir(), "policy-rc.d")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o600))
			if tt.locked {
				lock, err := tryLock(filepath.Join(tools, aptLock))
				require.NoError(t, err)
				defer func() { require.NoError(t, lock.release()) }()
			}
			said := &bytes.Buffer{}
			in := &installer{out: &reporter{w: said}, env: func(string) string { return tools }}
			in.dropStalePolicy(t.Context(), path, tt.installing)
			if tt.stays {
				require.FileExists(t, path)
			} else {
				require.NoFileExists(t, path)
			}
			if tt.told == "" {
				require.Empty(t, said.String())
			}
			require.Contains(t, said.String(), tt.told)
		})
	}
}

func TestAnInstallationRemovesNoPackages(t *testing.T) {
	t.Parallel()
	require.True(t, slices.Contains(installArgs([]string{"postgresql"}), "--no-remove"))
}
