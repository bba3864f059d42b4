import { createPrivateKey } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { respondToLandmark } from '../../src/agent/location/respond.ts';

/**
 * The other process of `npm run bench -- landmark`: a plain UDP echo, and a host that answers a landmark with every permit
 * that its parent sends.
 */
type Request = { readonly permit: string; readonly signing: string; readonly exchange: string };

const echo = createSocket('udp4');
echo.on('message', (datagram, { port, address }) => echo.send(datagram, port, address));
echo.bind(0, '127.0.0.1', () => process.send?.({ port: echo.address().port }));

process.on('message', async ({ permit, signing, exchange }: Request) => {
  const keys = { signing: createPrivateKey(signing), exchange: createPrivateKey(exchange) };
  const signal = new AbortController().signal;
  const receipt = await respondToLandmark(Buffer.from(permit, 'base64url'), keys, { signal });
  process.send?.({ receipt: Buffer.from(receipt).toString('base64url') });
});
process.on('disconnect', () => process.exit(0));
