import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AVAILABLE, HELD, SOLD } from "../model";
import { timing } from "./connection";
import { setUp } from "./testing";

const resync = '{"type":"resync"}';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a live connection", () => {
  it("shows the first map before it is connected, and then what it hears", () => {
    const page = setUp();
    expect(page.live.snapshot()).toMatchObject({ connection: "connecting", states: { version: 1 } });
    expect(page.sockets).toHaveLength(0);
    page.start();
    expect(page.socket.path).toBe("/v1/showtimes/showtime/live");
    page.socket.snapshot(3, "held", "available");
    expect(page.live.snapshot().connection).toBe("live");
    expect(page.codes).toEqual([HELD, AVAILABLE]);
    page.socket.delta(3, 4, "A2", "sold");
    expect(page.codes).toEqual([HELD, SOLD]);
  });

  it("gives the same object until something changes", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    const before = page.live.snapshot();
    const calls = page.listener.mock.calls.length;
    page.socket.delta(2, 3, "A2", "sold");
    expect(page.live.snapshot()).toBe(before);
    expect(page.listener).toHaveBeenCalledTimes(calls);
  });

  it("takes a newer map that was read by other means", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.live.offer({ version: 2, codes: Uint8Array.of(SOLD, SOLD) });
    expect(page.codes).toEqual([HELD, AVAILABLE]);
    page.live.offer({ version: 5, codes: Uint8Array.of(SOLD, SOLD) });
    expect(page.codes).toEqual([SOLD, SOLD]);
  });

  it("asks for a snapshot after a gap, and after what it cannot read", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.socket.delta(4, 5, "A2", "sold");
    page.socket.delta(5, 6, "A2", "held");
    expect(page.socket.sent).toEqual([resync]);
    page.socket.snapshot(6, "held", "held");
    expect(page.codes).toEqual([HELD, HELD]);
    vi.advanceTimersByTime(timing.betweenResyncs);
    page.socket.say("?");
    expect(page.socket.sent).toEqual([resync, resync]);
  });

  it("never asks so often that the server would cut it off", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(1, "held", "available");
    for (let i = 0; i < 1_000; i++) {
      page.socket.say("?");
      page.socket.snapshot(1, "held", "available");
      vi.advanceTimersByTime(10);
    }
    expect(page.socket.sent.length).toBeGreaterThan(10);
    expect(page.socket.sent.length).toBeLessThanOrEqual(21);
  });
});

