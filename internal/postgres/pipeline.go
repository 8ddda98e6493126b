package postgres

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
)

// pipeline is statements that go to the server together, and whose answers come back
// together: one round trip. They are done in their order, and each sees what those before
// it have done. Where one fails, the rest is not done, and the transaction is lost.
type pipeline struct{ batch pgx.Batch }

// do adds a statement without an answer.
func (p *pipeline) do(sql string, params any) { p.batch.Queue(sql, arguments(params)...) }

// ask adds a statement that answers with rows, which are there after run.
func ask[Row any](p *pipeline, sql string, params any) *[]Row {
	found := new([]Row)
	p.batch.Queue(sql, arguments(params)...).Query(func(rows pgx.Rows) (err error) {
		*found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Row])
		return err
	})
	return found
}

// join adds the statements of another, which is not to be run itself.
func (p *pipeline) join(other *pipeline) {
	p.batch.QueuedQueries = append(p.batch.QueuedQueries, other.batch.QueuedQueries...)
}

// count is a row that says how many.
type count struct{ N int64 }

// run sends it. A pipeline is run once.
func (p *pipeline) run(ctx context.Context, tx pgx.Tx) error {
	return tx.SendBatch(ctx, &p.batch).Close()
}

// arguments are those of a statement: the fields of its generated parameters, which are
// in the order of its placeholders. What is no such struct is the only one.
func arguments(params any) []any {
	v := reflect.ValueOf(params)
	if v.Kind() != reflect.Struct {
		return []any{params}
	}
	out := make([]any, v.NumField())
	for i := range out {
		out[i] = v.Field(i).Interface()
	}
	return out
}
