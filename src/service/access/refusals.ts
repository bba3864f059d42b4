import { RequestError } from '../errors.ts';

/** The same for whatever is wrong with a token, so that answers do not tell which tokens exist. */
export function unknownToken(): RequestError {
  return new RequestError('unauthenticated', 'no valid token');
}

/** @param why possession of the token's key is asked for */
const PROVE = 'Authorization: DPoP with the token, and DPoP: with a proof by its key';

export function proofRequired(why: string): RequestError {
  return new RequestError('proof_required', `${why}: prove possession of the key of a bound token`, {
    errors: [
      {
        path: 'authorization',
        expected: PROVE,
        mend: 'Bind the token to a key with `sextant login NAME`, or ask an administrator for one that is bound; `sextant dpop` prints both headers (docs/api.md).',
      },
    ],
  });
}

export function unboundToken(): RequestError {
  return new RequestError('unauthenticated', 'the token is bound to no key: it is no DPoP token', {
    errors: [
      {
        path: 'authorization',
        expected: 'Bearer',
        actual: 'DPoP',
        mend: 'Present it as Bearer, or bind it first: POST /v1/tokens/binding.',
      },
    ],
  });
}

export function wrongKey(): RequestError {
  return new RequestError(
    'dpop_invalid',
    'the proof is by another key than the one that the token is bound to',
    {
      path: 'dpop.jwk',
      expected: 'the key that the token is bound to',
    },
  );
}

export function wrongSessionKey(): RequestError {
  return new RequestError(
    'dpop_invalid',
    'the proof is by another key than the one that the session was opened with',
    {
      path: 'dpop.jwk',
      expected: 'the key of the browser that signed in',
    },
  );
}
