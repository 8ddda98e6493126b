package devstack

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

func TestTemporalOnPostgresIsGivenItsServersOnLoopback(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cluster := &temporalCluster{
		site: &site{ports: Ports{Postgres: 15001, Temporal: 15002}, secrets: secrets{Postgres: `a"b`}},
		dir:  dir, peers: []int{15003, 15004, 15005, 15006, 15007, 15008, 15009},
	}
	require.NoError(t, cluster.writeSettings())
	text, err := os.ReadFile(cluster.settings())
	require.NoError(t, err)
	var got struct {
		Persistence struct {
			Datastores map[string]struct {
				SQL struct {
					DatabaseName string `yaml:"databaseName"`
					ConnectAddr  string `yaml:"connectAddr"`
					Password     string
				}
			}
		}
		Services map[string]struct {
			RPC struct {
				GrpcPort       int    `yaml:"grpcPort"`
				MembershipPort int    `yaml:"membershipPort"`
				BindOnIP       string `yaml:"bindOnIP"`
			}
		}
		DynamicConfigClient struct{ Filepath string } `yaml:"dynamicConfigClient"`
	}
	require.NoError(t, yaml.Unmarshal(text, &got), string(text))
	require.Len(t, got.Services, 4)
	seen := map[int]bool{}
	for name, service := range got.Services {
		require.Equal(t, "127.0.0.1", service.RPC.BindOnIP, name)
		for _, port := range []int{service.RPC.GrpcPort, service.RPC.MembershipPort} {
			require.False(t, seen[port], "two services listen on %d", port)
			seen[port] = true
		}
	}
	require.Equal(t, 15002, got.Services["frontend"].RPC.GrpcPort)
	for _, store := range got.Persistence.Datastores {
		require.Equal(t, "127.0.0.1:15001", store.SQL.ConnectAddr)
		require.Equal(t, `a"b`, store.SQL.Password)
	}
	require.Equal(t, "temporal_visibility", got.Persistence.Datastores["visibility"].SQL.DatabaseName)
	require.FileExists(t, filepath.Join(dir, "dynamicconfig.yaml"))
	require.Equal(t, filepath.Join(dir, "dynamicconfig.yaml"), got.DynamicConfigClient.Filepath)
}

// It takes minutes to build the server, so this is a part of `make proof`.
func TestTemporalOnPostgresKeepsItsDataOverARestart(t *testing.T) {
	t.Parallel()
	if os.Getenv("HOLDFAST_PROOF") != "full" {
		t.Skip("HOLDFAST_PROOF=full runs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	stack, err := Start(ctx, Options{Dir: t.TempDir(), Env: func(string) string { return "" }, Scratch: true, TemporalOnPostgres: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, stack.Stop(context.WithoutCancel(ctx))) }()
	server := stack.Server("temporal")
	require.Equal(t, strings.TrimPrefix(temporalRelease, "v"), server.Version())
	c, err := client.Dial(client.Options{HostPort: stack.Env()["TEMPORAL_ADDRESS"], Logger: temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(t, err)
	defer c.Close()
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "nobody", TypedSearchAttributes: temporal.NewSearchAttributes(
		temporal.NewSearchAttributeKeyKeyword("BookingStatus").ValueSet("holding"))}, "Any")
	require.NoError(t, err)
	require.NoError(t, server.Kill())
	require.NoError(t, server.Start(ctx))
	found, err := c.DescribeWorkflowExecution(ctx, run.GetID(), run.GetRunID())
	require.NoError(t, err)
	require.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, found.GetWorkflowExecutionInfo().GetStatus())
}
