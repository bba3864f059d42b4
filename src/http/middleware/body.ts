import type { IncomingMessage } from 'node:http';
import { parseJson } from '../../bytes/json.ts';
import { HttpError } from '../errors.ts';
import type { BytesBody, JsonBody } from '../route.ts';
import { validate } from './validate.ts';

type Body = JsonBody<unknown> | BytesBody<unknown>;

/** What a JSON body may nest and hold; far beyond any schema here. */
const JSON_LIMITS = { maxDepth: 24, maxNodes: 200_000 };

/**
 * The media type of the body, without its parameters.
 * @throws HttpError `unsupported_media_type` for a type that the route does not read, or a coded (compressed) body
 */
export function requireMediaType(request: IncomingMessage, body: Body): string {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const read = body.kind === 'json' ? ['application/json'] : body.mediaTypes;
  if (!read.includes(mediaType)) {
    throw new HttpError('unsupported_media_type', `the body must be ${read.join(' or ')}`, {
      path: 'content-type',
      expected: read.join(', '),
      actual: mediaType === '' ? 'none' : mediaType.slice(0, 80),
    });
  }
  const coding = request.headers['content-encoding'];
  // Compressed bodies would need a second ceiling, for what they grow to.
  if (coding !== undefined && coding !== 'identity') {
    throw new HttpError('unsupported_media_type', 'coded bodies are not read', {
      path: 'content-encoding',
      expected: 'identity',
      actual: coding.slice(0, 80),
    });
  }
  return mediaType;
}

/**
 * The body as the handler is given it.
 * @throws FormatError, ValidationError
 */
export function parseBody(bytes: Uint8Array, body: Body): unknown {
  if (body.kind === 'bytes') return body.read(bytes);
  return validate(body.schema, parseJson(bytes, { ...JSON_LIMITS, maxBytes: body.maxBytes }), 'body');
}

/**
 * The body as it came.
 * @throws HttpError `body_too_large`, `body_timeout`, `body_incomplete`
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes }: Body,
  deadlineMs: number,
): Promise<Uint8Array> {
  const tooLarge = (): HttpError =>
    new HttpError('body_too_large', `the body is larger than ${maxBytes} bytes`, {
      path: 'body',
      expected: `at most ${maxBytes} bytes`,
    });
  // A stated length is believed only to refuse early; what arrives is counted all the same.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      settle(() => reject(new HttpError('body_timeout', `the body did not arrive within ${deadlineMs} ms`)));
    }, deadlineMs);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
      request.pause();
      then();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) settle(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      settle(() =>
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
      );
    const onBreak = (): void =>
      settle(() => reject(new HttpError('body_incomplete', 'the connection closed inside the body')));
    request.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak);
  });
}
