package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"holdfast/internal/rig"
	"holdfast/workflows"
)

// The task queues of workflows that do nothing: of the process of its own, and of the
// worker in this one.
const (
	idleQueue = "bench"
	ownQueue  = "bench-own"
)

// Names of their updates.
const (
	updateAsk = "ask"
	updatePay = "pay"
)

// Noop answers one update, and ends.
func Noop(ctx workflow.Context) error {
	asked := false
	err := workflow.SetUpdateHandler(ctx, updateAsk, func(workflow.Context) error { asked = true; return nil })
	if err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return asked })
}

// Shape has the shape of a booking, and does nothing: it answers, has a timer, and ends
// by an update that comes before it.
func Shape(ctx workflow.Context) error {
	paid := false
	err := errors.Join(
		workflow.SetUpdateHandler(ctx, updateAsk, func(workflow.Context) error { return nil }),
		workflow.SetUpdateHandler(ctx, updatePay, func(workflow.Context) error { paid = true; return nil }),
	)
	if err != nil {
		return err
	}
	_, err = workflow.AwaitWithTimeout(ctx, time.Hour, func() bool { return paid })
	return err
}

type idleCommand struct {
	Address   string `required:"" help:"Of Temporal."`
	Namespace string `required:"" help:"Of Temporal."`
}

// Run works until it is stopped.
func (c idleCommand) Run(ctx context.Context) error {
	temporal, err := client.DialContext(ctx, workflows.Options(c.Address, c.Namespace, slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	defer temporal.Close()
	w := idleWorker(temporal, idleQueue)
	if err := w.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	w.Stop()
	return nil
}

func idleWorker(c client.Client, queue string) worker.Worker {
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(Noop)
	w.RegisterWorkflow(Shape)
	w.RegisterWorkflow(Timer)
	w.RegisterActivity(NoteTime)
	return w
}

// startIdle starts the worker, once in a scene, and waits until it answers.
func (s *scene) startIdle(ctx context.Context) error {
	if s.idle {
		return nil
	}
	if err := s.start("idle", "idle", "--address", s.cfg.TemporalAddr, "--namespace", s.cfg.Namespace); err != nil {
		return err
	}
	s.idle = true
	return rig.Until(ctx, time.Minute, "the idle worker answers", func(ctx context.Context) (string, error) {
		if _, err := s.startAndAsk(ctx, Noop); err != nil {
			return err.Error(), nil
		}
		return "", nil
	})
}

// startAndAsk starts a workflow together with its first update, and waits for the answer.
func (s *scene) startAndAsk(ctx context.Context, of any) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	id = "bench/" + unique()
	start := s.Temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: id, TaskQueue: idleQueue, WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
	}, of)
	handle, err := s.Temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions:          client.UpdateWorkflowOptions{UpdateName: updateAsk, WaitForStage: client.WorkflowUpdateStageCompleted},
	})
	if err != nil {
		return id, fmt.Errorf("starting and asking: %w", err)
	}
	return id, handle.Get(ctx, nil)
}

// end sends the update by which a Shape ends.
func (s *scene) end(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	handle, err := s.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: updatePay, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return fmt.Errorf("ending: %w", err)
	}
	return handle.Get(ctx, nil)
}
