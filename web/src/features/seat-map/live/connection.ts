import type { Hall, SeatStates } from "../model";
import { decode } from "./message";
import { merge, resync, type LiveMap, type Merged } from "./reducer";

/** `lost`: what is shown may be old. `connecting`: so it may, but nothing has failed. */
export type Connection = "connecting" | "live" | "lost";

export interface LiveSeats {
  states: SeatStates;
  connection: Connection;
}

/** The part of a WebSocket that is used. */
export type Socket = Pick<WebSocket, "send" | "close" | "onmessage" | "onclose">;

/** What a connection needs of a browser. */
export interface Surroundings {
  open: (path: string) => Socket;
  random: () => number;
  /** Tells `online` and `offline`. */
  window: EventTarget;
  /** Tells `visibilitychange`. */
  document: EventTarget & { readonly hidden: boolean };
}

/** Milliseconds. */
export const timing = {
  /** The longest wait before the first try to come back; twice as long before each further one, up to the last. */
  firstRetry: 250,
  lastRetry: 8_000,
  /** A connection that lasted this long was a good one: the next tries begin anew. */
  proven: 5_000,
  /** How long a snapshot may take, from connecting or asking for it. */
  patience: 10_000,
  /** After so long a silence the connection has to prove that it lives. */
  silence: 60_000,
  /** After so long out of sight a connection is not believed in. */
  outOfSight: 30_000,
  /** Between two requests for a snapshot: the server cuts off whoever sends more than 30 messages in 10 seconds. */
  betweenResyncs: 500,
};

/** The server has had too many messages from this socket. */
const policyViolation = 1008;

/**
 * Follows the seats of a showtime over a WebSocket, for as long as somebody listens.
 *
 * A browser does not show the server's pings to a page, so a dead connection looks like a quiet hall. It is
 * told by asking for a snapshot after a long silence. After a sleep or a change of network it is not asked,
 * but replaced.
 */
export class LiveConnection {
  readonly hall: Hall;
  private readonly around: Surroundings;
  private readonly listeners = new Set<() => void>();
  private map: LiveMap;
  private current: LiveSeats;

  private socket: Socket | undefined;
  /** Counts what went wrong since the last good connection. */
  private failures = 0;
  private liveSince: number | undefined;
  private hiddenSince: number | undefined;
  private askedAt = -Infinity;
  private retry: Timer;
  private patience: Timer;
  private silence: Timer;
  private asking: Timer;

  constructor(hall: Hall, initial: SeatStates, around: Surroundings = browser()) {
    this.hall = hall;
    this.around = around;
    this.map = { states: initial, awaiting: false };
    this.current = { states: initial, connection: "connecting" };
  }

  /** What is known now; the same object until something changes. */
  readonly snapshot = (): LiveSeats => this.current;

  /** Connects with the first listener, and hangs up with the last. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.stop();
    };
  };

  /** Takes a map that was read by other means, if it is newer. */
  offer(states: SeatStates): void {
    if (states.version > this.current.states.version) this.become({ ...this.map, states });
  }

  private start(): void {
    this.around.window.addEventListener("online", this.refresh);
    this.around.window.addEventListener("offline", this.onOffline);
    this.around.document.addEventListener("visibilitychange", this.onVisibility);
    this.hiddenSince = this.around.document.hidden ? performance.now() : undefined;
    this.tell("connecting");
    this.connect();
  }

  private stop(): void {
    this.around.window.removeEventListener("online", this.refresh);
    this.around.window.removeEventListener("offline", this.onOffline);
    this.around.document.removeEventListener("visibilitychange", this.onVisibility);
    clearTimeout(this.retry);
    this.hangUp();
    this.failures = 0;
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.hangUp();
    const socket = this.around.open(`/v1/showtimes/${encodeURIComponent(this.hall.showtimeId)}/live`);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.hear(data);
    socket.onclose = ({ code }) => this.fail(code);
    this.expect();
  }

  /** Forgets the socket: nothing that it still does is heard. */
  private hangUp(): void {
    const { socket } = this;
    this.socket = undefined;
    for (const timer of [this.patience, this.silence, this.asking]) clearTimeout(timer);
    this.asking = undefined;
    this.liveSince = undefined;
    // The next socket begins with a snapshot, which nobody needs to ask for.
    this.map = { ...this.map, awaiting: false };
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private hear(frame: unknown): void {
    const message = decode(frame);
    // What cannot be read may have been a step of the map.
    const merged = message ? merge(this.hall, this.map, message) : resync(this.map);
    this.take(merged);
    if (message?.type === "snapshot" && !merged.awaiting) {
      clearTimeout(this.patience);
      this.liveSince ??= performance.now();
      this.tell("live");
    }
    this.listen();
  }

  private take(merged: Merged): void {
    this.become(merged);
    if (merged.need === "resync") this.ask();
  }

  private ask(): void {
    clearTimeout(this.asking);
    const wait = this.askedAt + timing.betweenResyncs - performance.now();
    if (wait > 0) {
      this.asking = setTimeout(() => this.ask(), wait);
      return;
    }
    this.askedAt = performance.now();
    this.socket?.send('{"type":"resync"}');
    this.expect();
  }

  /** A snapshot is to come, or the connection is no good. */
  private expect(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.fail(), timing.patience);
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      // Out of sight nobody minds; coming back into sight is a reason of its own to look.
      if (!this.around.document.hidden) this.take(resync(this.map));
      this.listen();
    }, timing.silence);
  }

  private fail(code?: number): void {
    if (this.liveSince !== undefined && performance.now() - this.liveSince >= timing.proven) this.failures = 0;
    this.hangUp();
    const longest =
      code === policyViolation
        ? timing.lastRetry
        : Math.min(timing.lastRetry, timing.firstRetry * 2 ** Math.min(this.failures, 16));
    this.failures++;
    clearTimeout(this.retry);
    // Anything up to the longest wait: those whom a restart cut off together do not come back together.
    this.retry = setTimeout(() => this.connect(), this.around.random() * longest);
    this.tell("lost");
  }

  /** Connects anew at once. */
  private readonly refresh = (): void => {
    this.failures = 0;
    if (this.current.connection === "live") this.tell("connecting");
    this.connect();
  };

  /** The device has lost its network: the socket would go on looking alive for a while. */
  private readonly onOffline = (): void => this.fail();

  private readonly onVisibility = (): void => {
    if (this.around.document.hidden) {
      this.hiddenSince ??= performance.now();
      return;
    }
    const hidden = this.hiddenSince === undefined ? 0 : performance.now() - this.hiddenSince;
    this.hiddenSince = undefined;
    if (hidden >= timing.outOfSight || this.socket === undefined) this.refresh();
  };

  private become(map: LiveMap): void {
    this.map = { states: map.states, awaiting: map.awaiting };
    if (map.states && map.states !== this.current.states) this.change({ ...this.current, states: map.states });
  }

  private tell(connection: Connection): void {
    if (connection !== this.current.connection) this.change({ ...this.current, connection });
  }

  private change(next: LiveSeats): void {
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;

function browser(): Surroundings {
  return {
    open: (path) => {
      const { protocol, host } = window.location;
      return new WebSocket(`${protocol === "https:" ? "wss:" : "ws:"}//${host}${path}`);
    },
    random: Math.random,
    window,
    document,
  };
}
