package devstack

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/jackc/pgx/v5"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	temporalconfig "holdfast/temporal-config"
)

// temporalCluster runs all services of Temporal's server in one process, with its data in two databases of the stack's
// own PostgreSQL.
type temporalCluster struct {
	site      *site
	namespace string
	dir       string
	program   string
	sqlTool   string
	peers     []int // ports by which its services find each other
}

// temporalRelease is that of docker-compose.yml, at its newest fix.
const temporalRelease = "v1.31.2"

// The programs are called as their packages are.
var (
	clusterTool = Tool{Name: "server", Package: temporalModule + "/cmd/server", Version: temporalRelease}
	schemaTool  = Tool{Name: "sql", Package: temporalModule + "/cmd/tools/sql", Version: temporalRelease}
)

const temporalModule = "go.temporal.io/server"

// temporalDatabases are its databases, by the folder of their schema.
var temporalDatabases = map[string]string{"temporal": "temporal", "visibility": "temporal_visibility"}

//go:embed temporal.yaml.tmpl
var temporalSettings string

func (t *temporalCluster) spec() spec {
	return spec{
		key: keyTemporal, title: "Temporal",
		ports:       fields("HOLDFAST_DEV_TEMPORAL_PORT"),
		stopSignal:  stopSignal(keyTemporal),
		startWithin: 2 * time.Minute, stopWithin: 30 * time.Second,
	}
}

func (t *temporalCluster) data() string { return t.dir }

func (t *temporalCluster) install(ctx context.Context) error {
	var err error
	if t.program, err = t.site.inst.goInstall(ctx, clusterTool); err != nil {
		return err
	}
	t.sqlTool, err = t.site.inst.goInstall(ctx, schemaTool)
	return err
}

func (t *temporalCluster) prepare(ctx context.Context) error {
	var err error
	if t.dir, err = t.site.layout.place(keyTemporal, t.site.out.sayf, plainPath); err != nil {
		return err
	}
	if len(t.peers) == 0 {
		taken := map[int]bool{}
		for range 7 {
			port, err := freePort(taken)
			if err != nil {
				return err
			}
			t.peers = append(t.peers, port)
		}
	}
	if err := t.awaitPostgres(ctx); err != nil {
		return err
	}
	if err := t.makeSchema(ctx); err != nil {
		return fmt.Errorf("making its databases: %w", err)
	}
	return t.writeSettings()
}

func (t *temporalCluster) postgres() *postgres { return &postgres{site: t.site} }

// awaitPostgres waits for the server that the stack starts at the same time.
func (t *temporalCluster) awaitPostgres(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, t.postgres().spec().startWithin)
	defer cancel()
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		_, err := pingPostgres(ctx, t.postgres().url())
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it needs PostgreSQL of the same stack, which does not answer: %w", err)
		case <-poll.C:
		}
	}
}

// makeSchema makes the databases, once; the server's module brings their schema along.
func (t *temporalCluster) makeSchema(ctx context.Context) error {
	done := filepath.Join(t.dir, "schema-"+temporalRelease)
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	source, err := moduleFolder(ctx, temporalModule+"@"+temporalRelease)
	if err != nil {
		return err
	}
	for kind, database := range temporalDatabases {
		if err := t.createDatabase(ctx, database); err != nil {
			return err
		}
		steps := filepath.Join(source, "schema", "postgresql", "v12", kind, "versioned")
		for _, args := range [][]string{{"setup-schema", "-v", "0.0"}, {"update-schema", "-d", steps}} {
			login := []string{
				"--plugin", "postgres12", "--ep", "127.0.0.1", "-p", strconv.Itoa(t.site.ports.Postgres), "-u", "holdfast", "--db", database,
			}
			cmd := serverCommand(t.dir, t.sqlTool, append(login, args...)...)
			cmd.Env = append(cmd.Env, "SQL_PASSWORD="+t.site.secrets.Postgres)
			if err := t.site.out.run(ctx, "Temporal: "+args[0]+" of "+database, cmd); err != nil {
				return err
			}
		}
	}
	return writeFile(done, nil)
}

