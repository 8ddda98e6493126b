package devstack

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"
	"github.com/valkey-io/valkey-go"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

func TestEveryServerAnswersAndKeepsItsDataAcrossAStop(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	all := private(keyPostgres, keyValkey, keyRabbitMQ, keyMongo, keyTemporal)

	stack := start(t, Options{Dir: dir, Env: all})
	require.Empty(t, strangersCanReach(t, stack), "a port is open to other machines")
	write(t, stack.Env())
	ports := stack.site.ports
	stop(t, stack)

	stack = start(t, Options{Dir: dir, Env: all, Ports: ports})
	read(t, stack.Env())
	for _, row := range stack.Services() {
		require.True(t, row.Started, row.Name)
		require.NotEmpty(t, row.Address, row.Name)
		if row.Name != "Temporal UI" {
			require.NotEmpty(t, row.Version, row.Name)
		}
	}
}

// write leaves something in every server.
func write(t *testing.T, env map[string]string) {
	t.Helper()
	ctx := t.Context()
	pg, err := pgx.Connect(ctx, env[varPostgres])
	require.NoError(t, err)
	_, err = pg.Exec(ctx, "CREATE TABLE kept AS SELECT 42 AS answer")
	require.NoError(t, err)
	require.NoError(t, pg.Close(ctx))

	setKey(t, env[varValkey], "kept", "42")

	conn, ch := openChannel(t, env[varRabbitMQ])
	_, err = ch.QueueDeclare("kept", true, false, false, false, amqp.Table{"x-queue-type": "quorum"})
	require.NoError(t, err)
	require.NoError(t, ch.Confirm(false))
	confirm, err := ch.PublishWithDeferredConfirm("", "kept", true, false, amqp.Publishing{Body: []byte("42"), DeliveryMode: amqp.Persistent})
	require.NoError(t, err)
	acked, err := confirm.WaitContext(ctx)
	require.NoError(t, err)
	require.True(t, acked)
	require.NoError(t, conn.Close())

	m, err := mongo.Connect(options.Client().ApplyURI(env[varMongo]))
	require.NoError(t, err)
	_, err = m.Database("holdfast").Collection("kept").InsertOne(ctx, bson.D{{Key: "_id", Value: "kept"}, {Key: "answer", Value: 42}})
	require.NoError(t, err)
	require.NoError(t, m.Disconnect(ctx))

	c, err := client.Dial(client.Options{HostPort: env[varTemporal], Namespace: env[varTemporalNamespace]})
	require.NoError(t, err)
	defer c.Close()
	_, err = c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: "kept", TaskQueue: "nobody",
		SearchAttributes: map[string]any{ //nolint:staticcheck // the names are data here, not code
			"BookingStatus": "pending", "BookingShowtime": "st_1", "BookingDeadline": time.Now(),
		},
	}, "Kept")
	require.NoError(t, err)
}

// read expects what write left.
func read(t *testing.T, env map[string]string) {
	t.Helper()
	ctx := t.Context()
	pg, err := pgx.Connect(ctx, env[varPostgres])
	require.NoError(t, err)
	var answer int
	require.NoError(t, pg.QueryRow(ctx, "SELECT answer FROM kept").Scan(&answer))
	require.Equal(t, 42, answer)
	require.NoError(t, pg.Close(ctx))

	require.Equal(t, "42", getKey(t, env[varValkey], "kept"))

	conn, ch := openChannel(t, env[varRabbitMQ])
	require.Eventually(t, func() bool { // a quorum queue elects its leader after a start
		message, ok, err := ch.Get("kept", true)
		return err == nil && ok && string(message.Body) == "42"
	}, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, conn.Close())

	m, err := mongo.Connect(options.Client().ApplyURI(env[varMongo]))
	require.NoError(t, err)
	var document struct{ Answer int }
	require.NoError(t, m.Database("holdfast").Collection("kept").FindOne(ctx, bson.D{{Key: "_id", Value: "kept"}}).Decode(&document))
	require.Equal(t, 42, document.Answer)
	require.NoError(t, m.Disconnect(ctx))

	c, err := client.Dial(client.Options{HostPort: env[varTemporal], Namespace: env[varTemporalNamespace]})
	require.NoError(t, err)
	defer c.Close()
	require.Eventually(t, func() bool {
		found, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: "BookingShowtime = 'st_1'"})
		return err == nil && found.GetCount() == 1
	}, 20*time.Second, 50*time.Millisecond)
}

func openChannel(t *testing.T, url string) (*amqp.Connection, *amqp.Channel) {
	t.Helper()
	conn, err := amqp.Dial(url)
	require.NoError(t, err)
	ch, err := conn.Channel()
	require.NoError(t, err)
	return conn, ch
}

