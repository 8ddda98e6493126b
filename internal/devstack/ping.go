package devstack

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/valkey-io/valkey-go"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
)

// Each ping asks a server for its version in the server's own protocol, as a client of the product would. An open port
// proves little: PostgreSQL listens before it has recovered, RabbitMQ before its users exist.

// pingLimit bounds one question to a server.
const pingLimit = 5 * time.Second

func pingPostgres(ctx context.Context, url string) (version string, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if err := conn.QueryRow(ctx, "SHOW server_version").Scan(&version); err != nil {
		return "", err
	}
	number, _, _ := strings.Cut(version, " ") // "15.14 (Debian 15.14-0+deb12u1)"
	return number, nil
}

func pingValkey(ctx context.Context, url string) (string, error) {
	option, err := valkey.ParseURL(url)
	if err != nil {
		return "", err
	}
	option.DisableCache = true
	option.DisableRetry = true
	option.ForceSingleClient = true
	option.Dialer.Timeout = pingLimit
	c, err := valkey.NewClient(option)
	if err != nil {
		return "", err
	}
	defer c.Close()
	info, err := c.Do(ctx, c.B().Info().Section("server").Build()).ToString()
	if err != nil {
		return "", err
	}
	version := ""
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, "valkey_version:"); ok {
			return strings.TrimSpace(v), nil
		}
		if v, ok := strings.CutPrefix(line, "redis_version:"); ok {
			version = "Redis " + strings.TrimSpace(v)
		}
	}
	return version, nil
}

func pingRabbitMQ(ctx context.Context, url string) (version string, err error) {
	conn, err := amqp.DialConfig(url, amqp.Config{
		Dial: func(network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			// The handshake that follows knows no context; the driver lifts the deadline once it is done.
			return conn, conn.SetDeadline(time.Now().Add(pingLimit))
		},
	})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	version, _ = conn.Properties["version"].(string)
	return version, nil
}

func pingMongo(ctx context.Context, url string) (version string, err error) {
	c, err := mongo.Connect(options.Client().ApplyURI(url).SetServerSelectionTimeout(pingLimit))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.Disconnect(context.WithoutCancel(ctx))) }()
	var info struct {
		Version  string `bson:"version"`
		FerretDB string `bson:"ferretdbVersion"` // in FerretDB's answers only
	}
	if err := c.Database("admin").RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&info); err != nil {
		return "", err
	}
	if info.FerretDB != "" {
		return info.Version + " (FerretDB)", nil
	}
	return info.Version, nil
}

// pingTemporal also asks for the namespace: workflows can be started only once it is there.
func pingTemporal(ctx context.Context, address, namespace string) (string, error) {
	c, err := client.DialContext(ctx, client.Options{
		HostPort:  address,
		Namespace: namespace,
		Logger:    temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return "", err
	}
	defer c.Close()
	service := c.WorkflowService()
	if _, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}); err != nil {
		return "", err
	}
	info, err := service.GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
	if err != nil {
		return "", err
	}
	return info.GetServerVersion(), nil
}

// pingTCP is for a given Temporal: its credentials, if it wants any, are settings of the product, not of this package.
func pingTCP(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// pingEpmd asks an Erlang port mapper for its names. It answers with its own port and closes the connection.
func pingEpmd(ctx context.Context, address string) (err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := conn.SetDeadline(time.Now().Add(pingLimit)); err != nil {
		return err
	}
	const names = 'n'
	if _, err := conn.Write([]byte{0, 1, names}); err != nil {
		return err
	}
	_, err = io.ReadFull(conn, make([]byte, 4))
	return err
}