// createDatabase makes an empty one; what an earlier try left half made goes.
func (t *temporalCluster) createDatabase(ctx context.Context, name string) (err error) {
	conn, err := pgx.Connect(ctx, t.postgres().urlOf("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	for _, statement := range []string{"DROP DATABASE IF EXISTS ", "CREATE DATABASE "} {
		if _, err := conn.Exec(ctx, statement+pgx.Identifier{name}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

// moduleFolder is where the sources of a module are, which are downloaded when they are missing.
func moduleFolder(ctx context.Context, module string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	var info struct{ Dir, Error string }
	if parsed := json.Unmarshal(out, &info); parsed != nil {
		return "", fmt.Errorf("looking for the sources of %s: %w", module, errors.Join(err, parsed))
	}
	if info.Error != "" {
		return "", fmt.Errorf("looking for the sources of %s: %s", module, info.Error)
	}
	return info.Dir, err
}

// writeSettings writes what the server reads at its start.
func (t *temporalCluster) writeSettings() error {
	parsed, err := template.New("temporal").Parse(temporalSettings)
	if err != nil {
		return err
	}
	dynamic := filepath.Join(t.dir, "dynamicconfig.yaml")
	if err := writeFile(dynamic, temporalconfig.DynamicConfigFile()); err != nil {
		return err
	}
	file, err := os.OpenFile(t.settings(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // it has the password
	if err != nil {
		return err
	}
	err = parsed.Execute(file, map[string]any{
		"Postgres": loopback(t.site.ports.Postgres), "Password": t.site.secrets.Postgres, "Databases": temporalDatabases,
		"Port": t.site.ports.Temporal, "Peers": t.peers, "Profiles": t.site.profiles, "Dynamic": dynamic,
	})
	return errors.Join(err, file.Close())
}

func (t *temporalCluster) settings() string { return filepath.Join(t.dir, "temporal.yaml") }

func (t *temporalCluster) command() (*exec.Cmd, error) {
	cmd := serverCommand(t.dir, t.program, "--config-file", t.settings(), "--allow-no-auth", "start")
	cmd.Env = append(cmd.Env, "TEMPORAL_VERSION_CHECK_DISABLED=1")
	return cmd, nil
}

// ready also makes the namespace and the search attributes, once.
func (t *temporalCluster) ready(ctx context.Context) (string, error) {
	address := loopback(t.site.ports.Temporal)
	version, err := pingTemporal(ctx, address, t.namespace)
	var missing *serviceerror.NamespaceNotFound
	if err != nil && !errors.As(err, &missing) {
		return "", err
	}
	c, dialed := client.DialContext(ctx, client.Options{
		HostPort: address, Namespace: t.namespace, Logger: temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if dialed != nil {
		return "", dialed
	}
	defer c.Close()
	if missing != nil {
		_, made := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
			Namespace: t.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(72 * time.Hour),
		})
		return "", errors.Join(err, made) // it is there once the services have heard of it
	}
	return version, errors.Join(addAttributes(ctx, c, t.namespace), knowsAttributes(ctx, c, t.namespace))
}

// knowsAttributes fails while the server, which looks for new ones every few seconds only,
// would not take a workflow with the search attributes yet.
func knowsAttributes(ctx context.Context, c client.Client, namespace string) error {
	wanted, err := temporalconfig.SearchAttributes()
	if err != nil {
		return err
	}
	var query []string
	for _, a := range wanted {
		query = append(query, a.Name+" IS NULL")
	}
	_, err = c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace, Query: strings.Join(query, " AND ")})
	return err
}

func addAttributes(ctx context.Context, c client.Client, namespace string) error {
	known, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return err
	}
	wanted, err := temporalconfig.SearchAttributes()
	if err != nil {
		return err
	}
	add := map[string]enumspb.IndexedValueType{}
	for _, a := range wanted {
		if _, ok := known.GetCustomAttributes()[a.Name]; ok {
			continue
		}
		if add[a.Name], err = enumspb.IndexedValueTypeFromString(a.Type); err != nil {
			return err
		}
	}
	if len(add) == 0 {
		return nil
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: add})
	return err
}
