import type { components } from "./schema.gen";

export type ProblemDocument = components["schemas"]["Problem"];

/**
 * What the engine refused (RFC 9457). Beside its codes there are three of this page: `network` where the
 * engine was not reached, `gateway` where something in front of it answered that it failed, and
 * `unreadable` for any other answer that the engine cannot have written.
 */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  /** The seats it is about. */
  readonly seats: readonly string[];
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    more: { status?: number; seats?: readonly string[]; retryAfter?: number } = {},
  ) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.status = more.status ?? 0;
    this.seats = more.seats ?? [];
    this.retryAfter = more.retryAfter;
  }

  /** Whether the same request may well succeed a moment later. */
  get passing(): boolean {
    return this.code === "network" || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

/** Whether what was thrown may well pass by itself. */
export const isPassing = (error: unknown): error is Problem => isProblem(error) && error.passing;

/** One sentence for people, whatever was thrown. */
export function sentence(error: unknown): string {
  if (isProblem(error, "network")) return "The box office cannot be reached. Check your connection.";
  if (isProblem(error, "unauthenticated"))
    return "We cannot open your bookings with this browser’s key just now. They are kept; please try again in a moment.";
  if (isPassing(error)) return `The box office is busy right now. Please try again ${soon(error.retryAfter)}.`;
  if (isProblem(error) && error.status >= 500) return "Something broke on our side. Please try again.";
  return error instanceof Error && error.message !== "" ? asSentence(error.message) : "Something went wrong.";
}

/** The words of the engine, which begin small and have no full stop, as a sentence. */
export function asSentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Seconds up to this are a moment. */
const moment = 5;

const soon = (seconds = 0) => (seconds <= moment ? "in a moment" : `in ${Math.ceil(seconds)} seconds`);

/** Reads an answer that was no success. What is not a problem document, a proxy wrote. */
export function problemOf(response: Response, body: unknown): Problem {
  const wait = Number(response.headers.get("Retry-After"));
  const more = { status: response.status, ...(Number.isFinite(wait) && wait > 0 ? { retryAfter: wait } : {}) };
  if (!isDocument(body))
    return new Problem(response.status >= 500 ? "gateway" : "unreadable", "The answer cannot be read", more);
  return new Problem(body.code, body.detail ?? body.title, { ...more, seats: body.seats ?? [] });
}

function isDocument(body: unknown): body is ProblemDocument {
  return (
    typeof body === "object" && body !== null && "code" in body && typeof body.code === "string" && "title" in body
  );
}

/**
 * Whether nobody knows what became of the request: it was not answered, or by something that gave up
 * before it was done (503 of the engine, 502 and 504 of what stands in front of it).
 */
export function isUnanswered(error: unknown): boolean {
  return !isProblem(error) || error.code === "network" || error.status >= 500;
}
