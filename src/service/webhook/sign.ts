import { createHmac } from 'node:crypto';

/** What secrets are shown with (Standard Webhooks, "Symmetric"). */
export const SECRET_PREFIX = 'whsec_';
export const SECRET_BYTES = 32;

export type Message = {
  /** The event's id: the same however often it is sent. */
  readonly id: string;
  /** Of this attempt, in whole seconds. */
  readonly timestamp: number;
  readonly body: string;
};

/**
 * The headers of a message as Standard Webhooks asks (https://www.standardwebhooks.com, signature scheme v1): HMAC-SHA256 over
 * `<id>.<timestamp>.<body>`. While a secret gives way to another, both sign.
 *
 * @param secrets base64, the present one first
 */
export function signedHeaders(
  { id, timestamp, body }: Message,
  secrets: readonly string[],
): { readonly [name: string]: string } {
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', Buffer.from(secret, 'base64'));
    return `v1,${mac.update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
