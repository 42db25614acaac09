import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request asked. */
export interface ToyRequest {
  /** Below the base, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** How the server answers, or misbehaves. */
export interface ToyReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown;
  /** Sends only half of the body, then cuts the connection. */
  readonly half?: boolean;
  /** Cuts the connection without an answer. */
  readonly cut?: boolean;
  /** Sends headers and a first byte, then nothing. */
  readonly hang?: boolean;
}

/** A real HTTP server on 127.0.0.1 whose answers a test decides. */
export interface ToyRest {
  /** The base of its REST paths. */
  readonly url: string;
  readonly requests: ToyRequest[];
  close(): Promise<void>;
}

const BASE = "/trade-api/v2";

export async function startToyRest(answer: (request: ToyRequest) => ToyReply): Promise<ToyRest> {
  const requests: ToyRequest[] = [];
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const request = {
      path: url.pathname.slice(BASE.length),
      query: url.searchParams,
      headers: incoming.headers,
    };
    requests.push(request);
    send(response, answer(request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, so it has one
  return {
    url: `http://127.0.0.1:${port}${BASE}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function send(response: ServerResponse, reply: ToyReply): void {
  if (reply.cut) return void response.destroy();
  const body = Buffer.from(
    typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}),
  );
  response.writeHead(reply.status ?? 200, {
    "Content-Type": "application/json",
    "Content-Length": String(body.length),
    ...reply.headers,
  });
  if (reply.hang) return void response.write(body.subarray(0, 1));
  if (!reply.half) return void response.end(body);
  response.write(body.subarray(0, body.length >> 1));
  setTimeout(() => response.destroy(), 20);
}
