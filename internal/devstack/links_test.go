package devstack

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func silent(string, ...any) {}

func unsuited(l layout) func(string) error {
	return func(parent string) error {
		if parent == l.dir {
			return errors.New("unsuited")
		}
		return nil
	}
}

func TestDataThatCannotBeUsedFromHereAreNotRemoved(t *testing.T) {
	t.Parallel()
	l, err := openLayout(folder(t))
	require.NoError(t, err)
	require.NoError(t, l.claim(false))
	data := filepath.Join(l.link(keyRabbitMQ), "data")
	require.NoError(t, os.Mkdir(filepath.Dir(data), 0o700))
	require.NoError(t, os.WriteFile(data, nil, 0o600))

	_, err = l.place(keyRabbitMQ, silent, unsuited(l))
	require.ErrorContains(t, err, "make purge")
	require.NotContains(t, err.Error(), "\n")
	require.FileExists(t, data)

	// An empty folder is no loss.
	require.NoError(t, os.Remove(data))
	target, err := l.place(keyRabbitMQ, silent, unsuited(l))
	require.NoError(t, err)
	require.DirExists(t, target)
	require.Equal(t, target, l.data(keyRabbitMQ))
}

func TestALinkThatHoldfastDidNotMakeIsRemovedWithoutWhatItLeadsTo(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(l layout) error{
		"scratch start": func(l layout) error { return clearData(l, &reporter{w: io.Discard}) },
		"scratch stop":  func(l layout) error { return dropElsewhere(l, &reporter{w: io.Discard}) },
		"purge":         func(l layout) error { return Remove(t.Context(), l.dir) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			precious := filepath.Join(t.TempDir(), "photos", "one")
			require.NoError(t, os.Mkdir(filepath.Dir(precious), 0o700))
			require.NoError(t, os.WriteFile(precious, nil, 0o600))
			l, err := openLayout(folder(t))
			require.NoError(t, err)
			require.NoError(t, l.claim(true))
			require.NoError(t, os.Symlink(filepath.Dir(precious), l.link(keyMongo)))
			ours, err := l.place(keyTemporal, silent, unsuited(l))
			require.NoError(t, err)

			require.NoError(t, remove(l))
			require.FileExists(t, precious)
			require.NoDirExists(t, ours, "data that holdfast put elsewhere stayed")
			for _, key := range []string{keyMongo, keyTemporal} {
				_, err = os.Lstat(l.link(key))
				require.ErrorIs(t, err, os.ErrNotExist)
			}
		})
	}
}

func TestARelativeLinkCountsFromTheDataFolder(t *testing.T) {
	t.Parallel()
	l, err := openLayout(folder(t))
	require.NoError(t, err)
	require.NoError(t, l.claim(false))
	want := filepath.Join(filepath.Dir(l.dir), "disk")
	require.NoError(t, os.Symlink("../disk", l.link(keyValkey)))
	for range 2 { // without the folder, and with it
		got, err := l.place(keyValkey, silent, anywhere)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.DirExists(t, want)
	}
}

func TestOnlyANewFolderOfOursChangesItsOwner(t *testing.T) {
	t.Parallel()
	l, err := openLayout(folder(t))
	require.NoError(t, err)
	require.NoError(t, l.claim(false))
	me := &syscall.Credential{Uid: uint32(os.Geteuid()), Gid: uint32(os.Getegid())} //nolint:gosec // ids are not negative
	other := &syscall.Credential{Uid: me.Uid + 1, Gid: me.Gid}
	ownerOf := func(path string) uint32 {
		info, err := os.Stat(path)
		require.NoError(t, err)
		owner, ok := info.Sys().(*syscall.Stat_t)
		require.True(t, ok)
		return owner.Uid
	}

	strange := t.TempDir()
	require.NoError(t, os.Symlink(strange, l.link(keyPostgres)))
	err = l.giveTo(other, keyPostgres)
	require.ErrorContains(t, err, "did not make")
	require.False(t, strings.Contains(err.Error(), "\n"))
	require.Equal(t, me.Uid, ownerOf(strange))
	require.NoError(t, l.giveTo(me, keyPostgres), "whose owner is right already")

	used := filepath.Join(l.link(keyMongo), "cluster")
	require.NoError(t, os.MkdirAll(used, 0o700))
	require.ErrorContains(t, l.giveTo(other, keyMongo), "another user's")
	require.Equal(t, me.Uid, ownerOf(l.link(keyMongo)))
}
