package devstack

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// aptSource is one source of packages as the machine's own configuration has it.
type aptSource struct {
	suites     []string
	components []string
	deb822     bool
	// format writes the source for other suites, with everything else (mirror, keys, options) as it is.
	format func(suites []string) string
}

// machineSources returns the machine's sources of its own distribution, and the distribution's code name. Sources of
// others are left out: they have nothing that is wanted here, and one that is out of reach would fail the update.
// None is no error: then the package manager is used as it is.
func machineSources() ([]aptSource, string, error) {
	codename, err := readCodename("/etc/os-release")
	if err != nil {
		return nil, "", err
	}
	files := []string{"/etc/apt/sources.list"}
	for _, pattern := range []string{"*.list", "*.sources"} {
		more, err := filepath.Glob(filepath.Join("/etc/apt/sources.list.d", pattern))
		if err != nil {
			return nil, "", err
		}
		files = append(files, more...)
	}
	var sources []aptSource
	for _, file := range files {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, "", fmt.Errorf("reading the package sources: %w", err)
		}
		if strings.HasSuffix(file, ".sources") {
			sources = append(sources, parseDeb822(string(text))...)
		} else {
			sources = append(sources, parseOneLine(string(text))...)
		}
	}
	sources = slices.DeleteFunc(sources, func(s aptSource) bool { return !s.isOf(codename) })
	return sources, codename, nil
}

// isOf says whether a source is of the distribution: all its suites are the distribution's or its pockets.
func (s aptSource) isOf(codename string) bool {
	for _, suite := range s.suites {
		if suite != codename && !strings.HasPrefix(suite, codename+"-") {
			return false
		}
	}
	return codename != "" && len(s.suites) > 0
}

func readCodename(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "VERSION_CODENAME="); ok {
			return strings.Trim(name, `"'`), nil
		}
	}
	return "", lines.Err()
}

// parseOneLine reads lines such as "deb [signed-by=/k.gpg] http://mirror/debian bookworm main contrib".
func parseOneLine(text string) []aptSource {
	var sources []aptSource
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "deb ")
		if !ok {
			continue
		}
		rest = strings.TrimSpace(rest)
		options := ""
		if strings.HasPrefix(rest, "[") {
			end := strings.Index(rest, "]")
			if end < 0 {
				continue
			}
			options, rest = rest[:end+1]+" ", rest[end+1:]
		}
		words := strings.Fields(rest)
		if len(words) < 3 {
			continue
		}
		sources = append(sources, aptSource{
			suites:     words[1:2],
			components: words[2:],
			format: func(suites []string) string {
				var b strings.Builder
				for _, suite := range suites {
					fmt.Fprintf(&b, "deb %s%s %s %s\n", options, words[0], suite, strings.Join(words[2:], " "))
				}
				return b.String()
			},
		})
	}
	return sources
}

// parseDeb822 reads the newer form: paragraphs of fields, a field going on over lines that begin with a space.
func parseDeb822(text string) []aptSource {
	var sources []aptSource
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		var fields [][2]string
		for line := range strings.SplitSeq(paragraph, "\n") {
			if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
				continue
			}
			if (line[0] == ' ' || line[0] == '\t') && len(fields) > 0 {
				fields[len(fields)-1][1] += "\n" + line
				continue
			}
			if name, value, ok := strings.Cut(line, ":"); ok {
				fields = append(fields, [2]string{name, strings.TrimSpace(value)})
			}
		}
		get := func(name string) string {
			for _, f := range fields {
				if strings.EqualFold(f[0], name) {
					return f[1]
				}
			}
			return ""
		}
		if !slices.Contains(strings.Fields(get("Types")), "deb") || strings.EqualFold(get("Enabled"), "no") {
			continue
		}
		sources = append(sources, aptSource{
			suites:     strings.Fields(get("Suites")),
			components: strings.Fields(get("Components")),
			deb822:     true,
			format: func(suites []string) string {
				var b strings.Builder
				for _, f := range fields {
					value := f[1]
					switch {
					case strings.EqualFold(f[0], "Suites"):
						value = strings.Join(suites, " ")
					case strings.EqualFold(f[0], "Types"):
						value = "deb" // sources of programs are not wanted
					}
					fmt.Fprintf(&b, "%s: %s\n", f[0], value)
				}
				return b.String() + "\n"
			},
		})
	}
	return sources
}

// writeSources writes the sources into a folder for apt, each as it is and, on request, the one with the main suite
// once more for the backports.
func writeSources(dir string, sources []aptSource, codename string, backports bool) error {
	var lines, paragraphs strings.Builder
	write := func(s aptSource, suites []string) {
		if s.deb822 {
			paragraphs.WriteString(s.format(suites))
		} else {
			lines.WriteString(s.format(suites))
		}
	}
	had := false
	for _, s := range sources {
		had = had || slices.Contains(s.suites, codename+"-backports")
	}
	for _, s := range sources {
		write(s, s.suites)
		if backports && !had && slices.Contains(s.suites, codename) && slices.Contains(s.components, "main") {
			write(s, []string{codename + "-backports"})
			had = true
		}
	}
	for name, text := range map[string]string{"machine.list": lines.String(), "machine.sources": paragraphs.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil { //nolint:gosec // apt's own user reads it
			return fmt.Errorf("writing package sources: %w", err)
		}
	}
	return nil
}
