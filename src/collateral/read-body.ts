import { CollateralError } from './errors.ts';

/**
 * The whole body, never more than `maxBytes` of it in memory, whatever its headers promise and however it is compressed.
 * @throws CollateralError `collateral_too_large`; whatever the network throws
 */
export async function readBody(response: Response, maxBytes: number, url: URL): Promise<Uint8Array> {
  const tooLarge = (): CollateralError =>
    new CollateralError('collateral_too_large', `${url.host} sent more than ${maxBytes} bytes`, {
      path: url.href,
      expected: `at most ${maxBytes} bytes`,
    });
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop, by an error too, cancels the stream and with it the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