func valkeyClient(t *testing.T, url string) valkey.Client {
	t.Helper()
	option, err := valkey.ParseURL(url)
	require.NoError(t, err)
	option.ForceSingleClient, option.DisableCache = true, true
	c, err := valkey.NewClient(option)
	require.NoError(t, err)
	return c
}

func setKey(t *testing.T, url, key, value string) {
	t.Helper()
	c := valkeyClient(t, url)
	defer c.Close()
	require.NoError(t, c.Do(t.Context(), c.B().Set().Key(key).Value(value).Build()).Error())
}

func getKey(t *testing.T, url, key string) string {
	t.Helper()
	c := valkeyClient(t, url)
	defer c.Close()
	value, err := c.Do(t.Context(), c.B().Get().Key(key).Build()).ToString()
	require.NoError(t, err)
	return value
}

// strangersCanReach returns the listening addresses of the stack's processes that are not on loopback.
func strangersCanReach(t *testing.T, stack *Stack) []string {
	t.Helper()
	const listening, loopback4, loopback6 = "0A", "0100007F", "00000000000000000000000001000000"
	open := map[string]string{} // socket inode to address
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != listening {
				continue
			}
			host, _, _ := strings.Cut(f[1], ":")
			if host != loopback4 && host != loopback6 {
				open["socket:["+f[9]+"]"] = f[1]
			}
		}
	}
	var found []string
	sockets := 0
	for _, server := range stack.servers {
		for _, pid := range family(server.PID()) {
			fds, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "fd", "*"))
			require.NoError(t, err)
			for _, fd := range fds {
				target, err := os.Readlink(fd)
				if err != nil {
					continue // closed meanwhile
				}
				if strings.HasPrefix(target, "socket:") {
					sockets++
				}
				if address, ok := open[target]; ok {
					found = append(found, server.Name()+" "+address)
				}
			}
		}
	}
	require.NotZero(t, sockets, "the check saw no sockets at all")
	return found
}

func TestGivenServersAreUsedAndLeftAlone(t *testing.T) {
	t.Parallel()
	setKey(t, shared[varValkey], "devstack:given", "untouched")

	stack := start(t, Options{Dir: folder(t), Env: private()})
	for key, variable := range urlVars {
		require.Nil(t, stack.Server(key), key)
		require.Equal(t, shared[variable], stack.Env()[variable])
	}
	for _, row := range stack.Services() {
		require.False(t, row.Started, row.Name)
		require.Contains(t, row.Detail, "given by")
		if row.Name == "PostgreSQL" {
			require.Contains(t, row.Address, "xxxxx", "the password of a given server is shown")
		}
	}
	stop(t, stack)
	require.Equal(t, "untouched", getKey(t, shared[varValkey], "devstack:given"))
}

func TestAGivenServerThatIsAwayIsNamed(t *testing.T) {
	t.Parallel()
	ports, err := Ports{}.fill()
	require.NoError(t, err)
	env := private()
	_, err = Start(t.Context(), Options{Dir: folder(t), Env: func(name string) string {
		if name == varValkey {
			return "redis://" + loopback(ports.Valkey)
		}
		return env(name)
	}})
	require.ErrorContains(t, err, varValkey)
	require.ErrorContains(t, err, "does not answer")
}

func TestATakenPortIsNamedWithItsSetting(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	_, text, err := net.SplitHostPort(taken.Addr().String())
	require.NoError(t, err)
	port, err := strconv.Atoi(text)
	require.NoError(t, err)

	_, err = Start(t.Context(), Options{Dir: folder(t), Env: private(keyValkey), Ports: Ports{Valkey: port}})
	require.ErrorContains(t, err, "port "+strconv.Itoa(port))
	require.ErrorContains(t, err, "Valkey")
	require.ErrorContains(t, err, "HOLDFAST_DEV_VALKEY_PORT")
}

func TestADataFolderServesOneRunAtATime(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, Options{Dir: dir, Env: private(keyValkey), Scratch: true})
	_, err := Start(t.Context(), Options{Dir: dir, Env: private(keyValkey), Scratch: true})
	require.ErrorContains(t, err, "in use")
	require.ErrorContains(t, Remove(t.Context(), dir), "in use")
	require.NotZero(t, first.Server(keyValkey).PID(), "the second run disturbed the first")

	stop(t, first)
	start(t, Options{Dir: dir, Env: private(keyValkey), Scratch: true})
}

