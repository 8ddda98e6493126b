import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";

/** The page of a guest, and an engine that is a fake; what it is asked goes to `asked`. */
async function load(...answers: Response[]) {
  const asked: Request[] = [];
  vi.stubGlobal("localStorage", { getItem: () => "t1" });
  vi.stubGlobal("navigator", {});
  const Plain = Request;
  vi.stubGlobal(
    "Request",
    class extends Plain {
      constructor(path: string, init?: RequestInit) {
        super(new URL(path, "http://page.test"), init);
      }
    },
  );
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("failed to fetch"));
  });
  vi.resetModules();
  return {
    ...(await import("./queries")),
    asked,
    queries: new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  };
}

const noTicket = () =>
  Response.json(
    { type: "about:blank", title: "No ticket", status: 409, code: "no_ticket" },
    { status: 409, headers: { "Content-Type": "application/problem+json" } },
  );

beforeEach(() => {
  vi.unstubAllGlobals();
});

describe("the token of a ticket", () => {
  it("is asked for once, by its guest, and does not change with the booking", async () => {
    const { ticketQuery, keys, asked, queries } = await load(
      Response.json({ token: "a.b.c" }),
      Response.json({ token: "another" }),
    );
    expect(await queries.query(ticketQuery("b1"))).toBe("a.b.c");
    await queries.invalidateQueries({ queryKey: keys.bookings });
    expect(await queries.query(ticketQuery("b1"))).toBe("a.b.c");
    expect(asked.map(({ url, headers }) => [url, headers.get("Authorization")])).toEqual([
      ["http://page.test/v1/bookings/b1/ticket", "Bearer t1"],
    ]);
  });

  it("is refused where there is none", async () => {
    const { ticketQuery, queries } = await load(noTicket());
    await expect(queries.query(ticketQuery("b1"))).rejects.toMatchObject({ code: "no_ticket" });
  });
});

describe("the sheet of a ticket", () => {
  it("is fetched as a file, by its guest", async () => {
    const { ticketSheet, asked } = await load(
      new Response("%PDF-1.7", { headers: { "Content-Type": "application/pdf", "Content-Length": "8" } }),
    );
    const sheet = await ticketSheet("b1");
    expect(sheet.type).toBe("application/pdf");
    expect(await sheet.text()).toBe("%PDF-1.7");
    expect(asked.map(({ url, headers }) => [url, headers.get("Authorization")])).toEqual([
      ["http://page.test/v1/bookings/b1/ticket?format=pdf", "Bearer t1"],
    ]);
  });

  it("is a problem where it is refused", async () => {
    const { ticketSheet } = await load(noTicket());
    await expect(ticketSheet("b1")).rejects.toMatchObject({ code: "no_ticket", status: 409 });
  });
});
