/** Error that an AWS engine answered: `name` is the code, e.g. `ResourceInUseException`. */
export class AwsError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Calls one operation of an AWS engine that speaks JSON, without an SDK client. Throws `AwsError`. */
export const awsJson = async <Answer>(
  endpoint: string,
  target: string,
  input: unknown,
  options: { version?: '1.0' | '1.1'; signal?: AbortSignal } = {},
): Promise<Answer> => {
  const service = target.startsWith('DynamoDB') ? 'dynamodb' : 'sqs';
  const response = await fetch(`${endpoint}/`, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${options.version ?? '1.0'}`,
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      // Engines read the region and the key from here; nobody checks the signature.
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(input),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (!response.ok) {
    const name =
      String(body['__type'] ?? 'UnknownError')
        .split('#')
        .at(-1) ?? 'UnknownError';
    throw new AwsError(name, String(body['message'] ?? body['Message'] ?? text), response.status);
  }
  return body as Answer;
};
