import { isUnanswered } from "@/lib/api/problem";

/**
 * Names requests, so that one which is repeated because nobody knows how it ended is done once. The name
 * stays as long as the very same request is repeated and has had no answer; another request, or the same
 * one after its answer, is a new one.
 */
export class RepeatableKey {
  private open: { request: string; key: string } | undefined;
  private readonly make: () => string;

  constructor(make: () => string) {
    this.make = make;
  }

  /** The name under which the request is to be sent. */
  of(request: string): string {
    if (this.open?.request !== request) this.open = { request, key: this.make() };
    return this.open.key;
  }

  /** The request failed. A refusal is an answer; what came to nothing on the way is not. */
  failed(error: unknown): void {
    if (!isUnanswered(error)) this.answered();
  }

  answered(): void {
    this.open = undefined;
  }
}
