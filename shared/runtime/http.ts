const timeoutMs = 15_000;
/** Tokens and lists of organisations are a few kilobytes. */
const answerBytesMax = 1_000_000;

/**
 * The network for small calls: a time limit of its own, and no redirects, because what is sent holds secrets. Rejects when no
 * answer came; reading an answer of more than a megabyte rejects too, before more of it is held.
 */
export const systemHttp = async (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; text(): Promise<string> }> => {
  const answer = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, text: () => boundedText(answer) };
};

const boundedText = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
