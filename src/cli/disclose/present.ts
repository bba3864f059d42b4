import { createPrivateKey, type KeyObject } from 'node:crypto';
import { presentSdJwt } from '../../record/disclosure/present.ts';
import { readTextFile } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';

export type PresentFlags = {
  readonly show: string;
  readonly audience: string;
  readonly nonce: string;
  readonly key: string;
};

/** Prints what one reader is shown. */
export function present(file: string, { show, audience, nonce, key }: PresentFlags): void {
  const names = show.split(',').map((name) => name.trim());
  const showing = { audience, nonce, at: new Date(), key: readKey(key) };
  process.stdout.write(`${presentSdJwt(readTextFile(file).trim(), names, showing)}\n`);
}

function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readTextFile(path));
    if (key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1')
      return key;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      'unreadable',
      `${path} is no private key`,
      'Give the PEM of the key that it was issued to.',
      cause,
    );
  }
  throw new UsageError(
    'unreadable',
    `${path} is no key on P-256 or Ed25519`,
    'Give the key that it was issued to.',
  );
}
