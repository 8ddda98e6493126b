// Package web is the page that people book with. Its
// sources are built by `npm run build` into dist, which is embedded here: one
// process serves the page and the API from one origin.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist
var built embed.FS

// ErrNotBuilt says that this program was compiled without its page.
var ErrNotBuilt = errors.New("this program was built without its web page; `make build` builds both")

const index = "index.html"

// policy is the page's Content-Security-Policy: everything comes from the origin
// of the page. Styles may stand in elements, where the dialogs put some.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Open opens the built page. It fails with ErrNotBuilt when there is none.
func Open() (*Page, error) {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, fmt.Errorf("opening the embedded page: %w", err)
	}
	return newPage(dist)
}

// Page serves the page. It may be used by many at once.
type Page struct {
	files map[string]file // by their path, without the leading slash
}

type file struct {
	body []byte
	etag string
}

func newPage(dist fs.FS) (*Page, error) {
	p := &Page{files: map[string]file{}}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		p.files[name] = file{body: body, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the embedded page: %w", err)
	}
	if _, ok := p.files[index]; !ok {
		return nil, ErrNotBuilt
	}
	return p, nil
}

// nameOf is the file that a path names; the page itself for the root.
func nameOf(urlPath string) string {
	name := strings.TrimPrefix(path.Clean("/"+urlPath), "/")
	if name == "" {
		return index
	}
	return name
}

const assets = "assets/"

// Has reports whether a path is the page, one of its files, or where its files are.
func (p *Page) Has(urlPath string) bool {
	name := nameOf(urlPath)
	_, ok := p.files[name]
	return ok || strings.HasPrefix(name, assets)
}

// ServeHTTP answers with a file; every address that is no file is a view of the
// page, which finds its way by itself.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := nameOf(r.URL.Path)
	f, ok := p.files[name]
	cache := "no-cache" // kept, but asked for anew each time
	switch inAssets := strings.HasPrefix(name, assets); {
	case ok && inAssets:
		cache = "public, max-age=31536000, immutable" // its name says its content
	case !ok && inAssets:
		http.Error(w, "There is no such file; the page is a newer one now.", http.StatusNotFound)
		return
	case !ok:
		name = index
		f = p.files[index]
	}
	h := w.Header()
	h.Set("Cache-Control", cache)
	h.Set("ETag", f.etag)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy)
	http.ServeContent(w, r, path.Base(name), time.Time{}, bytes.NewReader(f.body))
}
