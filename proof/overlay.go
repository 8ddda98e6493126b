package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// edit is a change of a source file, for one build only; the file itself stays.
type edit struct{ file, old, new string }

// build builds the program as it would be with these changes, and with these files
// beside the others.
func build(ctx context.Context, folder, name string, edits []edit, more map[string]string) (string, error) {
	folder, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	files := map[string]string{}
	for path, text := range more {
		files[path] = text
	}
	for _, e := range edits {
		path, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if bytes.Count(source, []byte(e.old)) != 1 {
			return "", fmt.Errorf("%s has changed: it does not have this once any more: %s", path, e.old)
		}
		files[path] = string(bytes.Replace(source, []byte(e.old), []byte(e.new), 1))
	}
	replace := map[string]string{}
	for path, text := range files {
		replace[path] = filepath.Join(folder, filepath.Base(path))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	program := filepath.Join(folder, "holdfast")
	if out, err := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "./cmd/holdfast").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program (%s): %w\n%s", name, err, out)
	}
	return program, nil
}
