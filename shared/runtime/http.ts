const timeoutMs = 15_000;

/**
 * The network for small calls: a time limit of its own, and no redirects, because what is sent holds secrets. Rejects when no
 * answer came.
 */
export const systemHttp = async (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; text(): Promise<string> }> =>
  fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