func TestServersOfAKilledRunAreStoppedByTheNext(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), victimDir+"="+dir)
	for k, v := range shared {
		victim.Env = append(victim.Env, k+"="+v)
	}
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the victim said nothing")
	words := strings.Fields(lines.Text())
	require.Equal(t, "up", words[0], lines.Text())
	require.NoError(t, victim.Process.Kill())
	require.Error(t, victim.Wait())

	var left []int
	for _, word := range words[1:] {
		pid, err := strconv.Atoi(word)
		require.NoError(t, err)
		require.True(t, alive(pid), "it should outlive its starter")
		left = append(left, pid)
	}
	// A paused one has to be ended too.
	require.NoError(t, syscall.Kill(left[0], syscall.SIGSTOP))

	stack := start(t, Options{Dir: dir, Env: private(keyValkey, keyPostgres)})
	for _, pid := range left {
		require.False(t, alive(pid), "leftover %d of %v still runs", pid, left)
	}
	require.NotZero(t, stack.Server(keyPostgres).PID())
}

func TestAnUnexpectedEndIsReportedAndAWantedOneIsNot(t *testing.T) {
	t.Parallel()
	stack := start(t, Options{Dir: folder(t), Env: private(keyValkey), Scratch: true})
	server := stack.Server(keyValkey)

	setKey(t, stack.Env()[varValkey], "k", "kept")
	require.NoError(t, server.Kill())
	require.Zero(t, server.PID())
	require.Error(t, server.Kill(), "it runs no more")
	require.NoError(t, server.Start(t.Context()))
	require.Equal(t, "kept", getKey(t, stack.Env()[varValkey], "k"), "same port, same data")
	require.NoError(t, server.Stop(t.Context()))
	require.NoError(t, server.Start(t.Context()))
	require.Empty(t, stack.Wait(), "a wanted end was reported")

	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGKILL))
	select {
	case err := <-stack.Wait():
		require.ErrorContains(t, err, "Valkey ended unexpectedly")
		require.ErrorContains(t, err, "Ready to accept connections", "the end of its log is missing")
	case <-time.After(20 * time.Second):
		t.Fatal("its end was not reported")
	}
}

func TestAPausedServerDoesNotAnswerUntilItIsResumed(t *testing.T) {
	t.Parallel()
	stack := start(t, Options{Dir: folder(t), Env: private(keyPostgres), Scratch: true})
	server := stack.Server(keyPostgres)
	url := stack.Env()[varPostgres]

	require.NoError(t, server.Pause())
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := pingPostgres(short, url)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	require.NoError(t, server.Resume())
	long, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = pingPostgres(long, url)
	require.NoError(t, err)
}

// Clones often live where only root can go. PostgreSQL, which root may not run, then keeps its data elsewhere.
func TestPostgresFindsAPlaceWhenItsUserCannotReachTheFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o700))
	stack := start(t, Options{Dir: dir, Env: private(keyPostgres)})
	data := stack.Server(keyPostgres).prog.data()
	_, err := pingPostgres(t.Context(), stack.Env()[varPostgres])
	require.NoError(t, err)
	stop(t, stack)

	if os.Geteuid() != 0 {
		require.Equal(t, filepath.Join(dir, keyPostgres), data)
		return
	}
	target, err := os.Readlink(filepath.Join(dir, keyPostgres))
	require.NoError(t, err, "there should be a link to the data")
	require.Equal(t, target, data)
	require.True(t, strings.HasPrefix(target, "/var/lib/holdfast/"), target)

	again := start(t, Options{Dir: dir, Env: private(keyPostgres)})
	require.Equal(t, data, again.Server(keyPostgres).prog.data())
	stop(t, again)
	require.NoError(t, Remove(t.Context(), dir))
	require.NoDirExists(t, target)
}

func TestAStartThatIsGivenUpStopsWhatItStarted(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	ready := make(chan struct{}, 1)
	go func() {
		<-ready
		cancel()
	}()
	// RabbitMQ takes seconds, so the start is given up between the two.
	_, err := Start(ctx, Options{Dir: dir, Env: private(keyValkey, keyRabbitMQ), Out: onLine("Valkey", ready)})
	require.ErrorIs(t, err, context.Canceled)
	l, err := openLayout(dir)
	require.NoError(t, err)
	require.Empty(t, leftovers(l))
}

// onLine is a writer that signals when a line begins with a word and says that a server is ready.
func onLine(word string, seen chan<- struct{}) writerFunc {
	return func(p []byte) (int, error) {
		if strings.HasPrefix(string(p), word) && strings.Contains(string(p), "ready") {
			seen <- struct{}{}
		}
		return len(p), nil
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
