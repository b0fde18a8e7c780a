// A call to an emulator's REST API.

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const DEADLINE_MS = 10_000;

/** Throws if there is no answer in time, with the address in the message; an answer of any status is returned. */
export async function callEmulator(
  address: string,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  { body, deadlineMs = DEADLINE_MS }: { body?: object; deadlineMs?: number } = {},
): Promise<Answer> {
  try {
    const response = await fetch(`http://${address}${path}`, {
      method,
      signal: AbortSignal.timeout(deadlineMs),
      // Firestore's emulator takes this word for an owner, whom no rules bind.
      headers: { authorization: 'Bearer owner', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parseObject(text) };
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    throw new Error(`the emulator at ${address} does not answer: ${String(cause)}`, { cause: error });
  }
}

/** As callEmulator, but throws for any status that is neither a success nor listed in `also`. */
export async function requireAnswer(
  address: string,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  { also = [], ...options }: { body?: object; deadlineMs?: number; also?: readonly number[] } = {},
): Promise<Answer> {
  const answer = await callEmulator(address, method, path, options);
  if (answer.status < 300 || also.includes(answer.status)) return answer;
  const { message } = (answer.body['error'] ?? {}) as { message?: unknown };
  throw new Error(`${method} ${path} at ${address}: HTTP ${answer.status} ${String(message ?? '')}`.trimEnd());
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