describe("a broken connection", () => {
  it("is lost, comes back, and is live with the next snapshot", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.socket.end(1012);
    expect(page.live.snapshot()).toMatchObject({ connection: "lost", states: { version: 3 } });
    vi.advanceTimersByTime(timing.firstRetry);
    expect(page.sockets).toHaveLength(2);
    expect(page.live.snapshot().connection).toBe("lost");
    page.socket.snapshot(9, "available", "sold");
    expect(page.live.snapshot().connection).toBe("live");
    expect(page.codes).toEqual([AVAILABLE, SOLD]);
  });

  it("is lost when the first try fails", () => {
    const page = setUp();
    page.start();
    page.socket.end();
    expect(page.live.snapshot().connection).toBe("lost");
  });

  it("waits up to twice as long from try to try, at most 8 seconds", () => {
    const page = setUp();
    page.start();
    const waits = [];
    for (let i = 0; i < 8; i++) {
      const tries = page.sockets.length;
      page.socket.end();
      let waited = 0;
      for (; page.sockets.length === tries; waited++) vi.advanceTimersByTime(1);
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it("waits for any part of that time, by chance", () => {
    const chances = [0.5, 0.25];
    const page = setUp({ random: () => chances.shift() ?? 0 });
    page.start();
    page.socket.end();
    vi.advanceTimersByTime(124);
    expect(page.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(page.sockets).toHaveLength(2);
    page.socket.end();
    vi.advanceTimersByTime(125);
    expect(page.sockets).toHaveLength(3);
  });

  it("begins with short waits again only after a connection that lasted", () => {
    const page = setUp();
    page.start();
    const waitOf = () => {
      const tries = page.sockets.length;
      page.socket.end();
      let waited = 0;
      for (; page.sockets.length === tries; waited++) vi.advanceTimersByTime(1);
      return waited;
    };
    expect([waitOf(), waitOf()]).toEqual([250, 500]);
    page.socket.snapshot(2, "held", "held");
    expect(waitOf()).toBe(1000);
    page.socket.snapshot(2, "held", "held");
    vi.advanceTimersByTime(timing.proven);
    expect(waitOf()).toBe(250);
  });

  it("waits long when the server has had enough of it", () => {
    const page = setUp();
    page.start();
    page.socket.end(1008);
    vi.advanceTimersByTime(timing.lastRetry - 1);
    expect(page.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(page.sockets).toHaveLength(2);
  });

  it("does not hear a socket that it has given up", () => {
    const page = setUp();
    page.start();
    const [old] = page.sockets;
    page.window.dispatchEvent(new Event("online"));
    expect(old?.closed).toBe(true);
    old?.snapshot(9, "sold", "sold");
    old?.end();
    expect(page.live.snapshot()).toMatchObject({ connection: "connecting", states: { version: 1 } });
    vi.advanceTimersByTime(timing.lastRetry);
    expect(page.sockets).toHaveLength(2);
  });
});

describe("a silent connection", () => {
  it("is given up when no first snapshot comes", () => {
    const page = setUp();
    page.start();
    vi.advanceTimersByTime(timing.patience);
    expect(page.live.snapshot().connection).toBe("lost");
    expect(page.socket.closed).toBe(true);
  });

  it("has to prove that it lives", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    vi.advanceTimersByTime(timing.silence - 1);
    page.socket.delta(3, 4, "A1", "sold");
    vi.advanceTimersByTime(timing.silence - 1);
    expect(page.socket.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(page.socket.sent).toEqual([resync]);
    page.socket.snapshot(4, "sold", "available");
    vi.advanceTimersByTime(timing.patience);
    expect(page.live.snapshot().connection).toBe("live");
    vi.advanceTimersByTime(timing.silence);
    expect(page.live.snapshot().connection).toBe("lost");
  });

  it("is left alone while nobody looks", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.see(true);
    vi.advanceTimersByTime(10 * timing.silence);
    expect(page.socket.sent).toEqual([]);
    expect(page.live.snapshot().connection).toBe("live");
  });

  it("is replaced when the page comes back after long", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.see(true);
    vi.advanceTimersByTime(timing.outOfSight - 1);
    page.see(false);
    expect(page.sockets).toHaveLength(1);
    page.see(true);
    vi.advanceTimersByTime(timing.outOfSight);
    page.see(false);
    expect(page.sockets).toHaveLength(2);
    expect(page.live.snapshot().connection).toBe("connecting");
    page.socket.snapshot(3, "held", "available");
    expect(page.live.snapshot().connection).toBe("live");
  });

  it("is replaced at once when the network is back, or the page while it waits", () => {
    const page = setUp();
    page.start();
    page.socket.snapshot(3, "held", "available");
    page.window.dispatchEvent(new Event("online"));
    expect(page.sockets).toHaveLength(2);
    page.socket.end();
    expect(page.live.snapshot().connection).toBe("lost");
    page.see(true);
    page.see(false);
    expect(page.sockets).toHaveLength(3);
    expect(page.live.snapshot().connection).toBe("lost");
    vi.advanceTimersByTime(timing.firstRetry);
    expect(page.sockets).toHaveLength(3);
  });
});

describe("the end of a connection", () => {
  it("comes with the last listener, and leaves nothing behind", () => {
    const page = setUp();
    const stop = page.start();
    const stopOther = page.live.subscribe(() => undefined);
    page.socket.snapshot(3, "held", "available");
    stop();
    expect(page.socket.closed).toBe(false);
    stopOther();
    stopOther();
    expect(page.socket.closed).toBe(true);
    expect([page.window.listeners, page.document.listeners, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it("leaves nothing behind while it waits to come back", () => {
    const page = setUp();
    const stop = page.start();
    page.socket.end();
    stop();
    expect([page.window.listeners, page.document.listeners, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it("is no end for who listens again, as a component that is mounted twice does", () => {
    const page = setUp();
    page.start()();
    const stop = page.start();
    expect(page.sockets.map((socket) => socket.closed)).toEqual([true, false]);
    page.socket.snapshot(3, "held", "available");
    expect(page.seen).toEqual(["connecting", "live"]);
    stop();
    expect([page.window.listeners, page.document.listeners, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });
});
