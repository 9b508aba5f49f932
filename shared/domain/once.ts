/** A request that must count once: who sent it, to which route, under which key, and a hash of what it said. */
export interface Once {
  readonly workspaceId: string;
  readonly memberId: string;
  readonly routeId: string;
  readonly key: string;
  readonly bodyHash: string;
  /** Tells apart two requests that carry the same key. */
  readonly requestId: string;
  /** Epoch milliseconds at which the request arrived. */
  readonly at: number;
}

/** What a route answers. `etag` is the version of the thing; the door quotes it. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
